//! Trees: the one shape among equals.

use std::ops::Range;
use std::rc::Rc;

use crate::order;
use crate::shrink::best::Best;
use crate::shrink::edit::Edit;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;

/// Of two neighbours of one sort of which the first ends with a part of that sort, makes this part
/// the first neighbour, and the second one a part of what is left.
///
/// Finds:   the tree that leans to one side: `(k (a) s) r` becomes `s (k (a) r)`, and if the failure
///          needs `a` and `r` in order, `s (k (r) a)`.
/// Misses:  shapes that need more than one such turn to fail on the way.
/// Cost:    up to two failing calls per pair of neighbours of which the first contains others of
///          its sort.
/// Stops:   every success puts a simpler value in the place of the first neighbour; it goes through
///          the neighbours once.
pub(in crate::shrink) struct RotateSiblings;

impl Pass for RotateSiblings {
    fn name(&self) -> &'static str {
        "rotate-siblings"
    }

    fn run(&self, search: &mut Search<'_>) {
        let (mut ordinal, mut at) = (0, 0);
        loop {
            let best = search.best();
            let Some(group) = best.siblings().get(ordinal) else {
                return;
            };
            let Some(pair) = group.get(at..at + 2) else {
                (ordinal, at) = (ordinal + 1, 0);
                continue;
            };
            rotate(search, &best, pair[0], pair[1]);
            at += 1;
        }
    }
}

fn rotate(search: &mut Search<'_>, best: &Rc<Best>, first: usize, second: usize) {
    let range = |at: usize| best.spans()[at].start..best.spans()[at].end;
    let (whole, second) = (range(first), range(second));
    let mut parts = parts(best, first);
    let Some(last) = parts.pop().filter(|last| last.end == whole.end) else {
        return;
    };
    // The slots for parts are filled anew; what lies between them stays.
    let slots: Vec<Range<usize>> = parts.iter().cloned().chain([last.clone()]).collect();
    parts.push(second.clone());
    let turned = |contents: &[Range<usize>]| {
        let mut edit = Edit::of(best).delete(whole.clone()).copy(last.clone());
        let mut next = whole.start;
        for (slot, content) in slots.iter().zip(contents) {
            edit = edit.copy(next..slot.start).copy(content.clone());
            next = slot.end;
        }
        edit.delete(second.clone())
    };
    if search.consider(turned(&parts)) {
        return;
    }
    let nodes = |range: &Range<usize>| &best.nodes()[range.clone()];
    let is_sorted =
        parts.is_sorted_by(|left, right| order::compare(nodes(left), nodes(right)).is_le());
    if !is_sorted {
        let sorted = order::places_in_order(parts.len(), &mut |left, right| {
            order::compare(nodes(&parts[left]), nodes(&parts[right]))
        });
        let sorted: Vec<Range<usize>> = sorted.into_iter().map(|at| parts[at].clone()).collect();
        search.consider(turned(&sorted));
    }
}

/// The largest spans of the same sort within a span.
fn parts(best: &Best, outer: usize) -> Vec<Range<usize>> {
    let spans = best.spans();
    let whole = &spans[outer];
    let mut parts: Vec<Range<usize>> = Vec::new();
    let within = spans[outer + 1..].iter();
    for span in within.take_while(|span| span.start < whole.end) {
        let is_part = span.label == whole.label && !span.is_empty() && span.len() < whole.len();
        if is_part && parts.last().is_none_or(|last| last.end <= span.start) {
            parts.push(span.start..span.end);
        }
    }
    parts
}
