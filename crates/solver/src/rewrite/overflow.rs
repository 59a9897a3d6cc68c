//! Whether an operation overflows, as one-bit terms.
//!
//! These are the forms that the other rules know: with a constant operand they become comparisons
//! of the other operand with a constant, and none of them needs an adder wider than its operands.

use crate::terms::{TermId, Terms};

impl Terms {
    /// Whether `a + b` exceeds the unsigned range.
    pub fn unsigned_add_overflows(&mut self, a: TermId, b: TermId) -> TermId {
        // a + b > MAX exactly if a > MAX - b, and MAX - b is the complement of b.
        let room = self.not(b);
        self.ult(room, a)
    }

    /// Whether `a - b` is below zero.
    pub fn unsigned_sub_overflows(&mut self, a: TermId, b: TermId) -> TermId {
        self.ult(a, b)
    }

    /// Whether `a * b` exceeds the unsigned range.
    pub fn unsigned_mul_overflows(&mut self, a: TermId, b: TermId) -> TermId {
        for (factor, other) in [(a, b), (b, a)] {
            let Some(value) = self.as_value(factor).cloned() else {
                continue;
            };
            if value.is_zero() {
                return self.false_();
            }
            let largest = crate::Value::ones(value.width()).unsigned_divide(&value);
            let largest = self.value(largest);
            return self.ult(largest, other);
        }
        let width = self.width(a);
        let (wide_a, wide_b) = (
            self.zero_extend(a, 2 * width),
            self.zero_extend(b, 2 * width),
        );
        let product = self.mul(wide_a, wide_b);
        let high = self.extract(product, width, width);
        let zero = self.zero(width);
        self.ne(high, zero)
    }

    /// Whether `a + b` leaves the signed range.
    pub fn signed_add_overflows(&mut self, a: TermId, b: TermId) -> TermId {
        // It does if the operands agree in sign and the sum does not.
        let sum = self.add(a, b);
        let (sign_a, sign_b, sign_sum) = (self.sign(a), self.sign(b), self.sign(sum));
        let signs_agree = self.eq(sign_a, sign_b);
        let sum_differs = self.xor(sign_a, sign_sum);
        self.and(signs_agree, sum_differs)
    }

    /// Whether `a - b` leaves the signed range.
    pub fn signed_sub_overflows(&mut self, a: TermId, b: TermId) -> TermId {
        // It does if the operands differ in sign and the difference has not the sign of `a`.
        let difference = self.sub(a, b);
        let (sign_a, sign_b) = (self.sign(a), self.sign(b));
        let sign_difference = self.sign(difference);
        let signs_differ = self.xor(sign_a, sign_b);
        let result_differs = self.xor(sign_a, sign_difference);
        self.and(signs_differ, result_differs)
    }

    /// Whether `a * b` leaves the signed range.
    pub fn signed_mul_overflows(&mut self, a: TermId, b: TermId) -> TermId {
        let width = self.width(a);
        let (wide_a, wide_b) = (
            self.sign_extend(a, 2 * width),
            self.sign_extend(b, 2 * width),
        );
        let product = self.mul(wide_a, wide_b);
        let low = self.truncate(product, width);
        let extended = self.sign_extend(low, 2 * width);
        self.ne(product, extended)
    }
}
