//! Properties of floats, from Rust to a verdict: each claim that holds beside one that does not.

#![cfg(unix)]

mod lone;

use std::collections::BTreeMap;

use lone::{LonePackage, in_words};

const PROPERTIES: &str = include_str!("zoo/floats.rs.txt");

const PACKAGE: LonePackage<'_> = LonePackage {
    folder: "a package of floats",
    name: "numbers",
    dependency: ("proofhouse", "crates/proofhouse"),
    files: &[("src/lib.rs", PROPERTIES)],
};

#[test]
fn floats_are_proved_and_refuted() {
    let expected = [
        ("sums_commute", "proved"),
        ("wide_products_commute", "proved"),
        ("sums_associate", "refuted"),
        ("small_integers_survive", "proved"),
        ("large_integers_survive", "refuted"),
        ("roots_are_not_negative", "proved"),
        ("roots_are_smaller", "refuted"),
        ("clamped_numbers_are_in_range", "proved"),
        ("clamped_floats_are_in_range", "refuted"),
        ("bits_survive", "proved"),
        ("numbers_equal_themselves", "proved"),
        ("floats_equal_themselves", "refuted"),
        ("casts_saturate", "proved"),
        ("the_total_order_is_total", "proved"),
        ("the_larger_is_a_nan_only_if_both_are", "proved"),
        ("two_new_nans_are_equal", "inconclusive"),
        ("a_sine_is_itself", "proved"),
    ];
    let mut found = BTreeMap::new();
    for (_, property) in PACKAGE.check(&["--engine", "symbolic"]).properties() {
        let path = property.description.path.clone();
        let verdict = property.results[0].outcome.verdict();
        found.insert(path, in_words(verdict));
    }
    let expected: BTreeMap<String, &str> = expected
        .into_iter()
        .map(|(name, verdict)| (format!("tests::{name}"), verdict))
        .collect();
    assert_eq!(found, expected);
}
