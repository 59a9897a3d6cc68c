//! What an exploration has to tell so far: refutations, bounds that were hit, obstacles, counts.
//!
//! # Invariants
//!
//! - Two failures with the same kind and site are one refutation; the first one stays.
//! - Nothing is ever taken back, except what a run noted that is undone as a whole.

use std::collections::{BTreeMap, BTreeSet};

use proofhouse_choice::Choice;
use proofhouse_evidence::{Bound, Failure, FailureKind, Obstacle, Site};

use super::coverage::Coverage;
use super::probes::Group;
use crate::program::FunctionId;

/// A failure with the choices that lead to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refutation {
    /// What goes wrong.
    pub failure: Failure,
    /// The input that makes it go wrong.
    pub choices: Vec<Choice>,
    /// The same, and what contracts leave open on the way: the choices of a plain run.
    pub(crate) script: Vec<Choice>,
}

/// An input that takes a path which was explored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its choices.
    pub choices: Vec<Choice>,
    /// The longest of its lengths, in elements, bytes or steps.
    pub longest: u64,
}

/// The functions with a contract of which a path made something, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contracts {
    /// Those that the property names.
    pub asked: BTreeSet<String>,
    /// Those whose contract stood for their body.
    pub assumed: BTreeSet<String>,
    /// Those whose contract was checked.
    pub checked: BTreeSet<String>,
}

/// So many inputs of paths that could not be followed to their end are kept.
const CUT_INPUTS_MAX: usize = 24;

/// So many inputs are kept of paths that were followed to their end and executed something new.
const HELD_INPUTS_MAX: usize = 8;

/// What makes two failures the same finding.
type Identity = (FailureKind, Option<Site>, Option<String>);

/// What keeps an exploration from being the whole truth.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gaps {
    /// Bounds that cut something off.
    pub bounds: BTreeSet<Bound>,
    /// Reasons why the exploration can't be complete.
    pub obstacles: BTreeSet<Obstacle>,
    /// Questions that the solver left open and on which a verdict would depend.
    pub open_questions: u64,
}

impl Gaps {
    /// Whether everything was explored, up to the bounds.
    pub(crate) fn is_complete(&self) -> bool {
        self.obstacles.is_empty() && self.open_questions == 0
    }
}

/// The journal.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// Failures, in the order in which they were found.
    pub refutations: Vec<Refutation>,
    /// Failures that have not been confirmed yet.
    pub candidates: Vec<Refutation>,
    /// What is missing.
    pub gaps: Gaps,
    /// What may be covered, and what assumptions let through.
    pub coverage: Coverage,
    /// Paths that ended with the property holding.
    pub held: u64,
    /// Paths that ended with the property holding, and that some input is known to reach.
    pub witnessed: u64,
    /// Paths that an assumption ended.
    pub rejected: u64,
    /// Paths that ended in a failure.
    pub failed: u64,
    /// Paths that ended because something is not supported or a limit was reached.
    pub cut: u64,
    /// Pairs of states that were merged.
    pub merged: u64,
    /// Pairs of states that met and could not be merged.
    pub unmerged: u64,
    /// Instructions executed.
    pub steps: u64,
    /// What some path has to meet, and whether one did.
    pub required: BTreeMap<String, bool>,
    /// Functions that are replaced, and whether a path called one.
    pub replaced: BTreeMap<FunctionId, bool>,
    /// What became of functions with a contract.
    pub contracts: Contracts,
    /// Inputs of paths that were cut, then of others, each kind in the order of the paths.
    pub inputs: [Vec<Input>; 2],
    /// How much had been executed when the last input of a path that held was kept.
    pub executed_then: u64,
    /// Probes that came to the end of a path, or that a condition on the way excluded.
    pub probes_gone: Group,
    /// What the probes chose that came to the end of a path where the property holds.
    pub probes_held: Vec<Vec<Choice>>,
    known: BTreeSet<Identity>,
    confirmed: BTreeSet<Identity>,
}

impl Journal {
    /// Whether a failure of this kind at this site is new.
    pub(crate) fn is_new(&self, failure: &Failure) -> bool {
        !self.known.contains(&identity(failure))
    }

    /// Adds a failure that is to be confirmed, unless it is known.
    pub(crate) fn refute(&mut self, refutation: Refutation) {
        if self.known.insert(identity(&refutation.failure)) {
            self.candidates.push(refutation);
        }
    }

    /// Adds a failure that a plain run showed, unless it is known.
    pub(crate) fn confirm(&mut self, refutation: Refutation) {
        if self.confirmed.insert(identity(&refutation.failure)) {
            self.refutations.push(refutation);
        }
    }

    /// Whether there is room for another input.
    pub(crate) fn wants_input(&self, is_cut: bool) -> bool {
        let [cut, held] = &self.inputs;
        if is_cut {
            cut.len() < CUT_INPUTS_MAX
        } else {
            held.len() < HELD_INPUTS_MAX
        }
    }

    /// Whether a limit of time, steps, paths or findings ended the exploration before it was complete
    /// and without a refutation.
    pub(crate) fn is_cut_by_a_limit(&self) -> bool {
        let is_limit = |obstacle: &Obstacle| matches!(obstacle, Obstacle::LimitReached { .. });
        self.refutations.is_empty() && self.gaps.obstacles.iter().any(is_limit)
    }

    /// Paths that came to an end of any kind.
    pub(crate) fn paths(&self) -> u64 {
        self.held + self.rejected + self.failed + self.cut
    }
}

/// Failures without a site are told apart by their message.
fn identity(failure: &Failure) -> Identity {
    let message = failure.site.is_none().then(|| failure.message.clone());
    (failure.kind, failure.site.clone(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(message: &str, line: Option<u32>) -> Failure {
        Failure {
            kind: FailureKind::Panic,
            message: message.to_owned(),
            site: line.map(|line| Site {
                file: "lib.rs".to_owned(),
                line,
                column: 1,
            }),
        }
    }

    #[test]
    fn the_same_kind_and_site_is_one_refutation() {
        let mut journal = Journal::default();
        for (message, line) in [
            ("one", Some(3)),
            ("other words", Some(3)),
            ("one", Some(4)),
            ("one", None),
            ("two", None),
        ] {
            journal.refute(Refutation {
                failure: failure(message, line),
                choices: Vec::new(),
                script: Vec::new(),
            });
        }
        assert_eq!(journal.candidates.len(), 4);
        assert_eq!(journal.candidates[0].failure.message, "one");
    }
}
