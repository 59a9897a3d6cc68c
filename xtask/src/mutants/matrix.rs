//! Who noticed which mutant, as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use proofhouse_evidence::{Engine, Verdict};
use proofhouse_report::{CheckReport, Outcome};

/// What one engine did with one mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cell {
    NotApplicable,
    Inconclusive,
    Survived,
    Killed,
}

impl Cell {
    fn word(self) -> &'static str {
        match self {
            Self::NotApplicable => "–",
            Self::Inconclusive => "inconclusive",
            Self::Survived => "survived",
            Self::Killed => "killed",
        }
    }

    /// How an engine did on one property.
    fn of(outcome: &Outcome) -> Self {
        match outcome.verdict() {
            Some(Verdict::Refuted { .. }) => Self::Killed,
            Some(Verdict::Proved { .. } | Verdict::Passed { .. }) => Self::Survived,
            Some(
                Verdict::Inconclusive { .. } | Verdict::Vacuous { .. } | Verdict::Unhealthy { .. },
            ) => Self::Inconclusive,
            Some(Verdict::NotApplicable { .. }) | None => Self::NotApplicable,
        }
    }
}

/// What each engine did with one mutant.
pub(super) type Cells = BTreeMap<Engine, Cell>;

/// The best that each engine did on any property.
pub(super) fn cells(report: &CheckReport) -> Cells {
    let mut cells = Cells::new();
    for (_, property) in report.properties() {
        for result in &property.results {
            let best = cells.entry(result.engine).or_insert(Cell::NotApplicable);
            *best = (*best).max(Cell::of(&result.outcome));
        }
    }
    cells
}

/// The words of the engines' columns.
fn words(cells: &Cells) -> [&'static str; Engine::SELECTABLE.len()] {
    Engine::SELECTABLE.map(|engine| cells.get(&engine).map_or("–", |cell| cell.word()))
}

/// Mutants by engines.
#[derive(Debug, Default)]
pub(super) struct Matrix {
    rows: Vec<(String, Cells)>,
}

impl Matrix {
    /// The line over the rows.
    pub(super) fn head() -> String {
        line("mutant", Engine::SELECTABLE.map(Engine::name), "seconds")
    }

    /// Adds a mutant and gives its line.
    pub(super) fn add(&mut self, place: String, cells: Cells, time: Duration) -> String {
        let line = line(&place, words(&cells), &time.as_secs().to_string());
        self.rows.push((place, cells));
        line
    }

    /// How many each engine killed, and which mutants no other engine noticed.
    pub(super) fn summary(&self) -> String {
        let mut text = String::new();
        for engine in Engine::SELECTABLE {
            let killed: Vec<&(String, Cells)> = self
                .rows
                .iter()
                .filter(|(_, cells)| cells.get(&engine) == Some(&Cell::Killed))
                .collect();
            let alone: Vec<&str> = killed
                .iter()
                .filter(|(_, cells)| {
                    cells.values().filter(|cell| **cell == Cell::Killed).count() == 1
                })
                .map(|(place, _)| place.as_str())
                .collect();
            let _ = writeln!(
                text,
                "{} killed {} of {}, {} of them alone: {}",
                engine.name(),
                killed.len(),
                self.rows.len(),
                alone.len(),
                alone.join(", ")
            );
        }
        text
    }

    /// The matrix as a document.
    pub(super) fn markdown(&self) -> String {
        let mut text = String::from(
            "# Seeded mutants and the engines that noticed them\n\n\
             Written by `cargo xtask mutants --write subjects/MUTANTS.md`. A mutant is a patch in the folder\n\
             `mutants` of its subject; the patch's header says what it breaks. `–`: the engine can't run the\n\
             property, or there is none for it.\n\n| mutant |",
        );
        for engine in Engine::SELECTABLE {
            let _ = write!(text, " {} |", engine.name());
        }
        let _ = writeln!(
            text,
            "\n| --- |{}",
            " --- |".repeat(Engine::SELECTABLE.len())
        );
        for (place, cells) in &self.rows {
            let _ = writeln!(text, "| {place} | {} |", words(cells).join(" | "));
        }
        text.push('\n');
        for sentence in self.summary().lines() {
            let _ = writeln!(text, "- {sentence}");
        }
        text
    }
}

fn line(place: &str, columns: [&str; Engine::SELECTABLE.len()], seconds: &str) -> String {
    let mut line = format!("{place:<50}");
    for column in columns {
        let _ = write!(line, "{column:<14}");
    }
    line + seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_tells_who_was_alone() {
        let mut matrix = Matrix::default();
        let killed_by = |engines: &[Engine]| {
            let mut cells: Cells = Engine::SELECTABLE
                .map(|engine| (engine, Cell::Survived))
                .into();
            cells.extend(engines.iter().map(|engine| (*engine, Cell::Killed)));
            cells
        };
        let both = killed_by(&[Engine::Random, Engine::Symbolic]);
        matrix.add("a/seen-by-two".to_owned(), both, Duration::ZERO);
        let one = killed_by(&[Engine::Symbolic]);
        matrix.add("a/seen-by-one".to_owned(), one, Duration::ZERO);
        let summary = matrix.summary();
        assert!(
            summary.contains("random killed 1 of 2, 0 of them alone: \n"),
            "{summary}"
        );
        assert!(
            summary.contains("symbolic killed 2 of 2, 1 of them alone: a/seen-by-one\n"),
            "{summary}"
        );
        assert!(
            matrix
                .markdown()
                .contains("| a/seen-by-one | survived | survived | killed |")
        );
    }
}
