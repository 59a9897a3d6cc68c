//! `shrinking`: how small a counterexample gets, how surely, and at what price.
//!
//! The thirteen problems of the public shrinking challenge, a second set of the same kinds, and a
//! third one that was posed after our passes were written. Each library looks for a failure with its own generators, from
//! the same seeds, and shrinks it with its own shrinker; the property counts and times itself.
//!
//! # Invariants
//!
//! - An execution is a call of the property, whoever asked for it: probes, confirmations and the
//!   last run for the report all count from the first failure on.
//! - Engine time is processor time between the first failure and the end, less the time in the
//!   property. So it holds the making and dropping of inputs by the generators of a problem, and
//!   reading the clock around each call, to the disadvantage of all.
//!   The median of all seeds counts.
//! - A final answer is judged by its value, by the same function for every library.
//!
//! # Source
//!
//! Problems and minima: the public "shrinking challenge" collection, and for most of its problems
//! MacIver and Donaldson, "Test-Case Reduction via Test-Case Generation" (ECOOP 2020). We deviate
//! where a problem asks for two equal numbers out of all integers, which a library without a bias
//! never finds: there the numbers are from a small range.

mod challenge;
mod further;
mod libraries;
mod outcome;
mod problem;
mod ranged;
mod recorded;
mod unseen;
mod watch;

use self::libraries::LIBRARIES;
use self::outcome::summarize;
use self::problem::Entry;
use crate::error::BenchError;
use crate::registry::{Benchmark, Effort};
use crate::report::{Cell, Column, Goal, Report, Shrunk, Table};

/// See the module.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "shrinking",
    about: "The shrinking challenge and a second set: minimal how often, in how many executions",
    run,
};

/// What is asked of the sum of median executions over the challenge.
const EXECUTIONS_ASKED: f64 = 900.0;
/// What is asked of the engine for one execution.
const ENGINE_US_ASKED: f64 = 2.0;

fn run(effort: &Effort) -> Result<Report, BenchError> {
    let mut report = Report::new(BENCHMARK.name);
    for (title, entries, recorded) in [
        ("challenge", challenge::ENTRIES, Some(recorded::HYPOTHESIS)),
        ("further problems", further::ENTRIES, None),
        ("unseen problems", unseen::ENTRIES, None),
    ] {
        let results: Vec<Vec<Option<Shrunk>>> = entries
            .iter()
            .map(|entry| shrink_all(entry, effort))
            .collect();
        let set = Set {
            title,
            entries,
            recorded,
            results,
        };
        report.tables.push(set.summary());
        report.tables.push(set.details());
        report.tables.push(set.answers());
        set.add_goals(&mut report.goals);
    }
    let seeds = effort.seeds;
    report.note(format!("{seeds} seeds each; a cell is: minimal % / final answers / median executions after the first failure / engine µs for each"));
    report.note(
        "minimal: every found failure ended on an accepted minimum; one answer: on the same one",
    );
    report.note("the ratio is to the rival with most problems always minimal");
    report.note(recorded::NOTE);
    for library in LIBRARIES {
        report.note(format!("{}: {}", library.name(), library.how()));
    }
    Ok(report)
}

/// Seeds that a library runs before it is the next one's turn.
///
/// A run takes some ten microseconds, so one that finds the caches full of another library's code
/// measures that. In a block this happens to one run, which the median leaves out.
const SEEDS_IN_BLOCK: u64 = 10;

/// The results of every library on one problem. Libraries take turns, block by block of seeds.
fn shrink_all(entry: &Entry, effort: &Effort) -> Vec<Option<Shrunk>> {
    let mut outcomes: Vec<Vec<_>> = LIBRARIES.iter().map(|_| Vec::new()).collect();
    for first in (1..=effort.seeds).step_by(SEEDS_IN_BLOCK as usize) {
        for (at, library) in LIBRARIES.iter().enumerate() {
            for seed in first..(first + SEEDS_IN_BLOCK).min(effort.seeds + 1) {
                // Neighbouring seeds give neighbouring streams in some libraries.
                let seed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
                outcomes[at].push((entry.run)(*library, seed));
            }
        }
    }
    outcomes.into_iter().map(summarize).collect()
}

/// The problems of one set and what came out of them, by problem and library.
struct Set {
    title: &'static str,
    entries: &'static [Entry],
    recorded: Option<&'static [recorded::Recorded]>,
    results: Vec<Vec<Option<Shrunk>>>,
}

/// One figure of a library over a whole set.
struct Measure {
    what: String,
    asked: Option<f64>,
    of: fn(&[&Shrunk]) -> f64,
    recorded: Option<fn(&[recorded::Recorded]) -> f64>,
}

impl Set {
    /// What library number `at` did on the problems that it takes.
    fn of_library(&self, at: usize) -> Vec<&Shrunk> {
        self.results
            .iter()
            .filter_map(|row| row[at].as_ref())
            .collect()
    }

    fn columns(&self, first: &[(&str, &str)]) -> Vec<Column> {
        let mut columns: Vec<Column> = first.iter().map(|(k, t)| Column::new(*k, *t)).collect();
        columns.extend(LIBRARIES.iter().map(|l| Column::new(l.name(), l.name())));
        columns
    }

    /// The rival that solves most problems in every run.
    fn best_rival(&self) -> usize {
        (1..LIBRARIES.len())
            .max_by_key(|at| always_minimal(&self.of_library(*at)) as u64)
            .expect("there are rivals")
    }

    fn measures(&self) -> Vec<Measure> {
        let problems = self.entries.len() as f64;
        let is_challenge = self.recorded.is_some();
        vec![
            Measure {
                what: format!("problems always minimal, of {problems}"),
                asked: Some(problems),
                of: always_minimal,
                recorded: Some(recorded::always_minimal),
            },
            Measure {
                what: format!("problems with one answer, of {problems}"),
                asked: Some(problems),
                of: |all| all.iter().filter(|shrunk| shrunk.answers == 1).count() as f64,
                recorded: Some(recorded::one_answer),
            },
            Measure {
                what: "mean of minimal %".to_owned(),
                asked: None,
                of: |all| all.iter().map(|s| s.minimal_percent).sum::<f64>() / all.len() as f64,
                recorded: Some(recorded::mean_minimal),
            },
            Measure {
                what: "sum of median executions".to_owned(),
                asked: is_challenge.then_some(EXECUTIONS_ASKED),
                of: |all| all.iter().map(|shrunk| shrunk.executions).sum(),
                recorded: Some(recorded::executions),
            },
            Measure {
                what: "engine µs for an execution, mean".to_owned(),
                asked: None,
                of: |all| all.iter().map(|s| s.engine_us).sum::<f64>() / all.len() as f64,
                recorded: None,
            },
            Measure {
                what: "engine µs for an execution, worst problem".to_owned(),
                asked: Some(ENGINE_US_ASKED),
                of: |all| {
                    all.iter()
                        .map(|shrunk| shrunk.engine_us)
                        .fold(0.0, f64::max)
                },
                recorded: None,
            },
        ]
    }

    fn summary(&self) -> Table {
        let mut columns = self.columns(&[("what", "what"), ("asked", "asked for")]);
        if self.recorded.is_some() {
            columns.push(Column::new("hypothesis_recorded", "hypothesis (recorded)"));
        }
        columns.push(Column::new("ratio_to_best_rival", "ours / best rival"));
        let mut table = Table::new(format!("{}: summary", self.title), columns);
        let best = self.best_rival();
        for measure in self.measures() {
            let of = |at: usize| {
                let all = self.of_library(at);
                (!all.is_empty()).then(|| (measure.of)(&all))
            };
            let cell = |figure: Option<f64>| figure.map_or(Cell::Missing, Cell::Number);
            let mut row = vec![Cell::text(&measure.what), cell(measure.asked)];
            row.extend((0..LIBRARIES.len()).map(|at| cell(of(at))));
            if let Some(recorded) = self.recorded {
                row.push(cell(measure.recorded.map(|of| of(recorded))));
            }
            row.push(Cell::ratio(of(0), of(best)));
            table.push(row);
        }
        table
    }

    fn details(&self) -> Table {
        let mut columns = self.columns(&[("problem", "problem")]);
        if self.recorded.is_some() {
            columns.push(Column::new("hypothesis_recorded", "hypothesis (recorded)"));
        }
        let mut table = Table::new(format!("{}: each problem", self.title), columns);
        for (at, (entry, results)) in self.entries.iter().zip(&self.results).enumerate() {
            let mut row = vec![Cell::text(entry.name)];
            let cell = |shrunk: &Option<Shrunk>| shrunk.clone().map_or(Cell::Missing, Cell::Shrunk);
            row.extend(results.iter().map(cell));
            if let Some(recorded) = self.recorded {
                assert_eq!(
                    recorded[at].problem, entry.name,
                    "recorded figures are in our order"
                );
                row.push(Cell::text(recorded[at].to_string()));
            }
            table.push(row);
        }
        table
    }

    /// What a person would look at: the problem, the minimum, and where libraries end.
    fn answers(&self) -> Table {
        let first = [
            ("problem", "problem"),
            ("fails_when", "fails when"),
            ("minimum", "accepted minimum"),
        ];
        let columns = self.columns(&first);
        let mut table = Table::new(format!("{}: most frequent answers", self.title), columns);
        for (entry, results) in self.entries.iter().zip(&self.results) {
            let mut row = [entry.name, entry.fails_when, entry.minimum]
                .map(Cell::text)
                .to_vec();
            row.extend(results.iter().map(|shrunk| match shrunk {
                Some(shrunk) => Cell::text(shortened(&shrunk.answer)),
                None => Cell::text("-"),
            }));
            table.push(row);
        }
        table
    }

    fn add_goals(&self, goals: &mut Vec<Goal>) {
        let ours = self.of_library(0);
        for measure in self.measures() {
            let Some(asked) = measure.asked else { continue };
            let what = format!("{}: {}", self.title, measure.what);
            let measured = Some((measure.of)(&ours));
            goals.push(if measure.what.starts_with("problems") {
                Goal::at_least(what, asked, measured)
            } else {
                Goal::at_most(what, asked, measured)
            });
        }
    }
}

fn always_minimal(all: &[&Shrunk]) -> f64 {
    let is_solved = |s: &&&Shrunk| s.minimal_percent >= 100.0 && s.found_percent >= 100.0;
    all.iter().filter(is_solved).count() as f64
}

/// An answer that fits a column.
fn shortened(answer: &str) -> String {
    const CHARACTERS_MAX: usize = 40;
    if answer.chars().count() <= CHARACTERS_MAX {
        return answer.to_owned();
    }
    let start: String = answer.chars().take(CHARACTERS_MAX - 3).collect();
    start + "..."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_library_finds_a_failure_of_every_problem_that_it_takes() {
        let effort = Effort {
            seeds: 1,
            ..Effort::QUICK
        };
        let sets = [challenge::ENTRIES, further::ENTRIES, unseen::ENTRIES];
        for entry in sets.into_iter().flatten() {
            let results = shrink_all(entry, &effort);
            for (library, result) in LIBRARIES.iter().zip(results) {
                let (name, problem) = (library.name(), entry.name);
                let Some(shrunk) = result else {
                    assert_eq!(name, "quickcheck", "{name} does not take {problem}");
                    continue;
                };
                assert_eq!(shrunk.found_percent, 100.0, "{name} on {problem}");
                assert!(shrunk.executions > 0.0, "{name} on {problem}");
            }
        }
    }

    #[test]
    fn a_long_answer_is_cut() {
        assert_eq!(shortened("[0, 1]"), "[0, 1]");
        assert_eq!(shortened(&"x".repeat(41)), "x".repeat(37) + "...");
    }
}
