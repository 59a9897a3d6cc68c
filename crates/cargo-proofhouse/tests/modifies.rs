//! What functions with a contract may change, from Rust to a verdict: each change that must be found beside
//! one that must not be reported.

#![cfg(unix)]

mod lone;

use std::collections::BTreeMap;

use proofhouse_evidence::{FailureKind, Obstacle, Verdict};

use lone::LonePackage;

const PACKAGE: LonePackage<'_> = LonePackage {
    folder: "a package whose functions change things",
    name: "changes",
    dependency: ("proofhouse", "crates/proofhouse"),
    files: &[("src/lib.rs", include_str!("zoo/modifies.rs.txt"))],
};

/// The verdict, with what was changed.
fn in_words(verdict: Option<&Verdict>) -> String {
    match verdict {
        Some(Verdict::Refuted { findings }) => {
            let failure = &findings[0].failure;
            assert_eq!(failure.kind, FailureKind::OutsideOfContract, "{failure:?}");
            let what = failure.message.strip_suffix(
                ", which its contract does not name; if that is meant, add it to `modifies(..)`",
            );
            what.expect("it says what to do").to_owned()
        }
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

/// The property, and what the machine says.
const EXPECTED: [(&str, &str); 37] = [
    ("named_fields_may_change", "proved"),
    (
        "other_fields_may_not",
        "`changes::tests::Account::pay_and_raise` writes to a stack slot of 32 bytes, byte 25",
    ),
    ("what_is_written_back_has_not_changed", "proved"),
    ("a_named_vector_owns_its_elements", "proved"),
    (
        "elements_of_another_field_are_not_named",
        "`changes::tests::Account::pay_and_note_in_secret` writes to a heap allocation of 2 bytes made at src/lib.rs:66",
    ),
    ("without_modifies_the_whole_object_may_change", "proved"),
    ("an_element_may_change", "proved"),
    (
        "its_neighbour_may_not",
        "`changes::tests::set_beside` writes to a stack slot of 4 bytes, byte 1",
    ),
    (
        "a_static_may_not_change",
        "`changes::tests::count` writes to the static `changes::tests::COUNT`, byte 0",
    ),
    ("a_named_static_may_change", "proved"),
    (
        "a_named_static_is_unknown_afterwards",
        "too weak: changes::tests::count_openly",
    ),
    (
        "a_thread_local_may_not_change",
        "`changes::tests::count_calls` writes to the static `changes::tests::CALLS`, byte 0",
    ),
    (
        "nor_that_of_another_thread",
        "`changes::tests::count_calls` writes to the static `changes::tests::CALLS`, byte 0",
    ),
    (
        "a_thread_local_of_another_thread_may_be_read",
        "schedules of threads other than the first",
    ),
    (
        "a_cell_may_not_change",
        "`changes::tests::with_cell` writes to a stack slot of 1 bytes",
    ),
    ("a_named_cell_may_change", "proved"),
    (
        "memory_of_others_may_not_be_freed",
        "`changes::tests::free` frees a heap allocation of 1 bytes made at src/lib.rs:217 and freed at src/lib.rs:209",
    ),
    ("what_is_given_may_be_freed", "proved"),
    ("what_is_given_may_change", "proved"),
    ("what_was_given_is_gone", "proved"),
    ("large_arguments_and_results_are_its_own", "proved"),
    (
        "a_call_of_itself_may_not_change_more",
        "`changes::tests::swing` writes to a stack slot of 1 bytes",
    ),
    ("a_call_of_itself_may_change_as_much", "proved"),
    ("new_memory_and_the_library_are_free", "proved"),
    (
        "memory_that_was_undefined_has_changed",
        "`changes::tests::initialise` writes to a stack slot of 1 bytes",
    ),
    (
        "a_panic_excuses_nothing",
        "`changes::tests::count_and_panic` writes to the static `changes::tests::COUNT`, byte 0",
    ),
    ("a_panic_is_no_change", "proved"),
    (
        "calls_within_calls_are_told_apart",
        "`changes::tests::inner` writes to a stack slot of 1 bytes",
    ),
    ("the_outer_one_may_change_both", "proved"),
    ("shared_memory_is_given_as_well", "proved"),
    (
        "shared_memory_is_unknown_afterwards",
        "memory that others share with `changes::tests::take_shared`, whose contract stood for its body",
    ),
    ("memory_that_is_not_shared_is_gone", "proved"),
    ("what_a_contract_replaces_is_not_dropped", "proved"),
    ("nothing_has_no_place", "proved"),
    ("what_may_only_be_dropped_stays", "proved"),
    ("reading_is_no_change", "proved"),
    (
        "what_may_only_be_dropped_may_not_change",
        "`changes::tests::clear` writes to a stack slot of 2 bytes, byte 0",
    ),
];

#[test]
fn what_a_contract_does_not_name_may_not_change() {
    let report = PACKAGE.check(&["--engine", "symbolic"]);
    let properties = report.properties();
    let found: BTreeMap<String, String> = properties
        .map(|(_, property)| {
            let path = property.description.path.replacen("tests::", "", 1);
            (path, in_words(property.results[0].outcome.verdict()))
        })
        .collect();
    let expected = EXPECTED.map(|(path, words)| (path.to_owned(), words.to_owned()));
    assert_eq!(found, BTreeMap::from(expected));
}
