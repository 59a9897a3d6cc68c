//! What a failing property prints on plain `cargo test`.
//!
//! Plain lines without colours, as they end up in logs. The order is that of a reader's questions:
//! which property, what does it say, what breaks it, how does it break, how do I see it again.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};

use proofhouse_evidence::{
    Argument, FailureKind, Finding, Observations, Obstacle, Proof, TargetBest, Verdict,
};

use super::origin::Origin;
use super::work::Worked;
use crate::Property;
use crate::conclusion::in_words;
use crate::health::Complaint;
use crate::hunt::{Explained, Failing, Flaky};

/// A verdict for people, without a line feed at the end.
pub(super) fn render(property: &Property, seed: u64, worked: &Worked) -> String {
    let mut text = verdict_text(property, seed, worked);
    if let (Verdict::Refuted { .. }, Some(flaky)) = (&worked.verdict, &worked.flaky) {
        line(&mut text, "");
        line(
            &mut text,
            "  before that, another failure did not always happen:",
        );
        flaky_text(&mut text, flaky);
    }
    text
}

fn verdict_text(property: &Property, seed: u64, worked: &Worked) -> String {
    let (origin, statistics) = (worked.origin, &worked.statistics);
    let path = property.path;
    match &worked.verdict {
        Verdict::Refuted { findings } => {
            let mut text = String::new();
            for (at, (finding, explained)) in findings.iter().zip(&worked.explained).enumerate() {
                let how = match at {
                    0 => origin.refuted_how(seed, worked.first_after),
                    _ => "in another way".to_owned(),
                };
                refuted(&mut text, property, &how, finding, explained);
                shrunk(&mut text, worked);
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
        Verdict::Unhealthy { .. } => {
            let cases = count(statistics.generated + statistics.replayed, "case");
            format!("property {path}: held for {cases}, but they are not fit (seed {seed})")
        }
        Verdict::Vacuous { rejected } => {
            let rejected = count(*rejected, "case");
            format!("property {path}: vacuous, its assumptions rejected all {rejected}")
        }
        Verdict::NotApplicable { reason } => format!("property {path}: not applicable, {reason}"),
        Verdict::Inconclusive { obstacles } => inconclusive(property, seed, obstacles, worked),
    }
}

fn refuted(
    text: &mut String,
    property: &Property,
    how: &str,
    finding: &Finding,
    explained: &Explained,
) {
    line(
        text,
        &format!("property {} is refuted {how}", property.path),
    );
    for statement in property.statement.lines() {
        line(text, &format!("    {statement}"));
    }
    line(text, "");
    for (at, argument) in finding.counterexample.arguments.iter().enumerate() {
        let is_free = explained.free.contains(&at);
        let remark = if is_free { "   (may be anything)" } else { "" };
        argument_text(text, argument, Cow::Borrowed(&argument.value), remark);
    }
    if explained.free.len() > 1 {
        line(text, "  (each may be anything while the others stay)");
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

fn shrunk(text: &mut String, worked: &Worked) {
    let executions = worked.statistics.shrink_executions;
    if !worked.is_simplest {
        let executions = count(executions, "execution");
        line(
            text,
            &format!(
                "  shrunk in {executions}, then a limit ended it; PROOFHOUSE_SHRINK_MAX and \
                 PROOFHOUSE_SHRINK_MS allow more"
            ),
        );
    } else if executions > 0 {
        line(
            text,
            &format!("  shrunk in {}", count(executions, "execution")),
        );
    }
}

/// Prints a failure as it was found, before anything is made of it, so that nobody has to wait.
pub(super) fn first_sight(path: &str, failing: &Failing, arguments: &[Argument]) {
    let mut text = String::new();
    let failure = indented(&in_words(&failing.failure));
    line(
        &mut text,
        &format!("property {path}: a case fails, shrinking it: {failure}"),
    );
    for argument in arguments {
        argument_text(&mut text, argument, cut(&argument.value), "");
    }
    let mut error_output = std::io::stderr();
    if error_output.is_terminal() {
        // The test harness would hold it back until the test has ended.
        let _ = error_output.write_all(text.as_bytes());
    } else {
        eprint!("{text}");
    }
}

/// An argument with its value beside it, or below it if it has lines of its own.
fn argument_text(text: &mut String, argument: &Argument, value: Cow<'_, str>, remark: &str) {
    let name = &argument.name;
    if !argument.is_block() {
        line(text, &format!("  {name} = {value}{remark}"));
        return;
    }
    line(text, &format!("  {name}:{remark}"));
    for of_value in value.lines() {
        line(text, &format!("    {of_value}"));
    }
}

/// The first part of a value that nobody has made simple yet.
fn cut(value: &str) -> Cow<'_, str> {
    match value.char_indices().nth(300) {
        Some((end, _)) => Cow::Owned(format!("{} ...", &value[..end])),
        None => Cow::Borrowed(value),
    }
}

/// What the cases were like, a line for each count.
pub(super) fn observed(observations: &Observations) -> String {
    let mut text = String::new();
    for count in &observations.labels {
        let percent = 100.0 * count.cases as f64 / count.of.max(1) as f64;
        let required = count.required_ppm.map_or_else(String::new, |required_ppm| {
            format!(", {} % required", f64::from(required_ppm) / 10_000.0)
        });
        let counts = format!("{} of {}{required}", count.cases, count.of);
        line(
            &mut text,
            &format!("  {percent:5.1} %  {} ({counts})", count.label),
        );
    }
    for target in &observations.targets {
        let TargetBest { label, best } = target;
        line(&mut text, &format!("  highest {label}: {best}"));
    }
    text
}

/// What is wrong with the inputs of a run.
pub(super) fn complaint(path: &str, complaint: &Complaint) -> String {
    let level = if complaint.is_grave() {
        "error"
    } else {
        "warning"
    };
    let (code, help) = (complaint.code(), complaint.help());
    format!("{level}[{code}]: property {path}: {complaint}\nhelp: {help}")
}

/// A failure that did not always happen.
fn flaky_text(text: &mut String, flaky: &Flaky) {
    for argument in &flaky.arguments {
        argument_text(text, argument, cut(&argument.value), "");
    }
    let Flaky { failed, runs, .. } = flaky;
    let failure = indented(&in_words(&flaky.failing.failure));
    line(
        text,
        &format!("  flaky, failed in {failed} of {runs} runs with the same input: {failure}"),
    );
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

fn inconclusive(property: &Property, seed: u64, obstacles: &[Obstacle], worked: &Worked) -> String {
    let mut text = format!("property {} is inconclusive (seed {seed})\n", property.path);
    for obstacle in obstacles {
        match obstacle {
            Obstacle::NotReproduced { failure, token } => {
                match &worked.flaky {
                    Some(flaky) => flaky_text(&mut text, flaky),
                    None => line(&mut text, &format!("  a case failed {}", indented(failure))),
                }
                line(
                    &mut text,
                    "  something else than the input decides too: time, threads, hash order, state \
                     that is left behind",
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
