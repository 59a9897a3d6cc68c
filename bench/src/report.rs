//! What a benchmark found, as data: tables of typed cells, and the goals it was run for.
//!
//! People and programs read the same report, so a benchmark fills it once; `render` shows it and
//! serde writes it. A row becomes an object whose keys are the keys of its table's columns.
//!
//! # Invariants
//!
//! - Every row has as many cells as its table has columns (`Table::push`).
//! - [`FORMAT_VERSION`] grows with every change that an older reader would misread.

use serde::Serialize;
use serde::ser::{SerializeMap as _, SerializeSeq as _, Serializer};

/// The version of the JSON form of a report.
pub(crate) const FORMAT_VERSION: u32 = 1;

/// Everything that one run of one benchmark says.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) format: u32,
    pub(crate) benchmark: &'static str,
    /// What a reader must know to judge the figures.
    pub(crate) notes: Vec<String>,
    pub(crate) tables: Vec<Table>,
    pub(crate) goals: Vec<Goal>,
}

impl Report {
    /// An empty report.
    pub(crate) fn new(benchmark: &'static str) -> Self {
        let (notes, tables, goals) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            format: FORMAT_VERSION,
            benchmark,
            notes,
            tables,
            goals,
        }
    }

    /// Adds a remark without which a figure would be misread.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
}

/// Figures with a name for each column.
#[derive(Debug)]
pub(crate) struct Table {
    title: String,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

/// A column: `key` in JSON, `title` for people.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) key: String,
    pub(crate) title: String,
}

impl Column {
    /// A column.
    pub(crate) fn new(key: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            title: title.into(),
        }
    }
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(title: impl Into<String>, columns: Vec<Column>) -> Self {
        Self {
            title: title.into(),
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: Vec<Cell>) {
        assert_eq!(
            row.len(),
            self.columns.len(),
            "a row of the table `{}`",
            self.title
        );
        self.rows.push(row);
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(crate) fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("title", &self.title)?;
        map.serialize_entry("rows", &Rows(self))?;
        map.end()
    }
}

struct Rows<'a>(&'a Table);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.0.rows.len()))?;
        for row in &self.0.rows {
            rows.serialize_element(&RowObject {
                columns: &self.0.columns,
                row,
            })?;
        }
        rows.end()
    }
}

struct RowObject<'a> {
    columns: &'a [Column],
    row: &'a [Cell],
}

impl Serialize for RowObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.row.len()))?;
        for (column, cell) in self.columns.iter().zip(self.row) {
            map.serialize_entry(&column.key, cell)?;
        }
        map.end()
    }
}

/// One figure. JSON has the plain number, in the unit that the row or column names.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Cell {
    /// Words.
    Text(String),
    /// A number of things.
    Count(u64),
    /// A quantity that reads best with a few digits.
    Number(f64),
    /// So many in a second.
    PerSecond(f64),
    /// How many times as much.
    Ratio(f64),
    /// What a library's shrinking of one problem amounted to.
    Shrunk(Shrunk),
    /// Not measured, or not to be had.
    Missing,
}

impl Cell {
    /// How many times `theirs` ours is; missing where one of them is, or theirs is nothing.
    pub(crate) fn ratio(ours: Option<f64>, theirs: Option<f64>) -> Self {
        match (ours, theirs) {
            (Some(ours), Some(theirs)) if theirs != 0.0 => Self::Ratio(ours / theirs),
            _ => Self::Missing,
        }
    }

    /// Words.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// What a library's shrinking of one problem amounted to, over all seeds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Shrunk {
    /// Of all seeds, those that found a failure at all.
    pub(crate) found_percent: f64,
    /// Of those, the ones that ended on an accepted minimum.
    pub(crate) minimal_percent: f64,
    /// Different final answers.
    pub(crate) answers: u64,
    /// Median of the executions after the first failure.
    pub(crate) executions: f64,
    /// Median of the microseconds for each of them, without the time in the property itself.
    pub(crate) engine_us: f64,
    /// The most frequent final answer.
    pub(crate) answer: String,
}

/// What was asked for and whether it was reached.
#[derive(Debug, Serialize)]
pub(crate) struct Goal {
    pub(crate) what: String,
    pub(crate) asked: String,
    pub(crate) measured: Cell,
    /// `None` when it was not measured.
    pub(crate) is_met: Option<bool>,
}

impl Goal {
    /// A goal that is met when the measured figure is at least `least`.
    pub(crate) fn at_least(what: impl Into<String>, least: f64, measured: Option<f64>) -> Self {
        Self::new(what, format!(">= {least}"), measured, |measured| {
            measured >= least
        })
    }

    /// A goal that is met when the measured figure is at most `most`.
    pub(crate) fn at_most(what: impl Into<String>, most: f64, measured: Option<f64>) -> Self {
        Self::new(what, format!("<= {most}"), measured, |measured| {
            measured <= most
        })
    }

    fn new(
        what: impl Into<String>,
        asked: String,
        measured: Option<f64>,
        is_met: impl Fn(f64) -> bool,
    ) -> Self {
        let cell = measured.map_or(Cell::Missing, Cell::Number);
        Self {
            what: what.into(),
            asked,
            measured: cell,
            is_met: measured.map(is_met),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_an_object_with_the_columns_as_keys() {
        let columns = vec![
            Column::new("what", "what"),
            Column::new("ours", "proofhouse"),
        ];
        let mut table = Table::new("speed", columns);
        table.push(vec![Cell::text("pair"), Cell::PerSecond(2.5e6)]);
        table.push(vec![Cell::text("sort"), Cell::Missing]);
        let mut report = Report::new("generation");
        report.tables.push(table);
        report
            .goals
            .push(Goal::at_least("pair, cases/s", 5e6, Some(2.5e6)));
        let expected = serde_json::json!({
            "format": 1,
            "benchmark": "generation",
            "notes": [],
            "tables": [{
                "title": "speed",
                "rows": [{"what": "pair", "ours": 2.5e6}, {"what": "sort", "ours": null}],
            }],
            "goals": [{
                "what": "pair, cases/s", "asked": ">= 5000000", "measured": 2.5e6, "is_met": false,
            }],
        });
        assert_eq!(serde_json::to_value(&report).unwrap(), expected);
    }

    #[test]
    #[should_panic(expected = "a row of the table `t`")]
    fn a_row_of_another_width_is_refused() {
        Table::new("t", vec![Column::new("a", "a")]).push(Vec::new());
    }

    #[test]
    fn a_ratio_needs_two_figures() {
        assert_eq!(Cell::ratio(Some(3.0), Some(2.0)), Cell::Ratio(1.5));
        assert_eq!(Cell::ratio(Some(3.0), Some(0.0)), Cell::Missing);
        assert_eq!(Cell::ratio(None, Some(2.0)), Cell::Missing);
    }

    #[test]
    fn a_goal_that_was_not_measured_is_neither_met_nor_missed() {
        assert_eq!(Goal::at_most("x", 2.0, None).is_met, None);
        assert_eq!(Goal::at_most("x", 2.0, Some(2.0)).is_met, Some(true));
        assert_eq!(Goal::at_most("x", 2.0, Some(2.1)).is_met, Some(false));
    }
}
