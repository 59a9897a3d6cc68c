//! Draws that were thrown away.

use std::ops::Range;

use crate::Span;
use crate::shrink::edit::Edit;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;

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
        let best = search.best();
        let ranges = discarded(best.spans());
        if ranges.is_empty() {
            return;
        }
        let without_all = ranges.into_iter().fold(Edit::of(&best), Edit::delete);
        if search.consider(without_all) {
            return;
        }
        let mut next = 0;
        loop {
            let best = search.best();
            let Some(range) = discarded(best.spans()).get(next).cloned() else {
                return;
            };
            if !search.consider(Edit::without(&best, range)) {
                next += 1;
            }
        }
    }
}

/// The choices of the outermost discarded spans.
fn discarded(spans: &[Span]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for span in spans
        .iter()
        .filter(|span| span.is_discarded && !span.is_empty())
    {
        if ranges.last().is_none_or(|last| last.end <= span.start) {
            ranges.push(span.start..span.end);
        }
    }
    ranges
}
