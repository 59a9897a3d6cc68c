//! Global variables and their initial contents.

use crate::load::LoadError;
use crate::load::assembly::Assembly;
use crate::load::llvm::{Type, TypeKind, Value, ValueKind};
use crate::program::{Global, Initial, Relocation};

use super::constants::{Leaf, leaves_of};
use super::halt::Halt;
use super::layout::Shape;

/// A global without its contents.
pub(crate) fn global(variable: Value<'_>) -> Global {
    let of = variable.content_type();
    Global {
        symbol: variable.name(),
        size_bytes: if of.is_sized() { of.stride_bytes() } else { 0 },
        align_bytes: variable.variable_align_bytes(),
        is_constant: variable.is_constant_variable(),
        is_thread_local: variable.is_thread_local(),
        initial: None,
    }
}

/// The initial contents of a defined variable; `None` when they cannot be expressed: then reading
/// the variable fails closed, like reading one that is defined outside the bitcode.
pub(crate) fn initial<'m>(
    assembly: &mut Assembly<'m>,
    module: u32,
    variable: Value<'m>,
) -> Result<Option<Initial>, LoadError> {
    let (Some(value), of) = (variable.initializer(), variable.content_type()) else {
        return Ok(None);
    };
    if !of.is_sized() {
        return Ok(None);
    }
    let size = usize::try_from(of.stride_bytes()).expect("globals fit into memory");
    let mut writer = Writer {
        assembly,
        module,
        initial: Initial {
            bytes: vec![0; size],
            ..Initial::default()
        },
        written: Vec::new(),
    };
    match writer.write(value, 0) {
        Ok(()) => Ok(Some(writer.finish())),
        Err(Halt::Unsupported(_)) => Ok(None),
        Err(Halt::Load(error)) => Err(*error),
    }
}

struct Writer<'a, 'm> {
    assembly: &'a mut Assembly<'m>,
    module: u32,
    initial: Initial,
    /// The ranges that hold initialised bytes, in ascending order.
    written: Vec<std::ops::Range<u64>>,
}

impl<'m> Writer<'_, 'm> {
    /// Writes a constant at an offset.
    fn write(&mut self, value: Value<'m>, offset: u64) -> Result<(), Halt> {
        let of = value.type_of();
        match (value.kind(), of.kind()) {
            (ValueKind::Undefined | ValueKind::Poison, _) => Ok(()),
            (ValueKind::ConstantAggregateZero | ValueKind::ConstantPointerNull, _) => {
                // Padding counts as zero here: the linker's zero pages have no holes.
                self.mark(offset, of.stride_bytes());
                Ok(())
            }
            (ValueKind::ConstantDataArray, _) => {
                self.write_bytes(offset, &value.data_bytes());
                Ok(())
            }
            (ValueKind::ConstantStruct, TypeKind::Struct) => {
                for (index, element) in elements(value) {
                    self.write(element, offset + of.field_offset(index))?;
                }
                Ok(())
            }
            (ValueKind::ConstantArray, TypeKind::Array) => {
                let stride = of.element().stride_bytes();
                for (index, element) in elements(value) {
                    self.write(element, offset + u64::from(index) * stride)?;
                }
                Ok(())
            }
            _ => self.write_leaves(value, of, offset),
        }
    }

    /// Writes a constant of few leaves, such as a scalar or a vector.
    fn write_leaves(&mut self, value: Value<'m>, of: Type<'m>, offset: u64) -> Result<(), Halt> {
        let layout = self.assembly.layout(self.module, of)?;
        let leaves = leaves_of(self.assembly, self.module, value)?;
        for part in &layout.parts {
            if part.shape != Shape::Whole {
                return Err(Halt::unsupported("a global vector of odd-sized integers"));
            }
            let scalar = layout.scalars[part.first as usize];
            self.write_leaf(
                &leaves[part.first as usize],
                scalar.size_bytes(),
                offset + part.offset,
            );
        }
        Ok(())
    }

    fn write_leaf(&mut self, leaf: &Leaf, size_bytes: u64, offset: u64) {
        match leaf {
            Leaf::Bits(words) => {
                let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
                let size = usize::try_from(size_bytes).expect("scalars are small");
                self.write_bytes(offset, &bytes[..size]);
            }
            Leaf::Address(target) | Leaf::AddressBits(target) => {
                assert_eq!(size_bytes, 8, "addresses have eight bytes");
                self.mark(offset, size_bytes);
                self.initial.relocations.push(Relocation {
                    offset,
                    target: *target,
                });
            }
            Leaf::Undefined | Leaf::Poison => {}
        }
    }

    fn write_bytes(&mut self, offset: u64, bytes: &[u8]) {
        let start = usize::try_from(offset).expect("globals fit into memory");
        self.initial.bytes[start..start + bytes.len()].copy_from_slice(bytes);
        self.mark(offset, bytes.len() as u64);
    }

    fn mark(&mut self, offset: u64, length: u64) {
        if length > 0 {
            self.written.push(offset..offset + length);
        }
    }

    /// The contents, with every byte that nothing wrote undefined.
    fn finish(mut self) -> Initial {
        let mut next = 0;
        for range in &self.written {
            assert!(
                range.start >= next,
                "initialisers are written in ascending order"
            );
            if range.start > next {
                self.initial.undefined.push(next..range.start);
            }
            next = range.end;
        }
        let size = self.initial.bytes.len() as u64;
        if next < size {
            self.initial.undefined.push(next..size);
        }
        self.initial
    }
}

/// The elements of a constant, with their positions.
fn elements(value: Value<'_>) -> impl Iterator<Item = (u32, Value<'_>)> {
    (0..).map_while(move |index| Some((index, value.constant_element(index)?)))
}
