//! Counts: sums of single bits, in one shape whatever order they were added in.
//!
//! A loop that counts adds bit after bit to a number of 32 or 64 bits; the instruction that does the
//! same adds halves to halves. Both become one term here: the bits in order of age, added pairwise as a
//! tree in which each sum has just the width that it needs, extended with zeros at the end. Then
//! they are equal without a search, which would have to go through all orders.
//!
//! # Invariants
//!
//! - Only bits that are all different are counted, and only where their number fits into the width;
//!   so no sum of the tree overflows.
//!
//! # Not here
//!
//! Bits with other factors, and sums with other parts: `linear`.

use crate::terms::{BinaryOperation, Node, TermId, Terms};
use crate::value::{INLINE_BITS, mask};

/// The most bits that are counted in one shape; each addition to a count builds it anew.
const COUNTED_MAX: usize = 128;

impl Terms {
    /// `a + b`, if both count bits.
    pub(super) fn add_counts(&mut self, a: TermId, b: TermId) -> Option<TermId> {
        let width = self.width(a);
        if width == 1 {
            return None;
        }
        let mut bits = self.counted_bits(a)?;
        bits.extend(self.counted_bits(b)?);
        bits.sort_unstable();
        let are_different = bits.windows(2).all(|pair| pair[0] != pair[1]);
        if !are_different || bits.len() > COUNTED_MAX || !fits(bits.len(), width) {
            return None;
        }
        let count = self.count_of(&bits);
        Some(self.zero_extend(count, width))
    }

    /// `if condition { count + 1 } else { count }` is `count + condition`.
    pub(super) fn choose_increment(
        &mut self,
        condition: TermId,
        then: TermId,
        otherwise: TermId,
    ) -> Option<TermId> {
        let width = self.width(then);
        let is_sum = |side| matches!(*self.node(side), Node::Binary(BinaryOperation::Add, _, one) if self.is_one(one));
        let (more, count, selector) = if is_sum(then) {
            (then, otherwise, condition)
        } else if is_sum(otherwise) {
            (otherwise, then, self.not(condition))
        } else {
            return None;
        };
        self.counted_bits(count)?;
        let one = self.constant(width, 1);
        if self.add(count, one) != more {
            return None;
        }
        let bit = self.zero_extend(selector, width);
        self.add_counts(count, bit)
    }

    /// The bits that a term counts, in any order.
    fn counted_bits(&self, count: TermId) -> Option<Vec<TermId>> {
        let mut bits = Vec::new();
        let mut pending = vec![count];
        while let Some(term) = pending.pop() {
            if bits.len() + pending.len() >= COUNTED_MAX {
                return None;
            }
            let width = self.width(term);
            match *self.node(term) {
                Node::Constant(_) => return None,
                _ if width == 1 => bits.push(term),
                Node::Concat { high, low } if self.is_zero(high) => pending.push(low),
                Node::Binary(BinaryOperation::Add, left, right)
                    if self.adds_exactly(left, right) =>
                {
                    pending.extend([left, right]);
                }
                _ => return None,
            }
        }
        Some(bits)
    }

    /// Whether no carry leaves a sum.
    fn adds_exactly(&self, left: TermId, right: TermId) -> bool {
        let width = self.width(left);
        if width > INLINE_BITS {
            return false;
        }
        let sum = self
            .facts(left)
            .maximum
            .checked_add(self.facts(right).maximum);
        sum.is_some_and(|sum| sum <= mask(width))
    }

    /// How many of the bits are set, in just enough bits.
    fn count_of(&mut self, bits: &[TermId]) -> TermId {
        if let [bit] = bits {
            return *bit;
        }
        let (low, high) = bits.split_at(bits.len() / 2);
        let (low, high) = (self.count_of(low), self.count_of(high));
        let width = bits.len().ilog2() + 1;
        let (low, high) = (self.zero_extend(low, width), self.zero_extend(high, width));
        self.binary(BinaryOperation::Add, low, high)
    }
}

/// Whether so many bits can be counted in a number of `width` bits.
fn fits(count: usize, width: u32) -> bool {
    count.ilog2() < width
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A count by a loop with a branch for each bit.
    fn by_branches(terms: &mut Terms, word: TermId, order: impl Iterator<Item = u32>) -> TermId {
        let width = terms.width(word);
        let one = terms.constant(width, 1);
        order.fold(terms.zero(width), |count, index| {
            let bit = terms.extract(word, index, 1);
            let more = terms.add(count, one);
            terms.ite(bit, more, count)
        })
    }

    #[test]
    fn counting_by_branches_is_counting() {
        for width in [2, 3, 8, 32, 64, 128] {
            let mut terms = Terms::new();
            let word = terms.symbol(width);
            let expected = terms.popcount(word);
            assert_eq!(by_branches(&mut terms, word, 0..width), expected, "{width}");
            assert_eq!(
                by_branches(&mut terms, word, (0..width).rev()),
                expected,
                "{width}"
            );
        }
    }

    #[test]
    fn a_count_in_both_branches_is_decided_by_the_opposite() {
        let mut terms = Terms::new();
        let (word, condition) = (terms.symbol(8), terms.symbol(1));
        let count = terms.popcount(word);
        let one = terms.constant(8, 1);
        let more = terms.add(count, one);
        let chosen = terms.ite(condition, count, more);
        let clear = terms.not(condition);
        let clear = terms.zero_extend(clear, 8);
        assert_eq!(chosen, terms.add(count, clear));
    }

    #[test]
    fn what_may_overflow_or_repeats_is_not_counted() {
        let mut terms = Terms::new();
        let bits: Vec<TermId> = (0..4).map(|_| terms.symbol(1)).collect();
        let wide: Vec<TermId> = bits.iter().map(|bit| terms.zero_extend(*bit, 2)).collect();
        let three = wide[1..]
            .iter()
            .fold(wide[0], |sum, bit| terms.add(sum, *bit));
        // Four bits overflow two.
        assert_eq!(terms.counted_bits(three), None);
        let twice = terms.add(wide[0], wide[0]);
        assert_eq!(terms.counted_bits(twice), None);
        assert_eq!(terms.add_counts(wide[0], wide[0]), None);
    }
}
