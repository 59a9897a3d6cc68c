//! How a property fared in earlier checks: a mark for each, the newest on the right.

use maud::{Markup, html};

use super::tone_class;
use crate::date::date;
use crate::document::{BinaryReport, CheckReport, EngineResult, PropertyReport};
use crate::summary::Standing;
use crate::words::cell;

/// More marks than this do not fit on a line.
const MARKS_MAX: usize = 40;

pub(super) fn figure(
    report: &CheckReport,
    binary: &BinaryReport,
    property: &PropertyReport,
    earlier: &[CheckReport],
) -> Markup {
    let mut runs: Vec<(&CheckReport, &PropertyReport)> = earlier
        .iter()
        .filter_map(|one| Some((one, same_property(one, binary, property)?)))
        .collect();
    runs.push((report, property));
    let runs = &runs[runs.len().saturating_sub(MARKS_MAX)..];
    html! {
        @if runs.len() > 1 {
            figure.history {
                figcaption { "Earlier checks" span.quiet { " oldest first" } }
                ol {
                    @for (report, property) in runs {
                        (mark(report, property))
                    }
                }
            }
        }
    }
}

fn mark(report: &CheckReport, property: &PropertyReport) -> Markup {
    let standing = Standing::of(property);
    let (name, tone) = standing.name_and_tone();
    let title = format!("{}: {}", date(report.started_unix_ms), said(property));
    html! {
        li class=(tone_class(tone)) title=(title) {
            span.hidden { (title) }
            span aria-hidden="true" { (initial(name)) }
        }
    }
}

/// The first letter of a standing, so that a mark is not told by its colour alone.
fn initial(name: &str) -> char {
    name.chars().next().unwrap_or('?').to_ascii_uppercase()
}

fn said(property: &PropertyReport) -> String {
    let of = |result: &EngineResult| format!("{} {}", result.engine.name(), cell(result).verdict);
    let said: Vec<String> = property.results.iter().map(of).collect();
    said.join(", ")
}

fn same_property<'report>(
    report: &'report CheckReport,
    binary: &BinaryReport,
    property: &PropertyReport,
) -> Option<&'report PropertyReport> {
    let mut properties = report.properties();
    let is_same = |other: &(&BinaryReport, &PropertyReport)| {
        let (other_binary, other) = other;
        other_binary.package == binary.package
            && other_binary.target == binary.target
            && other.description.path == property.description.path
    };
    properties.find(is_same).map(|(_, property)| property)
}
