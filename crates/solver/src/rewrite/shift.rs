//! Shifts and rotations.

use crate::terms::{BinaryOperation, TermId, Terms};

impl Terms {
    /// `a` shifted to the left; zero if the amount is at least the width.
    pub fn shl(&mut self, a: TermId, amount: TermId) -> TermId {
        if self.is_zero(amount) || self.is_zero(a) {
            return a;
        }
        self.binary(BinaryOperation::ShiftLeft, a, amount)
    }

    /// `a` shifted to the right, filling with zeros.
    pub fn lshr(&mut self, a: TermId, amount: TermId) -> TermId {
        if self.is_zero(amount) || self.is_zero(a) {
            return a;
        }
        self.binary(BinaryOperation::ShiftRight, a, amount)
    }

    /// `a` shifted to the right, filling with the sign.
    pub fn ashr(&mut self, a: TermId, amount: TermId) -> TermId {
        if self.is_zero(amount) || self.is_zero(a) {
            return a;
        }
        self.binary(BinaryOperation::ShiftRightSigned, a, amount)
    }

    /// The upper half of `high:low` shifted to the left by `amount` modulo the width.
    pub fn funnel_shift_left(&mut self, high: TermId, low: TermId, amount: TermId) -> TermId {
        let (both, distance) = self.funnel(high, low, amount);
        let shifted = self.shl(both, distance);
        self.extract(shifted, self.width(high), self.width(high))
    }

    /// The lower half of `high:low` shifted to the right by `amount` modulo the width.
    pub fn funnel_shift_right(&mut self, high: TermId, low: TermId, amount: TermId) -> TermId {
        let (both, distance) = self.funnel(high, low, amount);
        let shifted = self.lshr(both, distance);
        self.extract(shifted, 0, self.width(high))
    }

    /// Both halves as one term, and the distance modulo the width at that term's width.
    fn funnel(&mut self, high: TermId, low: TermId, amount: TermId) -> (TermId, TermId) {
        let width = self.width(high);
        assert_eq!(
            self.width(amount),
            width,
            "the amount is as wide as the halves"
        );
        let both = self.concat(high, low);
        // The modulus is computed with one more bit, because 2^n does not fit into n bits, and a
        // width of 1 does not even hold the width itself.
        let modulus = self.constant(2 * width, u128::from(width));
        let extended = self.zero_extend(amount, 2 * width);
        (both, self.urem(extended, modulus))
    }

    /// `a` rotated to the left by `amount` modulo the width.
    pub fn rotate_left(&mut self, a: TermId, amount: TermId) -> TermId {
        self.funnel_shift_left(a, a, amount)
    }

    /// `a` rotated to the right by `amount` modulo the width.
    pub fn rotate_right(&mut self, a: TermId, amount: TermId) -> TermId {
        self.funnel_shift_right(a, a, amount)
    }
}
