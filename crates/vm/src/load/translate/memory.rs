//! Memory: stack slots, loads, stores, addresses within objects, atomics.

use crate::load::llvm::{Type, TypeKind, Value, element_step};
use crate::program::{
    Address, AtomicOperation, Constant, Conversion, Instruction, Operand, Ordering, Scalar,
};

use super::conversions::first_register;
use super::function::{Translator, instruction_name, instruction_text};
use super::halt::Halt;
use super::layout::{Part, Shape};
use super::leaves::Leaves;

impl<'m> Translator<'_, 'm> {
    /// Translates `alloca`.
    pub(super) fn allocate(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let of = value.allocated_type();
        if !of.is_sized() {
            return Err(Halt::unsupported(format!("a stack slot of type `{of}`")));
        }
        let count = value.operand(0);
        let from = self.scalars(count)?[0];
        let count = self.leaf(count)?;
        let count = self.resize_unsigned(count, from)?;
        let address = self.define(|result| Instruction::Allocate {
            result,
            size_bytes: of.stride_bytes(),
            count,
            align_bytes: value.align_bytes().max(1),
        });
        self.bind(value, Leaves::One(address));
        Ok(())
    }

    /// An unsigned integer of any width as one of 64 bits.
    pub(super) fn resize_unsigned(
        &mut self,
        operand: Operand,
        from: Scalar,
    ) -> Result<Operand, Halt> {
        self.resize(operand, from, Conversion::ZeroExtend)
    }

    /// An integer as one of 64 bits, extended as stated or cut off.
    fn resize(
        &mut self,
        operand: Operand,
        from: Scalar,
        extend: Conversion,
    ) -> Result<Operand, Halt> {
        let Scalar::Integer(width) = from else {
            return Err(Halt::unsupported("a length or index that is no integer"));
        };
        let to = Scalar::Integer(64);
        let is_constant_enough = extend == Conversion::ZeroExtend && width <= 64;
        Ok(match operand {
            Operand::Word(_) if is_constant_enough => operand,
            _ if width <= 64 => self.emit_plain_conversion(extend, from, to, operand),
            _ => self.emit_plain_conversion(Conversion::Truncate, from, to, operand),
        })
    }

    /// Translates `load`: one read a part.
    pub(super) fn load(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let ordering = ordering_of(value.ordering_number())
            .ok_or_else(|| Halt::unsupported(instruction_name(value)))?;
        let noundef = self.assembly.metadata_kind(self.module, "noundef")?;
        let must_be_defined = value.has_metadata(noundef);
        let align_bytes = value.align_bytes();
        let address = self.leaf(value.operand(0))?;
        let layout = self.layout(value.type_of())?;
        let mut results = Vec::with_capacity(layout.scalars.len());
        for part in &layout.parts {
            let address = self.part_address(address, part.offset);
            let scalar = part_scalar(&layout.scalars, part);
            let read = self.define(|result| Instruction::Load {
                scalar,
                result,
                address,
                align_bytes: align_at(align_bytes, part.offset),
                ordering,
                must_be_defined,
            });
            let lanes = self.unpacked(read, &layout.scalars, part)?;
            results.extend_from_slice(lanes.as_slice());
        }
        self.bind(value, results.into_iter().collect());
        Ok(())
    }

    /// Translates `store`: one write a part.
    pub(super) fn store(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let ordering = ordering_of(value.ordering_number())
            .ok_or_else(|| Halt::unsupported(instruction_name(value)))?;
        let align_bytes = value.align_bytes();
        let stored = self.leaves(value.operand(0))?;
        let address = self.leaf(value.operand(1))?;
        let layout = self.layout(value.operand(0).type_of())?;
        for part in &layout.parts {
            let written = self.packed(&stored, &layout.scalars, part)?;
            let address = self.part_address(address, part.offset);
            self.emit(Instruction::Store {
                scalar: part_scalar(&layout.scalars, part),
                value: written,
                address,
                align_bytes: align_at(align_bytes, part.offset),
                ordering,
            });
        }
        Ok(())
    }

    /// The address of a part of an access. It promises nothing: the access itself is checked.
    fn part_address(&mut self, address: Operand, offset: u64) -> Operand {
        if offset == 0 {
            return address;
        }
        let constant = i64::try_from(offset).expect("values are small");
        self.emit_offset(address, None, constant, false)
    }

    /// The lanes of a part that was read.
    fn unpacked(&mut self, read: Operand, scalars: &[Scalar], part: &Part) -> Result<Leaves, Halt> {
        match part.shape {
            Shape::Whole => Ok(Leaves::One(read)),
            Shape::Packed { count, part_bits } => {
                let first = part.first as usize;
                let lanes = &scalars[first..first + usize::from(count)];
                // The bytes may hold more bits than the vector.
                let from = part_scalar(scalars, part);
                let to = Scalar::Integer(count * part_bits);
                let whole = self.emit_plain_conversion(Conversion::Truncate, from, to, read);
                self.split(whole, lanes)
            }
        }
    }

    /// The scalar to write for a part.
    fn packed(
        &mut self,
        stored: &Leaves,
        scalars: &[Scalar],
        part: &Part,
    ) -> Result<Operand, Halt> {
        let first = part.first as usize;
        match part.shape {
            Shape::Whole => Ok(stored.as_slice()[first]),
            Shape::Packed { count, part_bits } => {
                let range = first..first + usize::from(count);
                let lanes = stored.as_slice()[range.clone()].iter().copied().collect();
                let whole = self.join(&scalars[range], &lanes)?;
                let from = Scalar::Integer(count * part_bits);
                let to = part_scalar(scalars, part);
                Ok(self.emit_plain_conversion(Conversion::ZeroExtend, from, to, whole))
            }
        }
    }

    /// Translates `getelementptr`, lane by lane.
    pub(super) fn element_pointer(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let leaves = self.stepped_pointer(value)?;
        self.bind(value, leaves);
        Ok(())
    }

    /// The addresses that a `getelementptr`, instruction or constant, gives.
    pub(super) fn stepped_pointer(&mut self, value: Value<'m>) -> Result<Leaves, Halt> {
        let lane_count = self.scalars(value)?.len();
        let operands = value.operands();
        let mut inputs = Vec::with_capacity(operands.len());
        for operand in &operands {
            let scalars = self.scalars(*operand)?;
            inputs.push((*operand, scalars[0], self.leaves(*operand)?));
        }
        let mut results = Vec::with_capacity(lane_count);
        for lane in 0..lane_count {
            results.push(self.stepped_lane(value, &inputs, lane)?);
        }
        Ok(results.into_iter().collect())
    }

    /// One lane of a `getelementptr`: a chain of offsets, constants gathered into as few as
    /// possible.
    fn stepped_lane(
        &mut self,
        value: Value<'m>,
        inputs: &[(Value<'m>, Scalar, Leaves)],
        lane: usize,
    ) -> Result<Operand, Halt> {
        let too_large = || Halt::unsupported(format!("`{}`", instruction_text(value)));
        let in_bounds = value.is_in_bounds();
        let source = value.element_pointer_source();
        let mut address = lane_of(&inputs[0].2, lane);
        let mut constant = 0_i64;
        let mut of: Option<Type<'m>> = None;
        for (index, scalar, leaves) in &inputs[1..] {
            if let Some(step) = index.signed_integer() {
                let (offset, next) = element_step(of, source, step).ok_or_else(too_large)?;
                constant = constant.checked_add(offset).ok_or_else(too_large)?;
                of = Some(next);
                continue;
            }
            // The step for index 1 is the distance of neighbours; only structs have fields that are
            // not equally far, and their indices are constant.
            let (offset, next) = element_step(of, source, 1).ok_or_else(too_large)?;
            if of.is_some_and(|of| of.kind() == TypeKind::Struct) {
                return Err(too_large());
            }
            let scale = offset.unsigned_abs();
            let index = self.resize(lane_of(leaves, lane), *scalar, Conversion::SignExtend)?;
            address = self.emit_offset(address, Some((index, scale)), constant, in_bounds);
            constant = 0;
            of = Some(next);
        }
        if constant != 0 {
            address = self.emit_offset(address, None, constant, in_bounds);
        }
        Ok(address)
    }

    /// Emits an offset, or folds it into the address of a global.
    pub(super) fn emit_offset(
        &mut self,
        base: Operand,
        index: Option<(Operand, u64)>,
        constant: i64,
        in_bounds: bool,
    ) -> Operand {
        if let (None, Operand::Constant(id)) = (index, base)
            && let Constant::Address(Address::Global { global, addend }) =
                *self.assembly.pools.constant_of(id)
            && let Some(addend) = addend.checked_add(constant)
        {
            let address = Constant::Address(Address::Global { global, addend });
            return Operand::Constant(self.assembly.pools.constant(address));
        }
        self.define(|result| Instruction::Offset {
            result,
            base,
            index: index.map(|(index, _)| index),
            scale: index.map_or(0, |(_, scale)| scale),
            constant,
            in_bounds,
        })
    }

    /// Translates `fence`.
    pub(super) fn fence(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let ordering = ordering_of(value.ordering_number())
            .ok_or_else(|| Halt::unsupported(instruction_name(value)))?;
        self.emit(Instruction::Fence { ordering });
        Ok(())
    }

    /// Translates `atomicrmw`.
    pub(super) fn atomic_update(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let unknown = || Halt::unsupported(format!("`{}`", instruction_text(value)));
        let operation = atomic_operation_of(value.atomic_operation()).ok_or_else(unknown)?;
        let ordering = ordering_of(value.ordering_number()).ok_or_else(unknown)?;
        let [scalar] = self.scalars(value)?[..] else {
            return Err(unknown());
        };
        let (address, operand) = (self.leaf(value.operand(0))?, self.leaf(value.operand(1))?);
        let old = self.define(|result| Instruction::AtomicUpdate {
            operation,
            scalar,
            result,
            address,
            value: operand,
            ordering,
        });
        self.bind(value, Leaves::One(old));
        Ok(())
    }

    /// Translates `cmpxchg`.
    pub(super) fn compare_exchange(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let unknown = || Halt::unsupported(instruction_name(value));
        let success = ordering_of(value.success_ordering()).ok_or_else(unknown)?;
        let failure = ordering_of(value.failure_ordering()).ok_or_else(unknown)?;
        let scalar = self.scalars(value)?[0];
        let address = self.leaf(value.operand(0))?;
        let (expected, replacement) = (self.leaf(value.operand(1))?, self.leaf(value.operand(2))?);
        let leaves = self.bind_fresh(value);
        self.emit(Instruction::CompareExchange {
            scalar,
            result: first_register(&leaves),
            address,
            expected,
            replacement,
            success,
            failure,
            weak: value.is_weak_exchange(),
        });
        Ok(())
    }
}

/// The scalar that holds the bytes of a part.
fn part_scalar(scalars: &[Scalar], part: &Part) -> Scalar {
    match part.shape {
        Shape::Whole => scalars[part.first as usize],
        Shape::Packed { count, part_bits } => {
            Scalar::Integer((count * part_bits).next_multiple_of(8))
        }
    }
}

/// One lane of an operand that may be the same for all lanes.
fn lane_of(leaves: &Leaves, lane: usize) -> Operand {
    match leaves.as_slice() {
        [only] => *only,
        lanes => lanes[lane],
    }
}

/// The alignment that is left of `align_bytes` some bytes further.
fn align_at(align_bytes: u64, offset: u64) -> u64 {
    let align_bytes = align_bytes.max(1);
    match offset {
        0 => align_bytes,
        _ => align_bytes.min(1 << offset.trailing_zeros()),
    }
}

/// The ordering with this number.
fn ordering_of(number: i32) -> Option<Ordering> {
    Some(match number {
        0 => Ordering::NotAtomic,
        1 | 2 => Ordering::Relaxed,
        4 => Ordering::Acquire,
        5 => Ordering::Release,
        6 => Ordering::AcquireRelease,
        7 => Ordering::SequentiallyConsistent,
        _ => return None,
    })
}

fn atomic_operation_of(number: i32) -> Option<AtomicOperation> {
    Some(match number {
        0 => AtomicOperation::Exchange,
        1 => AtomicOperation::Add,
        2 => AtomicOperation::Subtract,
        3 => AtomicOperation::And,
        4 => AtomicOperation::NotAnd,
        5 => AtomicOperation::Or,
        6 => AtomicOperation::ExclusiveOr,
        7 => AtomicOperation::SignedMaximum,
        8 => AtomicOperation::SignedMinimum,
        9 => AtomicOperation::UnsignedMaximum,
        10 => AtomicOperation::UnsignedMinimum,
        _ => return None,
    })
}
