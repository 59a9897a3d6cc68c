//! Harnesses for Kani, in a package that nobody changed but for its dependency.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use proofhouse_evidence::{Replay, Verdict};
use proofhouse_report::CheckReport;

const HARNESSES: &str = include_str!("zoo/harnesses.rs.txt");

/// The report of a check of the package.
fn report() -> CheckReport {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("a package for kani");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let kani = root
        .join("compat/kani")
        .canonicalize()
        .expect("the crate is here");
    let manifest = format!(
        "[package]\nname = \"travel\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dev-dependencies]\nkani = {{ path = {kani:?} }}\n"
    );
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    };
    write("Cargo.toml", &manifest);
    write("src/lib.rs", HARNESSES);
    // An ordinary test binary beside the library: it uses the library as others do.
    write(
        "tests/plain.rs",
        "#[test]\nfn plain() {\n    assert_eq!(travel::speed(), 7);\n}\n",
    );
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock file is here");
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-proofhouse"))
        .args([
            "proofhouse",
            "check",
            "--json",
            "report.json",
            "--seed",
            "1",
        ])
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

fn in_words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Refuted { findings } => {
            let finding = &findings[0];
            let alone = match finding.replay {
                Replay::Reproduced => "",
                _ => " alone",
            };
            format!("refuted{alone}: {}", finding.failure.message)
        }
        Verdict::Proved { .. } => "proved".to_owned(),
        Verdict::Passed { .. } => "passed".to_owned(),
        Verdict::Unhealthy { .. } => "unhealthy".to_owned(),
        Verdict::Vacuous { .. } => "vacuous".to_owned(),
        Verdict::Inconclusive { .. } => "inconclusive".to_owned(),
        Verdict::NotApplicable { .. } => "-".to_owned(),
    }
}

/// What is expected of the symbolic and of the random engine.
#[test]
fn harnesses_get_the_verdicts_that_kani_gives() {
    let mut found = BTreeMap::new();
    for (_, property) in report().properties() {
        let name = property
            .description
            .path
            .trim_start_matches("proofs::")
            .to_owned();
        let results = property.results.iter().map(|result| {
            let verdict = result
                .outcome
                .verdict()
                .map_or("not run".to_owned(), in_words);
            (result.engine.name(), verdict)
        });
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
