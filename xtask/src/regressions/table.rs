//! The outcomes as text: a line for each script, and the counts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::expected::Judge;
use super::{Outcome, Row};

/// All outcomes.
#[derive(Default)]
pub(super) struct Table {
    pub(super) rows: Vec<Row>,
}

impl Outcome {
    /// What it is counted as.
    fn kind(&self) -> &'static str {
        match self {
            Self::Right(_) => "right",
            Self::Open => "open",
            Self::OutOfTime => "out of time",
            Self::NotRead(_) => "not read",
            Self::NotJudged => "not judged",
            Self::Wrong(_) => "WRONG",
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Right(expected) => match expected.judge {
                Judge::File => String::new(),
                Judge::Z3 => "as Z3 says".to_owned(),
            },
            Self::NotRead(error) => reason(error),
            Self::Wrong(wrong) => wrong.clone(),
            Self::Open | Self::OutOfTime | Self::NotJudged => String::new(),
        }
    }
}

/// An error without what is particular to one script.
fn reason(error: &str) -> String {
    let (code, text) = error
        .strip_prefix("error[")
        .and_then(|rest| rest.split_once("]: "))
        .unwrap_or(("", error));
    let head = text.trim_start_matches(['`', '(', ' ']);
    let head = head.split(['`', ' ', ')', '\n']).next().unwrap_or_default();
    match code {
        "smt/unsupported" | "smt/ill-formed" | "smt/unknown-name" => format!("{code} {head}"),
        _ => format!("{code} {text}").chars().take(80).collect(),
    }
}

/// A row for whoever waits.
pub(super) fn line(row: &Row) -> String {
    let Row {
        name,
        logic,
        outcome,
        milliseconds,
    } = row;
    format!(
        "{:<11} {milliseconds:>6} ms  {logic:<8} {name}  {}",
        outcome.kind(),
        outcome.detail()
    )
}

impl Table {
    pub(super) fn wrong(&self) -> usize {
        let is_wrong = |row: &&Row| matches!(row.outcome, Outcome::Wrong(_));
        self.rows.iter().filter(is_wrong).count()
    }

    /// Counts by logic, and what was not read by its reason.
    pub(super) fn summary(&self) -> String {
        let mut by_logic: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
        let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
        for row in &self.rows {
            let counts = by_logic.entry(row.logic).or_default();
            *counts.entry(row.outcome.kind()).or_default() += 1;
            if let Outcome::NotRead(error) = &row.outcome {
                *reasons.entry(reason(error)).or_default() += 1;
            }
        }
        let mut text = format!(
            "regressions: {} scripts, {} wrong",
            self.rows.len(),
            self.wrong()
        );
        for (logic, counts) in by_logic {
            let counts: Vec<String> = counts
                .iter()
                .map(|(kind, count)| format!("{count} {kind}"))
                .collect();
            write!(text, "\n  {logic}: {}", counts.join(", ")).expect("a string takes all");
        }
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), reason.clone()));
        for (reason, count) in reasons {
            write!(text, "\n  not read: {count} {reason}").expect("a string takes all");
        }
        text
    }

    /// The table as a page.
    pub(super) fn markdown(&self, seconds: u64) -> String {
        let mut text = format!(
            "<!-- Written by `cargo xtask regressions --write`. -->\n\n\
             # Regression tests of other solvers\n\n\
             Names of public files, with what `proofhouse-smt` answers in at most {seconds} seconds each.\n\n\
             ```text\n{}\n```\n\n\
             | file | logic | outcome | seconds |\n| --- | --- | --- | --- |\n",
            self.summary()
        );
        for row in &self.rows {
            let detail = row.outcome.detail().replace('|', "\\|");
            let outcome = format!("{} {detail}", row.outcome.kind());
            let seconds = row.milliseconds as f64 / 1000.0;
            let (name, logic, outcome) = (&row.name, row.logic, outcome.trim_end());
            writeln!(text, "| `{name}` | {logic} | {outcome} | {seconds:.1} |")
                .expect("a string takes all");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn reasons_are_few() {
        let error = "error[smt/unsupported]: `(get-unsat-core)` is not supported";
        assert_eq!(reason(error), "smt/unsupported get-unsat-core");
        let error = "error[smt/unknown-name]: nothing declares `f`";
        assert_eq!(reason(error), "smt/unknown-name nothing");
    }
}
