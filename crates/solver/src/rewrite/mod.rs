//! The constructors of terms. Each rewrites on the way in.
//!
//! One file per family, each with its rules beside the constructors that use them:
//!
//! - `shape`: concatenation, extraction, extension. Zero-extension *is* concatenation with zeros,
//!   and a shift by a constant is an extraction with zeros, so what a program takes apart and puts
//!   together again becomes the term that it was.
//! - `bitwise`: and, or, exclusive or, complement. A constant mask is a concatenation too.
//! - `linear`: sums with multiples, brought into one order, so that equal parts cancel.
//! - `bit_count`: sums of single bits, into one shape.
//! - `recombine`: a number and a part of it in one sum.
//! - `arithmetic`: products, quotients and what is built from them.
//! - `shift`: shifts by unknown amounts.
//! - `compare`, `compare_linear`: equality and order.
//! - `conjunction`: two comparisons that hold together.
//! - `choice`: if-then-else.
//! - `count`, `overflow`: built from the others.
//!
//! # Invariants
//!
//! - A constructor's result has the value that its name promises, under every model
//!   (`tests::constructors_agree_with_values`).
//! - Rewriting ends: each rule goes to narrower terms, to operands, or to a smaller operation in
//!   the order of the families. Rules that follow chains of unbounded length stop at
//!   [`NESTING_MAX`]; what is deeper is stored as it is.

mod arithmetic;
mod bit_count;
mod bitwise;
mod choice;
mod compare;
mod compare_linear;
mod conjunction;
mod count;
mod linear;
mod overflow;
mod recombine;
mod shape;
mod shift;

use crate::evaluate::apply_binary;
use crate::float::FloatApplication;
use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};

/// How deep a rule may call itself through chains of choices. A stack frame takes a few hundred
/// bytes, several of them one level, and threads have two megabytes.
const NESTING_MAX: u32 = 128;

impl Terms {
    /// Does `rewrite` one level deeper; `None` if that is too deep.
    fn nested(&mut self, rewrite: impl FnOnce(&mut Self) -> TermId) -> Option<TermId> {
        if self.nesting >= NESTING_MAX {
            return None;
        }
        self.nesting += 1;
        let term = rewrite(self);
        self.nesting -= 1;
        Some(term)
    }

    /// The last resort of every binary constructor. Folds constants, decides choices between
    /// constants, orders the operands of a commutative operation (a constant last, otherwise the
    /// older term first) and stores the node.
    fn binary(&mut self, operation: BinaryOperation, a: TermId, b: TermId) -> TermId {
        assert_eq!(
            self.width(a),
            self.width(b),
            "operands of one operation have one width"
        );
        if let (Some(left), Some(right)) = (self.as_value(a), self.as_value(b)) {
            let folded = apply_binary(operation, left, right);
            return self.value(folded);
        }
        if let Some(decided) = self.decide_choice(operation, a, b) {
            return decided;
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

    /// An operation on a constant and a choice between constants is a choice between results. For
    /// comparisons, one constant side is enough: the choice then becomes plain logic.
    fn decide_choice(
        &mut self,
        operation: BinaryOperation,
        a: TermId,
        b: TermId,
    ) -> Option<TermId> {
        let choice = if self.is_constant(b) { a } else { b };
        if !self.is_constant(a) && !self.is_constant(b) {
            return None;
        }
        let Node::IfThenElse {
            condition,
            then,
            otherwise,
        } = *self.node(choice)
        else {
            return None;
        };
        let (first, second) = (self.is_constant(then), self.is_constant(otherwise));
        let pays = if operation.is_comparison() {
            first || second
        } else {
            first && second
        };
        if !pays {
            return None;
        }
        self.nested(|terms| {
            let [then, otherwise] = [then, otherwise].map(|side| {
                let (a, b) = if choice == a { (side, b) } else { (a, side) };
                terms.construct(operation, a, b)
            });
            terms.ite(condition, then, otherwise)
        })
    }

    /// `term` with other operands, through its constructor.
    pub(crate) fn rebuild(&mut self, term: TermId, operand: impl Fn(TermId) -> TermId) -> TermId {
        let width = self.width(term);
        match *self.node(term) {
            Node::Constant(_) | Node::Symbol(_) => term,
            Node::Unary(UnaryOperation::Not, a) => self.not(operand(a)),
            Node::Unary(UnaryOperation::Negate, a) => self.neg(operand(a)),
            Node::Binary(operation, a, b) => self.construct(operation, operand(a), operand(b)),
            Node::IfThenElse {
                condition,
                then,
                otherwise,
            } => self.ite(operand(condition), operand(then), operand(otherwise)),
            Node::Concat { high, low } => self.concat(operand(high), operand(low)),
            Node::Extract { term, low_bit } => self.extract(operand(term), low_bit, width),
            Node::SignExtend(a) => self.sign_extend(operand(a), width),
            Node::Float(application) => {
                let operands: Vec<TermId> =
                    application.operands().iter().map(|&a| operand(a)).collect();
                let FloatApplication {
                    operation,
                    format,
                    rounding,
                    ..
                } = application;
                self.float_apply(operation, format, rounding, &operands, width)
            }
        }
    }

    /// The constructor of `operation`.
    fn construct(&mut self, operation: BinaryOperation, a: TermId, b: TermId) -> TermId {
        match operation {
            BinaryOperation::And => self.and(a, b),
            BinaryOperation::Or => self.or(a, b),
            BinaryOperation::Xor => self.xor(a, b),
            BinaryOperation::Add => self.add(a, b),
            BinaryOperation::Multiply => self.mul(a, b),
            BinaryOperation::UnsignedDivide => self.udiv(a, b),
            BinaryOperation::UnsignedRemainder => self.urem(a, b),
            BinaryOperation::ShiftLeft => self.shl(a, b),
            BinaryOperation::ShiftRight => self.lshr(a, b),
            BinaryOperation::ShiftRightSigned => self.ashr(a, b),
            BinaryOperation::Equal => self.eq(a, b),
            BinaryOperation::Less => self.ult(a, b),
            BinaryOperation::LessSigned => self.slt(a, b),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
