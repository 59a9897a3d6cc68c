//! Collections: fewer elements.

use std::rc::Rc;

use crate::shrink::best::Best;
use crate::shrink::edit::Edit;
use crate::shrink::gallop;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::{Collection, length_choice};

/// Deletes elements of collections, together with their share of the length.
///
/// Finds:   elements that the failure does not need, all at once or in runs of any length.
/// Misses:  elements that are needed only by the places of others (`Renumber` has those).
/// Cost:    one failing call for all at once, one per element that stays, and O(log k) for a
///          deleted run of `k`.
/// Stops:   every success removes choices, and every failure goes on to the element before.
pub(in crate::shrink) struct DeleteElements;

impl Pass for DeleteElements {
    fn name(&self) -> &'static str {
        "delete-elements"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut ordinal = 0;
        loop {
            let best = search.best();
            let Some(collection) = best.collections().all().get(ordinal) else {
                return;
            };
            if collection.removable() > 0 {
                delete_within(search, &best, collection);
            }
            // Only this collection and those within it changed, and they come later.
            ordinal += 1;
        }
    }
}

fn delete_within(search: &mut Search<'_>, best: &Rc<Best>, collection: &Collection) {
    let count = collection.count;
    if search.consider(deleted(
        best,
        collection,
        count - collection.removable(),
        count,
    )) {
        return;
    }
    let mut end = count;
    while end > 0 {
        // A success does not move the elements before it, nor the span that holds them.
        let best = search.best();
        let Some(now) = best.collections().at_span(collection.span) else {
            return;
        };
        let end_now = end.min(now.count);
        let most = now.removable().min(end_now);
        if most == 0 {
            return;
        }
        let removed = gallop::largest(most as u128, |amount| {
            let first = end_now - amount as usize;
            search.consider(deleted(&best, &now, first, end_now))
        });
        end = (end_now - removed as usize).saturating_sub(1);
    }
}

/// The choices without some elements.
fn deleted(best: &Rc<Best>, of: &Collection, first: usize, end: usize) -> Edit {
    let range = best.collections().choices_of(of, first..end);
    Edit::of(best)
        .replace(of.length_at, length_choice(of.count - (end - first)))
        .delete(range)
}
