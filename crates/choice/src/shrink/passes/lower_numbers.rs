//! Numbers: smaller ones, each by itself or all equal ones together.

use crate::shrink::best::first_from;
use crate::shrink::edit::Edit;
use crate::shrink::gallop;
use crate::shrink::number::Number;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
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
        while let Some(at) = search.best().number_from(next) {
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
        while let Some(group) = duplicates_from(search, next) {
            lower(search, &group);
            next = group[0] + 1;
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
            let best = search.best();
            let Some(at) = best.number_from(next) else {
                return;
            };
            let node = &best.nodes()[at];
            let start = Number::of(node).expect("it is one of the numbers");
            let smaller = (1..start.distance).take(SMALL);
            let mut small = smaller.map(|distance| Number { distance, ..start });
            small.any(|number| set(search, &[at], &node.domain, number));
            next = at + 1;
        }
    }
}

/// The nodes of the first number from `next` on that occurs again behind.
fn duplicates_from(search: &Search<'_>, next: usize) -> Option<Vec<usize>> {
    let best = search.best();
    let numbers = best.numbers();
    let is_same = |left: usize, right: usize| {
        let [left, right] = [left, right].map(|at| &best.nodes()[at]);
        left.choice == right.choice && left.domain == right.domain
    };
    let first = first_from(numbers, next)?;
    let start = numbers.partition_point(|at| *at < first);
    (start..numbers.len()).find_map(|place| {
        let at = numbers[place];
        // Groups are met by their first nodes, whether or not those were before `next`.
        if numbers[..place].iter().any(|before| is_same(*before, at)) {
            return None;
        }
        let same = numbers[place..].iter().copied();
        let group: Vec<usize> = same.filter(|other| is_same(at, *other)).collect();
        (group.len() > 1).then_some(group)
    })
}

/// Lowers the number that all of some nodes hold.
fn lower(search: &mut Search<'_>, group: &[usize]) {
    let best = search.best();
    let first = &best.nodes()[group[0]];
    let domain = &first.domain;
    let start = Number::of(first).expect("only numbers are lowered");
    let mut set = |number: Number| set(search, group, domain, number);
    let at = |distance: u128| Number { distance, ..start };
    if start.distance == 0 || set(at(0)) {
        return;
    }
    let mut lowest = start;
    // The simpler neighbour on the other side: as far, or one less for the positive numbers.
    let is_above = !start.is_above;
    let mirrored = Number {
        distance: start.distance - u128::from(start.is_above),
        is_above,
    };
    if mirrored.distance > 0 && set(mirrored) {
        lowest = mirrored;
    }
    let at = |distance: u128| Number { distance, ..lowest };
    if gallop::smallest(lowest.distance, |distance| set(at(distance))) < lowest.distance {
        return;
    }
    // No threshold. A gap may be leapt over, or a multiple or a bit not needed may go.
    let top_bit = 1 << (u128::BITS - 1 - lowest.distance.leading_zeros());
    let leaps = [
        lowest.distance / 2,
        lowest.distance.saturating_sub(2),
        lowest.distance - top_bit,
    ];
    let mut leaps = leaps.into_iter().filter(|distance| *distance > 0);
    leaps.any(|distance| set(at(distance)));
}

fn set(search: &mut Search<'_>, group: &[usize], domain: &Domain, number: Number) -> bool {
    let Some(choice) = number.choice(domain) else {
        return false;
    };
    let candidate = replaced(search, group, &choice);
    candidate.is_some_and(|candidate| search.consider(candidate))
}

/// The best sequence with one choice in several places, if it still has them: a success may have
/// shortened it.
fn replaced(search: &Search<'_>, group: &[usize], choice: &Choice) -> Option<Edit> {
    let best = search.best();
    let is_there = group.last().is_none_or(|last| *last < best.nodes().len());
    let replace = |edit: Edit, at: &usize| edit.replace(*at, choice.clone());
    is_there.then(|| group.iter().fold(Edit::of(&best), replace))
}
