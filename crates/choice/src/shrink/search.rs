//! The state of one shrink: the simplest failing run so far, and what was tried.
//!
//! # Invariants
//!
//! - `best` failed, and gets strictly simpler with every adopted candidate.
//! - A candidate runs only if it can be simpler than `best` and did not run before.
//! - When a limit is reached, every candidate is refused, so that passes end soon by themselves.

use std::cmp::Ordering;
use std::mem;
use std::rc::Rc;

use super::best::Best;
use super::digest::{Digest, Powers, Seen};
use super::edit::Edit;
use super::{Limits, Outcome, Probe};
use crate::{Domain, Record, order};

/// The oracle that says what a sequence does.
pub(super) type Oracle<'a> = dyn FnMut(&mut Probe) -> Outcome + 'a;

/// The sort of a choice: the label of the innermost span around it, and its domain.
type Sort = (Option<&'static str>, Domain);

/// The state of one shrink.
pub(super) struct Search<'a> {
    oracle: &'a mut Oracle<'a>,
    best: Rc<Best>,
    seen: Seen,
    powers: Powers,
    /// Room for the next run.
    probe: Probe,
    /// The best run before, whose room can be used again when no pass looks at it any more.
    retired: Option<Rc<Best>>,
    limits: Limits,
    /// Sorts of choices whose change, by itself, has changed how many choices follow.
    structural: Vec<Sort>,
    /// How often the code under test ran.
    pub(super) executions: u64,
    /// How often the oracle was asked.
    pub(super) calls: u64,
    /// How many candidates were adopted.
    pub(super) adopted: u64,
}

impl<'a> Search<'a> {
    pub(super) fn new(oracle: &'a mut Oracle<'a>, start: Record, limits: Limits) -> Self {
        let (mut seen, mut powers) = (Seen::default(), Powers::default());
        powers.reach(start.nodes().len());
        seen.insert(digest_of(&start));
        Self {
            oracle,
            best: Rc::new(Best::new(start)),
            seen,
            powers,
            probe: Probe::default(),
            retired: None,
            limits,
            structural: Vec::new(),
            executions: 0,
            calls: 0,
            adopted: 0,
        }
    }

    /// A handle to the simplest failing run so far.
    pub(super) fn best(&self) -> Rc<Best> {
        Rc::clone(&self.best)
    }

    pub(super) fn into_best(self) -> Record {
        match Rc::try_unwrap(self.best) {
            Ok(best) => best.into_record(),
            Err(shared) => shared.record().clone(),
        }
    }

    /// Whether a limit was reached.
    pub(super) fn is_exhausted(&self) -> bool {
        self.executions >= self.limits.executions_max || self.calls >= self.limits.calls_max
    }

    /// Runs a candidate if that can be of use, and adopts what it decided if that fails and is
    /// simpler.
    pub(super) fn consider(&mut self, candidate: Edit) -> bool {
        match self.attempt(&candidate.finish()) {
            Ok(()) => true,
            Err(None) => false,
            Err(Some(record)) => {
                self.recycle(record);
                false
            }
        }
    }

    /// Takes back a record that was looked at, for the room that it took.
    pub(super) fn recycle(&mut self, record: Record) {
        self.probe.record = record;
    }

    /// As `consider`, for a finished candidate; if it was run now and refused, tells what it decided.
    pub(super) fn attempt(&mut self, candidate: &Edit) -> Result<(), Option<Record>> {
        let is_wanted = !self.is_exhausted()
            && self.may_be_simpler(candidate)
            && self.seen.insert(candidate.digest(&self.powers));
        if !is_wanted {
            return Err(None);
        }
        self.run(candidate)
    }

    fn run(&mut self, candidate: &Edit) -> Result<(), Option<Record>> {
        candidate.write(&mut self.probe.choices);
        self.probe.record.clear();
        self.probe.record.reserve_as(self.best.record());
        let Outcome {
            fails,
            is_execution,
        } = (self.oracle)(&mut self.probe);
        self.calls += 1;
        self.executions += u64::from(is_execution);
        let record = mem::take(&mut self.probe.record);
        if !candidate.is_exactly(&record) {
            self.seen.insert(digest_of(&record));
        }
        if is_execution && record.nodes().len() != self.best.nodes().len() {
            self.learn_structure(candidate);
        }
        if fails && order::compare(record.nodes(), self.best.nodes()) == Ordering::Less {
            self.adopt(record);
            return Ok(());
        }
        Err(Some(record))
    }

    fn adopt(&mut self, record: Record) {
        self.powers.reach(record.nodes().len());
        let best = Rc::new(Best::after(record, &self.best));
        let before = mem::replace(&mut self.best, best);
        let retired = self.retired.replace(before);
        if let Some(room) = retired.and_then(Rc::into_inner) {
            self.probe.record = room.into_record();
        }
        self.adopted += 1;
    }

    /// What passes are guided by, as a number for each: while all of them stay, so does what a pass
    /// would try. What was refused only adds to what it does not try again.
    pub(super) fn state(&self) -> (u64, usize) {
        (self.adopted, self.structural.len())
    }

    /// Whether changing a choice of this sort alone is known to change how many follow.
    pub(super) fn is_structural(&self, at: usize) -> bool {
        !self.structural.is_empty() && self.structural.contains(&self.sort(at))
    }

    /// A run of another length tells that the one choice that was changed, if it is one, decides
    /// structure.
    fn learn_structure(&mut self, candidate: &Edit) {
        let nodes = self.best.nodes();
        if candidate.len() != nodes.len() {
            return;
        }
        let pairs = nodes.iter().zip(candidate.choices()).enumerate();
        let mut changed = pairs.filter(|(_, (node, choice))| node.choice != **choice);
        if let (Some((at, _)), None) = (changed.next(), changed.next()) {
            let sort = self.sort(at);
            if !self.structural.contains(&sort) {
                self.structural.push(sort);
            }
        }
    }

    fn sort(&self, at: usize) -> Sort {
        let owner = self.best.owners()[at];
        let label = owner.map(|owner| self.best.spans()[owner].label);
        (label, self.best.nodes()[at].domain.clone())
    }

    /// Whether the run of a candidate can come before the best one. A candidate that is longer
    /// can't, nor can one of the same length whose first difference is a larger value: what a run
    /// does to a candidate is to cut it or to make values simplest after the first difference.
    fn may_be_simpler(&self, candidate: &Edit) -> bool {
        let nodes = self.best.nodes();
        match candidate.len().cmp(&nodes.len()) {
            Ordering::Less => return true,
            Ordering::Greater => return false,
            Ordering::Equal => {}
        }
        let difference = if Rc::ptr_eq(candidate.base(), &self.best) {
            candidate.first_difference()
        } else {
            let mut pairs = nodes.iter().zip(candidate.choices()).enumerate();
            let found = pairs.find(|(_, (node, choice))| node.choice != **choice);
            found.map(|(at, (_, choice))| (at, choice))
        };
        difference.is_some_and(|(at, choice)| {
            let Some(node) = nodes.get(at) else {
                return false;
            };
            !node.domain.fits(choice) || node.domain.compare(choice, &node.choice) == Ordering::Less
        })
    }
}

fn digest_of(record: &Record) -> Digest {
    Digest::of(record.nodes().iter().map(|node| &node.choice))
}
