//! Conversions between scalars, vectors reinterpreted, and operations inside constants.

use crate::load::llvm::{Opcode, Value};
use crate::program::{Conversion, Instruction, Operand, Promises, Register, Scalar};

use super::arithmetic::binary_operation;
use super::constants::Leaf;
use super::floats::is_calculated;
use super::function::{Translator, instruction_name, instruction_text};
use super::halt::Halt;
use super::leaves::Leaves;

impl<'m> Translator<'_, 'm> {
    /// Translates a conversion of each lane.
    pub(super) fn convert(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let leaves = self.converted(value, value.opcode(), promises_of(value))?;
        self.bind(value, leaves);
        Ok(())
    }

    fn converted(
        &mut self,
        value: Value<'m>,
        opcode: Opcode,
        promises: Promises,
    ) -> Result<Leaves, Halt> {
        let operand = value.operand(0);
        let conversion = conversion_of(opcode)
            .filter(|_| is_calculated(operand.type_of()) && is_calculated(value.type_of()))
            .ok_or_else(|| Halt::unsupported(format!("`{}`", instruction_text(value))))?;
        let (from, to) = (self.scalars(operand)?, self.scalars(value)?);
        let operands = self.leaves(operand)?;
        let lanes = from.into_iter().zip(to).zip(operands.as_slice());
        Ok(lanes
            .map(|((from, to), operand)| {
                self.emit_conversion(conversion, promises, (from, to), *operand)
            })
            .collect())
    }

    /// Emits a conversion, or nothing when it changes no bit.
    pub(super) fn emit_conversion(
        &mut self,
        conversion: Conversion,
        promises: Promises,
        (from, to): (Scalar, Scalar),
        operand: Operand,
    ) -> Operand {
        if from == to && conversion != Conversion::FloatToFloat {
            return operand;
        }
        self.define(|result| Instruction::Convert {
            conversion,
            promises,
            from,
            to,
            result,
            operand,
        })
    }

    /// Emits a conversion without promises.
    pub(super) fn emit_plain_conversion(
        &mut self,
        conversion: Conversion,
        from: Scalar,
        to: Scalar,
        operand: Operand,
    ) -> Operand {
        self.emit_conversion(conversion, Promises::default(), (from, to), operand)
    }

    /// A link-time address as an integer.
    pub(super) fn address_as_integer(&mut self, leaf: &Leaf) -> Operand {
        let Leaf::AddressBits(address) = leaf else {
            panic!("{leaf:?} is an operand by itself");
        };
        let operand = Leaf::Address(*address)
            .operand(Scalar::Pointer, self.assembly)
            .expect("an address is an operand");
        self.emit_plain_conversion(
            Conversion::AddressToInteger,
            Scalar::Pointer,
            Scalar::Integer(64),
            operand,
        )
    }

    /// Translates a `bitcast`: the same bits in other lanes.
    pub(super) fn bitcast(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let leaves = self.reinterpreted(value)?;
        self.bind(value, leaves);
        Ok(())
    }

    fn reinterpreted(&mut self, value: Value<'m>) -> Result<Leaves, Halt> {
        let operand = value.operand(0);
        let (from, to) = (self.scalars(operand)?, self.scalars(value)?);
        let operands = self.leaves(operand)?;
        if from.len() == to.len() {
            let lanes = from.into_iter().zip(to).zip(operands.as_slice());
            return Ok(lanes
                .map(|((from, to), operand)| {
                    self.emit_plain_conversion(Conversion::Bitcast, from, to, *operand)
                })
                .collect());
        }
        if from.contains(&Scalar::Pointer) || to.contains(&Scalar::Pointer) {
            return Err(Halt::unsupported(instruction_name(value)));
        }
        let whole = self.join(&from, &operands)?;
        self.split(whole, &to)
    }

    /// Joins lanes into one integer, the first lane lowest.
    pub(super) fn join(&mut self, scalars: &[Scalar], lanes: &Leaves) -> Result<Operand, Halt> {
        let integer = integer_of(scalars[0]);
        let parts: Box<[Operand]> = scalars
            .iter()
            .zip(lanes.as_slice())
            .map(|(scalar, lane)| {
                self.emit_plain_conversion(Conversion::Bitcast, *scalar, integer, *lane)
            })
            .collect();
        if let [only] = *parts {
            return Ok(only);
        }
        let part_bits = width_of(integer);
        check_joined_width(part_bits, parts.len())?;
        Ok(self.define(|result| Instruction::Join {
            part_bits,
            result,
            parts,
        }))
    }

    /// Splits an integer into lanes, the lowest bits into the first lane.
    pub(super) fn split(&mut self, whole: Operand, scalars: &[Scalar]) -> Result<Leaves, Halt> {
        let integer = integer_of(scalars[0]);
        let lanes = if scalars.len() == 1 {
            Leaves::One(whole)
        } else {
            let part_bits = width_of(integer);
            check_joined_width(part_bits, scalars.len())?;
            let lanes = self.registers(scalars.len());
            let first = first_register(&lanes);
            let count = u16::try_from(scalars.len()).expect("checked with the width");
            self.emit(Instruction::Split {
                part_bits,
                first,
                count,
                operand: whole,
            });
            lanes
        };
        Ok(scalars
            .iter()
            .zip(lanes.as_slice())
            .map(|(scalar, lane)| {
                self.emit_plain_conversion(Conversion::Bitcast, integer, *scalar, *lane)
            })
            .collect())
    }

    /// A constant expression that has no link-time value: calculated where it is used.
    pub(super) fn constant_expression(&mut self, value: Value<'m>) -> Result<Leaves, Halt> {
        let opcode = value.constant_opcode();
        if let Some(operation) = binary_operation(opcode) {
            let (left, right) = (self.leaf(value.operand(0))?, self.leaf(value.operand(1))?);
            let [Scalar::Integer(width_bits)] = self.scalars(value)?[..] else {
                return Err(Halt::unsupported(format!("the constant `{value}`")));
            };
            // Promises of constant expressions are not read: breaking one would be the compiler's
            // fault, and the plain result refines poison.
            return Ok(Leaves::One(
                self.emit_binary(operation, width_bits, left, right),
            ));
        }
        match opcode {
            Opcode::GetElementPointer => self.stepped_pointer(value),
            Opcode::Bitcast | Opcode::AddressSpaceCast => self.reinterpreted(value),
            _ => self.converted(value, opcode, Promises::default()),
        }
    }
}

/// The first of consecutive registers.
pub(super) fn first_register(leaves: &Leaves) -> Register {
    match leaves.as_slice().first() {
        Some(Operand::Register(register)) => *register,
        other => panic!("fresh leaves are registers, not {other:?}"),
    }
}

/// The integer with the bits of a scalar.
fn integer_of(scalar: Scalar) -> Scalar {
    Scalar::Integer(u16::try_from(scalar.width_bits()).expect("scalars fit into 65,535 bits"))
}

fn width_of(scalar: Scalar) -> u16 {
    u16::try_from(scalar.width_bits()).expect("scalars fit into 65,535 bits")
}

fn check_joined_width(part_bits: u16, count: usize) -> Result<(), Halt> {
    match usize::from(part_bits).checked_mul(count) {
        Some(width) if width <= usize::from(u16::MAX) => Ok(()),
        _ => Err(Halt::unsupported(format!(
            "a vector of {count} times {part_bits} bits"
        ))),
    }
}

fn conversion_of(opcode: Opcode) -> Option<Conversion> {
    Some(match opcode {
        Opcode::Truncate => Conversion::Truncate,
        Opcode::ZeroExtend => Conversion::ZeroExtend,
        Opcode::SignExtend => Conversion::SignExtend,
        Opcode::FloatToUnsigned => Conversion::FloatToUnsigned,
        Opcode::FloatToSigned => Conversion::FloatToSigned,
        Opcode::UnsignedToFloat => Conversion::UnsignedToFloat,
        Opcode::SignedToFloat => Conversion::SignedToFloat,
        Opcode::FloatTruncate | Opcode::FloatExtend => Conversion::FloatToFloat,
        Opcode::PointerToInteger | Opcode::PointerToAddress => Conversion::AddressToInteger,
        Opcode::IntegerToPointer => Conversion::IntegerToAddress,
        _ => return None,
    })
}

fn promises_of(value: Value<'_>) -> Promises {
    let mut promises = Promises::default();
    match value.opcode() {
        Opcode::Truncate => {
            (promises.no_unsigned_wrap, promises.no_signed_wrap) = value.wrap_promises();
        }
        Opcode::ZeroExtend | Opcode::UnsignedToFloat => {
            promises.not_negative = value.is_not_negative();
        }
        _ => {}
    }
    promises
}
