//! Conversions between integers, addresses and floats.

use super::Machine;
use super::float;
use super::integer::{wide, word};
use super::state::State;
use super::stop::{Flow, Result};
use super::symbolic::{self, Operated};
use super::symbolic_float;
use super::symbols::Symbolic;
use super::value::{Shadow, Value};
use crate::memory::{ObjectId, Piece};
use crate::program::{Conversion, Operand, Promises, Register, Scalar};

/// The parts of a conversion.
#[derive(Clone, Copy)]
pub(super) struct ConversionParts {
    pub(super) conversion: Conversion,
    pub(super) promises: Promises,
    pub(super) from: Scalar,
    pub(super) to: Scalar,
    pub(super) result: Register,
    pub(super) operand: Operand,
}

impl ConversionParts {
    /// Whether operand and result have at most so many bits.
    #[inline]
    fn is_within(self, bits: u32) -> bool {
        self.from.width_bits() <= bits && self.to.width_bits() <= bits
    }
}

impl Machine<'_> {
    /// `result = operand` converted.
    #[inline]
    pub(super) fn convert(&mut self, state: &mut State, parts: ConversionParts) -> Result<Flow> {
        let operand = self.read(state, parts.operand);
        let value = match parts.conversion {
            Conversion::Truncate | Conversion::ZeroExtend | Conversion::SignExtend
                if operand.is_number() && parts.is_within(64) =>
            {
                resized_word(parts, operand)
            }
            Conversion::Truncate | Conversion::ZeroExtend | Conversion::SignExtend
                if operand.is_number() && parts.is_within(128) =>
            {
                resized_wide(parts, operand)
            }
            Conversion::Truncate | Conversion::ZeroExtend | Conversion::SignExtend => {
                self.resize(parts, operand)
            }
            Conversion::Bitcast | Conversion::AddressToInteger => operand,
            Conversion::IntegerToAddress => self.integer_as_address(state, operand)?,
            _ => self.convert_float(state, parts, operand),
        };
        state.write(parts.result, value);
        Ok(Flow::Next)
    }

    /// Truncation and extension of what is not a number, or wider than one can be.
    fn resize(&mut self, parts: ConversionParts, operand: Value) -> Value {
        let (from, to) = (parts.from.width_bits(), parts.to.width_bits());
        let in_parts = match operand.shadow {
            Shadow::Undefined if to > from => Some(self.symbols.split_value(operand, 0, from / 8)),
            _ => self
                .symbols
                .as_pieces(operand)
                .map(|pieces| pieces.to_vec()),
        };
        if let Some(pieces) = in_parts
            && from.is_multiple_of(8)
            && to.is_multiple_of(8)
            && parts.conversion != Conversion::SignExtend
        {
            let mut pieces = if to < from {
                self.symbols.split_value(operand, 0, to / 8)
            } else {
                pieces
            };
            if to > from {
                pieces.push(Piece {
                    length: (to - from) / 8,
                    skip: 0,
                    value: Value::ZERO,
                });
            }
            return self.symbols.mixture(pieces);
        }
        // A flag in the lowest byte does not look at the others.
        let kept = u16::try_from(to.div_ceil(8) * 8).expect("narrower than the operand");
        if u32::from(kept) < from
            && from.is_multiple_of(8)
            && self.symbols.as_pieces(operand).is_some()
        {
            let pieces = self.symbols.split_value(operand, 0, u32::from(kept) / 8);
            let operand = self.symbols.mixture(pieces);
            let from = Scalar::Integer(kept);
            return self.resize(ConversionParts { from, ..parts }, operand);
        }
        let Some(symbolic) = self.symbols.symbolic(operand, from) else {
            return operand;
        };
        let (conversion, promises) = (parts.conversion, parts.promises);
        let terms = &mut self.symbols.terms;
        let Operated {
            term,
            poison: broken,
        } = symbolic::resize(terms, conversion, promises, (from, to), symbolic.term);
        let poison = self.symbols.either_poison(symbolic.poison, broken);
        let is_address_sized = from == 64 || to == 64;
        let object = if is_address_sized && to >= 64 {
            operand.object
        } else {
            ObjectId::NONE
        };
        self.symbols
            .guarded(Symbolic { term, poison })
            .within(object)
    }

    /// An integer as an address. An integer that came from an address belongs to that object; any
    /// other belongs to whatever lives there.
    fn integer_as_address(&mut self, state: &mut State, operand: Value) -> Result<Value> {
        if operand.object != ObjectId::NONE || operand.is_indeterminate() {
            return Ok(operand);
        }
        if operand.is_number() {
            let object = state
                .memory
                .object_at(operand.low)
                .unwrap_or(ObjectId::NONE);
            return Ok(operand.within(object));
        }
        Ok(operand)
    }

    /// Conversions from and to floats.
    fn convert_float(&mut self, state: &State, parts: ConversionParts, operand: Value) -> Value {
        if operand.is_indeterminate() {
            return operand;
        }
        if operand.is_number() && parts.is_within(128) {
            let number = operand.number();
            return match float::convert(parts.conversion, parts.from, parts.to, number) {
                Some(number) => Value::wide(number),
                None => Value::POISON,
            };
        }
        let (from, to) = (parts.from, parts.to);
        let Some(symbolic) = self.symbols.symbolic(operand, from.width_bits()) else {
            return Value::POISON;
        };
        let open = self.unspecified(state, parts.result, &[symbolic.term], to.width_bits());
        let terms = &mut self.symbols.terms;
        let operated =
            symbolic_float::convert(terms, parts.conversion, (from, to), symbolic.term, open);
        let poison = self.symbols.either_poison(symbolic.poison, operated.poison);
        let term = operated.term;
        self.symbols.guarded(Symbolic { term, poison })
    }
}

/// Truncation and extension of a number; poison where that breaks a promise.
#[inline]
fn resized_word(parts: ConversionParts, operand: Value) -> Value {
    let (from, to) = (parts.from.width_bits(), parts.to.width_bits());
    let number = match parts.conversion {
        Conversion::SignExtend => {
            Some(word::signed(operand.low, from).cast_unsigned() & word::mask(to))
        }
        Conversion::ZeroExtend => word::zero_extend(parts.promises, from, operand.low),
        _ => word::truncate(parts.promises, (from, to), operand.low),
    };
    match number {
        None => Value::POISON,
        Some(number) if to < 64 => Value::word(number),
        Some(number) => Value::word(number).within(operand.object),
    }
}

/// As [`resized_word`], for up to 128 bits.
fn resized_wide(parts: ConversionParts, operand: Value) -> Value {
    let (from, to) = (parts.from.width_bits(), parts.to.width_bits());
    let number = operand.number();
    let number = match parts.conversion {
        Conversion::SignExtend => Some(wide::signed(number, from).cast_unsigned() & wide::mask(to)),
        Conversion::ZeroExtend => wide::zero_extend(parts.promises, from, number),
        _ => wide::truncate(parts.promises, (from, to), number),
    };
    let keeps_object = to >= 64 && (from == 64 || to == 64);
    match number {
        None => Value::POISON,
        Some(number) if keeps_object => Value::wide(number).within(operand.object),
        Some(number) => Value::wide(number),
    }
}
