//! The state of one shrink: the simplest failing run so far, and what was tried.
//!
//! # Invariants
//!
//! - `best` failed, and gets strictly simpler with every adopted candidate.
//! - A candidate runs only if it can be simpler than `best` and did not run before.
//! - When a limit is reached, every candidate is refused, so that passes end soon by themselves.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::digest::{Seen, digest};
use super::view::owners;
use super::{Limits, Outcome};
use crate::{Choice, Domain, Node, Record, Span, order};

/// The oracle that says what a sequence does.
pub(super) type Oracle<'a> = dyn FnMut(&[Choice]) -> Outcome + 'a;

/// The sort of a choice: the label of the innermost span around it, and its domain.
type Sort = (Option<&'static str>, Domain);

/// The state of one shrink.
pub(super) struct Search<'a> {
    oracle: &'a mut Oracle<'a>,
    best: Record,
    seen: Seen,
    limits: Limits,
    /// Sorts of choices whose change, by itself, has changed how many choices follow.
    structural: BTreeSet<Sort>,
    /// How often the code under test ran.
    pub(super) executions: u64,
    /// How often the oracle was asked.
    pub(super) calls: u64,
    /// How many candidates were adopted.
    pub(super) adopted: u64,
}

impl<'a> Search<'a> {
    pub(super) fn new(oracle: &'a mut Oracle<'a>, start: Record, limits: Limits) -> Self {
        let mut seen = Seen::default();
        seen.insert(digest_of(&start));
        let structural = BTreeSet::new();
        Self {
            oracle,
            best: start,
            seen,
            limits,
            structural,
            executions: 0,
            calls: 0,
            adopted: 0,
        }
    }

    /// The simplest failing run so far.
    pub(super) fn best(&self) -> &Record {
        &self.best
    }

    pub(super) fn into_best(self) -> Record {
        self.best
    }

    /// Its choices with their domains.
    pub(super) fn nodes(&self) -> &[Node] {
        self.best.nodes()
    }

    /// Its spans.
    pub(super) fn spans(&self) -> &[Span] {
        self.best.spans()
    }

    /// Whether a limit was reached.
    pub(super) fn is_exhausted(&self) -> bool {
        self.executions >= self.limits.executions_max || self.calls >= self.limits.calls_max
    }

    /// Runs a candidate if that can be of use, and adopts what it decided if that fails and is
    /// simpler.
    pub(super) fn consider(&mut self, candidate: Vec<Choice>) -> bool {
        self.attempt(candidate).is_ok()
    }

    /// As `consider`; for a candidate that was run now and refused, tells what it decided.
    pub(super) fn attempt(&mut self, candidate: Vec<Choice>) -> Result<(), Option<Record>> {
        if self.is_exhausted() || !self.may_be_simpler(&candidate) {
            return Err(None);
        }
        let candidate_digest = digest(&candidate);
        if self.seen.contains(candidate_digest) {
            return Err(None);
        }
        let outcome = (self.oracle)(&candidate);
        self.calls += 1;
        self.executions += u64::from(outcome.is_execution);
        let Outcome {
            fails,
            record,
            is_execution,
        } = outcome;
        self.seen.insert(candidate_digest);
        self.seen.insert(digest_of(&record));
        if is_execution && record.nodes().len() != self.best.nodes().len() {
            self.learn_structure(&candidate);
        }
        if fails && order::compare(record.nodes(), self.best.nodes()) == Ordering::Less {
            self.best = record;
            self.adopted += 1;
            return Ok(());
        }
        Err(Some(record))
    }

    /// Whether changing a choice of this sort alone is known to change how many follow.
    pub(super) fn is_structural(&self, at: usize) -> bool {
        self.structural.contains(&self.sort(at))
    }

    /// A run of another length tells that the one choice that was changed, if it is one, decides
    /// structure.
    fn learn_structure(&mut self, candidate: &[Choice]) {
        let nodes = self.best.nodes().iter().zip(candidate).enumerate();
        let mut changed = nodes.filter(|(_, (node, choice))| node.choice != **choice);
        if candidate.len() == self.best.nodes().len()
            && let (Some((at, _)), None) = (changed.next(), changed.next())
        {
            self.structural.insert(self.sort(at));
        }
    }

    fn sort(&self, at: usize) -> Sort {
        let owner = owners(&self.best)[at];
        let label = owner.map(|owner| self.best.spans()[owner].label);
        (label, self.best.nodes()[at].domain.clone())
    }

    /// Whether the run of a candidate can come before the best one. A candidate that is longer
    /// can't, nor can one of the same length whose first difference is a larger value: what a run
    /// does to a candidate is to cut it or to make values simplest after the first difference.
    fn may_be_simpler(&self, candidate: &[Choice]) -> bool {
        let nodes = self.best.nodes();
        match candidate.len().cmp(&nodes.len()) {
            Ordering::Less => true,
            Ordering::Greater => false,
            Ordering::Equal => {
                let mut pairs = nodes.iter().zip(candidate);
                pairs
                    .find(|(node, choice)| node.choice != **choice)
                    .is_some_and(|(node, choice)| {
                        !node.domain.fits(choice)
                            || node.domain.compare(choice, &node.choice) == Ordering::Less
                    })
            }
        }
    }
}

fn digest_of(record: &Record) -> u128 {
    digest(record.nodes().iter().map(|node| &node.choice))
}
