//! Collections that ended early: the length they have.

use crate::shrink::edit::Edit;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::{length_choice, stated_length};
use crate::{Record, SpanKind};

/// Lowers the length of a collection that ended before it had as many elements.
///
/// Finds:   collections that the failure cut short, as steps of a test that failed at one of them,
///          and steps that ended because nothing could be done next. Only when its length is true
///          can other passes delete elements of a collection.
/// Misses:  collections of which the generator itself drew more than it kept; those are whole.
/// Cost:    none unless there is one; then one call for each.
/// Stops:   every success lowers a length, and every failure goes on to the next collection.
pub(in crate::shrink) struct CutLengths;

impl Pass for CutLengths {
    fn name(&self) -> &'static str {
        "cut-lengths"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut at = 0;
        loop {
            let best = search.best();
            let Some(span) = best.spans().get(at) else {
                return;
            };
            if let Some(count) = drawn_elements(best.record(), at) {
                search.consider(Edit::of(&best).replace(span.start, length_choice(count)));
            }
            at += 1;
        }
    }
}

/// How many elements a collection has, if it should have more and may have so few.
fn drawn_elements(record: &Record, at: usize) -> Option<usize> {
    let stated = stated_length(record, at)?;
    let elements = record
        .children(Some(at))
        .filter(|child| record.spans()[*child].kind == SpanKind::Element);
    let count = elements.count().max(stated.minimum);
    (count < stated.length).then_some(count)
}
