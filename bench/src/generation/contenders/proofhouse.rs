//! Our own library: what `#[property]` runs, without a test around it.

use proofhouse::Run;
use proofhouse::evidence::{Proof, Verdict};
use proofhouse::prelude::{Draw, any, text, vec};

use super::{Conclusion, Contender, Subject};
use crate::generation::bodies;

pub(super) const CONTENDER: Contender = Contender {
    name: "proofhouse",
    how: "`Run::check`, the runner of `#[property]`, with its automatic choice of engine",
    is_runner: true,
    run,
};

fn run(subject: Subject, cases: u64, seed: u64) -> Conclusion {
    match subject {
        Subject::Pair => check(cases, seed, (any::<u64>(), any::<u64>()), |(l, r)| {
            bodies::pair(l, r)
        }),
        Subject::Sort => check(cases, seed, vec(any::<u32>(), 0..=99), bodies::sort),
        Subject::Text => check(cases, seed, text(0..=63), |text| bodies::text(&text)),
        Subject::Byte => check(cases, seed, any::<u8>(), bodies::byte),
    }
}

fn check<D: Draw>(
    cases: u64,
    seed: u64,
    generator: D,
    body: impl Fn(D::Value) -> bool,
) -> Conclusion {
    let run = Run::new().seed(seed).cases(cases);
    let outcome = run.check(generator, |value| {
        assert!(body(value), "a property that holds failed");
    });
    match outcome.verdict {
        Verdict::Passed { .. } => Conclusion::Passed,
        Verdict::Proved {
            proof: Proof::AllInputs { .. },
        } => Conclusion::Proved,
        other => panic!("a property that holds ended as {other:?}"),
    }
}
