//! The values of a term under many models at once.
//!
//! A condition on one byte is worth knowing for all 256 values: computed side by side they cost
//! little more than one, and every later question about it is a look into a set.
//!
//! # Invariants
//!
//! - Agrees with the evaluator on every lane (`tests::lanes_agree_with_the_evaluator`).
//!
//! # Not here
//!
//! Terms of more than 128 bits: a term with such a part has no lanes.

use crate::float;
use crate::hashing::FastMap;
use crate::terms::{BinaryOperation, Node, SymbolId, TermId, Terms, UnaryOperation};
use crate::value::{INLINE_BITS, Value, mask, to_signed};

/// Values of terms, one for each lane.
pub(crate) struct Lanes {
    count: usize,
    symbols: FastMap<SymbolId, Vec<u128>>,
    known: FastMap<TermId, Vec<u128>>,
}

impl Lanes {
    /// `count` lanes in which every symbol is zero.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            count,
            symbols: FastMap::default(),
            known: FastMap::default(),
        }
    }

    /// Gives `symbol` one value for each lane.
    pub(crate) fn set(&mut self, symbol: SymbolId, values: Vec<u128>) {
        assert_eq!(values.len(), self.count, "one value for each lane");
        self.symbols.insert(symbol, values);
        self.known.clear();
    }

    /// Forgets all computed values, so that memory stays bounded.
    #[cfg(test)]
    pub(crate) fn forget(&mut self) {
        self.known.clear();
    }

    /// The values of `term`; `None` if a part is too wide or there are more than `parts_max`.
    pub(crate) fn evaluate(
        &mut self,
        terms: &Terms,
        term: TermId,
        parts_max: usize,
    ) -> Option<&[u128]> {
        let mut pending = vec![term];
        while let Some(&next) = pending.last() {
            if self.known.contains_key(&next) {
                pending.pop();
                continue;
            }
            let before = pending.len();
            let node = terms.node(next);
            pending.extend(
                node.operands()
                    .filter(|part| !self.known.contains_key(part)),
            );
            if pending.len() == before {
                if terms.width(next) > INLINE_BITS || self.known.len() >= parts_max {
                    return None;
                }
                let values = self.apply(terms, next);
                self.known.insert(next, values);
                pending.pop();
            }
        }
        Some(&self.known[&term])
    }

    fn apply(&self, terms: &Terms, term: TermId) -> Vec<u128> {
        let width = terms.width(term);
        let bits = mask(width);
        let map = |operand: TermId, apply: &dyn Fn(u128) -> u128| {
            self.known[&operand]
                .iter()
                .map(|&a| apply(a) & bits)
                .collect()
        };
        match *terms.node(term) {
            Node::Constant(_) => {
                let value = terms
                    .as_constant(term)
                    .expect("a constant of at most 128 bits");
                vec![value; self.count]
            }
            Node::Symbol(symbol) => self
                .symbols
                .get(&symbol)
                .cloned()
                .unwrap_or_else(|| vec![0; self.count]),
            Node::Unary(UnaryOperation::Not, a) => map(a, &|a| !a),
            Node::Unary(UnaryOperation::Negate, a) => map(a, &u128::wrapping_neg),
            Node::Extract { term, low_bit } => map(term, &|a| a >> low_bit),
            Node::SignExtend(a) => {
                let own = terms.width(a);
                map(a, &|a| to_signed(a, own) as u128)
            }
            Node::Concat { high, low } => {
                let low_width = terms.width(low);
                self.zip(high, low, |a, b| a << low_width | b)
            }
            Node::IfThenElse {
                condition,
                then,
                otherwise,
            } => self.known[&condition]
                .iter()
                .zip(self.zip(then, otherwise, |a, _| a))
                .zip(&self.known[&otherwise])
                .map(
                    |((&condition, then), &otherwise)| {
                        if condition == 1 { then } else { otherwise }
                    },
                )
                .collect(),
            Node::Binary(operation, a, b) => {
                let width = terms.width(a);
                self.zip_binary(operation, width, a, b)
            }
            Node::Float(application) => {
                let lane = |index: usize| {
                    let operands: Vec<Value> = application
                        .operands()
                        .iter()
                        .map(|&a| Value::new(terms.width(a), self.known[&a][index]))
                        .collect();
                    let result = float::evaluate(&application, width, &operands);
                    result.to_u128().expect("a result of at most 128 bits")
                };
                (0..self.count).map(lane).collect()
            }
        }
    }

    fn zip(&self, a: TermId, b: TermId, apply: impl Fn(u128, u128) -> u128) -> Vec<u128> {
        self.known[&a]
            .iter()
            .zip(&self.known[&b])
            .map(|(&a, &b)| apply(a, b))
            .collect()
    }

    fn zip_binary(
        &self,
        operation: BinaryOperation,
        width: u32,
        a: TermId,
        b: TermId,
    ) -> Vec<u128> {
        let bits = mask(width);
        let is_distance = |b: u128| b < u128::from(width);
        let signed = |a: u128| to_signed(a, width);
        match operation {
            BinaryOperation::And => self.zip(a, b, |a, b| a & b),
            BinaryOperation::Or => self.zip(a, b, |a, b| a | b),
            BinaryOperation::Xor => self.zip(a, b, |a, b| a ^ b),
            BinaryOperation::Add => self.zip(a, b, |a, b| a.wrapping_add(b) & bits),
            BinaryOperation::Multiply => self.zip(a, b, |a, b| a.wrapping_mul(b) & bits),
            BinaryOperation::UnsignedDivide => {
                self.zip(a, b, |a, b| a.checked_div(b).unwrap_or(bits))
            }
            BinaryOperation::UnsignedRemainder => {
                self.zip(a, b, |a, b| a.checked_rem(b).unwrap_or(a))
            }
            BinaryOperation::ShiftLeft => {
                self.zip(a, b, |a, b| if is_distance(b) { a << b & bits } else { 0 })
            }
            BinaryOperation::ShiftRight => {
                self.zip(a, b, |a, b| if is_distance(b) { a >> b } else { 0 })
            }
            BinaryOperation::ShiftRightSigned => self.zip(a, b, |a, b| {
                let distance = if is_distance(b) { b as u32 } else { width - 1 };
                (signed(a) >> distance) as u128 & bits
            }),
            BinaryOperation::Equal => self.zip(a, b, |a, b| u128::from(a == b)),
            BinaryOperation::Less => self.zip(a, b, |a, b| u128::from(a < b)),
            BinaryOperation::LessSigned => self.zip(a, b, |a, b| u128::from(signed(a) < signed(b))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Evaluator;
    use crate::model::Model;
    use crate::test_random::Random;

    const BINARY: [BinaryOperation; 13] = [
        BinaryOperation::And,
        BinaryOperation::Or,
        BinaryOperation::Xor,
        BinaryOperation::Add,
        BinaryOperation::Multiply,
        BinaryOperation::UnsignedDivide,
        BinaryOperation::UnsignedRemainder,
        BinaryOperation::ShiftLeft,
        BinaryOperation::ShiftRight,
        BinaryOperation::ShiftRightSigned,
        BinaryOperation::Equal,
        BinaryOperation::Less,
        BinaryOperation::LessSigned,
    ];

    #[test]
    fn lanes_agree_with_the_evaluator() {
        let mut random = Random::new(7);
        for width in [1, 3, 8, 64, 127, 128] {
            let mut terms = Terms::new();
            let (a, b, c) = (terms.symbol(width), terms.symbol(width), terms.symbol(1));
            let mut nodes: Vec<(Node, u32)> = BINARY
                .iter()
                .map(|&operation| {
                    let result = if operation.is_comparison() { 1 } else { width };
                    (Node::Binary(operation, a, b), result)
                })
                .collect();
            nodes.push((Node::Unary(UnaryOperation::Not, a), width));
            nodes.push((Node::Unary(UnaryOperation::Negate, a), width));
            nodes.push((
                Node::IfThenElse {
                    condition: c,
                    then: a,
                    otherwise: b,
                },
                width,
            ));
            if width > 1 {
                nodes.push((
                    Node::Extract {
                        term: a,
                        low_bit: 1,
                    },
                    width - 1,
                ));
            }
            if width <= 64 {
                nodes.push((Node::Concat { high: a, low: b }, 2 * width));
                nodes.push((Node::SignExtend(a), width + 5));
            }
            let roots: Vec<TermId> = nodes
                .into_iter()
                .map(|(node, width)| terms.intern(node, width))
                .collect();
            let count = 200;
            let mut lanes = Lanes::new(count);
            let mut models = vec![Model::new(); count];
            for symbol in [a, b, c] {
                let width = terms.width(symbol);
                let values: Vec<u128> = (0..count).map(|_| random.edge_biased(width)).collect();
                let symbol = terms.as_symbol(symbol).unwrap();
                for (model, &value) in models.iter_mut().zip(&values) {
                    model.set(symbol, Value::new(width, value));
                }
                lanes.set(symbol, values);
            }
            for root in roots {
                let found = lanes.evaluate(&terms, root, 1_000).unwrap().to_vec();
                for (model, &found) in models.iter().zip(&found) {
                    let expected = Evaluator::new(model.clone()).evaluate(&terms, root);
                    assert_eq!(expected.to_u128(), Some(found), "{}", terms.show(root));
                }
            }
        }
    }

    #[test]
    fn terms_that_are_too_wide_or_too_large_have_no_lanes() {
        let mut terms = Terms::new();
        let a = terms.symbol(129);
        let zero = terms.zero(129);
        let is_zero = terms.eq(a, zero);
        assert!(Lanes::new(4).evaluate(&terms, is_zero, 100).is_none());
        let (b, c) = (terms.symbol(8), terms.symbol(8));
        let sum = terms.add(b, c);
        assert!(Lanes::new(4).evaluate(&terms, sum, 2).is_none());
        assert!(Lanes::new(4).evaluate(&terms, sum, 3).is_some());
    }
}
