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

use proofhouse_evidence::{Bound, Proof, Verdict};
use proofhouse_report::{CheckReport, PropertyReport, verdict_words};

use crate::command::{self, Build};
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

/// The ten operations of the byte buffer beside `split_off` are to be proved within so many seconds, all together.
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

/// An operation of the byte buffer that nobody publishes a figure for.
const fn further(property: &'static str) -> Case {
    Case {
        subject: Some("byte-buffer"),
        ..case(property, SHARED_SECONDS_MAX, "none")
    }
}

/// The sources are issues of the repository model-checking/kani and its folder of performance tests.
const PROOFS: [Case; 24] = [
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
    case("hash_map_after_a_removal", 10.0, "none"),
    case("hash_set_with_two_keys", 10.0, "none"),
    case("tree_map_with_two_keys", 10.0, "none"),
    case("tree_map_after_a_removal", 10.0, "none"),
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
    // new and with_capacity.
    buffer("properties::model::cuts::ctor_wf"),
    buffer("properties::model::cuts::split_equals_split_to_len"),
    buffer("properties::model::cuts::split_to_wf"),
    // truncate and clear.
    buffer("properties::model::cuts::truncate_clear_keep_cap"),
    buffer("properties::model::room::set_len_wf"),
    buffer("properties::model::room::reserve_wf"),
    buffer("properties::model::room::extend_wf"),
    buffer("properties::model::sequences::kind_change_wf"),
    further("properties::model::cuts::advance_reduces_cap"),
    further("properties::model::room::resize_wf"),
    further("properties::model::sequences::kind_transitions_legal"),
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
    let manifest = match case.subject {
        None => package.join("Cargo.toml"),
        Some(subject) => root.join("subjects").join(subject).join("Cargo.toml"),
    };
    let manifest = manifest.display().to_string();
    let time = time_limit(case).to_string();
    // Others whose names begin like this one would take turns with it, and a share of the workspace's budget.
    let pattern = format!("*{}", case.property);
    let mut arguments = vec!["--engine", "symbolic", "--no-cache", "--jobs", "1"];
    arguments.extend(["--property", &pattern, "--time", &time, "--budget", &time]);
    arguments.extend(["--manifest-path", &manifest]);
    let size = case.size_max.map(|size| size.to_string());
    if let Some(size) = &size {
        arguments.extend(["--size-max", size]);
    }
    let report = command::check(root, Build::AsTheyAre, &arguments)?;
    Ok(judge(case, &report))
}

/// Reads the verdict on a case.
fn judge(case: &Case, report: &CheckReport) -> Checked {
    let is_meant = |property: &PropertyReport| property.description.path.ends_with(case.property);
    let found = report
        .properties()
        .map(|(_, property)| property)
        .find(|property| is_meant(property));
    let Some(result) = found.and_then(|property| property.results.first()) else {
        return Checked {
            verdict: "not checked".to_owned(),
            is_proved: false,
            seconds: 0.0,
        };
    };
    let verdict = result.outcome.verdict();
    Checked {
        verdict: verdict.map_or_else(|| "not run".to_owned(), verdict_words),
        is_proved: verdict.is_some_and(|verdict| is_proved_as_asked(verdict, case.size_max)),
        seconds: result.statistics.elapsed_us as f64 / 1e6,
    }
}

/// Whether a proof has no bound but the size that is asked for. The keys of a hash map's hasher are drawn by
/// the system, and one pair of them stands for all.
fn is_proved_as_asked(verdict: &Verdict, size_max: Option<u64>) -> bool {
    match verdict {
        Verdict::Proved {
            proof: Proof::Bounded { bounds, contracts },
        } => {
            let is_as_asked = |bound: &Bound| {
                bound.unit == "seed" || size_max.is_some_and(|size| bound.most >= size)
            };
            contracts.is_empty() && bounds.iter().all(is_as_asked)
        }
        Verdict::Proved { .. } => true,
        _ => false,
    }
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

    fn bounded(most: u64, unit: &str, contracts: &[&str]) -> Verdict {
        let bound = Bound {
            what: "something".to_owned(),
            most,
            unit: unit.to_owned(),
        };
        let contracts = contracts.iter().map(|&name| name.to_owned()).collect();
        Verdict::Proved {
            proof: Proof::Bounded {
                bounds: vec![bound],
                contracts,
            },
        }
    }

    #[test]
    fn a_proof_counts_only_up_to_the_size_that_is_asked_for() {
        let complete = Verdict::Proved {
            proof: Proof::Complete,
        };
        let open = Verdict::Inconclusive { obstacles: vec![] };
        assert!(is_proved_as_asked(&complete, None));
        assert!(!is_proved_as_asked(&open, None));
        assert!(is_proved_as_asked(&bounded(8, "bytes", &[]), Some(8)));
        assert!(!is_proved_as_asked(&bounded(7, "bytes", &[]), Some(8)));
        assert!(!is_proved_as_asked(&bounded(8, "bytes", &[]), None));
        assert!(is_proved_as_asked(&bounded(1, "seed", &[]), None));
        assert!(!is_proved_as_asked(&bounded(8, "bytes", &["gcd"]), Some(8)));
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
