//! Leaves of a sum that belong together: a number and a part of it.
//!
//! - `x / y * y + x % y` is `x`, and `x - x / y * y` is `x % y`.
//! - `x - (x & mask)` is `x & !mask`.
//!
//! Programs round numbers down both ways.

use crate::terms::{BinaryOperation, Node, TermId, Terms};
use crate::value::Value;

use super::linear::Linear;

/// A quotient among the leaves of a sum: the leaf `x / y * y`, or `x / y` for a constant `y`, whose
/// coefficient then is a multiple of `y`.
struct Quotient {
    dividend: TermId,
    divisor: TermId,
    /// How often `x / y * y` is in the sum.
    count: Value,
}

impl Terms {
    /// Joins leaves that make up another one, as long as there are any.
    pub(super) fn recombine(&mut self, sum: &mut Linear) {
        // Each step takes a quotient or a masked part away.
        while sum.leaves.len() >= 2 && (self.join_quotient(sum) || self.clear_part(sum)) {}
    }

    fn join_quotient(&mut self, sum: &mut Linear) -> bool {
        let leaves = sum.leaves.clone();
        for (leaf, coefficient) in &leaves {
            let Some(quotient) = self.as_quotient(*leaf, coefficient) else {
                continue;
            };
            let Quotient {
                dividend,
                divisor,
                count,
            } = quotient;
            let remainder = self.urem(dividend, divisor);
            let coefficient_of = |term: TermId| {
                leaves
                    .iter()
                    .find(|entry| entry.0 == term)
                    .map(|entry| &entry.1)
            };
            let (partner, replacement, count) = if coefficient_of(remainder) == Some(&count) {
                // x / y * y + x % y
                (remainder, dividend, count)
            } else if coefficient_of(dividend) == Some(&count.negate()) {
                // x - x / y * y
                (dividend, remainder, count.negate())
            } else {
                continue;
            };
            sum.leaves
                .retain(|entry| entry.0 != *leaf && entry.0 != partner);
            self.put_back(sum, replacement, &count);
            return true;
        }
        false
    }

    /// Adds `count * term` to the sum, taken apart if `term` is a sum itself.
    fn put_back(&mut self, sum: &mut Linear, term: TermId, count: &Value) {
        match self.read_sum(&[(term, count.clone())]) {
            Some(parts) => {
                sum.constant = sum.constant.add(&parts.constant);
                for (leaf, coefficient) in parts.leaves {
                    sum.add_leaf(leaf, coefficient);
                }
            }
            None => sum.add_leaf(term, count.clone()),
        }
        sum.leaves.retain(|(_, coefficient)| !coefficient.is_zero());
    }

    fn as_quotient(&self, leaf: TermId, coefficient: &Value) -> Option<Quotient> {
        let operands_of_quotient = |term: TermId| match *self.node(term) {
            Node::Binary(BinaryOperation::UnsignedDivide, x, y) => Some((x, y)),
            _ => None,
        };
        if let Some((dividend, divisor)) = operands_of_quotient(leaf) {
            let value = self.as_value(divisor).filter(|value| !value.is_zero())?;
            let count = coefficient.signed_divide(value);
            let is_multiple = count.multiply(value) == *coefficient;
            return is_multiple.then_some(Quotient {
                dividend,
                divisor,
                count,
            });
        }
        let Node::Binary(BinaryOperation::Multiply, a, b) = *self.node(leaf) else {
            return None;
        };
        for (quotient, factor) in [(a, b), (b, a)] {
            if let Some((dividend, divisor)) = operands_of_quotient(quotient)
                && divisor == factor
            {
                return Some(Quotient {
                    dividend,
                    divisor,
                    count: coefficient.clone(),
                });
            }
        }
        None
    }

    /// `x - (x & mask)` becomes `x & !mask`.
    fn clear_part(&mut self, sum: &mut Linear) -> bool {
        let leaves = sum.leaves.clone();
        for (whole, coefficient) in &leaves {
            for (part, other) in &leaves {
                if part == whole || *other != coefficient.negate() {
                    continue;
                }
                let Some(rest) = self.rest_of(*whole, *part) else {
                    continue;
                };
                sum.leaves
                    .retain(|entry| entry.0 != *whole && entry.0 != *part);
                self.put_back(sum, rest, coefficient);
                return true;
            }
        }
        false
    }

    /// What `whole` has beyond `part`, if `part` is `whole` with some bits cleared.
    fn rest_of(&mut self, whole: TermId, part: TermId) -> Option<TermId> {
        match *self.node(part) {
            Node::Binary(BinaryOperation::And, x, y) if x == whole || y == whole => {
                let mask = if x == whole { y } else { x };
                let cleared = self.not(mask);
                Some(self.and(whole, cleared))
            }
            Node::Concat { .. } => {
                let mut low_bit = self.width(part);
                let mut rest: Option<TermId> = None;
                for piece in self.parts(part) {
                    let width = self.width(piece);
                    low_bit -= width;
                    let left = if self.is_zero(piece) {
                        self.extract(whole, low_bit, width)
                    } else if *self.node(piece)
                        == (Node::Extract {
                            term: whole,
                            low_bit,
                        })
                    {
                        self.zero(width)
                    } else {
                        return None;
                    };
                    rest = Some(match rest {
                        Some(above) => self.concat(above, left),
                        None => left,
                    });
                }
                rest
            }
            _ => None,
        }
    }
}
