//! The SAT search with a limit on its work.
//!
//! The SAT solver is run in stretches. Between two of them its count of propagations is read,
//! which measures the work far better than conflicts do: one conflict among the gates of a 64-bit
//! division takes twenty times as long as one among those of a 12-bit division.
//!
//! # Invariants
//!
//! - Limits count conflicts and propagations, never time, so a search that gives up does so on
//!   every machine. Only an [`Interrupt`] may end it earlier.

use std::cell::Cell;
use std::sync::Arc;

use batsat::{Callbacks, ClauseKind, Lit, Solver, SolverInterface, lbool};

use super::{GaveUp, Limits};

/// Asked now and then during a search; `true` ends it without an answer. For deadlines.
pub type Interrupt = Arc<dyn Fn() -> bool + Send + Sync>;

/// The SAT solver with our meter in it.
pub(super) type Search = Solver<Meter>;

/// Ends a stretch of search.
#[derive(Default)]
pub(super) struct Meter {
    conflicts: u64,
    conflicts_max: u64,
    steps: Cell<u64>,
    interrupt: Option<Interrupt>,
    interrupted: Cell<bool>,
}

/// A stretch ends after so many conflicts ...
const STRETCH_CONFLICTS: u64 = 1_000;

/// ... or steps; a step is one decision with its propagation.
const STRETCH_STEPS: u64 = 200_000;

/// How often an interrupt is asked: every so many steps, each some microseconds.
const STEPS_PER_INTERRUPT: u64 = 64;

impl Meter {
    fn start_stretch(&mut self, conflicts_max: u64, interrupt: Option<&Interrupt>) {
        *self = Self {
            conflicts_max,
            interrupt: interrupt.cloned(),
            ..Self::default()
        };
    }
}

impl Callbacks for Meter {
    fn on_new_clause(&mut self, _clause: &[Lit], kind: ClauseKind) {
        if kind == ClauseKind::Learnt {
            self.conflicts += 1;
        }
    }

    fn stop(&self) -> bool {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps.is_multiple_of(STEPS_PER_INTERRUPT)
            && self.interrupt.as_ref().is_some_and(|interrupt| interrupt())
        {
            self.interrupted.set(true);
        }
        self.interrupted.get() || self.conflicts >= self.conflicts_max || steps > STRETCH_STEPS
    }
}

/// Whether everything asserted and `assumptions` can hold, and how many conflicts that took.
pub(super) fn search_limited(
    search: &mut Search,
    assumptions: &[Lit],
    limits: &Limits,
    interrupt: Option<&Interrupt>,
) -> (Result<bool, GaveUp>, u64) {
    let mut conflicts = 0;
    let propagations_before = search.num_propagations();
    loop {
        let left = limits.conflicts_max.saturating_sub(conflicts);
        search
            .cb_mut()
            .start_stretch(left.min(STRETCH_CONFLICTS), interrupt);
        let answer = search.solve_limited(assumptions);
        conflicts += search.cb().conflicts;
        let propagations = search.num_propagations() - propagations_before;
        let result = if answer == lbool::TRUE {
            Ok(true)
        } else if answer == lbool::FALSE {
            Ok(false)
        } else if search.cb().interrupted.get() {
            Err(GaveUp::Interrupted)
        } else if conflicts >= limits.conflicts_max {
            Err(GaveUp::Conflicts {
                allowed: limits.conflicts_max,
            })
        } else if propagations >= limits.propagations_max {
            Err(GaveUp::Propagations {
                allowed: limits.propagations_max,
            })
        } else {
            continue;
        };
        return (result, conflicts);
    }
}

/// Lets the next search try the values that `inputs` give to all bits: the solver remembers the
/// last value of each bit, and with all inputs fixed this is only propagation.
pub(super) fn start_from(search: &mut Search, inputs: &[Lit]) {
    search.cb_mut().start_stretch(1, None);
    search.solve_limited(inputs);
}
