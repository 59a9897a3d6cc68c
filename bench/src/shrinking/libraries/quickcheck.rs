//! quickcheck on a problem.

use std::fmt::Debug;

use quickcheck::{Arbitrary, Gen, QuickCheck, TestResult};

use super::super::outcome::Run;
use super::super::problem::{Judgement, Problem};
use super::super::watch;
use super::CASES_MAX;

/// quickcheck's inputs are types; this one stands for inputs of `P`.
pub(crate) trait StandsFor<P: Problem>: Arbitrary + Debug {
    /// The input.
    fn input(self) -> P::Input;
}

/// Runs with inputs of type `Q` whose collections are shorter than `size`.
pub(crate) fn run<P: Problem, Q: StandsFor<P>>(size: usize, seed: u64) -> Run {
    let random = Gen::from_size_and_seed(size, seed);
    let cases = u64::from(CASES_MAX);
    watch::start();
    let property = judge::<P, Q> as fn(Q) -> TestResult;
    let result = QuickCheck::new()
        .rng(random)
        .tests(cases)
        .max_tests(10 * cases)
        .quicktest(property);
    // It runs no input again at the end, and takes on each failing one: the last is the answer.
    result.err().and_then(|_| watch::finish::<P>(None))
}

fn judge<P: Problem, Q: StandsFor<P>>(input: Q) -> TestResult {
    match watch::judge::<P>(&input.input()) {
        Judgement::Holds => TestResult::passed(),
        Judgement::Fails => TestResult::failed(),
        Judgement::Rejected => TestResult::discard(),
    }
}
