//! What a failing property prints on plain `cargo test`.
//!
//! Plain lines without colours, as they end up in logs. The order is that of a reader's questions:
//! which property, what does it say, what breaks it, how does it break, how do I see it again.

use std::fmt::Write as _;

use proofhouse_evidence::{FailureKind, Finding, Obstacle, Proof, Statistics, Verdict};

use super::origin::Origin;
use crate::Property;
use crate::conclusion::in_words;

/// A verdict for people, without a line feed at the end.
pub(crate) fn render(
    property: &Property,
    origin: Origin,
    seed: u64,
    verdict: &Verdict,
    statistics: &Statistics,
) -> String {
    let path = property.path;
    match verdict {
        Verdict::Refuted { findings } => {
            let mut text = String::new();
            for finding in findings {
                refuted(
                    &mut text,
                    property,
                    origin.refuted_how(seed, statistics),
                    finding,
                );
                shrunk(&mut text, statistics);
                replay(&mut text, property, finding);
            }
            text
        }
        Verdict::Passed { cases } if origin == Origin::Random => {
            format!(
                "property {path}: passed {} (seed {seed})",
                count(*cases, "case")
            )
        }
        Verdict::Passed { cases } => format!("property {path}: passed {}", count(*cases, "case")),
        Verdict::Proved {
            proof: Proof::AllInputs { inputs: 1 },
        } => {
            format!("property {path}: proved, its only case was checked")
        }
        Verdict::Proved {
            proof: Proof::AllInputs { inputs },
        } => {
            format!(
                "property {path}: proved, all {} checked",
                count(*inputs, "input")
            )
        }
        Verdict::Proved { .. } => format!("property {path}: proved"),
        Verdict::Vacuous { rejected } => {
            let rejected = count(*rejected, "case");
            format!("property {path}: vacuous, its assumptions rejected all {rejected}")
        }
        Verdict::NotApplicable { reason } => format!("property {path}: not applicable, {reason}"),
        Verdict::Inconclusive { obstacles } => inconclusive(property, seed, obstacles),
    }
}

fn refuted(text: &mut String, property: &Property, how: String, finding: &Finding) {
    line(
        text,
        &format!("property {} is refuted {how}", property.path),
    );
    for statement in property.statement.lines() {
        line(text, &format!("    {statement}"));
    }
    line(text, "");
    for argument in &finding.counterexample.arguments {
        line(text, &format!("  {} = {}", argument.name, argument.value));
    }
    if finding.counterexample.arguments.is_empty() {
        line(text, "  (it has no arguments)");
    }
    line(text, "");
    let how = match finding.failure.kind {
        FailureKind::ReturnedError => "returned an error: ",
        _ => "panicked: ",
    };
    line(
        text,
        &format!("  {how}{}", indented(&in_words(&finding.failure))),
    );
    for note in &finding.counterexample.notes {
        line(text, &format!("  note: {}", indented(note)));
    }
}

fn shrunk(text: &mut String, statistics: &Statistics) {
    if statistics.shrink_executions > 0 {
        let executions = count(statistics.shrink_executions, "execution");
        line(text, &format!("  shrunk in {executions}"));
    }
}

fn replay(text: &mut String, property: &Property, finding: &Finding) {
    line(text, "");
    line(text, "  replay it with:");
    line(
        text,
        &format!(
            "  {}",
            replay_command(property, &finding.counterexample.token)
        ),
    );
}

/// The command that runs one case again, in the folder of the package or its workspace.
fn replay_command(property: &Property, token: &str) -> String {
    let Property { package, path, .. } = property;
    format!("PROOFHOUSE_REPLAY={token} cargo test -p {package} -- --exact {path}")
}

fn inconclusive(property: &Property, seed: u64, obstacles: &[Obstacle]) -> String {
    let mut text = format!("property {} is inconclusive (seed {seed})\n", property.path);
    for obstacle in obstacles {
        match obstacle {
            Obstacle::NotReproduced { failure, token } => {
                line(
                    &mut text,
                    &format!("  a case failed: {}", indented(failure)),
                );
                line(
                    &mut text,
                    "  but not again with the same input, so something else decides too",
                );
                line(&mut text, &format!("  {}", replay_command(property, token)));
            }
            Obstacle::Unsupported { what, .. } => line(&mut text, &format!("  it has {what}")),
            other => line(&mut text, &format!("  {other:?}")),
        }
    }
    text
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{}", line.trim_end()).expect("writing to a string never fails");
}

/// Later lines of a text line up under the first.
fn indented(text: &str) -> String {
    text.replace('\n', "\n    ")
}

/// A number with its noun.
pub(super) fn count(number: u64, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}
