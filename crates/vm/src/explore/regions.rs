//! The states that wait, grouped by the place where they are to meet.
//!
//! # Invariants
//!
//! - Regions nest: the innermost one is last, and its states run first. A region's place to meet is
//!   not in a call further out than that of the region around it.
//! - A state that comes to the place of any region waits there until all regions within it are
//!   closed, whichever way it took.
//! - The outermost region has no place to meet; it is never closed while a state waits.

use crate::machine::{Join, State};

/// States that parted at one branch, and where they are to meet.
#[derive(Default)]
pub(super) struct Region {
    /// States on their way; the last one runs first.
    pub(super) pending: Vec<State>,
    /// States that arrived.
    pub(super) arrived: Vec<State>,
}

/// All regions, innermost last.
pub(super) struct Regions {
    stack: Vec<Region>,
    /// Where each region's states are to meet, the outermost region left out.
    joins: Vec<Join>,
}

impl Regions {
    /// One state and no place to meet.
    pub(super) fn new(state: State) -> Self {
        let outermost = Region {
            pending: vec![state],
            arrived: Vec::new(),
        };
        Self {
            stack: vec![outermost],
            joins: Vec::new(),
        }
    }

    /// The innermost region.
    pub(super) fn innermost(&mut self) -> &mut Region {
        self.stack.last_mut().expect("the outermost region stays")
    }

    /// Where states are to meet, innermost last.
    pub(super) fn joins(&self) -> &[Join] {
        &self.joins
    }

    /// Closes the innermost region; `None` for the outermost.
    pub(super) fn close(&mut self) -> Option<(Join, Vec<State>)> {
        let join = self.joins.pop()?;
        let region = self.stack.pop().expect("every join has a region");
        assert!(
            region.pending.is_empty(),
            "a region closes when all arrived"
        );
        Some((join, region.arrived))
    }

    /// Opens a region for a place to meet, unless states already meet there. It becomes the
    /// innermost, except that it lies around the regions of the same call from whose places every
    /// way leads through this one, which `is_behind` tells.
    pub(super) fn open(&mut self, join: Join, is_behind: impl Fn(Join) -> bool) {
        if self.joins.contains(&join) {
            return;
        }
        let deepest = self.joins.last().map_or(0, |deepest| deepest.depth);
        assert!(deepest <= join.depth, "regions nest");
        let is_within = |other: &Join| other.depth == join.depth && is_behind(*other);
        let index = self.joins.iter().position(is_within);
        let index = index.unwrap_or(self.joins.len());
        self.joins.insert(index, join);
        self.stack.insert(index + 1, Region::default());
    }

    /// A state that came to the join with this index.
    pub(super) fn arrive(&mut self, index: usize, state: State) {
        self.stack[index + 1].arrived.push(state);
    }

    /// A state that left the innermost regions; so many joins are still ahead of it.
    pub(super) fn hand_out(&mut self, ahead: usize, state: State) {
        self.stack[ahead].pending.push(state);
    }

    /// Whether a state that has just come to `join` is also where another region's states meet.
    pub(super) fn met_by(&self, join: Join, state: &State) -> Option<usize> {
        self.joins
            .iter()
            .rposition(|other| *other == join || other.is_at(state))
    }

    /// How many states wait.
    pub(super) fn waiting(&self) -> usize {
        self.stack
            .iter()
            .map(|region| region.pending.len() + region.arrived.len())
            .sum()
    }
}
