//! The SAT search with a limit on its work.
//!
//! # Invariants
//!
//! - Limits count conflicts and steps, never time, so a search that gives up does so on every
//!   machine. Only an [`Interrupt`] may end it earlier.

use std::cell::Cell;
use std::sync::Arc;

use batsat::{Callbacks, ClauseKind, Lit, Solver};

/// Asked now and then during a search; `true` ends it without an answer. For deadlines.
pub type Interrupt = Arc<dyn Fn() -> bool + Send + Sync>;

/// The SAT solver with our meter in it.
pub(super) type Search = Solver<Work>;

/// Counts the work of one search.
#[derive(Default)]
pub(super) struct Work {
    conflicts: u64,
    conflicts_max: u64,
    steps: Cell<u64>,
    steps_max: u64,
    interrupt: Option<Interrupt>,
    interrupted: Cell<bool>,
}

/// How often an interrupt is asked: every so many steps. A step is one decision with its
/// propagation, some microseconds.
const STEPS_PER_INTERRUPT: u64 = 64;

impl Work {
    /// Starts counting anew.
    pub(super) fn restart(
        &mut self,
        conflicts_max: u64,
        steps_max: u64,
        interrupt: Option<&Interrupt>,
    ) {
        *self = Self {
            conflicts_max,
            steps_max,
            interrupt: interrupt.cloned(),
            ..Self::default()
        };
    }

    pub(super) fn conflicts(&self) -> u64 {
        self.conflicts
    }

    pub(super) fn was_interrupted(&self) -> bool {
        self.interrupted.get()
    }
}

impl Callbacks for Work {
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
        self.interrupted.get() || self.conflicts > self.conflicts_max || steps > self.steps_max
    }
}
