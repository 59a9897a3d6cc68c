//! Sums, products, quotients.

use crate::evaluate::apply_binary;
use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};
use crate::value::Value;

impl Terms {
    /// Folds constants and orders the operands of a commutative operation: the constant last,
    /// otherwise the older term first. Then stores the node as it is.
    pub(crate) fn binary(&mut self, operation: BinaryOperation, a: TermId, b: TermId) -> TermId {
        assert_eq!(
            self.width(a),
            self.width(b),
            "operands of one operation have one width"
        );
        if let (Some(left), Some(right)) = (self.as_value(a), self.as_value(b)) {
            let folded = apply_binary(operation, left, right);
            return self.value(folded);
        }
        let swap =
            operation.is_commutative() && (self.is_constant(a), a) > (self.is_constant(b), b);
        let (a, b) = if swap { (b, a) } else { (a, b) };
        let width = if operation.is_comparison() {
            1
        } else {
            self.width(a)
        };
        self.intern(Node::Binary(operation, a, b), width)
    }

    /// `a + b`.
    pub fn add(&mut self, a: TermId, b: TermId) -> TermId {
        if self.is_zero(a) {
            return b;
        }
        if self.is_zero(b) {
            return a;
        }
        self.binary(BinaryOperation::Add, a, b)
    }

    /// `a - b`.
    pub fn sub(&mut self, a: TermId, b: TermId) -> TermId {
        if a == b {
            return self.zero(self.width(a));
        }
        let negated = self.neg(b);
        self.add(a, negated)
    }

    /// `-a`.
    pub fn neg(&mut self, a: TermId) -> TermId {
        if let Some(value) = self.as_value(a) {
            let folded = value.negate();
            return self.value(folded);
        }
        if let Node::Unary(UnaryOperation::Negate, inner) = *self.node(a) {
            return inner;
        }
        self.intern(Node::Unary(UnaryOperation::Negate, a), self.width(a))
    }

    /// `a * b`.
    pub fn mul(&mut self, a: TermId, b: TermId) -> TermId {
        for (factor, other) in [(a, b), (b, a)] {
            if self.is_zero(factor) {
                return factor;
            }
            if self.is_one(factor) {
                return other;
            }
        }
        self.binary(BinaryOperation::Multiply, a, b)
    }

    /// `a / b`, unsigned; all ones if `b` is zero.
    pub fn udiv(&mut self, a: TermId, b: TermId) -> TermId {
        if self.is_one(b) {
            return a;
        }
        self.binary(BinaryOperation::UnsignedDivide, a, b)
    }

    /// `a % b`, unsigned; `a` if `b` is zero.
    pub fn urem(&mut self, a: TermId, b: TermId) -> TermId {
        if self.is_one(b) {
            return self.zero(self.width(a));
        }
        self.binary(BinaryOperation::UnsignedRemainder, a, b)
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
        self.value(Value::ones(width).shift_left(&Value::new(width, u128::from(width - 1))))
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
