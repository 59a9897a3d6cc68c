//! Products, quotients and remainders.

use super::circuit::{Circuit, Parts, Shape};
use crate::terms::TermId;

impl Circuit<'_> {
    /// `a * b`.
    pub(super) fn multiply(&mut self, a: TermId, b: TermId) -> TermId {
        let format = self.format;
        let [a, b] = [a, b].map(|term| self.unpack(format, term));
        let product = self.exact_product(a, b);
        let shape = Shape {
            zeros_max: None,
            may_be_below: true,
        };
        let rounded = self.round(product.sign, product.exponent, product.significand, shape);
        let infinity = self.signed(product.sign, format.infinity());
        let nan = self.nan();
        let specials = [(product.is_nan, nan), (product.is_infinite, infinity)];
        self.select(&specials, rounded)
    }

    /// A product that has not been rounded, with a significand of twice the bits.
    pub(super) fn exact_product(&mut self, a: Parts, b: Parts) -> Parts {
        let width = 2 * self.format.precision();
        let [left, right] = [a, b].map(|parts| self.extended(parts.significand, width));
        let exponent = self.terms.add(a.exponent, b.exponent);
        let one = self.exponent(1);
        let zero_times_infinity = self.zero_times_infinity(a, b);
        Parts {
            sign: self.terms.xor(a.sign, b.sign),
            // The product of the two first bits is the second one here.
            exponent: self.terms.add(exponent, one),
            significand: self.terms.mul(left, right),
            is_nan: self.any(&[a.is_nan, b.is_nan, zero_times_infinity]),
            is_infinite: self.terms.or(a.is_infinite, b.is_infinite),
            is_zero: self.terms.or(a.is_zero, b.is_zero),
        }
    }

    pub(super) fn zero_times_infinity(&mut self, a: Parts, b: Parts) -> TermId {
        let first = self.terms.and(a.is_zero, b.is_infinite);
        let second = self.terms.and(a.is_infinite, b.is_zero);
        self.terms.or(first, second)
    }

    /// `a / b`.
    pub(super) fn divide(&mut self, a: TermId, b: TermId) -> TermId {
        let format = self.format;
        let [a, b] = [a, b].map(|term| self.unpack_normalised(format, term));
        let sign = self.terms.xor(a.sign, b.sign);
        let exponent = self.terms.sub(a.exponent, b.exponent);
        // Between a half and two: one bit before the point, and behind it one more than is kept and
        // one for the half.
        let quotient = self.long_division(a.significand, b.significand, format.precision() + 2);
        let shape = Shape {
            zeros_max: Some(1),
            may_be_below: true,
        };
        let rounded = self.round(sign, exponent, quotient, shape);
        let both_zero = self.terms.and(a.is_zero, b.is_zero);
        let both_infinite = self.terms.and(a.is_infinite, b.is_infinite);
        let is_nan = self.any(&[a.is_nan, b.is_nan, both_zero, both_infinite]);
        let is_infinite = self.terms.or(a.is_infinite, b.is_zero);
        let is_zero = self.terms.or(a.is_zero, b.is_infinite);
        let nan = self.nan();
        let [infinity, zero] = [format.infinity(), 0].map(|bits| self.signed(sign, bits));
        let specials = [(is_nan, nan), (is_infinite, infinity), (is_zero, zero)];
        self.select(&specials, rounded)
    }

    /// The first `count` bits of a quotient of two numbers of one width that both start with a one,
    /// and a last bit for the rest.
    fn long_division(&mut self, dividend: TermId, divisor: TermId, count: u32) -> TermId {
        let width = self.terms.width(divisor) + 1;
        let divisor = self.extended(divisor, width);
        let mut remainder = self.extended(dividend, width);
        let mut quotient: Option<TermId> = None;
        for place in 0..count {
            if place > 0 {
                let kept = self.terms.truncate(remainder, width - 1);
                remainder = self.raised(kept, 1);
            }
            let (next, fits) = self.subtract_if_less(remainder, divisor);
            remainder = next;
            quotient = Some(match quotient {
                None => fits,
                Some(upper) => self.terms.concat(upper, fits),
            });
        }
        let quotient = quotient.expect("at least one bit is wanted");
        let rest = self.is_any(remainder);
        self.terms.concat(quotient, rest)
    }

    /// `value - amount` and true if that is not negative; otherwise `value` and false.
    pub(super) fn subtract_if_less(&mut self, value: TermId, amount: TermId) -> (TermId, TermId) {
        let width = self.terms.width(value);
        let [wide, wide_amount] = [value, amount].map(|term| self.extended(term, width + 1));
        let difference = self.terms.sub(wide, wide_amount);
        let is_negative = self.bit(difference, width);
        let difference = self.terms.truncate(difference, width);
        let fits = self.terms.not(is_negative);
        (self.terms.ite(fits, difference, value), fits)
    }

    /// The remainder of `a / b` whose quotient is rounded toward zero, or to nearest even.
    ///
    /// One subtraction for each exponent that the dividend's can lie above the divisor's: 277 for
    /// `f32`, 2098 for `f64`.
    pub(super) fn remainder(&mut self, a: TermId, b: TermId, is_nearest: bool) -> TermId {
        let format = self.format;
        let [parts_a, parts_b] = [a, b].map(|term| self.unpack_normalised(format, term));
        let distance = self.terms.sub(parts_a.exponent, parts_b.exponent);
        let width = format.precision() + 2;
        let [divisor, mut rest] =
            [parts_b, parts_a].map(|parts| self.extended(parts.significand, width));
        let span = 2 * format.bias() - 1 + i64::from(format.fraction_bits());
        let mut is_odd = self.terms.false_();
        for place in (0..=span).rev() {
            let place = self.exponent(place);
            let takes_part = self.terms.sle(place, distance);
            let doubled = self.terms.truncate(rest, width - 1);
            let doubled = self.raised(doubled, 1);
            // The first step that takes part sees the dividend itself.
            let is_first = self.terms.eq(place, distance);
            let seen = self.terms.ite(is_first, rest, doubled);
            let (left, fits) = self.subtract_if_less(seen, divisor);
            rest = self.terms.ite(takes_part, left, rest);
            is_odd = self.terms.ite(takes_part, fits, is_odd);
        }
        let none = self.exponent(0);
        let is_smaller = self.terms.slt(distance, none);
        let (rest, exponent, sign) = if is_nearest {
            self.nearest_rest(parts_a, parts_b, (is_smaller, distance), rest, is_odd)
        } else {
            (rest, parts_b.exponent, parts_a.sign)
        };
        // The second of the upper bits is that of the divisor's exponent.
        let two = self.exponent(2);
        let exponent = self.terms.add(exponent, two);
        let exact = self.raised(rest, 2);
        let shape = Shape {
            zeros_max: None,
            may_be_below: true,
        };
        let rounded = self.round(sign, exponent, exact, shape);
        let zero = self.signed(parts_a.sign, 0);
        let is_zero = self.is_none(rest);
        let is_nan = self.any(&[
            parts_a.is_nan,
            parts_b.is_nan,
            parts_a.is_infinite,
            parts_b.is_zero,
        ]);
        let stays = self.terms.or(parts_b.is_infinite, parts_a.is_zero);
        let stays = if is_nearest {
            stays
        } else {
            self.terms.or(stays, is_smaller)
        };
        let nan = self.nan();
        self.select(&[(is_nan, nan), (stays, a), (is_zero, zero)], rounded)
    }

    /// The remainder of the nearest quotient: the one toward zero, or that without the divisor.
    fn nearest_rest(
        &mut self,
        a: Parts,
        b: Parts,
        (is_smaller, distance): (TermId, TermId),
        rest: TermId,
        is_odd: TermId,
    ) -> (TermId, TermId, TermId) {
        let width = self.terms.width(rest);
        let divisor = self.extended(b.significand, width);
        // A dividend below the divisor is half of it at most, unless it is one exponent below.
        let minus_one = self.exponent(-1);
        let is_next = self.terms.eq(distance, minus_one);
        let never = self.terms.false_();
        let quotient_is_odd = self.terms.ite(is_smaller, never, is_odd);
        // At the exponent of the divisor's last bit and one below, so that a half is whole.
        let kept = self.terms.truncate(rest, width - 1);
        let doubled = self.raised(kept, 1);
        let doubled = self.terms.ite(is_smaller, rest, doubled);
        let is_above = self.terms.ult(divisor, doubled);
        let is_half = self.terms.eq(divisor, doubled);
        let goes_up = self.terms.and(is_half, quotient_is_odd);
        let goes_up = self.terms.or(is_above, goes_up);
        let may_go = self.terms.not(is_smaller);
        let may_go = self.terms.or(may_go, is_next);
        let goes_up = self.terms.and(goes_up, may_go);
        // Divisor minus rest, in halves of the divisor's last bit where the rest is in halves.
        let twice = self.terms.truncate(divisor, width - 1);
        let twice = self.raised(twice, 1);
        let whole = self.terms.ite(is_smaller, twice, divisor);
        let complement = self.terms.sub(whole, rest);
        let result = self.terms.ite(goes_up, complement, rest);
        let flipped = self.terms.xor(a.sign, goes_up);
        let lower = self.terms.ite(is_smaller, a.exponent, b.exponent);
        (result, lower, flipped)
    }
}
