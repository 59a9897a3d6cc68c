//! Two comparisons that hold together: often one of them, or none, says it all.
//!
//! Range checks and three-way comparisons leave such pairs on every path.

use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};
use crate::value::Value;

impl Terms {
    /// Two comparisons of one term with constants: the sharper one, or a contradiction.
    pub(super) fn and_of_bounds(&mut self, a: TermId, b: TermId) -> Option<TermId> {
        let ((x, first), (y, second)) = (self.as_bound(a)?, self.as_bound(b)?);
        if x != y {
            return None;
        }
        let is_signed = matches!(first, Bound::BelowSigned(_) | Bound::FromSigned(_));
        if is_signed != matches!(second, Bound::BelowSigned(_) | Bound::FromSigned(_)) {
            return match (first, second) {
                (Bound::Exactly(_), _) | (_, Bound::Exactly(_)) => self.and_with_equality(a, b),
                _ => None,
            };
        }
        let less = |p: &Value, q: &Value| {
            if is_signed {
                p.is_less_signed(q)
            } else {
                p.is_less(q)
            }
        };
        match (first, second) {
            (Bound::Below(p), Bound::Below(q)) | (Bound::BelowSigned(p), Bound::BelowSigned(q)) => {
                Some(if less(&p, &q) { a } else { b })
            }
            (Bound::From(p), Bound::From(q)) | (Bound::FromSigned(p), Bound::FromSigned(q)) => {
                Some(if less(&p, &q) { b } else { a })
            }
            (Bound::Below(end), Bound::From(start))
            | (Bound::From(start), Bound::Below(end))
            | (Bound::BelowSigned(end), Bound::FromSigned(start))
            | (Bound::FromSigned(start), Bound::BelowSigned(end)) => {
                if !less(&start, &end) {
                    return Some(self.false_());
                }
                // Exactly one value between the bounds.
                if start.add(&Value::new(start.width(), 1)) == end {
                    let only = self.value(start);
                    return Some(self.eq(x, only));
                }
                None
            }
            _ => self.and_with_equality(a, b),
        }
    }

    /// `x == c` together with another bound of `x` is decided by `c`.
    fn and_with_equality(&mut self, a: TermId, b: TermId) -> Option<TermId> {
        let ((_, first), (_, second)) = (self.as_bound(a)?, self.as_bound(b)?);
        let (equality, value, other) = match (first, second) {
            (Bound::Exactly(value), other) => (a, value, other),
            (other, Bound::Exactly(value)) => (b, value, other),
            _ => return None,
        };
        let holds = match other {
            Bound::Exactly(only) => value == only,
            Bound::Except(not_this) => value != not_this,
            Bound::Below(end) => value.is_less(&end),
            Bound::From(start) => !value.is_less(&start),
            Bound::BelowSigned(end) => value.is_less_signed(&end),
            Bound::FromSigned(start) => !value.is_less_signed(&start),
        };
        Some(if holds { equality } else { self.false_() })
    }

    /// The term that `condition` compares with a constant, and how.
    fn as_bound(&self, condition: TermId) -> Option<(TermId, Bound)> {
        let (positive, comparison) = match *self.node(condition) {
            Node::Unary(UnaryOperation::Not, inner) => (false, inner),
            _ => (true, condition),
        };
        let Node::Binary(operation, x, constant) = *self.node(comparison) else {
            return None;
        };
        let value = self.as_value(constant)?.clone();
        let bound = match (operation, positive) {
            (BinaryOperation::Equal, true) => Bound::Exactly(value),
            (BinaryOperation::Equal, false) => Bound::Except(value),
            (BinaryOperation::Less, true) => Bound::Below(value),
            (BinaryOperation::Less, false) => Bound::From(value),
            (BinaryOperation::LessSigned, true) => Bound::BelowSigned(value),
            (BinaryOperation::LessSigned, false) => Bound::FromSigned(value),
            _ => return None,
        };
        Some((x, bound))
    }

    /// Two comparisons of the same two terms.
    pub(super) fn and_of_orders(&mut self, a: TermId, b: TermId) -> Option<TermId> {
        let ((first, a_holds), (second, b_holds)) = (self.comparison(a)?, self.comparison(b)?);
        let same = (first.1, first.2) == (second.1, second.2);
        let swapped = (first.1, first.2) == (second.2, second.1);
        let is_equality = |operation| operation == BinaryOperation::Equal;
        if is_equality(second.0) && !is_equality(first.0) && (same || swapped) {
            return Some(self.order_and_equality((first, a, a_holds), (b, b_holds)));
        }
        if is_equality(first.0) && !is_equality(second.0) && (same || swapped) {
            return Some(self.order_and_equality((second, b, b_holds), (a, a_holds)));
        }
        if first.0 != second.0 || is_equality(first.0) || !swapped {
            return None;
        }
        // x < y beside y < x
        Some(match (a_holds, b_holds) {
            (true, true) => self.false_(),
            (true, false) => a,
            (false, true) => b,
            (false, false) => self.eq(first.1, first.2),
        })
    }

    /// `x < y` or its opposite, together with `x == y` or its opposite.
    fn order_and_equality(
        &mut self,
        (order, order_condition, is_less): (Comparison, TermId, bool),
        (equality, is_equal): (TermId, bool),
    ) -> TermId {
        let (operation, x, y) = order;
        match (is_less, is_equal) {
            (true, true) => self.false_(),
            (true, false) => order_condition,
            (false, true) => equality,
            (false, false) => self.construct(operation, y, x),
        }
    }

    /// The comparison that `condition` makes, and whether it says that it holds.
    fn comparison(&self, condition: TermId) -> Option<(Comparison, bool)> {
        let (inner, holds) = match *self.node(condition) {
            Node::Unary(UnaryOperation::Not, inner) => (inner, false),
            _ => (condition, true),
        };
        match *self.node(inner) {
            Node::Binary(operation, x, y) if operation.is_comparison() => {
                Some(((operation, x, y), holds))
            }
            _ => None,
        }
    }
}

/// An operation with its operands.
type Comparison = (BinaryOperation, TermId, TermId);

/// What a comparison with a constant allows.
enum Bound {
    Exactly(Value),
    Except(Value),
    Below(Value),
    From(Value),
    BelowSigned(Value),
    FromSigned(Value),
}
