//! Lists of places: fewer of them, renumbered.

use std::rc::Rc;

use crate::shrink::best::Best;
use crate::shrink::edit::Edit;
use crate::shrink::gallop;
use crate::shrink::number::Number;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::{Collection, length_choice};
use crate::{Choice, Node};

/// Deletes elements of a list of places, and renumbers the places after them.
///
/// Finds:   nodes of graphs, cycles of permutations and other elements that refer to each other
///          by where they are.
/// Misses:  references from outside of the list, and elements that hold more than a place.
/// Cost:    none unless every element is the place of one; then one failing call per element that
///          stays.
/// Stops:   every success removes choices, and every failure goes on to the next element.
pub(in crate::shrink) struct Renumber;

impl Pass for Renumber {
    fn name(&self) -> &'static str {
        "renumber"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut ordinal = 0;
        while ordinal < search.best().collections().all().len() {
            let mut place = 0;
            while delete_from(search, ordinal, place) {
                place += 1;
            }
            ordinal += 1;
        }
    }
}

/// Deletes elements from a place on, and says whether there is a next place.
fn delete_from(search: &mut Search<'_>, ordinal: usize, place: usize) -> bool {
    let best = search.best();
    let Some(collection) = best.collections().all().get(ordinal) else {
        return false;
    };
    let most = collection
        .removable()
        .min(collection.count.saturating_sub(place));
    if most == 0 || !collection.is_free() {
        return false;
    }
    let Some(places) = places(&best, collection) else {
        return false;
    };
    gallop::largest(most as u128, |count| {
        let candidate = renumbered(&best, collection, &places, place, count as usize);
        candidate.is_some_and(|candidate| search.consider(candidate))
    });
    true
}

/// What the elements of a collection are, if every one of them is the place of one.
fn places(best: &Best, collection: &Collection) -> Option<Vec<usize>> {
    let place = |element: &std::ops::Range<usize>| match &best.nodes()[element.clone()] {
        [
            Node {
                choice: Choice::Integer(value),
                ..
            },
        ] => value
            .to_u128()
            .filter(|value| *value < collection.count as u128)
            .map(|value| value as usize),
        _ => None,
    };
    let elements = best.collections().elements(collection);
    elements.iter().map(place).collect()
}

/// The choices without `count` elements from `first` on, every later place lowered by as many.
fn renumbered(
    best: &Rc<Best>,
    collection: &Collection,
    places: &[usize],
    first: usize,
    count: usize,
) -> Option<Edit> {
    let end = first + count;
    let length = length_choice(places.len() - count);
    let mut edit = Edit::of(best).replace(collection.length_at, length);
    let elements = best.collections().elements(collection);
    for (at, (element, place)) in elements.iter().zip(places).enumerate() {
        if (first..end).contains(&at) {
            edit = edit.delete(element.clone());
        } else if *place >= end {
            let node = &best.nodes()[element.start];
            let number = Number::of(node)?.moved(count as u128, false)?;
            edit = edit.replace(element.start, number.choice(&node.domain)?);
        }
    }
    Some(edit)
}
