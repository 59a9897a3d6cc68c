//! Properties of floats, from Rust to a verdict: each claim that holds beside one that does not.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use proofhouse_evidence::{Replay, Verdict};
use proofhouse_report::CheckReport;

const PROPERTIES: &str = include_str!("zoo/floats.rs.txt");

/// The report of a symbolic check of the package.
fn report() -> CheckReport {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("a package of floats");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let library = root
        .join("crates/proofhouse")
        .canonicalize()
        .expect("the library is here");
    let manifest = format!(
        "[package]\nname = \"numbers\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dev-dependencies]\nproofhouse = {{ path = {library:?} }}\n"
    );
    fs::create_dir_all(folder.join("src")).expect("a folder can be made");
    fs::write(folder.join("Cargo.toml"), manifest).expect("a file can be written");
    fs::write(folder.join("src/lib.rs"), PROPERTIES).expect("a file can be written");
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock file is here");
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-proofhouse"))
        .args(["proofhouse", "check", "--engine", "symbolic"])
        .args(["--json", "report.json", "--seed", "1"])
        .current_dir(&folder)
        .env("CARGO_NET_OFFLINE", "true")
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS")
        .output()
        .expect("the command can be started");
    let _ = fs::remove_dir_all(folder.join(".proofhouse"));
    let errors = String::from_utf8_lossy(&output.stderr);
    let text = fs::read(folder.join("report.json")).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{error}\n{errors}"))
}

fn in_words(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Refuted { findings } => match findings[0].replay {
            Replay::Reproduced => "refuted",
            _ => "refuted alone",
        },
        Verdict::Proved { .. } => "proved",
        Verdict::Inconclusive { .. } => "inconclusive",
        _ => "something else",
    }
}

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
    for (_, property) in report().properties() {
        let path = property.description.path.clone();
        let verdict = property.results[0].outcome.verdict();
        found.insert(path, verdict.map_or("not run", in_words));
    }
    let expected: BTreeMap<String, &str> = expected
        .into_iter()
        .map(|(name, verdict)| (format!("tests::{name}"), verdict))
        .collect();
    assert_eq!(found, expected);
}
