//! How a type is laid out: as consecutive registers, and as bytes in memory.
//!
//! # Invariants
//!
//! - Registers follow memory: the leaf with the lower offset has the lower register. An array or
//!   struct without leaves (`[0 x i8]`, `{}`) has no registers.
//! - Every register belongs to exactly one part (`tests` in `crates/vm/tests/load_text.rs` read and
//!   write every shape).
//!
//! # Not here
//!
//! Types that have no registers at all: labels, tokens, metadata, scalable vectors. Using a value of
//! such a type is unsupported by name.

use std::rc::Rc;

use crate::load::llvm::{Type, TypeKind};
use crate::program::Scalar;

/// The most registers that one value may take. A larger value would be an array that the compiler
/// keeps in memory anyway; `rustc` passes and stores those by `memcpy`.
const LEAVES_MAX: usize = 4096;

/// A type's registers and bytes.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// The type of each register.
    pub(crate) scalars: Vec<Scalar>,
    /// What a load or store touches, in ascending order of offset.
    pub(crate) parts: Vec<Part>,
}

/// A run of bytes that is read or written at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    /// Where it begins.
    pub(crate) offset: u64,
    /// The first register.
    pub(crate) first: u32,
    /// How registers and bytes correspond.
    pub(crate) shape: Shape,
}

/// How the registers of a part lie in its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One register.
    Whole,
    /// This many registers of so many bits each, without gaps: a vector of odd-sized integers.
    Packed {
        /// How many.
        count: u16,
        /// Bits of each.
        part_bits: u16,
    },
}

/// The layout of a type; the error names what cannot be laid out.
pub(crate) fn layout_of(of: Type<'_>) -> Result<Rc<Layout>, String> {
    let mut layout = Layout::default();
    if of.kind() != TypeKind::Void {
        append(&mut layout, of, 0)?;
    }
    Ok(Rc::new(layout))
}

fn append(layout: &mut Layout, of: Type<'_>, offset: u64) -> Result<(), String> {
    if layout.scalars.len() > LEAVES_MAX {
        return Err(format!("a value of more than {LEAVES_MAX} scalars"));
    }
    if let Some(scalar) = scalar_of(of) {
        let first = register(layout);
        layout.scalars.push(scalar);
        layout.parts.push(Part {
            offset,
            first,
            shape: Shape::Whole,
        });
        return Ok(());
    }
    match of.kind() {
        TypeKind::Struct => {
            let fields = of.struct_fields().ok_or_else(|| name_of(of))?;
            for (index, field) in (0..).zip(fields) {
                append(layout, field, offset + of.field_offset(index))?;
            }
            Ok(())
        }
        TypeKind::Array => {
            let element = of.element();
            if !element.is_sized() {
                return Err(name_of(element));
            }
            let stride = element.stride_bytes();
            for index in 0..of.element_count() {
                append(layout, element, offset + index * stride)?;
            }
            Ok(())
        }
        TypeKind::Vector => append_vector(layout, of, offset),
        _ => Err(name_of(of)),
    }
}

/// A vector's elements follow each other without gaps, by their width in bits.
fn append_vector(layout: &mut Layout, of: Type<'_>, offset: u64) -> Result<(), String> {
    let scalar = scalar_of(of.element()).ok_or_else(|| name_of(of))?;
    let count = u16::try_from(of.element_count()).map_err(|_| name_of(of))?;
    let first = register(layout);
    layout.scalars.extend((0..count).map(|_| scalar));
    let part_bits = u16::try_from(scalar.width_bits()).map_err(|_| name_of(of))?;
    if part_bits.is_multiple_of(8) {
        for lane in 0..count {
            layout.parts.push(Part {
                offset: offset + u64::from(lane) * scalar.size_bytes(),
                first: first + u32::from(lane),
                shape: Shape::Whole,
            });
        }
    } else {
        part_bits.checked_mul(count).ok_or_else(|| name_of(of))?;
        layout.parts.push(Part {
            offset,
            first,
            shape: Shape::Packed { count, part_bits },
        });
    }
    Ok(())
}

fn register(layout: &Layout) -> u32 {
    u32::try_from(layout.scalars.len()).expect("a value has at most LEAVES_MAX registers")
}

fn name_of(of: Type<'_>) -> String {
    format!("a value of type `{of}`")
}

/// The scalar that holds a value of this type, if one does. Floats that the machine does not
/// calculate with travel as their bits.
pub(crate) fn scalar_of(of: Type<'_>) -> Option<Scalar> {
    Some(match of.kind() {
        TypeKind::Integer => Scalar::Integer(u16::try_from(of.integer_width()).ok()?),
        TypeKind::Pointer => Scalar::Pointer,
        TypeKind::Float => Scalar::Float32,
        TypeKind::Double => Scalar::Float64,
        TypeKind::Half | TypeKind::BFloat => Scalar::Integer(16),
        TypeKind::X86Fp80 => Scalar::Integer(80),
        TypeKind::Fp128 | TypeKind::PowerPcFp128 => Scalar::Integer(128),
        _ => return None,
    })
}

/// The number of registers before a field of an aggregate, and the field's type.
pub(crate) fn field_of<'m>(of: Type<'m>, index: u32) -> Result<(usize, Type<'m>), String> {
    if of.kind() == TypeKind::Struct {
        let fields = of.struct_fields().ok_or_else(|| name_of(of))?;
        let mut before = 0;
        for field in &fields[..index as usize] {
            before += layout_of(*field)?.scalars.len();
        }
        return Ok((before, fields[index as usize]));
    }
    let element = of.element();
    Ok((index as usize * layout_of(element)?.scalars.len(), element))
}
