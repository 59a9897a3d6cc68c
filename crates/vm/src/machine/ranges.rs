//! Accesses at addresses that are terms, within one object.
//!
//! A read becomes a tree of choices over the bits of the offset, a write a guarded update of every
//! place that it may go to. Where that would be too large, the state is split over the offsets.
//!
//! # Invariants
//!
//! - The path allows only offsets within the object before anything is read or written.

use proofhouse_solver::TermId;

use super::Machine;
use super::access::{Located, Request, live};
use super::fault::{Access, Fault};
use super::state::State;
use super::stop::Result;
use super::value::Value;
use crate::memory::ObjectId;
use crate::planted::{Mistake, is_planted};
use crate::program::Scalar;

/// Places that a read may choose from.
const READ_PLACES_MAX: u64 = 4096;
/// Places that a write may update.
const WRITE_PLACES_MAX: u64 = 64;

impl Machine<'_> {
    /// Judges an access at a term within a known object.
    pub(super) fn locate_term(
        &mut self,
        state: &mut State,
        object: ObjectId,
        address: TermId,
        request: Request,
    ) -> Result<Located> {
        let Request {
            access,
            size,
            align,
        } = request;
        self.judge_object(state, object, access)?;
        let (base, object_size) = {
            let object = live(state, object);
            (object.base, object.size)
        };
        let out_of_bounds = |machine: &Self, state: &State| Fault::OutOfBounds {
            access,
            size,
            object: machine.describe(state, object),
            offset: None,
        };
        let Some(last) = object_size.checked_sub(size) else {
            let fault = out_of_bounds(self, state);
            return Err(self.fault(state, &fault));
        };
        let terms = &mut self.symbols.terms;
        let start = terms.constant(64, base.into());
        let offset = terms.sub(address, start);
        let last = terms.constant(64, last.into());
        let is_within = terms.ule(offset, last);
        let fault = out_of_bounds(self, state);
        self.require(state, is_within, |_| fault)?;
        if align > 1 {
            let terms = &mut self.symbols.terms;
            let low_bits = terms.extract(address, 0, align.trailing_zeros());
            let zero = terms.zero(align.trailing_zeros());
            let is_aligned = terms.eq(low_bits, zero);
            self.require(state, is_aligned, |_| Fault::Misaligned { access, align })?;
        }
        if let Some(number) = self.known_number(state, offset) {
            let offset = u64::try_from(number).expect("offsets have 64 bits");
            return Ok(Located::At { object, offset });
        }
        Ok(Located::Within { object, offset })
    }

    /// Reads a scalar somewhere in an object.
    pub(super) fn read_within(
        &mut self,
        state: &mut State,
        scalar: Scalar,
        object: ObjectId,
        offset: TermId,
        align: u64,
    ) -> Result<Value> {
        let size = scalar.size_bytes();
        let step = step_of(live(state, object).base, align);
        let places = (live(state, object).size - size) / step + 1;
        if places > READ_PLACES_MAX {
            let number = self.concrete_term(state, offset)?;
            let offset = u64::try_from(number).expect("offsets have 64 bits");
            let read = live(state, object).read(offset, size);
            return Ok(self.value_read(scalar, read));
        }
        let mut leaves = Vec::new();
        for place in 0..places {
            let read = live(state, object).read(place * step, size);
            leaves.push(self.value_read(scalar, read));
        }
        if is_planted(Mistake::LastPlaceUnread) {
            let last = leaves.len() - 1;
            leaves[last] = leaves[0];
        }
        Ok(self.pick(&leaves, offset, step.trailing_zeros(), scalar.width_bits()))
    }

    /// The leaf whose index is `offset` without its lowest bits.
    fn pick(&mut self, leaves: &[Value], offset: TermId, low_bit: u32, width: u32) -> Value {
        if let [leaf] = leaves {
            return *leaf;
        }
        let half_bits = (leaves.len() - 1).ilog2();
        let (low, high) = leaves.split_at(1 << half_bits);
        let low = self.pick(low, offset, low_bit, width);
        let high = self.pick(high, offset, low_bit, width);
        let bit = self.symbols.terms.extract(offset, low_bit + half_bits, 1);
        self.symbols.choose(bit, high, low, width)
    }

    /// Writes a value of whole bytes somewhere in an object.
    pub(super) fn write_within(
        &mut self,
        state: &mut State,
        object: ObjectId,
        offset: TermId,
        (size, align): (u64, u64),
        value: Value,
    ) -> Result<()> {
        let step = step_of(live(state, object).base, align);
        let places = (live(state, object).size - size) / step + 1;
        if places > WRITE_PLACES_MAX || size > 16 {
            let number = self.concrete_term(state, offset)?;
            let offset = u64::try_from(number).expect("offsets have 64 bits");
            self.write_at(state, object, offset, size, value);
            return Ok(());
        }
        let bits = u16::try_from(size * 8).expect("at most 16 bytes");
        for place in 0..places {
            let at = place * step;
            let constant = self.symbols.terms.constant(64, at.into());
            let is_here = self.symbols.terms.eq(offset, constant);
            if self.symbols.terms.as_boolean(is_here) == Some(false) {
                continue;
            }
            // The conditions exclude each other, so an update may build on the one before it even
            // where their ranges overlap.
            let read = live(state, object).read(at, size);
            let old = self.value_read(Scalar::Integer(bits), read);
            let new = self.symbols.choose(is_here, value, old, bits.into());
            self.write_at(state, object, at, size, new);
        }
        Ok(())
    }

    /// Judges an access without touching anything.
    pub(crate) fn check_access(
        &mut self,
        state: &mut State,
        address: Value,
        access: Access,
        size: u64,
    ) -> Result<()> {
        self.locate(
            state,
            address,
            Request {
                access,
                size,
                align: 1,
            },
        )
        .map(|_| ())
    }
}

/// The distance between the places that an aligned access may go to.
fn step_of(base: u64, align: u64) -> u64 {
    // An object that is less aligned than the access has no aligned place at its start; then every
    // byte counts.
    if base.is_multiple_of(align) { align } else { 1 }
}
