//! Lengths that the author draws: fewer elements.

use std::ops::Range;
use std::rc::Rc;

use crate::shrink::best::Best;
use crate::shrink::edit::Edit;
use crate::shrink::gallop;
use crate::shrink::number::Number;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;

/// Lowers a number that decides how many choices follow, and deletes as many of them elsewhere.
///
/// Finds:   elements to delete where a length was drawn by the author's own means, as by
///          `flat_map`, and so is not marked as one.
/// Misses:  lengths that are not counted in steps of one.
/// Cost:    none unless numbers of its sort are known to change the length of the run; then one
///          failing call, one per place, and O(log k) for `k` elements.
/// Stops:   every success removes choices, and every failure goes on to the next place.
pub(in crate::shrink) struct LowerThenDelete;

impl Pass for LowerThenDelete {
    fn name(&self) -> &'static str {
        "lower-then-delete"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut next = 0;
        while let Some(at) = search.best().number_from(next) {
            if let Some(share) = share(search, at) {
                delete_shares(search, at, share);
            }
            next = at + 1;
        }
    }
}

/// How many choices fewer there are when the number at `at` is one less.
fn share(search: &mut Search<'_>, at: usize) -> Option<usize> {
    if !search.is_structural(at) {
        return None;
    }
    let best = search.best();
    let before = best.nodes().len();
    let after = match search.attempt(&lowered(&best, at, 1)?.finish()) {
        // It was simpler and is adopted; the next run of the pass goes on from there.
        Ok(()) | Err(None) => return None,
        Err(Some(record)) => record.nodes().len(),
    };
    before.checked_sub(after).filter(|share| *share > 0)
}

fn lowered(best: &Rc<Best>, at: usize, amount: u128) -> Option<Edit> {
    let node = &best.nodes()[at];
    let number = Number::of(node)?;
    let distance = number.distance.checked_sub(amount)?;
    let choice = Number { distance, ..number }.choice(&node.domain)?;
    Some(Edit::of(best).replace(at, choice))
}

fn delete_shares(search: &mut Search<'_>, at: usize, share: usize) {
    let mut place = 0;
    loop {
        let best = search.best();
        let Some(number) = best.nodes().get(at).and_then(Number::of) else {
            return;
        };
        let Some(run) = runs(&best, at, share).get(place).cloned() else {
            return;
        };
        let most = number.distance.min(run.len() as u128 / share as u128);
        let deleted = gallop::largest(most, |amount| {
            let end = run.start + amount as usize * share;
            let candidate = lowered(&best, at, amount);
            candidate.is_some_and(|lowered| search.consider(lowered.delete(run.start..end)))
        });
        // After a deletion the same place holds what came after it.
        place += usize::from(deleted == 0);
    }
}

/// For each place after the number where a share of choices may go, as many choices from there on
/// as are of shares too: spans of just this length, or any choices if there are no such spans.
fn runs(best: &Best, at: usize, share: usize) -> Vec<Range<usize>> {
    let spans = best
        .spans()
        .iter()
        .filter(|span| span.start > at && span.len() == share);
    // Spans stand in the order of their starts, and these are of one length.
    let mut bounds: Vec<Range<usize>> = spans.map(|span| span.start..span.end).collect();
    assert!(bounds.is_sorted_by_key(|bound| bound.start));
    bounds.dedup();
    if bounds.is_empty() {
        let end = best.nodes().len();
        let last = (end + 1).saturating_sub(share);
        return (at + 1..last).map(|start| start..end).collect();
    }
    // From the last to the first, so that each knows where the neighbours after it end.
    for index in (1..bounds.len()).rev() {
        if bounds[index - 1].end == bounds[index].start {
            bounds[index - 1].end = bounds[index].end;
        }
    }
    bounds
}
