//! proptest: strategies and its own `TestRunner`.

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use super::{Conclusion, Contender, Subject};
use crate::generation::bodies;

pub(super) const CONTENDER: Contender = Contender {
    name: "proptest",
    how: "`TestRunner::run` without persistence; texts by the regular expression `\\PC{0,63}`",
    is_runner: true,
    run,
};

fn run(subject: Subject, cases: u64, seed: u64) -> Conclusion {
    match subject {
        Subject::Pair => check(cases, seed, &any::<(u64, u64)>(), |(l, r)| {
            bodies::pair(l, r)
        }),
        Subject::Sort => check(cases, seed, &vec(any::<u32>(), 0..=99), bodies::sort),
        Subject::Text => check(cases, seed, &"\\PC{0,63}", |text| bodies::text(&text)),
        Subject::Byte => check(cases, seed, &any::<u8>(), bodies::byte),
    }
}

fn check<S: Strategy>(
    cases: u64,
    seed: u64,
    strategy: &S,
    body: impl Fn(S::Value) -> bool,
) -> Conclusion {
    let cases = u32::try_from(cases).expect("proptest counts cases in 32 bits");
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let mut seed_bytes = [0; 32];
    seed_bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed_bytes);
    let result = TestRunner::new_with_rng(config, rng).run(strategy, |value| {
        if body(value) {
            Ok(())
        } else {
            Err(TestCaseError::fail("the body said no"))
        }
    });
    assert!(result.is_ok(), "a property that holds failed");
    Conclusion::Passed
}
