//! The libraries, each behind the same function: run this many cases of a subject.

mod bolero;
mod bolero_driver;
#[cfg(feature = "hegel")]
mod hegel;
mod proofhouse;
mod proptest;
mod quickcheck;

use super::{Conclusion, Subject};

/// A library that takes part.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    /// How it was set up, in a clause.
    pub(crate) how: &'static str,
    /// Whether it does what a runner does, and so counts as a rival.
    pub(crate) is_runner: bool,
    /// Runs a number of cases with a seed.
    pub(crate) run: fn(Subject, u64, u64) -> Conclusion,
}

/// Ours first.
pub(crate) const CONTENDERS: &[Contender] = &[
    proofhouse::CONTENDER,
    proptest::CONTENDER,
    quickcheck::CONTENDER,
    bolero::CONTENDER,
    bolero_driver::CONTENDER,
    #[cfg(feature = "hegel")]
    hegel::CONTENDER,
];
