//! Reads and writes of memory through addresses.
//!
//! An address is first resolved to the object that it belongs to, and the access is judged against
//! that object alone: its life, its bounds, its writability, the promised alignment.
//!
//! # Not here
//!
//! Addresses that are terms ([`super::ranges`]).

use super::Machine;
use super::fault::{Access, Fault, Purpose};
use super::state::State;
use super::stop::{Flow, Result};
use super::symbols::Symbolic;
use super::value::{Shadow, Value};
use crate::memory::{Fragment, Object, ObjectId, ObjectKind, Piece, Read, Slot};
use crate::program::{Operand, PlaceId, Register, Scalar};
use proofhouse_solver::TermId;

/// About as many bytes as are moved in the time of an instruction.
const BYTES_A_STEP: u64 = 64;

/// Where an access takes place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Located {
    /// At one place.
    At {
        /// The object, which is live and large enough.
        object: ObjectId,
        /// Bytes from its start.
        offset: u64,
    },
    /// Somewhere within one object.
    Within {
        /// The object, which is live; the path allows only offsets within its bounds.
        object: ObjectId,
        /// Bytes from its start, a term of 64 bits.
        offset: TermId,
    },
}

/// What is asked of an access.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub(super) access: Access,
    pub(super) size: u64,
    pub(super) align: u64,
}

impl Machine<'_> {
    /// `result = load scalar, address`.
    ///
    /// Faults: those of every access; an indeterminate value where a defined one is promised.
    #[inline]
    pub(super) fn load(
        &mut self,
        state: &mut State,
        scalar: Scalar,
        result: Register,
        address: Operand,
        (align, must_be_defined): (u64, bool),
    ) -> Result<Flow> {
        let address = self.read(state, address);
        let mut value = self.read_scalar(state, scalar, address, align)?;
        if must_be_defined && !value.is_number() {
            value = self.defined_value(state, value, scalar)?;
        }
        state.write(result, value);
        Ok(Flow::Next)
    }

    /// The value, which must not be indeterminate.
    fn defined_value(&mut self, state: &mut State, value: Value, scalar: Scalar) -> Result<Value> {
        if matches!(value.shadow, Shadow::Term(_)) {
            return Ok(value);
        }
        let width = scalar.width_bits();
        let term = self.defined(state, value, width, Purpose::DefinedLoad)?;
        if self.symbols.as_either(value).is_some() || self.symbols.as_pieces(value).is_some() {
            // The term would lose the objects.
            return Ok(value);
        }
        Ok(self.symbols.value_of(term).within(value.object))
    }

    /// `store scalar value, address`.
    #[inline]
    pub(super) fn store(
        &mut self,
        state: &mut State,
        scalar: Scalar,
        value: Operand,
        address: Operand,
        align: u64,
    ) -> Result<Flow> {
        let value = self.read(state, value);
        let address = self.read(state, address);
        self.write_scalar(state, scalar, address, align, value)?;
        Ok(Flow::Next)
    }

    /// Reads a scalar.
    #[inline]
    pub(crate) fn read_scalar(
        &mut self,
        state: &mut State,
        scalar: Scalar,
        address: Value,
        align: u64,
    ) -> Result<Value> {
        let size = scalar.size_bytes();
        if address.is_number()
            && address.low & (align - 1) == 0
            && let Some(object) = state.memory.object(address.object)
            && let Some(offset) = object.offset_of(address.low, size)
            && object.is_in_lifetime
            && let Some(word) = object.read_word(offset, size)
        {
            return Ok(Value::word(word & u64::MAX >> (64 - scalar.width_bits())));
        }
        self.read_any(state, scalar, address, align)
    }

    /// As [`Self::read_scalar`], for whatever is there.
    fn read_any(
        &mut self,
        state: &mut State,
        scalar: Scalar,
        address: Value,
        align: u64,
    ) -> Result<Value> {
        let size = scalar.size_bytes();
        let request = Request {
            access: Access::Read,
            size,
            align,
        };
        match self.locate(state, address, request)? {
            Located::At { object, offset } => {
                let read = live(state, object).read(offset, size);
                Ok(self.value_read(scalar, read))
            }
            Located::Within { object, offset } => {
                self.read_within(state, scalar, object, offset, align)
            }
        }
    }

    /// What was read, as a value of the scalar's width.
    #[inline]
    pub(crate) fn value_read(&mut self, scalar: Scalar, read: Read) -> Value {
        let width = scalar.width_bits();
        let value = match read {
            Read::Number(number) => Value::wide(number),
            Read::Whole(value) => value,
            Read::Pieces(pieces) => self.symbols.mixture(pieces),
        };
        if width.is_multiple_of(8) {
            return value;
        }
        self.narrowed(value, width)
    }

    /// The low bits of a value of whole bytes.
    fn narrowed(&mut self, value: Value, width: u32) -> Value {
        if value.is_plain() && width <= 128 {
            return Value::wide(value.number() & u128::MAX >> (128 - width));
        }
        let Some(whole) = self.symbols.symbolic(value, width.next_multiple_of(8)) else {
            return value;
        };
        let term = self.symbols.terms.truncate(whole.term, width);
        self.symbols.guarded(Symbolic { term, ..whole })
    }

    /// Writes a scalar.
    #[inline]
    pub(crate) fn write_scalar(
        &mut self,
        state: &mut State,
        scalar: Scalar,
        address: Value,
        align: u64,
        value: Value,
    ) -> Result<()> {
        let size = scalar.size_bytes();
        if value.is_plain()
            && address.is_number()
            && address.low & (align - 1) == 0
            && let Some(object) = state.memory.object_mut(address.object)
            && let Some(offset) = object.offset_of(address.low, size)
            && object.is_writable
            && object.is_in_lifetime
            && object.write_word(offset, size, value.low)
        {
            return Ok(());
        }
        self.write_any(state, scalar, address, align, value)
    }

    /// As [`Self::write_scalar`], of whatever it is and whatever was there.
    fn write_any(
        &mut self,
        state: &mut State,
        scalar: Scalar,
        address: Value,
        align: u64,
        value: Value,
    ) -> Result<()> {
        let size = scalar.size_bytes();
        let request = Request {
            access: Access::Write,
            size,
            align,
        };
        let located = self.locate(state, address, request)?;
        let value = self.widened(scalar, value);
        match located {
            Located::At { object, offset } => {
                self.write_at(state, object, offset, size, value);
                Ok(())
            }
            Located::Within { object, offset } => {
                self.write_within(state, object, offset, (size, align), value)
            }
        }
    }

    /// Writes a value of whole bytes at a place that was located.
    pub(crate) fn write_at(
        &mut self,
        state: &mut State,
        object: ObjectId,
        offset: u64,
        size: u64,
        value: Value,
    ) {
        let target = state
            .memory
            .object_mut(object)
            .expect("located objects are live");
        match self.symbols.as_pieces(value) {
            None => target.write(offset, size, value),
            Some(pieces) => {
                let mut at = offset;
                for piece in pieces.iter() {
                    target.write_piece(at, *piece);
                    at += u64::from(piece.length);
                }
            }
        }
    }

    /// A value as wide as the bytes that a store of it writes.
    fn widened(&mut self, scalar: Scalar, value: Value) -> Value {
        let width = scalar.width_bits();
        if width.is_multiple_of(8) || value.is_number() {
            return value;
        }
        match self.symbols.symbolic(value, width) {
            None => value,
            Some(symbolic) => {
                let whole = width.next_multiple_of(8);
                let term = self.symbols.terms.zero_extend(symbolic.term, whole);
                self.symbols.guarded(Symbolic { term, ..symbolic })
            }
        }
    }

    /// Finds the object that an access goes to, and judges the access.
    #[inline]
    pub(super) fn locate(
        &mut self,
        state: &mut State,
        address: Value,
        request: Request,
    ) -> Result<Located> {
        if address.is_number()
            && address.low & (request.align - 1) == 0
            && let Some(object) = state.memory.object(address.object)
            && let Some(offset) = object.offset_of(address.low, request.size)
            && (object.is_writable || request.access == Access::Read)
            && object.is_in_lifetime
        {
            return Ok(Located::At {
                object: address.object,
                offset,
            });
        }
        self.locate_slow(state, address, request)
    }

    #[cold]
    fn locate_slow(
        &mut self,
        state: &mut State,
        address: Value,
        request: Request,
    ) -> Result<Located> {
        let address = self.settle(state, address)?;
        if address.is_number() {
            let id = self.judge_address(state, address, request)?;
            let object = live(state, id);
            let offset = address.low.wrapping_sub(object.base);
            return Ok(Located::At { object: id, offset });
        }
        let term = self.defined(state, address, 64, Purpose::Address)?;
        if let Some(number) = self.known_number(state, term) {
            let number = Value::wide(number).within(address.object);
            return self.locate_slow(state, number, request);
        }
        if address.object == ObjectId::NONE {
            let number = self.concrete_term(state, term)?;
            return self.locate_slow(state, Value::wide(number), request);
        }
        self.locate_term(state, address.object, term, request)
    }

    /// Judges an access through an address that is a number; returns the object.
    fn judge_address(
        &mut self,
        state: &mut State,
        address: Value,
        request: Request,
    ) -> Result<ObjectId> {
        let Request {
            access,
            size,
            align,
        } = request;
        let mut id = address.object;
        if id == ObjectId::NONE {
            match state.memory.object_at(address.low) {
                Some(found) => id = found,
                None => {
                    let fault = Fault::NoObject {
                        access,
                        address: address.low,
                    };
                    return Err(self.fault(state, &fault));
                }
            }
        }
        self.judge_object(state, id, access)?;
        let object = live(state, id);
        if object.offset_of(address.low, size).is_none() {
            let fault = if address.low == 0 {
                Fault::NoObject { access, address: 0 }
            } else {
                let offset = address.low.wrapping_sub(object.base).cast_signed();
                let object = self.describe(state, id);
                Fault::OutOfBounds {
                    access,
                    size,
                    object,
                    offset: Some(offset),
                }
            };
            return Err(self.fault(state, &fault));
        }
        if address.low & (align - 1) != 0 {
            return Err(self.fault(state, &Fault::Misaligned { access, align }));
        }
        Ok(id)
    }

    /// Judges whether an object may be accessed at all.
    pub(super) fn judge_object(
        &mut self,
        state: &mut State,
        id: ObjectId,
        access: Access,
    ) -> Result<()> {
        if let Some(why) = state.environment.hidden.get(&id)
            && state.memory.object(id).is_some()
        {
            let what = why.to_string();
            return Err(self.unsupported(state, what));
        }
        if let Some(global) = self.image.external_of(id) {
            let symbol = &self.program.globals[global.index()].symbol;
            let what = format!("the variable `{symbol}`, defined outside of the program");
            return Err(self.unsupported(state, what));
        }
        let fault = match state.memory.slot(id) {
            Slot::Live(object) if !object.is_in_lifetime => Fault::UseAfterEnd {
                access,
                object: self.describe(state, id),
            },
            Slot::Live(object) if access == Access::Write && !object.is_writable => {
                Fault::WriteToConstant
            }
            Slot::Live(_) => return Ok(()),
            Slot::Dead(_) | Slot::DeadStack | Slot::Vacant => Fault::UseAfterEnd {
                access,
                object: self.describe(state, id),
            },
        };
        Err(self.fault(state, &fault))
    }

    /// An object in words.
    pub(crate) fn describe(&self, state: &State, id: ObjectId) -> String {
        let in_words = |kind: ObjectKind, size: u64, allocated_at: PlaceId| {
            let what = match kind {
                ObjectKind::Stack => "stack slot",
                ObjectKind::Heap | ObjectKind::Foreign => "heap allocation",
                ObjectKind::Global => "global variable",
                ObjectKind::Function(function) => {
                    let path = &self.program.functions[function.index()].path;
                    return format!("the function `{path}`");
                }
            };
            match self.place_name(allocated_at) {
                Some(place) => format!("a {what} of {size} bytes made at {place}"),
                None => format!("a {what} of {size} bytes"),
            }
        };
        match state.memory.slot(id) {
            Slot::Live(object) => in_words(object.kind, object.size, object.allocated_at),
            Slot::Dead(tombstone) => {
                let words = in_words(tombstone.kind, tombstone.size, tombstone.allocated_at);
                match self.place_name(tombstone.ended_at) {
                    Some(place) => format!("{words} and freed at {place}"),
                    None => words,
                }
            }
            Slot::DeadStack => "a stack slot of a function that returned".to_owned(),
            Slot::Vacant => "an object that never existed".to_owned(),
        }
    }

    /// Copies bytes.
    ///
    /// Faults: those of both accesses; overlapping ranges unless they may overlap.
    pub(crate) fn copy_memory(
        &mut self,
        state: &mut State,
        [target, source, length]: [Value; 3],
        may_overlap: bool,
    ) -> Result<()> {
        let length = self.length(state, length)?;
        if length == 0 {
            return Ok(());
        }
        self.steps_of_moves += length / BYTES_A_STEP;
        let request = |access| Request {
            access,
            size: length,
            align: 1,
        };
        let (from, from_offset) = self.locate_at(state, source, request(Access::Read))?;
        let (to, to_offset) = self.locate_at(state, target, request(Access::Write))?;
        let distance = from_offset.abs_diff(to_offset);
        if !may_overlap && from == to && distance != 0 && distance < length {
            return Err(self.fault(state, &Fault::OverlappingCopy));
        }
        let mut fragment = std::mem::take(&mut self.scratch);
        live(state, from).copy_out(from_offset, length, &mut fragment);
        let target = state
            .memory
            .object_mut(to)
            .expect("located objects are live");
        target.copy_in(to_offset, &fragment);
        self.scratch = fragment;
        Ok(())
    }

    /// Reads a range of bytes, whatever they are.
    pub(crate) fn take_out(
        &mut self,
        state: &mut State,
        source: Value,
        length: u64,
    ) -> Result<Fragment> {
        let mut fragment = Fragment::default();
        if length > 0 {
            let request = Request {
                access: Access::Read,
                size: length,
                align: 1,
            };
            let (object, offset) = self.locate_at(state, source, request)?;
            live(state, object).copy_out(offset, length, &mut fragment);
        }
        Ok(fragment)
    }

    /// Writes a range of bytes, whatever they are.
    pub(crate) fn put_in(
        &mut self,
        state: &mut State,
        target: Value,
        fragment: &Fragment,
    ) -> Result<()> {
        if fragment.bytes.is_empty() {
            return Ok(());
        }
        let request = Request {
            access: Access::Write,
            size: fragment.bytes.len() as u64,
            align: 1,
        };
        let (object, offset) = self.locate_at(state, target, request)?;
        let target = state.memory.object_mut(object);
        target
            .expect("located objects are live")
            .copy_in(offset, fragment);
        Ok(())
    }

    /// Fills bytes with one byte.
    pub(crate) fn fill_memory(
        &mut self,
        state: &mut State,
        [target, byte, length]: [Value; 3],
    ) -> Result<()> {
        let length = self.length(state, length)?;
        if length == 0 {
            return Ok(());
        }
        self.steps_of_moves += length / BYTES_A_STEP;
        let request = Request {
            access: Access::Write,
            size: length,
            align: 1,
        };
        let (object, offset) = self.locate_at(state, target, request)?;
        let object = state
            .memory
            .object_mut(object)
            .expect("located objects are live");
        if byte.is_number() {
            object.fill_bytes(offset, length, byte.low.to_le_bytes()[0]);
        } else if byte.is_indeterminate() {
            object.write(offset, length, byte);
        } else {
            for index in 0..length {
                object.write_piece(
                    offset + index,
                    Piece {
                        length: 1,
                        skip: 0,
                        value: byte,
                    },
                );
            }
        }
        Ok(())
    }

    /// A length as a number, within what can be materialised.
    pub(crate) fn length(&mut self, state: &mut State, length: Value) -> Result<u64> {
        let length = self.concrete(state, length, 64, Purpose::Length)?;
        Ok(u64::try_from(length).expect("lengths have 64 bits"))
    }

    /// Locates an access at one place; splits the state when there are several.
    pub(super) fn locate_at(
        &mut self,
        state: &mut State,
        address: Value,
        request: Request,
    ) -> Result<(ObjectId, u64)> {
        match self.locate(state, address, request)? {
            Located::At { object, offset } => Ok((object, offset)),
            Located::Within { object, offset } => {
                let number = self.concrete_term(state, offset)?;
                let offset = u64::try_from(number).expect("offsets have 64 bits");
                Ok((object, offset))
            }
        }
    }
}

/// A live object.
pub(super) fn live(state: &State, id: ObjectId) -> &Object {
    state.memory.object(id).expect("located objects are live")
}
