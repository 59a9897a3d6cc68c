//! The table of properties and engines.
//!
//! One row a property, two columns an engine: the verdict, and the work behind it. The columns have
//! the same widths for all binaries so that the eye can run down a whole campaign.
//!
//! A verdict may hold a whole sentence. In every column but the last it is cut at
//! [`VERDICT_WIDTH_MAX`]; the last one runs on, to the edge of the terminal if there is one. What was
//! cut stands in full among the remarks.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::document::{BinaryReport, CheckReport, PropertyReport};
use crate::style::{Paint, Tone};
use crate::words::{Cell, cell};

/// Wide enough for `proved: all 1,000,000 inputs` and `proved to 16 bytes, 16 elements`.
const VERDICT_WIDTH_MAX: usize = 30;

/// Between two columns.
const GAP: &str = "  ";

/// The table, ending in a newline; empty when there are no properties.
pub(crate) fn table(report: &CheckReport, paint: Paint, width_max: Option<usize>) -> String {
    if report.properties().next().is_none() {
        return String::new();
    }
    let columns = Columns::fit(report);
    let mut text = columns.heading(report, paint);
    for binary in report.binaries.iter().filter(|b| !b.properties.is_empty()) {
        text.push_str(&paint.paint(Tone::Strong, &binary_title(binary)));
        text.push('\n');
        for property in &binary.properties {
            text.push_str(&columns.row(property, paint, width_max));
        }
    }
    text
}

/// `pci-passthrough (lib)`.
pub(crate) fn binary_title(binary: &BinaryReport) -> String {
    format!("{} ({})", binary.package, binary.target)
}

/// The width of each column, in terminal cells.
struct Columns {
    path: usize,
    /// For each engine its verdict and its work.
    engines: Vec<(usize, usize)>,
}

impl Columns {
    fn fit(report: &CheckReport) -> Self {
        let mut path = "property".width();
        let mut engines: Vec<(usize, usize)> = report
            .settings
            .engines
            .iter()
            .map(|engine| (engine.name().width(), 0))
            .collect();
        for (_, property) in report.properties() {
            path = path.max(property.description.path.width());
            for (widths, result) in engines.iter_mut().zip(&property.results) {
                let cell = cell(result);
                widths.0 = widths.0.max(cell.verdict.width().min(VERDICT_WIDTH_MAX));
                widths.1 = widths.1.max(cell.work.width());
            }
        }
        Self { path, engines }
    }

    fn heading(&self, report: &CheckReport, paint: Paint) -> String {
        let mut line = format!("{GAP}{}", padded("property", self.path));
        for (engine, (verdict, work)) in report.settings.engines.iter().zip(&self.engines) {
            line.push_str(GAP);
            line.push_str(&padded(engine.name(), verdict + GAP.len() + work));
        }
        format!("{}\n", paint.paint(Tone::Faint, line.trim_end()))
    }

    fn row(&self, property: &PropertyReport, paint: Paint, width_max: Option<usize>) -> String {
        let mut row = format!("{GAP}{}", padded(&property.description.path, self.path));
        let mut used = GAP.len() + self.path;
        let last = property.results.len().saturating_sub(1);
        for (index, (result, widths)) in property.results.iter().zip(&self.engines).enumerate() {
            let cell = cell(result);
            used += GAP.len();
            row.push_str(GAP);
            if index == last {
                row.push_str(&last_cell(&cell, *widths, paint, width_max, used));
            } else {
                row.push_str(&inner_cell(&cell, *widths, paint));
                used += widths.0 + GAP.len() + widths.1;
            }
        }
        format!("{}\n", row.trim_end())
    }
}

fn inner_cell(cell: &Cell, (verdict, work): (usize, usize), paint: Paint) -> String {
    let text = padded(&cut(&cell.verdict, verdict), verdict);
    format!(
        "{}{GAP}{}",
        paint.paint(cell.tone, &text),
        paint.paint(Tone::Faint, &padded(&cell.work, work))
    )
}

/// The last verdict may run on: behind it comes only its work, which then follows directly.
fn last_cell(
    cell: &Cell,
    (verdict, _): (usize, usize),
    paint: Paint,
    width_max: Option<usize>,
    used: usize,
) -> String {
    let room = match width_max {
        Some(width_max) => width_max
            .saturating_sub(used + GAP.len() + cell.work.width())
            .max(VERDICT_WIDTH_MAX),
        None => usize::MAX,
    };
    let text = padded(&cut(&cell.verdict, room), verdict);
    format!(
        "{}{GAP}{}",
        paint.paint(cell.tone, &text),
        paint.paint(Tone::Faint, &cell.work)
    )
}

fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// The text, or as much of it as leaves room for an ellipsis.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(character);
    }
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_fits_and_shows_that_it_was_cut() {
        let rows = [
            ("short", 10, "short"),
            ("exactly ten", 11, "exactly ten"),
            ("exactly ten", 10, "exactly t…"),
            ("two words", 5, "two…"),
            ("宽宽宽", 4, "宽…"),
        ];
        for (text, width, expected) in rows {
            assert_eq!(cut(text, width), expected);
            assert!(cut(text, width).width() <= width);
        }
    }
}
