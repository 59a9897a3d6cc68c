//! Constants: from LLVM's trees to flat leaves.

use crate::load::assembly::Assembly;
use crate::load::llvm::{Opcode, Value, ValueKind};
use crate::program::{Address, Constant, Operand, Scalar};

use super::halt::Halt;
use super::layout::scalar_of;

/// A scalar constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// An integer, the bits of a float, or the null address; words least significant first.
    Bits(Vec<u64>),
    /// An address.
    Address(Address),
    /// A link-time address as an integer of 64 bits.
    AddressBits(Address),
    /// Anything.
    Undefined,
    /// No value.
    Poison,
}

impl Leaf {
    /// The operand that names this leaf; `None` for an address taken as an integer, which an
    /// instruction must compute.
    pub(crate) fn operand(&self, scalar: Scalar, assembly: &mut Assembly<'_>) -> Option<Operand> {
        let width_bits = scalar.width_bits();
        let constant = match self {
            Self::Bits(words) if width_bits <= 64 => return Some(Operand::Word(words[0])),
            Self::Bits(words) => Constant::Bits {
                width_bits,
                words: words.clone().into(),
            },
            Self::Address(address) => Constant::Address(*address),
            Self::AddressBits(_) => return None,
            Self::Undefined => Constant::Undefined { width_bits },
            Self::Poison => Constant::Poison { width_bits },
        };
        Some(Operand::Constant(assembly.pools.constant(constant)))
    }
}

/// All leaves of a constant, in the order of its type's registers.
pub(crate) fn leaves_of<'m>(
    assembly: &mut Assembly<'m>,
    module: u32,
    value: Value<'m>,
) -> Result<Vec<Leaf>, Halt> {
    let mut leaves = Vec::new();
    append(assembly, module, value, &mut leaves)?;
    Ok(leaves)
}

fn append<'m>(
    assembly: &mut Assembly<'m>,
    module: u32,
    value: Value<'m>,
    leaves: &mut Vec<Leaf>,
) -> Result<(), Halt> {
    let of = value.type_of();
    match value.kind() {
        ValueKind::Undefined | ValueKind::Poison | ValueKind::ConstantAggregateZero => {
            let layout = assembly.layout(module, of)?;
            leaves.extend(layout.scalars.iter().map(|scalar| match value.kind() {
                ValueKind::Undefined => Leaf::Undefined,
                ValueKind::Poison => Leaf::Poison,
                _ => zero(scalar.width_bits()),
            }));
            Ok(())
        }
        ValueKind::ConstantArray
        | ValueKind::ConstantStruct
        | ValueKind::ConstantVector
        | ValueKind::ConstantDataArray
        | ValueKind::ConstantDataVector => {
            assembly.layout(module, of)?;
            let mut index = 0;
            while let Some(element) = value.constant_element(index) {
                append(assembly, module, element, leaves)?;
                index += 1;
            }
            Ok(())
        }
        ValueKind::ConstantInt | ValueKind::ConstantFloat if scalar_of(of).is_none() => {
            // A vector with the same element in every lane.
            let count = of.element_count();
            let element = value.constant_element(0).ok_or_else(|| unknown(value))?;
            let leaf = scalar(assembly, module, element)?;
            leaves.extend((0..count).map(|_| leaf.clone()));
            Ok(())
        }
        _ => {
            leaves.push(scalar(assembly, module, value)?);
            Ok(())
        }
    }
}

fn zero(width_bits: u32) -> Leaf {
    Leaf::Bits(vec![0; width_bits.div_ceil(64) as usize])
}

fn unknown(value: Value<'_>) -> Halt {
    Halt::unsupported(format!("the constant `{value}`"))
}

/// The leaf of a constant of scalar type.
fn scalar<'m>(assembly: &mut Assembly<'m>, module: u32, value: Value<'m>) -> Result<Leaf, Halt> {
    Ok(match value.kind() {
        ValueKind::ConstantInt => Leaf::Bits(value.integer_words()),
        ValueKind::ConstantFloat => Leaf::Bits(
            value
                .float_as_integer()
                .ok_or_else(|| unknown(value))?
                .integer_words(),
        ),
        ValueKind::ConstantPointerNull => zero(64),
        ValueKind::Undefined => Leaf::Undefined,
        ValueKind::Poison => Leaf::Poison,
        ValueKind::Function | ValueKind::GlobalVariable => match assembly.address(module, value)? {
            Some(address) => Leaf::Address(address),
            None => zero(64),
        },
        ValueKind::GlobalAlias => {
            let (module, target) = assembly.alias_target(module, value)?;
            scalar(assembly, module, target)?
        }
        ValueKind::ConstantExpression => expression(assembly, module, value)?,
        _ => return Err(unknown(value)),
    })
}

/// The leaf of a constant expression.
fn expression<'m>(
    assembly: &mut Assembly<'m>,
    module: u32,
    value: Value<'m>,
) -> Result<Leaf, Halt> {
    let operand = scalar_operand(assembly, module, value)?;
    let width_bits = scalar_of(value.type_of()).map(Scalar::width_bits);
    match (value.constant_opcode(), operand) {
        (Opcode::GetElementPointer, base) => {
            let bytes = value.constant_step().ok_or_else(|| unknown(value))?;
            moved(base, bytes).ok_or_else(|| unknown(value))
        }
        (Opcode::Bitcast | Opcode::AddressSpaceCast, leaf) => Ok(leaf),
        (Opcode::PointerToInteger | Opcode::PointerToAddress, Leaf::Address(address))
            if width_bits == Some(64) =>
        {
            Ok(Leaf::AddressBits(address))
        }
        (Opcode::IntegerToPointer, Leaf::AddressBits(address)) => Ok(Leaf::Address(address)),
        (
            Opcode::IntegerToPointer | Opcode::PointerToInteger | Opcode::PointerToAddress,
            Leaf::Bits(words),
        ) => Ok(Leaf::Bits(resized(
            &words,
            width_bits.ok_or_else(|| unknown(value))?,
        ))),
        _ => Err(unknown(value)),
    }
}

fn scalar_operand<'m>(
    assembly: &mut Assembly<'m>,
    module: u32,
    value: Value<'m>,
) -> Result<Leaf, Halt> {
    let operand = value.operand(0);
    if scalar_of(operand.type_of()).is_none() || scalar_of(value.type_of()).is_none() {
        return Err(unknown(value));
    }
    scalar(assembly, module, operand)
}

/// The low `width_bits` of an integer, or the integer with zeros above.
fn resized(words: &[u64], width_bits: u32) -> Vec<u64> {
    let mut words = words.to_vec();
    words.resize(width_bits.div_ceil(64) as usize, 0);
    if let (Some(last), used @ 1..) = (words.last_mut(), width_bits % 64) {
        *last &= u64::MAX >> (64 - used);
    }
    words
}

/// A pointer constant moved by some bytes.
fn moved(base: Leaf, bytes: i64) -> Option<Leaf> {
    Some(match base {
        Leaf::Address(Address::Global { global, addend }) => Leaf::Address(Address::Global {
            global,
            addend: addend.checked_add(bytes)?,
        }),
        Leaf::Address(Address::Function(function)) if bytes == 0 => {
            Leaf::Address(Address::Function(function))
        }
        Leaf::Bits(words) => Leaf::Bits(vec![words[0].wrapping_add_signed(bytes)]),
        Leaf::Undefined => Leaf::Undefined,
        Leaf::Poison => Leaf::Poison,
        Leaf::Address(_) | Leaf::AddressBits(_) => return None,
    })
}
