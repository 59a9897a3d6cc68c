//! Numbers taken apart, and put together with one rounding: what all circuits share.
//!
//! # Invariants
//!
//! - Exponents are two's complement numbers with room for every sum of two of them
//!   ([`Circuit::exponent_width`]); nothing wraps.
//! - A shift to the right folds what falls out into the lowest bit, so "not exact" is never lost.
//!
//! # Source
//!
//! The stages (unpack, operate, round, pack) are those of Brain, Schanda and Sun, "Building Better
//! Bit-Blasting for Floating-Point Problems" (TACAS 2019). We differ in keeping subnormal operands of
//! sums and products as they are: one shift at the end, limited by the smallest exponent, serves for
//! normalising and for making subnormal.

use super::{Format, Rounding};
use crate::terms::{TermId, Terms};

/// Builds the bit-vector terms of one operation.
pub(super) struct Circuit<'a> {
    pub(super) terms: &'a mut Terms,
    /// The format of the result; of the operand where that is an integer.
    pub(super) format: Format,
    pub(super) rounding: Rounding,
    /// The width of all exponents here.
    pub(super) exponent_width: u32,
}

/// A float taken apart.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    /// One bit.
    pub(super) sign: TermId,
    /// The exponent of the significand's first bit.
    pub(super) exponent: TermId,
    /// The significand with its hidden bit.
    pub(super) significand: TermId,
    pub(super) is_nan: TermId,
    pub(super) is_infinite: TermId,
    pub(super) is_zero: TermId,
}

/// What is known of a significand before it is rounded.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// At most so many zeros come first; `None` for any number of them.
    pub(super) zeros_max: Option<u32>,
    /// Whether the exponent may be below the smallest.
    pub(super) may_be_below: bool,
}

impl<'a> Circuit<'a> {
    /// A builder for an operation on `operand`s with a result in `format`, perhaps of integers of
    /// `width` bits.
    pub(super) fn new(
        terms: &'a mut Terms,
        operand: Format,
        format: Format,
        rounding: Rounding,
        width: u32,
    ) -> Self {
        // Products have exponents of twice the size, and normalising moves them by a significand.
        let largest = |format: Format| 2 * (format.bias() + 2 * i64::from(format.precision()) + 4);
        let largest = largest(operand).max(largest(format)) + 2 * i64::from(width);
        let exponent_width = 65 - largest.leading_zeros();
        Self {
            terms,
            format,
            rounding,
            exponent_width,
        }
    }

    pub(super) fn number(&mut self, width: u32, number: i64) -> TermId {
        self.terms
            .constant(width, i128::from(number).cast_unsigned())
    }

    /// An exponent that is known.
    pub(super) fn exponent(&mut self, number: i64) -> TermId {
        self.number(self.exponent_width, number)
    }

    pub(super) fn bit(&mut self, term: TermId, place: u32) -> TermId {
        self.terms.extract(term, place, 1)
    }

    /// Whether any bit is set.
    pub(super) fn is_any(&mut self, term: TermId) -> TermId {
        let zero = self.terms.zero(self.terms.width(term));
        self.terms.ne(term, zero)
    }

    /// Whether no bit is set.
    pub(super) fn is_none(&mut self, term: TermId) -> TermId {
        let zero = self.terms.zero(self.terms.width(term));
        self.terms.eq(term, zero)
    }

    /// `term` with zeros below.
    pub(super) fn raised(&mut self, term: TermId, by: u32) -> TermId {
        match by {
            0 => term,
            _ => {
                let zeros = self.terms.zero(by);
                self.terms.concat(term, zeros)
            }
        }
    }

    /// `term` with zeros above.
    pub(super) fn extended(&mut self, term: TermId, width: u32) -> TermId {
        self.terms.zero_extend(term, width)
    }

    /// `a` and then `b` of them, whichever hold.
    pub(super) fn all(&mut self, conditions: &[TermId]) -> TermId {
        let truth = self.terms.true_();
        conditions
            .iter()
            .fold(truth, |all, &next| self.terms.and(all, next))
    }

    pub(super) fn any(&mut self, conditions: &[TermId]) -> TermId {
        let never = self.terms.false_();
        conditions
            .iter()
            .fold(never, |any, &next| self.terms.or(any, next))
    }

    /// A float of the circuit's format with this sign and these bits below.
    pub(super) fn signed(&mut self, sign: TermId, magnitude: u128) -> TermId {
        let magnitude = self.terms.constant(self.format.width() - 1, magnitude);
        self.terms.concat(sign, magnitude)
    }

    pub(super) fn nan(&mut self) -> TermId {
        self.terms.constant(self.format.width(), self.format.nan())
    }

    /// Takes a float of `format` apart. The significand of a subnormal number starts with zeros.
    pub(super) fn unpack(&mut self, format: Format, float: TermId) -> Parts {
        let (fraction_bits, exponent_bits) = (format.fraction_bits(), format.exponent_bits());
        let sign = self.bit(float, format.width() - 1);
        let field = self.terms.extract(float, fraction_bits, exponent_bits);
        let fraction = self.terms.extract(float, 0, fraction_bits);
        let ones = self.terms.ones(exponent_bits);
        let is_special = self.terms.eq(field, ones);
        let (has_fraction, has_field) = (self.is_any(fraction), self.is_any(field));
        let [no_fraction, no_field] = [has_fraction, has_field].map(|has| self.terms.not(has));
        // A subnormal number has the exponent of the smallest normal one.
        let one = self.terms.constant(exponent_bits, 1);
        let biased = self.terms.ite(has_field, field, one);
        let biased = self.extended(biased, self.exponent_width);
        let bias = self.exponent(format.bias());
        Parts {
            sign,
            exponent: self.terms.sub(biased, bias),
            significand: self.terms.concat(has_field, fraction),
            is_nan: self.terms.and(is_special, has_fraction),
            is_infinite: self.terms.and(is_special, no_fraction),
            is_zero: self.terms.and(no_field, no_fraction),
        }
    }

    /// As [`Self::unpack`], but the significand of every number other than zero starts with a one.
    pub(super) fn unpack_normalised(&mut self, format: Format, float: TermId) -> Parts {
        let parts = self.unpack(format, float);
        let (significand, zeros) = self.shift_out_zeros(parts.significand);
        Parts {
            significand,
            exponent: self.terms.sub(parts.exponent, zeros),
            ..parts
        }
    }

    /// `term` shifted to the left until its first bit is set, and how far; zero goes somewhere.
    fn shift_out_zeros(&mut self, term: TermId) -> (TermId, TermId) {
        let width = self.terms.width(term);
        let (mut term, mut distance) = (term, self.exponent(0));
        for stage in (0..width.ilog2() + 1).rev() {
            let step = 1 << stage;
            if step >= width {
                continue;
            }
            let first = self.terms.extract(term, width - step, step);
            let is_clear = self.is_none(first);
            term = self.shift_left_if(is_clear, term, step);
            let step = self.exponent(step.into());
            let zero = self.exponent(0);
            let step = self.terms.ite(is_clear, step, zero);
            // The steps are different powers of two.
            distance = self.terms.or(distance, step);
        }
        (term, distance)
    }

    fn shift_left_if(&mut self, condition: TermId, term: TermId, by: u32) -> TermId {
        let kept = self.terms.truncate(term, self.terms.width(term) - by);
        let shifted = self.raised(kept, by);
        self.terms.ite(condition, shifted, term)
    }

    /// `term` shifted to the right by an unsigned amount of any width, with what falls out folded
    /// into the lowest bit.
    pub(super) fn shift_right_sticky(&mut self, term: TermId, amount: TermId) -> TermId {
        let (width, amount_width) = (self.terms.width(term), self.terms.width(amount));
        let (mut term, mut rest) = (term, self.terms.false_());
        for stage in 0..amount_width {
            let is_set = self.bit(amount, stage);
            let step = if stage < 31 { 1u32 << stage } else { u32::MAX };
            let out = if step >= width {
                term
            } else {
                self.terms.truncate(term, step)
            };
            let (falls, shifted) = (self.is_any(out), self.shifted_right(term, step));
            let falls = self.terms.and(falls, is_set);
            rest = self.terms.or(rest, falls);
            term = self.terms.ite(is_set, shifted, term);
        }
        self.fold_rest(term, rest)
    }

    fn shifted_right(&mut self, term: TermId, by: u32) -> TermId {
        let width = self.terms.width(term);
        if by >= width {
            return self.terms.zero(width);
        }
        let kept = self.terms.extract(term, by, width - by);
        self.extended(kept, width)
    }

    /// `term` with its lowest bit set where `rest` is.
    pub(super) fn fold_rest(&mut self, term: TermId, rest: TermId) -> TermId {
        let rest = self.extended(rest, self.terms.width(term));
        self.terms.or(term, rest)
    }

    /// An amount to shift by, cut to what still makes a difference: a number that is not negative.
    pub(super) fn clamped(&mut self, amount: TermId, most: u32) -> TermId {
        let width = self.terms.width(amount);
        let narrow = u32::BITS - most.leading_zeros();
        if narrow >= width {
            return amount;
        }
        let limit = self.terms.constant(width, most.into());
        let is_beyond = self.terms.ult(limit, amount);
        let clamped = self.terms.ite(is_beyond, limit, amount);
        self.terms.truncate(clamped, narrow)
    }

    /// The float nearest to `significand`, whose first bit stands for 2^`exponent`, as the mode of
    /// rounding has it. The lowest bit also stands for everything below. Zero gives a zero with the
    /// sign.
    pub(super) fn round(
        &mut self,
        sign: TermId,
        exponent: TermId,
        significand: TermId,
        shape: Shape,
    ) -> TermId {
        let width = self.terms.width(significand);
        let precision = self.format.precision();
        assert!(width >= precision + 2, "a half and a rest are needed");
        let lowest = self.exponent(self.format.exponent_min());
        let mut room = self.terms.sub(exponent, lowest);
        let is_below = self.bit(room, self.exponent_width - 1);
        let (mut exponent, mut significand) = (exponent, significand);
        // To the left, as long as there are zeros and the exponent is not the smallest.
        let zeros = shape.zeros_max.unwrap_or(width - 1);
        let stages = u32::BITS - zeros.leading_zeros();
        for stage in (0..stages).rev() {
            let step = 1 << stage;
            let first = self.terms.extract(significand, width - step, step);
            let is_clear = self.is_none(first);
            let amount = self.exponent(step.into());
            let has_room = self.terms.sle(amount, room);
            let moves = self.terms.and(is_clear, has_room);
            significand = self.shift_left_if(moves, significand, step);
            let zero = self.exponent(0);
            let amount = self.terms.ite(moves, amount, zero);
            exponent = self.terms.sub(exponent, amount);
            room = self.terms.sub(room, amount);
        }
        // What lies below a half and a rest only counts as a rest.
        let kept = precision + 2;
        let mut short = self.terms.extract(significand, width - kept, kept);
        if width > kept {
            let rest = self.terms.truncate(significand, width - kept);
            let rest = self.is_any(rest);
            short = self.fold_rest(short, rest);
        }
        // To the right, as far as the exponent is too small.
        if shape.may_be_below {
            let missing = self.terms.neg(room);
            let missing = self.clamped(missing, kept + 1);
            let shifted = self.shift_right_sticky(short, missing);
            short = self.terms.ite(is_below, shifted, short);
            exponent = self.terms.ite(is_below, lowest, exponent);
        }
        self.pack(sign, exponent, short)
    }

    /// Rounds a significand with two bits more than the format keeps, whose first bit is set unless
    /// the exponent is the smallest.
    fn pack(&mut self, sign: TermId, exponent: TermId, significand: TermId) -> TermId {
        let format = self.format;
        let is_normal = self.bit(significand, format.precision() + 1);
        let bias = self.exponent(format.bias());
        let biased = self.terms.add(exponent, bias);
        let field = self.terms.truncate(biased, format.exponent_bits());
        let zero = self.terms.zero(format.exponent_bits());
        let field = self.terms.ite(is_normal, field, zero);
        let fraction = self.terms.extract(significand, 2, format.fraction_bits());
        let (half, rest) = (self.bit(significand, 1), self.bit(significand, 0));
        let is_odd = self.bit(significand, 2);
        let moves = self.moves_away(sign, is_odd, half, rest);
        // A carry out of the fraction is the next exponent, and after the last one infinity.
        let magnitude = self.terms.concat(field, fraction);
        let one = self.extended(moves, format.width() - 1);
        let magnitude = self.terms.add(magnitude, one);
        let greatest = self.exponent(format.bias());
        let overflows = self.terms.slt(greatest, exponent);
        let limit = self.overflowed(sign);
        let magnitude = self.terms.ite(overflows, limit, magnitude);
        self.terms.concat(sign, magnitude)
    }

    /// Whether a magnitude is rounded away from zero: [`Rounding::moves_away`] as a circuit.
    pub(super) fn moves_away(
        &mut self,
        sign: TermId,
        is_odd: TermId,
        half: TermId,
        rest: TermId,
    ) -> TermId {
        let is_inexact = self.terms.or(half, rest);
        match self.rounding {
            Rounding::NearestEven => {
                let is_up = self.terms.or(rest, is_odd);
                self.terms.and(half, is_up)
            }
            Rounding::NearestAway => half,
            Rounding::Up => {
                let is_positive = self.terms.not(sign);
                self.terms.and(is_positive, is_inexact)
            }
            Rounding::Down => self.terms.and(sign, is_inexact),
            Rounding::Zero => self.terms.false_(),
        }
    }

    /// The magnitude of what is too large: infinity, or the greatest number.
    fn overflowed(&mut self, sign: TermId) -> TermId {
        let width = self.format.width() - 1;
        let [positive, negative] = [false, true].map(|is_negative| {
            let is_infinite = self.rounding.overflows_to_infinity(is_negative);
            let magnitude = if is_infinite {
                self.format.infinity()
            } else {
                self.format.greatest()
            };
            self.terms.constant(width, magnitude)
        });
        self.terms.ite(sign, negative, positive)
    }

    /// `special` where its condition holds, else the next one, else `otherwise`.
    pub(super) fn select(&mut self, specials: &[(TermId, TermId)], otherwise: TermId) -> TermId {
        specials
            .iter()
            .rev()
            .fold(otherwise, |result, &(condition, special)| {
                self.terms.ite(condition, special, result)
            })
    }
}
