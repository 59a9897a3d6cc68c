//! Loops: fewer turns.

use crate::shrink::gallop;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::without;
use crate::{Span, SpanKind};

/// Deletes runs of choices after which the same questions come again.
///
/// Finds:   turns of loops that a generator made by itself, as by asking "one more?".
/// Misses:  turns that ask different questions each time.
/// Cost:    one failing call per place and period at which the questions repeat, of which there
///          are none in a sequence without repetition; O(log k) for `k` deleted turns.
/// Stops:   every success removes choices, and every failure goes on to the next place.
pub(in crate::shrink) struct DeleteRuns;

/// The longest turn of a loop that is looked for, in choices.
const PERIOD_MAX: usize = 6;

impl Pass for DeleteRuns {
    fn name(&self) -> &'static str {
        "delete-runs"
    }

    fn run(&self, search: &mut Search<'_>) {
        for period in (1..=PERIOD_MAX).rev() {
            let mut start = 0;
            while start + period <= search.nodes().len() {
                let turns = turns(search, start, period);
                let base = search.nodes().to_vec();
                let deleted = gallop::largest(turns as u128, |amount| {
                    search.consider(without(&base, start..start + amount as usize * period))
                });
                // After a success other questions come here.
                start += usize::from(deleted == 0);
            }
        }
    }
}

/// How many turns of a period begin at `start`, each followed by the question it began with, in the
/// same value, and each made of whole spans.
fn turns(search: &Search<'_>, start: usize, period: usize) -> usize {
    let nodes = search.nodes();
    let is_turn = |turn: &usize| {
        let (at, next) = (start + turn * period, start + (turn + 1) * period);
        let repeats = nodes
            .get(next)
            .is_some_and(|next| next.domain == nodes[at].domain);
        repeats && is_whole(search, at, next)
    };
    (0..nodes.len() / period).take_while(is_turn).count()
}

/// Whether what lies from `at` to `next` is made of whole spans that lie, as what begins at `next`,
/// directly in the same span. Elements of a collection don't count; they were tried with its length.
fn is_whole(search: &Search<'_>, at: usize, next: usize) -> bool {
    let holds = |span: &Span, at: usize| span.start <= at && at < span.end;
    let around = search
        .spans()
        .iter()
        .rfind(|span| holds(span, at) && holds(span, next));
    if around.is_some_and(|span| span.kind == SpanKind::Collection) {
        return false;
    }
    let mut inner = search
        .spans()
        .iter()
        .filter(|span| !(holds(span, at) && holds(span, next)));
    inner.all(|span| {
        let fits_first = !holds(span, at) || span.start == at && span.end <= next;
        fits_first && (!holds(span, next) || span.start == next)
    })
}
