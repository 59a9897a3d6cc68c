//! Float arithmetic and comparisons, lane by lane.

use crate::load::llvm::{Opcode, Type, TypeKind, Value};
use crate::program::{FloatComparison, FloatOperation, Instruction, Operand, Scalar};

use super::function::{Translator, instruction_name};
use super::halt::Halt;
use super::leaves::Leaves;

/// Whether the machine calculates with values of this type: not with floats of other sizes than 32
/// and 64 bits, which it only moves.
pub(super) fn is_calculated(of: Type<'_>) -> bool {
    match of.kind() {
        TypeKind::Vector | TypeKind::Array => is_calculated(of.element()),
        TypeKind::Half
        | TypeKind::BFloat
        | TypeKind::X86Fp80
        | TypeKind::Fp128
        | TypeKind::PowerPcFp128 => false,
        _ => true,
    }
}

impl<'m> Translator<'_, 'm> {
    /// Translates an operation on floats.
    pub(super) fn float_arithmetic(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let operation = match value.opcode() {
            Opcode::FloatAdd => FloatOperation::Add,
            Opcode::FloatSubtract => FloatOperation::Subtract,
            Opcode::FloatMultiply => FloatOperation::Multiply,
            Opcode::FloatDivide => FloatOperation::Divide,
            Opcode::FloatRemainder => FloatOperation::Remainder,
            Opcode::FloatNegate => FloatOperation::Negate,
            other => panic!("{other:?} is no float operation"),
        };
        self.float_lanes(value, operation, &value.operands())
    }

    /// Emits one float operation a lane and binds the result.
    pub(super) fn float_lanes(
        &mut self,
        value: Value<'m>,
        operation: FloatOperation,
        operands: &[Value<'m>],
    ) -> Result<(), Halt> {
        if !is_calculated(value.type_of()) {
            return Err(Halt::unsupported(format!(
                "arithmetic on `{}`",
                value.type_of()
            )));
        }
        let scalars = self.scalars(value)?;
        let mut inputs = Vec::with_capacity(operands.len());
        for operand in operands {
            inputs.push(self.leaves(*operand)?);
        }
        let mut results = Vec::with_capacity(scalars.len());
        for (lane, scalar) in scalars.iter().enumerate() {
            if !matches!(scalar, Scalar::Float32 | Scalar::Float64) {
                return Err(Halt::unsupported(instruction_name(value)));
            }
            let operands = inputs
                .iter()
                .map(|leaves| leaves.as_slice()[lane])
                .collect();
            results.push(self.emit_float(operation, *scalar, operands));
        }
        self.bind(value, results.into_iter().collect());
        Ok(())
    }

    /// Emits one float operation.
    pub(super) fn emit_float(
        &mut self,
        operation: FloatOperation,
        scalar: Scalar,
        operands: Box<[Operand]>,
    ) -> Operand {
        self.define(|result| Instruction::Float {
            operation,
            scalar,
            result,
            operands,
        })
    }

    /// Translates a float comparison.
    pub(super) fn float_compare(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let (left, right) = (value.operand(0), value.operand(1));
        if !is_calculated(left.type_of()) {
            return Err(Halt::unsupported(format!("comparing `{}`", left.type_of())));
        }
        let comparison = float_comparison(value.float_predicate());
        let scalars = self.scalars(left)?;
        let (left, right) = (self.leaves(left)?, self.leaves(right)?);
        let lanes = scalars
            .iter()
            .zip(left.as_slice().iter().zip(right.as_slice()));
        let results: Leaves = lanes
            .map(|(scalar, (left, right))| {
                self.define(|result| Instruction::FloatCompare {
                    comparison,
                    scalar: *scalar,
                    result,
                    left: *left,
                    right: *right,
                })
            })
            .collect();
        self.bind(value, results);
        Ok(())
    }
}

/// LLVM numbers the predicates as sets of relations already.
pub(super) fn float_comparison(predicate: i32) -> FloatComparison {
    assert!(
        (0..16).contains(&predicate),
        "no such predicate: {predicate}"
    );
    FloatComparison {
        equal: predicate & 1 != 0,
        greater: predicate & 2 != 0,
        less: predicate & 4 != 0,
        unordered: predicate & 8 != 0,
    }
}
