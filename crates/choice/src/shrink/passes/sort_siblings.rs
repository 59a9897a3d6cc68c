//! Neighbours: the one order among equals.

use std::cmp::Ordering;
use std::ops::Range;

use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::choices;
use crate::{Choice, Node, order};

/// Puts neighbouring values of one sort in order, simplest first.
///
/// Finds:   the one order among equals: of the elements of a list, the arguments of a property,
///          the children of a tree.
/// Misses:  orders that need more than swaps of neighbours to fail on the way.
/// Cost:    one failing call per group that can't be sorted at once, and one per pair of
///          neighbours that can't be swapped.
/// Stops:   every success is simpler, as it moves a simpler value before a less simple one.
pub(in crate::shrink) struct SortSiblings;

impl Pass for SortSiblings {
    fn name(&self) -> &'static str {
        "sort-siblings"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut ordinal = 0;
        while let Some(group) = groups(search).get(ordinal) {
            let group = group.clone();
            let nodes = search.nodes();
            let mut sorted = group.clone();
            sorted
                .sort_by(|left, right| order::compare(&nodes[left.clone()], &nodes[right.clone()]));
            if sorted != group && !search.consider(rearranged(nodes, &group, &sorted)) {
                swap_neighbours(search, ordinal);
            }
            ordinal += 1;
        }
    }
}

/// Bubbles: the swap that works makes the next one possible.
fn swap_neighbours(search: &mut Search<'_>, ordinal: usize) {
    let mut at = 0;
    loop {
        let groups = groups(search);
        let Some(group) = groups.get(ordinal).filter(|group| at + 1 < group.len()) else {
            return;
        };
        let nodes = search.nodes();
        let pair = [group[at].clone(), group[at + 1].clone()];
        let swapped = [pair[1].clone(), pair[0].clone()];
        let is_wrong = order::compare(&nodes[pair[1].clone()], &nodes[pair[0].clone()]);
        if is_wrong == Ordering::Less && search.consider(rearranged(nodes, &pair, &swapped)) {
            at = at.saturating_sub(1);
        } else {
            at += 1;
        }
    }
}

/// The spans, by their choices, that lie directly in one span and are of one kind and label: at
/// least two of them, none empty.
fn groups(search: &Search<'_>) -> Vec<Vec<Range<usize>>> {
    let spans = search.spans();
    let mut groups: Vec<(usize, Vec<Range<usize>>)> = Vec::new();
    for (at, span) in spans
        .iter()
        .enumerate()
        .filter(|(_, span)| !span.is_empty())
    {
        let is_same = |first: &usize| {
            let first = &spans[*first];
            (first.parent, first.kind, first.label) == (span.parent, span.kind, span.label)
        };
        match groups.iter_mut().find(|(first, _)| is_same(first)) {
            Some((_, group)) => group.push(span.start..span.end),
            None => groups.push((at, std::iter::once(span.start..span.end).collect())),
        }
    }
    groups
        .into_iter()
        .map(|(_, group)| group)
        .filter(|group| group.len() > 1)
        .collect()
}

/// The choices with what lies in `places` replaced, in order, by what lies in `contents`.
fn rearranged(nodes: &[Node], places: &[Range<usize>], contents: &[Range<usize>]) -> Vec<Choice> {
    let mut candidate = Vec::with_capacity(nodes.len());
    let mut next = 0;
    for (place, content) in places.iter().zip(contents) {
        candidate.extend(choices(&nodes[next..place.start]));
        candidate.extend(choices(&nodes[content.clone()]));
        next = place.end;
    }
    candidate.extend(choices(&nodes[next..]));
    candidate
}
