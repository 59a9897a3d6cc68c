//! And, or, exclusive or, complement.

use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};

impl Terms {
    /// The one-bit constant 1.
    pub fn true_(&mut self) -> TermId {
        self.constant(1, 1)
    }

    /// The one-bit constant 0.
    pub fn false_(&mut self) -> TermId {
        self.constant(1, 0)
    }

    /// The one-bit constant for `truth`.
    pub fn boolean(&mut self, truth: bool) -> TermId {
        self.constant(1, u128::from(truth))
    }

    /// Bitwise complement.
    pub fn not(&mut self, a: TermId) -> TermId {
        if let Some(value) = self.as_value(a) {
            let folded = value.not();
            return self.value(folded);
        }
        if let Node::Unary(UnaryOperation::Not, inner) = *self.node(a) {
            return inner;
        }
        self.intern(Node::Unary(UnaryOperation::Not, a), self.width(a))
    }

    /// Bitwise and.
    pub fn and(&mut self, a: TermId, b: TermId) -> TermId {
        for (one, other) in [(a, b), (b, a)] {
            if self.is_zero(one) {
                return one;
            }
            if self.is_ones(one) || one == other {
                return other;
            }
        }
        self.binary(BinaryOperation::And, a, b)
    }

    /// Bitwise or.
    pub fn or(&mut self, a: TermId, b: TermId) -> TermId {
        for (one, other) in [(a, b), (b, a)] {
            if self.is_ones(one) {
                return one;
            }
            if self.is_zero(one) || one == other {
                return other;
            }
        }
        self.binary(BinaryOperation::Or, a, b)
    }

    /// Bitwise exclusive or.
    pub fn xor(&mut self, a: TermId, b: TermId) -> TermId {
        if a == b {
            return self.zero(self.width(a));
        }
        for (one, other) in [(a, b), (b, a)] {
            if self.is_zero(one) {
                return other;
            }
            if self.is_ones(one) {
                return self.not(other);
            }
        }
        self.binary(BinaryOperation::Xor, a, b)
    }
}
