//! Sums, and a product with a sum.

use super::Rounding;
use super::circuit::{Circuit, Parts, Shape};
use crate::terms::TermId;

/// Bits below a significand that decide about rounding: a half, one more for a carry to take, and a
/// rest.
const GUARD_BITS: u32 = 3;

impl Circuit<'_> {
    /// `a + b`.
    pub(super) fn add(&mut self, a: TermId, b: TermId) -> TermId {
        let format = self.format;
        let magnitude_bits = format.width() - 1;
        let [magnitude_a, magnitude_b] =
            [a, b].map(|term| self.terms.truncate(term, magnitude_bits));
        // The larger magnitude first: then the difference is never negative.
        let is_swapped = self.terms.ult(magnitude_a, magnitude_b);
        let large = self.terms.ite(is_swapped, b, a);
        let small = self.terms.ite(is_swapped, a, b);
        let [large, small] = [large, small].map(|term| self.unpack(format, term));
        let distance = self.terms.sub(large.exponent, small.exponent);
        let width = format.precision() + GUARD_BITS;
        let distance = self.clamped(distance, width);
        let [upper, lower] = [large, small].map(|parts| self.raised(parts.significand, GUARD_BITS));
        let lower = self.shift_right_sticky(lower, distance);
        let [upper, lower] = [upper, lower].map(|term| self.extended(term, width + 1));
        let is_difference = self.terms.xor(large.sign, small.sign);
        let total = self.sum_or_difference(is_difference, upper, lower);
        let one = self.exponent(1);
        let exponent = self.terms.add(large.exponent, one);
        let shape = Shape {
            zeros_max: None,
            // Subnormal operands have the smallest exponent, too.
            may_be_below: false,
        };
        let signs = (large.sign, small.sign);
        let sum = self.round_sum(signs, large.sign, exponent, total, shape);
        let specials = self.special_sums(large, small);
        self.select(&specials, sum)
    }

    /// `upper - lower` if the condition holds, else `upper + lower`.
    fn sum_or_difference(&mut self, condition: TermId, upper: TermId, lower: TermId) -> TermId {
        let all = self.terms.sign_extend(condition, self.terms.width(lower));
        let flipped = self.terms.xor(lower, all);
        let carry = self.extended(condition, self.terms.width(lower));
        let total = self.terms.add(upper, flipped);
        self.terms.add(total, carry)
    }

    /// Rounds a sum; a sum of zero has a sign of its own.
    fn round_sum(
        &mut self,
        (sign_a, sign_b): (TermId, TermId),
        sign: TermId,
        exponent: TermId,
        total: TermId,
        shape: Shape,
    ) -> TermId {
        let sum = self.round(sign, exponent, total, shape);
        let zero_sign = if self.rounding == Rounding::Down {
            self.terms.or(sign_a, sign_b)
        } else {
            self.terms.and(sign_a, sign_b)
        };
        let is_zero = self.is_none(total);
        let zero = self.signed(zero_sign, 0);
        self.terms.ite(is_zero, zero, sum)
    }

    /// Sums with an operand that is not finite.
    fn special_sums(&mut self, a: Parts, b: Parts) -> [(TermId, TermId); 3] {
        let both = self.terms.and(a.is_infinite, b.is_infinite);
        let differ = self.terms.xor(a.sign, b.sign);
        let cancel = self.terms.and(both, differ);
        let is_nan = self.any(&[a.is_nan, b.is_nan, cancel]);
        let nan = self.nan();
        let infinity = self.format.infinity();
        let [infinite_a, infinite_b] = [a, b].map(|parts| self.signed(parts.sign, infinity));
        [
            (is_nan, nan),
            (a.is_infinite, infinite_a),
            (b.is_infinite, infinite_b),
        ]
    }

    /// `a * b + c`, rounded once.
    pub(super) fn multiply_add(&mut self, a: TermId, b: TermId, c: TermId) -> TermId {
        let format = self.format;
        let [a, b, c] = [a, b, c].map(|term| self.unpack_normalised(format, term));
        let product = self.exact_product(a, b);
        // The product has one bit before its point more than the addend.
        let precision = format.precision();
        let one = self.exponent(1);
        let addend_exponent = self.terms.add(c.exponent, one);
        let addend = self.raised(c.significand, precision - 1);
        let addend = self.extended(addend, 2 * precision);
        let width = 2 * precision + GUARD_BITS;
        let [left, right] = [product.significand, addend].map(|term| self.raised(term, GUARD_BITS));
        // What is zero must not push the other one out.
        let exponents = (product.exponent, addend_exponent);
        let is_left_lower = self.terms.slt(exponents.0, exponents.1);
        let is_left_lower = self.is_lower(is_left_lower, product.is_zero, c.is_zero);
        let upper = self.terms.ite(is_left_lower, right, left);
        let lower = self.terms.ite(is_left_lower, left, right);
        let upper_exponent = self.terms.ite(is_left_lower, exponents.1, exponents.0);
        let lower_exponent = self.terms.ite(is_left_lower, exponents.0, exponents.1);
        let upper_sign = self.terms.ite(is_left_lower, c.sign, product.sign);
        let distance = self.terms.sub(upper_exponent, lower_exponent);
        let lower_is_zero = self.is_none(lower);
        let none = self.exponent(0);
        let distance = self.terms.ite(lower_is_zero, none, distance);
        let distance = self.clamped(distance, width);
        let lower = self.shift_right_sticky(lower, distance);
        let [upper, lower] = [upper, lower].map(|term| self.extended(term, width + 2));
        let is_difference = self.terms.xor(product.sign, c.sign);
        let total = self.sum_or_difference(is_difference, upper, lower);
        let is_negative = self.bit(total, width + 1);
        let negated = self.terms.neg(total);
        let total = self.terms.ite(is_negative, negated, total);
        let total = self.terms.truncate(total, width + 1);
        let sign = self.terms.xor(upper_sign, is_negative);
        let exponent = self.terms.add(upper_exponent, one);
        let shape = Shape {
            zeros_max: None,
            may_be_below: true,
        };
        let sum = self.round_sum((product.sign, c.sign), sign, exponent, total, shape);
        let specials = self.special_multiply_adds(a, b, c, product.sign);
        self.select(&specials, sum)
    }

    fn is_lower(&mut self, is_lower: TermId, left_zero: TermId, right_zero: TermId) -> TermId {
        let right_counts = self.terms.not(right_zero);
        let is_lower = self.terms.and(is_lower, right_counts);
        let left_only = self.terms.and(left_zero, right_counts);
        self.terms.or(is_lower, left_only)
    }

    fn special_multiply_adds(
        &mut self,
        a: Parts,
        b: Parts,
        c: Parts,
        sign: TermId,
    ) -> [(TermId, TermId); 3] {
        let zero_times_infinity = self.zero_times_infinity(a, b);
        let is_infinite = self.terms.or(a.is_infinite, b.is_infinite);
        let differ = self.terms.xor(sign, c.sign);
        let cancel = self.all(&[is_infinite, c.is_infinite, differ]);
        let is_nan = self.any(&[a.is_nan, b.is_nan, c.is_nan, zero_times_infinity, cancel]);
        let nan = self.nan();
        let infinity = self.format.infinity();
        let [product, addend] = [sign, c.sign].map(|sign| self.signed(sign, infinity));
        [
            (is_nan, nan),
            (is_infinite, product),
            (c.is_infinite, addend),
        ]
    }
}
