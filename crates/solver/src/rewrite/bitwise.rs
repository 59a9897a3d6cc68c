//! And, or, exclusive or, complement.
//!
//! Single bits use only `And`, `Xor` and `Not`: `a | b` is "not (not a and not b)". One form means
//! that a condition and its opposite differ by a `Not`, and that a conjunction is always seen.

use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};
use crate::value::{Value, mask as mask_of};

/// A mask with at most so many runs of equal bits becomes a concatenation.
const MASK_RUNS_MAX: usize = 6;

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
        let width = self.width(a);
        match *self.node(a) {
            Node::Unary(UnaryOperation::Not, inner) => inner,
            // -x = !x + 1, so !-x = x - 1 and !(x - 1) = -x.
            Node::Unary(UnaryOperation::Negate, inner) => {
                let minus_one = self.ones(width);
                self.add(inner, minus_one)
            }
            Node::Binary(BinaryOperation::Add, inner, constant) if self.is_ones(constant) => {
                self.neg(inner)
            }
            Node::Concat { .. } => {
                let parts = self.parts(a);
                let inverted: Vec<TermId> = parts.into_iter().map(|part| self.not(part)).collect();
                self.concat_all(&inverted)
            }
            Node::SignExtend(inner) => {
                let inverted = self.not(inner);
                self.sign_extend(inverted, width)
            }
            Node::IfThenElse {
                condition,
                then,
                otherwise,
            } if self.is_constant(then) && self.is_constant(otherwise) => {
                let (then, otherwise) = (self.not(then), self.not(otherwise));
                self.ite(condition, then, otherwise)
            }
            _ => self.intern(Node::Unary(UnaryOperation::Not, a), width),
        }
    }

    /// `parts`, the highest first, as one term.
    fn concat_all(&mut self, parts: &[TermId]) -> TermId {
        let (last, above) = parts.split_last().expect("a term has at least one part");
        above
            .iter()
            .rev()
            .fold(*last, |low, &part| self.concat(part, low))
    }

    fn is_complement(&self, a: TermId, b: TermId) -> bool {
        *self.node(a) == Node::Unary(UnaryOperation::Not, b)
            || *self.node(b) == Node::Unary(UnaryOperation::Not, a)
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
        if self.is_complement(a, b) {
            return self.zero(self.width(a));
        }
        if let Some(simpler) = self.fold_constants(BinaryOperation::And, a, b) {
            return simpler;
        }
        if let Some(simpler) = self.mask_to_parts(BinaryOperation::And, a, b) {
            return simpler;
        }
        for (one, other) in [(a, b), (b, a)] {
            if let Some(simpler) = self.absorb_in_and(one, other) {
                return simpler;
            }
        }
        if self.width(a) == 1 {
            let simpler = self
                .and_of_bounds(a, b)
                .or_else(|| self.and_of_orders(a, b));
            if let Some(simpler) = simpler {
                return simpler;
            }
        }
        for (mask, other) in [(a, b), (b, a)] {
            if let Some(aligned) = self.align_again(mask, other) {
                return aligned;
            }
        }
        match self.split_parts(BinaryOperation::And, a, b) {
            Some(split) => split,
            None => self.binary(BinaryOperation::And, a, b),
        }
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
        let width = self.width(a);
        if self.is_complement(a, b) {
            return self.ones(width);
        }
        if width == 1 {
            let (not_a, not_b) = (self.not(a), self.not(b));
            let neither = self.and(not_a, not_b);
            return self.not(neither);
        }
        if let Some(simpler) = self.fold_constants(BinaryOperation::Or, a, b) {
            return simpler;
        }
        if let Some(simpler) = self.mask_to_parts(BinaryOperation::Or, a, b) {
            return simpler;
        }
        for (one, other) in [(a, b), (b, a)] {
            if let Some(simpler) = self.absorb_in_or(one, other) {
                return simpler;
            }
        }
        match self.split_parts(BinaryOperation::Or, a, b) {
            Some(split) => split,
            None => self.binary(BinaryOperation::Or, a, b),
        }
    }

    /// Bitwise exclusive or.
    pub fn xor(&mut self, a: TermId, b: TermId) -> TermId {
        let width = self.width(a);
        if a == b {
            return self.zero(width);
        }
        if self.is_complement(a, b) {
            return self.ones(width);
        }
        for (one, other) in [(a, b), (b, a)] {
            if self.is_zero(one) {
                return other;
            }
            if self.is_ones(one) {
                return self.not(other);
            }
            if let Node::Unary(UnaryOperation::Not, inner) = *self.node(one)
                && !self.is_constant(other)
            {
                let same = self.xor(inner, other);
                return self.not(same);
            }
            // x ^ (x ^ y) = y
            if let Node::Binary(BinaryOperation::Xor, x, y) = *self.node(one) {
                if x == other {
                    return y;
                }
                if y == other {
                    return x;
                }
            }
        }
        if let Some(simpler) = self.fold_constants(BinaryOperation::Xor, a, b) {
            return simpler;
        }
        match self.split_parts(BinaryOperation::Xor, a, b) {
            Some(split) => split,
            None => self.binary(BinaryOperation::Xor, a, b),
        }
    }

    /// `(x op constant) op constant` needs only one constant.
    fn fold_constants(
        &mut self,
        operation: BinaryOperation,
        a: TermId,
        b: TermId,
    ) -> Option<TermId> {
        let (other, constant) = if self.is_constant(b) { (a, b) } else { (b, a) };
        match *self.node(other) {
            Node::Binary(inner, x, second)
                if inner == operation && self.is_constant(second) && self.is_constant(constant) =>
            {
                let folded = self.binary(operation, second, constant);
                Some(self.construct(operation, x, folded))
            }
            _ => None,
        }
    }

    /// `one & other` where `other` contains `one` already.
    fn absorb_in_and(&mut self, one: TermId, other: TermId) -> Option<TermId> {
        match *self.node(other) {
            Node::Binary(BinaryOperation::And, x, y) => {
                if x == one || y == one {
                    return Some(other);
                }
                let contradicts = self.is_complement(x, one) || self.is_complement(y, one);
                contradicts.then(|| self.zero(self.width(one)))
            }
            // one & (one | y) = one
            Node::Binary(BinaryOperation::Or, x, y) => (x == one || y == one).then_some(one),
            // one & !(one & y) = one & !y, and one & !(!one & y) = one
            Node::Unary(UnaryOperation::Not, inner) => {
                let Node::Binary(BinaryOperation::And, x, y) = *self.node(inner) else {
                    return None;
                };
                if self.is_complement(x, one) || self.is_complement(y, one) {
                    return Some(one);
                }
                let rest = if x == one {
                    y
                } else if y == one {
                    x
                } else {
                    return None;
                };
                let inverted = self.not(rest);
                Some(self.and(one, inverted))
            }
            _ => None,
        }
    }

    /// `(aligned + (power - 1)) & -power` is `aligned`, if that is a multiple of the power of two:
    /// what rounding up does to a number that needs none.
    fn align_again(&mut self, mask: TermId, other: TermId) -> Option<TermId> {
        let Node::Unary(UnaryOperation::Negate, power) = *self.node(mask) else {
            return None;
        };
        let Node::Binary(BinaryOperation::ShiftLeft, unit, distance) = *self.node(power) else {
            return None;
        };
        if !self.is_one(unit) || !self.is_sum(other) {
            return None;
        }
        let (leaves, constant) = self.sum_parts(other)?;
        let all_ones = mask_of(self.width(mask));
        let aligned = match leaves[..] {
            [(a, 1), (b, 1)] if b == power && constant == all_ones => a,
            [(a, 1), (b, 1)] if a == power && constant == all_ones => b,
            _ => return None,
        };
        let is_multiple = match *self.node(aligned) {
            Node::Binary(BinaryOperation::And, x, y) => x == mask || y == mask,
            Node::Binary(BinaryOperation::ShiftLeft, _, shifted_by) => shifted_by == distance,
            _ => false,
        };
        is_multiple.then_some(aligned)
    }

    /// `one | other` where `other` contains `one` already.
    fn absorb_in_or(&mut self, one: TermId, other: TermId) -> Option<TermId> {
        match *self.node(other) {
            Node::Binary(BinaryOperation::Or, x, y) => {
                if x == one || y == one {
                    return Some(other);
                }
                let covers = self.is_complement(x, one) || self.is_complement(y, one);
                covers.then(|| self.ones(self.width(one)))
            }
            Node::Binary(BinaryOperation::And, x, y) => (x == one || y == one).then_some(one),
            _ => None,
        }
    }

    /// `and` or `or` with a constant of few runs keeps or overwrites whole stretches of bits.
    fn mask_to_parts(
        &mut self,
        operation: BinaryOperation,
        a: TermId,
        b: TermId,
    ) -> Option<TermId> {
        let (other, constant) = if self.is_constant(b) { (a, b) } else { (b, a) };
        let runs = runs(self.as_value(constant)?);
        if runs.len() > MASK_RUNS_MAX || self.is_constant(other) {
            return None;
        }
        let keeps_ones = operation == BinaryOperation::And;
        let parts: Vec<TermId> = runs
            .into_iter()
            .rev()
            .map(|run| {
                if run.ones == keeps_ones {
                    self.extract(other, run.low_bit, run.width)
                } else {
                    self.extract(constant, run.low_bit, run.width)
                }
            })
            .collect();
        Some(self.concat_all(&parts))
    }

    /// An operation on concatenations, part by part, if the parts line up or some are constant.
    fn split_parts(&mut self, operation: BinaryOperation, a: TermId, b: TermId) -> Option<TermId> {
        let is_concat = |term| matches!(self.node(term), Node::Concat { .. });
        if !is_concat(a) && !is_concat(b) {
            return None;
        }
        let (a_parts, b_parts) = (self.parts(a), self.parts(b));
        let (a_cuts, b_cuts) = (self.cuts(&a_parts), self.cuts(&b_parts));
        let some_constant = a_parts
            .iter()
            .chain(&b_parts)
            .any(|&part| self.is_constant(part));
        if !some_constant && a_cuts != b_cuts {
            return None;
        }
        let mut cuts = [a_cuts, b_cuts].concat();
        cuts.sort_unstable();
        cuts.dedup();
        let mut end = self.width(a);
        let mut parts = Vec::with_capacity(cuts.len());
        for &low_bit in cuts.iter().rev() {
            let (x, y) = (
                self.extract(a, low_bit, end - low_bit),
                self.extract(b, low_bit, end - low_bit),
            );
            parts.push(self.construct(operation, x, y));
            end = low_bit;
        }
        Some(self.concat_all(&parts))
    }

    /// The lowest bit of each part, in increasing order; the first is 0.
    fn cuts(&self, parts: &[TermId]) -> Vec<u32> {
        let mut cuts = Vec::with_capacity(parts.len());
        let mut low_bit = 0;
        for &part in parts.iter().rev() {
            cuts.push(low_bit);
            low_bit += self.width(part);
        }
        cuts
    }
}

/// A stretch of equal bits.
struct Run {
    low_bit: u32,
    width: u32,
    ones: bool,
}

/// The runs of equal bits in `value`, from the lowest.
fn runs(value: &Value) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for index in 0..value.width() {
        let bit = value.bit(index);
        match runs.last_mut() {
            Some(run) if run.ones == bit => run.width += 1,
            _ => runs.push(Run {
                low_bit: index,
                width: 1,
                ones: bit,
            }),
        }
    }
    runs
}
