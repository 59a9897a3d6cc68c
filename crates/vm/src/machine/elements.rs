//! Copies, selections, and the lanes of vectors.

use super::Machine;
use super::fault::Purpose;
use super::state::State;
use super::stop::{Flow, Result};
use super::symbols::Symbolic;
use super::value::Value;
use crate::memory::Piece;
use crate::program::{Operand, Register, Scalar};

impl Machine<'_> {
    /// `result = if condition then first else second`.
    ///
    /// A condition that is poison makes the result poison; it decides nothing by itself.
    #[inline]
    pub(super) fn select(
        &mut self,
        state: &mut State,
        scalar: Scalar,
        result: Register,
        [condition, first, second]: [Operand; 3],
    ) -> Result<Flow> {
        let condition = self.read(state, condition);
        let (first, second) = (self.read(state, first), self.read(state, second));
        let value = if condition.is_number() {
            if condition.low != 0 { first } else { second }
        } else {
            self.select_slow(scalar, condition, first, second)
        };
        state.write(result, value);
        Ok(Flow::Next)
    }

    fn select_slow(
        &mut self,
        scalar: Scalar,
        condition: Value,
        first: Value,
        second: Value,
    ) -> Value {
        let Some(symbolic) = self.symbols.symbolic(condition, 1) else {
            return Value::POISON;
        };
        let chosen = self
            .symbols
            .choose(symbolic.term, first, second, scalar.width_bits());
        match symbolic.poison {
            None => chosen,
            Some(poison) => self
                .symbols
                .choose(poison, Value::POISON, chosen, scalar.width_bits()),
        }
    }

    /// Joins consecutive parts into one integer.
    pub(super) fn join_parts(
        &mut self,
        state: &mut State,
        part_bits: u16,
        result: Register,
        parts: &[Operand],
    ) -> Result<Flow> {
        let width = u32::from(part_bits);
        let values: Vec<Value> = parts.iter().map(|part| self.read(state, *part)).collect();
        let total = usize::from(part_bits) * values.len();
        let value = if total <= 128 && values.iter().all(|value| value.is_plain()) {
            let shifted = values
                .iter()
                .enumerate()
                .map(|(index, value)| value.number() << (index * usize::from(part_bits)));
            Value::wide(shifted.fold(0, |all, part| all | part))
        } else if width.is_multiple_of(8) {
            let length = width / 8;
            let piece = |value| Piece {
                length,
                skip: 0,
                value,
            };
            self.symbols
                .mixture(values.into_iter().map(piece).collect())
        } else {
            self.join_bits(width, &values)
        };
        state.write(result, value);
        Ok(Flow::Next)
    }

    /// Joins parts that are not whole bytes; poison as a whole as soon as one part is.
    fn join_bits(&mut self, width: u32, values: &[Value]) -> Value {
        let mut joined: Option<Symbolic> = None;
        for value in values {
            let Some(part) = self.symbols.symbolic(*value, width) else {
                return Value::POISON;
            };
            joined = Some(match joined {
                None => part,
                Some(low) => Symbolic {
                    term: self.symbols.terms.concat(part.term, low.term),
                    poison: self.symbols.either_poison(low.poison, part.poison),
                },
            });
        }
        self.symbols.guarded(joined.expect("a join has parts"))
    }

    /// Splits an integer into consecutive registers.
    pub(super) fn split_parts(
        &mut self,
        state: &mut State,
        part_bits: u16,
        first: Register,
        count: u16,
        operand: Operand,
    ) -> Result<Flow> {
        let width = u32::from(part_bits);
        let operand = self.read(state, operand);
        for index in 0..u32::from(count) {
            let value = self.part(operand, width, u32::from(count), index);
            state.write(Register(first.0 + index), value);
        }
        Ok(Flow::Next)
    }

    /// One of `count` parts of an integer.
    fn part(&mut self, operand: Value, width: u32, count: u32, index: u32) -> Value {
        if operand.is_indeterminate() {
            return operand;
        }
        if operand.is_plain() && width * count <= 128 {
            let mask = u128::MAX >> (128 - width);
            return Value::wide(operand.number() >> (width * index) & mask);
        }
        if width.is_multiple_of(8) {
            let length = width / 8;
            let pieces = self.symbols.split_value(operand, index * length, length);
            return self.symbols.mixture(pieces);
        }
        let whole = self
            .symbols
            .symbolic(operand, width * count)
            .expect("not indeterminate");
        let term = self.symbols.terms.extract(whole.term, width * index, width);
        self.symbols.guarded(Symbolic { term, ..whole })
    }

    /// The element at a runtime index; at or past the end gives poison.
    pub(super) fn pick_element(
        &mut self,
        state: &mut State,
        result: Register,
        elements: &[Operand],
        (index, index_bits): (Operand, u16),
    ) -> Result<Flow> {
        let index = self.read(state, index);
        let index = self.concrete(state, index, index_bits.into(), Purpose::Length)?;
        let element = usize::try_from(index)
            .ok()
            .and_then(|index| elements.get(index));
        let value = element.map_or(Value::POISON, |element| self.read(state, *element));
        state.write(result, value);
        Ok(Flow::Next)
    }
}
