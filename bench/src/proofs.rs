//! `proofs`: how long the symbolic engine takes for small programs that others publish figures for.
//!
//! The properties stand in `proofs/cases.rs`, which becomes a package of its own in a temporary folder;
//! some are those of subjects of this workspace. The command checks each as a user would, with growing sizes up to
//! the one that is asked for, and its own report says how long that took. Builds are not counted. Each
//! case has a limit of its own, and is told of on standard error when it begins and when it ends.
//!
//! # Invariants
//!
//! - A case that is not proved, or not up to its size, has no time: its goal is missed.
//! - What others publish is quoted in words and marked as published; it was measured elsewhere.
//!
//! # Not here
//!
//! Single questions to the solver: `cargo run --release -p proofhouse-solver --example workloads`.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::dependencies::{folder_error, workspace_root};
use crate::error::BenchError;
use crate::registry::{Benchmark, Effort};
use crate::report::{Cell, Column, Goal, Report, Table};

/// See the module.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "proofs",
    about: "Time to prove small programs for all inputs, beside published figures",
    run,
};

/// The library of the package that is written.
const CASES: &str = include_str!("proofs/cases.rs");

/// A property and how soon it is to be proved.
struct Case {
    property: &'static str,
    /// The package of this workspace that has it; `None` for [`CASES`].
    subject: Option<&'static str>,
    /// The largest size, for those that have one.
    size_max: Option<u64>,
    seconds_max: f64,
    /// Whether the limit is for all such cases together.
    is_shared: bool,
    /// What is published, and by whom.
    published: &'static str,
}

/// Further operations of the byte buffer are to be proved within so many seconds, all together.
const SHARED_SECONDS_MAX: f64 = 20.0;

const fn case(property: &'static str, seconds_max: f64, published: &'static str) -> Case {
    Case {
        property,
        subject: None,
        size_max: None,
        seconds_max,
        is_shared: false,
        published,
    }
}

/// An operation of the byte buffer keeps both representations well-formed.
const fn buffer(property: &'static str) -> Case {
    Case {
        subject: Some("byte-buffer"),
        is_shared: true,
        ..case(
            property,
            SHARED_SECONDS_MAX,
            "Kani, bytes fork: several minutes for ten operations",
        )
    }
}

/// The sources are issues of the repository model-checking/kani and its folder of performance tests.
const PROOFS: [Case; 17] = [
    case(
        "three_constant_inserts",
        0.1,
        "Kani, issue 2517: 26 GB, no answer after 3 minutes",
    ),
    case(
        "five_symbolic_inserts",
        10.0,
        "Kani, performance tests: several inserts 19.9 s",
    ),
    case(
        "format_symbolic_number",
        2.0,
        "Kani, performance tests: 42.9 s",
    ),
    case(
        "reverse_twice",
        1.0,
        "Kani, issue 1165: no end without a bound of 17",
    ),
    case(
        "hash_map_with_two_keys",
        10.0,
        "Kani, issue 3965: more than 8 GB",
    ),
    case("population_count", 5.0, "Kani, issue 1046: no figure"),
    Case {
        size_max: Some(8),
        ..case("path_gate", 10.0, "none")
    },
    Case {
        subject: Some("nix-text"),
        size_max: Some(8),
        ..case("properties::strings::exact_decode", 60.0, "none")
    },
    Case {
        subject: Some("byte-buffer"),
        ..case(
            "properties::model::cuts::split_off_wf",
            5.0,
            "Kani, blog 2022-08-17: about a minute",
        )
    },
    // new and with_capacity; split_to; split; truncate and clear; advance; reserve; resize in place of
    // extend_from_slice; changes of kind. `set_len` is not in the model.
    buffer("properties::model::cuts::ctor_wf"),
    buffer("properties::model::cuts::split_to_wf"),
    buffer("properties::model::cuts::split_equals_split_to_len"),
    buffer("properties::model::cuts::truncate_clear_keep_cap"),
    buffer("properties::model::cuts::advance_reduces_cap"),
    buffer("properties::model::room::reserve_wf"),
    buffer("properties::model::room::resize_wf"),
    buffer("properties::model::sequences::kind_transitions_legal"),
];

fn run(_: &Effort) -> Result<Report, BenchError> {
    let root = workspace_root();
    let folder = tempfile::tempdir().map_err(|cause| folder_error(Path::new("temp"), cause))?;
    write_package(folder.path(), &root)?;
    let columns = vec![
        Column::new("property", "property"),
        Column::new("verdict", "verdict"),
        Column::new("seconds", "seconds"),
        Column::new("published", "published elsewhere"),
    ];
    let mut table = Table::new("proofs", columns);
    let mut report = Report::new(BENCHMARK.name);
    let mut shared = Some(0.0);
    for case in &PROOFS {
        eprintln!("{}: at most {} s", case.property, time_limit(case));
        let checked = check(case, &root, folder.path())?;
        eprintln!("    {}, {:.2} s", checked.verdict, checked.seconds);
        let seconds = checked.is_proved.then_some(checked.seconds);
        table.push(vec![
            Cell::text(case.property),
            Cell::text(checked.verdict),
            Cell::Number(checked.seconds),
            Cell::text(case.published),
        ]);
        if case.is_shared {
            shared = shared.zip(seconds).map(|(sum, seconds)| sum + seconds);
            continue;
        }
        let what = format!("seconds until {} is proved", case.property);
        report
            .goals
            .push(Goal::at_most(what, case.seconds_max, seconds));
    }
    let what = "seconds until the other operations of the byte buffer are proved".to_owned();
    report
        .goals
        .push(Goal::at_most(what, SHARED_SECONDS_MAX, shared));
    report.tables.push(table);
    report.note("elapsed time of all sizes up to the last, in one worker; builds are not counted");
    report.note("published figures were measured by others, on other machines");
    Ok(report)
}

/// What a check of one property came to.
struct Checked {
    verdict: String,
    is_proved: bool,
    seconds: f64,
}

/// Seconds: a quarter more than is asked, so that a miss is seen as one.
fn time_limit(case: &Case) -> f64 {
    (case.seconds_max * 1.25).ceil()
}

/// Has the command check one property.
fn check(case: &Case, root: &Path, package: &Path) -> Result<Checked, BenchError> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = match case.subject {
        None => package.join("Cargo.toml"),
        Some(subject) => root.join("subjects").join(subject).join("Cargo.toml"),
    };
    let time = time_limit(case);
    let mut command = Command::new(cargo);
    command
        .args(["run", "--quiet", "--release", "--offline"])
        .args(["--package", "cargo-proofhouse", "--", "check", "--offline"])
        .args(["--engine", "symbolic", "--format", "json"])
        .args(["--property", case.property])
        .args(["--time", &time.to_string()])
        .arg("--manifest-path")
        .arg(&manifest)
        .current_dir(root)
        .env_remove("RUSTC_WRAPPER")
        .env_remove("RUSTFLAGS");
    if let Some(size) = case.size_max {
        command.args(["--size-max", &size.to_string()]);
    }
    let output = command
        .output()
        .map_err(|cause| BenchError::NoCargo { cause })?;
    if output.stdout.is_empty() {
        return Err(BenchError::CargoFailed {
            arguments: format!("proofhouse check --property {}", case.property),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    judge(case, &output.stdout)
}

/// The part of the command's document that matters here.
#[derive(Deserialize)]
struct Document {
    binaries: Vec<Binary>,
}

#[derive(Deserialize)]
struct Binary {
    properties: Vec<Property>,
}

#[derive(Deserialize)]
struct Property {
    description: Description,
    results: Vec<EngineResult>,
}

#[derive(Deserialize)]
struct Description {
    path: String,
}

#[derive(Deserialize)]
struct EngineResult {
    outcome: serde_json::Value,
    statistics: Statistics,
}

#[derive(Deserialize)]
struct Statistics {
    elapsed_us: u64,
}

/// Reads the verdict on a case.
fn judge(case: &Case, document: &[u8]) -> Result<Checked, BenchError> {
    let document: Document =
        serde_json::from_slice(document).map_err(|cause| BenchError::CargoOutput { cause })?;
    let mut properties = document
        .binaries
        .into_iter()
        .flat_map(|binary| binary.properties);
    let found = properties.find(|property| property.description.path.ends_with(case.property));
    let Some(result) = found.and_then(|property| property.results.into_iter().next()) else {
        return Ok(Checked {
            verdict: "not checked".to_owned(),
            is_proved: false,
            seconds: 0.0,
        });
    };
    let verdict = &result.outcome["verdict"];
    let name = verdict["verdict"].as_str().unwrap_or("none");
    let proof = &verdict["proof"];
    let most = proof["bounds"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|bound| bound["most"].as_u64())
        .min();
    let is_far_enough = most.is_none() || most >= case.size_max;
    Ok(Checked {
        verdict: most.map_or(name.to_owned(), |most| format!("{name} to {most}")),
        is_proved: name == "proved" && is_far_enough,
        seconds: result.statistics.elapsed_us as f64 / 1e6,
    })
}

/// Writes a package with the cases.
fn write_package(folder: &Path, root: &Path) -> Result<(), BenchError> {
    let manifest = format!(
        "[package]\nname = \"proofs\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\nproofhouse = {{ path = \"{}/crates/proofhouse\" }}\n",
        root.display()
    );
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src/lib.rs"), CASES)?;
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).map(|_| ())
    };
    write().map_err(|cause| folder_error(folder, cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(verdict: &str) -> String {
        format!(
            r#"{{"binaries":[{{"properties":[{{"description":{{"path":"path_gate"}},"results":[
            {{"outcome":{{"outcome":"concluded","verdict":{verdict}}},
            "statistics":{{"elapsed_us":1500000}}}}]}}]}}]}}"#
        )
    }

    #[test]
    fn a_proof_counts_only_up_to_its_size() {
        let case = &PROOFS[6];
        let bounded = |most: u64| {
            let proof = format!(r#"{{"reach":"bounded","bounds":[{{"most":{most}}}]}}"#);
            document(&format!(r#"{{"verdict":"proved","proof":{proof}}}"#))
        };
        let far = judge(case, bounded(8).as_bytes()).unwrap();
        assert!(far.is_proved && far.verdict == "proved to 8");
        assert!((far.seconds - 1.5).abs() < 1e-9);
        assert!(!judge(case, bounded(7).as_bytes()).unwrap().is_proved);
        let complete = document(r#"{"verdict":"proved","proof":{"reach":"complete"}}"#);
        assert!(judge(case, complete.as_bytes()).unwrap().is_proved);
        let open = document(r#"{"verdict":"inconclusive","obstacles":[]}"#);
        assert!(!judge(case, open.as_bytes()).unwrap().is_proved);
    }

    #[test]
    fn every_case_is_in_the_package_or_in_a_subject() {
        for case in &PROOFS {
            let (module, name) = case
                .property
                .rsplit_once("::")
                .unwrap_or(("", case.property));
            let source = match case.subject {
                None => CASES.to_owned(),
                Some(subject) => {
                    let file = format!("{}.rs", module.replace("::", "/"));
                    let folder = workspace_root().join("subjects").join(subject);
                    fs::read_to_string(folder.join("src").join(file)).expect(case.property)
                }
            };
            assert!(source.contains(&format!("fn {name}(")), "{}", case.property);
        }
    }
}
