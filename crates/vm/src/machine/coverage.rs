//! What an exploration found out about the situations that a property wants to be covered, and about
//! its assumptions.
//!
//! # Invariants
//!
//! - A situation counts as reached only with a model of the whole path that leads to it.
//! - Everything here is true for good once it was found, so a run that is undone leaves nothing wrong.
//!   That nothing was found means something only when the exploration was complete.

use std::collections::BTreeMap;

use proofhouse_evidence::{CoverReach, Reach, Site};
use proofhouse_solver::Answer;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    /// By label.
    covers: BTreeMap<String, Found>,
    /// By place: whether a path may go on behind the assumption.
    assumptions: BTreeMap<String, bool>,
}

/// What was found out about a situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    /// It does not occur on the paths so far.
    Nothing,
    /// On one of them it may.
    Doubt,
    /// It does.
    Reached,
}

impl Coverage {
    /// Whether nothing is left to find out about a situation.
    pub(crate) fn is_reached(&self, label: &str) -> bool {
        self.covers.get(label) == Some(&Found::Reached)
    }

    /// Takes in whether a situation can occur on one more path.
    pub(crate) fn covered(&mut self, label: String, answer: &Answer) {
        let found = match answer {
            Answer::Yes(_) => Found::Reached,
            Answer::No => Found::Nothing,
            Answer::GaveUp(_) => Found::Doubt,
        };
        let known = self.covers.entry(label).or_insert(found);
        *known = found.max(*known);
    }

    /// Takes in whether one more path may go on behind an assumption.
    pub(crate) fn assumed(&mut self, site: Option<Site>, may_hold: bool) {
        if let Some(site) = site {
            let place = format!("{}:{}", site.file, site.line);
            *self.assumptions.entry(place).or_insert(false) |= may_hold;
        }
    }

    /// What is known of each situation, by label.
    pub(crate) fn reaches(&self, is_complete: bool) -> Vec<CoverReach> {
        let of = |(label, found): (&String, &Found)| CoverReach {
            label: label.clone(),
            reach: match found {
                Found::Reached => Reach::Reachable,
                Found::Nothing if is_complete => Reach::Unreachable,
                Found::Nothing | Found::Doubt => Reach::Unknown,
            },
        };
        self.covers.iter().map(of).collect()
    }

    /// The places of assumptions that reject whatever came to them.
    pub(crate) fn rejecting(&self, is_complete: bool) -> Vec<String> {
        let rejecting = self.assumptions.iter().filter(|(_, may_hold)| !**may_hold);
        let places = rejecting.map(|(place, _)| place.clone());
        if is_complete {
            places.collect()
        } else {
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proofhouse_solver::Model;

    #[test]
    fn only_a_complete_exploration_calls_something_unreachable() {
        let mut coverage = Coverage::default();
        coverage.covered("never".to_owned(), &Answer::No);
        coverage.covered("once".to_owned(), &Answer::Yes(Model::new()));
        coverage.covered("once".to_owned(), &Answer::No);
        let reaches = |is_complete| -> Vec<Reach> {
            let reaches = coverage.reaches(is_complete);
            reaches.into_iter().map(|cover| cover.reach).collect()
        };
        assert_eq!(reaches(true), [Reach::Unreachable, Reach::Reachable]);
        assert_eq!(reaches(false), [Reach::Unknown, Reach::Reachable]);
    }

    #[test]
    fn an_assumption_that_holds_once_does_not_reject_everything() {
        let site = |line| {
            Some(Site {
                file: "lib.rs".to_owned(),
                line,
                column: 1,
            })
        };
        let mut coverage = Coverage::default();
        coverage.assumed(site(1), false);
        coverage.assumed(site(2), true);
        coverage.assumed(site(2), false);
        assert_eq!(coverage.rejecting(true), ["lib.rs:1"]);
        assert!(coverage.rejecting(false).is_empty());
    }
}
