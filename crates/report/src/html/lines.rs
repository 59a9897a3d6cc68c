//! Which lines of the package were executed: in numbers beside each property, and in the source itself
//! for all properties together.
//!
//! # Invariants
//!
//! - What one property executed no other's miss takes back: a line of the source is shown as missed
//!   only if every property that leads to its function missed it.
//! - An executed line and a missed one differ by their sign and their spoken text, not by colour alone.

use std::collections::BTreeMap;

use maud::{Markup, html};
use proofhouse_evidence::{FileLines, Lines};

use super::SourceReader;
use crate::document::{CheckReport, EngineResult, PropertyReport};
use crate::quantity::{count, counted, percent};

/// More lines of source than this make the page slow to open; the files behind them are named only.
const SOURCE_LINES_MAX: usize = 20_000;

/// Adds up the lines of several results, by file.
fn added_up<'report>(
    results: impl Iterator<Item = &'report EngineResult>,
) -> BTreeMap<&'report str, FileLines> {
    let mut files: BTreeMap<&str, FileLines> = BTreeMap::new();
    for lines in results.flat_map(|result| &result.lines) {
        let nothing = || FileLines {
            file: lines.file.clone(),
            executed: Lines::default(),
            missed: Lines::default(),
        };
        files
            .entry(&lines.file)
            .or_insert_with(nothing)
            .absorb(lines);
    }
    files
}

/// What the proof or search of one property executed.
pub(super) fn figure(property: &PropertyReport) -> Markup {
    let files = added_up(property.results.iter());
    html! {
        @if !files.is_empty() {
            figure.lines {
                figcaption {
                    "Lines executed"
                    span.quiet { " of the functions that it leads to, by what was explored" }
                }
                table {
                    @for lines in files.values() {
                        (row(lines))
                    }
                    @if files.len() > 1 {
                        @let (executed, all) = total(files.values());
                        tr { th scope="row" { "together" } (share(executed, all)) td {} }
                    }
                }
            }
        }
    }
}

fn total<'lines>(files: impl Iterator<Item = &'lines FileLines>) -> (u64, u64) {
    files
        .map(FileLines::counts)
        .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

fn row(lines: &FileLines) -> Markup {
    let (executed, all) = lines.counts();
    html! {
        tr {
            th scope="row" { a href={ "#" (anchor(&lines.file)) } { (lines.file) } }
            (share(executed, all))
            td.quiet {
                @if executed < all { "not " span.missed { (lines.missed) } }
            }
        }
    }
}

fn share(executed: u64, all: u64) -> Markup {
    html! {
        td.bar aria-hidden="true" {
            svg.fair viewBox="0 0 1000 20" preserveAspectRatio="none" {
                rect.track x="0" y="0" width="1000" height="20" {}
                rect.share x="0" y="0" width=(executed * 1000 / all.max(1)) height="20" {}
            }
        }
        td.number {
            (percent(executed, all)) " "
            span.quiet { "(" (count(executed)) " of " (count(all)) ")" }
        }
    }
}

/// The source of every file of which something was executed, with signs beside its lines.
pub(super) fn section(report: &CheckReport, read: &SourceReader<'_>) -> Markup {
    let results = report.properties().flat_map(|(_, one)| &one.results);
    let files = added_up(results);
    let mut room = SOURCE_LINES_MAX;
    html! {
        @if !files.is_empty() {
            section.files id="lines" aria-label="Lines executed" {
                h2.plain { "Lines executed" }
                p.quiet {
                    "By the symbolic engine, over all properties: "
                    span.sign.executed { "+" } " some input is known to execute it; "
                    span.sign.missed { "–" } " nothing of it was executed, though a property leads to its function. "
                    "Other lines hold no code, or no property leads to it."
                }
                @for lines in files.values() {
                    (file(lines, read, &mut room))
                }
            }
        }
    }
}

fn file(lines: &FileLines, read: &SourceReader<'_>, room: &mut usize) -> Markup {
    let (executed, all) = lines.counts();
    let text = read(&lines.file);
    let length = text.as_deref().map_or(0, |text| text.lines().count());
    let has_room = length <= *room;
    if has_room {
        *room -= length;
    }
    html! {
        details.file id=(anchor(&lines.file)) {
            summary {
                code { (lines.file) } " " (percent(executed, all))
                span.quiet { " (" (count(executed)) " of " (counted(all, "lines")) ")" }
            }
            @match text {
                Some(text) if has_room => {
                    pre tabindex="0" aria-label={ "Source of " (lines.file) } {
                        @for (line, number) in text.lines().zip(1_u32..) {
                            (source_line(lines, number, line))
                        }
                    }
                }
                Some(_) => p.quiet { "Its " (counted(length as u64, "lines")) " are too many for this page." },
                None => p.quiet { "The source is not at hand." },
            }
        }
    }
}

fn source_line(lines: &FileLines, number: u32, line: &str) -> Markup {
    let (class, sign, spoken) = if lines.executed.contains(number) {
        ("line executed", "+", "executed: ")
    } else if lines.missed.contains(number) {
        ("line missed", "–", "not executed: ")
    } else {
        ("line", " ", "")
    };
    html! {
        span class=(class) {
            span.number aria-hidden="true" { (number) }
            span.sign aria-hidden="true" { (sign) }
            @if !spoken.is_empty() { span.hidden { (spoken) } }
            (line) "\n"
        }
    }
}

fn anchor(file: &str) -> String {
    format!("lines.{}", file.replace(char::is_whitespace, "-"))
}
