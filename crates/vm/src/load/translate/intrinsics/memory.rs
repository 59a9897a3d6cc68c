//! Intrinsics that read or write memory, or calculate with addresses.

use crate::load::llvm::Value;
use crate::program::{BinaryOperation, Conversion, Instruction, Operand, Ordering, Scalar};

use super::super::function::Translator;
use super::super::halt::Halt;
use super::super::leaves::Leaves;

impl<'m> Translator<'_, 'm> {
    /// Translates an intrinsic on memory; whether the name is one.
    pub(super) fn memory_intrinsic(
        &mut self,
        call: Value<'m>,
        words: &[&str],
    ) -> Result<bool, Halt> {
        match words {
            // Copies of several atomic elements: not one access, not none.
            ["memcpy" | "memmove" | "memset", "element", ..] => return Ok(false),
            ["memcpy", ..] => self.copy_memory(call, false)?,
            ["memmove", ..] => self.copy_memory(call, true)?,
            ["memset", ..] => {
                let target = self.leaf(call.operand(0))?;
                let value = self.leaf(call.operand(1))?;
                let length_bytes = self.length(call.operand(2))?;
                self.emit(Instruction::FillMemory {
                    target,
                    value,
                    length_bytes,
                });
            }
            ["lifetime", edge @ ("start" | "end"), ..] => {
                // Older forms pass the size first.
                let slot = call.operand(call.argument_count() - 1);
                let address = self.leaf(slot)?;
                self.emit(Instruction::Lifetime {
                    address,
                    starts: *edge == "start",
                });
            }
            ["ptrmask", ..] => self.mask_pointer(call)?,
            ["load", "relative", ..] => self.load_relative(call)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn length(&mut self, length: Value<'m>) -> Result<Operand, Halt> {
        let from = self.scalars(length)?[0];
        let operand = self.leaf(length)?;
        self.resize_unsigned(operand, from)
    }

    fn copy_memory(&mut self, call: Value<'m>, may_overlap: bool) -> Result<(), Halt> {
        let (target, source) = (self.leaf(call.operand(0))?, self.leaf(call.operand(1))?);
        let length_bytes = self.length(call.operand(2))?;
        self.emit(Instruction::CopyMemory {
            target,
            source,
            length_bytes,
            may_overlap,
        });
        Ok(())
    }

    /// `llvm.ptrmask`: the pointer moves by the difference that the mask makes, so it keeps its
    /// object.
    fn mask_pointer(&mut self, call: Value<'m>) -> Result<(), Halt> {
        let refuse = || Halt::unsupported("the intrinsic `llvm.ptrmask` on narrow masks");
        let [Scalar::Integer(64)] = self.scalars(call.operand(1))?[..] else {
            return Err(refuse());
        };
        let (pointer, mask) = (self.leaf(call.operand(0))?, self.leaf(call.operand(1))?);
        let bits = self.emit_plain_conversion(
            Conversion::AddressToInteger,
            Scalar::Pointer,
            Scalar::Integer(64),
            pointer,
        );
        let masked = self.emit_binary(BinaryOperation::And, 64, bits, mask);
        let moved = self.emit_binary(BinaryOperation::Subtract, 64, masked, bits);
        let result = self.emit_offset(pointer, Some((moved, 1)), 0, false);
        self.bind(call, Leaves::One(result));
        Ok(())
    }

    /// `llvm.load.relative`: reads a distance of 32 bits and adds it to the base.
    fn load_relative(&mut self, call: Value<'m>) -> Result<(), Halt> {
        let base = self.leaf(call.operand(0))?;
        let from = self.scalars(call.operand(1))?[0];
        let offset = self.leaf(call.operand(1))?;
        let offset =
            self.emit_plain_conversion(Conversion::SignExtend, from, Scalar::Integer(64), offset);
        let address = self.emit_offset(base, Some((offset, 1)), 0, false);
        let distance = self.define(|result| Instruction::Load {
            scalar: Scalar::Integer(32),
            result,
            address,
            align_bytes: 4,
            ordering: Ordering::NotAtomic,
            must_be_defined: true,
        });
        let distance = self.emit_plain_conversion(
            Conversion::SignExtend,
            Scalar::Integer(32),
            Scalar::Integer(64),
            distance,
        );
        let result = self.emit_offset(base, Some((distance, 1)), 0, false);
        self.bind(call, Leaves::One(result));
        Ok(())
    }
}
