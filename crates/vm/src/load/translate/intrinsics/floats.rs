//! Intrinsics on floats, lane by lane.

use crate::load::llvm::Value;
use crate::program::{Conversion, FloatOperation, Instruction};

use super::super::floats::is_calculated;
use super::super::function::Translator;
use super::super::halt::Halt;
use super::super::leaves::Leaves;

/// Intrinsics that are functions of C's mathematics library under the same name.
const LIBRARY_FUNCTIONS: &[&str] = &[
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "exp", "exp2",
    "exp10", "log", "log2", "log10", "pow",
];

impl<'m> Translator<'_, 'm> {
    /// Translates an intrinsic on floats; whether the name is one.
    pub(super) fn float_intrinsic(
        &mut self,
        call: Value<'m>,
        words: &[&str],
    ) -> Result<bool, Halt> {
        let [first, rest @ ..] = words else {
            return Ok(false);
        };
        if let Some(operation) = float_operation(first) {
            self.float_lanes(call, operation, &call.arguments())?;
        } else if LIBRARY_FUNCTIONS.contains(first) {
            let operation = FloatOperation::Library(self.assembly.pools.text(first));
            self.float_lanes(call, operation, &call.arguments())?;
        } else {
            match (*first, rest) {
                ("fptosi", ["sat", ..]) => {
                    self.saturate(call, Conversion::FloatToSignedSaturating)?;
                }
                ("fptoui", ["sat", ..]) => {
                    self.saturate(call, Conversion::FloatToUnsignedSaturating)?;
                }
                ("is", ["fpclass", ..]) => self.classify(call)?,
                // What the compiler makes of them too: calls into its runtime library.
                ("powi", ["f64", "i32"]) => {
                    self.call_stand_in(call, "__powidf2", &call.arguments())?;
                }
                ("powi", ["f32", "i32"]) => {
                    self.call_stand_in(call, "__powisf2", &call.arguments())?;
                }
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    fn saturate(&mut self, call: Value<'m>, conversion: Conversion) -> Result<(), Halt> {
        let operand = call.operand(0);
        if !is_calculated(operand.type_of()) {
            return Err(Halt::unsupported(format!(
                "converting `{}`",
                operand.type_of()
            )));
        }
        let (from, to) = (self.scalars(operand)?, self.scalars(call)?);
        let operands = self.leaves(operand)?;
        let results: Leaves = from
            .into_iter()
            .zip(to)
            .zip(operands.as_slice())
            .map(|((from, to), operand)| self.emit_plain_conversion(conversion, from, to, *operand))
            .collect();
        self.bind(call, results);
        Ok(())
    }

    /// `llvm.is.fpclass`.
    fn classify(&mut self, call: Value<'m>) -> Result<(), Halt> {
        let operand = call.operand(0);
        if !is_calculated(operand.type_of()) {
            return Err(Halt::unsupported(format!(
                "classifying `{}`",
                operand.type_of()
            )));
        }
        let mask = u16::try_from(call.operand(1).integer_words()[0])
            .map_err(|_| Halt::unsupported("a float class that does not exist"))?;
        let scalars = self.scalars(operand)?;
        let operands = self.leaves(operand)?;
        let results: Leaves = scalars
            .into_iter()
            .zip(operands.as_slice())
            .map(|(scalar, operand)| {
                self.define(|result| Instruction::FloatClass {
                    scalar,
                    mask,
                    result,
                    operand: *operand,
                })
            })
            .collect();
        self.bind(call, results);
        Ok(())
    }
}

fn float_operation(name: &str) -> Option<FloatOperation> {
    Some(match name {
        "fabs" => FloatOperation::Absolute,
        "copysign" => FloatOperation::CopySign,
        "sqrt" => FloatOperation::SquareRoot,
        "floor" => FloatOperation::Floor,
        "ceil" => FloatOperation::Ceiling,
        "trunc" => FloatOperation::Truncate,
        "round" => FloatOperation::Round,
        // The rounding mode is never changed from "to nearest even".
        "roundeven" | "rint" | "nearbyint" => FloatOperation::RoundTiesEven,
        // `fmuladd` may round once or twice; once is what hardware with the instruction does.
        "fma" | "fmuladd" => FloatOperation::MultiplyAdd,
        "minnum" | "minimumnum" => FloatOperation::MinimumNumber,
        "maxnum" | "maximumnum" => FloatOperation::MaximumNumber,
        "minimum" => FloatOperation::Minimum,
        "maximum" => FloatOperation::Maximum,
        _ => return None,
    })
}
