//! Collections: fewer elements.

use crate::Choice;
use crate::shrink::gallop;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::{Collection, collections, length_choice, without};

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
        while let Some(collection) = collections(search.best()).get(ordinal) {
            let removable = collection.elements.len().saturating_sub(collection.minimum);
            if removable > 0 {
                delete_within(search, collection.clone(), removable);
            }
            // Only this collection and those within it changed, and they come later.
            ordinal += 1;
        }
    }
}

fn delete_within(search: &mut Search<'_>, collection: Collection, removable: usize) {
    let count = collection.elements.len();
    if search.consider(deleted(search, &collection, count - removable, count)) {
        return;
    }
    let ordinal_of = |search: &Search<'_>| {
        let span = collection.span;
        collections(search.best())
            .into_iter()
            .find(|found| found.span == span)
    };
    let mut end = count;
    while end > 0 {
        // A success does not move the elements before it, nor the span that holds them.
        let Some(now) = ordinal_of(search) else {
            return;
        };
        let end_now = end.min(now.elements.len());
        let removable = now.elements.len().saturating_sub(now.minimum);
        let most = removable.min(end_now);
        if most == 0 {
            return;
        }
        let base = search.best().clone();
        let removed = gallop::largest(most as u128, |amount| {
            let first = end_now - amount as usize;
            let candidate = deleted_from(base.nodes(), &now, first, end_now);
            search.consider(candidate)
        });
        end = (end_now - removed as usize).saturating_sub(1);
    }
}

fn deleted(search: &Search<'_>, of: &Collection, first: usize, end: usize) -> Vec<Choice> {
    deleted_from(search.nodes(), of, first, end)
}

/// The choices without some elements.
fn deleted_from(nodes: &[crate::Node], of: &Collection, first: usize, end: usize) -> Vec<Choice> {
    let mut candidate = without(nodes, of.choices_of(first, end));
    candidate[of.length_at] = length_choice(of.elements.len() - (end - first));
    candidate
}
