//! A power of two, as addresses are aligned to.
//!
//! Masks round correctly only for powers of two. A type makes that the caller's knowledge once,
//! instead of a hidden condition of every rounding.
//!
//! # Invariants
//!
//! - Exactly one bit of the value is set.
//!
//! # Not here
//!
//! The least size of a page; see [`PageSize`](crate::PageSize).

use crate::Error;

/// A power of two between 1 and 2^63 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alignment(u64);

impl Alignment {
    /// The alignment of that many bytes.
    ///
    /// # Errors
    ///
    /// [`Error::AlignmentNotPowerOfTwo`], also for zero.
    pub const fn new(bytes: u64) -> Result<Self, Error> {
        if bytes.is_power_of_two() {
            Ok(Self(bytes))
        } else {
            Err(Error::AlignmentNotPowerOfTwo { bytes })
        }
    }

    /// The alignment of `2^exponent` bytes; `None` from an exponent of 64 on.
    pub fn from_exponent(exponent: u8) -> Option<Self> {
        1_u64.checked_shl(u32::from(exponent)).map(Self)
    }

    /// The number of bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// The greatest multiple that is not above `value`.
    pub(crate) const fn round_down(self, value: u64) -> u64 {
        value & !self.mask()
    }

    /// The least multiple that is not below `value`; `None` when it does not fit 64 bits.
    pub(crate) fn round_up(self, value: u64) -> Option<u64> {
        // The sum overflows exactly when the multiple does: both ask for value > 2^64 - bytes.
        let raised = value.checked_add(self.mask())?;
        Some(self.round_down(raised))
    }

    /// Whether `value` is a multiple.
    pub(crate) const fn divides(self, value: u64) -> bool {
        value & self.mask() == 0
    }

    /// The bits below the one that is set.
    const fn mask(self) -> u64 {
        self.0 - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_powers_of_two_are_alignments() {
        assert_eq!(
            Alignment::new(0),
            Err(Error::AlignmentNotPowerOfTwo { bytes: 0 })
        );
        assert_eq!(
            Alignment::new(24),
            Err(Error::AlignmentNotPowerOfTwo { bytes: 24 })
        );
        for exponent in 0..64 {
            let alignment = Alignment::new(1 << exponent).unwrap();
            assert_eq!(Alignment::from_exponent(exponent), Some(alignment));
        }
        assert_eq!(Alignment::from_exponent(64), None);
    }

    /// The masks agree with division, which knows nothing of bits.
    #[test]
    fn rounding_agrees_with_division() {
        for exponent in 0..10 {
            let alignment = Alignment::from_exponent(exponent).unwrap();
            let bytes = alignment.bytes();
            for value in (0..1100).chain(u64::MAX - 1100..=u64::MAX) {
                assert_eq!(alignment.round_down(value), value / bytes * bytes);
                assert_eq!(
                    alignment.round_up(value),
                    value.checked_next_multiple_of(bytes)
                );
                assert_eq!(alignment.divides(value), value % bytes == 0);
            }
        }
    }
}
