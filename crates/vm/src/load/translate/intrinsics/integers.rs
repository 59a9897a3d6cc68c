//! Intrinsics on integers, lane by lane.

use crate::load::llvm::Value;
use crate::program::{
    BinaryOperation, Comparison, Instruction, Operand, OverflowOperation, Promises, Scalar,
    UnaryOperation,
};

use super::super::conversions::first_register;
use super::super::function::Translator;
use super::super::halt::Halt;

impl<'m> Translator<'_, 'm> {
    /// Translates an intrinsic on integers; whether the name is one.
    pub(super) fn integer_intrinsic(
        &mut self,
        call: Value<'m>,
        words: &[&str],
    ) -> Result<bool, Halt> {
        if let Some(operation) = binary_operation(words) {
            let (left, right) = (call.operand(0), call.operand(1));
            self.lanes_of_two(call, left, right, operation, Promises::default())?;
        } else if let Some(operation) = overflow_operation(words) {
            self.overflow(call, operation)?;
        } else if let Some(operation) = unary_operation(call, words) {
            self.lanes_of_one(call, call.operand(0), operation)?;
        } else {
            match words {
                ["fshl", ..] => self.funnel_shift(call, true)?,
                ["fshr", ..] => self.funnel_shift(call, false)?,
                ["scmp", ..] => self.three_way(call, Comparison::SignedLess)?,
                ["ucmp", ..] => self.three_way(call, Comparison::UnsignedLess)?,
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// `llvm.*.with.overflow`. The type's registers are all lanes' values, then all overflow bits.
    fn overflow(&mut self, call: Value<'m>, operation: OverflowOperation) -> Result<(), Halt> {
        let scalars = self.scalars(call.operand(0))?;
        let (left, right) = (self.leaves(call.operand(0))?, self.leaves(call.operand(1))?);
        let (mut values, mut flags) = (Vec::new(), Vec::new());
        for (lane, scalar) in scalars.iter().enumerate() {
            let Scalar::Integer(width_bits) = *scalar else {
                panic!("with.overflow is made for integers, not {scalar:?}");
            };
            let pair = self.registers(2);
            self.emit(Instruction::Overflow {
                operation,
                width_bits,
                result: first_register(&pair),
                left: left.as_slice()[lane],
                right: right.as_slice()[lane],
            });
            values.push(pair.as_slice()[0]);
            flags.push(pair.as_slice()[1]);
        }
        self.bind(call, values.into_iter().chain(flags).collect());
        Ok(())
    }

    fn funnel_shift(&mut self, call: Value<'m>, left: bool) -> Result<(), Halt> {
        let scalars = self.scalars(call)?;
        let (high, low) = (self.leaves(call.operand(0))?, self.leaves(call.operand(1))?);
        let amount = self.leaves(call.operand(2))?;
        let mut results = Vec::with_capacity(scalars.len());
        for (lane, scalar) in scalars.iter().enumerate() {
            let Scalar::Integer(width_bits) = *scalar else {
                panic!("funnel shifts are made for integers, not {scalar:?}");
            };
            results.push(self.define(|result| Instruction::FunnelShift {
                left,
                width_bits,
                result,
                high: high.as_slice()[lane],
                low: low.as_slice()[lane],
                amount: amount.as_slice()[lane],
            }));
        }
        self.bind(call, results.into_iter().collect());
        Ok(())
    }

    /// `llvm.scmp`, `llvm.ucmp`: -1 for less, 0 for equal, 1 for greater.
    fn three_way(&mut self, call: Value<'m>, less: Comparison) -> Result<(), Halt> {
        let operand_scalars = self.scalars(call.operand(0))?;
        let result_scalars = self.scalars(call)?;
        let (left, right) = (self.leaves(call.operand(0))?, self.leaves(call.operand(1))?);
        let mut results = Vec::with_capacity(result_scalars.len());
        for (lane, (from, to)) in operand_scalars.iter().zip(&result_scalars).enumerate() {
            let (left, right) = (left.as_slice()[lane], right.as_slice()[lane]);
            if to.width_bits() > 64 {
                return Err(Halt::unsupported(
                    "a three-way comparison with a wide result",
                ));
            }
            let is_less = self.emit_compare(less, *from, left, right);
            let is_greater = self.emit_compare(less, *from, right, left);
            let minus_one = Operand::Word(u64::MAX >> (64 - to.width_bits()));
            let (zero, one) = (Operand::Word(0), Operand::Word(1));
            let not_less = self.emit_select(*to, is_greater, one, zero);
            results.push(self.emit_select(*to, is_less, minus_one, not_less));
        }
        self.bind(call, results.into_iter().collect());
        Ok(())
    }
}

fn binary_operation(words: &[&str]) -> Option<BinaryOperation> {
    Some(match words {
        ["umin", ..] => BinaryOperation::UnsignedMinimum,
        ["umax", ..] => BinaryOperation::UnsignedMaximum,
        ["smin", ..] => BinaryOperation::SignedMinimum,
        ["smax", ..] => BinaryOperation::SignedMaximum,
        ["uadd", "sat", ..] => BinaryOperation::UnsignedAddSaturating,
        ["sadd", "sat", ..] => BinaryOperation::SignedAddSaturating,
        ["usub", "sat", ..] => BinaryOperation::UnsignedSubtractSaturating,
        ["ssub", "sat", ..] => BinaryOperation::SignedSubtractSaturating,
        _ => return None,
    })
}

fn overflow_operation(words: &[&str]) -> Option<OverflowOperation> {
    let [operation, "with", "overflow", ..] = words else {
        return None;
    };
    Some(match *operation {
        "uadd" => OverflowOperation::UnsignedAdd,
        "sadd" => OverflowOperation::SignedAdd,
        "usub" => OverflowOperation::UnsignedSubtract,
        "ssub" => OverflowOperation::SignedSubtract,
        "umul" => OverflowOperation::UnsignedMultiply,
        "smul" => OverflowOperation::SignedMultiply,
        _ => return None,
    })
}

/// The operation of a name; some have a second, constant operand that says when poison results.
fn unary_operation(call: Value<'_>, words: &[&str]) -> Option<UnaryOperation> {
    let makes_poison = || call.operand(1).integer_words()[0] != 0;
    Some(match words {
        ["ctpop", ..] => UnaryOperation::PopulationCount,
        ["ctlz", ..] => UnaryOperation::LeadingZeros {
            zero_is_poison: makes_poison(),
        },
        ["cttz", ..] => UnaryOperation::TrailingZeros {
            zero_is_poison: makes_poison(),
        },
        ["bswap", ..] => UnaryOperation::ByteSwap,
        ["bitreverse", ..] => UnaryOperation::BitReverse,
        ["abs", ..] => UnaryOperation::Absolute {
            minimum_is_poison: makes_poison(),
        },
        _ => return None,
    })
}
