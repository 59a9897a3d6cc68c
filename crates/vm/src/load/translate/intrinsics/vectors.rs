//! Intrinsics on whole vectors: reductions and moves of bits between lanes.

use crate::load::llvm::Value;
use crate::program::{BinaryOperation, Comparison, Conversion, FloatOperation, Operand, Scalar};

use super::super::function::Translator;
use super::super::halt::Halt;
use super::super::leaves::Leaves;

impl<'m> Translator<'_, 'm> {
    /// Translates an intrinsic on vectors; whether the name is one.
    pub(super) fn vector_intrinsic(
        &mut self,
        call: Value<'m>,
        words: &[&str],
    ) -> Result<bool, Halt> {
        match words {
            ["vector", "reduce", name, ..] => self.reduce(call, name),
            ["vector", "insert", ..] => {
                let (into, part) = (self.leaves(call.operand(0))?, self.leaves(call.operand(1))?);
                let first = small_constant(call.operand(2))?;
                let mut lanes = into.as_slice().to_vec();
                lanes[first..first + part.as_slice().len()].copy_from_slice(part.as_slice());
                self.bind(call, lanes.into_iter().collect());
                Ok(true)
            }
            ["vector", "extract", ..] => {
                let from = self.leaves(call.operand(0))?;
                let first = small_constant(call.operand(1))?;
                let count = self.scalars(call)?.len();
                self.bind(
                    call,
                    from.as_slice()[first..first + count]
                        .iter()
                        .copied()
                        .collect(),
                );
                Ok(true)
            }
            ["vector", "reverse", ..] => {
                let lanes = self.leaves(call.operand(0))?;
                self.bind(call, lanes.as_slice().iter().rev().copied().collect());
                Ok(true)
            }
            ["x86", "sse2", "pmovmskb", ..] | ["x86", "avx2", "pmovmskb"] => {
                self.move_mask(call)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// `llvm.vector.reduce.*`; whether the operation is known.
    fn reduce(&mut self, call: Value<'m>, name: &str) -> Result<bool, Halt> {
        let scalar = self.scalars(call)?[0];
        if let Some(operation) = integer_reduction(name) {
            let Scalar::Integer(width_bits) = scalar else {
                return Ok(false);
            };
            let lanes = self.leaves(call.operand(0))?;
            let result = self.fold(lanes.as_slice(), |this, left, right| {
                this.emit_binary(operation, width_bits, left, right)
            });
            self.bind(call, Leaves::One(result));
            return Ok(true);
        }
        if !matches!(scalar, Scalar::Float32 | Scalar::Float64) {
            return Ok(false);
        }
        let (operation, starts_from) = match name {
            "fadd" => (FloatOperation::Add, Some(call.operand(0))),
            "fmul" => (FloatOperation::Multiply, Some(call.operand(0))),
            "fmin" => (FloatOperation::MinimumNumber, None),
            "fmax" => (FloatOperation::MaximumNumber, None),
            "fminimum" => (FloatOperation::Minimum, None),
            "fmaximum" => (FloatOperation::Maximum, None),
            _ => return Ok(false),
        };
        // In order from the first lane: the one result that is allowed without `reassoc`.
        let mut lanes = Vec::new();
        if let Some(start) = starts_from {
            lanes.push(self.leaf(start)?);
        }
        let vector = call.operand(u32::from(starts_from.is_some()));
        lanes.extend_from_slice(self.leaves(vector)?.as_slice());
        let result = self.fold(&lanes, |this, left, right| {
            this.emit_float(operation, scalar, [left, right].into())
        });
        self.bind(call, Leaves::One(result));
        Ok(true)
    }

    fn fold(
        &mut self,
        lanes: &[Operand],
        mut combine: impl FnMut(&mut Self, Operand, Operand) -> Operand,
    ) -> Operand {
        let (first, rest) = lanes.split_first().expect("vectors have at least one lane");
        rest.iter()
            .fold(*first, |left, right| combine(self, left, *right))
    }

    /// The highest bit of each byte, as the low bits of an integer.
    fn move_mask(&mut self, call: Value<'m>) -> Result<(), Halt> {
        let scalars = self.scalars(call.operand(0))?;
        let lanes = self.leaves(call.operand(0))?;
        let bits: Leaves = scalars
            .iter()
            .zip(lanes.as_slice())
            .map(|(scalar, lane)| {
                self.emit_compare(Comparison::SignedLess, *scalar, *lane, Operand::Word(0))
            })
            .collect();
        let bit_scalars = vec![Scalar::Integer(1); scalars.len()];
        let mask = self.join(&bit_scalars, &bits)?;
        let from = Scalar::Integer(u16::try_from(scalars.len()).expect("vectors are short"));
        let to = self.scalars(call)?[0];
        let result = self.emit_plain_conversion(Conversion::ZeroExtend, from, to, mask);
        self.bind(call, Leaves::One(result));
        Ok(())
    }
}

fn integer_reduction(name: &str) -> Option<BinaryOperation> {
    Some(match name {
        "add" => BinaryOperation::Add,
        "mul" => BinaryOperation::Multiply,
        "and" => BinaryOperation::And,
        "or" => BinaryOperation::Or,
        "xor" => BinaryOperation::ExclusiveOr,
        "smin" => BinaryOperation::SignedMinimum,
        "smax" => BinaryOperation::SignedMaximum,
        "umin" => BinaryOperation::UnsignedMinimum,
        "umax" => BinaryOperation::UnsignedMaximum,
        _ => return None,
    })
}

fn small_constant(value: Value<'_>) -> Result<usize, Halt> {
    usize::try_from(value.integer_words()[0])
        .map_err(|_| Halt::unsupported("a lane that does not exist"))
}
