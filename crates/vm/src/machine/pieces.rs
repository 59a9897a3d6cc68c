//! Values taken apart into bytes and put together again, without losing what a byte is.
//!
//! # Invariants
//!
//! - Splitting a value and mixing the parts again gives a value with the same bytes.
//! - A mixture never has two neighbouring pieces that are consecutive parts of one value.

use proofhouse_solver::{Model, TermId};

use super::symbols::{Entry, Symbols};
use super::value::{Shadow, Value};
use crate::memory::{ObjectId, Piece};

impl Symbols {
    /// The value that consists of these pieces, lowest bits first; simpler than a mixture wherever
    /// nothing is lost by it.
    pub(crate) fn mixture(&mut self, pieces: Vec<Piece>) -> Value {
        let pieces = coalesce(pieces);
        if let [piece] = pieces.as_slice() {
            return self.standalone(*piece);
        }
        if pieces.iter().all(|piece| piece.value.is_indeterminate()) {
            return Value::UNDEFINED;
        }
        let keeps_more = |piece: &Piece| {
            piece.value.is_indeterminate()
                || piece.value.object != ObjectId::NONE
                || self.as_either(piece.value).is_some()
        };
        // Joined bits are poison as a whole; pieces that are poison under different conditions are not.
        let poison = self.poison_of(pieces[0].value);
        let has_one_poison = pieces
            .iter()
            .all(|piece| self.poison_of(piece.value) == poison);
        if !has_one_poison || pieces.iter().any(keeps_more) {
            return self.pieces_value(pieces);
        }
        let width = pieces.iter().map(|piece| piece.length * 8).sum();
        let symbolic = self
            .join(&pieces, width)
            .expect("no piece is indeterminate");
        self.guarded(symbolic)
    }

    /// The condition under which a value that is no mixture is poison.
    fn poison_of(&self, value: Value) -> Option<TermId> {
        match value.shadow {
            Shadow::Entry(id) => match self.entry(id) {
                Entry::Guarded { poison, .. } => Some(*poison),
                Entry::Pieces(_) | Entry::Either { .. } => None,
            },
            _ => None,
        }
    }

    /// One piece as a value of its own.
    pub(super) fn standalone(&mut self, piece: Piece) -> Value {
        let Piece {
            length,
            skip,
            value,
        } = piece;
        if value.is_indeterminate() {
            return value;
        }
        if value.is_number() {
            let is_whole_address = skip == 0 && length == 8;
            let number = if skip < 16 {
                value.number() >> (skip * 8)
            } else {
                0
            };
            let number = if length < 16 {
                number & ((1 << (length * 8)) - 1)
            } else {
                number
            };
            let object = if is_whole_address {
                value.object
            } else {
                ObjectId::NONE
            };
            return Value::wide(number).within(object);
        }
        if skip == 0 && self.width_from(value, length * 8) == length * 8 {
            return value;
        }
        if let Some((condition, first, second)) = self.as_either(value) {
            // A part of a choice is the choice of the parts: what is undefined in the rest of
            // either side does not matter here.
            let first = self.split_value(first, skip, length);
            let first = self.mixture(first);
            let second = self.split_value(second, skip, length);
            let second = self.mixture(second);
            return self.choose(condition, first, second, length * 8);
        }
        match self.piece_bits(&piece) {
            None => Value::UNDEFINED,
            Some(symbolic) => self.guarded(symbolic),
        }
    }

    /// The bytes from `skip` on of a value, as pieces.
    pub(crate) fn split_value(&self, value: Value, skip: u32, length: u32) -> Vec<Piece> {
        let Some(pieces) = self.as_pieces(value) else {
            return vec![Piece {
                length,
                skip,
                value,
            }];
        };
        let mut parts = Vec::new();
        let (mut at, end) = (0, skip + length);
        for piece in pieces.iter() {
            let (start, stop) = (at.max(skip), (at + piece.length).min(end));
            if start < stop {
                parts.push(part_of(*piece, start - at, stop - start));
            }
            at += piece.length;
        }
        parts
    }

    /// A choice between two values of whole bytes of which one is a mixture, piece by piece; `None`
    /// where that would cut an address.
    pub(super) fn choose_pieces(
        &mut self,
        condition: TermId,
        first: Value,
        second: Value,
        width: u32,
    ) -> Option<Value> {
        if !width.is_multiple_of(8)
            || self.as_either(first).is_some()
            || self.as_either(second).is_some()
        {
            return None;
        }
        let size = width / 8;
        let (left, right) = (
            self.split_value(first, 0, size),
            self.split_value(second, 0, size),
        );
        let ends = |pieces: &[Piece]| -> Vec<u32> {
            let lengths = pieces.iter().map(|piece| piece.length);
            lengths
                .scan(0, |end, length| {
                    *end += length;
                    Some(*end)
                })
                .collect()
        };
        let mut cuts = ends(&left);
        cuts.extend(ends(&right));
        cuts.sort_unstable();
        cuts.dedup();
        let mut chosen = Vec::new();
        let mut at = 0;
        for cut in cuts {
            let length = cut - at;
            let left = self.split_value(first, at, length);
            let right = self.split_value(second, at, length);
            let is_cut = |piece: &Piece| {
                piece.value.object != ObjectId::NONE && (piece.skip != 0 || piece.length != 8)
            };
            if left.iter().chain(&right).any(is_cut) {
                return None;
            }
            let (left, right) = (self.mixture(left), self.mixture(right));
            let value = self.choose(condition, left, right, length * 8);
            chosen.push(Piece {
                length,
                skip: 0,
                value,
            });
            at = cut;
        }
        Some(self.mixture(chosen))
    }

    /// The bytes of a value in a model; `None` for one that is indeterminate there. The value has
    /// `size` bytes, or one byte with fewer bits.
    pub(crate) fn bytes_in(&mut self, value: Value, size: u32, model: &Model) -> Vec<Option<u8>> {
        if let Some((condition, first, second)) = self.as_either(value) {
            let holds = model.holds(&self.terms, condition);
            return self.bytes_in(if holds { first } else { second }, size, model);
        }
        let mut bytes = Vec::new();
        for piece in self.split_value(value, 0, size) {
            for index in 0..piece.length {
                bytes.push(self.byte_in(part_of(piece, index, 1), model));
            }
        }
        bytes
    }

    fn byte_in(&mut self, byte: Piece, model: &Model) -> Option<u8> {
        if let Some((condition, first, second)) = self.as_either(byte.value) {
            let holds = model.holds(&self.terms, condition);
            let side = if holds { first } else { second };
            let part = self.split_value(side, byte.skip, 1).pop()?;
            return self.byte_in(part, model);
        }
        if let Some(number) = plain_byte(Piece {
            value: byte.value.within(ObjectId::NONE),
            ..byte
        }) {
            return Some(number);
        }
        let width = self.width_from(byte.value, byte.skip * 8 + 8);
        let whole = self.symbolic(byte.value, width)?;
        if whole
            .poison
            .is_some_and(|poison| model.holds(&self.terms, poison))
        {
            return None;
        }
        let number = model.evaluate(&self.terms, whole.term);
        let low = byte.skip * 8;
        let count = (self.terms.width(whole.term) - low).min(8);
        number
            .extract(low, count)
            .to_u128()
            .map(|number| number.to_le_bytes()[0])
    }

    /// Bitwise `or` or `and` where each byte stays what it is if the other side's byte is neutral.
    pub(crate) fn join_bytewise(
        &mut self,
        is_or: bool,
        size: u32,
        left: Value,
        right: Value,
    ) -> Option<Value> {
        let mut pieces = Vec::new();
        for index in 0..size {
            let left = self.split_value(left, index, 1).pop()?;
            let right = self.split_value(right, index, 1).pop()?;
            pieces.push(match (plain_byte(left), plain_byte(right)) {
                (Some(0), _) if is_or => right,
                (_, Some(0)) if is_or => left,
                (Some(0xff), _) if !is_or => right,
                (_, Some(0xff)) if !is_or => left,
                (Some(0), _) | (_, Some(0)) => byte(Value::ZERO),
                _ => self.combine_bytes(is_or, left, right),
            });
        }
        Some(self.mixture(pieces))
    }

    fn combine_bytes(&mut self, is_or: bool, left: Piece, right: Piece) -> Piece {
        let (Some(left), Some(right)) = (self.piece_bits(&left), self.piece_bits(&right)) else {
            return byte(Value::UNDEFINED);
        };
        let term = if is_or {
            self.terms.or(left.term, right.term)
        } else {
            self.terms.and(left.term, right.term)
        };
        let poison = self.either_poison(left.poison, right.poison);
        byte(self.guarded(super::symbols::Symbolic { term, poison }))
    }
}

fn byte(value: Value) -> Piece {
    Piece {
        length: 1,
        skip: 0,
        value,
    }
}

/// A part of a piece.
fn part_of(piece: Piece, skip: u32, length: u32) -> Piece {
    let skip = if piece.value.is_indeterminate() {
        0
    } else {
        piece.skip + skip
    };
    Piece {
        length,
        skip,
        value: piece.value,
    }
}

/// A piece of one byte as a number, if it is a plain one.
fn plain_byte(piece: Piece) -> Option<u8> {
    if !piece.value.is_plain() {
        return None;
    }
    let number = if piece.skip < 16 {
        piece.value.number() >> (piece.skip * 8)
    } else {
        0
    };
    Some(number.to_le_bytes()[0])
}

/// Joins neighbours that are consecutive parts of one value.
fn coalesce(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        if let Some(last) = joined.last_mut() {
            let is_continuation = last.value == piece.value
                && (piece.value.is_indeterminate() || last.skip + last.length == piece.skip);
            // Equal neighbouring numbers need not be parts of one number.
            let is_number = piece.value.is_plain();
            if is_continuation && !is_number {
                last.length += piece.length;
                continue;
            }
        }
        joined.push(piece);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_parts_becomes_an_address_again() {
        let mut symbols = Symbols::default();
        let address = Value::address(0x1122_3344_5566_7788, ObjectId(4));
        let low = Piece {
            length: 3,
            skip: 0,
            value: address,
        };
        let high = Piece {
            length: 5,
            skip: 3,
            value: address,
        };
        assert_eq!(symbols.mixture(vec![low, high]), address);
        let part = symbols.mixture(vec![high]);
        assert_eq!(part, Value::word(0x11_2233_4455));
    }

    #[test]
    fn fields_come_out_of_a_mixture_as_they_went_in() {
        let mut symbols = Symbols::default();
        let address = Value::address(0x1000, ObjectId(4));
        let tag = Piece {
            length: 1,
            skip: 0,
            value: Value::word(7),
        };
        let padding = Piece {
            length: 7,
            skip: 0,
            value: Value::UNDEFINED,
        };
        let field = Piece {
            length: 8,
            skip: 0,
            value: address,
        };
        let mixture = symbols.mixture(vec![tag, padding, field]);
        let parts = symbols.split_value(mixture, 8, 8);
        assert_eq!(symbols.mixture(parts), address);
        let parts = symbols.split_value(mixture, 0, 1);
        assert_eq!(symbols.mixture(parts), Value::word(7));
        assert_eq!(symbols.symbolic(mixture, 128), None);
    }

    #[test]
    fn an_or_with_zeros_keeps_undefined_bytes() {
        let mut symbols = Symbols::default();
        let tag = Piece {
            length: 1,
            skip: 0,
            value: Value::word(7),
        };
        let padding = Piece {
            length: 3,
            skip: 0,
            value: Value::UNDEFINED,
        };
        let mixture = symbols.mixture(vec![tag, padding]);
        let or = symbols
            .join_bytewise(true, 4, mixture, Value::word(0x80))
            .unwrap();
        let parts = symbols.split_value(or, 0, 1);
        assert_eq!(symbols.mixture(parts), Value::word(0x87));
        let parts = symbols.split_value(or, 1, 3);
        assert_eq!(symbols.mixture(parts), Value::UNDEFINED);
        let mask = symbols
            .join_bytewise(false, 4, mixture, Value::word(0xff))
            .unwrap();
        assert_eq!(mask, Value::word(7));
    }
}
