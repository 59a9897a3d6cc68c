//! Why a buffer refused.
//!
//! # Invariants
//!
//! - After any refusal the buffer is as it was before: geometry, contents, representation.
//!
//! # Not here
//!
//! Panics: none of this crate's operations panics on a bad argument.

use std::fmt;

/// Why an operation was refused. The buffer is unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BufferError {
    /// A place lies behind the last one allowed.
    OutOfBounds {
        /// The place asked for, in bytes from the buffer's start.
        place: usize,
        /// The last place allowed: the length or the capacity.
        limit: usize,
    },
    /// A range ends before it starts.
    BackwardRange {
        /// Where the range starts.
        start: usize,
        /// Where it ends.
        end: usize,
    },
    /// More bytes are needed than one allocation may have.
    CapacityOverflow {
        /// The buffer's length.
        length: usize,
        /// How many bytes more were asked for.
        additional: usize,
    },
    /// The allocator has no memory left.
    OutOfMemory {
        /// How many bytes it was asked for.
        bytes: usize,
    },
}

impl fmt::Display for BufferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfBounds { place, limit } => {
                write!(f, "place {place} is behind the last one allowed, {limit}")
            }
            Self::BackwardRange { start, end } => {
                write!(f, "the range from {start} to {end} ends before it starts")
            }
            Self::CapacityOverflow { length, additional } => {
                write!(
                    f,
                    "{length} and {additional} more bytes are too many for one allocation"
                )
            }
            Self::OutOfMemory { bytes } => write!(f, "no memory for {bytes} bytes"),
        }
    }
}

impl std::error::Error for BufferError {}

impl BufferError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OutOfBounds { .. } => "buffer/out-of-bounds",
            Self::BackwardRange { .. } => "buffer/backward-range",
            Self::CapacityOverflow { .. } => "buffer/capacity-overflow",
            Self::OutOfMemory { .. } => "buffer/out-of-memory",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::OutOfBounds { .. } => "compare with `len` or `capacity` first",
            Self::BackwardRange { .. } => "swap the ends of the range",
            Self::CapacityOverflow { .. } => {
                "ask for less: a length that came from outside is perhaps not to be trusted"
            }
            Self::OutOfMemory { .. } => {
                "free memory, drop other handles, or work in smaller pieces"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_code_and_help() {
        let errors = [
            BufferError::OutOfBounds { place: 3, limit: 2 },
            BufferError::BackwardRange { start: 3, end: 2 },
            BufferError::CapacityOverflow {
                length: 1,
                additional: usize::MAX,
            },
            BufferError::OutOfMemory { bytes: 1 },
        ];
        for (index, error) in errors.iter().enumerate() {
            assert!(error.code().starts_with("buffer/"));
            assert!(!error.help().is_empty() && !error.to_string().is_empty());
            assert!(
                errors[..index]
                    .iter()
                    .all(|other| other.code() != error.code())
            );
        }
    }
}
