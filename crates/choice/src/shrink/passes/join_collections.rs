//! Collections: fewer of them.

use std::ops::Range;
use std::rc::Rc;

use crate::SpanKind;
use crate::shrink::best::Best;
use crate::shrink::edit::Edit;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::{Collection, length_choice};

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
        while first < search.best().collections().all().len() {
            let joined = join_all(search, first) || join_next(search, first);
            first += usize::from(!joined);
        }
    }
}

/// Joins all elements of the collection `outer`, if they are collections themselves.
fn join_all(search: &mut Search<'_>, outer: usize) -> bool {
    let best = search.best();
    let collections = best.collections();
    let outer = &collections.all()[outer];
    let elements = collections.elements(outer);
    if elements.len() < 2 || outer.minimum > 1 {
        return false;
    }
    let inner = elements.iter().map(|element| filling(&best, element));
    let Some(inner) = inner.collect::<Option<Vec<&Collection>>>() else {
        return false;
    };
    let count: usize = inner.iter().map(|collection| collection.count).sum();
    let has_room = |collection: &&Collection| collection.is_free() && count <= collection.maximum;
    if !inner.iter().all(has_room) {
        return false;
    }
    let end = elements[elements.len() - 1].end;
    let cut = Edit::of(&best)
        .delete(outer.length_at..end)
        .insert(length_choice(1))
        .insert(length_choice(count));
    let joined = inner.iter().fold(cut, |edit, collection| {
        edit.copy(collections.contents(collection))
    });
    search.consider(joined)
}

/// Joins the collection at `first` with one after it.
fn join_next(search: &mut Search<'_>, first: usize) -> bool {
    let best = search.best();
    let all = best.collections().all();
    let from = &all[first];
    if !from.is_free() || from.count == 0 || from.minimum > 0 {
        return false;
    }
    let partners = all[first + 1..]
        .iter()
        .filter(|to| may_join(&best, from, to));
    for to in partners.take(PARTNERS) {
        let candidate = match list_around(&best, from, to) {
            Some(outer) => absorbed(&best, &outer, from, to),
            None => moved(&best, from, to),
        };
        if search.consider(candidate) {
            return true;
        }
    }
    false
}

/// Whether `to` comes after `from`, holds the same sort of elements, and has room for them.
fn may_join(best: &Best, from: &Collection, to: &Collection) -> bool {
    let [from_span, to_span] = [from, to].map(|collection| &best.spans()[collection.span]);
    to.is_free()
        && from.count + to.count <= to.maximum
        && from_span.end <= to_span.start
        && from_span.label == to_span.label
}

/// The collection that fills an element.
fn filling<'a>(best: &'a Best, element: &Range<usize>) -> Option<&'a Collection> {
    let all = best.collections().all();
    // Several may begin at one place, if the first choice is itself drawn as a collection.
    let first = all.partition_point(|collection| collection.length_at < element.start);
    all[first..]
        .iter()
        .take_while(|collection| collection.length_at == element.start)
        .find(|collection| best.collections().contents(collection).end == element.end)
}

/// The list of which `from` and `to` fill neighbouring elements, if there is one that may lose one.
fn list_around(best: &Best, from: &Collection, to: &Collection) -> Option<Collection> {
    let [(outer, from_element), (to_outer, to_element)] =
        [element_filled_by(best, from)?, element_filled_by(best, to)?];
    let outer = best
        .collections()
        .at_span(outer)
        .filter(|_| outer == to_outer)?;
    (outer.removable() > 0 && from_element.end == to_element.start).then_some(outer)
}

/// The collection whose element is filled by another one, by its span, and the element's choices.
fn element_filled_by(best: &Best, filling: &Collection) -> Option<(usize, Range<usize>)> {
    let spans = best.spans();
    let range = |at: usize| spans[at].start..spans[at].end;
    let mut at = filling.span;
    while let Some(parent) = spans[at]
        .parent
        .filter(|parent| range(*parent) == range(at))
    {
        at = parent;
        if spans[at].kind == SpanKind::Element {
            return Some((spans[at].parent?, range(at)));
        }
    }
    None
}

/// `from` empty, its elements before those of `to`.
fn moved(best: &Rc<Best>, from: &Collection, to: &Collection) -> Edit {
    let contents = best.collections().contents(from);
    Edit::of(best)
        .replace(from.length_at, length_choice(0))
        .delete(contents.clone())
        .replace(to.length_at, length_choice(from.count + to.count))
        .copy(contents)
}

/// `from` gone from the collection around both, its elements before those of `to`.
fn absorbed(best: &Rc<Best>, outer: &Collection, from: &Collection, to: &Collection) -> Edit {
    let contents = best.collections().contents(from);
    Edit::of(best)
        .replace(outer.length_at, length_choice(outer.count - 1))
        .delete(from.length_at..to.length_at + 1)
        .insert(length_choice(from.count + to.count))
        .copy(contents)
}
