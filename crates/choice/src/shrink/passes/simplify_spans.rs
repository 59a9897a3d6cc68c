//! Values that begin with a decision: the simplest one.

use std::rc::Rc;

use crate::SpanKind;
use crate::shrink::best::Best;
use crate::shrink::edit::{Edit, SIMPLEST};
use crate::shrink::learned::Learned;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::is_simplest;

/// Replaces a value that begins with a branch or a flag by the simplest one.
///
/// Finds:   optional parts that can be absent and subtrees that can be leaves.
/// Misses:  values without such a beginning; their parts are simplified one by one.
/// Cost:    one failing call per such value, and one for each sort of value to learn how many
///          choices its simplest form has.
/// Stops:   it goes through the values once, outer ones first; a simplified one is not met again.
pub(in crate::shrink) struct SimplifySpans;

impl Pass for SimplifySpans {
    fn name(&self) -> &'static str {
        "simplify-spans"
    }

    fn run(&self, search: &mut Search<'_>) {
        // How many choices the simplest value of a sort has, as far as seen.
        let mut lengths = Learned::default();
        let mut at = 0;
        loop {
            let best = search.best();
            if at >= best.spans().len() {
                return;
            }
            if begins_with_structure(&best, at) {
                simplify(search, &best, at, &mut lengths);
            }
            at += 1;
        }
    }
}

fn begins_with_structure(best: &Best, at: usize) -> bool {
    let span = &best.spans()[at];
    let is_value = span.kind != SpanKind::Collection && span.len() > 1;
    is_value && best.structure()[span.start] && !is_simplest(&best.nodes()[span.start])
}

fn simplify(
    search: &mut Search<'_>,
    best: &Rc<Best>,
    at: usize,
    lengths: &mut Learned<&'static str, usize>,
) {
    let label = best.spans()[at].label;
    let guess = lengths.get(label).copied().unwrap_or(1);
    let Err(Some(record)) = search.attempt(&simplified(best, at, guess).finish()) else {
        return;
    };
    // Everything before the span is as it was, so it has the same place in the new record.
    let span = record.spans().get(at).filter(|span| span.label == label);
    let length = span.map(crate::Span::len);
    search.recycle(record);
    let Some(length) = length else {
        return;
    };
    *lengths.of(label) = length;
    if length != guess && length < best.spans()[at].len() {
        search.consider(simplified(best, at, length));
    }
}

/// The sequence whose span at `at` has `length` simplest choices.
fn simplified(best: &Rc<Best>, at: usize, length: usize) -> Edit {
    let span = &best.spans()[at];
    let cut = Edit::of(best).delete(span.start..span.end);
    (0..length).fold(cut, |edit, _| edit.insert(SIMPLEST))
}
