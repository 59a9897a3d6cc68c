//! Conversions between integers, addresses and floats.

use super::Machine;
use super::float;
use super::integer::word;
use super::state::State;
use super::stop::{Flow, Result};
use super::symbolic;
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

impl Machine<'_> {
    /// `result = operand` converted.
    #[inline]
    pub(super) fn convert(&mut self, state: &mut State, parts: ConversionParts) -> Result<Flow> {
        let operand = self.read(state, parts.operand);
        let (from, to) = (parts.from.width_bits(), parts.to.width_bits());
        let is_small = from <= 64 && to <= 64 && operand.is_plain();
        let value = match parts.conversion {
            Conversion::ZeroExtend if is_small && !parts.promises.not_negative => operand,
            Conversion::SignExtend if is_small => {
                Value::word(word::signed(operand.low, from).cast_unsigned() & word::mask(to))
            }
            Conversion::Truncate if is_small && parts.promises == Promises::default() => {
                Value::word(operand.low & word::mask(to))
            }
            Conversion::Truncate | Conversion::ZeroExtend | Conversion::SignExtend => {
                self.resize(parts, operand)
            }
            Conversion::Bitcast | Conversion::AddressToInteger => operand,
            Conversion::IntegerToAddress => self.integer_as_address(state, operand)?,
            _ => self.convert_float(state, parts, operand)?,
        };
        state.write(parts.result, value);
        Ok(Flow::Next)
    }

    /// Truncation and extension of anything.
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
        let (term, broken) = self.resized_term(parts, symbolic.term);
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

    /// The resized term, and when it breaks a promise.
    fn resized_term(
        &mut self,
        parts: ConversionParts,
        operand: proofhouse_solver::TermId,
    ) -> (proofhouse_solver::TermId, Option<proofhouse_solver::TermId>) {
        let (from, to) = (parts.from.width_bits(), parts.to.width_bits());
        let terms = &mut self.symbols.terms;
        match parts.conversion {
            Conversion::SignExtend => (terms.sign_extend(operand, to), None),
            Conversion::ZeroExtend => {
                let broken = parts.promises.not_negative.then(|| terms.sign(operand));
                (terms.zero_extend(operand, to), broken)
            }
            _ => {
                let term = terms.truncate(operand, to);
                let mut broken = None;
                if parts.promises.no_unsigned_wrap {
                    let dropped = terms.extract(operand, to, from - to);
                    broken = Some(symbolic::is_not_zero(terms, dropped));
                }
                if parts.promises.no_signed_wrap {
                    let extended = terms.sign_extend(term, from);
                    let differs = terms.ne(extended, operand);
                    broken = self.symbols.either_poison(broken, Some(differs));
                }
                (term, broken)
            }
        }
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

    /// Conversions from and to floats, on numbers only.
    fn convert_float(
        &mut self,
        state: &mut State,
        parts: ConversionParts,
        operand: Value,
    ) -> Result<Value> {
        if operand.is_indeterminate() {
            return Ok(operand);
        }
        if !operand.is_number() {
            return Err(
                self.unsupported(state, "a conversion between symbolic integers and floats")
            );
        }
        let number = operand.number();
        Ok(
            match float::convert(parts.conversion, parts.from, parts.to, number) {
                Some(number) => Value::wide(number),
                None => Value::POISON,
            },
        )
    }
}
