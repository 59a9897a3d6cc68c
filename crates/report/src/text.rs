//! The whole report as text.

use crate::document::CheckReport;
use crate::finding::finding_text;
use crate::merge::merged_findings;
use crate::observed::observed;
use crate::remarks::remarks;
use crate::style::Paint;
use crate::summary::{heading, summary, warnings};
use crate::table::table;

/// How the text is to be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TextOptions {
    /// Whether to use colour (ANSI escape sequences).
    pub colour: bool,
    /// The width of the terminal in cells; `None` when there is none and lines may be long.
    pub width: Option<usize>,
}

/// The report of a check as text, ending in a newline: settings, table, remarks, what
/// the cases were like, each finding in full, summary. The findings come last but for the summary so that they stay on the screen.
pub fn check_text(report: &CheckReport, options: TextOptions) -> String {
    let paint = Paint {
        colour: options.colour,
    };
    let mut parts = vec![heading(report)];
    parts.push(table(report, paint, options.width));
    parts.push(remarks(report, paint));
    parts.push(observed(report, paint));
    for (binary, property) in report.properties() {
        for merged in merged_findings(property) {
            parts.push(finding_text((report, binary), property, &merged, paint));
        }
    }
    parts.push(format!(
        "{}{}",
        warnings(report, paint),
        summary(report, paint)
    ));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}
