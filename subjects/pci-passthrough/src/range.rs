//! A range of addresses, kept as its first and its **last** address.
//!
//! With an exclusive end, the range that reaches the top of the address space has an end of 2^64,
//! which wraps to 0, and every comparison with it is wrong. With an inclusive last address nothing
//! wraps, and the empty range, which has no last address, cannot be built.
//!
//! # Invariants
//!
//! - `first <= last`.
//! - The length is between 1 and 2^64, which is why it is a `u128`.
//!
//! # Not here
//!
//! Sets of ranges; see the users of this type.

use crate::{Address, Alignment, Error};

/// Neighbouring addresses of one space, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range<A> {
    first: A,
    last: A,
}

impl<A: Address> Range<A> {
    /// The range of `length` addresses from `first` on.
    ///
    /// # Errors
    ///
    /// [`Error::RangeEmpty`] for a length of 0; [`Error::RangeWraps`] when the last address is past
    /// the end of the space.
    pub fn new(first: A, length: u64) -> Result<Self, Error> {
        let start = first.number();
        let Some(distance) = length.checked_sub(1) else {
            return Err(Error::RangeEmpty { start });
        };
        let Some(last) = start.checked_add(distance) else {
            return Err(Error::RangeWraps { start, length });
        };
        Ok(Self {
            first,
            last: A::from_number(last),
        })
    }

    /// The range from `first` to `last`, both of them in it.
    ///
    /// # Errors
    ///
    /// [`Error::RangeReversed`] when `last` is below `first`.
    pub fn from_bounds(first: A, last: A) -> Result<Self, Error> {
        if last < first {
            let (first, last) = (first.number(), last.number());
            return Err(Error::RangeReversed { first, last });
        }
        Ok(Self { first, last })
    }

    /// The lowest address of the range.
    pub const fn first(self) -> A {
        self.first
    }

    /// The highest address of the range.
    pub const fn last(self) -> A {
        self.last
    }

    /// The number of addresses, from 1 to 2^64.
    pub fn length(self) -> u128 {
        u128::from(self.last.number() - self.first.number()) + 1
    }

    /// Whether the address is in the range.
    pub fn contains(self, address: A) -> bool {
        self.first <= address && address <= self.last
    }

    /// Whether every address of `other` is in the range.
    pub fn contains_range(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    /// Whether some address is in both ranges. Neighbours do not overlap.
    pub fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// The addresses that are in both ranges; `None` when there are none.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let first = self.first.max(other.first);
        let last = self.last.min(other.last);
        Self::from_bounds(first, last).ok()
    }

    /// The part below `address` and the part from `address` on.
    ///
    /// `None` unless both parts have an address, that is, unless `first < address <= last`.
    pub fn split_at(self, address: A) -> Option<(Self, Self)> {
        if address <= self.first || self.last < address {
            return None;
        }
        // `address` is above `first`, hence not 0.
        let below = A::from_number(address.number() - 1);
        Some((
            Self {
                first: self.first,
                last: below,
            },
            Self {
                first: address,
                last: self.last,
            },
        ))
    }

    /// Whether the range starts at a multiple of the alignment and is a multiple long.
    pub fn is_aligned(self, alignment: Alignment) -> bool {
        // The length is a multiple exactly when the address after the last one is. At the top of
        // the space that address wraps to 0, as much a multiple of a power of two as 2^64 is.
        let next = self.last.number().wrapping_add(1);
        alignment.divides(self.first.number()) && alignment.divides(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gpa;

    #[test]
    fn the_whole_space_is_a_range() {
        let whole = Range::from_bounds(Gpa::new(0), Gpa::new(u64::MAX)).unwrap();
        assert_eq!(whole.length(), 1 << 64);
        assert!(whole.is_aligned(Alignment::new(1 << 63).unwrap()));
        assert!(whole.contains_range(whole));
    }

    #[test]
    fn neighbours_do_not_overlap() {
        let low = Range::new(Gpa::new(0), 0x1000).unwrap();
        let high = Range::new(Gpa::new(0x1000), 0x1000).unwrap();
        assert!(!low.overlaps(high));
        assert_eq!(low.intersection(high), None);
    }

    #[test]
    fn the_last_page_of_the_space_is_a_range() {
        let start = Gpa::new(u64::MAX - 0xfff);
        assert_eq!(
            Range::new(start, 0x1000).map(Range::last),
            Ok(Gpa::new(u64::MAX))
        );
        let wraps = Error::RangeWraps {
            start: start.get(),
            length: 0x1001,
        };
        assert_eq!(Range::new(start, 0x1001), Err(wraps));
    }
}
