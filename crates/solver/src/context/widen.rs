//! Extended sums that can't wrap are sums of extended terms.
//!
//! `extend(b - a)` and `extend(b) - extend(a)` differ only if `a > b`. Where a comparison says
//! that it is not, the extension moves inwards, and the wider sum cancels what it can.

use super::Context;
use crate::terms::{Node, TermId, Terms};
use crate::value::{INLINE_BITS, Value, mask, to_signed};

/// Sums of more leaves than this are left alone.
const LEAVES_MAX: usize = 6;

impl Context {
    /// `term`, or if it is a zero-extended sum that can't wrap, the sum of the extended leaves.
    pub(super) fn widen(&mut self, terms: &mut Terms, term: TermId) -> TermId {
        let Node::Concat { high, low } = *terms.node(term) else {
            return term;
        };
        if !terms.is_zero(high) || !terms.is_sum(low) {
            return term;
        }
        let (width, own) = (terms.width(term), terms.width(low));
        if own == 1 || width > INLINE_BITS || !self.stays_in_range(terms, low) {
            return term;
        }
        let Some((leaves, constant)) = terms.sum_parts(low) else {
            return term;
        };
        let mut total = {
            let signed = to_signed(constant, own) as u128 & mask(width);
            terms.constant(width, signed)
        };
        for (leaf, coefficient) in leaves {
            let leaf = terms.zero_extend(leaf, width);
            let factor = to_signed(coefficient, own) as u128 & mask(width);
            let factor = terms.constant(width, factor);
            let product = terms.mul(leaf, factor);
            total = terms.add(total, product);
        }
        total
    }

    /// Whether the sum, with coefficients and constant read as signed numbers, is a number of its
    /// own width.
    fn stays_in_range(&mut self, terms: &mut Terms, sum: TermId) -> bool {
        let width = terms.width(sum);
        let Some((mut leaves, constant)) = terms.sum_parts(sum) else {
            return false;
        };
        // Numbers up to 2^120 keep the arithmetic below within 128 bits.
        if leaves.len() > LEAVES_MAX || width > 100 {
            return false;
        }
        let mut low = to_signed(constant, width);
        let mut high = low;
        // Ordered pairs with coefficients 1 and -1 have a difference that is not negative.
        let one = 1;
        let minus_one = Value::ones(width).to_u128().expect("a narrow value");
        while let Some((larger, smaller, strict)) = self.ordered_pair(&leaves, one, minus_one) {
            let (a, b) = (leaves[larger].0, leaves[smaller].0);
            let (a, b) = (self.facts_of(terms, a), self.facts_of(terms, b));
            let least = if strict { 1 } else { 0 };
            low += least.max(a.minimum as i128 - b.maximum as i128);
            high += (a.maximum as i128) - (b.minimum as i128);
            leaves.remove(larger.max(smaller));
            leaves.remove(larger.min(smaller));
        }
        for (leaf, coefficient) in leaves {
            let facts = self.facts_of(terms, leaf);
            let factor = to_signed(coefficient, width);
            let ends = [facts.minimum, facts.maximum].map(|end| {
                i128::try_from(end)
                    .ok()
                    .and_then(|end| end.checked_mul(factor))
            });
            let [Some(first), Some(second)] = ends else {
                return false;
            };
            let sums = (
                low.checked_add(first.min(second)),
                high.checked_add(first.max(second)),
            );
            let (Some(lower), Some(higher)) = sums else {
                return false;
            };
            (low, high) = (lower, higher);
        }
        low >= 0 && high <= mask(width) as i128
    }

    /// The places of two leaves with coefficients 1 and -1 of which the first is known to be at
    /// least the second, and whether it is known to be more.
    fn ordered_pair(
        &self,
        leaves: &[(TermId, u128)],
        one: u128,
        minus_one: u128,
    ) -> Option<(usize, usize, bool)> {
        for (smaller, &(b, coefficient)) in leaves.iter().enumerate() {
            if coefficient != minus_one {
                continue;
            }
            for (larger, &(a, coefficient)) in leaves.iter().enumerate() {
                if coefficient == one && self.order.is_at_most(b, a, false) {
                    return Some((larger, smaller, self.order.is_at_most(b, a, true)));
                }
            }
        }
        None
    }
}
