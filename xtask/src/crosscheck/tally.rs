//! What was counted, and the record in which it outlives the run.
//!
//! A record is a text file with one line for each batch that is done: its seeds, then every count as
//! `name=number`, tab-separated. A run that was stopped is begun again with the same record and asks
//! only what no line answers.
//!
//! # Invariants
//!
//! - Every formula adds one to exactly one of the counts of its assertions, and one to exactly one of
//!   the counts of its rewriting. The summary fails when the sums differ from the number of formulas.
//! - A line is written when its whole batch is compared, never before.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::formula::{self, Formula};

/// What became of the assertions of a formula. Each formula has exactly one of these.
pub(super) const ANSWERS: [&str; 5] =
    [SATISFIABLE, UNSATISFIABLE, OUR_LIMIT, Z3_LIMIT, BOTH_LIMITS];
pub(super) const SATISFIABLE: &str = "both sat";
pub(super) const UNSATISFIABLE: &str = "both unsat";
pub(super) const OUR_LIMIT: &str = "given up by us";
pub(super) const Z3_LIMIT: &str = "given up by Z3";
pub(super) const BOTH_LIMITS: &str = "given up by both";

/// What became of the rewriting of a term. Each formula has exactly one of these.
pub(super) const REWRITINGS: [&str; 2] = [REWRITING_RIGHT, REWRITING_LIMIT];
pub(super) const REWRITING_RIGHT: &str = "rewriting right";
pub(super) const REWRITING_LIMIT: &str = "rewriting given up by Z3";

/// Formulas that our solver decided without a search.
pub(super) const SEARCHES: &str = "searches";
/// Formulas whose values of ours Z3 evaluated: those that both find satisfiable, but for those that Z3
/// had to search for by itself.
pub(super) const MODELS: &str = "models checked";
/// How long the two took, which is no part of any answer.
pub(super) const OUR_MICROSECONDS: &str = "microseconds of ours";
pub(super) const Z3_MICROSECONDS: &str = "microseconds of Z3";
/// Formulas on which the two differ.
const DISAGREEMENTS: &str = "disagreements";
const OPERATOR: &str = "operator ";
const WIDTH: &str = "widest symbol ";

/// Counts by name.
#[derive(Default, PartialEq, Eq, Debug)]
pub(super) struct Tally {
    counts: BTreeMap<String, u64>,
}

impl Tally {
    pub(super) fn add(&mut self, name: &str, count: u64) {
        *self.counts.entry(name.to_owned()).or_default() += count;
    }

    pub(super) fn get(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or(0)
    }

    /// Counts what a formula is made of.
    pub(super) fn add_formula(&mut self, formula: &Formula) {
        for operator in formula.operators() {
            self.add(&format!("{OPERATOR}{operator}"), 1);
        }
        let widest = formula.widths.iter().max().expect("it has a symbol");
        let upper = widest.next_power_of_two();
        self.add(&format!("{WIDTH}{:03}", upper), 1);
    }

    pub(super) fn add_disagreement(&mut self) {
        self.add(DISAGREEMENTS, 1);
    }

    fn add_all(&mut self, other: &Self) {
        for (name, count) in &other.counts {
            self.add(name, *count);
        }
    }

    fn line(&self, seeds: &Range<u64>) -> String {
        let counts = self.counts.iter();
        let counts = counts.map(|(name, count)| format!("\t{name}={count}"));
        format!(
            "{}..{}{}\n",
            seeds.start,
            seeds.end,
            counts.collect::<String>()
        )
    }

    fn from_line(line: &str) -> Option<(Range<u64>, Self)> {
        let mut parts = line.split('\t');
        let (start, end) = parts.next()?.split_once("..")?;
        let mut tally = Self::default();
        for part in parts {
            let (name, count) = part.rsplit_once('=')?;
            tally.add(name, count.parse().ok()?);
        }
        Some((start.parse().ok()?..end.parse().ok()?, tally))
    }

    /// The counts as a text.
    ///
    /// # Errors
    ///
    /// The same text, after what is wrong: a disagreement, an operator that no formula has, or a
    /// formula that is in no count.
    pub(super) fn conclude(&self, formulas: u64, folder: &Path) -> Result<String, String> {
        let mut problems = Vec::new();
        let disagreements = self.get(DISAGREEMENTS);
        if disagreements > 0 {
            problems.push(format!(
                "{disagreements} disagreements, kept in {}",
                folder.display()
            ));
        }
        let known = formula::OPERATORS.iter();
        let absent: Vec<&str> = known
            .filter(|operator| self.get(&format!("{OPERATOR}{operator}")) == 0)
            .copied()
            .collect();
        if !absent.is_empty() {
            problems.push(format!(
                "operators that no formula has: {}",
                absent.join(", ")
            ));
        }
        for names in [&ANSWERS[..], &REWRITINGS[..]] {
            let sum: u64 = names.iter().map(|name| self.get(name)).sum();
            if sum + disagreements < formulas || sum > formulas {
                problems.push(format!("{sum} of {formulas} formulas are counted"));
            }
        }
        let summary = self.summary(formulas);
        if problems.is_empty() {
            return Ok(summary);
        }
        Err(format!("{}\n{summary}", problems.join("; ")))
    }

    fn summary(&self, formulas: u64) -> String {
        let listed = |names: &[&str]| {
            let counts = names
                .iter()
                .map(|name| format!("{} {name}", self.get(name)));
            counts.collect::<Vec<_>>().join(", ")
        };
        let with = |prefix: &str| {
            let counts = self.counts.iter();
            let counts =
                counts.filter_map(|(name, count)| Some((name.strip_prefix(prefix)?, count)));
            let texts =
                counts.map(|(name, count)| format!("{} {count}", name.trim_start_matches('0')));
            texts.collect::<Vec<_>>().join(", ")
        };
        format!(
            "crosscheck: {formulas} formulas, {} disagreements\n\
             assertions: {}\n\
             models of ours that Z3 evaluated: {}\n\
             rewritings: {}\n\
             searches of ours: {}, seconds of ours: {}, of Z3: {}\n\
             formulas by the width of the widest symbol, up to: {}\n\
             formulas by operator: {}",
            self.get(DISAGREEMENTS),
            listed(&ANSWERS),
            self.get(MODELS),
            listed(&REWRITINGS),
            self.get(SEARCHES),
            self.get(OUR_MICROSECONDS) / 1_000_000,
            self.get(Z3_MICROSECONDS) / 1_000_000,
            with(WIDTH),
            with(OPERATOR),
        )
    }
}

/// The batches that are done, in a file if one is named.
pub(super) struct Record {
    path: Option<PathBuf>,
    done: Vec<Range<u64>>,
    /// The counts of all batches that are done.
    pub(super) total: Tally,
}

impl Record {
    /// What the file says; nothing is done when there is none yet.
    ///
    /// # Errors
    ///
    /// A text, when the file can't be read, or has a line that no run wrote.
    pub(super) fn read(path: Option<PathBuf>) -> Result<Self, String> {
        let mut record = Self {
            path,
            done: Vec::new(),
            total: Tally::default(),
        };
        let Some(path) = record.path.as_ref().filter(|path| path.exists()) else {
            return Ok(record);
        };
        let text =
            fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        for line in text.lines() {
            let (seeds, tally) = Tally::from_line(line)
                .ok_or_else(|| format!("{}: not a batch: {line}", path.display()))?;
            record.total.add_all(&tally);
            record.done.push(seeds);
        }
        Ok(record)
    }

    /// How many formulas are done.
    pub(super) fn formulas(&self) -> u64 {
        self.done.iter().map(|seeds| seeds.end - seeds.start).sum()
    }

    /// Whether each of these seeds is done.
    pub(super) fn has(&self, seeds: &Range<u64>) -> bool {
        let holds = |done: &Range<u64>| done.start <= seeds.start && seeds.end <= done.end;
        self.done.iter().any(holds)
    }

    /// Adds a batch.
    ///
    /// # Errors
    ///
    /// A text, when the file can't be written.
    pub(super) fn add(&mut self, seeds: Range<u64>, tally: &Tally) -> Result<(), String> {
        if let Some(path) = &self.path {
            let file = OpenOptions::new().create(true).append(true).open(path);
            let line = tally.line(&seeds);
            file.and_then(|mut file| file.write_all(line.as_bytes()))
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
        self.total.add_all(tally);
        self.done.push(seeds);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_was_counted() {
        let mut tally = Tally::default();
        tally.add(SATISFIABLE, 3);
        tally.add("operator =", 2);
        let line = tally.line(&(5..8));
        assert_eq!(Tally::from_line(line.trim_end()), Some((5..8, tally)));
        assert_eq!(Tally::from_line("5..8\tsat"), None);
    }

    #[test]
    fn a_formula_in_no_count_is_noticed() {
        let mut tally = Tally::default();
        for operator in formula::OPERATORS {
            tally.add(&format!("{OPERATOR}{operator}"), 1);
        }
        tally.add(SATISFIABLE, 1);
        tally.add(REWRITING_RIGHT, 1);
        let folder = Path::new("kept");
        assert!(tally.conclude(1, folder).is_ok());
        assert!(tally.conclude(2, folder).is_err());
        tally.add_disagreement();
        assert!(tally.conclude(1, folder).is_err());
    }

    #[test]
    fn a_record_asks_only_what_is_not_done() {
        let mut record = Record::read(None).unwrap();
        record.add(1..501, &Tally::default()).unwrap();
        assert!(record.has(&(1..501)) && record.has(&(1..101)));
        assert!(!record.has(&(501..601)) && !record.has(&(401..601)));
        assert_eq!(record.formulas(), 500);
    }
}
