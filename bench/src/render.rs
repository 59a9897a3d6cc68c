//! A report as text for people.
//!
//! Columns are as wide as their widest cell; figures stand to the right, words to the left.

use std::fmt::Write as _;

use crate::report::{Cell, Goal, Report, Shrunk, Table};

/// The whole report, with a line feed at the end.
pub(crate) fn text(report: &Report) -> String {
    let mut text = format!("{}\n", report.benchmark);
    for table in &report.tables {
        let _ = write!(text, "\n{}\n{}", table.title(), table_text(table));
    }
    if !report.goals.is_empty() {
        text.push_str("\ngoals\n");
    }
    for goal in &report.goals {
        let _ = writeln!(text, "  {}", goal_text(goal));
    }
    if !report.notes.is_empty() {
        text.push('\n');
    }
    for note in &report.notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

fn goal_text(goal: &Goal) -> String {
    let mark = match goal.is_met {
        Some(true) => "met   ",
        Some(false) => "MISSED",
        None => "open  ",
    };
    format!(
        "{mark}  {}: {}, asked {}",
        goal.what,
        cell_text(&goal.measured),
        goal.asked
    )
}

fn table_text(table: &Table) -> String {
    let titles: Vec<String> = table
        .columns()
        .iter()
        .map(|column| column.title.clone())
        .collect();
    let cells = table
        .rows()
        .iter()
        .map(|row| row.iter().map(cell_text).collect());
    let lines: Vec<Vec<String>> = std::iter::once(titles).chain(cells).collect();
    let width = |at: usize| {
        lines
            .iter()
            .map(|line| line[at].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..table.columns().len()).map(width).collect();
    let is_word = |at: usize| {
        table
            .rows()
            .iter()
            .all(|row| matches!(row[at], Cell::Text(_)))
    };
    let mut text = String::new();
    for line in &lines {
        let mut shown = String::new();
        for (at, cell) in line.iter().enumerate() {
            let width = widths[at];
            let _ = if is_word(at) {
                write!(shown, "  {cell:<width$}")
            } else {
                write!(shown, "  {cell:>width$}")
            };
        }
        let _ = writeln!(text, "{}", shown.trim_end());
    }
    text
}

fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Count(count) => count.to_string(),
        Cell::Number(number) => number_text(*number),
        Cell::PerSecond(rate) => rate_text(*rate),
        Cell::Ratio(ratio) => format!("{ratio:.2}x"),
        Cell::Shrunk(shrunk) => shrunk_text(shrunk),
        Cell::Missing => "-".to_owned(),
    }
}

/// As in the published comparisons: minimal % / answers / executions / µs.
fn shrunk_text(shrunk: &Shrunk) -> String {
    let Shrunk {
        found_percent,
        minimal_percent,
        answers,
        executions,
        engine_us,
        answer: _,
    } = shrunk;
    let figures = format!("{minimal_percent:.0} / {answers} / {executions:.0} / {engine_us:.2}");
    if *found_percent < 100.0 {
        format!("{figures} (found {found_percent:.0} %)")
    } else {
        figures
    }
}

/// Three digits that matter, or all of a whole number.
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 || number.abs() >= 1000.0 {
        format!("{number:.0}")
    } else if number.abs() >= 10.0 {
        format!("{number:.1}")
    } else {
        format!("{number:.2}")
    }
}

fn rate_text(rate: f64) -> String {
    match rate {
        _ if rate >= 1e6 => format!("{:.2} M/s", rate / 1e6),
        _ if rate >= 1e3 => format!("{:.1} k/s", rate / 1e3),
        _ => format!("{rate:.0} /s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Column;

    #[test]
    fn a_report_reads_well() {
        let columns = ["what", "proofhouse", "best rival", "ratio"];
        let columns = columns.map(|title| Column::new(title, title)).to_vec();
        let mut table = Table::new("cases a second", columns);
        let rate = Cell::PerSecond;
        table.push(vec![
            Cell::text("pair"),
            rate(78.2e6),
            rate(7_800.0),
            Cell::Ratio(10_025.6),
        ]);
        table.push(vec![
            Cell::text("a long name"),
            Cell::Number(1.5),
            Cell::Missing,
            Cell::Missing,
        ]);
        let mut report = Report::new("generation");
        report.tables.push(table);
        report.goals.push(Goal::at_least("pair", 5.0, Some(78.25)));
        report.goals.push(Goal::at_most("dependencies", 3.0, None));
        report.note("seeds 1 to 50");
        let expected = "\
generation

cases a second
  what         proofhouse  best rival      ratio
  pair         78.20 M/s     7.8 k/s  10025.60x
  a long name        1.50           -          -

goals
  met     pair: 78.2, asked >= 5
  open    dependencies: -, asked <= 3

note: seeds 1 to 50
";
        let expected = expected.replace("  pair         78.20", "  pair          78.20");
        assert_eq!(text(&report), expected);
    }

    #[test]
    fn a_failure_that_was_not_always_found_is_said_so() {
        let shrunk = Shrunk {
            found_percent: 98.0,
            minimal_percent: 100.0,
            answers: 1,
            executions: 66.5,
            engine_us: 0.812,
            answer: "[0, 1]".to_owned(),
        };
        let all = Shrunk {
            found_percent: 100.0,
            ..shrunk.clone()
        };
        assert_eq!(shrunk_text(&shrunk), "100 / 1 / 66 / 0.81 (found 98 %)");
        assert_eq!(shrunk_text(&all), "100 / 1 / 66 / 0.81");
    }
}
