//! Hundreds of small claims about Rust whose truth is known: each is named for whether it holds, and each that
//! fails does so for few inputs, or only by undefined behaviour.
//!
//! They were written to mislead the machine: each rests on one corner of a rule of the language or of the
//! standard library. The one wrong answer that counts is "proved" for what fails.
//!
//! # Not here
//!
//! Claims that the machine leaves open, those whose failure rests on an address or on what an earlier case left
//! in a static, and those that take seconds.

#![cfg(unix)]

mod lone;

use lone::{LonePackage, in_words};

const LIBRARY: &str = "#![cfg(kani)]\n#![allow(warnings)]\nmod control;\nmod floats;\nmod library;\n\
                       mod memory;\nmod numbers;\nmod texts;\n";

const PACKAGE: LonePackage<'_> = LonePackage {
    folder: "a package of claims",
    name: "claims",
    dependency: ("kani", "compat/kani"),
    files: &[
        ("src/lib.rs", LIBRARY),
        ("src/control.rs", include_str!("zoo/claims/control.rs.txt")),
        ("src/floats.rs", include_str!("zoo/claims/floats.rs.txt")),
        ("src/library.rs", include_str!("zoo/claims/library.rs.txt")),
        ("src/memory.rs", include_str!("zoo/claims/memory.rs.txt")),
        ("src/numbers.rs", include_str!("zoo/claims/numbers.rs.txt")),
        ("src/texts.rs", include_str!("zoo/claims/texts.rs.txt")),
    ],
};

#[test]
fn what_holds_is_proved_and_what_fails_is_refuted() {
    let report = PACKAGE.check(&["--engine", "symbolic", "--time", "60"]);
    let mut right = 0;
    let mut wrong = Vec::new();
    for (_, property) in report.properties() {
        let path = &property.description.path;
        let (_, name) = path.rsplit_once("::").expect("every claim is in a module");
        let verdict = in_words(property.results[0].outcome.verdict());
        let is_right = match verdict {
            "proved" => name.starts_with("holds_"),
            "refuted" | "refuted alone" => name.starts_with("fails_"),
            _ => false,
        };
        right += usize::from(is_right);
        if !is_right {
            wrong.push(format!("{path}: {verdict}"));
        }
    }
    assert!(wrong.is_empty(), "{right} right, but {wrong:#?}");
    let claims = PACKAGE
        .files
        .iter()
        .map(|(_, text)| text.matches("\n#[kani::proof]\n").count());
    assert_eq!(right, claims.sum::<usize>());
}
