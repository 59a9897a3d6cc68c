//! Address arithmetic: `getelementptr`.

use super::Machine;
use super::state::State;
use super::stop::{Flow, Result};
use super::symbols::Symbolic;
use super::value::Value;
use crate::program::{Operand, Register};
use proofhouse_solver::TermId;

/// The parts of an offset instruction.
#[derive(Clone, Copy)]
pub(super) struct OffsetParts {
    pub(super) result: Register,
    pub(super) base: Operand,
    pub(super) index: Option<Operand>,
    pub(super) scale: u64,
    pub(super) constant: i64,
    pub(super) in_bounds: bool,
}

impl Machine<'_> {
    /// `result = base + constant + index * scale`.
    ///
    /// Poison: with `in_bounds`, when base or result leave the object that the base belongs to, and
    /// the distance is not 0.
    #[inline]
    pub(super) fn offset(&mut self, state: &mut State, parts: OffsetParts) -> Result<Flow> {
        let base = self.read(state, parts.base);
        let index = parts
            .index
            .map_or(Value::ZERO, |index| self.read(state, index));
        if base.is_number() && index.is_number() {
            let distance = index
                .low
                .wrapping_mul(parts.scale)
                .wrapping_add_signed(parts.constant);
            let address = Value::address(base.low.wrapping_add(distance), base.object);
            let leaves =
                parts.in_bounds && distance != 0 && self.leaves_object(state, base, address);
            state.write(parts.result, if leaves { Value::POISON } else { address });
            return Ok(Flow::Next);
        }
        let value = self.symbolic_offset(state, parts, base, index)?;
        state.write(parts.result, value);
        Ok(Flow::Next)
    }

    /// Whether one of two addresses lies outside of the live object that they should belong to.
    fn leaves_object(&self, state: &State, base: Value, address: Value) -> bool {
        let Some(object) = state.memory.object(base.object) else {
            // Addresses without an object may point to memory that the machine does not model, and
            // those into ended objects are judged when they are used.
            return false;
        };
        object.offset_of(base.low, 0).is_none() || object.offset_of(address.low, 0).is_none()
    }

    fn symbolic_offset(
        &mut self,
        state: &mut State,
        parts: OffsetParts,
        base: Value,
        index: Value,
    ) -> Result<Value> {
        let base = self.settle(state, base)?;
        let index = self.settle(state, index)?;
        let (Some(start), Some(index)) = (
            self.symbols.symbolic(base, 64),
            self.symbols.symbolic(index, 64),
        ) else {
            return Ok(Value::POISON);
        };
        let terms = &mut self.symbols.terms;
        let scale = terms.constant(64, parts.scale.into());
        let constant = terms.constant(64, parts.constant.cast_unsigned().into());
        let scaled = terms.mul(index.term, scale);
        let distance = terms.add(scaled, constant);
        let term = terms.add(start.term, distance);
        let mut poison = self.symbols.either_poison(start.poison, index.poison);
        if parts.in_bounds
            && let Some(object) = state.memory.object(base.object)
        {
            let bounds = (object.base, object.size);
            let leaves = self.leaves_bounds(bounds, start.term, distance);
            poison = self.symbols.either_poison(poison, Some(leaves));
        }
        Ok(self
            .symbols
            .guarded(Symbolic { term, poison })
            .within(base.object))
    }

    /// Whether an address or the one so far behind it lies outside of an object from `first` on, and
    /// they are not the same. An address may belong to an object on one path only, and on a path that
    /// was merged with it be the dangling one of an empty slice: nothing is wrong with adding 0.
    fn leaves_bounds(
        &mut self,
        (first, size): (u64, u64),
        address: TermId,
        distance: TermId,
    ) -> TermId {
        let terms = &mut self.symbols.terms;
        let first = terms.constant(64, first.into());
        let size = terms.constant(64, size.into());
        let start = terms.sub(address, first);
        let starts_outside = terms.ugt(start, size);
        let end = terms.add(start, distance);
        let ends_outside = terms.ugt(end, size);
        let zero = terms.zero(64);
        let moves = terms.ne(distance, zero);
        // From inside, whoever ends outside has moved.
        terms.ite(starts_outside, moves, ends_outside)
    }
}
