//! What a register holds: a word, until a symbol or a defect touches it.
//!
//! Almost every value of a run is a plain number. So a value is two words and two small tags, and `is_plain` is one comparison; only values that are not plain make the
//! machine look further.
//!
//! # Invariants
//!
//! - A plain value is zero-extended: bits at and above the width that its instruction states are 0.
//! - Values wider than 128 bits are never plain; they are terms, even when they are constant.
//! - `object` is the object that an address points into, whether the address itself is a number or a
//!   term. Integers keep it too, so an address that passes through integer arithmetic still knows
//!   where it belongs.
//!
//! # Not here
//!
//! What a shadow's index means ([`super::symbols`]).

use std::fmt;

use proofhouse_solver::TermId;

use crate::memory::ObjectId;

/// What a value is besides a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Shadow {
    /// Nothing: the number is in the value's words.
    Plain,
    /// The result of an operation that has no result.
    Poison,
    /// Any number, another one at every look; also memory that was never written.
    Undefined,
    /// A term.
    Term(TermId),
    /// An entry of the table of symbols.
    Entry(EntryId),
}

/// An entry of [`super::symbols::Symbols`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub(crate) struct EntryId(pub u32);

/// The contents of a register.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Value {
    /// Bits 0 to 63 of a plain value; 0 otherwise.
    pub low: u64,
    /// Bits 64 to 127 of a plain value; 0 otherwise.
    pub high: u64,
    /// What the value is besides a number.
    pub shadow: Shadow,
    /// The object that an address points into; `ObjectId::NONE` for everything else.
    pub object: ObjectId,
}

impl Value {
    /// Zero of any width; also the null address.
    pub(crate) const ZERO: Self = Self::word(0);
    /// Poison of any width.
    pub(crate) const POISON: Self = Self::shadowed(Shadow::Poison);
    /// Undefined, of any width.
    pub(crate) const UNDEFINED: Self = Self::shadowed(Shadow::Undefined);

    /// A number of at most 64 bits.
    pub(crate) const fn word(low: u64) -> Self {
        Self {
            low,
            high: 0,
            shadow: Shadow::Plain,
            object: ObjectId::NONE,
        }
    }

    /// A number of at most 128 bits.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "takes the two halves apart"
    )]
    pub(crate) const fn wide(number: u128) -> Self {
        Self {
            low: number as u64,
            high: (number >> 64) as u64,
            shadow: Shadow::Plain,
            object: ObjectId::NONE,
        }
    }

    /// One bit.
    pub(crate) const fn bit(bit: bool) -> Self {
        Self::word(bit as u64)
    }

    /// An address within an object, or one past its end.
    pub(crate) const fn address(address: u64, object: ObjectId) -> Self {
        Self {
            low: address,
            high: 0,
            shadow: Shadow::Plain,
            object,
        }
    }

    /// A term without an object.
    pub(crate) fn term(term: TermId) -> Self {
        Self::shadowed(Shadow::Term(term))
    }

    /// An entry of the table of symbols.
    pub(crate) fn entry(entry: EntryId) -> Self {
        Self::shadowed(Shadow::Entry(entry))
    }

    const fn shadowed(shadow: Shadow) -> Self {
        Self {
            low: 0,
            high: 0,
            shadow,
            object: ObjectId::NONE,
        }
    }

    /// The same value as an address into `object`.
    pub(crate) const fn within(self, object: ObjectId) -> Self {
        Self { object, ..self }
    }

    /// Whether it is a number, perhaps an address.
    pub(crate) fn is_number(self) -> bool {
        self.shadow == Shadow::Plain
    }

    /// Whether it is a number that belongs to no object.
    pub(crate) fn is_plain(self) -> bool {
        self.shadow == Shadow::Plain && self.object == ObjectId::NONE
    }

    /// Whether it is poison or undefined for certain.
    pub(crate) fn is_indeterminate(self) -> bool {
        self.shadow == Shadow::Poison || self.shadow == Shadow::Undefined
    }

    /// The number of a plain value.
    pub(crate) fn number(self) -> u128 {
        debug_assert!(self.is_number(), "only plain values have a number");
        u128::from(self.low) | u128::from(self.high) << 64
    }
}

impl Default for Value {
    fn default() -> Self {
        Self::ZERO
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shadow {
            Shadow::Plain => write!(f, "{:#x}", self.number())?,
            Shadow::Poison => f.write_str("poison")?,
            Shadow::Undefined => f.write_str("undefined")?,
            Shadow::Term(term) => write!(f, "{term:?}")?,
            Shadow::Entry(entry) => write!(f, "{entry:?}")?,
        }
        if self.object != ObjectId::NONE {
            write!(f, "@{}", self.object.0)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_at_most_32_bytes() {
        assert!(size_of::<Value>() <= 32);
    }

    #[test]
    fn a_wide_number_survives_being_taken_apart() {
        let number = 0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10;
        assert_eq!(Value::wide(number).number(), number);
        assert!(Value::wide(number).is_plain());
        assert!(!Value::address(8, ObjectId(1)).is_plain());
    }
}
