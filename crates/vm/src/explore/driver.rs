//! One exploration with one strategy: takes a waiting state, runs it, and deals with why it paused.
//!
//! It works in slices of time, so that several explorations can take turns.
//!
//! # Invariants
//!
//! - A run that the end of a slice cut short in the middle of a question is undone as a whole, and
//!   done again in a longer slice. So turns never leave a question open that time would answer.

use std::ops::ControlFlow;
use std::time::Instant;

use super::exploration::Progress;
use super::limits::Strategy;
use super::regions::Regions;
use crate::machine::{Ended, Input, Join, Journal, Machine, Pause, State, Stop};
use crate::planted::{Mistake, is_planted};
use crate::program::BlockId;

/// Instructions between two looks at the clock.
const SLICE_STEPS: u64 = 200_000;

/// So many states that stayed apart where they met go on side by side, so that they may still be
/// merged further on; more than these go on one after the other.
const LOCKSTEP_MAX: usize = 1000;

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// When the next one's turn begins, after the run that is under way.
    pub(super) until: Instant,
    /// When a run that is still under way is undone.
    pub(super) at_most: Instant,
    /// When the whole exploration ends.
    pub(super) deadline: Instant,
}

/// What a turn came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TurnEnd {
    /// There is more to do.
    Paused,
    /// Everything is explored, or a limit of this exploration was reached.
    Finished,
    /// The observer wants the whole exploration to end.
    Stopped,
}

/// An exploration with one strategy.
pub(super) struct Driver<'s> {
    strategy: Strategy,
    start: &'s State,
    regions: Regions,
    /// What there is to tell so far; the machine holds it while this exploration has its turn.
    pub(super) journal: Journal,
    /// How often a state was split; also the number of the last split.
    splits: u64,
}

impl<'s> Driver<'s> {
    pub(super) fn new(strategy: Strategy, start: &'s State) -> Self {
        Self {
            strategy,
            start,
            regions: Regions::new(start.clone()),
            journal: Journal::default(),
            splits: 0,
        }
    }

    /// Its strategy.
    pub(super) fn strategy(&self) -> Strategy {
        self.strategy
    }

    /// Explores for one turn.
    pub(super) fn take_turn(
        &mut self,
        machine: &mut Machine<'_>,
        turn: Turn,
        observer: &mut dyn FnMut(&Progress<'_>) -> ControlFlow<()>,
    ) -> TurnEnd {
        // Work counts for the machine, whoever does it.
        self.journal.steps = machine.journal.steps;
        let idle = std::mem::replace(&mut machine.journal, std::mem::take(&mut self.journal));
        machine.set_deadline(turn.at_most);
        let mut session = Session {
            driver: self,
            machine,
            turn,
        };
        let end = session.run(observer);
        self.journal = std::mem::replace(&mut machine.journal, idle);
        machine.journal.steps = self.journal.steps;
        end
    }
}

/// An exploration that has its turn.
struct Session<'t, 's, 'm, 'p> {
    driver: &'t mut Driver<'s>,
    machine: &'m mut Machine<'p>,
    turn: Turn,
}

impl Session<'_, '_, '_, '_> {
    fn run(&mut self, observer: &mut dyn FnMut(&Progress<'_>) -> ControlFlow<()>) -> TurnEnd {
        loop {
            let Some(state) = self.driver.regions.innermost().pending.pop() else {
                if self.close_region() {
                    continue;
                }
                return TurnEnd::Finished;
            };
            self.run_state(state);
            self.confirm_refutations();
            if self.is_at_limit() {
                return TurnEnd::Finished;
            }
            if observer(&self.progress()).is_break() {
                let limits = self.machine.limits;
                self.machine
                    .limit_reached("time", limits.time_ms_max, "milliseconds");
                return TurnEnd::Stopped;
            }
            if Instant::now() >= self.turn.until {
                return TurnEnd::Paused;
            }
        }
    }

    fn run_state(&mut self, mut state: State) {
        let joins = self.driver.regions.joins();
        if self.turn.at_most >= self.turn.deadline {
            let pause = self.machine.run(&mut state, joins, SLICE_STEPS);
            self.handle(state, pause);
            return;
        }
        let before = state.clone();
        let gaps = self.machine.journal.gaps.clone();
        let probes_gone = self.machine.journal.probes_gone;
        let pause = self.machine.run(&mut state, joins, SLICE_STEPS);
        if Instant::now() >= self.turn.at_most {
            self.machine.journal.gaps = gaps;
            self.machine.journal.probes_gone = probes_gone;
            self.driver.regions.innermost().pending.push(before);
        } else {
            self.handle(state, pause);
        }
    }

    /// Runs new failures plainly. That is short, and it must not be cut short by the end of a turn.
    fn confirm_refutations(&mut self) {
        if !self.machine.journal.candidates.is_empty() {
            self.machine.set_deadline(self.turn.deadline);
            self.machine.confirm_refutations(self.driver.start);
            self.machine.set_deadline(self.turn.at_most);
        }
    }

    fn handle(&mut self, state: State, pause: Pause) {
        match pause {
            Pause::Ended(ended) => self.count(&state, ended),
            Pause::Budget => self.driver.regions.innermost().pending.push(state),
            Pause::Arrived(index) => self.driver.regions.arrive(index, state),
            Pause::Left(ahead) => self.driver.regions.hand_out(ahead, state),
            Pause::Split(Stop::Ended(ended)) => self.count(&state, ended),
            Pause::Split(Stop::Split {
                mut cases,
                may_join,
            }) => {
                if may_join && self.driver.strategy == Strategy::Merging {
                    self.open_regions(&state);
                }
                self.machine.note_split(&state, cases.len());
                let probes = self.machine.share_probes(&state, &cases);
                if is_planted(Mistake::DroppedPath) {
                    cases.pop();
                }
                self.driver.splits += 1;
                let mut states = Vec::with_capacity(cases.len());
                for (case, probes) in cases.into_iter().zip(probes) {
                    let mut forked = state.clone();
                    self.machine.enter(&mut forked, case, self.driver.splits);
                    forked.probes = probes;
                    states.push(forked);
                }
                // The first case runs first, so it goes on top.
                self.driver
                    .regions
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
        let Some((join, arrived)) = self.driver.regions.close() else {
            return false;
        };
        let mut merged = self.machine.merge_all(arrived);
        let Some(first) = merged.first() else {
            return true;
        };
        if let Some(index) = self.driver.regions.met_by(join, first) {
            for state in merged {
                self.driver.regions.arrive(index, state);
            }
            return true;
        }
        if (2..=LOCKSTEP_MAX).contains(&merged.len()) {
            self.open_regions(first);
            self.machine.align(&mut merged);
        }
        let pending = &mut self.driver.regions.innermost().pending;
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
        self.driver.regions.open(join, |inner| {
            let mut behind = std::iter::successors(inner.block, meets_at).skip(1);
            inner.block.is_some()
                && join
                    .block
                    .is_none_or(|block| behind.any(|one| one == block))
        });
    }

    fn count(&mut self, state: &State, ended: Ended) {
        self.keep_input(state, ended);
        match ended {
            Ended::Impossible => self.machine.watch_impossible(state),
            Ended::Held => self.machine.arrive_with_probes(state, true),
            _ => self.machine.arrive_with_probes(state, false),
        }
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

    /// Keeps an input of a path that is worth another engine's look: one that could not be followed to
    /// its end, or one that executed something new. Only where a model is at hand: it is no reason to
    /// ask the solver.
    fn keep_input(&mut self, state: &State, ended: Ended) {
        let news = self.machine.executed.news();
        let journal = &self.machine.journal;
        let is_cut = ended == Ended::Cut;
        let is_wanted = is_cut || (ended == Ended::Held && news > journal.executed_then);
        if !is_wanted || state.is_doubtful || !journal.wants_input(is_cut) {
            return;
        }
        let Some(model) = state.path.last_model() else {
            return;
        };
        let terms = &self.machine.symbols.terms;
        let input = Input {
            choices: state.log.input(terms, model),
            longest: state.log.longest(terms, model),
        };
        let journal = &mut self.machine.journal;
        if !is_cut {
            journal.executed_then = news;
        }
        journal.inputs[usize::from(!is_cut)].push(input);
    }

    /// Whether a limit ends the exploration; if so, the journal says which.
    fn is_at_limit(&mut self) -> bool {
        let limits = self.machine.limits;
        let journal = &self.machine.journal;
        if journal.refutations.len() as u64 >= limits.findings_max {
            return true;
        }
        if self.driver.regions.waiting() == 0 {
            return false;
        }
        let (name, allowed, unit) = if Instant::now() >= self.turn.deadline {
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

    fn progress(&self) -> Progress<'_> {
        Progress {
            paths: self.machine.journal.paths(),
            waiting: self.driver.regions.waiting() as u64,
            steps: self.machine.journal.steps,
            in_solver: self.machine.effort.in_solver(),
            slowest: self.machine.slowest_place(),
        }
    }
}
