//! Branches and actions: an earlier way to go.

use std::rc::Rc;

use crate::shrink::best::Best;
use crate::shrink::digest::Digest;
use crate::shrink::edit::Edit;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::{Cardinality, Choice, Domain, Node};

/// Takes an earlier branch or action, and finds choices for what follows there.
///
/// Finds:   a simpler alternative that fails as well: with the choices as they are, with the
///          simplest ones, or with some at random.
/// Misses:  alternatives that fail only for a few values.
/// Cost:    up to `2 + RANDOM` calls per earlier alternative of each branch or action that stays.
/// Stops:   every success lowers a branch or shortens the sequence, and every failure goes on to
///          the next alternative.
pub(in crate::shrink) struct LowerBranches;

/// How many random tails each alternative is given.
const RANDOM: u64 = 2;

/// How many alternatives are tried of one branch.
const ALTERNATIVES: u128 = 8;

impl Pass for LowerBranches {
    fn name(&self) -> &'static str {
        "lower-branches"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut next = 0;
        while let Some((at, rank)) = way_from(&search.best(), next) {
            for lower in 0..rank.min(ALTERNATIVES) {
                if take(search, at, lower) {
                    break;
                }
            }
            next = at + 1;
        }
    }
}

/// The next node, from `from` on, with a branch or an action that has something after it, and how
/// many simpler ways there are: of actions, only those that are enabled.
fn way_from(best: &Best, from: usize) -> Option<(usize, u128)> {
    let nodes = best.nodes().iter().zip(best.structure()).enumerate();
    nodes
        .skip(from)
        .filter(|(_, (_, is_structure))| **is_structure)
        .find_map(|(at, (node, _))| match &node.domain {
            Domain::Branch { .. } | Domain::Action(_) => {
                let rank = node.domain.rank(&node.choice)?;
                (rank > 0).then_some((at, rank))
            }
            _ => None,
        })
}

fn take(search: &mut Search<'_>, at: usize, rank: u128) -> bool {
    let best = search.best();
    // What ran before the choice decides its domain, and stays as it is.
    let Some(way) = best.nodes()[at].domain.nth(rank) else {
        return false;
    };
    if search.consider(Edit::of(&best).replace(at, way.clone())) {
        return true;
    }
    let Some(owner) = best.owners()[at] else {
        return false;
    };
    let with_tail =
        |tail: Vec<Choice>| with_tail(&best, at, way.clone(), best.spans()[owner].end, tail);
    // A first run, with the simplest tail, tells how many choices follow, and of what domains.
    let record = match search.attempt(&with_tail(Vec::new()).finish()) {
        Ok(()) => return true,
        Err(None) => return false,
        Err(Some(record)) => record,
    };
    let Some(tail_end) = record.spans().get(owner).map(|span| span.end) else {
        return false;
    };
    if tail_end <= at {
        return false;
    }
    let tail = &record.nodes()[at + 1..tail_end];
    let simplest = tail.iter().map(|node| node.domain.simplest());
    if search.consider(with_tail(simplest.collect())) {
        return true;
    }
    (0..RANDOM).any(|round| search.consider(with_tail(random_tail(tail, round))))
}

/// Another way, and other choices in the place of those up to the end of its span.
fn with_tail(best: &Rc<Best>, at: usize, way: Choice, end: usize, tail: Vec<Choice>) -> Edit {
    let cut = Edit::of(best).delete(at..end).insert(way);
    tail.into_iter().fold(cut, Edit::insert)
}

/// Values that depend on nothing but the nodes and the round, small ones more often.
fn random_tail(nodes: &[Node], round: u64) -> Vec<Choice> {
    let mut state = Digest::of(nodes.iter().map(|node| &node.choice)).seed() ^ round;
    let mut random = || {
        state = state
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        state >> 33
    };
    let mut value = |domain: &Domain| {
        let bits = random();
        let rank = u128::from(random() & 0xff) >> (bits % 8);
        match domain.cardinality() {
            Cardinality::Exactly(count) => domain.nth(rank % count),
            Cardinality::Huge => domain.nth(rank),
        }
    };
    nodes
        .iter()
        .filter_map(|node| value(&node.domain))
        .collect()
}
