//! Branches: an earlier way to go.

use crate::shrink::digest::digest;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::{choices, owners, structure};
use crate::{Cardinality, Choice, Domain, Record};

/// Takes an earlier branch, and finds choices for what follows there.
///
/// Finds:   a simpler alternative that fails as well: with the choices as they are, with the
///          simplest ones, or with some at random.
/// Misses:  alternatives that fail only for a few values.
/// Cost:    up to `2 + RANDOM` calls per earlier alternative of each branch that stays.
/// Stops:   every success lowers a branch or shortens the sequence, and every failure goes on to
///          the next alternative.
pub(in crate::shrink) struct LowerBranches;

/// How many random tails each alternative is given.
const RANDOM: u64 = 2;

/// How many alternatives are tried of one branch.
const ALTERNATIVES: u32 = 8;

impl Pass for LowerBranches {
    fn name(&self) -> &'static str {
        "lower-branches"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut next = 0;
        while let Some((at, branch)) = branch_from(search, next) {
            for lower in 0..branch.min(ALTERNATIVES) {
                if take(search, at, lower) {
                    break;
                }
            }
            next = at + 1;
        }
    }
}

/// The next node, from `from` on, with a branch that has something after it.
fn branch_from(search: &Search<'_>, from: usize) -> Option<(usize, u32)> {
    let is_structure = structure(search.best());
    let nodes = search.nodes().iter().enumerate().skip(from);
    nodes
        .filter(|(at, _)| is_structure[*at])
        .find_map(|(at, node)| match node.choice {
            Choice::Branch(branch) if branch > 0 => Some((at, branch)),
            _ => None,
        })
}

fn take(search: &mut Search<'_>, at: usize, branch: u32) -> bool {
    let nodes = search.nodes();
    let mut candidate = choices(nodes);
    candidate[at] = Choice::Branch(branch);
    if search.consider(candidate) {
        return true;
    }
    let Some(owner) = owners(search.best())[at] else {
        return false;
    };
    let end = search.spans()[owner].end;
    let before = choices(&search.nodes()[..at]);
    let after = choices(&search.nodes()[end..]);
    let with_tail = |tail: &[Choice]| {
        [
            before.as_slice(),
            &[Choice::Branch(branch)],
            tail,
            after.as_slice(),
        ]
        .concat()
    };
    // A first run, with the simplest tail, tells how many choices follow, and of what domains.
    let record = match search.attempt(with_tail(&[])) {
        Ok(()) => return true,
        Err(None) => return false,
        Err(Some(record)) => record,
    };
    let Some(tail_end) = record.spans().get(owner).map(|span| span.end) else {
        return false;
    };
    if tail_end <= at || search.consider(with_tail(&simplest_tail(&record, at + 1, tail_end))) {
        return tail_end > at;
    }
    (0..RANDOM).any(|round| {
        let tail = random_tail(&record, at + 1, tail_end, round);
        search.consider(with_tail(&tail))
    })
}

fn simplest_tail(record: &Record, start: usize, end: usize) -> Vec<Choice> {
    record.nodes()[start..end]
        .iter()
        .map(|node| node.domain.simplest())
        .collect()
}

/// Values that depend on nothing but the record and the round, small ones more often.
fn random_tail(record: &Record, start: usize, end: usize, round: u64) -> Vec<Choice> {
    let nodes = &record.nodes()[start..end];
    let mut state = digest(nodes.iter().map(|node| &node.choice)) as u64 ^ round;
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
