//! Values that are neither a number nor a bare term, and the way from any value to a term.
//!
//! Three kinds of value need more room than a register has: a term that is poison under a
//! condition, a mixture of pieces (an integer read over a struct with padding, or over several
//! addresses), and a choice between two values that one term can't express because they belong to
//! different objects. They lie in one table; equal entries have one number, so equal values stay
//! equal registers.
//!
//! # Invariants
//!
//! - A guarded term's condition is not a constant; a constant one has become a bare term or poison.
//! - A term in a value is not a constant of at most 128 bits; such a one has become a number.
//! - `choose(c, a, b)` is `a` in every model of `c` and `b` in every other, indeterminate bytes
//!   included.
//!
//! # Not here
//!
//! Faults: the table says under which condition a value is indeterminate, handlers judge it.

use std::collections::HashMap;
use std::rc::Rc;

use proofhouse_solver::{TermId, Terms};

use super::value::{EntryId, Shadow, Value};
use crate::memory::{ObjectId, Piece};

/// A value that needs room of its own.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Entry {
    /// A term that is poison or undefined when `poison` holds.
    Guarded {
        /// The value otherwise.
        term: TermId,
        /// One bit.
        poison: TermId,
    },
    /// A mixture, lowest bits first.
    Pieces(Rc<[Piece]>),
    /// One of two values.
    Either {
        /// One bit.
        condition: TermId,
        /// The value if the condition holds.
        first: Value,
        /// The value otherwise.
        second: Value,
    },
}

/// A value as the solver sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Symbolic {
    /// The bits.
    pub term: TermId,
    /// Under which condition they mean nothing; `None` for never.
    pub poison: Option<TermId>,
}

/// The terms of an exploration and the table of entries.
#[derive(Default)]
pub(crate) struct Symbols {
    /// The terms.
    pub terms: Terms,
    entries: Vec<Entry>,
    by_entry: HashMap<Entry, EntryId>,
}

impl Symbols {
    /// What an entry is.
    pub(crate) fn entry(&self, id: EntryId) -> &Entry {
        &self.entries[id.0 as usize]
    }

    fn intern(&mut self, entry: Entry) -> EntryId {
        if let Some(id) = self.by_entry.get(&entry) {
            return *id;
        }
        let id = EntryId(u32::try_from(self.entries.len()).expect("entries are numbered by u32"));
        self.entries.push(entry.clone());
        self.by_entry.insert(entry, id);
        id
    }

    /// A value with these bits.
    pub(crate) fn value_of(&self, term: TermId) -> Value {
        if self.terms.width(term) <= 128
            && let Some(number) = self.terms.as_constant(term)
        {
            return Value::wide(number);
        }
        Value::term(term)
    }

    /// A value with these bits that is poison under a condition.
    pub(crate) fn guarded(&mut self, symbolic: Symbolic) -> Value {
        let Symbolic { term, poison } = symbolic;
        match poison.map(|poison| (poison, self.terms.as_boolean(poison))) {
            None | Some((_, Some(false))) => self.value_of(term),
            Some((_, Some(true))) => Value::POISON,
            Some((poison, None)) => Value::entry(self.intern(Entry::Guarded { term, poison })),
        }
    }

    /// A value kept as its pieces.
    pub(super) fn pieces_value(&mut self, pieces: Vec<Piece>) -> Value {
        Value::entry(self.intern(Entry::Pieces(pieces.into())))
    }

    /// The value as the solver sees it; `None` when it is indeterminate for certain.
    pub(crate) fn symbolic(&mut self, value: Value, width: u32) -> Option<Symbolic> {
        match value.shadow {
            Shadow::Plain => {
                let term = self.terms.constant(width, value.number());
                Some(Symbolic { term, poison: None })
            }
            Shadow::Poison | Shadow::Undefined => None,
            Shadow::Term(term) => {
                debug_assert_eq!(self.terms.width(term), width, "{:?}", self.terms.node(term));
                Some(Symbolic { term, poison: None })
            }
            Shadow::Entry(id) => match self.entry(id).clone() {
                Entry::Guarded { term, poison } => Some(Symbolic {
                    term,
                    poison: Some(poison),
                }),
                Entry::Pieces(pieces) => self.join(&pieces, width),
                Entry::Either {
                    condition,
                    first,
                    second,
                } => {
                    let first = self.symbolic(first, width);
                    let second = self.symbolic(second, width);
                    self.choose_symbolic(condition, first, second)
                }
            },
        }
    }

    /// The bits of a mixture; indeterminate as a whole as soon as one piece is.
    pub(super) fn join(&mut self, pieces: &[Piece], width: u32) -> Option<Symbolic> {
        let mut joined: Option<Symbolic> = None;
        for piece in pieces {
            let bits = self.piece_bits(piece)?;
            joined = Some(match joined {
                None => bits,
                Some(low) => Symbolic {
                    term: self.terms.concat(bits.term, low.term),
                    poison: self.either_poison(low.poison, bits.poison),
                },
            });
        }
        let joined = joined.expect("a mixture has pieces");
        debug_assert!(self.terms.width(joined.term) >= width);
        Some(Symbolic {
            term: self.terms.truncate(joined.term, width),
            poison: joined.poison,
        })
    }

    /// The bits of one piece.
    pub(super) fn piece_bits(&mut self, piece: &Piece) -> Option<Symbolic> {
        let (low_bit, width) = (piece.skip * 8, piece.length * 8);
        if piece.value.is_number() {
            let number = if low_bit < 128 {
                piece.value.number() >> low_bit
            } else {
                0
            };
            return Some(Symbolic {
                term: self.terms.constant(width, number),
                poison: None,
            });
        }
        if self.as_either(piece.value).is_some() {
            let value = self.standalone(*piece);
            return self.symbolic(value, width);
        }
        let whole = self.symbolic(piece.value, self.width_from(piece.value, low_bit + width))?;
        Some(Symbolic {
            term: self.terms.extract(whole.term, low_bit, width),
            poison: whole.poison,
        })
    }

    /// The width of a value that is no number; `at_least` when only that is known.
    pub(super) fn width_from(&self, value: Value, at_least: u32) -> u32 {
        match value.shadow {
            Shadow::Term(term) => self.terms.width(term),
            Shadow::Entry(id) => match self.entry(id) {
                Entry::Guarded { term, .. } => self.terms.width(*term),
                Entry::Pieces(pieces) => pieces.iter().map(|piece| piece.length * 8).sum(),
                Entry::Either { first, second, .. } => {
                    let first = self.width_from(*first, at_least);
                    first.max(self.width_from(*second, at_least))
                }
            },
            Shadow::Plain if value.object != ObjectId::NONE => at_least.max(64),
            _ => at_least,
        }
    }

    /// "At least one of them holds", where `None` never does.
    pub(crate) fn either_poison(
        &mut self,
        left: Option<TermId>,
        right: Option<TermId>,
    ) -> Option<TermId> {
        match (left, right) {
            (None, only) | (only, None) => only,
            (Some(left), Some(right)) => Some(self.terms.or(left, right)),
        }
    }

    fn choose_symbolic(
        &mut self,
        condition: TermId,
        first: Option<Symbolic>,
        second: Option<Symbolic>,
    ) -> Option<Symbolic> {
        let (first, second) = match (first, second) {
            (None, None) => return None,
            (Some(known), None) => {
                let otherwise = self.terms.not(condition);
                return Some(self.poisoned(known, otherwise));
            }
            (None, Some(known)) => return Some(self.poisoned(known, condition)),
            (Some(first), Some(second)) => (first, second),
        };
        let poison = if first.poison.is_none() && second.poison.is_none() {
            None
        } else {
            let never = self.terms.false_();
            let (first, second) = (
                first.poison.unwrap_or(never),
                second.poison.unwrap_or(never),
            );
            Some(self.terms.ite(condition, first, second))
        };
        Some(Symbolic {
            term: self.terms.ite(condition, first.term, second.term),
            poison,
        })
    }

    fn poisoned(&mut self, symbolic: Symbolic, condition: TermId) -> Symbolic {
        let poison = self.either_poison(symbolic.poison, Some(condition));
        Symbolic { poison, ..symbolic }
    }

    /// `first` if the condition holds, `second` otherwise.
    pub(crate) fn choose(
        &mut self,
        condition: TermId,
        first: Value,
        second: Value,
        width: u32,
    ) -> Value {
        if first == second {
            return first;
        }
        match self.terms.as_boolean(condition) {
            Some(true) => return first,
            Some(false) => return second,
            None => {}
        }
        if self.needs_room(first) || self.needs_room(second) {
            let pieces = self.choose_pieces(condition, first, second, width);
            return pieces.unwrap_or_else(|| self.either(condition, first, second));
        }
        let object = match (first.object, second.object) {
            (left, right) if left == right => left,
            // What is indeterminate or belongs nowhere does not mind an object: an access that
            // takes that side fails by its address or by its poison.
            (ObjectId::NONE, object) | (object, ObjectId::NONE) => object,
            _ => return self.either(condition, first, second),
        };
        let first = self.symbolic(first, width);
        let second = self.symbolic(second, width);
        match self.choose_symbolic(condition, first, second) {
            None => Value::UNDEFINED,
            Some(symbolic) => self.guarded(symbolic).within(object),
        }
    }

    /// Whether a value is a mixture or a choice, which a term can't express without loss.
    fn needs_room(&self, value: Value) -> bool {
        match value.shadow {
            Shadow::Entry(id) => !matches!(self.entry(id), Entry::Guarded { .. }),
            _ => false,
        }
    }

    fn either(&mut self, condition: TermId, first: Value, second: Value) -> Value {
        Value::entry(self.intern(Entry::Either {
            condition,
            first,
            second,
        }))
    }

    /// The choice that a value is, if it is one.
    pub(crate) fn as_either(&self, value: Value) -> Option<(TermId, Value, Value)> {
        let Shadow::Entry(id) = value.shadow else {
            return None;
        };
        match self.entry(id) {
            Entry::Either {
                condition,
                first,
                second,
            } => Some((*condition, *first, *second)),
            _ => None,
        }
    }

    /// The mixture that a value is, if it is one.
    pub(crate) fn as_pieces(&self, value: Value) -> Option<Rc<[Piece]>> {
        let Shadow::Entry(id) = value.shadow else {
            return None;
        };
        match self.entry(id) {
            Entry::Pieces(pieces) => Some(Rc::clone(pieces)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_of_numbers_is_a_term() {
        let mut symbols = Symbols::default();
        let condition = symbols.terms.symbol(1);
        let chosen = symbols.choose(condition, Value::word(1), Value::word(0), 1);
        assert_eq!(chosen, Value::term(condition));
        let same = symbols.choose(condition, Value::word(9), Value::word(9), 8);
        assert_eq!(same, Value::word(9));
    }

    #[test]
    fn a_choice_with_an_undefined_side_is_guarded() {
        let mut symbols = Symbols::default();
        let condition = symbols.terms.symbol(1);
        let chosen = symbols.choose(condition, Value::word(7), Value::UNDEFINED, 8);
        let symbolic = symbols.symbolic(chosen, 8).unwrap();
        let opposite = symbols.terms.not(condition);
        assert_eq!(symbolic.poison, Some(opposite));
        assert_eq!(symbols.terms.as_constant(symbolic.term), Some(7));
    }

    #[test]
    fn a_choice_of_addresses_keeps_both_objects() {
        let mut symbols = Symbols::default();
        let condition = symbols.terms.symbol(1);
        let first = Value::address(0x10, ObjectId(1));
        let second = Value::address(0x20, ObjectId(2));
        let chosen = symbols.choose(condition, first, second, 64);
        assert_eq!(symbols.as_either(chosen), Some((condition, first, second)));
        let null = symbols.choose(condition, first, Value::ZERO, 64);
        assert_eq!(null.object, ObjectId(1));
    }

    #[test]
    fn a_mixture_joins_its_bytes_in_memory_order() {
        let mut symbols = Symbols::default();
        let byte = symbols.terms.symbol(8);
        let pieces = vec![
            Piece {
                length: 1,
                skip: 1,
                value: Value::word(0x1234),
            },
            Piece {
                length: 1,
                skip: 0,
                value: Value::term(byte),
            },
        ];
        let mixture = symbols.mixture(pieces);
        let symbolic = symbols.symbolic(mixture, 16).unwrap();
        let low = symbols.terms.extract(symbolic.term, 0, 8);
        assert_eq!(symbols.terms.as_constant(low), Some(0x12));
        assert_eq!(symbols.terms.extract(symbolic.term, 8, 8), byte);
    }
}
