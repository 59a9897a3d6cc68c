//! How far the symbolic engine goes: one size bound after the other until its time is spent.
//!
//! A proof needs bounds on what the engine makes up, such as the length of a text. Small bounds cost
//! little and find most faults; every larger one costs more and proves more. So the bound grows,
//! each round explores everything up to it, and the last round that was completed is the verdict. A
//! round that no bound cut short is the whole truth and ends it at once.
//!
//! # Invariants
//!
//! - The verdict is that of one completed round, unchanged; rounds are never combined into a stronger
//!   one. Only a round with no obstacle counts as completed.
//! - A refutation at any size ends the work: there is nothing left to prove.
//! - Counts are sums over all rounds, the unfinished ones included where they were reported.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proofhouse_evidence::{
    Bound, CoverReach, FileLines, Obstacle, Proof, Reach, Statistics, Verdict, microseconds,
};
use proofhouse_report::{count, duration};

use crate::engines::symbolic::Gone;
use crate::engines::worker::{Contracts, Explored};

/// The sizes that are tried, as far as they go; afterwards each is half as large again.
const SIZES: [u64; 9] = [1, 2, 3, 4, 6, 7, 8, 12, 16];

/// More inputs than these say nothing more to another engine.
const STARTS_MAX: usize = 64;

/// How much may be spent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// On all rounds together.
    pub(crate) time_max: Duration,
    /// The largest size; `None`: as time permits.
    pub(crate) size_max: Option<u64>,
    /// The memory of the worker, which is its business; it is named when it is not enough.
    pub(crate) memory_bytes_max: u64,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Deepened {
    /// The verdict; findings have not been replayed. `None` when the user ended the command.
    pub(crate) verdict: Option<Verdict>,
    /// What was executed in all rounds.
    pub(crate) statistics: Statistics,
    /// Why it did not go further, if that needs a word.
    pub(crate) remarks: Vec<String>,
    /// The lines that the round executed whose verdict this is.
    pub(crate) lines: Vec<FileLines>,
    /// Inputs beyond what was proved, as tokens, for another engine to begin with.
    pub(crate) starts: Vec<String>,
    /// What became of functions with a contract.
    pub(crate) contracts: Contracts,
}

/// Explores with growing sizes. `explore` gets the size and the time that is left.
pub(crate) fn deepen(
    budget: Budget,
    explore: &mut dyn FnMut(u64, Duration) -> Result<Explored, Gone>,
) -> Deepened {
    let started = Instant::now();
    let mut rounds = Rounds::default();
    for size in sizes(budget.size_max) {
        let left = budget.time_max.saturating_sub(started.elapsed());
        if left.is_zero() {
            return rounds.stop(size, &Stop::OutOfTime(budget.time_max));
        }
        let begun = Instant::now();
        match explore(size, left) {
            Ok(explored) => {
                if let Some(deepened) = rounds.take(size, explored, budget) {
                    return deepened;
                }
            }
            Err(gone) => {
                let lost = microseconds(begun.elapsed());
                rounds.statistics.elapsed_us += lost;
                let stop = match gone {
                    Gone::Lost { how } => Stop::Lost(how),
                    Gone::OutOfMemory => Stop::OutOfMemory(budget.memory_bytes_max),
                    Gone::OutOfTime => Stop::OutOfTime(budget.time_max),
                    Gone::Interrupted => Stop::Interrupted,
                };
                return rounds.stop(size, &stop);
            }
        }
    }
    rounds.end()
}

/// The sizes to try; the user's largest is always the last.
fn sizes(size_max: Option<u64>) -> impl Iterator<Item = u64> {
    let mut next = 0;
    let grown = std::iter::from_fn(move || {
        next = match SIZES.iter().find(|size| **size > next) {
            Some(size) => *size,
            None => next.checked_add(next / 2)?,
        };
        Some(next)
    });
    let size_max = size_max.unwrap_or(u64::MAX);
    // A round just below the largest size costs nearly as much as that one, and proves less.
    let last_before = size_max - size_max / 4;
    grown
        .take_while(move |size| *size <= last_before && *size < size_max)
        .chain(
            // Without a limit, the growth ends by itself before the largest number.
            (size_max != u64::MAX).then_some(size_max),
        )
}

/// Why a round was not completed.
#[derive(Debug)]
enum Stop {
    OutOfTime(Duration),
    OutOfMemory(u64),
    Lost(String),
    Interrupted,
}

/// What the rounds so far came to.
#[derive(Debug, Default)]
struct Rounds {
    /// The last completed round.
    completed: Option<(u64, Explored)>,
    /// The obstacles of the first round that had any.
    obstructed: Option<(u64, Vec<Obstacle>)>,
    /// The paths of the last round that had any.
    obstructed_paths: Option<u64>,
    /// The size of the last completed round.
    proved_size: Option<u64>,
    statistics: Statistics,
    /// What is known of the property's covers and assumptions, by the round whose verdict counts.
    coverage: Vec<String>,
    /// Where the time of the last round went, if that needs a word.
    effort: Option<String>,
    /// The lines that this round executed.
    lines: Vec<FileLines>,
    /// What became of functions with a contract, in all rounds.
    contracts: Contracts,
    /// Inputs of rounds that were not completed, by their tokens, with their longest lengths.
    starts: BTreeMap<String, u64>,
}

impl Rounds {
    /// Takes in a round; says what it all comes to if there is no use in going on.
    fn take(&mut self, size: u64, explored: Explored, budget: Budget) -> Option<Deepened> {
        add(&mut self.statistics, &explored.statistics);
        self.contracts.extend(&explored.contracts);
        self.effort = effort_words(&explored);
        let is_obstructed = matches!(explored.verdict, Verdict::Inconclusive { .. });
        if !is_obstructed || self.completed.is_none() {
            self.coverage = coverage_words(&explored);
            self.lines.clone_from(&explored.lines);
        }
        match &explored.verdict {
            Verdict::Refuted { .. } => Some(self.conclude(explored.verdict, Vec::new())),
            Verdict::Inconclusive { obstacles } => {
                let inputs = explored.inputs.iter();
                let starts = inputs.map(|start| (start.token.clone(), start.longest));
                self.starts.extend(starts);
                self.obstruct(size, obstacles.clone(), &explored, budget)
            }
            // Nothing was cut off, so a larger size would show the same again.
            _ if explored.bounds.is_empty() => Some(self.conclude(explored.verdict, Vec::new())),
            Verdict::Proved { .. } | Verdict::Vacuous { .. } => self.complete(size, explored),
            Verdict::Passed { .. } | Verdict::Unhealthy { .. } | Verdict::NotApplicable { .. } => {
                Some(self.conclude(explored.verdict, Vec::new()))
            }
        }
    }

    fn complete(&mut self, size: u64, explored: Explored) -> Option<Deepened> {
        assert!(
            !explored.bounds.is_empty(),
            "a round without bounds is complete"
        );
        let is_as_before = self
            .completed
            .as_ref()
            .is_some_and(|(_, before)| extent(&before.bounds) == extent(&explored.bounds));
        let is_below_size = explored.bounds.iter().all(|bound| bound.most < size);
        let verdict = explored.verdict.clone();
        self.proved_size = Some(size);
        self.completed = Some((size, explored));
        // Bounds that the size has overtaken without moving them do not depend on it.
        (is_as_before && is_below_size).then(|| self.conclude(verdict, Vec::new()))
    }

    fn obstruct(
        &mut self,
        size: u64,
        obstacles: Vec<Obstacle>,
        explored: &Explored,
        budget: Budget,
    ) -> Option<Deepened> {
        let is_out_of_time = |obstacle: &Obstacle| matches!(obstacle, Obstacle::LimitReached { limit, .. } if limit == "time");
        if obstacles.iter().any(is_out_of_time) {
            // The round's time was what was left of the property's, which is the one people set.
            let rest = obstacles
                .into_iter()
                .filter(|obstacle| !is_out_of_time(obstacle));
            let rest = rest.collect();
            self.obstructed.get_or_insert((size, rest));
            return Some(self.stop(size, &Stop::OutOfTime(budget.time_max)));
        }
        let is_contradiction =
            |obstacle: &Obstacle| matches!(obstacle, Obstacle::Contradiction { .. });
        if obstacles.iter().any(is_contradiction) {
            // Whoever is wrong here may have been wrong before, so no earlier round stands.
            self.completed = None;
            return Some(self.conclude(Verdict::Inconclusive { obstacles }, Vec::new()));
        }
        // Something unsupported on one path leaves others on which a fault may show at a larger
        // size, if there is more to see at all. Every other obstacle only grows with the size.
        let is_unsupported = |obstacle: &Obstacle| matches!(obstacle, Obstacle::Unsupported { .. });
        let is_as_before = self.obstructed_paths == Some(explored.statistics.paths);
        let may_go_on =
            obstacles.iter().all(is_unsupported) && !explored.bounds.is_empty() && !is_as_before;
        self.obstructed_paths = Some(explored.statistics.paths);
        self.obstructed.get_or_insert((size, obstacles));
        (!may_go_on).then(|| self.end())
    }

    /// What it comes to when all sizes were tried.
    fn end(&mut self) -> Deepened {
        match (self.completed.take(), self.obstructed.take()) {
            (Some((_, explored)), None) => self.conclude(explored.verdict, Vec::new()),
            (Some((_, explored)), Some((size, obstacles))) => {
                let remark = format!("size {size} was not completed: {}", in_words(&obstacles));
                self.conclude(explored.verdict, vec![remark])
            }
            (None, Some((_, obstacles))) => {
                self.conclude(Verdict::Inconclusive { obstacles }, Vec::new())
            }
            (None, None) => unreachable!("at least one size is tried, and every round is taken in"),
        }
    }

    /// What it comes to when a round was ended from outside.
    fn stop(&mut self, size: u64, stop: &Stop) -> Deepened {
        let (obstacle, remark) = match stop {
            Stop::Interrupted => {
                return Deepened {
                    verdict: None,
                    statistics: self.statistics,
                    remarks: Vec::new(),
                    lines: Vec::new(),
                    starts: Vec::new(),
                    contracts: Contracts::default(),
                };
            }
            Stop::OutOfTime(time_max) => {
                let remark = format!(
                    "size {} was not finished within {}",
                    count(size),
                    duration(microseconds(*time_max))
                );
                (time_limit(*time_max), remark)
            }
            Stop::OutOfMemory(bytes_max) => {
                let remark = format!(
                    "size {} needed more memory than a worker is given",
                    count(size)
                );
                let obstacle = Obstacle::LimitReached {
                    limit: "memory".to_owned(),
                    allowed: bytes_max / (1024 * 1024),
                    unit: "MiB".to_owned(),
                };
                (obstacle, remark)
            }
            Stop::Lost(how) => {
                // A worker that breaks may have been wrong before, so no earlier round stands.
                self.completed = None;
                let how = how.clone();
                let remark = format!("the worker was exploring size {}", count(size));
                return self.conclude(
                    Verdict::Inconclusive {
                        obstacles: vec![Obstacle::WorkerLost { how }],
                    },
                    vec![remark],
                );
            }
        };
        match self.completed.take() {
            Some((_, explored)) => {
                let remarks = [remark].into_iter().chain(self.effort.take()).collect();
                self.conclude(explored.verdict, remarks)
            }
            None => {
                let mut obstacles = vec![obstacle];
                obstacles.extend(
                    self.obstructed
                        .take()
                        .into_iter()
                        .flat_map(|(_, rest)| rest),
                );
                let remarks = self.effort.take().into_iter().collect();
                self.conclude(Verdict::Inconclusive { obstacles }, remarks)
            }
        }
    }

    /// The inputs that are worth running: none of those that are proved, and none once something fails.
    fn starts_beyond(&self, verdict: &Verdict) -> Vec<String> {
        let proved = match verdict {
            Verdict::Inconclusive { .. } => None,
            Verdict::Proved {
                proof: Proof::Bounded { bounds, .. },
            } if !bounds.is_empty() => self.proved_size,
            _ => return Vec::new(),
        };
        let is_beyond = |longest: u64| proved.is_none_or(|size| longest > size);
        let beyond = self
            .starts
            .iter()
            .filter(|(_, longest)| is_beyond(**longest));
        beyond
            .map(|(token, _)| token.clone())
            .take(STARTS_MAX)
            .collect()
    }

    fn conclude(&self, verdict: Verdict, mut remarks: Vec<String>) -> Deepened {
        if !matches!(verdict, Verdict::Refuted { .. }) {
            remarks.extend(self.coverage.iter().cloned());
        }
        remarks.extend(self.contracts.unused().map(|name| unused_words(name)));
        let starts = self.starts_beyond(&verdict);
        if let Verdict::Proved {
            proof: Proof::Bounded { bounds, contracts },
        } = &verdict
        {
            let rests_on_something = !bounds.is_empty() || !contracts.is_empty();
            assert!(rests_on_something, "such a proof names what it rests on");
        }
        Deepened {
            verdict: Some(verdict),
            statistics: self.statistics,
            remarks,
            lines: self.lines.clone(),
            starts,
            contracts: self.contracts.clone(),
        }
    }
}

/// A property that names a contract in vain says less than its author thinks.
fn unused_words(name: &str) -> String {
    format!("no path called `{name}`, or it has no contract: naming it had no effect")
}

fn time_limit(time_max: Duration) -> Obstacle {
    let milliseconds = u64::try_from(time_max.as_millis()).unwrap_or(u64::MAX);
    let (allowed, unit) = if milliseconds.is_multiple_of(1000) {
        (milliseconds / 1000, "seconds")
    } else {
        (milliseconds, "milliseconds")
    };
    Obstacle::LimitReached {
        limit: "time".to_owned(),
        allowed,
        unit: unit.to_owned(),
    }
}

/// How far bounds reach, without their names: merged paths may name them in another order.
fn extent(bounds: &[Bound]) -> Vec<(u64, &str)> {
    let mut extent: Vec<_> = bounds
        .iter()
        .map(|bound| (bound.most, bound.unit.as_str()))
        .collect();
    extent.sort_unstable();
    extent.dedup();
    extent
}

fn in_words(obstacles: &[Obstacle]) -> String {
    let words: Vec<String> = obstacles
        .iter()
        .map(proofhouse_report::obstacle_words)
        .collect();
    words.join("; ")
}

/// Which places had the solver longest, and where the paths parted, of a round that took long.
fn effort_words(explored: &Explored) -> Option<String> {
    const WORTH_A_WORD_US: u64 = 500_000;
    let statistics = &explored.statistics;
    let slowest = explored.hotspots.first()?;
    if statistics.elapsed_us < WORTH_A_WORD_US {
        return None;
    }
    let busiest = explored.hotspots.iter().max_by_key(|spot| spot.splits)?;
    let mut words = format!(
        "the last round took {}, of which the solver had {}, longest at {} ({}, {} questions)",
        duration(statistics.elapsed_us),
        duration(statistics.solver_us),
        slowest.place,
        duration(slowest.solver_us),
        count(slowest.questions),
    );
    if busiest.splits > 0 {
        let splits = count(busiest.splits);
        words += &format!("; most paths part at {} ({splits})", busiest.place);
    }
    Some(words)
}

/// What a round found out about covers and assumptions, a sentence each.
fn coverage_words(explored: &Explored) -> Vec<String> {
    let groups = [
        (Reach::Reachable, "can be covered"),
        (Reach::Unreachable, "can never be covered within the bounds"),
        (Reach::Unknown, "not known whether it can be covered"),
    ];
    let is_complete = explored.bounds.is_empty();
    let mut words = Vec::new();
    for (reach, meaning) in groups {
        let is_of_group = |cover: &&CoverReach| cover.reach == reach;
        let labels = explored.covers.iter().filter(is_of_group);
        let labels: Vec<String> = labels.map(|cover| format!("`{}`", cover.label)).collect();
        if !labels.is_empty() {
            let meaning = match reach {
                Reach::Unreachable if is_complete => "can never be covered",
                _ => meaning,
            };
            words.push(format!("{meaning}: {}", labels.join(", ")));
        }
    }
    let rejecting = explored.rejecting.iter();
    words.extend(
        rejecting.map(|place| format!("every input that comes to {place} is rejected there")),
    );
    words.extend(explored.opinions.clone());
    words
}

/// Adds the counts of one run to those of others, and the time.
pub(crate) fn add(total: &mut Statistics, round: &Statistics) {
    let Statistics {
        generated,
        replayed,
        discarded,
        shrink_executions,
        paths,
        paths_rejected,
        steps,
        queries,
        solver_us,
        elapsed_us,
    } = round;
    total.generated += generated;
    total.replayed += replayed;
    total.discarded += discarded;
    total.shrink_executions += shrink_executions;
    total.paths += paths;
    total.paths_rejected += paths_rejected;
    total.steps += steps;
    total.queries += queries;
    total.solver_us += solver_us;
    total.elapsed_us += elapsed_us;
}

#[cfg(test)]
mod tests;
