//! What only looks at bits: classes, signs, order.
//!
//! Among numbers of one sign the order of floats is that of their bits.

use super::Format;
use crate::terms::{TermId, Terms};

impl Terms {
    pub(super) fn float_magnitude(&mut self, format: Format, a: TermId) -> TermId {
        assert_eq!(self.width(a), format.width(), "a float is its bits");
        self.truncate(a, format.width() - 1)
    }

    fn magnitude_constant(&mut self, format: Format, magnitude: u128) -> TermId {
        self.constant(format.width() - 1, magnitude)
    }

    /// Whether `a` is a NaN.
    pub fn float_is_nan(&mut self, format: Format, a: TermId) -> TermId {
        let a = self.plain_float(format, a);
        if let Some(application) = self.float_result(format, a) {
            return self.float_result_is_nan(a, &application);
        }
        self.bits_are_nan(format, a)
    }

    pub(super) fn bits_are_nan(&mut self, format: Format, a: TermId) -> TermId {
        let magnitude = self.float_magnitude(format, a);
        let infinity = self.magnitude_constant(format, format.infinity());
        self.ult(infinity, magnitude)
    }

    /// Whether `a` is plus or minus infinity.
    pub fn float_is_infinite(&mut self, format: Format, a: TermId) -> TermId {
        let a = self.plain_float(format, a);
        let magnitude = self.float_magnitude(format, a);
        let infinity = self.magnitude_constant(format, format.infinity());
        self.eq(infinity, magnitude)
    }

    /// Whether `a` is plus or minus zero.
    pub fn float_is_zero(&mut self, format: Format, a: TermId) -> TermId {
        let a = self.plain_float(format, a);
        let magnitude = self.float_magnitude(format, a);
        let zero = self.magnitude_constant(format, 0);
        self.eq(zero, magnitude)
    }

    /// Whether `a` is a number with a hidden bit.
    pub fn float_is_normal(&mut self, format: Format, a: TermId) -> TermId {
        let a = self.plain_float(format, a);
        let magnitude = self.float_magnitude(format, a);
        let smallest = self.magnitude_constant(format, 1 << format.fraction_bits());
        let infinity = self.magnitude_constant(format, format.infinity());
        let is_below = self.ult(magnitude, infinity);
        let is_large = self.ule(smallest, magnitude);
        self.and(is_below, is_large)
    }

    /// Whether `a` is a number other than zero without a hidden bit.
    pub fn float_is_subnormal(&mut self, format: Format, a: TermId) -> TermId {
        let a = self.plain_float(format, a);
        let magnitude = self.float_magnitude(format, a);
        let smallest = self.magnitude_constant(format, 1 << format.fraction_bits());
        let zero = self.magnitude_constant(format, 0);
        let is_small = self.ult(magnitude, smallest);
        let is_some = self.ne(zero, magnitude);
        self.and(is_small, is_some)
    }

    /// The sign bit of `a`, also of a NaN.
    pub fn float_sign(&mut self, format: Format, a: TermId) -> TermId {
        self.extract(a, format.width() - 1, 1)
    }

    /// `a` with its sign flipped, also that of a NaN.
    pub fn float_negate(&mut self, format: Format, a: TermId) -> TermId {
        let sign = self.float_sign(format, a);
        let sign = self.not(sign);
        self.float_with_sign(format, a, sign)
    }

    /// `a` with its sign cleared.
    pub fn float_absolute(&mut self, format: Format, a: TermId) -> TermId {
        let sign = self.false_();
        self.float_with_sign(format, a, sign)
    }

    /// `a` with the sign of `b`.
    pub fn float_copy_sign(&mut self, format: Format, a: TermId, b: TermId) -> TermId {
        let sign = self.float_sign(format, b);
        self.float_with_sign(format, a, sign)
    }

    fn float_with_sign(&mut self, format: Format, a: TermId, sign: TermId) -> TermId {
        let magnitude = self.float_magnitude(format, a);
        self.concat(sign, magnitude)
    }

    /// Whether `a` or `b` is a NaN.
    pub fn float_is_unordered(&mut self, format: Format, a: TermId, b: TermId) -> TermId {
        let [a, b] = [a, b].map(|term| self.float_is_nan(format, term));
        self.or(a, b)
    }

    /// Whether `a` and `b` are equal numbers; the two zeros are.
    pub fn float_eq(&mut self, format: Format, a: TermId, b: TermId) -> TermId {
        let [a, b] = [a, b].map(|term| self.plain_float(format, term));
        let are_unordered = self.float_is_unordered(format, a, b);
        let are_ordered = self.not(are_unordered);
        let are_same = self.eq(a, b);
        let are_zero = self.are_zero(format, a, b);
        let equal = self.or(are_same, are_zero);
        self.and(are_ordered, equal)
    }

    pub(super) fn are_zero(&mut self, format: Format, a: TermId, b: TermId) -> TermId {
        let [a, b] = [a, b].map(|term| self.float_is_zero(format, term));
        self.and(a, b)
    }

    /// Whether `a` is a smaller number than `b`.
    pub fn float_lt(&mut self, format: Format, a: TermId, b: TermId) -> TermId {
        let [a, b] = [a, b].map(|term| self.plain_float(format, term));
        let are_unordered = self.float_is_unordered(format, a, b);
        let are_ordered = self.not(are_unordered);
        let are_zero = self.are_zero(format, a, b);
        let differ = self.not(are_zero);
        let is_below = self.is_below(format, a, b);
        let is_below = self.and(is_below, differ);
        self.and(are_ordered, is_below)
    }

    /// Whether `a` is a number that is at most `b`.
    pub fn float_le(&mut self, format: Format, a: TermId, b: TermId) -> TermId {
        let [a, b] = [a, b].map(|term| self.plain_float(format, term));
        let are_unordered = self.float_is_unordered(format, a, b);
        let are_ordered = self.not(are_unordered);
        let are_zero = self.are_zero(format, a, b);
        let is_above = self.is_below(format, b, a);
        let is_at_most = self.not(is_above);
        let is_at_most = self.or(is_at_most, are_zero);
        self.and(are_ordered, is_at_most)
    }

    /// The order of two numbers by sign and magnitude, in which minus zero is below zero.
    pub(super) fn is_below(&mut self, format: Format, a: TermId, b: TermId) -> TermId {
        let [sign_a, sign_b] = [a, b].map(|term| self.float_sign(format, term));
        let [magnitude_a, magnitude_b] = [a, b].map(|term| self.float_magnitude(format, term));
        let upward = self.ult(magnitude_a, magnitude_b);
        let downward = self.ult(magnitude_b, magnitude_a);
        let is_positive = self.not(sign_b);
        let within_negative = self.or(is_positive, downward);
        let within_positive = self.and(is_positive, upward);
        self.ite(sign_a, within_negative, within_positive)
    }

    /// Whether two floats are the same value: equal bits, or both NaN. This is `=` of SMT-LIB, under
    /// which the zeros differ.
    pub fn float_same(&mut self, format: Format, a: TermId, b: TermId) -> TermId {
        let [a, b] = [a, b].map(|term| self.plain_float(format, term));
        let [nan_a, nan_b] = [a, b].map(|term| self.float_is_nan(format, term));
        let are_nan = self.and(nan_a, nan_b);
        let are_same = self.eq(a, b);
        self.or(are_nan, are_same)
    }
}
