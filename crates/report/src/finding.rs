//! A finding in full: what the property says, what breaks it, and how to see it again.

use proofhouse_evidence::{
    Counterexample, Failure, FailureKind, Finding, PropertyDescription, Replay, Site,
};
use serde::{Deserialize, Serialize};

use crate::document::{BinaryReport, CheckReport, PropertyReport, TargetLabel};
use crate::merge::MergedFinding;
use crate::style::{Paint, Tone};

/// One finding as text, ending in a newline.
pub(crate) fn finding_text(
    (report, binary): (&CheckReport, &BinaryReport),
    property: &PropertyReport,
    merged: &MergedFinding<'_>,
    paint: Paint,
) -> String {
    let finding = merged.finding;
    let mut text = heading(&binary.package, &property.description, "REFUTED", paint);
    text.push_str(&values(
        &property.description,
        &finding.counterexample,
        Some(&finding.failure),
        free_arguments(property, &finding.counterexample.token),
        paint,
    ));
    text.push_str(&failure_text(&finding.failure, paint));
    let engines: Vec<_> = merged.engines.iter().map(|engine| engine.name()).collect();
    text.push_str(&format!("  found by {}", listed(&engines)));
    text.push_str(&format!(
        "; {}\n",
        replay_words(finding.failure.kind, &finding.replay)
    ));
    let profile = report.settings.native_profile.as_deref();
    for (name, command) in commands(profile, binary, property, finding) {
        let name = format!("{name:<6}");
        text.push_str(&format!(
            "  {}  {command}\n",
            paint.paint(Tone::Faint, &name)
        ));
    }
    text
}

/// Values, failure and token as plain lines, for tools that show the property in their own way.
pub(crate) fn plain_finding(property: &PropertyReport, merged: &MergedFinding<'_>) -> String {
    let paint = Paint { colour: false };
    let finding = merged.finding;
    let token = &finding.counterexample.token;
    let free = free_arguments(property, token);
    let failure = Some(&finding.failure);
    let mut text = values(
        &property.description,
        &finding.counterexample,
        failure,
        free,
        paint,
    );
    text.push_str(&failure_text(&finding.failure, paint));
    text.push_str(&format!("  cargo proofhouse replay {token}\n"));
    text.trim_start_matches('\n').to_owned()
}

/// `random`, `random and symbolic`, `random, exhaustive and symbolic`.
pub(crate) fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `REFUTED types::prop` and what the property says.
fn heading(
    package: &str,
    description: &PropertyDescription,
    verdict: &str,
    paint: Paint,
) -> String {
    let tone = if verdict == "REFUTED" {
        Tone::Bad
    } else {
        Tone::Good
    };
    let mut text = format!(
        "{} {}\n",
        paint.paint(tone, verdict),
        paint.paint(Tone::Strong, &description.path)
    );
    for line in description.statement.lines() {
        text.push_str(&format!("  {}\n", line.trim()));
    }
    let place = format!("  {package}, {}:{}", description.file, description.line);
    text.push_str(&format!("{}\n", paint.paint(Tone::Faint, &place)));
    text
}

/// The arguments of a counterexample that do not matter, whichever engine found that out.
pub(crate) fn free_arguments<'report>(
    property: &'report PropertyReport,
    token: &str,
) -> &'report [String] {
    let mut explanations = property.results.iter().flat_map(|one| &one.explanations);
    explanations
        .find(|explanation| explanation.token == token)
        .map_or(&[], |explanation| &explanation.free_arguments)
}

/// The arguments and notes, each on its own line; a value of several lines keeps its shape.
fn values(
    description: &PropertyDescription,
    counterexample: &Counterexample,
    failure: Option<&Failure>,
    free: &[String],
    paint: Paint,
) -> String {
    let mut text = String::from("\n");
    for argument in &counterexample.arguments {
        let name = paint.paint(Tone::Strong, &argument.name);
        if argument.is_block() {
            text.push_str(&format!("    {name}:\n"));
            for line in argument.value.lines() {
                text.push_str(&format!("      {line}\n"));
            }
            continue;
        }
        let value = argument.value.replace('\n', "\n    ");
        let remark = if free.contains(&argument.name) {
            paint.paint(Tone::Faint, "   (may be anything)")
        } else {
            String::new()
        };
        text.push_str(&format!("    {name} = {value}{remark}\n"));
    }
    if free.len() > 1 {
        text.push_str("    (each may be anything while the others stay)\n");
    }
    if description.arguments.is_empty() {
        text.push_str("    (there are no arguments)\n");
    } else if counterexample.arguments.is_empty() {
        text.push_str(&format!(
            "    (the values are not known: {})\n",
            why_unknown(failure)
        ));
    }
    for note in &counterexample.notes {
        text.push_str(&format!("    note: {}\n", note.replace('\n', "\n    ")));
    }
    text.push('\n');
    text
}

/// A test process prints the values of a case that failed, if it still can.
pub(crate) fn why_unknown(failure: Option<&Failure>) -> &'static str {
    match failure.map(|failure| failure.kind) {
        Some(FailureKind::ProcessEnded | FailureKind::Timeout) => {
            "the process ended before it could print them"
        }
        Some(
            FailureKind::Panic
            | FailureKind::ReturnedError
            | FailureKind::UndefinedBehaviour
            | FailureKind::LoopBound
            | FailureKind::OutsideOfContract,
        )
        | None => "the test process did not print them",
    }
}

fn failure_text(failure: &Failure, paint: Paint) -> String {
    let what = kind_words(failure.kind);
    let mut text = format!("  {}", paint.paint(Tone::Bad, what));
    if let Some(site) = &failure.site {
        text.push_str(&format!(" at {}", place(site)));
    }
    text.push('\n');
    for line in failure.message.lines() {
        text.push_str(&format!("    {line}\n"));
    }
    text
}

/// What happened, in a word or two.
pub(crate) fn kind_words(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Panic => "panicked",
        FailureKind::ReturnedError => "returned an error",
        FailureKind::ProcessEnded => "ended the process",
        FailureKind::Timeout => "ran for too long",
        FailureKind::UndefinedBehaviour => "undefined behaviour",
        FailureKind::LoopBound => "a loop went on beyond its bound",
        FailureKind::OutsideOfContract => "changed what its contract does not name",
    }
}

/// A site as compilers write it.
pub(crate) fn place(site: &Site) -> String {
    let Site { file, line, column } = site;
    match column {
        0 => format!("{file}:{line}"),
        column => format!("{file}:{line}:{column}"),
    }
}

pub(crate) fn replay_words(kind: FailureKind, replay: &Replay) -> String {
    match (replay, kind) {
        (Replay::Reproduced, _) => "failed again natively in a fresh process".to_owned(),
        (Replay::Pending, _) => "not run again yet".to_owned(),
        (Replay::NotReproduced { instead }, kind) if kind.is_seen_by_machine_alone() => {
            format!("seen only by the machine: natively, {instead}")
        }
        (Replay::NotReproduced { instead }, _) => format!("natively, {instead}"),
    }
}

/// How to see the failure again. What only the machine sees, no native run shows.
pub(crate) fn commands(
    profile: Option<&str>,
    binary: &BinaryReport,
    property: &PropertyReport,
    finding: &Finding,
) -> Vec<(&'static str, String)> {
    let option = |name: &str| profile.map_or_else(String::new, |value| format!(" {name} {value}"));
    let token = &finding.counterexample.token;
    let package = &binary.package;
    let target = binary.target.cargo_arguments().join(" ");
    let path = &property.description.path;
    let mut rows = vec![("token", token.clone())];
    if matches!(finding.replay, Replay::NotReproduced { .. }) {
        let options = format!("-p {package} {target} --engine symbolic --property {path}");
        rows.push(("again", format!("cargo proofhouse check {options}")));
    } else {
        let replay = format!(
            "cargo proofhouse replay {token}{}",
            option("--cargo-profile")
        );
        rows.push(("replay", replay));
        let profile = option("--profile");
        let test =
            format!("cargo test -p {package} {target}{profile} -- --exact {path} --nocapture");
        rows.push(("debug", format!("PROOFHOUSE_REPLAY={token} {test}")));
    }
    rows
}

/// What a replay of one token showed in one test binary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayReport {
    /// The version of this form.
    pub format_version: u32,
    /// The package of the property.
    pub package: String,
    /// The test binary.
    pub target: TargetLabel,
    /// The property.
    pub property: PropertyDescription,
    /// The input, with its values as far as they are known.
    pub counterexample: Counterexample,
    /// How it fails; `None` when it does not fail.
    pub failure: Option<Failure>,
}

/// A replay as text, ending in a newline.
pub fn replay_text(report: &ReplayReport, colour: bool) -> String {
    let paint = Paint { colour };
    let verdict = if report.failure.is_some() {
        "REFUTED"
    } else {
        "HOLDS"
    };
    let mut text = heading(&report.package, &report.property, verdict, paint);
    text.push_str(&values(
        &report.property,
        &report.counterexample,
        report.failure.as_ref(),
        &[],
        paint,
    ));
    match &report.failure {
        Some(failure) => text.push_str(&failure_text(failure, paint)),
        None => text.push_str(
            "  natively, this input does not break the property (any more)\n  undefined behaviour \
             that native code survives shows only in `check --engine symbolic`\n",
        ),
    }
    text
}
