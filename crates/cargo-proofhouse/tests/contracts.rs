//! Functions with contracts, from Rust to a verdict: each that must be found beside one that must not be
//! reported.

#![cfg(unix)]

mod lone;

use std::collections::BTreeMap;

use proofhouse_evidence::{Obstacle, Proof, Verdict};

use lone::LonePackage;

const PACKAGE: LonePackage<'_> = LonePackage {
    folder: "a package with contracts",
    name: "promises",
    dependency: ("proofhouse", "crates/proofhouse"),
    files: &[("src/lib.rs", include_str!("zoo/contracts.rs.txt"))],
};

/// The verdict, with what it rests on or failed for.
fn in_words(verdict: Option<&Verdict>) -> String {
    match verdict {
        Some(Verdict::Refuted { findings }) => findings[0].failure.message.clone(),
        Some(Verdict::Proved {
            proof: Proof::Bounded { contracts, .. },
        }) if !contracts.is_empty() => format!("given {}", contracts.join(", ")),
        Some(Verdict::Inconclusive { obstacles }) => match &obstacles[0] {
            Obstacle::ContractTooWeak { contracts, .. } => {
                format!("too weak: {}", contracts.join(", "))
            }
            Obstacle::Unsupported { what, .. } => what.clone(),
            other => format!("{other:?}"),
        },
        other => lone::in_words(other).to_owned(),
    }
}

/// The property, what chance says and what the machine says.
const EXPECTED: [(&str, &str, &str); 23] = [
    ("a_body_keeps_its_contract", "passed", "proved"),
    (
        "a_body_breaks_its_contract",
        "a postcondition of `divide_up` does not hold: |quotient| u16::from(*quotient) * \
         u16::from(divisor) <= u16::from(dividend)",
        "a postcondition of `divide_up` does not hold: |quotient| u16::from(*quotient) * \
         u16::from(divisor) <= u16::from(dividend)",
    ),
    ("a_condition_may_panic", "passed", "proved"),
    (
        "a_caller_keeps_it",
        "passed",
        "given promises::tests::divide",
    ),
    (
        "a_caller_breaks_the_precondition",
        "a precondition of `divide` does not hold: divisor != 0",
        "a precondition of `divide` does not hold: divisor != 0",
    ),
    (
        "a_caller_fails_with_its_contract",
        "assertion failed: divide(number, 2) < 100",
        "assertion failed: divide(number, 2) < 100",
    ),
    (
        "a_contract_is_too_weak",
        "passed",
        "too weak: promises::tests::divide",
    ),
    (
        "a_contract_is_strong_enough",
        "passed",
        "given promises::tests::divide_exactly",
    ),
    ("no_call_meets_its_precondition", "vacuous", "vacuous"),
    ("counter_keeps_invariant::new", "passed", "proved"),
    ("counter_keeps_invariant::checked", "passed", "proved"),
    ("counter_keeps_invariant::bump", "passed", "proved"),
    ("counter_keeps_invariant::bump_somehow", "passed", "proved"),
    (
        "counter_keeps_invariant::double",
        "`double` leaves what is not well-formed",
        "`double` leaves what is not well-formed",
    ),
    ("counter_keeps_invariant::take", "passed", "proved"),
    (
        "what_is_not_modified_stays",
        "passed",
        "given promises::tests::Counter::bump",
    ),
    (
        "what_may_be_modified_is_unknown",
        "passed",
        "too weak: promises::tests::Counter::bump_somehow",
    ),
    (
        "slices_are_filled_anew",
        "passed",
        "given promises::tests::clear",
    ),
    (
        "recursion_is_proved_by_induction",
        "passed",
        "given promises::tests::count_down",
    ),
    (
        "a_result_without_a_generator",
        "passed",
        "the contract of `promises::tests::name` in place of its body: no generator for `&str`",
    ),
    ("nothing_is_assumed_without_a_contract", "passed", "proved"),
    ("a_loop_keeps_its_invariant", "passed", "proved"),
    (
        "a_loop_breaks_its_invariant",
        "a loop invariant does not hold: bits + mistake < 8",
        "a loop invariant does not hold: bits + mistake < 8",
    ),
];

#[test]
fn contracts_are_checked_and_stand_for_bodies() {
    let report = PACKAGE.check(&["--engine", "random,symbolic"]);
    let mut found = BTreeMap::new();
    let mut remarks = BTreeMap::new();
    for (_, property) in report.properties() {
        let path = property.description.path.replacen("tests::", "", 1);
        let outcomes = property.results.iter().map(|result| &result.outcome);
        let verdicts = outcomes.map(|outcome| in_words(outcome.verdict()));
        found.insert(path.clone(), verdicts.collect::<Vec<_>>());
        remarks.insert(path, property.results[1].remarks.join("\n"));
    }
    let expected: BTreeMap<String, Vec<String>> = EXPECTED
        .iter()
        .map(|(path, chance, machine)| {
            let verdicts = vec![(*chance).to_owned(), (*machine).to_owned()];
            ((*path).to_owned(), verdicts)
        })
        .collect();
    assert_eq!(found, expected);
    for (path, remark) in [
        (
            "a_caller_keeps_it",
            "given the contract of `promises::tests::divide`; \
             `tests::a_body_keeps_its_contract` checks it: proved",
        ),
        (
            "slices_are_filled_anew",
            "given the contract of `promises::tests::clear`; no property of this check checks it",
        ),
        (
            "recursion_is_proved_by_induction",
            "checks it: proved given `count_down`, by induction over calls that return",
        ),
        (
            "nothing_is_assumed_without_a_contract",
            "no path called `promises::tests::plain`, or it has no contract",
        ),
    ] {
        assert!(remarks[path].contains(remark), "{}", remarks[path]);
    }
}
