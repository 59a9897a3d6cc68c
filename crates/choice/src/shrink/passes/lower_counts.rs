//! Numbers that say how many parts there are: lower, with as many parts fewer.

use std::ops::Range;
use std::rc::Rc;

use crate::order::places_in_order;
use crate::shrink::best::Best;
use crate::shrink::edit::Edit;
use crate::shrink::gallop;
use crate::shrink::number::Number;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::{Collection, length_choice};
use crate::shrink::word;
use crate::{Choice, Domain};

/// Lowers a number, and takes as many elements or letters from what has just so many.
///
/// Finds:   rows whose width was drawn before them, all narrower at once; a length beside the list
///          or the bytes that it is the length of.
/// Misses:  counts of something else, such as a length with its header, and counts of parts that
///          are no elements and no letters (`LowerThenDelete` has those if they change the run).
/// Cost:    none unless a number equals a length; then one failing call per part that stays, for
///          each of at most `THINGS` such lists and words, and for those of a fixed length
///          together.
/// Stops:   every success lowers the number, and every failure goes on to the part before.
pub(in crate::shrink) struct LowerCounts;

/// How many lists and how many words are tried with one number.
const THINGS: usize = 4;

/// What has as many parts as a number says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    collections: Vec<Collection>,
    words: Vec<usize>,
}

impl Pass for LowerCounts {
    fn name(&self) -> &'static str {
        "lower-counts"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut next = 0;
        while let Some(at) = search.best().number_from(next) {
            let mut thing = 0;
            while lower(search, at, thing) {
                thing += 1;
            }
            next = at + 1;
        }
    }
}

/// Lowers the number with one of the things that it counts; whether there was that thing.
fn lower(search: &mut Search<'_>, at: usize, thing: usize) -> bool {
    let mut end = usize::MAX;
    loop {
        let best = search.best();
        let Some(count) = count_at(&best, at) else {
            return false;
        };
        let Some(counted) = counted(&best, at, count).into_iter().nth(thing) else {
            return false;
        };
        end = end.min(count);
        if end == 0 {
            return true;
        }
        let removed = gallop::largest(end as u128, |amount| {
            let parts = end - amount as usize..end;
            let candidate = lowered(&best, at, count, &counted, parts);
            candidate.is_some_and(|candidate| search.consider(candidate))
        });
        end = (end - removed as usize).saturating_sub(1);
    }
}

/// The number at a node as a count that can go down.
fn count_at(best: &Best, at: usize) -> Option<usize> {
    let node = best.nodes().get(at)?;
    let is_number = Number::of(node).is_some_and(|number| number.distance > 0);
    match &node.choice {
        Choice::Integer(value) if is_number => usize::try_from(value.to_u128()?).ok(),
        _ => None,
    }
}

/// What has so many parts: all of a fixed length first, then each by itself.
fn counted(best: &Best, at: usize, count: usize) -> Vec<Counted> {
    let (mut fixed, mut single) = (Counted::default(), Vec::new());
    if count == 0 {
        return single;
    }
    let all = best.collections().all().iter().copied();
    let mut free = 0;
    // An element that equals the length of its own list is no count of it.
    let is_apart = |span: &crate::Span| at < span.start || span.end <= at;
    for collection in all {
        if collection.count != count || !is_apart(&best.spans()[collection.span]) {
            continue;
        }
        if !collection.is_free() {
            fixed.collections.push(collection);
        } else if free < THINGS {
            free += 1;
            single.push(Counted {
                collections: vec![collection],
                words: Vec::new(),
            });
        }
    }
    let mut free = 0;
    for word_at in best.words().iter().copied() {
        let node = &best.nodes()[word_at];
        let Some((minimum, maximum)) = word::lengths(&node.domain) else {
            continue;
        };
        if word::letters(node).len() != count {
        } else if minimum == maximum {
            fixed.words.push(word_at);
        } else if free < THINGS {
            free += 1;
            single.push(Counted {
                collections: Vec::new(),
                words: vec![word_at],
            });
        }
    }
    if fixed != Counted::default() {
        single.insert(0, fixed);
    }
    single
}

/// The number lower by as many as some parts are, and what it counts without these.
fn lowered(
    best: &Rc<Best>,
    at: usize,
    count: usize,
    counted: &Counted,
    parts: Range<usize>,
) -> Option<Edit> {
    let left = count - parts.len();
    let domain = &best.nodes()[at].domain;
    let number = Choice::Integer(crate::Integer::from(left));
    let is_allowed = matches!(domain, Domain::Integer(_)) && domain.fits(&number);
    // What is replaced or deleted, by its place.
    let mut changes: Vec<(Range<usize>, Option<Choice>)> = vec![(at..at + 1, Some(number))];
    for collection in &counted.collections {
        let length = collection.length_at;
        changes.push((length..length + 1, Some(length_choice(left))));
        let elements = best.collections().choices_of(collection, parts.clone());
        changes.push((elements, None));
    }
    for at in &counted.words {
        let node = &best.nodes()[*at];
        let mut letters = word::letters(node);
        letters.drain(parts.clone());
        changes.push((*at..at + 1, Some(word::of(&node.domain, &letters)?)));
    }
    let bounds = |at: usize| (changes[at].0.start, changes[at].0.end);
    let order = places_in_order(changes.len(), &mut |left, right| {
        bounds(left).cmp(&bounds(right))
    });
    is_allowed.then(|| {
        let change = |edit: Edit, at: usize| match &changes[at] {
            (range, Some(choice)) => edit.replace(range.start, choice.clone()),
            (range, None) => edit.delete(range.clone()),
        };
        order.into_iter().fold(Edit::of(best), change)
    })
}
