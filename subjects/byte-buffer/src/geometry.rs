//! The arithmetic of buffers: where regions lie, how they are cut, how they grow.
//!
//! Everything a buffer decides, it decides here, on numbers alone. The buffer in memory and the
//! model on indices both carry out these decisions, so that what is proved of the model for every
//! capacity holds of the very arithmetic that runs.
//!
//! # Invariants
//!
//! - For an extent with `start <= filled <= end <= total <= SIZE_MAX`, every decision leads to such an
//!   extent again, for all arguments, also where overflow is not checked: what comes from the caller
//!   is compared or added with care before it is added.
//! - The arguments are looked at before anything else: a refusal has no effects.
//!
//! # Not here
//!
//! Memory, reference counts, contents.
//!
//! # Source
//!
//! The behaviour is that of `BytesMut` in the crate bytes 1.12.1, as its documentation and its source
//! describe it. We deviate in refusing with an error where it panics.

use crate::BufferError;

/// The largest allocation there can be.
pub const SIZE_MAX: usize = isize::MAX as usize;

/// The furthest that a vector's start may be moved before the buffer changes to a shared allocation.
pub const POSITION_MAX: usize = usize::MAX >> VectorWord::POSITION_SHIFT;

/// The smallest allocation that growing makes.
pub const GROWN_MIN: usize = 8;

/// Where a handle's region lies in its allocation, by distances from the allocation's start.
///
/// Places instead of lengths: most of what must hold of regions is then a matter of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Extent {
    /// The size of the allocation.
    pub total: usize,
    /// Where the region, and its contents, start.
    pub start: usize,
    /// Where the contents end.
    pub filled: usize,
    /// Where the region ends.
    pub end: usize,
}

impl Extent {
    /// A whole allocation, without contents.
    pub const fn whole(total: usize) -> Self {
        Self {
            total,
            start: 0,
            filled: 0,
            end: total,
        }
    }

    /// How many bytes the contents have.
    pub const fn length(self) -> usize {
        self.filled - self.start
    }

    /// How many bytes the region has.
    pub const fn capacity(self) -> usize {
        self.end - self.start
    }

    /// Cuts the region at a place within its capacity: what is before it, what is behind it.
    ///
    /// # Errors
    ///
    /// [`BufferError::OutOfBounds`] if the place is behind the capacity.
    pub const fn split_off(self, at: usize) -> Result<(Self, Self), BufferError> {
        let limit = self.capacity();
        if at > limit {
            return Err(BufferError::OutOfBounds { place: at, limit });
        }
        let place = self.start + at;
        let filled = if self.filled < place {
            self.filled
        } else {
            place
        };
        Ok((
            Self {
                filled,
                end: place,
                ..self
            },
            self.behind(place),
        ))
    }

    /// Cuts the region at a place within its contents: what is before it, what is behind it.
    ///
    /// # Errors
    ///
    /// [`BufferError::OutOfBounds`] if the place is behind the contents.
    pub const fn split_to(self, at: usize) -> Result<(Self, Self), BufferError> {
        let limit = self.length();
        if at > limit {
            return Err(BufferError::OutOfBounds { place: at, limit });
        }
        let place = self.start + at;
        Ok((
            Self {
                filled: place,
                end: place,
                ..self
            },
            self.behind(place),
        ))
    }

    /// The region without its first bytes.
    ///
    /// # Errors
    ///
    /// [`BufferError::OutOfBounds`] if there are fewer bytes of contents.
    pub const fn advance(self, count: usize) -> Result<Self, BufferError> {
        let limit = self.length();
        if count > limit {
            return Err(BufferError::OutOfBounds {
                place: count,
                limit,
            });
        }
        Ok(self.behind(self.start + count))
    }

    /// The rest of the region from a place in it.
    const fn behind(self, place: usize) -> Self {
        let filled = if self.filled > place {
            self.filled
        } else {
            place
        };
        Self {
            start: place,
            filled,
            ..self
        }
    }

    /// The part of the contents from one place in them to another, without room behind it.
    ///
    /// # Errors
    ///
    /// [`BufferError::BackwardRange`], [`BufferError::OutOfBounds`].
    pub const fn part(self, from: usize, to: usize) -> Result<Self, BufferError> {
        if from > to {
            return Err(BufferError::BackwardRange {
                start: from,
                end: to,
            });
        }
        let limit = self.length();
        if to > limit {
            return Err(BufferError::OutOfBounds { place: to, limit });
        }
        let end = self.start + to;
        Ok(Self {
            start: self.start + from,
            filled: end,
            end,
            ..self
        })
    }

    /// Whether another region of the same allocation starts just where the contents end.
    pub const fn is_followed_by(self, next: Self) -> bool {
        self.filled == next.start
    }

    /// The region with the one that follows it.
    pub const fn joined(self, next: Self) -> Self {
        Self {
            filled: next.filled,
            end: next.end,
            ..self
        }
    }

    /// How to make room for so many more bytes behind the contents.
    ///
    /// # Errors
    ///
    /// [`BufferError::CapacityOverflow`] if no allocation can be large enough.
    pub fn reserve(self, tenancy: Tenancy, additional: usize) -> Result<Reserve, BufferError> {
        if additional <= self.end - self.filled {
            return Ok(Reserve::Enough);
        }
        let length = self.length();
        let overflow = BufferError::CapacityOverflow { length, additional };
        let needed = bounded_sum(length, additional).ok_or(overflow)?;
        if let Tenancy::Lodger { class } = tenancy {
            let total = needed.max(capacity_of_class(class));
            return Ok(Reserve::Leave { total });
        }
        // What lies before the region counts, too: an end that wraps would look as if it were inside.
        let end = bounded_sum(self.filled, additional);
        if let Some(end) = end
            && tenancy == Tenancy::Sole
            && end <= self.total
        {
            return Ok(Reserve::Widen { end });
        }
        // To the front only if the contents do not overlap their new place: each byte that is moved
        // was then made room for by a byte that was consumed, and moving stays cheap on average.
        if needed <= self.total && self.start >= length {
            return Ok(Reserve::Slide);
        }
        let total = grown(self.total, end.ok_or(overflow)?);
        Ok(Reserve::Grow { total })
    }

    /// The extent when room has been made.
    pub const fn after(self, reserve: Reserve) -> Self {
        match reserve {
            Reserve::Enough => self,
            Reserve::Widen { end } => Self { end, ..self },
            Reserve::Slide => Self {
                filled: self.length(),
                ..Self::whole(self.total)
            },
            Reserve::Grow { total } => Self {
                total,
                end: total,
                ..self
            },
            Reserve::Leave { total } => Self {
                filled: self.length(),
                ..Self::whole(total)
            },
        }
    }
}

/// Who else uses the allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tenancy {
    /// Nobody can: the buffer is a vector, and its region reaches to the allocation's end.
    Vector,
    /// It can be shared, but nobody else does.
    Sole,
    /// Others do. The class says how large the buffer was made.
    Lodger {
        /// See [`class_of_capacity`].
        class: u8,
    },
}

/// How room is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reserve {
    /// There is room.
    Enough,
    /// The region takes in bytes behind it that nobody uses.
    Widen {
        /// The region's new end.
        end: usize,
    },
    /// The contents move to the allocation's start, and the region takes in all of it.
    Slide,
    /// The allocation grows; what lies in it keeps its place.
    Grow {
        /// The allocation's new size.
        total: usize,
    },
    /// The contents move to a new vector, and the old allocation is left to others.
    Leave {
        /// The new vector's size.
        total: usize,
    },
}

impl Reserve {
    /// Whether this gets by without asking for memory.
    pub const fn is_free(self) -> bool {
        matches!(self, Self::Enough | Self::Widen { .. } | Self::Slide)
    }
}

/// A sum that is a size, or nothing.
fn bounded_sum(left: usize, right: usize) -> Option<usize> {
    left.checked_add(right).filter(|&sum| sum <= SIZE_MAX)
}

/// The size to which an allocation grows that must have `needed` bytes: at least twice as large, so
/// that a byte is copied twice on average, however it is appended.
fn grown(total: usize, needed: usize) -> usize {
    let doubled = total.saturating_mul(2).min(SIZE_MAX);
    doubled.max(needed).max(GROWN_MIN)
}

/// The class of a capacity: 0 below 1 KiB, then one more for each doubling, 7 from 64 KiB on.
pub const fn class_of_capacity(capacity: usize) -> u8 {
    let bits = usize::BITS - (capacity >> 10).leading_zeros();
    if bits < 7 { bits as u8 } else { 7 }
}

/// The capacity that a class stands for: 0, or 1 KiB to 64 KiB.
pub const fn capacity_of_class(class: u8) -> usize {
    if class == 0 { 0 } else { 1 << (class + 9) }
}

/// What a vector remembers besides its region, in one word: its class in bits 2 to 4, and above them
/// the *position*, by which its start has been moved from the allocation's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VectorWord(usize);

impl VectorWord {
    const CLASS_SHIFT: u32 = 2;
    const POSITION_SHIFT: u32 = 5;

    /// The word of a vector whose start has not been moved.
    pub const fn new(class: u8) -> Self {
        Self((class as usize) << Self::CLASS_SHIFT)
    }

    /// The class of the capacity with which the buffer was made.
    pub const fn class(self) -> u8 {
        (self.0 >> Self::CLASS_SHIFT & 7) as u8
    }

    /// By how much the start has been moved.
    pub const fn position(self) -> usize {
        self.0 >> Self::POSITION_SHIFT
    }

    /// The word with another position, which must be at most [`POSITION_MAX`].
    #[must_use]
    pub fn with_position(self, position: usize) -> Self {
        assert!(
            position <= POSITION_MAX,
            "a position of {position} does not fit"
        );
        let class = self.0 & (7 << Self::CLASS_SHIFT);
        Self(position << Self::POSITION_SHIFT | class)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_powers_of_two_from_a_kibibyte() {
        for (capacity, class) in [
            (0, 0),
            (1023, 0),
            (1024, 1),
            (2047, 1),
            (2048, 2),
            (65_535, 6),
            (65_536, 7),
            (usize::MAX, 7),
        ] {
            assert_eq!(class_of_capacity(capacity), class, "{capacity}");
        }
        for class in 1..=7 {
            assert_eq!(class_of_capacity(capacity_of_class(class)), class);
        }
    }

    /// The case of the advisory RUSTSEC-2026-0007: the end wraps to a place inside the allocation.
    #[test]
    fn an_end_that_wraps_is_refused() {
        let extent = Extent {
            total: 64,
            start: 10,
            filled: 15,
            end: 15,
        };
        for tenancy in [Tenancy::Vector, Tenancy::Sole, Tenancy::Lodger { class: 0 }] {
            let additional = usize::MAX - 9;
            let refused = Err(BufferError::CapacityOverflow {
                length: 5,
                additional,
            });
            assert_eq!(extent.reserve(tenancy, additional), refused);
        }
    }

    #[test]
    fn room_is_made_in_the_cheapest_way() {
        let extent = Extent {
            total: 16,
            start: 6,
            filled: 10,
            end: 12,
        };
        let sole = |additional| extent.reserve(Tenancy::Sole, additional);
        assert_eq!(sole(2), Ok(Reserve::Enough));
        assert_eq!(sole(6), Ok(Reserve::Widen { end: 16 }));
        assert_eq!(sole(12), Ok(Reserve::Slide));
        assert_eq!(sole(13), Ok(Reserve::Grow { total: 32 }));
        let lodger = extent.reserve(Tenancy::Lodger { class: 1 }, 3);
        assert_eq!(lodger, Ok(Reserve::Leave { total: 1024 }));
    }
}
