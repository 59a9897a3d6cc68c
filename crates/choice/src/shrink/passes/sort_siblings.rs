//! Neighbours: the one order among equals.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::order;
use crate::shrink::best::Best;
use crate::shrink::edit::Edit;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;

/// Puts neighbouring values of one sort in order, simplest first.
///
/// Finds:   the one order among equals: of the elements of a list, the arguments of a property,
///          the children of a tree.
/// Misses:  orders that need more than swaps of neighbours to fail on the way.
/// Cost:    one failing call per group that can't be sorted at once, and one per pair of
///          neighbours that can't be swapped.
/// Stops:   every success is simpler, as it moves a simpler value before a less simple one.
pub(in crate::shrink) struct SortSiblings;

impl Pass for SortSiblings {
    fn name(&self) -> &'static str {
        "sort-siblings"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut ordinal = 0;
        loop {
            let best = search.best();
            let Some(group) = best.siblings().get(ordinal) else {
                return;
            };
            let sorted: Vec<usize> = order::places_in_order(group.len(), &mut |left, right| {
                compare(&best, group[left], group[right])
            })
            .into_iter()
            .map(|place| group[place])
            .collect();
            if sorted != *group && !search.consider(rearranged(&best, group, &sorted)) {
                swap_neighbours(search, ordinal);
            }
            ordinal += 1;
        }
    }
}

/// Bubbles: the swap that works makes the next one possible.
fn swap_neighbours(search: &mut Search<'_>, ordinal: usize) {
    let mut at = 0;
    loop {
        let best = search.best();
        let Some([left, right]) = best.siblings().get(ordinal).and_then(|group| {
            let pair = group.get(at..at + 2)?;
            Some([pair[0], pair[1]])
        }) else {
            return;
        };
        let is_wrong = compare(&best, right, left) == Ordering::Less;
        if is_wrong && search.consider(rearranged(&best, &[left, right], &[right, left])) {
            at = at.saturating_sub(1);
        } else {
            at += 1;
        }
    }
}

fn compare(best: &Best, left: usize, right: usize) -> Ordering {
    let [left, right] = [left, right].map(|at| {
        let span = &best.spans()[at];
        &best.nodes()[span.start..span.end]
    });
    order::compare(left, right)
}

/// The sequence with the spans in `places` replaced, in order, by those of `contents`.
fn rearranged(best: &Rc<Best>, places: &[usize], contents: &[usize]) -> Edit {
    let range = |at: usize| best.spans()[at].start..best.spans()[at].end;
    let pairs = places.iter().zip(contents);
    pairs.fold(Edit::of(best), |edit, (place, content)| {
        edit.delete(range(*place)).copy(range(*content))
    })
}
