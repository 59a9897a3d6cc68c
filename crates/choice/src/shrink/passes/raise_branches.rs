//! Branches: a later way to go, where it is shorter.

use std::rc::Rc;

use crate::shrink::best::Best;
use crate::shrink::edit::{Edit, SIMPLEST};
use crate::shrink::learned::Learned;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::{Choice, Domain};

/// Takes a later branch that needs fewer choices.
///
/// Finds:   an alternative that is shorter though its author put it later, with the choices that
///          are there or with simplest ones.
/// Misses:  later alternatives that fail only with other values, and numbers that make a sequence
///          shorter as they grow.
/// Cost:    one failing call for each sort of value and later alternative, to learn how many
///          choices it needs, then up to three for each value that is longer than that.
/// Stops:   every success removes choices, and every failure goes on to the next alternative.
pub(in crate::shrink) struct RaiseBranches;

/// How many later alternatives are tried of one branch.
const ALTERNATIVES: u32 = 8;

/// How many choices an alternative of a sort of value needs, as far as seen.
type Lengths = Learned<(&'static str, u32), usize>;

impl Pass for RaiseBranches {
    fn name(&self) -> &'static str {
        "raise-branches"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut lengths = Lengths::default();
        let mut at = 0;
        while at < search.best().nodes().len() {
            let best = search.best();
            let later = later_branches(&best, at);
            let mut later = later.into_iter().flatten();
            later.any(|branch| take(search, &best, at, branch, &mut lengths));
            at += 1;
        }
    }
}

/// The alternatives after that of a branch with something behind it.
fn later_branches(best: &Best, at: usize) -> Option<impl Iterator<Item = Choice> + use<>> {
    let node = &best.nodes()[at];
    let (now, count) = match (&node.domain, &node.choice) {
        (Domain::Branch { count }, Choice::Branch(now)) => (*now, *count),
        _ => return None,
    };
    let later = (now + 1..count).take(ALTERNATIVES as usize);
    best.structure()[at].then(|| later.map(Choice::Branch))
}

fn take(
    search: &mut Search<'_>,
    best: &Rc<Best>,
    at: usize,
    branch: Choice,
    lengths: &mut Lengths,
) -> bool {
    let Some(owner) = best.owners()[at] else {
        return false;
    };
    let span = &best.spans()[owner];
    let Choice::Branch(number) = branch else {
        return false;
    };
    let key = (span.label, number);
    let cut = || Edit::of(best).delete(at..span.end).insert(branch.clone());
    let with_simplest = |length| (1..length).fold(cut(), |edit, _| edit.insert(SIMPLEST));
    let length = match lengths.get(key) {
        Some(length) => *length,
        None => {
            let record = match search.attempt(&cut().finish()) {
                Ok(()) => return true,
                Err(None) => return false,
                Err(Some(record)) => record,
            };
            // Everything before the branch is as it was, so its span has the same place.
            let Some(span) = record.spans().get(owner).filter(|it| it.label == key.0) else {
                return false;
            };
            *lengths.of(key) = span.len();
            span.len()
        }
    };
    // What is there is kept from either end, and if that does not do, all is made simplest.
    length < span.len()
        && (search.consider(cut().copy(at + 1..at + length))
            || search.consider(cut().copy(span.end + 1 - length..span.end))
            || search.consider(with_simplest(length)))
}
