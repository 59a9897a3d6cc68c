//! The report as JUnit XML, the form that most tools which collect test results read.
//!
//! A suite is a test binary, a case a property. A case fails for the reasons for which the check fails;
//! what each engine says stands in its output.
//!
//! # Invariants
//!
//! - The text is well-formed XML 1.0, whatever values and messages hold
//!   (`tests::no_text_breaks_the_document`).
//!
//! # Source
//!
//! There is no standard; the elements are those that the schema of the JUnit plugin for Jenkins names.

use std::fmt::Write as _;

use proofhouse_evidence::Verdict;

use crate::document::{BinaryReport, CheckReport, Outcome, PropertyReport};
use crate::failures::{Failed, failures};
use crate::words::verdict_words;

/// The report as XML, ending in a newline.
pub fn junit_xml(report: &CheckReport) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let failed: usize = report.binaries.iter().map(failed_in).sum();
    let properties = report.properties().count();
    let failed = failed + usize::from(!report.weaker.is_empty());
    let tests = properties + usize::from(!report.weaker.is_empty());
    let time = seconds(report.elapsed_us);
    line(
        &mut text,
        format_args!(
            "<testsuites name=\"proofhouse\" tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" \
             time=\"{time}\">"
        ),
    );
    for binary in &report.binaries {
        suite(&mut text, binary);
    }
    if !report.weaker.is_empty() {
        ledger_suite(&mut text, report);
    }
    text.push_str("</testsuites>\n");
    text
}

fn failed_in(binary: &BinaryReport) -> usize {
    let is_failed = |property: &&PropertyReport| !failures(property).is_empty();
    binary.properties.iter().filter(is_failed).count()
}

fn suite(text: &mut String, binary: &BinaryReport) {
    let name = escaped(&format!("{} ({})", binary.package, binary.target));
    let tests = binary.properties.len();
    let failed = failed_in(binary);
    let skipped = binary.properties.iter().filter(is_skipped).count();
    let time = seconds(binary.properties.iter().map(elapsed_us).sum());
    line(
        text,
        format_args!(
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" \
             skipped=\"{skipped}\" time=\"{time}\">"
        ),
    );
    for property in &binary.properties {
        case(text, &name, property);
    }
    text.push_str("  </testsuite>\n");
}

fn case(text: &mut String, suite: &str, property: &PropertyReport) {
    let description = &property.description;
    line(
        text,
        format_args!(
            "    <testcase name=\"{}\" classname=\"{suite}\" file=\"{}\" line=\"{}\" time=\"{}\">",
            escaped(&description.path),
            escaped(&description.file),
            description.line,
            seconds(elapsed_us(property))
        ),
    );
    for Failed { what, details, .. } in failures(property) {
        line(
            text,
            format_args!(
                "      <failure message=\"{}\">{}</failure>",
                escaped(&what),
                escaped(&details)
            ),
        );
    }
    if is_skipped(&property) {
        text.push_str("      <skipped/>\n");
    }
    let mut said = String::new();
    for result in &property.results {
        let words = match &result.outcome {
            Outcome::Concluded { verdict } => verdict_words(verdict),
            Outcome::NotRun { reason } => format!("not run: {reason}"),
        };
        let _ = writeln!(said, "{}: {words}", result.engine.name());
    }
    line(
        text,
        format_args!("      <system-out>{}</system-out>", escaped(&said)),
    );
    text.push_str("    </testcase>\n");
}

/// What is weaker than the ledger belongs to no binary: a property may be gone.
fn ledger_suite(text: &mut String, report: &CheckReport) {
    text.push_str(
        "  <testsuite name=\"proofhouse.lock\" tests=\"1\" failures=\"1\" errors=\"0\">\n    \
         <testcase name=\"nothing is weaker than the ledger\" classname=\"proofhouse.lock\">\n",
    );
    for weaker in &report.weaker {
        let what = format!(
            "{} in {} ({}): {}, but {} before",
            weaker.property, weaker.package, weaker.target, weaker.now, weaker.before
        );
        let what = escaped(&what);
        line(text, format_args!("      <failure message=\"{what}\"/>"));
    }
    text.push_str("    </testcase>\n  </testsuite>\n");
}

/// No engine came to a conclusion that says anything.
fn is_skipped(property: &&PropertyReport) -> bool {
    property.results.iter().all(|result| {
        matches!(
            result.outcome.verdict(),
            None | Some(Verdict::NotApplicable { .. })
        )
    })
}

fn elapsed_us(property: &PropertyReport) -> u64 {
    let elapsed = property.results.iter().map(|one| one.statistics.elapsed_us);
    elapsed.sum()
}

fn seconds(microseconds: u64) -> String {
    format!(
        "{}.{:06}",
        microseconds / 1_000_000,
        microseconds % 1_000_000
    )
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    writeln!(text, "{arguments}").expect("writing to a string never fails");
}

/// A text as part of a document. Characters that XML 1.0 has no way to write become `\u{…}`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' | '\r' => escaped.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                escaped.extend(character.escape_unicode());
            }
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_breaks_the_document() {
        let rows = [
            ("a < b && \"c\"", "a &lt; b &amp;&amp; &quot;c&quot;"),
            ("two\nlines\t]]>", "two&#10;lines ]]&gt;"),
            ("\u{0}\u{1b}[31mé", "\\u{0}\\u{1b}[31mé"),
        ];
        for (text, expected) in rows {
            assert_eq!(escaped(text), expected);
        }
    }
}
