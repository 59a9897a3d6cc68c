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
//! - A pass that made no progress makes none when it is repeated (`tests::laws`).
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

mod digest;
mod driver;
mod gallop;
mod number;
mod pass;
mod passes;
mod search;
mod tree;
mod view;

pub use driver::{Limits, PassWork, Shrunk, shrink};

use crate::Record;

/// What came of running a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the case failed, in the way that is being shrunk.
    pub fails: bool,
    /// Whether the code under test ran, or the generators gave up before.
    pub is_execution: bool,
    /// What the run decided: the sequence it was given, put right where it did not fit.
    pub record: Record,
}

#[cfg(test)]
mod tests;
