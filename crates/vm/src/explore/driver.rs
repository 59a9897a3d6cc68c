//! The loop that takes a waiting state, runs it, and deals with why it paused.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use proofhouse_evidence::{Obstacle, Statistics};

use super::exploration::{Exploration, Progress};
use super::limits::{Limits, Strategy};
use super::regions::Regions;
use crate::machine::{Ended, Join, Machine, Pause, State, Stop};
use crate::program::{BlockId, Program};

/// Instructions between two looks at the clock.
const SLICE_STEPS: u64 = 200_000;
/// The part of the time that a portfolio gives to single paths, as a divisor.
const PATHS_TIME_SHARE: u64 = 3;

/// So many states that stayed apart where they met go on side by side, so that they may still be
/// merged further on; more than these go on one after the other.
const LOCKSTEP_MAX: usize = 1000;

/// Explores every path from `entry`, a function without parameters, within the limits.
///
/// `observer` hears of the progress now and then and may end the exploration, which is then
/// incomplete as if its time were up.
pub fn explore(
    program: &Program,
    entry: &str,
    limits: &Limits,
    observer: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Exploration {
    let started = Instant::now();
    let mut machine = Machine::new(program, *limits);
    match program
        .function_named(entry)
        .filter(|id| program.functions[id.index()].has_body())
    {
        Some(entry) => {
            let start = machine.start(entry);
            run_strategies(&mut machine, &start, started, observer);
        }
        None => {
            let what = format!("the entry `{entry}`, which the program does not define");
            let unsupported = Obstacle::Unsupported {
                what,
                called_from: None,
            };
            machine.journal.obstacles.insert(unsupported);
        }
    }
    conclude(machine, started)
}

/// Explores with one strategy after the other, until one gives an answer.
fn run_strategies(
    machine: &mut Machine<'_>,
    start: &State,
    started: Instant,
    observer: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) {
    let limits = machine.limits;
    let end = started + Duration::from_millis(limits.time_ms_max);
    let first_end = started + Duration::from_millis(limits.time_ms_max / PATHS_TIME_SHARE);
    let plan: &[(Strategy, Instant)] = match limits.strategy {
        Strategy::Portfolio => &[(Strategy::Paths, first_end), (Strategy::Merging, end)],
        only => &[(only, end)],
    };
    for (strategy, deadline) in plan {
        // What an earlier strategy did counts as work, but its limit is not the exploration's.
        let journal = std::mem::take(&mut machine.journal);
        machine.journal.steps = journal.steps;
        machine.limits.strategy = *strategy;
        machine.set_deadline(*deadline);
        let regions = Regions::new(start.clone());
        Driver {
            machine,
            start,
            regions,
            deadline: *deadline,
            splits: 0,
        }
        .run(observer);
        if !machine.journal.is_cut_by_a_limit() {
            return;
        }
    }
}

fn conclude(machine: Machine<'_>, started: Instant) -> Exploration {
    let solver = machine.solver.statistics();
    let mut journal = machine.journal;
    if journal.open_questions > 0 && !journal.is_cut_by_a_limit() {
        let questions = journal.open_questions;
        journal
            .obstacles
            .insert(Obstacle::SolverGaveUp { questions });
    }
    let microseconds = |duration: Duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    Exploration {
        statistics: Statistics {
            paths: journal.paths(),
            paths_rejected: journal.rejected,
            steps: journal.steps,
            queries: solver.searches,
            elapsed_us: microseconds(started.elapsed()),
            ..Statistics::default()
        },
        refutations: journal.refutations,
        bounds: journal.bounds,
        obstacles: journal.obstacles,
        paths_held: journal.witnessed,
        paths_merged: journal.merged,
    }
}

struct Driver<'m, 'p> {
    machine: &'m mut Machine<'p>,
    start: &'m State,
    regions: Regions,
    deadline: Instant,
    /// How often a state was split; also the number of the last split.
    splits: u64,
}

impl Driver<'_, '_> {
    fn run(&mut self, observer: &mut dyn FnMut(&Progress) -> ControlFlow<()>) {
        loop {
            let Some(mut state) = self.regions.innermost().pending.pop() else {
                if self.close_region() {
                    continue;
                }
                return;
            };
            let joins = self.regions.joins();
            let pause = self.machine.run(&mut state, joins, SLICE_STEPS);
            self.handle(state, pause);
            self.machine.confirm_refutations(self.start);
            if self.is_at_limit() {
                return;
            }
            if observer(&self.progress()).is_break() {
                self.machine
                    .limit_reached("time", self.machine.limits.time_ms_max, "milliseconds");
                return;
            }
        }
    }

    fn handle(&mut self, state: State, pause: Pause) {
        match pause {
            Pause::Ended(ended) => self.count(&state, ended),
            Pause::Budget => self.regions.innermost().pending.push(state),
            Pause::Arrived(index) => self.regions.arrive(index, state),
            Pause::Left(ahead) => self.regions.hand_out(ahead, state),
            Pause::Split(Stop::Ended(ended)) => self.count(&state, ended),
            Pause::Split(Stop::Split { cases, may_join }) => {
                if may_join && self.machine.limits.strategy == Strategy::Merging {
                    self.open_regions(&state);
                }
                self.splits += 1;
                let mut states = Vec::with_capacity(cases.len());
                for case in cases {
                    let mut forked = state.clone();
                    self.machine.enter(&mut forked, case, self.splits);
                    states.push(forked);
                }
                // The first case runs first, so it goes on top.
                self.regions
                    .innermost()
                    .pending
                    .extend(states.into_iter().rev());
            }
        }
    }

    /// Where the paths that part at a state's instruction meet again.
    fn join_of(&self, state: &State) -> Join {
        let frame = &state.current;
        let function = &self.machine.program.functions[frame.function.index()];
        let block: Option<BlockId> = function.blocks[frame.block.index()].meets_at;
        Join {
            depth: state.depth(),
            block,
        }
    }

    /// Closes the innermost region and lets its merged states go on in the one around it. Returns
    /// whether there was one.
    fn close_region(&mut self) -> bool {
        let Some((join, arrived)) = self.regions.close() else {
            return false;
        };
        let mut merged = self.machine.merge_all(arrived);
        let Some(first) = merged.first() else {
            return true;
        };
        if let Some(index) = self.regions.met_by(join, first) {
            for state in merged {
                self.regions.arrive(index, state);
            }
            return true;
        }
        if (2..=LOCKSTEP_MAX).contains(&merged.len()) {
            self.open_regions(first);
            self.machine.align(&mut merged);
        }
        let pending = &mut self.regions.innermost().pending;
        pending.extend(merged.into_iter().rev());
        true
    }

    /// Opens regions at the places where states that part where `state` is come together again.
    fn open_regions(&mut self, state: &State) {
        self.open(state, self.join_of(state));
        let frame = state.current;
        let loops = self.machine.loops.of(self.machine.program, frame.function);
        for head in loops.heads_around(frame.block) {
            let head = Join {
                depth: state.depth(),
                block: Some(*head),
            };
            self.open(state, head);
        }
    }

    /// Opens a region for a place in the call that `state` executes.
    fn open(&mut self, state: &State, join: Join) {
        let function = &self.machine.program.functions[state.current.function.index()];
        let meets_at = |block: &BlockId| function.blocks[block.index()].meets_at;
        self.regions.open(join, |inner| {
            let mut behind = std::iter::successors(inner.block, meets_at).skip(1);
            inner.block.is_some()
                && join
                    .block
                    .is_none_or(|block| behind.any(|one| one == block))
        });
    }

    fn count(&mut self, state: &State, ended: Ended) {
        let journal = &mut self.machine.journal;
        match ended {
            Ended::Held => {
                journal.held += 1;
                if !state.is_doubtful {
                    journal.witnessed += 1;
                }
            }
            Ended::Rejected => journal.rejected += 1,
            Ended::Failed => journal.failed += 1,
            Ended::Cut => journal.cut += 1,
            Ended::Impossible => {}
        }
    }

    /// Whether a limit ends the exploration; if so, the journal says which.
    fn is_at_limit(&mut self) -> bool {
        let limits = self.machine.limits;
        let journal = &self.machine.journal;
        if journal.refutations.len() as u64 >= limits.findings_max {
            return true;
        }
        if self.regions.waiting() == 0 {
            return false;
        }
        let (name, allowed, unit) = if Instant::now() >= self.deadline {
            ("time", limits.time_ms_max, "milliseconds")
        } else if journal.steps >= limits.steps_max {
            ("steps", limits.steps_max, "instructions")
        } else if journal.paths() >= limits.paths_max {
            ("paths", limits.paths_max, "paths")
        } else {
            return false;
        };
        self.machine.limit_reached(name, allowed, unit);
        true
    }

    fn progress(&self) -> Progress {
        Progress {
            paths: self.machine.journal.paths(),
            waiting: self.regions.waiting() as u64,
            steps: self.machine.journal.steps,
        }
    }
}
