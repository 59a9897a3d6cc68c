//! What is known of a term without looking for a model: single bits and ranges.
//!
//! Each term carries the bits that are the same under every model, and the smallest and largest
//! value it can take, unsigned and signed. A term with only one possible value is replaced by a
//! constant when it is built, so every comparison that ranges can decide never becomes a question.
//!
//! The same rules, started from what a path knows about its symbols instead of from nothing, give
//! sharper facts for one path ([`Facts::of_node`] takes the operands' facts from a function).
//!
//! # Invariants
//!
//! - Sound: the value of a term under any model lies within its facts
//!   (`rewrite::tests::constructors_agree_with_values`).
//! - `minimum <= maximum` in both readings, and no bit is known to be both. Contradicting facts can
//!   only come from a contradicting path; [`Facts::meet`] reports most of them.
//!
//! # Not here
//!
//! Widths above 128 bits: nothing is known of such terms.
//!
//! # Source
//!
//! Known bits and ranges as in most compilers; the sum of partly known numbers follows the
//! observation that carries are monotone in the operands.

mod transfer;

use crate::terms::{BinaryOperation, Node, TermId, Terms};
use crate::value::{INLINE_BITS, mask, to_signed};

/// Known bits and ranges of a term of at most 128 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) width: u32,
    /// Bits that are clear under every model.
    pub(crate) zeros: u128,
    /// Bits that are set under every model.
    pub(crate) ones: u128,
    /// Unsigned range, both ends included.
    pub(crate) minimum: u128,
    pub(crate) maximum: u128,
    /// Signed range, both ends included.
    pub(crate) signed_minimum: i128,
    pub(crate) signed_maximum: i128,
}

impl Facts {
    /// Anything of `width` bits. Beyond 128 bits the fields mean nothing.
    pub(crate) fn unknown(width: u32) -> Self {
        let width = width.min(INLINE_BITS);
        Self {
            width,
            zeros: 0,
            ones: 0,
            minimum: 0,
            maximum: mask(width),
            signed_minimum: i128::MIN >> (INLINE_BITS - width),
            signed_maximum: i128::MAX >> (INLINE_BITS - width),
        }
    }

    /// Exactly `bits`.
    pub(crate) fn exactly(width: u32, bits: u128) -> Self {
        let signed = to_signed(bits, width);
        Self {
            width,
            zeros: !bits & mask(width),
            ones: bits,
            minimum: bits,
            maximum: bits,
            signed_minimum: signed,
            signed_maximum: signed,
        }
    }

    pub(crate) fn truth(is_set: bool) -> Self {
        Self::exactly(1, u128::from(is_set))
    }

    /// Anything between `minimum` and `maximum`, unsigned.
    pub(crate) fn range(width: u32, minimum: u128, maximum: u128) -> Self {
        Self {
            minimum,
            maximum,
            ..Self::unknown(width)
        }
        .normalised()
    }

    /// Anything between `minimum` and `maximum`, signed.
    fn signed_range(width: u32, signed_minimum: i128, signed_maximum: i128) -> Self {
        Self {
            signed_minimum,
            signed_maximum,
            ..Self::unknown(width)
        }
        .normalised()
    }

    fn bits(width: u32, zeros: u128, ones: u128) -> Self {
        Self {
            zeros,
            ones,
            ..Self::unknown(width)
        }
        .normalised()
    }

    /// The only possible value, if there is only one.
    pub(crate) fn single(&self) -> Option<u128> {
        (self.minimum == self.maximum).then_some(self.minimum)
    }

    /// Whether `value` fits everything that is known.
    #[cfg(test)]
    pub(crate) fn contains(&self, value: u128) -> bool {
        let signed = to_signed(value, self.width);
        value & self.zeros == 0
            && value & self.ones == self.ones
            && (self.minimum..=self.maximum).contains(&value)
            && (self.signed_minimum..=self.signed_maximum).contains(&signed)
    }

    /// How many of the highest bits are known to be clear.
    pub(crate) fn leading_zeros(&self) -> u32 {
        self.maximum.leading_zeros() - (INLINE_BITS - self.width)
    }

    /// How many of the lowest bits are known to be clear.
    pub(crate) fn trailing_zeros(&self) -> u32 {
        self.zeros.trailing_ones().min(self.width)
    }

    /// What holds in at least one of both.
    pub(crate) fn join(&self, other: &Self) -> Self {
        assert_eq!(self.width, other.width, "alternatives have one width");
        Self {
            width: self.width,
            zeros: self.zeros & other.zeros,
            ones: self.ones & other.ones,
            minimum: self.minimum.min(other.minimum),
            maximum: self.maximum.max(other.maximum),
            signed_minimum: self.signed_minimum.min(other.signed_minimum),
            signed_maximum: self.signed_maximum.max(other.signed_maximum),
        }
        .normalised()
    }

    /// What holds in both; `None` if nothing does.
    pub(crate) fn meet(&self, other: &Self) -> Option<Self> {
        assert_eq!(self.width, other.width, "facts of one term have one width");
        let both = Self {
            width: self.width,
            zeros: self.zeros | other.zeros,
            ones: self.ones | other.ones,
            minimum: self.minimum.max(other.minimum),
            maximum: self.maximum.min(other.maximum),
            signed_minimum: self.signed_minimum.max(other.signed_minimum),
            signed_maximum: self.signed_maximum.min(other.signed_maximum),
        };
        both.normalise_or_empty()
    }

    fn normalised(self) -> Self {
        self.normalise_or_empty()
            .expect("sound rules leave at least one value")
    }

    /// Lets bits and both ranges sharpen each other; `None` if no value is left.
    ///
    /// Two rounds reach the fixed point in practice; more would still be sound.
    fn normalise_or_empty(mut self) -> Option<Self> {
        for _ in 0..2 {
            if self.zeros & self.ones != 0
                || self.minimum > self.maximum
                || self.signed_minimum > self.signed_maximum
            {
                return None;
            }
            self.minimum = self.minimum.max(self.ones);
            self.maximum = self.maximum.min(!self.zeros & mask(self.width));
            self.relate_ranges();
            if self.minimum > self.maximum || self.signed_minimum > self.signed_maximum {
                return None;
            }
            // Above the highest bit in which the ends differ, every value between agrees.
            let differing = self.minimum ^ self.maximum;
            let fixed = mask(self.width) & !mask(INLINE_BITS - differing.leading_zeros());
            self.zeros |= fixed & !self.minimum;
            self.ones |= fixed & self.minimum;
        }
        (self.zeros & self.ones == 0).then_some(self)
    }

    /// Numbers of one sign have the same order in both readings.
    fn relate_ranges(&mut self) {
        let sign_bit = 1 << (self.width - 1);
        if self.maximum < sign_bit || self.minimum >= sign_bit {
            let (low, high) = (
                to_signed(self.minimum, self.width),
                to_signed(self.maximum, self.width),
            );
            self.signed_minimum = self.signed_minimum.max(low);
            self.signed_maximum = self.signed_maximum.min(high);
        }
        if self.signed_minimum >= 0 || self.signed_maximum < 0 {
            let bits = mask(self.width);
            self.minimum = self.minimum.max(self.signed_minimum as u128 & bits);
            self.maximum = self.maximum.min(self.signed_maximum as u128 & bits);
        }
    }

    /// What the comparison of a term with a constant says about the term, if it holds or if it
    /// does not.
    pub(crate) fn by_comparison(
        terms: &Terms,
        comparison: TermId,
        holds: bool,
    ) -> Option<(TermId, Self)> {
        let Node::Binary(operation, term, constant) = *terms.node(comparison) else {
            return None;
        };
        let width = terms.width(term);
        let bound = terms
            .as_constant(constant)
            .filter(|_| width <= INLINE_BITS)?;
        let all = Self::unknown(width);
        let signed = to_signed(bound, width);
        let facts = match (operation, holds) {
            (BinaryOperation::Equal, true) => Self::exactly(width, bound),
            (BinaryOperation::Less, true) => Self::range(width, 0, bound.checked_sub(1)?),
            (BinaryOperation::Less, false) => Self::range(width, bound, all.maximum),
            (BinaryOperation::LessSigned, true) if signed > all.signed_minimum => {
                Self::signed_range(width, all.signed_minimum, signed - 1)
            }
            (BinaryOperation::LessSigned, false) => {
                Self::signed_range(width, signed, all.signed_maximum)
            }
            _ => return None,
        };
        Some((term, facts))
    }

    /// The facts of a node, given those of its operands. `symbol` is only asked for a symbol.
    pub(crate) fn of_node(
        terms: &Terms,
        node: &Node,
        width: u32,
        facts_of: impl Fn(TermId) -> Self,
    ) -> Self {
        let is_wide = |operand: TermId| terms.width(operand) > INLINE_BITS;
        if width > INLINE_BITS || node.operands().any(is_wide) {
            return Self::unknown(width);
        }
        transfer::of_node(node, width, facts_of)
    }
}

#[cfg(test)]
mod tests;
