//! Mathematical integers as wide as Rust's widest types, signed and unsigned alike.
//!
//! One type for the values of `i8` to `i128` and `u8` to `u128`, so that a choice needs no width
//! and no signedness of its own: 5 is 5, whoever asked. The domain of a choice knows the type.
//!
//! # Invariants
//!
//! - Every integer has one representation, so derived equality and hashing are right.
//! - The order is the order of numbers (`tests::order_is_that_of_numbers`).
//!
//! # Not here
//!
//! Arithmetic beyond what ranks need: a distance, and a step from a number by a distance.

use std::cmp::Ordering;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

/// An integer from `i128::MIN` to `u128::MAX`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Integer {
    /// Two's complement in 128 bits, low word first: as two words it needs a third less room in
    /// every record, for the sake of alignment.
    words: [u64; 2],
    /// Whether the words are read as `i128` because the number is below zero.
    negative: bool,
}

impl Integer {
    /// Zero.
    pub const ZERO: Self = Self {
        words: [0; 2],
        negative: false,
    };

    /// The integer of an `i128`.
    #[inline]
    pub const fn from_i128(value: i128) -> Self {
        Self {
            words: halves(value.cast_unsigned()),
            negative: value < 0,
        }
    }

    /// The integer of a `u128`.
    #[inline]
    pub const fn from_u128(value: u128) -> Self {
        Self {
            words: halves(value),
            negative: false,
        }
    }

    /// The integer whose two's complement is `words`, low word first, sign- or zero-extended to
    /// 128 bits: the form in which machines pass integers.
    #[inline]
    pub const fn from_words(words: [u64; 2], signed: bool) -> Self {
        Self {
            words,
            negative: signed && words[1].cast_signed() < 0,
        }
    }

    /// The integer whose low 128 bits of two's complement are `bits`. Within one number only one
    /// sign is right: a negative number has its top bit set.
    pub(crate) fn from_bits(bits: u128, negative: bool) -> Self {
        assert!(
            !negative || bits.cast_signed() < 0,
            "{bits:#x} is no negative number"
        );
        let words = halves(bits);
        Self { words, negative }
    }

    /// The two's complement in two words, low word first; `from_words` undoes it.
    #[inline]
    pub const fn to_words(self) -> [u64; 2] {
        self.words
    }

    /// The low 128 bits of the two's complement.
    #[inline]
    pub const fn bits(self) -> u128 {
        self.words[0] as u128 | (self.words[1] as u128) << 64
    }

    /// Whether the number is below zero.
    #[inline]
    pub const fn is_negative(self) -> bool {
        self.negative
    }

    /// The value as `i128`, if it fits.
    #[inline]
    pub const fn to_i128(self) -> Option<i128> {
        let value = self.bits().cast_signed();
        if (value < 0) == self.negative {
            Some(value)
        } else {
            None
        }
    }

    /// The value as `u128`, if it fits.
    #[inline]
    pub const fn to_u128(self) -> Option<u128> {
        if self.negative {
            None
        } else {
            Some(self.bits())
        }
    }
}

/// A number of 128 bits in two words, low word first.
#[inline]
const fn halves(bits: u128) -> [u64; 2] {
    [bits as u64, (bits >> 64) as u64]
}

impl Ord for Integer {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        // Among numbers of one sign, two's complement orders as unsigned bits do.
        other
            .negative
            .cmp(&self.negative)
            .then(self.bits().cmp(&other.bits()))
    }
}

impl PartialOrd for Integer {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            fmt::Display::fmt(&self.bits().cast_signed(), f)
        } else {
            fmt::Display::fmt(&self.bits(), f)
        }
    }
}

impl fmt::Debug for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Integer {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with('-') {
            text.parse().map(Self::from_i128)
        } else {
            text.parse().map(Self::from_u128)
        }
    }
}

macro_rules! from_small_integers {
    ($($signed:ty),* ; $($unsigned:ty),*) => {
        $(impl From<$signed> for Integer {
            #[inline]
            fn from(value: $signed) -> Self {
                Self::from_i128(value as i128)
            }
        })*
        $(impl From<$unsigned> for Integer {
            #[inline]
            fn from(value: $unsigned) -> Self {
                Self::from_u128(value as u128)
            }
        })*
    };
}
from_small_integers!(i8, i16, i32, i64, i128, isize; u8, u16, u32, u64, u128, usize);

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Integer> {
        let mut samples = vec![Integer::from(i128::MIN), Integer::from(i64::MIN)];
        samples.extend([-2i32, -1, 0, 1, 2].map(Integer::from));
        samples.extend([u64::MAX as u128, i128::MAX as u128].map(Integer::from));
        samples.extend([i128::MAX as u128 + 1, u128::MAX - 1, u128::MAX].map(Integer::from));
        samples
    }

    #[test]
    fn order_is_that_of_numbers() {
        let samples = samples();
        for (left_at, left) in samples.iter().enumerate() {
            for (right_at, right) in samples.iter().enumerate() {
                assert_eq!(
                    left.cmp(right),
                    left_at.cmp(&right_at),
                    "{left} and {right}"
                );
            }
        }
    }

    #[test]
    fn words_and_decimals_survive_a_round_trip() {
        for sample in samples() {
            let again = Integer::from_words(sample.to_words(), sample.is_negative());
            assert_eq!(again, sample);
            assert_eq!(sample.to_string().parse::<Integer>().unwrap(), sample);
        }
    }

    #[test]
    fn a_signed_and_an_unsigned_five_are_one_integer() {
        assert_eq!(Integer::from(5i8), Integer::from(5u128));
        assert_eq!(
            Integer::from_words([5, 0], true),
            Integer::from_words([5, 0], false)
        );
    }

    #[test]
    fn conversions_refuse_what_does_not_fit() {
        assert_eq!(Integer::from(u128::MAX).to_i128(), None);
        assert_eq!(Integer::from(-1i8).to_u128(), None);
        assert_eq!(Integer::from(i128::MIN).to_i128(), Some(i128::MIN));
        assert_eq!(Integer::from(u128::MAX).to_u128(), Some(u128::MAX));
    }
}
