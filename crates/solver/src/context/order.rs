//! What follows from unsigned comparisons by transitivity.

use crate::hashing::FastMap;
use crate::terms::TermId;

/// A search for a chain of comparisons visits at most so many terms.
const VISITS_MAX: usize = 64;

/// Comparisons that hold, as edges from the smaller to the larger term.
#[derive(Default)]
pub(super) struct Order {
    /// For each term, what it is less than (`true`) or at most (`false`).
    above: FastMap<TermId, Vec<(TermId, bool)>>,
}

impl Order {
    /// Learns that `a < b` holds, or that it does not: then `b <= a`.
    pub(super) fn learn(&mut self, a: TermId, b: TermId, holds: bool) {
        let (low, high) = if holds { (a, b) } else { (b, a) };
        self.above.entry(low).or_default().push((high, holds));
    }

    /// Whether `a < b`, if that follows.
    pub(super) fn is_less(&self, a: TermId, b: TermId) -> Option<bool> {
        if self.is_at_most(a, b, true) {
            return Some(true);
        }
        self.is_at_most(b, a, false).then_some(false)
    }

    /// Whether a chain leads from `low` to `high`, with a strict step in it if `strict`.
    pub(super) fn is_at_most(&self, low: TermId, high: TermId, strict: bool) -> bool {
        if low == high && !strict {
            return true;
        }
        if self.above.is_empty() {
            return false;
        }
        let mut reached = vec![(low, false)];
        let mut next = 0;
        while next < reached.len() && reached.len() < VISITS_MAX {
            let (term, was_strict) = reached[next];
            next += 1;
            for &(above, is_strict) in self.above.get(&term).into_iter().flatten() {
                let state = (above, was_strict || is_strict);
                if above == high && (state.1 || !strict) {
                    return true;
                }
                if !reached.contains(&state) {
                    reached.push(state);
                }
            }
        }
        false
    }
}
