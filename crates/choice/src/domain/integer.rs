//! Ranges of integers, ordered by their distance from a target.
//!
//! 0, 1, -1, 2, -2 ... for a target of 0, and one-sided once the nearer end is passed. Small
//! magnitudes read best, and among equals the positive one does.

use crate::{Cardinality, Integer};

/// The integers from a minimum to a maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntegerDomain {
    minimum: Integer,
    maximum: Integer,
    target: Integer,
}

impl IntegerDomain {
    /// The integers from `minimum` to `maximum`, simplest at 0 or, if 0 is outside, at the end
    /// that is nearer to it.
    ///
    /// # Panics
    ///
    /// If there are none, or if no type of 128 bits holds them all.
    pub fn new(minimum: impl Into<Integer>, maximum: impl Into<Integer>) -> Self {
        let (minimum, maximum) = (minimum.into(), maximum.into());
        Self::with_target(minimum, maximum, Integer::ZERO)
    }

    /// As `new`, simplest at `target` or, if that is outside, at the end that is nearer to it.
    ///
    /// # Panics
    ///
    /// As `new`.
    #[inline]
    pub fn with_target(minimum: Integer, maximum: Integer, target: Integer) -> Self {
        // This is asked at every question of every replay, so what fails is out of the way.
        let is_of_one_type = !minimum.is_negative() || maximum.to_i128().is_some();
        if minimum > maximum || !is_of_one_type {
            refuse(minimum, maximum);
        }
        Self {
            minimum,
            maximum,
            target: target.clamp(minimum, maximum),
        }
    }

    /// As `with_target`, for who has looked: `minimum` to `target` to `maximum` ascend, and are of
    /// one type of 128 bits.
    #[inline]
    pub fn in_order(minimum: Integer, target: Integer, maximum: Integer) -> Self {
        let domain = Self {
            minimum,
            maximum,
            target,
        };
        debug_assert_eq!(domain, Self::with_target(minimum, maximum, target));
        domain
    }

    /// The smallest integer.
    pub fn minimum(&self) -> Integer {
        self.minimum
    }

    /// The largest integer.
    pub fn maximum(&self) -> Integer {
        self.maximum
    }

    /// The simplest integer.
    pub fn target(&self) -> Integer {
        self.target
    }

    /// Whether `value` is in the range.
    #[inline]
    pub fn contains(&self, value: Integer) -> bool {
        self.minimum <= value && value <= self.maximum
    }

    /// How many there are.
    pub fn cardinality(&self) -> Cardinality {
        let last = distance(self.minimum, self.maximum);
        last.checked_add(1)
            .map_or(Cardinality::Huge, Cardinality::Exactly)
    }

    /// The place of a value that is in the range.
    pub(crate) fn rank(&self, value: Integer) -> u128 {
        let nearer_end = self.below().min(self.above());
        if value >= self.target {
            let away = distance(self.target, value);
            if away <= nearer_end {
                (2 * away).saturating_sub(1)
            } else {
                nearer_end + away
            }
        } else {
            let away = distance(value, self.target);
            if away <= nearer_end {
                2 * away
            } else {
                nearer_end + away
            }
        }
    }

    /// The value of a rank below the cardinality.
    pub(crate) fn nth(&self, rank: u128) -> Integer {
        let nearer_end = self.below().min(self.above());
        // A nearer end of 2^127 or more would need a range of more than 2^128 integers.
        if rank <= 2 * nearer_end {
            let away = rank.div_ceil(2);
            return if rank.is_multiple_of(2) {
                self.step(away, false)
            } else {
                self.step(away, true)
            };
        }
        self.step(rank - nearer_end, self.above() > self.below())
    }

    /// The integer that lies `away` above or below the target; it must be in the range.
    pub(crate) fn step(&self, away: u128, upward: bool) -> Integer {
        let room = if upward { self.above() } else { self.below() };
        assert!(
            away <= room,
            "a step of {away} leaves a range with room for {room}"
        );
        let bits = self.target.bits();
        let bits = if upward {
            bits.wrapping_add(away)
        } else {
            bits.wrapping_sub(away)
        };
        let negative = if upward {
            self.target.is_negative() && away < distance(self.target, Integer::ZERO)
        } else {
            self.target.is_negative() || away > self.target.bits()
        };
        Integer::from_bits(bits, negative)
    }

    /// How far the minimum lies below the target.
    pub(crate) fn below(&self) -> u128 {
        distance(self.minimum, self.target)
    }

    /// How far the maximum lies above the target.
    pub(crate) fn above(&self) -> u128 {
        distance(self.target, self.maximum)
    }
}

#[cold]
#[inline(never)]
fn refuse(minimum: Integer, maximum: Integer) -> ! {
    assert!(
        minimum <= maximum,
        "no integer lies between {minimum} and {maximum}"
    );
    panic!("no type holds both {minimum} and {maximum}");
}

/// How far `right` lies above `left`, of the same 128-bit type.
pub(crate) fn distance(left: Integer, right: Integer) -> u128 {
    debug_assert!(left <= right, "{left} lies above {right}");
    right.bits().wrapping_sub(left.bits())
}
