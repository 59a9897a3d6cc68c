//! `generation`: how many cases a second a library draws and runs while the property holds.
//!
//! This is what a user pays in every test run. Each library runs its own runner over the same
//! bodies, on inputs of the same sizes; the bodies count what they were given, so the report says
//! what each library really drew.
//!
//! # Invariants
//!
//! - Rounds are interleaved: each round runs every library once, in turning order, so a machine
//!   that slows down slows all of them.
//! - Every round has the same number of cases for a library, so that its fixed costs weigh the same.
//! - A body sees its input through `black_box`.
//!
//! # Not here
//!
//! Failing properties; see `shrinking`.

mod bodies;
mod contenders;

use std::time::Duration;

use self::bodies::Tally;
use self::contenders::{CONTENDERS, Contender};
use crate::clock;
use crate::error::BenchError;
use crate::registry::{Benchmark, Effort};
use crate::report::{Cell, Column, Goal, Report, Table};

/// See the module.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "generation",
    about: "Cases a second of properties that hold, and what small domains cost",
    run,
};

/// One property that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Two `u64`.
    Pair,
    /// Sorting twice is sorting once, on vectors of 0 to 99 `u32`.
    Sort,
    /// To UTF-16 and back, on texts of 0 to 63 characters.
    Text,
    /// A `u8`, of which there are only 256.
    Byte,
}

impl Subject {
    const TIMED: [Self; 3] = [Self::Pair, Self::Sort, Self::Text];

    fn title(self) -> &'static str {
        match self {
            Self::Pair => "pair of u64",
            Self::Sort => "sort Vec<u32> of 0 to 99",
            Self::Text => "text of 0 to 63 characters",
            Self::Byte => "u8",
        }
    }

    /// Cases a second that are asked for.
    fn asked(self) -> Option<f64> {
        match self {
            Self::Pair => Some(5e6),
            Self::Sort | Self::Text => Some(1e6),
            Self::Byte => None,
        }
    }
}

/// What a library concluded from a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conclusion {
    /// No failure was found.
    Passed,
    /// Every input was run.
    Proved,
}

/// The seed of everything in this benchmark.
const SEED: u64 = 0x5eed_0001;

fn run(effort: &Effort) -> Result<Report, BenchError> {
    let mut report = Report::new(BENCHMARK.name);
    let mut speed = Table::new("cases a second of processor time", speed_columns());
    let mut sizes = Table::new("mean size of what was drawn", columns("what"));
    for subject in Subject::TIMED {
        let timings: Vec<Timing> = time_all(subject, effort);
        let rates: Vec<f64> = timings
            .iter()
            .map(|timing| clock::median(&timing.rates))
            .collect();
        speed.push(speed_row(subject, &rates));
        push_sizes(&mut sizes, subject, &timings);
        if let Some(asked) = subject.asked() {
            let what = format!("{}, cases/s", subject.title());
            report
                .goals
                .push(Goal::at_least(what, asked, Some(rates[0])));
        }
    }
    report.tables = vec![speed, sizes, small_domain(&mut report.goals)];
    report.note(format!(
        "the median of {} interleaved rounds; one thread; each library as its manual sets it up",
        effort.rounds
    ));
    for contender in CONTENDERS {
        report.note(format!("{}: {}", contender.name, contender.how));
    }
    Ok(report)
}

fn columns(first: &str) -> Vec<Column> {
    let libraries = CONTENDERS
        .iter()
        .map(|contender| Column::new(contender.name, contender.name));
    std::iter::once(Column::new(first, first))
        .chain(libraries)
        .collect()
}

fn speed_columns() -> Vec<Column> {
    let mut columns = columns("what");
    columns.insert(1, Column::new("asked", "asked for"));
    columns.push(Column::new("ratio_to_best_rival", "ours / best rival"));
    columns
}

fn speed_row(subject: Subject, rates: &[f64]) -> Vec<Cell> {
    let mut row = vec![Cell::text(subject.title())];
    row.push(subject.asked().map_or(Cell::Missing, Cell::PerSecond));
    row.extend(rates.iter().copied().map(Cell::PerSecond));
    row.push(Cell::ratio(Some(rates[0]), Some(best_rival(rates))));
    row
}

/// The rate of the fastest rival that is a runner.
fn best_rival(rates: &[f64]) -> f64 {
    let rivals = CONTENDERS.iter().zip(rates).skip(1);
    let runners = rivals.filter(|(contender, _)| contender.is_runner);
    runners.map(|(_, rate)| *rate).fold(0.0, f64::max)
}

/// What one library did on one subject, over all rounds.
struct Timing {
    rates: Vec<f64>,
    tally: Tally,
}

fn time_all(subject: Subject, effort: &Effort) -> Vec<Timing> {
    let budget = Duration::from_millis(effort.round_ms);
    let cases: Vec<u64> = CONTENDERS
        .iter()
        .map(|c| cases_in(c, subject, budget))
        .collect();
    let empty = || Timing {
        rates: Vec::new(),
        tally: Tally::default(),
    };
    let mut timings: Vec<Timing> = CONTENDERS.iter().map(|_| empty()).collect();
    for round in 0..effort.rounds {
        for turn in 0..CONTENDERS.len() {
            let at = (round + turn) % CONTENDERS.len();
            let seed = SEED + round as u64;
            let (tally, elapsed) = run_once(&CONTENDERS[at], subject, cases[at], seed);
            timings[at]
                .rates
                .push(tally.executions as f64 / elapsed.as_secs_f64());
            timings[at].tally.add(&tally);
        }
    }
    timings
}

fn run_once(contender: &Contender, subject: Subject, cases: u64, seed: u64) -> (Tally, Duration) {
    bodies::reset();
    let (elapsed, conclusion) = clock::measure(|| (contender.run)(subject, cases, seed));
    let tally = bodies::take();
    assert_eq!(
        conclusion,
        Conclusion::Passed,
        "{} on {subject:?}",
        contender.name
    );
    assert!(
        tally.executions >= cases,
        "{} ran {} of {cases}",
        contender.name,
        tally.executions
    );
    (tally, elapsed)
}

/// How many cases fill the time of a round.
fn cases_in(contender: &Contender, subject: Subject, budget: Duration) -> u64 {
    let mut cases = 256;
    loop {
        let (_, elapsed) = run_once(contender, subject, cases, SEED);
        if elapsed * 4 >= budget {
            let share = budget.as_secs_f64() / elapsed.as_secs_f64();
            return (cases as f64 * share) as u64 + 1;
        }
        cases *= 4;
    }
}

fn push_sizes(sizes: &mut Table, subject: Subject, timings: &[Timing]) {
    let mut push = |what: &str, mean: fn(&Tally) -> f64| {
        let means = timings
            .iter()
            .map(|timing| Cell::Number(mean(&timing.tally)));
        sizes.push(std::iter::once(Cell::text(what)).chain(means).collect());
    };
    match subject {
        Subject::Sort => push("sort, elements", Tally::mean_length),
        Subject::Text => {
            push("text, characters", Tally::mean_length);
            push("text, bytes", Tally::mean_bytes);
        }
        Subject::Pair | Subject::Byte => {}
    }
}

/// What happens when there are fewer inputs than cases asked for.
fn small_domain(goals: &mut Vec<Goal>) -> Table {
    const CASES: u64 = 1000;
    let mut table = Table::new(format!("u8, {CASES} cases asked for"), columns("what"));
    let runs: Vec<(Conclusion, Tally)> = CONTENDERS
        .iter()
        .map(|contender| {
            bodies::reset();
            let conclusion = (contender.run)(Subject::Byte, CASES, SEED);
            (conclusion, bodies::take())
        })
        .collect();
    let row = |what: &str, cell: fn(&(Conclusion, Tally)) -> Cell| -> Vec<Cell> {
        std::iter::once(Cell::text(what))
            .chain(runs.iter().map(cell))
            .collect()
    };
    table.push(row("executions", |(_, tally)| {
        Cell::Count(tally.executions)
    }));
    table.push(row("different inputs", |(_, tally)| {
        Cell::Count(tally.different_bytes())
    }));
    table.push(row("conclusion", |(conclusion, _)| {
        Cell::text(format!("{conclusion:?}").to_lowercase())
    }));
    let (conclusion, tally) = &runs[0];
    let executions = (*conclusion == Conclusion::Proved).then_some(tally.executions as f64);
    goals.push(Goal::at_most(
        "u8, executions until it is proved",
        256.0,
        executions,
    ));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The inputs of all libraries must be of one size, or the rates can't be compared.
    #[test]
    fn libraries_draw_inputs_of_the_same_mean_size() {
        // Hegel's collections have a size of their own; its report line says which.
        for contender in CONTENDERS
            .iter()
            .filter(|contender| contender.name != "hegel")
        {
            let (sort, _) = run_once(contender, Subject::Sort, 3_000, 1);
            let (text, _) = run_once(contender, Subject::Text, 3_000, 1);
            let (sort, text) = (sort.mean_length(), text.mean_length());
            let name = contender.name;
            assert!(
                (44.0..=55.0).contains(&sort),
                "{name} sorts {sort} elements"
            );
            assert!(
                (27.0..=36.0).contains(&text),
                "{name} draws {text} characters"
            );
        }
    }

    #[test]
    fn the_ratio_is_to_the_fastest_rival_that_is_a_runner() {
        let mut rates: Vec<f64> = CONTENDERS.iter().map(|_| 2.0).collect();
        rates[0] = 10.0;
        rates[1] = 4.0;
        let floor = CONTENDERS.iter().position(|contender| !contender.is_runner);
        rates[floor.expect("bolero-generator alone is no runner")] = 100.0;
        assert_eq!(
            speed_row(Subject::Pair, &rates).last(),
            Some(&Cell::Ratio(2.5))
        );
    }
}
