//! Loops: fewer turns.

use crate::SpanKind;
use crate::shrink::best::Best;
use crate::shrink::edit::Edit;
use crate::shrink::gallop;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;

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
            loop {
                let best = search.best();
                if start + period > best.nodes().len() {
                    break;
                }
                let turns = turns(&best, start, period);
                let deleted = gallop::largest(turns as u128, |amount| {
                    let end = start + amount as usize * period;
                    search.consider(Edit::without(&best, start..end))
                });
                // After a success other questions come here.
                start += usize::from(deleted == 0);
            }
        }
    }
}

/// How many turns of a period begin at `start`, each followed by the question it began with, in the
/// same value, and each made of whole spans.
fn turns(best: &Best, start: usize, period: usize) -> usize {
    let nodes = best.nodes();
    let is_turn = |turn: &usize| {
        let (at, next) = (start + turn * period, start + (turn + 1) * period);
        let repeats = nodes
            .get(next)
            .is_some_and(|next| next.domain == nodes[at].domain);
        repeats && is_whole(best, at, next)
    };
    (0..nodes.len() / period).take_while(is_turn).count()
}

/// Whether what lies from `at` to `next` is made of whole spans that lie, as what begins at `next`,
/// directly in the same span. Elements of a collection don't count; they were tried with its length.
fn is_whole(best: &Best, at: usize, next: usize) -> bool {
    let spans = best.spans();
    // The outermost span that holds one of them and not the other.
    let (mut outermost, mut around) = (None, best.owners()[at]);
    while let Some(span) = around.filter(|span| spans[*span].end <= next) {
        (outermost, around) = (Some(span), spans[span].parent);
    }
    let (mut outermost_next, mut around_next) = (None, best.owners()[next]);
    while around_next != around {
        let Some(span) = around_next else {
            return false;
        };
        (outermost_next, around_next) = (Some(span), spans[span].parent);
    }
    let is_list = around.is_some_and(|span| spans[span].kind == SpanKind::Collection);
    !is_list
        && outermost.is_none_or(|span| spans[span].start == at)
        && outermost_next.is_none_or(|span| spans[span].start == next)
}
