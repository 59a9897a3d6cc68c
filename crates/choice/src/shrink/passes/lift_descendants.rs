//! Trees: a part in the place of the whole.

use std::rc::Rc;

use crate::SpanKind;
use crate::shrink::best::Best;
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
        let mut at = 0;
        loop {
            let best = search.best();
            if at >= best.spans().len() {
                return;
            }
            let lifted = descendants(&best, at);
            // After a success the span at this place is the smaller one; it may shrink again.
            if !lifted
                .into_iter()
                .any(|within| lift(search, &best, at, within))
            {
                at += 1;
            }
        }
    }
}

/// Considers the span `within` in the place of the one at `at` around it, and puts the candidate
/// right where its run asks for something else.
fn lift(search: &mut Search<'_>, best: &Rc<Best>, at: usize, within: usize) -> bool {
    let tokens = best.tokens();
    let [outer, inner] = [at, within].map(|span| contents(tokens, span));
    let mut meant = tokens.to_vec();
    meant.truncate(inner.end);
    meant.drain(outer.start..inner.start);
    meant.extend_from_slice(&tokens[outer.end..]);
    let mut asked: Vec<Token> = Vec::new();
    for _ in 0..=REPAIRS {
        match search.attempt(flatten(best, &meant)) {
            Ok(()) => return true,
            Err(None) => return false,
            Err(Some(record)) => {
                write_tokens(&record, &mut asked);
                if !put_right(&mut meant, &asked) {
                    return false;
                }
            }
        }
    }
    false
}

/// The nearest spans within the one at `at` that may stand in its place.
fn descendants(best: &Best, at: usize) -> Vec<usize> {
    let spans = best.spans();
    let outer = &spans[at];
    let within = spans[at + 1..].iter().zip(at + 1..);
    let mut last = 0..0;
    let mut is_smaller = |(span, _): &(&crate::Span, usize)| {
        let are_alike = [span, outer].map(|span| span.kind == SpanKind::Collection);
        let is_one = are_alike[0] == are_alike[1]
            && span.len() < outer.len()
            && !span.is_empty()
            && span.label == outer.label
            && last != (span.start..span.end);
        if is_one {
            last = span.start..span.end;
        }
        is_one
    };
    within
        .take_while(|(span, _)| span.start < outer.end)
        .filter(|found| is_smaller(found))
        .take(CANDIDATES)
        .map(|(_, at)| at)
        .collect()
}
