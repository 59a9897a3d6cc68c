//! Handlers of integer instructions: numbers first, terms when a symbol is in play.

use super::Machine;
use super::fault::{Fault, Purpose};
use super::integer::{Computed, wide, word};
use super::state::State;
use super::stop::{Flow, Result};
use super::symbolic::{self, Operated};
use super::symbols::Symbolic;
use super::value::{Shadow, Value};
use crate::memory::{ObjectId, Piece};
use crate::program::{
    BinaryOperation, Comparison, Operand, OverflowOperation, Promises, Register, Scalar,
    UnaryOperation,
};

/// The operands of an integer instruction.
#[derive(Clone, Copy)]
pub(super) struct Integers {
    pub(super) width: u32,
    pub(super) result: Register,
    pub(super) left: Operand,
    pub(super) right: Operand,
}

impl Machine<'_> {
    /// `result = left operation right`.
    ///
    /// Faults: division by zero, overflow of a signed division, an indeterminate divisor.
    #[inline]
    pub(super) fn binary(
        &mut self,
        state: &mut State,
        operation: BinaryOperation,
        promises: Promises,
        integers: Integers,
    ) -> Result<Flow> {
        let Integers {
            width,
            result,
            left,
            right,
        } = integers;
        let (left, right) = (self.read(state, left), self.read(state, right));
        if left.is_number() && right.is_number() && width <= 64 {
            let value = match word::binary(operation, promises, width, left.low, right.low) {
                Computed::Number(number) if left.is_plain() && right.is_plain() => {
                    Value::word(number)
                }
                Computed::Number(number) => {
                    let object = object_of_result(operation, left.object, right.object);
                    Value::word(number).within(object)
                }
                Computed::Poison => Value::POISON,
                Computed::Fault(fault) => return Err(self.fault(state, &fault)),
            };
            state.write(result, value);
            return Ok(Flow::Next);
        }
        let value = self.binary_slow(state, operation, promises, width, (left, right))?;
        state.write(result, value);
        Ok(Flow::Next)
    }

    fn binary_slow(
        &mut self,
        state: &mut State,
        operation: BinaryOperation,
        promises: Promises,
        width: u32,
        (left, right): (Value, Value),
    ) -> Result<Value> {
        let object = object_of_result(operation, left.object, right.object);
        if left.is_number() && right.is_number() && width <= 128 {
            return match wide::binary(operation, promises, width, left.number(), right.number()) {
                Computed::Number(number) => Ok(Value::wide(number).within(object)),
                Computed::Poison => Ok(Value::POISON),
                Computed::Fault(fault) => Err(self.fault(state, &fault)),
            };
        }
        if let Some(value) = self.move_pieces(operation, width, left, right) {
            return Ok(value);
        }
        let is_division = matches!(
            operation,
            BinaryOperation::UnsignedDivide
                | BinaryOperation::SignedDivide
                | BinaryOperation::UnsignedRemainder
                | BinaryOperation::SignedRemainder
        );
        if is_division {
            self.require_divisible(state, operation, width, left, right)?;
        }
        let (Some(left), Some(right)) = (
            self.symbols.symbolic(left, width),
            self.symbols.symbolic(right, width),
        ) else {
            return Ok(indeterminate(left, right));
        };
        let terms = &mut self.symbols.terms;
        let operated = symbolic::binary(terms, operation, promises, left.term, right.term);
        Ok(self.operated(operated, left, right).within(object))
    }

    /// A result whose operands may be poison, too.
    fn operated(&mut self, operated: Operated, left: Symbolic, right: Symbolic) -> Value {
        let operands = self.symbols.either_poison(left.poison, right.poison);
        let poison = self.symbols.either_poison(operands, operated.poison);
        self.symbols.guarded(Symbolic {
            term: operated.term,
            poison,
        })
    }

    /// Requires that a divisor is not 0 and that a signed quotient fits.
    fn require_divisible(
        &mut self,
        state: &mut State,
        operation: BinaryOperation,
        width: u32,
        dividend: Value,
        divisor: Value,
    ) -> Result<()> {
        let divisor = self.defined(state, divisor, width, Purpose::Divisor)?;
        let is_not_zero = symbolic::is_not_zero(&mut self.symbols.terms, divisor);
        self.require(state, is_not_zero, |_| Fault::DivideByZero)?;
        let is_signed = matches!(
            operation,
            BinaryOperation::SignedDivide | BinaryOperation::SignedRemainder
        );
        let Some(dividend) = self.symbols.symbolic(dividend, width).filter(|_| is_signed) else {
            return Ok(());
        };
        let terms = &mut self.symbols.terms;
        let (minimum, minus_one) = (terms.signed_min(width), terms.ones(width));
        let not_minimum = terms.ne(dividend.term, minimum);
        let not_minus_one = terms.ne(divisor, minus_one);
        let mut fits = terms.or(not_minimum, not_minus_one);
        if let Some(poison) = dividend.poison {
            fits = terms.or(fits, poison);
        }
        self.require(state, fits, |_| Fault::DivideOverflow)
    }

    /// Shifts by whole bytes and joins of mixtures, which keep undefined bytes and addresses as they
    /// are. That is how code takes fields out of a struct that travels as one integer.
    fn move_pieces(
        &mut self,
        operation: BinaryOperation,
        width: u32,
        left: Value,
        right: Value,
    ) -> Option<Value> {
        if !width.is_multiple_of(8) {
            return None;
        }
        let size = width / 8;
        let shift = right.is_plain().then_some(right.low / 8);
        let shift = shift.filter(|bytes| right.low.is_multiple_of(8) && *bytes < u64::from(size));
        match (operation, shift) {
            (BinaryOperation::ShiftRightLogical, Some(bytes)) => {
                self.is_in_parts(left).then_some(())?;
                let bytes = u32::try_from(bytes).expect("less than the size of an integer");
                let mut pieces = self.symbols.split_value(left, bytes, size - bytes);
                pieces.push(zeros(bytes));
                Some(self.symbols.mixture(pieces))
            }
            (BinaryOperation::ShiftLeft, Some(bytes)) => {
                self.is_in_parts(left).then_some(())?;
                let bytes = u32::try_from(bytes).expect("less than the size of an integer");
                let mut pieces = vec![zeros(bytes)];
                pieces.extend(self.symbols.split_value(left, 0, size - bytes));
                Some(self.symbols.mixture(pieces))
            }
            (BinaryOperation::Or | BinaryOperation::And, _) => {
                if !self.is_in_parts(left) && !self.is_in_parts(right) {
                    return None;
                }
                self.symbols
                    .join_bytewise(operation == BinaryOperation::Or, size, left, right)
            }
            _ => None,
        }
    }

    /// Whether the bytes of a value may each be something else: a mixture, or bytes that nobody has
    /// written, which do not make their neighbours undefined.
    fn is_in_parts(&self, value: Value) -> bool {
        value.shadow == Shadow::Undefined || self.symbols.as_pieces(value).is_some()
    }

    /// `result, overflowed = left operation right`.
    pub(super) fn overflow(
        &mut self,
        state: &mut State,
        operation: OverflowOperation,
        integers: Integers,
    ) -> Result<Flow> {
        let Integers {
            width,
            result,
            left,
            right,
        } = integers;
        let (left, right) = (self.read(state, left), self.read(state, right));
        let flag = Register(result.0 + 1);
        if left.is_number() && right.is_number() && width <= 64 {
            let (number, overflows) = word::overflow(operation, width, left.low, right.low);
            let object = match operation {
                OverflowOperation::UnsignedAdd | OverflowOperation::UnsignedSubtract => {
                    object_of_result(BinaryOperation::Add, left.object, right.object)
                }
                _ => ObjectId::NONE,
            };
            state.write(result, Value::word(number).within(object));
            state.write(flag, Value::bit(overflows));
            return Ok(Flow::Next);
        }
        if left.is_number() && right.is_number() && width <= 128 {
            let (number, overflows) =
                wide::overflow(operation, width, left.number(), right.number());
            state.write(result, Value::wide(number));
            state.write(flag, Value::bit(overflows));
            return Ok(Flow::Next);
        }
        let operands = (
            self.symbols.symbolic(left, width),
            self.symbols.symbolic(right, width),
        );
        let (Some(left), Some(right)) = operands else {
            state.write(result, Value::POISON);
            state.write(flag, Value::POISON);
            return Ok(Flow::Next);
        };
        let (term, overflows) =
            symbolic::overflow(&mut self.symbols.terms, operation, left.term, right.term);
        let number = self.operated(Operated { term, poison: None }, left, right);
        let overflows = self.operated(
            Operated {
                term: overflows,
                poison: None,
            },
            left,
            right,
        );
        state.write(result, number);
        state.write(flag, overflows);
        Ok(Flow::Next)
    }

    /// `result = operation operand`.
    pub(super) fn unary(
        &mut self,
        state: &mut State,
        operation: UnaryOperation,
        scalar: Scalar,
        result: Register,
        operand: Operand,
    ) -> Result<Flow> {
        let width = scalar.width_bits();
        let operand = self.read(state, operand);
        let value = if operation == UnaryOperation::Freeze {
            self.freeze(operand, width)
        } else if operand.is_number() && width <= 64 {
            match word::unary(operation, width, operand.low) {
                Computed::Number(number) => Value::word(number),
                Computed::Poison => Value::POISON,
                Computed::Fault(fault) => return Err(self.fault(state, &fault)),
            }
        } else if operand.is_number() && width <= 128 {
            match wide::unary(operation, width, operand.number()) {
                Computed::Number(number) => Value::wide(number),
                Computed::Poison => Value::POISON,
                Computed::Fault(fault) => return Err(self.fault(state, &fault)),
            }
        } else if let Some(symbolic) = self.symbols.symbolic(operand, width) {
            let operated = symbolic::unary(&mut self.symbols.terms, operation, symbolic.term);
            let none = Symbolic {
                poison: None,
                ..symbolic
            };
            self.operated(operated, symbolic, none)
        } else {
            operand
        };
        state.write(result, value);
        Ok(Flow::Next)
    }

    /// The value, or any fixed value where it is indeterminate: a new unknown stands for all of them.
    fn freeze(&mut self, operand: Value, width: u32) -> Value {
        if operand.is_number() || matches!(operand.shadow, Shadow::Term(_)) {
            return operand;
        }
        let Some(symbolic) = self.symbols.symbolic(operand, width) else {
            return Value::term(self.symbols.terms.symbol(width));
        };
        let Some(poison) = symbolic.poison else {
            return self.symbols.value_of(symbolic.term).within(operand.object);
        };
        let anything = self.symbols.terms.symbol(width);
        let term = self.symbols.terms.ite(poison, anything, symbolic.term);
        self.symbols.value_of(term).within(operand.object)
    }

    /// A funnel shift; the amount counts modulo the width.
    pub(super) fn funnel_shift(
        &mut self,
        state: &mut State,
        is_left: bool,
        width: u32,
        result: Register,
        [high, low, amount]: [Operand; 3],
    ) -> Result<Flow> {
        let values = [
            self.read(state, high),
            self.read(state, low),
            self.read(state, amount),
        ];
        if values.iter().all(|value| value.is_number()) && width <= 64 {
            let [high, low, amount] = values.map(|value| value.low);
            let number = word::funnel_shift(is_left, width, [high, low, amount]);
            state.write(result, Value::word(number));
            return Ok(Flow::Next);
        }
        if values.iter().all(|value| value.is_number()) && width <= 128 {
            let number = wide::funnel_shift(is_left, width, values.map(Value::number));
            state.write(result, Value::wide(number));
            return Ok(Flow::Next);
        }
        let mut parts = Vec::with_capacity(3);
        for value in values {
            let Some(symbolic) = self.symbols.symbolic(value, width) else {
                state.write(result, Value::POISON);
                return Ok(Flow::Next);
            };
            parts.push(symbolic);
        }
        let terms = &mut self.symbols.terms;
        let (high, low, amount) = (parts[0], parts[1], parts[2]);
        let term = if is_left {
            terms.funnel_shift_left(high.term, low.term, amount.term)
        } else {
            terms.funnel_shift_right(high.term, low.term, amount.term)
        };
        let operated = Operated {
            term,
            poison: amount.poison,
        };
        let value = self.operated(operated, high, low);
        state.write(result, value);
        Ok(Flow::Next)
    }

    /// A comparison of integers or addresses.
    #[inline]
    pub(super) fn compare(
        &mut self,
        state: &mut State,
        comparison: Comparison,
        integers: Integers,
    ) -> Result<Flow> {
        let Integers {
            width,
            result,
            left,
            right,
        } = integers;
        let (left, right) = (self.read(state, left), self.read(state, right));
        let value = if left.is_number() && right.is_number() && width <= 128 {
            Value::bit(if width <= 64 {
                word::compare(comparison, width, left.low, right.low)
            } else {
                wide::compare(comparison, width, left.number(), right.number())
            })
        } else {
            self.compare_slow(comparison, width, left, right)
        };
        state.write(result, value);
        Ok(Flow::Next)
    }

    fn compare_slow(
        &mut self,
        comparison: Comparison,
        width: u32,
        left: Value,
        right: Value,
    ) -> Value {
        let operands = (
            self.symbols.symbolic(left, width),
            self.symbols.symbolic(right, width),
        );
        let (Some(left), Some(right)) = operands else {
            return indeterminate(left, right);
        };
        let terms = &mut self.symbols.terms;
        let term = symbolic::compare(terms, comparison, left.term, right.term);
        self.operated(Operated { term, poison: None }, left, right)
    }
}

fn zeros(length: u32) -> Piece {
    Piece {
        length,
        skip: 0,
        value: Value::ZERO,
    }
}

/// What an operation on an indeterminate operand gives.
fn indeterminate(left: Value, right: Value) -> Value {
    if left.shadow == Shadow::Poison || right.shadow == Shadow::Poison {
        Value::POISON
    } else {
        Value::UNDEFINED
    }
}

/// The object that the result of integer arithmetic on addresses belongs to: that of the one operand
/// which has one. The difference of two addresses belongs nowhere.
fn object_of_result(operation: BinaryOperation, left: ObjectId, right: ObjectId) -> ObjectId {
    match operation {
        BinaryOperation::Add
        | BinaryOperation::And
        | BinaryOperation::Or
        | BinaryOperation::ExclusiveOr => match (left, right) {
            (object, ObjectId::NONE) | (ObjectId::NONE, object) => object,
            _ => ObjectId::NONE,
        },
        BinaryOperation::Subtract if right == ObjectId::NONE => left,
        _ => ObjectId::NONE,
    }
}
