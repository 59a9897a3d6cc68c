//! The outcome of the suite as text.

use std::fmt::Write as _;

use super::case::Case;
use super::judge::End;
use super::{Outcome, Row};

/// How a verdict compares with what a file expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    Right,
    Inconclusive,
    Wrong,
}

impl Match {
    fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Inconclusive => "inconclusive",
            Self::Wrong => "WRONG",
        }
    }
}

/// Kani has no word for a vacuous harness: nothing fails there.
fn compare(case: &Case, end: End) -> Match {
    match (end, case.must_fail) {
        (End::Holds | End::Vacuous, false) | (End::Fails, true) => Match::Right,
        (End::Inconclusive, _) => Match::Inconclusive,
        (End::Holds | End::Vacuous, true) | (End::Fails, false) => Match::Wrong,
    }
}

fn expected(case: &Case) -> &'static str {
    if case.must_fail { "fails" } else { "holds" }
}

/// One line about a file, while the suite runs.
pub fn line(case: &Case, outcome: &Outcome) -> String {
    match outcome {
        Outcome::NotCompiled(reason) => format!("{}: not compiled: {reason}", case.name),
        Outcome::Judged(judgement) => format!(
            "{}: {} ({} expected, {}) {} ms {}",
            case.name,
            compare(case, judgement.end).name(),
            expected(case),
            judgement.end.name(),
            judgement.milliseconds,
            judgement.detail
        ),
    }
}

/// Numbers of files.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    right: u32,
    inconclusive: u32,
    wrong: u32,
}

impl Counts {
    fn add(&mut self, of: Match) {
        match of {
            Match::Right => self.right += 1,
            Match::Inconclusive => self.inconclusive += 1,
            Match::Wrong => self.wrong += 1,
        }
    }

    fn line(self, what: &str) -> String {
        let Self {
            right,
            inconclusive,
            wrong,
        } = self;
        let all = right + inconclusive + wrong;
        let share = 100.0 * f64::from(right) / f64::from(all.max(1));
        format!(
            "{what}: {all} files, {right} right ({share:.1} %), {inconclusive} inconclusive, {wrong} wrong"
        )
    }
}

/// All files and what came of them.
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// A table of these rows.
    pub fn new(rows: Vec<Row>) -> Self {
        Self { rows }
    }

    fn counts(&self, is_counted: impl Fn(&Case) -> bool) -> Counts {
        let mut counts = Counts::default();
        for row in self.rows.iter().filter(|row| is_counted(&row.case)) {
            if let Outcome::Judged(judgement) = &row.outcome {
                counts.add(compare(&row.case, judgement.end));
            }
        }
        counts
    }

    /// How many files got a wrong verdict.
    pub fn wrong(&self) -> u32 {
        self.counts(|_| true).wrong
    }

    /// The counts, in a few lines.
    pub fn summary(&self) -> String {
        let not_compiled = self
            .rows
            .iter()
            .filter(|row| matches!(row.outcome, Outcome::NotCompiled(_)));
        format!(
            "{}\n{}\nrefused by the stable compiler: {} files",
            self.counts(|case| case.options.is_empty())
                .line("plain harnesses"),
            self.counts(|case| !case.options.is_empty())
                .line("with options of Kani"),
            not_compiled.count()
        )
    }

    /// A line for each file whose verdict is not right.
    pub fn failures(&self) -> String {
        let mut lines = String::new();
        for row in &self.rows {
            if let Outcome::Judged(judgement) = &row.outcome
                && compare(&row.case, judgement.end) != Match::Right
            {
                let _ = writeln!(lines, "{}", line(&row.case, &row.outcome));
            }
        }
        lines
    }

    /// The table for readers.
    pub fn markdown(&self, seconds: u64) -> String {
        let mut text = format!(
            "# Kani's own tests\n\n\
             Written by `cargo xtask kani-suite`; not edited by hand. Each file of Kani's test suite that \
             stable Rust compiles, with the verdict of the machine, which had {seconds} s for a harness. \
             A file is plain if it asks for no option of Kani. Where several harnesses are in a file, it \
             fails if one does.\n\n{}\n\n\
             | file | options | expected | verdict | | ms | why |\n| --- | --- | --- | --- | --- | ---: | --- |\n",
            self.summary().replace('\n', "\n\n")
        );
        for row in &self.rows {
            if let Outcome::Judged(judgement) = &row.outcome {
                let compared = compare(&row.case, judgement.end);
                let why = if compared == Match::Right {
                    ""
                } else {
                    &judgement.detail
                };
                let _ = writeln!(
                    text,
                    "| {} | {} | {} | {} | {} | {} | {} |",
                    row.case.name,
                    row.case.options,
                    expected(&row.case),
                    judgement.end.name(),
                    compared.name(),
                    judgement.milliseconds,
                    why.replace('|', "\\|")
                );
            }
        }
        text
    }
}
