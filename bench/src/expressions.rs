//! `expressions`: how many cases a second a library draws of texts that match a regular expression.
//!
//! Only proptest draws such texts, too. Both runners draw from the same expressions, and what they
//! drew is checked against the expression's own limits on length, and its mean length reported.
//!
//! # Invariants
//!
//! - Rounds are interleaved, and each has the same number of cases for a library.
//! - A text is seen through `black_box`.
//!
//! # Not here
//!
//! Texts of plain sets of characters; see `generation`.

use std::hint::black_box;
use std::time::Duration;

use proofhouse::Run;
use proofhouse::evidence::Verdict;
use proptest::string::string_regex;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::clock;
use crate::error::BenchError;
use crate::registry::{Benchmark, Effort};
use crate::report::{Cell, Column, Goal, Report, Table};

/// See the module.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "expressions",
    about: "Cases a second of texts that match a regular expression",
    run,
};

/// An expression, with the characters that its texts may have.
struct Expression {
    title: &'static str,
    expression: &'static str,
    shortest: usize,
    longest: usize,
}

const EXPRESSIONS: [Expression; 3] = [
    Expression {
        title: "date",
        expression: "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
        shortest: 10,
        longest: 10,
    },
    Expression {
        title: "record",
        expression: "[a-z][a-z0-9_]{0,15}=(true|false|-?[0-9]{1,9}|\"[ -!#-~]{0,20}\")",
        shortest: 3,
        longest: 39,
    },
    Expression {
        title: "words",
        expression: "([a-z]{1,8} ){2,6}[a-z]{1,8}\\.",
        shortest: 6,
        longest: 63,
    },
];

/// A library: its name, and a run of some cases of an expression with a seed.
struct Library {
    name: &'static str,
    run: fn(&Expression, u64, u64),
}

/// Ours first.
const LIBRARIES: [Library; 2] = [
    Library {
        name: "proofhouse",
        run: run_proofhouse,
    },
    Library {
        name: "proptest",
        run: run_proptest,
    },
];

const SEED: u64 = 0x5eed_0002;

thread_local! {
    /// Texts and characters since they were last taken.
    static SEEN: std::cell::Cell<(u64, u64)> = const { std::cell::Cell::new((0, 0)) };
}

/// The property: the text is as long as the expression allows.
#[inline]
fn body(expression: &Expression, text: &str) -> bool {
    let length = black_box(text).chars().count();
    let (texts, characters) = SEEN.get();
    SEEN.set((texts + 1, characters + length as u64));
    (expression.shortest..=expression.longest).contains(&length)
}

fn run_proofhouse(expression: &Expression, cases: u64, seed: u64) {
    let run = Run::new().seed(seed).cases(cases);
    let texts = proofhouse::regex(expression.expression);
    let outcome = run.check(texts, |text| assert!(body(expression, &text)));
    assert!(
        matches!(outcome.verdict, Verdict::Passed { .. }),
        "a property that holds ended as {:?}",
        outcome.verdict
    );
}

fn run_proptest(expression: &Expression, cases: u64, seed: u64) {
    let config = Config {
        cases: u32::try_from(cases).expect("proptest counts cases in 32 bits"),
        failure_persistence: None,
        ..Config::default()
    };
    let mut seed_bytes = [0; 32];
    seed_bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed_bytes);
    let texts = string_regex(expression.expression).expect("it is an expression");
    let result = TestRunner::new_with_rng(config, random).run(&texts, |text| {
        assert!(body(expression, &text));
        Ok(())
    });
    assert!(result.is_ok(), "a property that holds failed");
}

fn run(effort: &Effort) -> Result<Report, BenchError> {
    let mut report = Report::new(BENCHMARK.name);
    let columns = |first: &str| {
        let mut columns = vec![Column::new(first, first)];
        columns.extend(LIBRARIES.iter().map(|l| Column::new(l.name, l.name)));
        columns
    };
    let mut speed_columns = columns("what");
    speed_columns.push(Column::new("ratio_to_best_rival", "ours / best rival"));
    let mut speed = Table::new("cases a second of processor time", speed_columns);
    let mut sizes = Table::new("mean characters of a text", columns("what"));
    for expression in &EXPRESSIONS {
        let [ours, theirs] = time_both(expression, effort);
        let cells = [&ours, &theirs].map(|timing| Cell::PerSecond(timing.rate()));
        let mut row = vec![Cell::text(expression.title)];
        row.extend(cells);
        row.push(Cell::ratio(Some(ours.rate()), Some(theirs.rate())));
        speed.push(row);
        let means = [&ours, &theirs].map(|timing| Cell::Number(timing.mean_length()));
        sizes.push(
            std::iter::once(Cell::text(expression.title))
                .chain(means)
                .collect(),
        );
        let what = format!("{}, cases/s of proptest", expression.title);
        let goal = Goal::at_least(what, theirs.rate(), Some(ours.rate()));
        report.goals.push(goal);
    }
    report.tables = vec![speed, sizes];
    for expression in &EXPRESSIONS {
        report.note(format!("{}: {}", expression.title, expression.expression));
    }
    report.note(format!(
        "the median of {} interleaved rounds; one thread",
        effort.rounds
    ));
    Ok(report)
}

/// What one library did on one expression, over all rounds.
#[derive(Default)]
struct Timing {
    rates: Vec<f64>,
    texts: u64,
    characters: u64,
}

impl Timing {
    fn rate(&self) -> f64 {
        clock::median(&self.rates)
    }

    fn mean_length(&self) -> f64 {
        self.characters as f64 / self.texts as f64
    }
}

fn time_both(expression: &Expression, effort: &Effort) -> [Timing; 2] {
    let budget = Duration::from_millis(effort.round_ms);
    let cases = LIBRARIES
        .each_ref()
        .map(|l| cases_in(l, expression, budget));
    let mut timings = [Timing::default(), Timing::default()];
    for round in 0..effort.rounds {
        for turn in 0..LIBRARIES.len() {
            let at = (round + turn) % LIBRARIES.len();
            let seed = SEED + round as u64;
            let (elapsed, texts, characters) = once(&LIBRARIES[at], expression, cases[at], seed);
            let timing = &mut timings[at];
            timing.rates.push(texts as f64 / elapsed.as_secs_f64());
            timing.texts += texts;
            timing.characters += characters;
        }
    }
    timings
}

/// Runs a library once: its time, and the texts and characters that it drew.
fn once(library: &Library, expression: &Expression, cases: u64, seed: u64) -> (Duration, u64, u64) {
    SEEN.set((0, 0));
    let (elapsed, ()) = clock::measure(|| (library.run)(expression, cases, seed));
    let (texts, characters) = SEEN.take();
    assert!(texts >= cases, "{} ran {texts} of {cases}", library.name);
    (elapsed, texts, characters)
}

/// How many cases fill the time of a round.
fn cases_in(library: &Library, expression: &Expression, budget: Duration) -> u64 {
    let mut cases = 256;
    loop {
        let (elapsed, _, _) = once(library, expression, cases, SEED);
        if elapsed * 4 >= budget {
            let share = budget.as_secs_f64() / elapsed.as_secs_f64();
            return (cases as f64 * share) as u64 + 1;
        }
        cases *= 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A library that drew shorter texts would be faster for it.
    #[test]
    fn both_libraries_draw_texts_of_about_one_size() {
        for expression in &EXPRESSIONS {
            let means = LIBRARIES.each_ref().map(|library| {
                let (_, texts, characters) = once(library, expression, 2_000, 1);
                characters as f64 / texts as f64
            });
            let ratio = means[0] / means[1];
            assert!(
                (0.7..=1.4).contains(&ratio),
                "{}: {means:?}",
                expression.title
            );
        }
    }
}
