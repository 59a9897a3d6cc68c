//! Our own library on a problem.

use proofhouse::{Assumed, Run, RunEngine};

use super::super::outcome;
use super::super::problem::{Judgement, Problem};
use super::super::watch;
use super::CASES_MAX;

/// What the property returns when it fails.
#[derive(Debug)]
struct Fails;

pub(super) fn run<P: Problem>(seed: u64) -> outcome::Run {
    let run = Run::new()
        .engine(RunEngine::Random)
        .seed(seed)
        .cases(u64::from(CASES_MAX));
    watch::start();
    let outcome = run.check(P::proofhouse(), |input| match watch::judge::<P>(&input) {
        Judgement::Holds => Assumed::Met(Ok(())),
        Judgement::Fails => Assumed::Met(Err(Fails)),
        Judgement::Rejected => Assumed::Rejected,
    });
    watch::finish::<P>(outcome.counterexample)
}
