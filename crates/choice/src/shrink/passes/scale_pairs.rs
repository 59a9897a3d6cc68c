//! Numbers whose product matters, or that hold each other by another rule.

use crate::shrink::best::Best;
use crate::shrink::edit::Edit;
use crate::shrink::gallop;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::{Choice, Domain, Integer};

/// Lowers a number while a later one grows as the product of both asks for, or to its end.
///
/// Finds:   the smallest first factor of a product that has to reach a bound or to be a certain
///          number; a first number that may fall only while a second one is as large as can be.
/// Misses:  negative numbers, products of three, first factors of a product that is neither held
///          nor exceeded, divisors beyond the first `SEARCHED_MAX` numbers, and numbers with as many
///          as `PARTNERS` others between them.
/// Cost:    up to four failing calls per pair of numbers above 1; O(log) of the first number for
///          each success.
/// Stops:   it goes through the pairs once, and every success lowers the first of a pair.
pub(in crate::shrink) struct ScalePairs;

/// How many numbers after it are tried with each number.
const PARTNERS: usize = 4;

/// How far divisors are looked for.
const SEARCHED_MAX: usize = 256;

impl Pass for ScalePairs {
    fn name(&self) -> &'static str {
        "scale-pairs"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut next = 0;
        while let Some(at) = search.best().number_from(next) {
            for partner in 0..PARTNERS {
                let best = search.best();
                let others = best.raisable();
                let behind = others.partition_point(|other| *other <= at);
                let Some(other) = others.get(behind + partner) else {
                    break;
                };
                scale(search, at, *other);
            }
            next = at + 1;
        }
    }
}

/// A number that is not negative, and the largest in its place.
fn factor(best: &Best, at: usize) -> Option<(u128, u128)> {
    let node = best.nodes().get(at)?;
    match (&node.domain, &node.choice) {
        (Domain::Integer(domain), Choice::Integer(value)) => {
            Some((value.to_u128()?, domain.maximum().to_u128()?))
        }
        _ => None,
    }
}

fn scale(search: &mut Search<'_>, at: usize, other: usize) {
    let best = search.best();
    let (Some((first, _)), Some((second, most))) = (factor(&best, at), factor(&best, other)) else {
        return;
    };
    let mut set = |first: u128, second: u128| {
        let [first, second] = [first, second].map(|value| Choice::Integer(Integer::from(value)));
        let nodes = best.nodes();
        let fits = nodes[at].domain.fits(&first) && nodes[other].domain.fits(&second);
        fits && search.consider(Edit::of(&best).replace(at, first).replace(other, second))
    };
    if first > 1 && second > 1 && keep_product(first, second, most, &mut set) {
        return;
    }
    if first > 0 && second < most && set(first - 1, most) {
        gallop::smallest(first - 1, |first| set(first, most));
    }
}

/// Lowers the first factor and raises the second as their product asks for.
fn keep_product(
    first: u128,
    second: u128,
    most: u128,
    set: &mut impl FnMut(u128, u128) -> bool,
) -> bool {
    let Some(product) = first.checked_mul(second) else {
        return false;
    };
    let mut with_product = |first: u128| first > 0 && set(first, product.div_ceil(first));
    // Smaller ones would ask for more than there is.
    let least = product.div_ceil(most).max(1);
    if least >= first {
        return false;
    }
    if with_product(least) {
        return true;
    }
    if with_product(first - 1) {
        gallop::smallest(first - 1, with_product);
        return true;
    }
    // Where the product has to stay, the first divisor is as good as any.
    let mut divisors = (least + 1..first).take(SEARCHED_MAX);
    let divisor = divisors.find(|divisor| product.is_multiple_of(*divisor));
    divisor.is_some_and(with_product)
}
