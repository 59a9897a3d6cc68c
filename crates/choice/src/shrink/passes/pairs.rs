//! Numbers that are bound to each other in pairs.

use crate::Choice;
use crate::shrink::edit::Edit;
use crate::shrink::gallop;
use crate::shrink::number::Number;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;

/// Lowers two numbers by the same amount.
///
/// Finds:   numbers whose difference matters, but not their size.
/// Misses:  three or more such numbers, and pairs that are far apart in a long sequence.
/// Cost:    one failing call per pair, of which there are at most `PARTNERS` per number; O(log k)
///          to lower by `k`.
/// Stops:   it goes through the pairs once, and every success lowers the first of a pair.
pub(in crate::shrink) struct LowerTogether;

/// Lowers a number and raises a later one by the same amount, around the end of machine integers.
///
/// Finds:   numbers whose sum matters: one of them becomes simplest, or the other as large as it
///          can be.
/// Misses:  and costs, and stops as `LowerTogether`.
pub(in crate::shrink) struct Redistribute;

/// How many numbers after it are tried with each number.
const PARTNERS: usize = 4;

impl Pass for LowerTogether {
    fn name(&self) -> &'static str {
        "lower-together"
    }

    fn run(&self, search: &mut Search<'_>) {
        for_each_pair(search, true);
    }
}

impl Pass for Redistribute {
    fn name(&self) -> &'static str {
        "redistribute"
    }

    fn run(&self, search: &mut Search<'_>) {
        for_each_pair(search, false);
    }
}

/// Moves the first of each pair toward its simplest value and the second in parallel or against.
fn for_each_pair(search: &mut Search<'_>, is_parallel: bool) {
    let (mut next, mut partner) = (0, 0);
    loop {
        let best = search.best();
        let Some(at) = best.number_from(next) else {
            return;
        };
        // What is simplest already can only go up.
        let others = if is_parallel {
            best.numbers()
        } else {
            best.raisable()
        };
        let behind = others.partition_point(|other| *other <= at);
        let other = others.get(behind + partner).filter(|_| partner < PARTNERS);
        let Some(other) = other else {
            (next, partner) = (at + 1, 0);
            continue;
        };
        move_both(search, at, *other, is_parallel);
        partner += 1;
    }
}

fn move_both(search: &mut Search<'_>, at: usize, other: usize, is_parallel: bool) {
    let base = search.best();
    let [first_node, second_node] = [at, other].map(|at| &base.nodes()[at]);
    let (Some(first), Some(second)) = (Number::of(first_node), Number::of(second_node)) else {
        return;
    };
    // Toward the simplest value is down for what lies above it.
    let second_goes_up = first.is_above != is_parallel;
    let pair = |amount: u128| -> Option<(Choice, Choice)> {
        let first = Number {
            distance: first.distance.checked_sub(amount)?,
            ..first
        };
        let second = second.moved(amount, second_goes_up)?;
        Some((
            first.choice(&first_node.domain)?,
            second.wrapped_choice(&second_node.domain)?,
        ))
    };
    let mut works = |amount: u128| {
        let Some((first, second)) = pair(amount) else {
            return false;
        };
        let candidate = Edit::of(&base).replace(at, first);
        search.consider(candidate.replace(other, second))
    };
    // Most pairs have nothing to do with each other, and the first try tells.
    if first.distance > 0 && works(1) && !works(first.distance) {
        gallop::smallest(first.distance - 1, |distance| {
            works(first.distance - distance)
        });
    }
}
