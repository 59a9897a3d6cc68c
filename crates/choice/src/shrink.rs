//! Finding the simplest sequence that still fails.
//!
//! The shrinker knows a case only as a sequence of choices with domains and spans, and the property
//! only as a function from a sequence to an [`Outcome`]. It tries simpler sequences and keeps each
//! one that fails, until none of its passes finds a simpler one. So values of every type shrink, no
//! matter how their generator was put together, and a shrunk value is always one that the
//! generator makes.
//!
//! # Invariants
//!
//! - What is returned failed when it was run last, and is simpler than or equal to the start.
//! - Every adopted sequence is strictly simpler in [`order`](crate::order), a well-order, so
//!   shrinking ends even without limits.
//! - Pure: equal starts and oracles give equal answers and equal numbers of calls.
//! - Every pass ends, and one that made no progress makes none when it is repeated
//!   (`tests::laws`). In a new search, which has forgotten what was refused, this is so for passes
//!   that do not look at refused runs.
//!
//! # Layout
//!
//! A candidate is a script over the best run (`edit`), whose digest (`digest`) tells whether it ran
//! before; only a new one is written out, into buffers that all runs share. What passes want to know
//! of a run is worked out when first asked for, and kept for as long as it is the best (`best`).
//!
//! # Not here
//!
//! What "fails" means. An oracle that accepts only the original failure keeps failures apart.
//!
//! # Source
//!
//! Internal test-case reduction as in MacIver and Donaldson, "Test-Case Reduction via Test-Case
//! Generation" (ECOOP 2020): the representation, the order and several passes. Ours differ in that
//! collections begin with their length, and in the passes that this asks for.

mod best;
mod digest;
mod driver;
mod edit;
mod gallop;
mod learned;
mod number;
mod pass;
mod passes;
mod search;
mod tree;
mod view;
mod word;

pub use driver::{Limits, PassWork, Shrunk, shrink};

use crate::{Choice, Record};

/// One run: what is to be replayed, and room for what it decides.
///
/// Thousands of runs follow each other while shrinking. So both buffers are lent to the oracle,
/// which may take them, and are used again if it puts them back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probe {
    /// The sequence to replay. What is put back in its place is not looked at.
    pub choices: Vec<Choice>,
    /// Empty before; then what the run decided: the sequence, put right where it did not fit.
    pub record: Record,
}

/// What came of running a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the case failed, in the way that is being shrunk.
    pub fails: bool,
    /// Whether the code under test ran, or the generators gave up before.
    pub is_execution: bool,
}

#[cfg(test)]
mod tests;
