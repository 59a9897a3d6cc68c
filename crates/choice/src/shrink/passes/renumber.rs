//! Lists of places: fewer of them, renumbered.

use crate::shrink::gallop;
use crate::shrink::number::Number;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::{Collection, collections, length_choice, without};
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
        while ordinal < collections(search.best()).len() {
            let mut place = 0;
            while let Some(places) = places(search, ordinal) {
                let most = (places.len() - place.min(places.len())) as u128;
                let collection = collections(search.best()).swap_remove(ordinal);
                let room = (places.len() - collection.minimum) as u128;
                if most.min(room) == 0 {
                    break;
                }
                let base = search.nodes().to_vec();
                gallop::largest(most.min(room), |count| {
                    let candidate = renumbered(&base, &collection, &places, place, count as usize);
                    candidate.is_some_and(|candidate| search.consider(candidate))
                });
                place += 1;
            }
            ordinal += 1;
        }
    }
}

/// What the elements of a collection are, if every one of them is the place of one.
fn places(search: &Search<'_>, ordinal: usize) -> Option<Vec<usize>> {
    let collection = collections(search.best()).into_iter().nth(ordinal)?;
    if !collection.is_free() {
        return None;
    }
    let count = collection.elements.len();
    let place = |element: &std::ops::Range<usize>| match &search.nodes()[element.clone()] {
        [
            Node {
                choice: Choice::Integer(value),
                ..
            },
        ] => value
            .to_u128()
            .filter(|value| *value < count as u128)
            .map(|value| value as usize),
        _ => None,
    };
    collection.elements.iter().map(place).collect()
}

/// The choices without `count` elements from `first` on, every later place lowered by as many.
fn renumbered(
    nodes: &[Node],
    collection: &Collection,
    places: &[usize],
    first: usize,
    count: usize,
) -> Option<Vec<Choice>> {
    let end = first + count;
    let mut nodes = nodes.to_vec();
    for (element, place) in collection.elements.iter().zip(places) {
        if *place >= end {
            let node = &mut nodes[element.start];
            let number = Number::of(node)?.moved(count as u128, false)?;
            node.choice = number.choice(&node.domain)?;
        }
    }
    let mut candidate = without(&nodes, collection.choices_of(first, end));
    candidate[collection.length_at] = length_choice(places.len() - count);
    Some(candidate)
}
