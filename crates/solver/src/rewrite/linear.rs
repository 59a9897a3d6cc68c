//! Sums: flattened, with equal terms collected, in one order.
//!
//! A sum is read as `constant + coefficient * leaf + ...`, modulo 2^width. Reading looks through
//! additions, negations, complements (`!x = -x - 1`), products with constants and shifts to the
//! left. Writing puts leaves with positive coefficients first, each group by age, and the constant
//! last. So `a + b - a` is `b`, and two sums that differ only in order are one term.
//!
//! # Not here
//!
//! Sums of more than [`LEAVES_MAX`] leaves: they are added as they come, without looking inside.

use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};
use crate::value::{INLINE_BITS, Value, mask};

/// The most leaves a sum may have to be reordered; reordering copies the whole chain.
const LEAVES_MAX: usize = 12;

/// `constant + sum of coefficient * leaf`; no coefficient is zero, no leaf appears twice.
#[derive(Clone)]
pub(super) struct Linear {
    pub(super) leaves: Vec<(TermId, Value)>,
    pub(super) constant: Value,
}

impl Linear {
    fn new(width: u32) -> Self {
        Self {
            leaves: Vec::new(),
            constant: Value::zero(width),
        }
    }

    pub(super) fn add_leaf(&mut self, leaf: TermId, coefficient: Value) {
        match self.leaves.iter_mut().find(|entry| entry.0 == leaf) {
            Some(entry) => entry.1 = entry.1.add(&coefficient),
            None => self.leaves.push((leaf, coefficient)),
        }
    }

    pub(super) fn scale(&mut self, factor: &Value) {
        self.constant = self.constant.multiply(factor);
        for (_, coefficient) in &mut self.leaves {
            *coefficient = coefficient.multiply(factor);
        }
        self.leaves
            .retain(|(_, coefficient)| !coefficient.is_zero());
    }
}

/// Whether the coefficient is better written as the negation of a smaller one.
fn is_negative(coefficient: &Value) -> bool {
    coefficient.negate().is_less(coefficient)
}

impl Terms {
    /// `a + b`.
    pub fn add(&mut self, a: TermId, b: TermId) -> TermId {
        if self.is_zero(a) {
            return b;
        }
        if self.is_zero(b) {
            return a;
        }
        if let Some(count) = self.add_counts(a, b) {
            return count;
        }
        let one = Value::new(self.width(a), 1);
        match self.read_sum(&[(a, one.clone()), (b, one)]) {
            Some(sum) => self.write_sum(sum),
            None => self.add_raw(a, b),
        }
    }

    /// `a - b`.
    pub fn sub(&mut self, a: TermId, b: TermId) -> TermId {
        if self.is_zero(b) {
            return a;
        }
        match self.read_difference(a, b) {
            Some(sum) => self.write_sum(sum),
            None => {
                let negated = self.negate_raw(b);
                self.add_raw(a, negated)
            }
        }
    }

    /// `-a`.
    pub fn neg(&mut self, a: TermId) -> TermId {
        match self.read_sum(&[(a, Value::ones(self.width(a)))]) {
            Some(sum) => self.write_sum(sum),
            None => self.negate_raw(a),
        }
    }

    /// `a - b` as a sum.
    pub(super) fn read_difference(&mut self, a: TermId, b: TermId) -> Option<Linear> {
        let width = self.width(a);
        assert_eq!(
            width,
            self.width(b),
            "operands of one operation have one width"
        );
        self.read_sum(&[(a, Value::new(width, 1)), (b, Value::ones(width))])
    }

    /// The sum of multiples of terms; `None` if it has too many leaves.
    pub(super) fn read_sum(&mut self, multiples: &[(TermId, Value)]) -> Option<Linear> {
        let width = multiples[0].1.width();
        let mut sum = Linear::new(width);
        let mut pending = multiples.to_vec();
        while let Some((term, coefficient)) = pending.pop() {
            assert_eq!(
                self.width(term),
                width,
                "operands of one operation have one width"
            );
            if sum.leaves.len() + pending.len() > LEAVES_MAX {
                return None;
            }
            match *self.node(term) {
                Node::Constant(_) => {
                    let value = self.as_value(term).expect("a constant");
                    sum.constant = sum.constant.add(&coefficient.multiply(value));
                }
                Node::Unary(UnaryOperation::Negate, inner) => {
                    pending.push((inner, coefficient.negate()));
                }
                Node::Unary(UnaryOperation::Not, inner) if width > 1 => {
                    sum.constant = sum.constant.subtract(&coefficient);
                    pending.push((inner, coefficient.negate()));
                }
                Node::Binary(BinaryOperation::Add, left, right) => {
                    pending.push((right, coefficient.clone()));
                    pending.push((left, coefficient));
                }
                Node::Binary(BinaryOperation::Multiply, inner, factor)
                    if self.is_constant(factor) =>
                {
                    let factor = self.as_value(factor).expect("a constant");
                    pending.push((inner, coefficient.multiply(factor)));
                }
                Node::Concat { .. } => match self.read_shifted(term) {
                    Some((inner, factor, rest)) => {
                        sum.constant = sum.constant.add(&coefficient.multiply(&rest));
                        pending.push((inner, coefficient.multiply(&factor)));
                    }
                    None => sum.add_leaf(term, coefficient),
                },
                _ => sum.add_leaf(term, coefficient),
            }
        }
        sum.leaves.retain(|(_, coefficient)| !coefficient.is_zero());
        Some(sum)
    }

    /// A concatenation with a constant below is `inner * 2^k + constant`.
    fn read_shifted(&mut self, term: TermId) -> Option<(TermId, Value, Value)> {
        let width = self.width(term);
        let low = *self
            .parts(term)
            .last()
            .expect("a term has at least one part");
        let low_width = self.width(low);
        let zeros = Value::zero(width - low_width);
        let rest = zeros.concat(self.as_value(low)?);
        let distance = Value::new(width, u128::from(low_width));
        let factor = Value::new(width, 1).shift_left(&distance);
        let upper = self.extract(term, low_width, width - low_width);
        let inner = match *self.node(upper) {
            // Bits shifted out on the left do not matter, so the whole term may stand for them.
            Node::Extract {
                term: whole,
                low_bit: 0,
            } if self.width(whole) == width => whole,
            _ => self.zero_extend(upper, width),
        };
        Some((inner, factor, rest))
    }

    /// The leaves of a sum of at most 128 bits with their coefficients, and its constant; `None`
    /// if there are too many leaves.
    pub(crate) fn sum_parts(&mut self, sum: TermId) -> Option<(Vec<(TermId, u128)>, u128)> {
        let width = self.width(sum);
        let sum = self.read_sum(&[(sum, Value::new(width, 1))])?;
        let leaves = sum.leaves.into_iter();
        let leaves: Option<Vec<_>> = leaves
            .map(|(leaf, factor)| Some((leaf, factor.to_u128()?)))
            .collect();
        Some((leaves?, sum.constant.to_u128()?))
    }

    /// The term of a sum.
    pub(super) fn write_sum(&mut self, mut sum: Linear) -> TermId {
        self.recombine(&mut sum);
        let constant = self.value(sum.constant.clone());
        if sum.leaves.is_empty() {
            return constant;
        }
        sum.leaves
            .sort_unstable_by_key(|(leaf, coefficient)| (is_negative(coefficient), *leaf));
        // If every leaf is subtracted, their sum is subtracted as a whole.
        let all_negative = is_negative(&sum.leaves[0].1);
        let mut total = None;
        for (leaf, coefficient) in &sum.leaves {
            let coefficient = if all_negative {
                coefficient.negate()
            } else {
                coefficient.clone()
            };
            let multiple = self.multiple(*leaf, &coefficient);
            total = Some(match total {
                None => multiple,
                Some(total) => self.add_raw(total, multiple),
            });
        }
        let mut total = total.expect("there is at least one leaf");
        if all_negative {
            total = self.negate_raw(total);
        }
        if self.is_zero(constant) {
            total
        } else {
            self.add_raw(total, constant)
        }
    }

    fn multiple(&mut self, leaf: TermId, coefficient: &Value) -> TermId {
        if coefficient.to_u128() == Some(1) {
            return leaf;
        }
        if is_negative(coefficient) {
            let positive = self.multiple(leaf, &coefficient.negate());
            return self.negate_raw(positive);
        }
        if let Some(distance) = coefficient.single_bit() {
            return self.shift_left_by(leaf, distance);
        }
        let factor = self.value(coefficient.clone());
        self.binary(BinaryOperation::Multiply, leaf, factor)
    }

    /// A negation, stored without looking further.
    fn negate_raw(&mut self, a: TermId) -> TermId {
        if let Some(value) = self.as_value(a) {
            let folded = value.negate();
            return self.value(folded);
        }
        let width = self.width(a);
        match *self.node(a) {
            // One bit is its own negation.
            _ if width == 1 => a,
            Node::Unary(UnaryOperation::Negate, inner) => inner,
            Node::IfThenElse {
                condition,
                then,
                otherwise,
            } if self.is_constant(then) && self.is_constant(otherwise) => {
                let (then, otherwise) = (self.negate_raw(then), self.negate_raw(otherwise));
                self.ite(condition, then, otherwise)
            }
            _ => self.intern(Node::Unary(UnaryOperation::Negate, a), width),
        }
    }

    /// A sum of two, stored in this order, unless no carry can occur.
    fn add_raw(&mut self, a: TermId, b: TermId) -> TermId {
        let width = self.width(a);
        if width == 1 {
            return self.xor(a, b);
        }
        if self.is_constant(a) || self.is_constant(b) || self.bits_are_disjoint(a, b) {
            return if self.bits_are_disjoint(a, b) {
                self.or(a, b)
            } else {
                self.binary(BinaryOperation::Add, a, b)
            };
        }
        self.intern(Node::Binary(BinaryOperation::Add, a, b), width)
    }

    /// Whether no bit can be set in both.
    fn bits_are_disjoint(&self, a: TermId, b: TermId) -> bool {
        let width = self.width(a);
        width <= INLINE_BITS && self.facts(a).zeros | self.facts(b).zeros == mask(width)
    }
}
