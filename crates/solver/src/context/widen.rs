//! Sums that can't wrap, read as numbers.
//!
//! `extend(b - a)` and `extend(b) - extend(a)` differ only if `a > b`. Where a comparison says
//! that it is not, the extension moves inwards, and the wider sum cancels what it can. And of two
//! sums that can't wrap, the smaller one is known if their difference has a known sign.

use super::Context;
use crate::terms::{BinaryOperation, Node, TermId, Terms};
use crate::value::{INLINE_BITS, mask, to_signed};

/// Sums of more leaves than this are left alone.
const LEAVES_MAX: usize = 6;

/// A leaf of a sum with its coefficient, read as a signed number.
type Leaf = (TermId, i128);

impl Context {
    /// `term`, or if it is a zero-extended sum that can't wrap, the sum of the extended leaves.
    pub(super) fn widen(&mut self, terms: &mut Terms, term: TermId) -> TermId {
        let Node::Concat { high, low } = *terms.node(term) else {
            return term;
        };
        let width = terms.width(term);
        if width > INLINE_BITS || !terms.is_zero(high) || !terms.is_sum(low) {
            return term;
        }
        let Some((leaves, constant)) = signed_parts(terms, low) else {
            return term;
        };
        if !self.fits(terms, &leaves, constant, terms.width(low)) {
            return term;
        }
        let mut total = terms.constant(width, constant as u128);
        for (leaf, factor) in leaves {
            let leaf = terms.zero_extend(leaf, width);
            let factor = terms.constant(width, factor as u128);
            let product = terms.mul(leaf, factor);
            total = terms.add(total, product);
        }
        total
    }

    /// Whether `a < b`, unsigned, if both are sums that can't wrap and their difference has a
    /// known sign.
    pub(super) fn compare_sums(&mut self, terms: &mut Terms, a: TermId, b: TermId) -> Option<bool> {
        let width = terms.width(a);
        if !terms.is_sum(a) && !terms.is_sum(b) || width > INLINE_BITS {
            return None;
        }
        let (mut leaves, mut constant) = signed_parts(terms, a)?;
        let (subtracted, less) = signed_parts(terms, b)?;
        if !self.fits(terms, &leaves, constant, width)
            || !self.fits(terms, &subtracted, less, width)
        {
            return None;
        }
        // Both are numbers now, and so is their difference, without any modulus.
        constant = constant.checked_sub(less)?;
        for (leaf, factor) in subtracted {
            match leaves.iter_mut().find(|entry| entry.0 == leaf) {
                Some(entry) => entry.1 = entry.1.checked_sub(factor)?,
                None => leaves.push((leaf, factor.checked_neg()?)),
            }
        }
        leaves.retain(|&(_, factor)| factor != 0);
        let (low, high) = self.range_of_sum(terms, &leaves, constant)?;
        if high < 0 {
            Some(true)
        } else if low >= 0 {
            Some(false)
        } else {
            None
        }
    }

    /// Whether the sum, as a number, is neither negative nor too large for `width` bits.
    fn fits(&mut self, terms: &Terms, leaves: &[Leaf], constant: i128, width: u32) -> bool {
        let Some((low, high)) = self.range_of_sum(terms, leaves, constant) else {
            return false;
        };
        low >= 0 && high as u128 <= mask(width)
    }

    /// The smallest and the largest number that the sum can be, as far as is known.
    fn range_of_sum(
        &mut self,
        terms: &Terms,
        leaves: &[Leaf],
        constant: i128,
    ) -> Option<(i128, i128)> {
        if leaves.len() > LEAVES_MAX {
            return None;
        }
        let mut leaves = leaves.to_vec();
        let (mut low, mut high) = (constant, constant);
        // Ordered pairs with coefficients 1 and -1 have a difference that is not negative.
        while let Some((larger, smaller, strict)) = self.ordered_pair(terms, &leaves) {
            let (a_low, a_high) = self.ends(terms, leaves[larger].0)?;
            let (b_low, b_high) = self.ends(terms, leaves[smaller].0)?;
            low = low.checked_add(i128::from(strict).max(a_low.checked_sub(b_high)?))?;
            high = high.checked_add(a_high.checked_sub(b_low)?)?;
            leaves.remove(larger.max(smaller));
            leaves.remove(larger.min(smaller));
        }
        for (leaf, factor) in leaves {
            let (first, last) = self.ends(terms, leaf)?;
            let (first, last) = (first.checked_mul(factor)?, last.checked_mul(factor)?);
            low = low.checked_add(first.min(last))?;
            high = high.checked_add(first.max(last))?;
        }
        Some((low, high))
    }

    /// The unsigned range of a term.
    fn ends(&mut self, terms: &Terms, term: TermId) -> Option<(i128, i128)> {
        let facts = self.facts_of(terms, term);
        Some((
            facts.minimum.try_into().ok()?,
            facts.maximum.try_into().ok()?,
        ))
    }

    /// The places of two leaves with coefficients 1 and -1 of which the first is known to be at
    /// least the second, and whether it is known to be more.
    fn ordered_pair(&self, terms: &Terms, leaves: &[Leaf]) -> Option<(usize, usize, bool)> {
        for (smaller, &(b, factor)) in leaves.iter().enumerate() {
            if factor != -1 {
                continue;
            }
            for (larger, &(a, factor)) in leaves.iter().enumerate() {
                if factor == 1
                    && let Some(strict) = self.order_of_extended(terms, b, a)
                {
                    return Some((larger, smaller, strict));
                }
            }
        }
        None
    }

    /// Whether `low <= high` is known, and if so, whether they are known to differ. Extending both
    /// with zeros changes nothing.
    fn order_of_extended(&self, terms: &Terms, low: TermId, high: TermId) -> Option<bool> {
        let plain = |term: TermId| match *terms.node(term) {
            Node::Concat { high, low } if terms.is_zero(high) => low,
            _ => term,
        };
        let mut pair = (plain(low), plain(high));
        if terms.width(pair.0) != terms.width(pair.1) {
            pair = (low, high);
        }
        let at_most = self.order.is_at_most(pair.0, pair.1, false);
        at_most.then(|| self.order.is_at_most(pair.0, pair.1, true))
    }

    /// The truth of `a < b` for sums, as a rule for conditions.
    pub(super) fn decide_sums(&mut self, terms: &mut Terms, condition: TermId) -> Option<bool> {
        match *terms.node(condition) {
            Node::Binary(BinaryOperation::Less, a, b) => self.compare_sums(terms, a, b),
            _ => None,
        }
    }
}

/// Leaves and constant of a sum, with coefficients and constant read as signed numbers.
fn signed_parts(terms: &mut Terms, sum: TermId) -> Option<(Vec<Leaf>, i128)> {
    let width = terms.width(sum);
    // A single bit is its own negation, so coefficients have no sign there.
    if width == 1 {
        return None;
    }
    let (leaves, constant) = terms.sum_parts(sum)?;
    let leaves = leaves
        .into_iter()
        .map(|(leaf, factor)| (leaf, to_signed(factor, width)));
    Some((leaves.collect(), to_signed(constant, width)))
}
