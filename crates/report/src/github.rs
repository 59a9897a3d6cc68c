//! Annotations: lines that GitHub turns into remarks beside the source in its view of a change.
//!
//! # Source
//!
//! GitHub's documentation, "Workflow commands for GitHub Actions".

use std::fmt::Write as _;

use proofhouse_evidence::Verdict;

use crate::document::{CheckReport, PropertyReport};
use crate::failures::failures;
use crate::words::verdict_words;

/// One line for each failure and for each property about which no engine can say anything; empty when
/// all is well. Paths are those of the compiler, relative to the workspace's root.
pub fn github_text(report: &CheckReport) -> String {
    let mut text = String::new();
    for (_, property) in report.properties() {
        let failures = failures(property);
        for failure in &failures {
            let body = format!("{}\n{}", failure.what, failure.details);
            annotation(&mut text, "error", property, &body);
        }
        if failures.is_empty()
            && let Some(why) = nothing_known(property)
        {
            annotation(&mut text, "warning", property, &why);
        }
    }
    for weaker in &report.weaker {
        let title = format!("{} is weaker than the ledger", weaker.property);
        let body = format!(
            "{} ({}): {}, but {} before",
            weaker.package, weaker.target, weaker.now, weaker.before
        );
        let (title, body) = (in_property(&title), in_message(&body));
        writeln!(text, "::error title={title}::{body}").expect("writing to a string never fails");
    }
    text
}

/// What the engines say when none of them says that the property holds.
fn nothing_known(property: &PropertyReport) -> Option<String> {
    let verdicts = || {
        let results = property.results.iter();
        results.filter_map(|result| Some((result.engine, result.outcome.verdict()?)))
    };
    let says_something =
        |verdict: &Verdict| matches!(verdict, Verdict::Passed { .. } | Verdict::Proved { .. });
    if verdicts().any(|(_, verdict)| says_something(verdict)) {
        return None;
    }
    let lines = verdicts()
        .map(|(engine, verdict)| format!("{}: {}", engine.name(), verdict_words(verdict)));
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn annotation(text: &mut String, level: &str, property: &PropertyReport, body: &str) {
    let description = &property.description;
    writeln!(
        text,
        "::{level} file={},line={},title={}::{}",
        in_property(&description.file),
        description.line,
        in_property(&description.path),
        in_message(body.trim_end())
    )
    .expect("writing to a string never fails");
}

/// A message may hold anything but the ends of lines, and the mark of an escape.
fn in_message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The parts before the message are also separated, by colons and commas.
fn in_property(text: &str) -> String {
    in_message(text).replace(':', "%3A").replace(',', "%2C")
}
