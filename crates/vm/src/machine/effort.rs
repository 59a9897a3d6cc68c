//! Where an exploration's work goes: which places make the paths, and which ask the questions that take
//! long.
//!
//! It counts the work of all strategies, those without the answer too: what is slow is slow for each.
//!
//! # Invariants
//!
//! - A place is the innermost one in the user's code, as in a failure: a loop in the standard library is
//!   its caller's.

use std::collections::HashMap;
use std::time::Duration;

use proofhouse_evidence::{Hotspot, microseconds};

use super::Machine;
use super::state::State;
use crate::program::PlaceId;

/// How many places are named.
const PLACES_MAX: usize = 5;

/// The work by place.
#[derive(Debug, Default)]
pub(crate) struct Effort {
    spots: HashMap<PlaceId, Spot>,
    in_solver: Duration,
    /// The place that had the solver longest, with its time.
    slowest: Option<(PlaceId, Duration)>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Spot {
    splits: u64,
    questions: u64,
    in_solver: Duration,
}

impl Effort {
    fn asked(&mut self, place: PlaceId, time: Duration) {
        let spot = self.spots.entry(place).or_default();
        spot.questions += 1;
        spot.in_solver += time;
        self.in_solver += time;
        if self.slowest.is_none_or(|(_, most)| most <= spot.in_solver) {
            self.slowest = Some((place, spot.in_solver));
        }
    }

    /// The time in the solver.
    pub(crate) fn in_solver(&self) -> Duration {
        self.in_solver
    }
}

impl Machine<'_> {
    /// Notes a question that a state asked the solver.
    pub(crate) fn note_question(&mut self, state: &State, time: Duration) {
        let place = self.user_place(state);
        self.effort.asked(place, time);
    }

    /// Notes that a state was split in so many.
    pub(crate) fn note_split(&mut self, state: &State, cases: usize) {
        let place = self.user_place(state);
        let spot = self.effort.spots.entry(place).or_default();
        spot.splits += cases.saturating_sub(1) as u64;
    }

    /// The file and the line that had the solver longest.
    pub(crate) fn slowest_place(&self) -> Option<(&str, u32)> {
        let place = self.known_place(self.effort.slowest?.0)?;
        Some((self.program.text(place.file), place.line))
    }

    /// The places that took most, by their time in the solver and then by the paths that they made.
    pub(crate) fn hotspots(&self) -> Vec<Hotspot> {
        let named = |(place, spot): (&PlaceId, &Spot)| {
            let place = self.place_name(*place)?;
            Some(Hotspot {
                place,
                splits: spot.splits,
                questions: spot.questions,
                solver_us: microseconds(spot.in_solver),
            })
        };
        let mut by_line: HashMap<String, Hotspot> = HashMap::new();
        for spot in self.effort.spots.iter().filter_map(named) {
            by_line
                .entry(spot.place.clone())
                .and_modify(|known| {
                    known.splits += spot.splits;
                    known.questions += spot.questions;
                    known.solver_us += spot.solver_us;
                })
                .or_insert(spot);
        }
        let mut hotspots: Vec<Hotspot> = by_line.into_values().collect();
        hotspots.sort_by(|a, b| {
            (b.solver_us, b.splits, &a.place).cmp(&(a.solver_us, a.splits, &b.place))
        });
        let most_splits = hotspots.iter().max_by_key(|spot| spot.splits).cloned();
        hotspots.truncate(PLACES_MAX);
        if let Some(spot) = most_splits
            && !hotspots.contains(&spot)
        {
            hotspots.pop();
            hotspots.push(spot);
        }
        hotspots
    }
}
