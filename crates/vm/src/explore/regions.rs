//! The states that wait, grouped by the place where they are to meet.
//!
//! # Invariants
//!
//! - Regions nest: the innermost one is last, and its states run first.
//! - The outermost region has no place to meet; it is never closed while a state waits.

use crate::machine::{Join, State};

/// States that parted at one branch, and where they are to meet.
pub(super) struct Region {
    /// Where they are to meet; `None` for the outermost region.
    pub(super) join: Option<Join>,
    /// States on their way; the last one runs first.
    pub(super) pending: Vec<State>,
    /// States that arrived.
    pub(super) arrived: Vec<State>,
}

/// All regions, innermost last.
pub(super) struct Regions {
    stack: Vec<Region>,
}

impl Regions {
    /// One state and no place to meet.
    pub(super) fn new(state: State) -> Self {
        let outermost = Region {
            join: None,
            pending: vec![state],
            arrived: Vec::new(),
        };
        Self {
            stack: vec![outermost],
        }
    }

    /// The innermost region.
    pub(super) fn innermost(&mut self) -> &mut Region {
        self.stack.last_mut().expect("the outermost region stays")
    }

    /// Closes the innermost region; `None` for the outermost.
    pub(super) fn close(&mut self) -> Option<Region> {
        if self.stack.len() == 1 {
            None
        } else {
            self.stack.pop()
        }
    }

    /// Opens a region within the innermost one, unless that one has the same place to meet.
    pub(super) fn open(&mut self, join: Join) {
        if self.innermost().join != Some(join) {
            let (pending, arrived) = (Vec::new(), Vec::new());
            self.stack.push(Region {
                join: Some(join),
                pending,
                arrived,
            });
        }
    }

    /// Hands a state that left the innermost region to the one around it.
    pub(super) fn hand_out(&mut self, state: State) {
        let outer = self
            .stack
            .len()
            .checked_sub(2)
            .expect("the outermost region can't be left");
        self.stack[outer].pending.push(state);
    }

    /// How many states wait.
    pub(super) fn waiting(&self) -> usize {
        self.stack
            .iter()
            .map(|region| region.pending.len() + region.arrived.len())
            .sum()
    }
}
