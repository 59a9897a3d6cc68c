//! Draws that were thrown away.

use std::ops::Range;

use crate::Choice;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::without;

/// Removes draws that a generator made and threw away.
///
/// Finds:   attempts of filters that were repeated.
/// Misses:  nothing of its kind, unless a filter depends on how often it was asked.
/// Cost:    one call when there are such draws, none otherwise; one per draw if they are entangled.
/// Stops:   every success removes choices, and every failure goes on to the next draw.
pub(in crate::shrink) struct RemoveDiscarded;

impl Pass for RemoveDiscarded {
    fn name(&self) -> &'static str {
        "remove-discarded"
    }

    fn run(&self, search: &mut Search<'_>) {
        let ranges = discarded(search);
        if ranges.is_empty() || search.consider(without_all(search, &ranges)) {
            return;
        }
        let mut next = 0;
        while let Some(range) = discarded(search).get(next).cloned() {
            if !search.consider(without(search.nodes(), range)) {
                next += 1;
            }
        }
    }
}

fn without_all(search: &Search<'_>, ranges: &[Range<usize>]) -> Vec<Choice> {
    let nodes = search.nodes().iter().enumerate();
    let kept = nodes.filter(|(at, _)| !ranges.iter().any(|range| range.contains(at)));
    kept.map(|(_, node)| node.choice.clone()).collect()
}

/// The choices of the outermost discarded spans.
fn discarded(search: &Search<'_>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for span in search
        .spans()
        .iter()
        .filter(|span| span.is_discarded && !span.is_empty())
    {
        if ranges.last().is_none_or(|last| last.end <= span.start) {
            ranges.push(span.start..span.end);
        }
    }
    ranges
}
