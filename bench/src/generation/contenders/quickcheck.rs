//! quickcheck: its own types' `Arbitrary` and its own tester.

use quickcheck::{Gen, QuickCheck, Testable};

use super::{Conclusion, Contender, Subject};
use crate::generation::bodies;

pub(super) const CONTENDER: Contender = Contender {
    name: "quickcheck",
    how: "`QuickCheck::quicktest`; a size of 100 for vectors and 64 for texts",
    is_runner: true,
    run,
};

fn run(subject: Subject, cases: u64, seed: u64) -> Conclusion {
    match subject {
        Subject::Pair => check(cases, seed, 100, bodies::pair as fn(u64, u64) -> bool),
        Subject::Sort => check(cases, seed, 100, bodies::sort as fn(Vec<u32>) -> bool),
        Subject::Text => check(cases, seed, 64, owned_text as fn(String) -> bool),
        Subject::Byte => check(cases, seed, 100, bodies::byte as fn(u8) -> bool),
    }
}

fn owned_text(text: String) -> bool {
    bodies::text(&text)
}

fn check(cases: u64, seed: u64, size: usize, body: impl Testable) -> Conclusion {
    let random = Gen::from_size_and_seed(size, seed);
    let passed = QuickCheck::new()
        .rng(random)
        .tests(cases)
        .max_tests(cases)
        .quicktest(body);
    assert_eq!(passed.ok(), Some(cases), "a property that holds failed");
    Conclusion::Passed
}
