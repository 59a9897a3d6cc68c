//! Shifts and rotations.

use crate::planted::{Mistake, is_planted};
use crate::terms::{BinaryOperation, Node, TermId, Terms};
use crate::value::INLINE_BITS;

impl Terms {
    /// `a` shifted to the left; zero if the amount is at least the width.
    pub fn shl(&mut self, a: TermId, amount: TermId) -> TermId {
        self.shift(BinaryOperation::ShiftLeft, a, amount)
    }

    /// `a` shifted to the right, filling with zeros.
    pub fn lshr(&mut self, a: TermId, amount: TermId) -> TermId {
        self.shift(BinaryOperation::ShiftRight, a, amount)
    }

    /// `a` shifted to the right, filling with the sign.
    pub fn ashr(&mut self, a: TermId, amount: TermId) -> TermId {
        let sign = self.sign(a);
        match self.as_boolean(sign) {
            Some(false) => self.shift(BinaryOperation::ShiftRight, a, amount),
            _ => self.shift(BinaryOperation::ShiftRightSigned, a, amount),
        }
    }

    fn shift(&mut self, operation: BinaryOperation, a: TermId, amount: TermId) -> TermId {
        let width = self.width(a);
        assert_eq!(
            width,
            self.width(amount),
            "operands of one operation have one width"
        );
        if self.is_zero(a) {
            return a;
        }
        if let Some(value) = self.as_value(amount) {
            let distance = value
                .to_u128()
                .map_or(width, |bits| bits.min(width.into()) as u32);
            return self.shift_by(operation, a, distance);
        }
        // Copies of one bit stay copies of it.
        if operation == BinaryOperation::ShiftRightSigned
            && (self.is_ones(a)
                || matches!(*self.node(a), Node::SignExtend(bit) if self.width(bit) == 1))
        {
            return a;
        }
        if let Some(masked) = self.shift_back(operation, a, amount) {
            return masked;
        }
        if let Some(choice) = self.shift_by_bit(operation, a, amount) {
            return choice;
        }
        if let Some(choice) = self.shift_by_choice(operation, a, amount) {
            return choice;
        }
        // All ones shifted to the left is the negation of one shifted to the left.
        if operation == BinaryOperation::ShiftLeft && self.is_ones(a) && width > 1 {
            let one = self.constant(width, 1);
            let power = self.shl(one, amount);
            return self.neg(power);
        }
        self.binary(operation, a, amount)
    }

    /// Shifting back and forth by one amount clears bits, and cleared bits that are shifted out need
    /// not be cleared. If everything is shifted out, all these terms are zero.
    fn shift_back(
        &mut self,
        operation: BinaryOperation,
        a: TermId,
        amount: TermId,
    ) -> Option<TermId> {
        match (operation, *self.node(a)) {
            (
                BinaryOperation::ShiftLeft,
                Node::Binary(BinaryOperation::ShiftRight, inner, distance),
            ) if distance == amount => {
                let power = self.power_of_two(amount);
                let mask = self.neg(power);
                Some(self.and(inner, mask))
            }
            (BinaryOperation::ShiftRight, Node::Binary(BinaryOperation::And, x, y)) => {
                let power = self.power_of_two(amount);
                let mask = self.neg(power);
                let kept = if y == mask {
                    x
                } else if x == mask {
                    y
                } else {
                    return None;
                };
                Some(self.lshr(kept, amount))
            }
            _ => None,
        }
    }

    /// `1 << distance`.
    fn power_of_two(&mut self, distance: TermId) -> TermId {
        let one = self.constant(self.width(distance), 1);
        self.shl(one, distance)
    }

    /// A shift by a known distance, at most the width.
    fn shift_by(&mut self, operation: BinaryOperation, a: TermId, distance: u32) -> TermId {
        match operation {
            BinaryOperation::ShiftLeft => self.shift_left_by(a, distance),
            BinaryOperation::ShiftRight => self.shift_right_by(a, distance),
            _ => {
                let width = self.width(a);
                let low_bit = distance.min(width - 1);
                let kept = self.extract(a, low_bit, width - low_bit);
                self.sign_extend(kept, width)
            }
        }
    }

    /// `a << distance`; zero if the distance is at least the width.
    pub(super) fn shift_left_by(&mut self, a: TermId, distance: u32) -> TermId {
        let width = self.width(a);
        if distance == 0 {
            return a;
        }
        if distance >= width {
            return self.zero(width);
        }
        let (kept, zeros) = (self.extract(a, 0, width - distance), self.zero(distance));
        self.concat(kept, zeros)
    }

    /// `a >> distance`, filling with zeros.
    pub(super) fn shift_right_by(&mut self, a: TermId, distance: u32) -> TermId {
        let width = self.width(a);
        if distance == 0 {
            return a;
        }
        if distance >= width {
            return self.zero(width);
        }
        let end = match is_planted(Mistake::ShiftCutAt64) && width > 64 && distance < 64 {
            true => 64,
            false => width,
        };
        let kept = self.extract(a, distance, end - distance);
        self.zero_extend(kept, width)
    }

    /// An amount in which only one bit is unknown is one of two distances.
    fn shift_by_bit(
        &mut self,
        operation: BinaryOperation,
        a: TermId,
        amount: TermId,
    ) -> Option<TermId> {
        if self.width(amount) > INLINE_BITS {
            return None;
        }
        let facts = *self.facts(amount);
        let unknown = !(facts.zeros | facts.ones) & crate::value::mask(facts.width);
        if !unknown.is_power_of_two() {
            return None;
        }
        let bit = self.extract(amount, unknown.trailing_zeros(), 1);
        let clamp = |distance: u128| distance.min(facts.width.into()) as u32;
        let far = self.shift_by(operation, a, clamp(facts.ones | unknown));
        let near = self.shift_by(operation, a, clamp(facts.ones));
        Some(self.ite(bit, far, near))
    }

    /// A choice between two constant amounts is a choice between two shifted terms.
    fn shift_by_choice(
        &mut self,
        operation: BinaryOperation,
        a: TermId,
        amount: TermId,
    ) -> Option<TermId> {
        let Node::IfThenElse {
            condition,
            then,
            otherwise,
        } = *self.node(amount)
        else {
            return None;
        };
        if !self.is_constant(then) || !self.is_constant(otherwise) {
            return None;
        }
        let then = self.shift(operation, a, then);
        let otherwise = self.shift(operation, a, otherwise);
        Some(self.ite(condition, then, otherwise))
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
        // At twice the width, the width itself is always a number that fits.
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
