//! Products, quotients, remainders, magnitudes.

use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};
use crate::value::{INLINE_BITS, Value};

/// The most leaves of a sum that a constant factor is distributed over.
const DISTRIBUTED_MAX: usize = 4;

impl Terms {
    /// `a * b`.
    pub fn mul(&mut self, a: TermId, b: TermId) -> TermId {
        let width = self.width(a);
        if width == 1 {
            return self.and(a, b);
        }
        if let (Some(x), Some(y)) = (self.as_value(a), self.as_value(b)) {
            let folded = x.multiply(y);
            return self.value(folded);
        }
        let (other, factor) = if self.is_constant(a) { (b, a) } else { (a, b) };
        if let Some(value) = self.as_value(factor).cloned() {
            return self.multiply_by_constant(other, factor, &value);
        }
        for (one, other) in [(a, b), (b, a)] {
            if let Some(simpler) = self.multiply_simpler(one, other) {
                return simpler;
            }
        }
        self.binary(BinaryOperation::Multiply, a, b)
    }

    fn multiply_by_constant(&mut self, a: TermId, factor: TermId, value: &Value) -> TermId {
        if value.is_zero() {
            return factor;
        }
        match self.read_sum(&[(a, Value::new(value.width(), 1))]) {
            Some(mut sum) if sum.leaves.len() <= DISTRIBUTED_MAX => {
                sum.scale(value);
                self.write_sum(sum)
            }
            _ => self.binary(BinaryOperation::Multiply, a, factor),
        }
    }

    fn multiply_simpler(&mut self, one: TermId, other: TermId) -> Option<TermId> {
        let width = self.width(one);
        match *self.node(one) {
            Node::Unary(UnaryOperation::Negate, inner) => {
                let product = self.mul(inner, other);
                Some(self.neg(product))
            }
            // A single bit, extended with zeros or with itself.
            Node::Concat { high, low } if self.is_zero(high) && self.width(low) == 1 => {
                let zero = self.zero(width);
                Some(self.ite(low, other, zero))
            }
            Node::SignExtend(bit) if self.width(bit) == 1 => {
                let (zero, negated) = (self.zero(width), self.neg(other));
                Some(self.ite(bit, negated, zero))
            }
            Node::Binary(BinaryOperation::ShiftLeft, unit, distance) if self.is_one(unit) => {
                Some(self.shl(other, distance))
            }
            _ => None,
        }
    }

    /// `a / b`, unsigned; all ones if `b` is zero.
    pub fn udiv(&mut self, a: TermId, b: TermId) -> TermId {
        let width = self.width(a);
        if let Some(divisor) = self.as_value(b) {
            if divisor.is_zero() {
                return self.ones(width);
            }
            if let Some(distance) = divisor.single_bit() {
                return self.shift_right_by(a, distance);
            }
            if let Some(simpler) = self.divide_quotient(a, b) {
                return simpler;
            }
        }
        if let Some(distance) = self.as_power_of_two(b) {
            // The distance may exceed the width; then the power is zero. Every width is a number
            // that fits into itself.
            let end = self.constant(width, u128::from(width));
            let fits = self.ult(distance, end);
            let (shifted, ones) = (self.lshr(a, distance), self.ones(width));
            return self.ite(fits, shifted, ones);
        }
        if a == b {
            // 0 / 0 is all ones.
            let (zero, one, ones) = (self.zero(width), self.constant(width, 1), self.ones(width));
            let is_zero = self.eq(a, zero);
            return self.ite(is_zero, ones, one);
        }
        let divisor_is_positive = width <= INLINE_BITS && self.facts(b).minimum > 0;
        if divisor_is_positive && let Some((a, b)) = self.narrow_operands(a, b) {
            let quotient = self.udiv(a, b);
            return self.zero_extend(quotient, width);
        }
        self.binary(BinaryOperation::UnsignedDivide, a, b)
    }

    /// `x / c / d = x / (c * d)`.
    fn divide_quotient(&mut self, a: TermId, b: TermId) -> Option<TermId> {
        let Node::Binary(BinaryOperation::UnsignedDivide, inner, first) = *self.node(a) else {
            return None;
        };
        let (first, second) = (self.as_value(first)?, self.as_value(b)?);
        if first.is_zero() {
            return None;
        }
        let zeros = Value::zero(first.width());
        let product = zeros.concat(first).multiply(&zeros.concat(second));
        let width = first.width();
        if !product.extract(width, width).is_zero() {
            return Some(self.zero(width));
        }
        let divisor = self.value(product.extract(0, width));
        Some(self.udiv(inner, divisor))
    }

    /// `a % b`, unsigned; `a` if `b` is zero.
    pub fn urem(&mut self, a: TermId, b: TermId) -> TermId {
        let width = self.width(a);
        if self.is_zero(b) {
            return a;
        }
        if a == b || self.is_one(b) {
            return self.zero(width);
        }
        if width <= INLINE_BITS && self.facts(a).maximum < self.facts(b).minimum {
            return a;
        }
        let is_power = self
            .as_value(b)
            .is_some_and(|value| value.single_bit().is_some());
        if is_power || self.as_power_of_two(b).is_some() {
            // If the power was shifted out, the mask is all ones and keeps `a`, as it should.
            let minus_one = self.ones(width);
            let mask = self.add(b, minus_one);
            return self.and(a, mask);
        }
        if let Node::Binary(BinaryOperation::UnsignedRemainder, _, inner) = *self.node(a)
            && inner == b
        {
            return a;
        }
        if let Some((a, b)) = self.narrow_operands(a, b) {
            let remainder = self.urem(a, b);
            return self.zero_extend(remainder, width);
        }
        self.binary(BinaryOperation::UnsignedRemainder, a, b)
    }

    /// The exponent, if `term` is `1 << exponent`.
    fn as_power_of_two(&self, term: TermId) -> Option<TermId> {
        match *self.node(term) {
            Node::Binary(BinaryOperation::ShiftLeft, unit, distance) if self.is_one(unit) => {
                Some(distance)
            }
            _ => None,
        }
    }

    /// Both operands without high bits that are known to be clear in both, if they are extended
    /// from fewer bits.
    fn narrow_operands(&mut self, a: TermId, b: TermId) -> Option<(TermId, TermId)> {
        let width = self.width(a);
        if width > INLINE_BITS {
            return None;
        }
        let spare = self
            .facts(a)
            .leading_zeros()
            .min(self.facts(b).leading_zeros());
        let is_extended = |term| {
            self.is_constant(term)
                || matches!(*self.node(term), Node::Concat { high, .. } if self.is_constant(high))
        };
        if spare == 0 || spare == width || !is_extended(a) || !is_extended(b) {
            return None;
        }
        Some((
            self.extract(a, 0, width - spare),
            self.extract(b, 0, width - spare),
        ))
    }

    /// `a / b`, signed, rounding toward zero; -1 (or 1 for a negative `a`) if `b` is zero.
    pub fn sdiv(&mut self, a: TermId, b: TermId) -> TermId {
        let (a_magnitude, b_magnitude) = (self.abs(a), self.abs(b));
        let quotient = self.udiv(a_magnitude, b_magnitude);
        let negated = self.neg(quotient);
        let (a_sign, b_sign) = (self.sign(a), self.sign(b));
        let signs_differ = self.xor(a_sign, b_sign);
        self.ite(signs_differ, negated, quotient)
    }

    /// `a % b` with the sign of `a`; `a` if `b` is zero.
    pub fn srem(&mut self, a: TermId, b: TermId) -> TermId {
        let (a_magnitude, b_magnitude) = (self.abs(a), self.abs(b));
        let remainder = self.urem(a_magnitude, b_magnitude);
        let negated = self.neg(remainder);
        let a_sign = self.sign(a);
        self.ite(a_sign, negated, remainder)
    }

    /// The magnitude of `a` as an unsigned number; the smallest number is its own magnitude.
    pub fn abs(&mut self, a: TermId) -> TermId {
        let sign = self.sign(a);
        let negated = self.neg(a);
        self.ite(sign, negated, a)
    }

    /// The most significant bit of `a`, as a term of one bit.
    pub fn sign(&mut self, a: TermId) -> TermId {
        self.extract(a, self.width(a) - 1, 1)
    }

    /// Zero of `width` bits.
    pub fn zero(&mut self, width: u32) -> TermId {
        self.constant(width, 0)
    }

    /// All bits set.
    pub fn ones(&mut self, width: u32) -> TermId {
        self.value(Value::ones(width))
    }

    /// The smallest signed number of `width` bits: only the sign set.
    pub fn signed_min(&mut self, width: u32) -> TermId {
        self.value(Value::signed_min(width))
    }

    pub(crate) fn is_zero(&self, term: TermId) -> bool {
        self.as_value(term).is_some_and(Value::is_zero)
    }

    pub(crate) fn is_one(&self, term: TermId) -> bool {
        self.as_constant(term) == Some(1)
    }

    pub(crate) fn is_ones(&self, term: TermId) -> bool {
        self.as_value(term).is_some_and(Value::is_ones)
    }
}
