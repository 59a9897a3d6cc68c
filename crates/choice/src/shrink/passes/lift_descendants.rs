//! Trees: a part in the place of the whole.

use crate::SpanKind;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::tree::{Item, flatten, items_of, put_right};

/// Replaces a value by a smaller value of the same sort within it.
///
/// Finds:   the one subtree of a tree, expression or nested list that the failure needs.
/// Misses:  two subtrees that are needed together.
/// Cost:    one failing call per value and candidate within it, of which there are at most
///          `CANDIDATES`, and up to `REPAIRS` more where the structure depends on the depth; none
///          where no value contains another of its sort.
/// Stops:   every success removes choices, and every failure goes on to the next candidate.
pub(in crate::shrink) struct LiftDescendants;

/// How many descendants of one value are tried: the nearest ones, from which the farther ones are
/// reached step by step.
const CANDIDATES: usize = 8;

/// How often a candidate is put right.
const REPAIRS: usize = 4;

impl Pass for LiftDescendants {
    fn name(&self) -> &'static str {
        "lift-descendants"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut at = 0;
        while at < search.spans().len() {
            let lifted = lifts(search, at);
            // After a success the span at this place is the smaller one; it may shrink again.
            if !lifted.into_iter().any(|items| consider(search, items)) {
                at += 1;
            }
        }
    }
}

/// Considers a candidate, and puts it right where its run asks for something else.
fn consider(search: &mut Search<'_>, mut items: Vec<Item>) -> bool {
    for _ in 0..=REPAIRS {
        match search.attempt(flatten(&items)) {
            Ok(()) => return true,
            Err(None) => return false,
            Err(Some(record)) => match put_right(&items, &items_of(&record)) {
                Some(fixed) => items = fixed,
                None => return false,
            },
        }
    }
    false
}

/// The candidates in which the span at `at` is replaced by one within it.
fn lifts(search: &Search<'_>, at: usize) -> Vec<Vec<Item>> {
    let spans = search.spans();
    let outer = &spans[at];
    let end = at
        + 1
        + spans[at + 1..]
            .iter()
            .take_while(|span| span.start < outer.end)
            .count();
    let is_smaller = |within: &usize| {
        let span = &spans[*within];
        let are_alike = [span, outer].map(|span| span.kind == SpanKind::Collection);
        are_alike[0] == are_alike[1]
            && span.label == outer.label
            && span.len() < outer.len()
            && !span.is_empty()
    };
    let mut candidates: Vec<usize> = (at + 1..end).filter(is_smaller).collect();
    candidates.dedup_by_key(|within| (spans[*within].start, spans[*within].end));
    candidates.truncate(CANDIDATES);
    if candidates.is_empty() {
        return Vec::new();
    }
    let items = items_of(search.best());
    let lift = |within: usize| replaced(&items, &mut 0, at, find(&items, &mut 0, within));
    candidates.into_iter().map(lift).collect()
}

/// The parts of the span with a place in the record, counted in `next`.
fn find<'a>(items: &'a [Item], next: &mut usize, place: usize) -> &'a [Item] {
    for item in items {
        if let Item::Span { items, .. } = item {
            let is_it = *next == place;
            *next += 1;
            if is_it {
                return items;
            }
            let found = find(items, next, place);
            if *next > place {
                return found;
            }
        }
    }
    &[]
}

/// The same parts, with other ones in the span with a place in the record, counted in `next`.
fn replaced(items: &[Item], next: &mut usize, place: usize, by: &[Item]) -> Vec<Item> {
    let replace = |item: &Item| match item {
        Item::Choice(choice) => Item::Choice(choice.clone()),
        Item::Span { kind, label, items } => {
            let is_it = *next == place;
            *next += 1;
            let inner = replaced(items, next, place, by);
            Item::Span {
                kind: *kind,
                label,
                items: if is_it { by.to_vec() } else { inner },
            }
        }
    };
    items.iter().map(replace).collect()
}
