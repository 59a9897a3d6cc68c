//! Trees: a part in the place of the whole.

use std::rc::Rc;

use crate::SpanKind;
use crate::shrink::best::Best;
use crate::shrink::edit::Edit;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::tree::{Token, contents, flatten, put_right, write_tokens};

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
        let mut asked = Vec::new();
        let mut at = 0;
        loop {
            let best = search.best();
            if at >= best.spans().len() {
                return;
            }
            let mut lifted = descendants(&best, at);
            // After a success the span at this place is the smaller one; it may shrink again.
            if !lifted.any(|within| lift(search, &best, at, within, &mut asked)) {
                at += 1;
            }
        }
    }
}

/// Considers the span `within` in the place of the one at `at` around it, and puts the candidate
/// right where its run asks for something else.
fn lift(
    search: &mut Search<'_>,
    best: &Rc<Best>,
    at: usize,
    within: usize,
    asked: &mut Vec<Token>,
) -> bool {
    let [outer, inner] = [at, within].map(|at| {
        let span = &best.spans()[at];
        span.start..span.end
    });
    let mut candidate = Edit::of(best).delete(outer).copy(inner).finish();
    // Only a candidate that asks for something else is looked at more closely.
    let mut meant: Vec<Token> = Vec::new();
    for _ in 0..=REPAIRS {
        let record = match search.attempt(&candidate) {
            Ok(()) => return true,
            Err(None) => return false,
            Err(Some(record)) => record,
        };
        let is_right = candidate.is_exactly(&record) || {
            if meant.is_empty() {
                meant = lifted(best.tokens(), at, within);
            }
            write_tokens(&record, asked);
            !put_right(&mut meant, asked)
        };
        search.recycle(record);
        if is_right {
            return false;
        }
        candidate = flatten(best, &meant).finish();
    }
    false
}

/// The tokens with those of one span in the place of those of another around it.
fn lifted(tokens: &[Token], at: usize, within: usize) -> Vec<Token> {
    let [outer, inner] = [at, within].map(|span| contents(tokens, span));
    [&tokens[..outer.start], &tokens[inner], &tokens[outer.end..]].concat()
}

/// The nearest spans within the one at `at` that may stand in its place.
fn descendants(best: &Best, at: usize) -> impl Iterator<Item = usize> + '_ {
    let spans = best.spans();
    let outer = &spans[at];
    // One choice holds nothing smaller. A span that fills one of its sort offers what that does.
    let fills = |around: usize| {
        let around = &spans[around];
        let are_alike = [around, outer].map(|span| span.kind == SpanKind::Collection);
        (around.start, around.end, around.label) == (outer.start, outer.end, outer.label)
            && are_alike[0] == are_alike[1]
    };
    let candidates = if outer.len() < 2 || outer.parent.is_some_and(fills) {
        0
    } else {
        CANDIDATES
    };
    let within = spans[at + 1..].iter().zip(at + 1..);
    let mut last = 0..0;
    // What is asked first tells apart a value and its payload, which may be of one type.
    let question =
        move |span: &crate::Span| std::mem::discriminant(&best.nodes()[span.start].domain);
    let mut is_smaller = move |(span, _): &(&crate::Span, usize)| {
        let are_alike = [span, outer].map(|span| span.kind == SpanKind::Collection);
        let is_one = are_alike[0] == are_alike[1]
            && span.len() < outer.len()
            && !span.is_empty()
            && span.label == outer.label
            && last != (span.start..span.end)
            && question(span) == question(outer);
        if is_one {
            last = span.start..span.end;
        }
        is_one
    };
    within
        .take_while(|(span, _)| span.start < outer.end)
        .filter(move |found| is_smaller(found))
        .take(candidates)
        .map(|(_, at)| at)
}
