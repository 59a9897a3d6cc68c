//! Values that begin with a decision: the simplest one.

use std::collections::BTreeMap;

use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::{choices, is_simplest, structure};
use crate::{Choice, SpanKind};

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
        let mut lengths = BTreeMap::new();
        let mut at = 0;
        while at < search.spans().len() {
            if begins_with_structure(search, at) {
                simplify(search, at, &mut lengths);
            }
            at += 1;
        }
    }
}

fn begins_with_structure(search: &Search<'_>, at: usize) -> bool {
    let span = &search.spans()[at];
    let is_value = span.kind != SpanKind::Collection && span.len() > 1;
    is_value && structure(search.best())[span.start] && !is_simplest(&search.nodes()[span.start])
}

fn simplify(search: &mut Search<'_>, at: usize, lengths: &mut BTreeMap<&'static str, usize>) {
    let label = search.spans()[at].label;
    let guess = lengths.get(label).copied().unwrap_or(1);
    let Err(Some(record)) = search.attempt(simplified(search, at, guess)) else {
        return;
    };
    // Everything before the span is as it was, so it has the same place in the new record.
    let Some(span) = record.spans().get(at).filter(|span| span.label == label) else {
        return;
    };
    let length = span.len();
    lengths.insert(label, length);
    if length != guess && length < search.spans()[at].len() {
        search.consider(simplified(search, at, length));
    }
}

/// The sequence whose span at `at` has `length` simplest choices.
fn simplified(search: &Search<'_>, at: usize, length: usize) -> Vec<Choice> {
    let (nodes, span) = (search.nodes(), &search.spans()[at]);
    // A boolean stands for the simplest value of any kind: it is, or it does not fit.
    let simplest = vec![Choice::Boolean(false); length];
    [
        choices(&nodes[..span.start]),
        simplest,
        choices(&nodes[span.end..]),
    ]
    .concat()
}
