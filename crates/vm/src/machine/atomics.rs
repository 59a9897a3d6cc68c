//! Atomic instructions, in the one thread that there is.

use super::Machine;
use super::integer::{Computed, wide};
use super::state::State;
use super::stop::{Flow, Result};
use super::symbolic;
use super::symbols::Symbolic;
use super::value::Value;
use crate::program::{
    AtomicOperation, BinaryOperation, Comparison, Operand, Promises, Register, Scalar,
};

impl Machine<'_> {
    /// An atomic read-modify-write; the result is the old value.
    pub(super) fn atomic_update(
        &mut self,
        state: &mut State,
        operation: AtomicOperation,
        scalar: Scalar,
        result: Register,
        (address, operand): (Operand, Operand),
    ) -> Result<Flow> {
        let address = self.read(state, address);
        let operand = self.read(state, operand);
        let align = scalar.size_bytes();
        let old = self.read_scalar(state, scalar, address, align)?;
        let new = self.updated(operation, scalar, old, operand);
        self.write_scalar(state, scalar, address, align, new)?;
        state.write(result, old);
        Ok(Flow::Next)
    }

    fn updated(
        &mut self,
        operation: AtomicOperation,
        scalar: Scalar,
        old: Value,
        operand: Value,
    ) -> Value {
        let plain = match operation {
            AtomicOperation::Exchange => return operand,
            AtomicOperation::Add => BinaryOperation::Add,
            AtomicOperation::Subtract => BinaryOperation::Subtract,
            AtomicOperation::And | AtomicOperation::NotAnd => BinaryOperation::And,
            AtomicOperation::Or => BinaryOperation::Or,
            AtomicOperation::ExclusiveOr => BinaryOperation::ExclusiveOr,
            AtomicOperation::SignedMaximum => BinaryOperation::SignedMaximum,
            AtomicOperation::SignedMinimum => BinaryOperation::SignedMinimum,
            AtomicOperation::UnsignedMaximum => BinaryOperation::UnsignedMaximum,
            AtomicOperation::UnsignedMinimum => BinaryOperation::UnsignedMinimum,
        };
        let width = scalar.width_bits();
        if old.is_number() && operand.is_number() {
            let (left, right) = (old.number(), operand.number());
            let computed = wide::binary(plain, Promises::default(), width, left, right);
            let Computed::Number(number) = computed else {
                return Value::POISON;
            };
            let is_complement = operation == AtomicOperation::NotAnd;
            let number = if is_complement {
                number ^ wide::mask(width)
            } else {
                number
            };
            return Value::wide(number).within(old.object);
        }
        let operands = (
            self.symbols.symbolic(old, width),
            self.symbols.symbolic(operand, width),
        );
        let (Some(left), Some(right)) = operands else {
            return Value::POISON;
        };
        let terms = &mut self.symbols.terms;
        let operated = symbolic::binary(terms, plain, Promises::default(), left.term, right.term);
        let is_complement = operation == AtomicOperation::NotAnd;
        let term = if is_complement {
            terms.not(operated.term)
        } else {
            operated.term
        };
        let poison = self.symbols.either_poison(left.poison, right.poison);
        self.symbols
            .guarded(Symbolic { term, poison })
            .within(old.object)
    }

    /// `result, succeeded = compare and exchange`. Weak exchanges do not fail spuriously here.
    pub(super) fn compare_exchange(
        &mut self,
        state: &mut State,
        scalar: Scalar,
        result: Register,
        [address, expected, replacement]: [Operand; 3],
    ) -> Result<Flow> {
        let address = self.read(state, address);
        let expected = self.read(state, expected);
        let replacement = self.read(state, replacement);
        let align = scalar.size_bytes();
        let width = scalar.width_bits();
        let old = self.read_scalar(state, scalar, address, align)?;
        let (succeeded, new) = if old.is_number() && expected.is_number() {
            let is_equal = wide::compare(Comparison::Equal, width, old.number(), expected.number());
            (
                Value::bit(is_equal),
                if is_equal { replacement } else { old },
            )
        } else {
            let operands = (
                self.symbols.symbolic(old, width),
                self.symbols.symbolic(expected, width),
            );
            match operands {
                (Some(left), Some(right)) => {
                    let is_equal = self.symbols.terms.eq(left.term, right.term);
                    let poison = self.symbols.either_poison(left.poison, right.poison);
                    let new = self.symbols.choose(is_equal, replacement, old, width);
                    (
                        self.symbols.guarded(Symbolic {
                            term: is_equal,
                            poison,
                        }),
                        new,
                    )
                }
                _ => (Value::POISON, Value::POISON),
            }
        };
        self.write_scalar(state, scalar, address, align, new)?;
        state.write(result, old);
        state.write(Register(result.0 + 1), succeeded);
        Ok(Flow::Next)
    }
}
