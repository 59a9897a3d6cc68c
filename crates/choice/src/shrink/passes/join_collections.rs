//! Collections: fewer of them.

use std::ops::Range;

use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::{Collection, choices, collections, length_choice};
use crate::{Choice, Node, Record};

/// Moves all elements of a collection into a later one of the same sort.
///
/// Finds:   nested lists that can be one list, and lists of which the first can be empty.
/// Misses:  collections of which only some elements may move.
/// Cost:    one failing call per pair of collections that can't be joined; within a list of lists
///          only neighbours are paired, and one call more tries to join all.
/// Stops:   every success removes choices or makes an earlier collection empty.
pub(in crate::shrink) struct JoinCollections;

/// How many later collections each collection is joined with, where they are not neighbours in a
/// list.
const PARTNERS: usize = 4;

impl Pass for JoinCollections {
    fn name(&self) -> &'static str {
        "join-collections"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut first = 0;
        while first < collections(search.best()).len() {
            let joined = join_all(search, first) || join_next(search, first);
            first += usize::from(!joined);
        }
    }
}

/// Joins all elements of the collection `outer`, if they are collections themselves.
fn join_all(search: &mut Search<'_>, outer: usize) -> bool {
    let all = collections(search.best());
    let outer = &all[outer];
    let inner: Vec<&Collection> = outer
        .elements
        .iter()
        .filter_map(|e| filling(&all, e))
        .collect();
    if inner.len() < 2 || inner.len() != outer.elements.len() || outer.minimum > 1 {
        return false;
    }
    let nodes = search.nodes();
    let count: usize = inner
        .iter()
        .map(|collection| collection.elements.len())
        .sum();
    if inner
        .iter()
        .any(|collection| !collection.is_free() || collection.maximum < count)
    {
        return false;
    }
    let end = outer.elements[outer.elements.len() - 1].end;
    let mut candidate = choices(&nodes[..outer.length_at]);
    candidate.extend([length_choice(1), length_choice(count)]);
    for collection in inner {
        candidate.extend(contents(nodes, collection));
    }
    candidate.extend(choices(&nodes[end..]));
    search.consider(candidate)
}

/// Joins the collection at `first` with one after it.
fn join_next(search: &mut Search<'_>, first: usize) -> bool {
    let mut partners = 0;
    let mut second = first + 1;
    while partners < PARTNERS {
        let all = collections(search.best());
        let Some(from) = all
            .get(first)
            .filter(|c| c.is_free() && !c.elements.is_empty())
        else {
            return false;
        };
        let Some(to) = all.get(second) else {
            return false;
        };
        second += 1;
        if !may_join(search.best(), from, to) {
            continue;
        }
        partners += 1;
        let siblings = all.iter().find(|outer| {
            let has = |inner: &Collection| {
                outer
                    .elements
                    .iter()
                    .position(|e| *e == range(search.best(), inner))
            };
            outer.minimum < outer.elements.len()
                && has(from).is_some()
                && has(from).map(|at| at + 1) == has(to)
        });
        let candidate = match siblings {
            Some(outer) => absorbed(search.nodes(), outer, from, to),
            None => moved(search.nodes(), from, to),
        };
        if search.consider(candidate) {
            return true;
        }
    }
    false
}

/// Whether `to` comes after `from`, holds the same sort of elements, and has room for them.
fn may_join(record: &Record, from: &Collection, to: &Collection) -> bool {
    let [from_span, to_span] = [from, to].map(|collection| &record.spans()[collection.span]);
    let count = from.elements.len() + to.elements.len();
    from_span.label == to_span.label
        && from_span.end <= to_span.start
        && to.is_free()
        && count <= to.maximum
        && from.minimum == 0
}

/// The collection that fills an element.
fn filling<'a>(all: &'a [Collection], element: &Range<usize>) -> Option<&'a Collection> {
    all.iter().find(|collection| {
        let end = collection
            .elements
            .last()
            .map_or(collection.length_at + 1, |last| last.end);
        (collection.length_at..end) == *element
    })
}

fn range(record: &Record, collection: &Collection) -> Range<usize> {
    let span = &record.spans()[collection.span];
    span.start..span.end
}

/// The choices of a collection's elements.
fn contents(nodes: &[Node], collection: &Collection) -> Vec<Choice> {
    match collection.elements.len() {
        0 => Vec::new(),
        count => choices(&nodes[collection.choices_of(0, count)]),
    }
}

/// `from` empty, its elements before those of `to`.
fn moved(nodes: &[Node], from: &Collection, to: &Collection) -> Vec<Choice> {
    let from_end = from.length_at + 1 + contents(nodes, from).len();
    let mut candidate = choices(&nodes[..from.length_at]);
    candidate.push(length_choice(0));
    candidate.extend(choices(&nodes[from_end..to.length_at]));
    candidate.extend(joined(nodes, from, to));
    candidate
}

/// `from` gone from the collection around both, its elements before those of `to`.
fn absorbed(nodes: &[Node], outer: &Collection, from: &Collection, to: &Collection) -> Vec<Choice> {
    let mut candidate = choices(&nodes[..from.length_at]);
    candidate[outer.length_at] = length_choice(outer.elements.len() - 1);
    candidate.extend(joined(nodes, from, to));
    candidate
}

/// `to` with the elements of both, and all that comes after it.
fn joined(nodes: &[Node], from: &Collection, to: &Collection) -> Vec<Choice> {
    let mut joined = vec![length_choice(from.elements.len() + to.elements.len())];
    joined.extend(contents(nodes, from));
    joined.extend(choices(&nodes[to.length_at + 1..]));
    joined
}
