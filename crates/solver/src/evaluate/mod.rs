//! The value of a term under a model.
//!
//! This is the meaning of the term language in one place: constant folding applies
//! [`apply`] to known operands, and an [`Evaluator`] applies it along a whole term, remembering
//! what it has computed.
//!
//! # Invariants
//!
//! - No recursion: terms may be as deep as memory allows.
//! - Only the chosen side of a choice is evaluated.

mod lanes;

pub(crate) use self::lanes::Lanes;
use crate::float;
use crate::hashing::FastMap;
use crate::model::Model;
use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};
use crate::value::Value;

/// Evaluates terms under one model and remembers every result.
pub struct Evaluator {
    model: Model,
    known: FastMap<TermId, Value>,
    pending: Vec<TermId>,
}

impl Evaluator {
    /// An evaluator that knows nothing yet.
    pub fn new(model: Model) -> Self {
        Self {
            model,
            known: FastMap::default(),
            pending: Vec::new(),
        }
    }

    /// The model whose values the symbols take.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// How many values are remembered.
    pub(crate) fn known_count(&self) -> usize {
        self.known.len()
    }

    /// The value of `term`.
    pub fn evaluate(&mut self, terms: &Terms, term: TermId) -> Value {
        debug_assert!(self.pending.is_empty(), "each evaluation empties its stack");
        self.pending.push(term);
        while let Some(&next) = self.pending.last() {
            if self.known.contains_key(&next) {
                self.pending.pop();
            } else if let Some(value) = self.step(terms, next) {
                debug_assert_eq!(value.width(), terms.width(next));
                self.known.insert(next, value);
                self.pending.pop();
            }
        }
        self.known[&term].clone()
    }

    /// Whether the one-bit `condition` holds.
    pub fn holds(&mut self, terms: &Terms, condition: TermId) -> bool {
        self.evaluate(terms, condition).is_true()
    }

    /// The value of `term` if its operands are known; otherwise they are put on the stack.
    fn step(&mut self, terms: &Terms, term: TermId) -> Option<Value> {
        let width = terms.width(term);
        match *terms.node(term) {
            Node::Constant(_) => Some(terms.as_value(term).expect("a constant").clone()),
            Node::Symbol(symbol) => Some(self.model.value(symbol, width)),
            Node::IfThenElse {
                condition,
                then,
                otherwise,
            } => {
                let is_true = self.operand(condition)?.is_true();
                self.operand(if is_true { then } else { otherwise })
                    .cloned()
            }
            Node::Float(application) => {
                let mut operands = Vec::with_capacity(3);
                for &operand in application.operands() {
                    operands.push(self.operand(operand)?.clone());
                }
                Some(float::evaluate(&application, width, &operands))
            }
            node => {
                let mut operands = node.operands();
                let first = operands.next().expect("leaves were handled");
                match operands.next() {
                    None => Some(apply(&node, width, self.operand(first)?, None)),
                    Some(second) => {
                        self.operand(second)?;
                        self.operand(first)?;
                        let (first, second) = (&self.known[&first], &self.known[&second]);
                        Some(apply(&node, width, first, Some(second)))
                    }
                }
            }
        }
    }

    fn operand(&mut self, term: TermId) -> Option<&Value> {
        let known = self.known.get(&term);
        if known.is_none() {
            self.pending.push(term);
        }
        known
    }
}

/// The result of `node`, which is neither a leaf nor a choice, for known operands.
pub(crate) fn apply(node: &Node, width: u32, first: &Value, second: Option<&Value>) -> Value {
    match (node, second) {
        (Node::Unary(UnaryOperation::Not, _), None) => first.not(),
        (Node::Unary(UnaryOperation::Negate, _), None) => first.negate(),
        (Node::Extract { term: _, low_bit }, None) => first.extract(*low_bit, width),
        (Node::SignExtend(_), None) => first.sign_extend(width),
        (Node::Concat { .. }, Some(low)) => first.concat(low),
        (Node::Binary(operation, ..), Some(right)) => apply_binary(*operation, first, right),
        _ => unreachable!("leaves and choices have no such result: {node:?}"),
    }
}

/// The result of `operation` on two values of one width.
pub(crate) fn apply_binary(operation: BinaryOperation, left: &Value, right: &Value) -> Value {
    match operation {
        BinaryOperation::And => left.and(right),
        BinaryOperation::Or => left.or(right),
        BinaryOperation::Xor => left.xor(right),
        BinaryOperation::Add => left.add(right),
        BinaryOperation::Multiply => left.multiply(right),
        BinaryOperation::UnsignedDivide => left.unsigned_divide(right),
        BinaryOperation::UnsignedRemainder => left.unsigned_remainder(right),
        BinaryOperation::ShiftLeft => left.shift_left(right),
        BinaryOperation::ShiftRight => left.shift_right(right),
        BinaryOperation::ShiftRightSigned => left.shift_right_signed(right),
        BinaryOperation::Equal => Value::boolean(left == right),
        BinaryOperation::Less => Value::boolean(left.is_less(right)),
        BinaryOperation::LessSigned => Value::boolean(left.is_less_signed(right)),
    }
}
