//! Explores with one strategy, or with several that take turns until one of them has the answer.
//!
//! Which strategy is the better one shows only when one is done: merging tames parsers, and drowns in
//! formulas where single paths would have found plain numbers. So none gets all the time. Turns grow,
//! so that a long question is answered some time. How far each got was tried as a guide to who should
//! have longer turns, and misled: single paths are quick at first and stuck later.
//!
//! # Invariants
//!
//! - The result is that of one exploration alone; what another one found out is not mixed in.
//! - An exploration that is complete, or that has a counterexample, is preferred to one that is not.

use std::ops::ControlFlow;
use std::rc::Rc;
use std::time::{Duration, Instant};

use proofhouse_evidence::{Obstacle, Statistics, microseconds};

use super::driver::{Driver, Turn, TurnEnd};
use super::exploration::{Exploration, Progress};
use super::limits::{Limits, Strategy};
use crate::machine::{Image, Journal, Machine, State};
use crate::program::Program;

/// The first turn of each strategy. Most explorations end in it.
const FIRST_TURN: Duration = Duration::from_millis(100);
/// Later, a turn is one part in so many of the time spent so far.
const TURNS: u32 = 8;
/// How many times longer the turns of merging are. It proves most, and where it does not, single paths
/// mostly need little.
const MERGING_SHARE: u32 = 3;
/// How many times longer the turns of the strategy are that had the answer at a smaller size. Others
/// still get some: what was quicker for short texts may be stuck with longer ones.
const LEADER_SHARE: u32 = 10;
/// A run may take so many times the length of its turn before it is undone. Long questions come late,
/// and one that is undone costs all its time.
const OVERTIME: u32 = 8;

/// Another solver: whether the assertions of a script can hold, or `None` where it does not know.
pub type OtherSolver = Rc<dyn Fn(&str) -> Option<bool>>;

/// Where another solver may have a word, ours gives up after so much work, instead of after all the time.
const WORK_BEFORE_OTHERS: u64 = 100_000;

/// A program that was laid out in memory once, to explore any number of its functions from there.
pub struct Explorer {
    program: Program,
    image: Rc<Image>,
    other_solver: Option<OtherSolver>,
}

impl Explorer {
    /// Lays out a program.
    ///
    /// # Cost
    ///
    /// Proportional to the program; what each exploration adds to its own work is not.
    pub fn new(program: Program) -> Self {
        let image = Rc::new(Image::new(&program, false));
        Self {
            program,
            image,
            other_solver: None,
        }
    }

    /// Has what the solver's searches deny, or give up on, asked of another solver too. What it says is
    /// counted in [`Exploration::opinions`]; where it contradicts, the exploration has an obstacle.
    pub fn set_second_opinion(&mut self, other: OtherSolver) {
        self.other_solver = Some(other);
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Its memory before anything runs.
    pub(super) fn image(&self) -> &Rc<Image> {
        &self.image
    }

    /// Explores every path from `entry`, a function without parameters, within the limits.
    ///
    /// `observer` hears of the progress now and then and may end the exploration, which is then
    /// incomplete as if its time were up.
    pub fn explore(
        &self,
        entry: &str,
        limits: &Limits,
        observer: &mut dyn FnMut(&Progress<'_>) -> ControlFlow<()>,
    ) -> Exploration {
        let mut machine = Machine::new(&self.program, &self.image, *limits);
        if let Some(other) = self.other_solver.clone() {
            machine.solver.set_limits(proofhouse_solver::Limits {
                conflicts_max: limits.solver_work_max.min(WORK_BEFORE_OTHERS),
                ..limits.solver()
            });
            let ask = Box::new(move |script: &str| other(script));
            machine.solver.set_second_opinion(Some(ask));
        }
        explore_with(machine, entry, FIRST_TURN, observer)
    }
}

/// Explores one function of a program; for several, make an [`Explorer`].
pub fn explore(
    program: &Program,
    entry: &str,
    limits: &Limits,
    observer: &mut dyn FnMut(&Progress<'_>) -> ControlFlow<()>,
) -> Exploration {
    let image = Rc::new(Image::new(program, false));
    explore_in_turns((program, &image), entry, limits, FIRST_TURN, observer)
}

/// As [`Explorer::explore`], with first turns of another length.
pub(super) fn explore_in_turns(
    (program, image): (&Program, &Rc<Image>),
    entry: &str,
    limits: &Limits,
    first_turn: Duration,
    observer: &mut dyn FnMut(&Progress<'_>) -> ControlFlow<()>,
) -> Exploration {
    let machine = Machine::new(program, image, *limits);
    explore_with(machine, entry, first_turn, observer)
}

fn explore_with(
    mut machine: Machine<'_>,
    entry: &str,
    first_turn: Duration,
    observer: &mut dyn FnMut(&Progress<'_>) -> ControlFlow<()>,
) -> Exploration {
    let started = Instant::now();
    let (program, limits) = (machine.program, machine.limits);
    match program
        .function_named(entry)
        .filter(|id| program.functions[id.index()].has_body())
    {
        Some(entry) => {
            let start = machine.start(entry);
            let deadline = started + Duration::from_millis(limits.time_ms_max);
            let times = (first_turn, deadline);
            let (mut journal, leader) = take_turns(&mut machine, &start, times, observer);
            journal.steps = machine.journal.steps;
            machine.journal = journal;
            machine.set_deadline(deadline);
            machine.confirm_completeness(&start);
            let mut contradictions = machine.probes.take_contradictions();
            if machine.solver.opinions().contradicted > 0 {
                let what = "another solver finds values where ours found that there are none";
                contradictions.insert(what.to_owned());
            }
            for what in contradictions {
                let contradiction = Obstacle::Contradiction { what };
                machine.journal.gaps.obstacles.insert(contradiction);
            }
            return conclude(machine, started, leader);
        }
        None => {
            let what = format!("the entry `{entry}`, which the program does not define");
            let unsupported = Obstacle::Unsupported {
                what,
                called_from: None,
            };
            machine.journal.gaps.obstacles.insert(unsupported);
        }
    }
    conclude(machine, started, None)
}

/// Lets the strategies take turns; returns the journal of the one that has the best answer, and its
/// name if it has the answer where others had a turn in vain.
fn take_turns(
    machine: &mut Machine<'_>,
    start: &State,
    (first_turn, mut deadline): (Duration, Instant),
    observer: &mut dyn FnMut(&Progress<'_>) -> ControlFlow<()>,
) -> (Journal, Option<Strategy>) {
    let strategies: &[Strategy] = match machine.limits.strategy {
        Strategy::Portfolio => &[Strategy::Paths, Strategy::Merging],
        Strategy::Paths => &[Strategy::Paths],
        Strategy::Merging => &[Strategy::Merging],
    };
    let leader = machine.limits.leader;
    let mut drivers: Vec<Driver<'_>> = strategies
        .iter()
        .map(|strategy| Driver::new(*strategy, start))
        .collect();
    let started = Instant::now();
    let mut finished: Option<Journal> = None;
    let mut length = first_turn;
    let mut turns = 0;
    loop {
        let mut index = 0;
        while index < drivers.len() {
            let turn = turn_of(&drivers, index, leader, (length, deadline));
            match drivers[index].take_turn(machine, turn, observer) {
                TurnEnd::Paused => {
                    turns += 1;
                    index += 1;
                }
                TurnEnd::Finished | TurnEnd::Stopped if is_answer(&drivers[index].journal) => {
                    let driver = drivers.swap_remove(index);
                    let strategy = driver.strategy();
                    return (driver.journal, (turns > 0).then_some(strategy));
                }
                TurnEnd::Finished => {
                    let journal = drivers.remove(index).journal;
                    if !journal.is_cut_by_a_limit() {
                        // Another strategy may do without what stopped this one, but seldom does.
                        deadline = deadline.min(Instant::now() + started.elapsed());
                    }
                    finished = Some(better(finished, journal));
                }
                TurnEnd::Stopped => {
                    let journal = drivers.swap_remove(index).journal;
                    return (better(finished, journal), None);
                }
            }
        }
        if drivers.is_empty() {
            let finished = finished.expect("each of the strategies finished");
            return (finished, None);
        }
        if let Some(index) = drivers.iter().position(has_refuted) {
            // The others would only find the same.
            drivers.swap(0, index);
            drivers.truncate(1);
        }
        length = length.max(started.elapsed() / TURNS);
    }
}

/// How long the next turn of one of the explorations is.
fn turn_of(
    drivers: &[Driver<'_>],
    index: usize,
    leader: Option<Strategy>,
    (length, deadline): (Duration, Instant),
) -> Turn {
    if drivers.len() == 1 {
        let (until, at_most) = (deadline, deadline);
        return Turn {
            until,
            at_most,
            deadline,
        };
    }
    let strategy = drivers[index].strategy();
    let share = match leader {
        Some(leader) if leader == strategy => LEADER_SHARE,
        None if strategy == Strategy::Merging => MERGING_SHARE,
        _ => 1,
    };
    let own = length * share;
    let now = Instant::now();
    Turn {
        until: deadline.min(now + own),
        at_most: deadline.min(now + own * OVERTIME),
        deadline,
    }
}

fn has_refuted(driver: &Driver<'_>) -> bool {
    !driver.journal.refutations.is_empty()
}

/// Whether an ended exploration leaves nothing to be desired.
fn is_answer(journal: &Journal) -> bool {
    !journal.refutations.is_empty() || journal.gaps.is_complete()
}

/// Of two explorations without an answer, the one that was ended by less.
fn better(first: Option<Journal>, second: Journal) -> Journal {
    match first {
        Some(first) if !first.is_cut_by_a_limit() || second.is_cut_by_a_limit() => first,
        _ => second,
    }
}

fn conclude(mut machine: Machine<'_>, started: Instant, leader: Option<Strategy>) -> Exploration {
    let solver = machine.solver.statistics();
    let opinions = machine.solver.opinions();
    let hotspots = machine.hotspots();
    let mut journal = std::mem::take(&mut machine.journal);
    let questions = journal.gaps.open_questions;
    if questions > 0 && !journal.is_cut_by_a_limit() {
        let gave_up = Obstacle::SolverGaveUp { questions };
        journal.gaps.obstacles.insert(gave_up);
    }
    // A call that was compiled into its caller would have gone to the original.
    for (function, _) in journal
        .replaced
        .iter()
        .filter(|(_, is_called)| !**is_called)
    {
        let path = &machine.program.functions[function.index()].path;
        journal.gaps.obstacles.insert(Obstacle::Unsupported {
            what: format!("replacing `{path}`, which no path calls"),
            called_from: None,
        });
    }
    let unmet = journal.required.iter().filter(|(_, is_met)| !**is_met);
    let unmet = unmet.map(|(label, _)| label.clone()).collect();
    // Failures end an exploration early.
    let is_complete = journal.gaps.is_complete() && journal.refutations.is_empty();
    Exploration {
        statistics: Statistics {
            paths: journal.paths(),
            paths_rejected: journal.rejected,
            steps: journal.steps,
            queries: solver.searches,
            solver_us: microseconds(machine.effort.in_solver()),
            elapsed_us: microseconds(started.elapsed()),
            ..Statistics::default()
        },
        refutations: journal.refutations,
        bounds: journal.gaps.bounds,
        obstacles: journal.gaps.obstacles,
        paths_held: journal.witnessed,
        paths_merged: journal.merged,
        covers: journal.coverage.reaches(is_complete),
        rejecting: journal.coverage.rejecting(is_complete),
        leader,
        opinions,
        unmet,
        contracts: journal.contracts,
        hotspots,
        inputs: journal.inputs.into_iter().flatten().collect(),
        executed: machine.executed,
    }
}
