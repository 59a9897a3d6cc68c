//! Harnesses for Kani, in a package that nobody changed but for its dependency.

#![cfg(unix)]

mod lone;

use std::collections::BTreeMap;

use proofhouse_evidence::Verdict;

use lone::LonePackage;

const HARNESSES: &str = include_str!("zoo/harnesses.rs.txt");

/// An ordinary test binary beside the library: it uses the library as others do.
const PLAIN: &str = "#[test]\nfn plain() {\n    assert_eq!(travel::speed(), 7);\n}\n";

const PACKAGE: LonePackage<'_> = LonePackage {
    folder: "a package for kani",
    name: "travel",
    dependency: ("kani", "compat/kani"),
    files: &[("src/lib.rs", HARNESSES), ("tests/plain.rs", PLAIN)],
};

/// The verdict, with what fails if something does.
fn in_words(verdict: Option<&Verdict>) -> String {
    let words = lone::in_words(verdict);
    match verdict {
        Some(Verdict::Refuted { findings }) => format!("{words}: {}", findings[0].failure.message),
        _ => words.to_owned(),
    }
}

/// What is expected of the symbolic and of the random engine.
#[test]
fn harnesses_get_the_verdicts_that_kani_gives() {
    let mut found = BTreeMap::new();
    for (_, property) in PACKAGE.check(&[]).properties() {
        let name = property
            .description
            .path
            .trim_start_matches("proofs::")
            .to_owned();
        let results = property
            .results
            .iter()
            .map(|result| (result.engine.name(), in_words(result.outcome.verdict())));
        found.insert(name, results.collect::<BTreeMap<_, _>>());
    }
    let overflow = "refuted: attempt to subtract with overflow";
    let expected = [
        ("middle_is_between", "proved", "passed"),
        ("middle_is_symmetric", overflow, overflow),
        ("shapes_have_an_area", "proved", "passed"),
        ("digits_are_at_most_ten", "proved", "passed"),
        (
            "digits_are_more_than_the_bound",
            "refuted alone: a loop goes on after its head was reached 3 times",
            "passed",
        ),
        ("some_middle_overflows", "proved", "passed"),
        ("no_middle_overflows", "unhealthy", "passed"),
        ("speed_is_replaced", "proved", "vacuous"),
        ("slices_of_an_array_are_in_order", "proved", "passed"),
        ("nothing_is_assumed", "vacuous", "vacuous"),
        ("only_what_is_named_changes", "proved", "passed"),
        (
            "what_is_not_named_changes",
            "refuted alone: `travel::proofs::set_beside` writes to a stack slot of 4 bytes, byte 1, \
             which its contract does not name; if that is meant, add it to `modifies(..)`",
            "passed",
        ),
        ("a_contract_stands_for_its_function", "proved", "passed"),
        (
            "what_a_contract_leaves_open_is_unknown",
            "inconclusive",
            "passed",
        ),
        ("a_contract_holds_for_every_static", "proved", "passed"),
        ("a_static_may_hold_anything", "inconclusive", "passed"),
        ("a_contract_that_no_call_checks", "unhealthy", "passed"),
    ];
    for (name, symbolic, random) in expected {
        let results = found
            .get(name)
            .unwrap_or_else(|| panic!("no {name} in {found:#?}"));
        assert_eq!(results["symbolic"], symbolic, "{name}: {results:?}");
        assert_eq!(results["random"], random, "{name}: {results:?}");
    }
    assert_eq!(found.len(), expected.len());
}
