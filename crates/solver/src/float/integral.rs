//! Whole numbers: rounding to them, and conversions from and to integers and other formats.

use super::circuit::{Circuit, Shape};
use super::{Format, Rounding};
use crate::terms::TermId;

impl Circuit<'_> {
    /// `a` rounded to a whole number.
    pub(super) fn integral(&mut self, a: TermId) -> TermId {
        let format = self.format;
        let parts = self.unpack(format, a);
        let (precision, fraction_bits) = (format.precision(), format.fraction_bits());
        let width = format.width() - 1;
        let magnitude = self.terms.truncate(a, width);
        // From here on there is no fraction; below 1 there is nothing else.
        let last = self.exponent(fraction_bits.into());
        let is_whole = self.terms.sle(last, parts.exponent);
        let none = self.exponent(0);
        let is_below_one = self.terms.slt(parts.exponent, none);

        // The bits behind the point, as a mask, and the last bit before it.
        let behind = self.terms.sub(last, parts.exponent);
        let behind = self.clamped(behind, precision);
        let behind = self.extended(behind, width);
        let ones = self.terms.ones(width);
        let upper = self.terms.shl(ones, behind);
        let mask = self.terms.not(upper);
        let one = self.terms.constant(width, 1);
        let unit = self.terms.add(mask, one);
        let lower_mask = self.terms.lshr(mask, one);
        let half = self.terms.xor(mask, lower_mask);
        let [odd, half, rest] = [unit, half, lower_mask].map(|mask| {
            let bits = self.terms.and(magnitude, mask);
            self.is_any(bits)
        });
        let moves = self.moves_away(parts.sign, odd, half, rest);
        let zero = self.terms.zero(width);
        let step = self.terms.ite(moves, unit, zero);
        let moved = self.terms.add(magnitude, step);
        let moved = self.terms.and(moved, upper);
        let moved = self.terms.concat(parts.sign, moved);

        let small = self.integral_below_one(parts.sign, magnitude);
        let nan = self.nan();
        let specials = [
            (parts.is_nan, nan),
            (parts.is_zero, a),
            (is_whole, a),
            (is_below_one, small),
        ];
        self.select(&specials, moved)
    }

    /// Zero or one, for a magnitude below one that is not zero.
    fn integral_below_one(&mut self, sign: TermId, magnitude: TermId) -> TermId {
        let half = self.format.one() - (1 << self.format.fraction_bits());
        let half = self.terms.constant(self.format.width() - 1, half);
        let is_above = self.terms.ult(half, magnitude);
        let is_half_or_above = self.terms.ule(half, magnitude);
        let is_below = self.terms.not(is_half_or_above);
        // Zero is even; above or below a half there is a rest.
        let even = self.terms.false_();
        let rest = self.terms.or(is_above, is_below);
        let moves = self.moves_away(sign, even, is_half_or_above, rest);
        let [one, zero] = [self.format.one(), 0].map(|bits| self.signed(sign, bits));
        self.terms.ite(moves, one, zero)
    }

    /// `a`, a float of another format, in this one.
    pub(super) fn convert(&mut self, from: Format, a: TermId) -> TermId {
        let parts = self.unpack(from, a);
        let wanted = self.format.precision() + 2;
        let missing = wanted.saturating_sub(from.precision());
        let significand = self.raised(parts.significand, missing);
        let shape = Shape {
            // Only zeros within the given bits are shifted out.
            zeros_max: Some(from.precision() - 1),
            may_be_below: from.exponent_min() < self.format.exponent_min(),
        };
        let rounded = self.round(parts.sign, parts.exponent, significand, shape);
        let nan = self.nan();
        let infinity = self.signed(parts.sign, self.format.infinity());
        let specials = [(parts.is_nan, nan), (parts.is_infinite, infinity)];
        self.select(&specials, rounded)
    }

    /// An integer as a float.
    pub(super) fn of_integer(&mut self, is_signed: bool, integer: TermId) -> TermId {
        let width = self.terms.width(integer);
        let (sign, magnitude) = if is_signed {
            let sign = self.bit(integer, width - 1);
            let negated = self.terms.neg(integer);
            (sign, self.terms.ite(sign, negated, integer))
        } else {
            (self.terms.false_(), integer)
        };
        let missing = (self.format.precision() + 2).saturating_sub(width);
        let significand = self.raised(magnitude, missing);
        let exponent = self.exponent(i64::from(width) - 1);
        let shape = Shape {
            zeros_max: Some(width - 1),
            may_be_below: false,
        };
        self.round(sign, exponent, significand, shape)
    }

    /// A float as an integer of `width` bits, clamped; 0 for NaN.
    pub(super) fn as_integer(&mut self, is_signed: bool, a: TermId, width: u32) -> TermId {
        let format = self.format;
        let whole = if self.rounding == Rounding::Zero {
            a
        } else {
            self.integral(a)
        };
        let parts = self.unpack(format, whole);
        let none = self.exponent(0);
        let is_below_one = self.terms.slt(parts.exponent, none);
        // How many bits a magnitude may have.
        let bits = if is_signed { width - 1 } else { width };
        let limit = self.exponent(bits.into());
        let is_beyond = self.terms.sle(limit, parts.exponent);
        // A subnormal number is below one, also where the smallest exponent is that of one.
        let hidden = self.bit(parts.significand, format.fraction_bits());
        let is_beyond = self.terms.and(is_beyond, hidden);
        // The point moves from behind the first bit to behind the last bit that is kept.
        let room = format.fraction_bits() + width;
        let amount = self.clamped(parts.exponent, width);
        let register = self.extended(parts.significand, room);
        let amount = self.extended(amount, room);
        let shifted = self.terms.shl(register, amount);
        let magnitude = self.terms.extract(shifted, format.fraction_bits(), width);
        let zero = self.terms.zero(width);
        let magnitude = self.terms.ite(is_below_one, zero, magnitude);
        let (least, most) = if is_signed {
            let least = self.terms.signed_min(width);
            (least, self.terms.not(least))
        } else {
            (zero, self.terms.ones(width))
        };
        let clamped = self.terms.ite(parts.sign, least, most);
        let negated = if is_signed {
            self.terms.neg(magnitude)
        } else {
            zero
        };
        let inside = self.terms.ite(parts.sign, negated, magnitude);
        let is_beyond = self.terms.or(is_beyond, parts.is_infinite);
        self.select(&[(parts.is_nan, zero), (is_beyond, clamped)], inside)
    }
}
