//! Comparisons of sums: what is on both sides goes away, and overflow tests lose their addition.

use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};
use crate::value::Value;

use super::linear::Linear;

impl Terms {
    /// Whether the term adds, negates or multiplies by a constant.
    pub(crate) fn is_sum(&self, term: TermId) -> bool {
        matches!(
            self.node(term),
            Node::Binary(BinaryOperation::Add, ..)
                | Node::Unary(UnaryOperation::Negate | UnaryOperation::Not, _)
        ) || matches!(*self.node(term), Node::Binary(BinaryOperation::Multiply, _, factor) if self.is_constant(factor))
    }

    /// `a == b` where at least one is a sum: leaves that both have cancel.
    pub(super) fn equal_sums(&mut self, a: TermId, b: TermId) -> Option<TermId> {
        if !self.is_sum(a) && !self.is_sum(b) {
            return None;
        }
        let one = Value::new(self.width(a), 1);
        let left = self.read_sum(&[(a, one.clone())])?;
        let right = self.read_sum(&[(b, one)])?;
        let mut difference = self.read_difference(a, b)?;
        let before = left.leaves.len() + right.leaves.len();
        let constants = |sum: &Linear| usize::from(!sum.constant.is_zero());
        let cancelled = difference.leaves.len() < before;
        // A constant on both sides, or on the left next to a single leaf on the right, moves.
        let moves_constant = constants(&left) + constants(&right) > constants(&difference);
        if !cancelled && !moves_constant {
            return None;
        }
        // Negative leaves go to the right, so that both sides are sums without subtraction.
        let width = difference.constant.width();
        let mut other = Linear {
            leaves: Vec::new(),
            constant: Value::zero(width),
        };
        let negative = |coefficient: &Value| coefficient.negate().is_less(coefficient);
        for (leaf, coefficient) in std::mem::take(&mut difference.leaves) {
            if negative(&coefficient) {
                other.leaves.push((leaf, coefficient.negate()));
            } else {
                difference.leaves.push((leaf, coefficient));
            }
        }
        other.constant = std::mem::replace(&mut difference.constant, Value::zero(width)).negate();
        if difference.leaves.is_empty() && !other.constant.is_zero() {
            // Only a constant on the left: it reads better as `sum == constant`.
            difference.constant =
                std::mem::replace(&mut other.constant, Value::zero(width)).negate();
        }
        let (x, y) = (self.write_sum(difference), self.write_sum(other));
        // The same question again would be asked for ever.
        if (x, y) == (a, b) || (x, y) == (b, a) {
            return None;
        }
        self.nested(|terms| terms.eq(x, y))
    }

    /// `a < b` where the sides differ by a constant or a single leaf: a test for a carry.
    ///
    /// With `a = b + d` modulo 2^width, `a < b` holds exactly if `b + d` wraps, that is if
    /// `b > MAX - d`; and `MAX - d` is the complement of `d`.
    pub(super) fn less_by_carry(&mut self, a: TermId, b: TermId) -> Option<TermId> {
        if !self.is_sum(a) && !self.is_sum(b) {
            return None;
        }
        let difference = self.read_difference(a, b)?;
        if difference.leaves.is_empty() {
            return Some(self.less_by_constant(a, b, &difference.constant));
        }
        let [(leaf, coefficient)] = &difference.leaves[..] else {
            return None;
        };
        if !difference.constant.is_zero() {
            return None;
        }
        let leaf = *leaf;
        if coefficient.to_u128() == Some(1) {
            // leaf + b < b is a carry; a < a - leaf is a borrow.
            return Some(if self.is_sum(a) {
                let room = self.not(leaf);
                self.ult(room, b)
            } else {
                self.ult(a, leaf)
            });
        }
        if coefficient.is_ones() && self.is_sum(a) && leaf != a {
            // b - leaf < b: the leaf is not zero and does not borrow.
            let zero = self.zero(self.width(leaf));
            let (some, fits) = (self.ne(leaf, zero), self.ule(leaf, b));
            return Some(self.and(some, fits));
        }
        None
    }

    /// `b + constant < b`, which may be written from the smaller of both sides.
    fn less_by_constant(&mut self, a: TermId, b: TermId, constant: &Value) -> TermId {
        if constant.is_zero() {
            return self.false_();
        }
        if self.is_plain(b) || !self.is_plain(a) {
            // b > !constant
            let room = self.value(constant.not());
            return self.ult(room, b);
        }
        // b = a + k with k = -constant, and a < a + k holds exactly if a + k does not wrap:
        // a <= !k.
        let room = self.value(constant.negate().not());
        self.ule(a, room)
    }

    /// Whether the term is no sum with a constant.
    fn is_plain(&self, term: TermId) -> bool {
        !matches!(*self.node(term), Node::Binary(BinaryOperation::Add, _, y) if self.is_constant(y))
    }
}
