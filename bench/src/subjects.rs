//! `subjects`: the subject crates under the command, as their users would check them.
//!
//! Three questions: how fast random cases run (the counts are those of the journal), how long the whole
//! default check takes with nothing kept and with the proofs of the check before, and how far the proofs
//! reach. The command's own report says all of it; builds are not counted.
//!
//! # Invariants
//!
//! - Cases are those that the processes wrote down, not those that were asked for.
//! - The ladder lists every property, the unproved ones too.
//!
//! # Not here
//!
//! Other tools' runs of the same properties: the published one was made elsewhere and is marked so.

use std::path::Path;

use proofhouse_evidence::{Engine, Verdict};
use proofhouse_report::{CheckReport, EngineResult, PropertyReport, verdict_words};

use crate::command::{self, Build};
use crate::dependencies::workspace_root;
use crate::error::BenchError;
use crate::registry::{Benchmark, Effort};
use crate::report::{Cell, Column, Goal, Report, Table};

/// See the module.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "subjects",
    about: "Random cases, whole checks and the reach of proofs of the subject crates",
    run,
};

/// What the published run of the PCI properties took: 91 tests of 256 cases.
const PUBLISHED: &str = "91 tests of 256 cases in about 28 s";

/// A run of the random engine and how long it may take.
struct RandomRun {
    subject: &'static str,
    cases: u64,
    seconds_max: Option<f64>,
    published: &'static str,
}

const fn small_run(subject: &'static str) -> RandomRun {
    RandomRun {
        subject,
        cases: 256,
        seconds_max: None,
        published: "none",
    }
}

const RANDOM_RUNS: [RandomRun; 5] = [
    RandomRun {
        seconds_max: Some(2.0),
        published: PUBLISHED,
        ..small_run("pci-passthrough")
    },
    RandomRun {
        cases: 100_000,
        seconds_max: Some(60.0),
        ..small_run("pci-passthrough")
    },
    small_run("nix-text"),
    small_run("byte-buffer"),
    small_run("controller-store"),
];

const SUBJECTS: [&str; 4] = [
    "pci-passthrough",
    "nix-text",
    "byte-buffer",
    "controller-store",
];

/// The whole default check of all subjects, with the proofs of the check before.
const WARM_SECONDS_MAX: f64 = 180.0;

fn run(effort: &Effort) -> Result<Report, BenchError> {
    let root = workspace_root();
    let mut report = Report::new(BENCHMARK.name);
    random(&root, &mut report)?;
    if effort.rounds == Effort::FULL.rounds {
        checks(&root, &mut report)?;
    } else {
        report.note("a quick run leaves the whole checks out");
    }
    report.note("on all processors; optimised, with overflow checks and debug assertions");
    report.note("the published run was measured by others, on another machine");
    Ok(report)
}

fn random(root: &Path, report: &mut Report) -> Result<(), BenchError> {
    let columns = vec![
        Column::new("subject", "subject"),
        Column::new("asked", "cases each"),
        Column::new("properties", "properties"),
        Column::new("cases", "cases run"),
        Column::new("seconds", "seconds"),
        Column::new("published", "published elsewhere"),
    ];
    let mut table = Table::new("random cases", columns);
    for run in &RANDOM_RUNS {
        let cases = run.cases.to_string();
        let arguments = ["--engine", "random", "--cases", &cases, "--budget", "600"];
        let found = check(root, run.subject, &arguments)?;
        let generated = |property: &PropertyReport| property.results[0].statistics.generated;
        let generated = found.properties().map(|(_, it)| generated(it));
        let seconds = seconds_of(&found);
        table.push(vec![
            Cell::text(run.subject),
            Cell::Count(run.cases),
            Cell::Count(found.properties().count() as u64),
            Cell::Count(generated.sum()),
            Cell::Number(seconds),
            Cell::text(run.published),
        ]);
        if let Some(most) = run.seconds_max {
            let what = format!("seconds for {} × {} cases", run.subject, run.cases);
            report.goals.push(Goal::at_most(what, most, Some(seconds)));
        }
    }
    report.tables.push(table);
    Ok(())
}

fn checks(root: &Path, report: &mut Report) -> Result<(), BenchError> {
    let columns = ["subject", "nothing kept, seconds", "proofs kept, seconds"];
    let columns = columns.map(|title| Column::new(title.replace([',', ' '], "_"), title));
    let mut times = Table::new("the whole default check", columns.to_vec());
    let columns = ["property", "engine", "verdict", "seconds"];
    let columns = columns.map(|title| Column::new(title, title));
    let mut warm_seconds = 0.0;
    let mut ladders = Vec::new();
    for subject in SUBJECTS {
        let cold = check(root, subject, &["--no-cache"])?;
        // The first fills what the second takes over.
        check(root, subject, &[])?;
        let warm = check(root, subject, &[])?;
        times.push(vec![
            Cell::text(subject),
            Cell::Number(seconds_of(&cold)),
            Cell::Number(seconds_of(&warm)),
        ]);
        warm_seconds += seconds_of(&warm);
        let mut ladder = Table::new(
            format!("how far the proofs of {subject} reach"),
            columns.to_vec(),
        );
        cold.properties().for_each(|(_, it)| ladder.push(rung(it)));
        ladders.push(ladder);
    }
    report.tables.push(times);
    report.tables.extend(ladders);
    report.goals.push(Goal::at_most(
        "seconds for the default checks of all subjects, proofs kept",
        WARM_SECONDS_MAX,
        Some(warm_seconds),
    ));
    Ok(())
}

/// The best that an engine of all inputs can say of a property: a proof, or why there is none.
fn rung(property: &PropertyReport) -> Vec<Cell> {
    let proofs = property
        .results
        .iter()
        .filter(|it| it.engine != Engine::Random);
    let is_proof =
        |it: &&EngineResult| matches!(it.outcome.verdict(), Some(Verdict::Proved { .. }));
    let best = proofs
        .clone()
        .find(is_proof)
        .or_else(|| proofs.clone().next_back());
    let verdict = best.and_then(|it| it.outcome.verdict());
    vec![
        Cell::text(&property.description.path),
        best.map_or(Cell::Missing, |it| Cell::text(it.engine.name())),
        Cell::text(verdict.map_or_else(|| "not run".to_owned(), verdict_words)),
        best.map_or(Cell::Missing, |it| {
            Cell::Number(it.statistics.elapsed_us as f64 / 1e6)
        }),
    ]
}

fn seconds_of(report: &CheckReport) -> f64 {
    report.elapsed_us as f64 / 1e6
}

/// Has the command check one subject.
fn check(root: &Path, subject: &str, arguments: &[&str]) -> Result<CheckReport, BenchError> {
    let of_subject = ["--package", subject];
    command::check(root, Build::Optimised, &[&of_subject, arguments].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subject_is_a_package_with_properties() {
        for subject in SUBJECTS {
            let folder = workspace_root().join("subjects").join(subject);
            assert!(folder.join("Cargo.toml").exists(), "{subject}");
            assert!(RANDOM_RUNS.iter().any(|run| run.subject == subject));
        }
    }
}
