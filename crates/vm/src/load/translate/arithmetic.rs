//! Integer arithmetic, comparisons, selection and `freeze`, lane by lane.

use crate::load::llvm::{Opcode, Value};
use crate::program::{
    BinaryOperation, Comparison, Instruction, Operand, Promises, Scalar, UnaryOperation,
};

use super::function::{Translator, instruction_name};
use super::halt::Halt;
use super::leaves::Leaves;

impl<'m> Translator<'_, 'm> {
    /// Translates an operation on two integers.
    pub(super) fn binary(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let opcode = value.opcode();
        let operation =
            binary_operation(opcode).ok_or_else(|| Halt::unsupported(instruction_name(value)))?;
        let promises = promises_of(value, opcode);
        self.lanes_of_two(
            value,
            value.operand(0),
            value.operand(1),
            operation,
            promises,
        )
    }

    /// Emits one operation a lane and binds the result.
    pub(super) fn lanes_of_two(
        &mut self,
        value: Value<'m>,
        left: Value<'m>,
        right: Value<'m>,
        operation: BinaryOperation,
        promises: Promises,
    ) -> Result<(), Halt> {
        let scalars = self.scalars(value)?;
        let (left, right) = (self.leaves(left)?, self.leaves(right)?);
        let mut results = Vec::with_capacity(scalars.len());
        for (lane, scalar) in scalars.iter().enumerate() {
            let Scalar::Integer(width_bits) = *scalar else {
                return Err(Halt::unsupported(instruction_name(value)));
            };
            let (left, right) = (left.as_slice()[lane], right.as_slice()[lane]);
            results.push(self.define(|result| Instruction::Binary {
                operation,
                promises,
                width_bits,
                result,
                left,
                right,
            }));
        }
        self.bind(value, results.into_iter().collect());
        Ok(())
    }

    /// Emits one operation without promises.
    pub(super) fn emit_binary(
        &mut self,
        operation: BinaryOperation,
        width_bits: u16,
        left: Operand,
        right: Operand,
    ) -> Operand {
        self.define(|result| Instruction::Binary {
            operation,
            promises: Promises::default(),
            width_bits,
            result,
            left,
            right,
        })
    }

    /// Translates an integer or address comparison.
    pub(super) fn compare(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let (comparison, is_swapped) = comparison_of(value.integer_predicate())
            .ok_or_else(|| Halt::unsupported(instruction_name(value)))?;
        let scalars = self.scalars(value.operand(0))?;
        let (mut left, mut right) = (
            self.leaves(value.operand(0))?,
            self.leaves(value.operand(1))?,
        );
        if is_swapped {
            std::mem::swap(&mut left, &mut right);
        }
        let mut results = Vec::with_capacity(scalars.len());
        for (lane, scalar) in scalars.iter().enumerate() {
            let (left, right) = (left.as_slice()[lane], right.as_slice()[lane]);
            results.push(self.emit_compare(comparison, *scalar, left, right));
        }
        self.bind(value, results.into_iter().collect());
        Ok(())
    }

    /// Emits one comparison.
    pub(super) fn emit_compare(
        &mut self,
        comparison: Comparison,
        scalar: Scalar,
        left: Operand,
        right: Operand,
    ) -> Operand {
        self.define(|result| Instruction::Compare {
            comparison,
            scalar,
            result,
            left,
            right,
        })
    }

    /// Translates `select`, with one condition for all leaves or one for each lane.
    pub(super) fn select(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let scalars = self.scalars(value)?;
        let condition = self.leaves(value.operand(0))?;
        let (first, second) = (
            self.leaves(value.operand(1))?,
            self.leaves(value.operand(2))?,
        );
        let mut results = Vec::with_capacity(scalars.len());
        for (lane, scalar) in scalars.iter().enumerate() {
            let condition = match condition.as_slice() {
                [condition] => *condition,
                conditions => conditions[lane],
            };
            let (first, second) = (first.as_slice()[lane], second.as_slice()[lane]);
            results.push(self.emit_select(*scalar, condition, first, second));
        }
        self.bind(value, results.into_iter().collect());
        Ok(())
    }

    /// Emits one selection.
    pub(super) fn emit_select(
        &mut self,
        scalar: Scalar,
        condition: Operand,
        first: Operand,
        second: Operand,
    ) -> Operand {
        self.define(|result| Instruction::Select {
            scalar,
            result,
            condition,
            first,
            second,
        })
    }

    /// Translates `freeze`, leaf by leaf.
    pub(super) fn freeze(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let operand = value.operand(0);
        self.lanes_of_one(value, operand, UnaryOperation::Freeze)
    }

    /// Emits one operation a lane and binds the result.
    pub(super) fn lanes_of_one(
        &mut self,
        value: Value<'m>,
        operand: Value<'m>,
        operation: UnaryOperation,
    ) -> Result<(), Halt> {
        let scalars = self.scalars(value)?;
        let operands = self.leaves(operand)?;
        let results: Leaves = scalars
            .iter()
            .zip(operands.as_slice())
            .map(|(scalar, operand)| {
                self.define(|result| Instruction::Unary {
                    operation,
                    scalar: *scalar,
                    result,
                    operand: *operand,
                })
            })
            .collect();
        self.bind(value, results);
        Ok(())
    }
}

/// The operation of an opcode.
pub(super) fn binary_operation(opcode: Opcode) -> Option<BinaryOperation> {
    Some(match opcode {
        Opcode::Add => BinaryOperation::Add,
        Opcode::Subtract => BinaryOperation::Subtract,
        Opcode::Multiply => BinaryOperation::Multiply,
        Opcode::UnsignedDivide => BinaryOperation::UnsignedDivide,
        Opcode::SignedDivide => BinaryOperation::SignedDivide,
        Opcode::UnsignedRemainder => BinaryOperation::UnsignedRemainder,
        Opcode::SignedRemainder => BinaryOperation::SignedRemainder,
        Opcode::ShiftLeft => BinaryOperation::ShiftLeft,
        Opcode::ShiftRightLogical => BinaryOperation::ShiftRightLogical,
        Opcode::ShiftRightArithmetic => BinaryOperation::ShiftRightArithmetic,
        Opcode::And => BinaryOperation::And,
        Opcode::Or => BinaryOperation::Or,
        Opcode::ExclusiveOr => BinaryOperation::ExclusiveOr,
        _ => return None,
    })
}

fn promises_of(value: Value<'_>, opcode: Opcode) -> Promises {
    let mut promises = Promises::default();
    match opcode {
        Opcode::Add | Opcode::Subtract | Opcode::Multiply | Opcode::ShiftLeft => {
            (promises.no_unsigned_wrap, promises.no_signed_wrap) = value.wrap_promises();
        }
        Opcode::UnsignedDivide
        | Opcode::SignedDivide
        | Opcode::ShiftRightLogical
        | Opcode::ShiftRightArithmetic => promises.exact = value.is_exact(),
        Opcode::Or => promises.disjoint = value.is_disjoint(),
        _ => {}
    }
    promises
}

/// The comparison of a predicate, and whether its operands change places.
fn comparison_of(predicate: i32) -> Option<(Comparison, bool)> {
    Some(match predicate {
        32 => (Comparison::Equal, false),
        33 => (Comparison::NotEqual, false),
        34 => (Comparison::UnsignedLess, true),
        35 => (Comparison::UnsignedLessOrEqual, true),
        36 => (Comparison::UnsignedLess, false),
        37 => (Comparison::UnsignedLessOrEqual, false),
        38 => (Comparison::SignedLess, true),
        39 => (Comparison::SignedLessOrEqual, true),
        40 => (Comparison::SignedLess, false),
        41 => (Comparison::SignedLessOrEqual, false),
        _ => return None,
    })
}
