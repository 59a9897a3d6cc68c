//! Numbers: smaller ones, each by itself or all equal ones together.

use std::collections::BTreeMap;

use crate::shrink::gallop;
use crate::shrink::number::{Number, numbers};
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::choices;
use crate::{Choice, Domain};

/// Lowers each number by itself, by binary search for the least distance from its simplest value.
///
/// Finds:   the smallest number on its side beyond a threshold, the other side, and a number
///          without its highest bit.
/// Misses:  numbers that are bound to each other.
/// Cost:    about five failing calls per number that stays, O(log log n + log m) to go from `n` to
///          `m`.
/// Stops:   it goes from the first number to the last once.
pub(in crate::shrink) struct LowerNumbers;

/// Tries the smallest distances for each number, one after the other.
///
/// Finds:   numbers that are held by no threshold but by something like a remainder or a hash.
/// Misses:  those whose smallest example is beyond `SMALL`.
/// Cost:    up to `SMALL` failing calls for each of the first `SMALL` numbers; it comes last.
/// Stops:   it goes from the first number to the last once.
pub(in crate::shrink) struct TrySmallNumbers;

/// How many distances are tried, and of how many numbers.
const SMALL: usize = 8;

/// Lowers numbers that are equal, of one domain, all together.
///
/// Finds:   values that have to agree, such as a list and the element to be found in it.
/// Misses:  values that agree in part, and those that differ by a constant (`LowerTogether`).
/// Cost:    as `LowerNumbers`, per group of equal numbers.
/// Stops:   it goes through the groups once.
pub(in crate::shrink) struct LowerDuplicates;

impl Pass for LowerNumbers {
    fn name(&self) -> &'static str {
        "lower-numbers"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut next = 0;
        while let Some(at) = numbers(search.best()).into_iter().find(|at| *at >= next) {
            lower(search, &[at]);
            next = at + 1;
        }
    }
}

impl Pass for LowerDuplicates {
    fn name(&self) -> &'static str {
        "lower-duplicates"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut next = 0;
        while let Some(group) = groups(search).into_iter().find(|group| group[0] >= next) {
            next = group[0] + 1;
            lower(search, &group);
        }
    }
}

impl Pass for TrySmallNumbers {
    fn name(&self) -> &'static str {
        "try-small-numbers"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut next = 0;
        for _ in 0..SMALL {
            let Some(at) = numbers(search.best()).into_iter().find(|at| *at >= next) else {
                return;
            };
            let node = &search.nodes()[at];
            let domain = node.domain.clone();
            let start = Number::of(node).expect("it is one of the numbers");
            let smaller = (1..start.distance).take(SMALL);
            let small = smaller.map(|distance| Number { distance, ..start });
            for number in small {
                if set(search, &[at], &domain, number) {
                    break;
                }
            }
            next = at + 1;
        }
    }
}

/// The numbers that occur more than once, in the order of their first nodes.
fn groups(search: &Search<'_>) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<(&Domain, u128, bool), Vec<usize>> = BTreeMap::new();
    for at in numbers(search.best()) {
        let node = &search.nodes()[at];
        if let Some(Number { distance, is_above }) = Number::of(node) {
            groups
                .entry((&node.domain, distance, is_above))
                .or_default()
                .push(at);
        }
    }
    let mut groups: Vec<Vec<usize>> = groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect();
    groups.sort_unstable();
    groups
}

/// Lowers the number that all of some nodes hold.
fn lower(search: &mut Search<'_>, group: &[usize]) {
    let first = &search.nodes()[group[0]];
    let domain = first.domain.clone();
    let start = Number::of(first).expect("only numbers are lowered");
    if start.distance == 0
        || set(
            search,
            group,
            &domain,
            Number {
                distance: 0,
                ..start
            },
        )
    {
        return;
    }
    let mut best = start;
    // The simpler neighbour on the other side: as far, or one less for the positive numbers.
    let is_above = !start.is_above;
    let mirrored = Number {
        distance: start.distance - u128::from(start.is_above),
        is_above,
    };
    if mirrored.distance > 0 && set(search, group, &domain, mirrored) {
        best = mirrored;
    }
    let lowest = gallop::smallest(best.distance, |distance| {
        set(search, group, &domain, Number { distance, ..best })
    });
    if lowest < best.distance {
        return;
    }
    // No threshold. A gap may be leapt over, or a multiple or a bit not needed may go.
    let top_bit = 1 << (u128::BITS - 1 - best.distance.leading_zeros());
    for distance in [
        best.distance / 2,
        best.distance.saturating_sub(2),
        best.distance - top_bit,
    ] {
        if distance > 0 && set(search, group, &domain, Number { distance, ..best }) {
            return;
        }
    }
}

fn set(search: &mut Search<'_>, group: &[usize], domain: &Domain, number: Number) -> bool {
    let Some(choice) = number.choice(domain) else {
        return false;
    };
    // A success may have shortened the sequence.
    let Some(candidate) = replaced(search, group, &choice) else {
        return false;
    };
    search.consider(candidate)
}

fn replaced(search: &Search<'_>, group: &[usize], choice: &Choice) -> Option<Vec<Choice>> {
    let mut candidate = choices(search.nodes());
    for at in group {
        candidate.get_mut(*at)?.clone_from(choice);
    }
    Some(candidate)
}
