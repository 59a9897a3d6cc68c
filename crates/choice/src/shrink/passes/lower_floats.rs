//! Floating-point numbers that are not whole, to whole ones or to shorter ones.

use crate::shrink::best::Best;
use crate::shrink::edit::Edit;
use crate::shrink::gallop;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::{Choice, Domain, Float, FloatDomain};

/// Rounds each number to few binary places, takes it back from infinity and from where numbers have
/// gaps, and then lowers it among its like by binary search.
///
/// Finds:   the whole number that does as well, the fraction with the fewest places, the least
///          number beyond a threshold.
/// Misses:  fractions that are needed to more than 24 places, and numbers that are bound to each
///          other. Whole numbers are the business of `LowerNumbers`.
/// Cost:    up to about 30 failing calls per number that stays, and O(log) of its distance.
/// Stops:   every success makes a number simpler; it goes from the first number to the last once.
pub(in crate::shrink) struct LowerFloats;

impl Pass for LowerFloats {
    fn name(&self) -> &'static str {
        "lower-floats"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut next = 0;
        while let Some(at) = float_from(&search.best(), next) {
            while round(search, at) {}
            lower(search, at);
            next = at + 1;
        }
    }
}

/// The next node, from `from` on, with a number that is not whole.
fn float_from(best: &Best, from: usize) -> Option<usize> {
    (from..best.nodes().len()).find(|at| float_at(best, *at).is_some())
}

fn float_at(best: &Best, at: usize) -> Option<(FloatDomain, Float)> {
    let node = best.nodes().get(at)?;
    match (&node.domain, &node.choice) {
        (Domain::Float(domain), Choice::Float(number)) => {
            let is_whole = domain.whole_distance(*number).is_some();
            // -0 is whole, but no number to count down.
            let is_minus_zero = *number == Float::from(-0.0);
            (!is_whole || is_minus_zero).then_some((*domain, *number))
        }
        _ => None,
    }
}

/// Takes the simplest of the simpler numbers that fails, too.
fn round(search: &mut Search<'_>, at: usize) -> bool {
    let Some((domain, number)) = float_at(&search.best(), at) else {
        return false;
    };
    let simpler = domain.simpler(number);
    simpler.into_iter().any(|simpler| set(search, at, simpler))
}

/// Lowers a number within its group.
fn lower(search: &mut Search<'_>, at: usize) {
    let Some((domain, number)) = float_at(&search.best(), at) else {
        return;
    };
    // The first of its group is amount 1.
    let all = u128::from(domain.room(number)) + 1;
    gallop::smallest(all, |left| {
        let lowered = domain.lowered(number, (all - left) as u64);
        lowered.is_some_and(|lowered| set(search, at, lowered))
    });
}

fn set(search: &mut Search<'_>, at: usize, number: Float) -> bool {
    let best = search.best();
    // A success may have shortened the sequence.
    let is_there = at < best.nodes().len();
    is_there && search.consider(Edit::of(&best).replace(at, Choice::Float(number)))
}
