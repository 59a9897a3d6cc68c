//! Why bytes are no snapshot, or a snapshot is not one of this device.

use std::fmt;

use crate::BarSlot;

/// What is wrong with a snapshot. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's sentence explains its fields")]
pub enum SnapshotError {
    /// Bytes of something else.
    NotSnapshot { magic: u32 },
    /// A snapshot of another version.
    Version { found: u32, known: u32 },
    /// Bytes that end before the snapshot does, or after.
    Length { bytes: usize, expected: usize },
    /// A word that has no meaning in its place.
    Illegal { word: usize },

    /// A configuration space of another size.
    OtherSize { registers: usize, expected: usize },
    /// A register of which a bit that never changes is another device's.
    OtherDevice { offset: u16 },
    /// A window where there is no register, or none where there is one.
    OtherWindows { slot: BarSlot },
    /// Another number of vectors; 0 without MSI-X.
    OtherVectors { vectors: usize, expected: usize },
    /// A pending bit of a vector that there is not, or that had to be sent already.
    IllegalPending { vector: usize },
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NotSnapshot { magic } => write!(f, "bytes that begin with {magic:#x}"),
            Self::Version { found, known } => write!(f, "version {found}, not {known}"),
            Self::Length { bytes, expected } => {
                write!(f, "{bytes} bytes where {expected} were expected")
            }
            Self::Illegal { word } => write!(f, "word {word} has no meaning"),
            Self::OtherSize {
                registers,
                expected,
            } => {
                write!(f, "{registers} registers of a device that has {expected}")
            }
            Self::OtherDevice { offset } => {
                write!(f, "the register at {offset:#x} is another device's")
            }
            Self::OtherWindows { slot } => write!(f, "the window of {slot:?} is another device's"),
            Self::OtherVectors { vectors, expected } => {
                write!(f, "{vectors} vectors of a device that has {expected}")
            }
            Self::IllegalPending { vector } => write!(f, "vector {vector} cannot be pending"),
        }
    }
}

impl std::error::Error for SnapshotError {}

impl SnapshotError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotSnapshot { .. } => "snapshot/not-snapshot",
            Self::Version { .. } => "snapshot/version",
            Self::Length { .. } => "snapshot/length",
            Self::Illegal { .. } => "snapshot/illegal",
            Self::OtherSize { .. } => "snapshot/other-size",
            Self::OtherDevice { .. } => "snapshot/other-device",
            Self::OtherWindows { .. } => "snapshot/other-windows",
            Self::OtherVectors { .. } => "snapshot/other-vectors",
            Self::IllegalPending { .. } => "snapshot/illegal-pending",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::NotSnapshot { .. } => "hand over bytes that were encoded from a snapshot",
            Self::Version { .. } => "save and restore with the same version of this library",
            Self::Length { .. } => "hand over all bytes of one snapshot, and none of what follows",
            Self::Illegal { .. } => "save again: these bytes were damaged",
            Self::OtherSize { .. }
            | Self::OtherDevice { .. }
            | Self::OtherWindows { .. }
            | Self::OtherVectors { .. } => {
                "restore to a device of the same model, with the same firmware"
            }
            Self::IllegalPending { .. } => "save again: no device comes into this state",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_explained() {
        let (bytes, registers, vectors, expected) = (3, 64, 0, 4);
        let errors = [
            SnapshotError::NotSnapshot { magic: 0 },
            SnapshotError::Version { found: 2, known: 1 },
            SnapshotError::Length { bytes, expected },
            SnapshotError::Illegal { word: 9 },
            SnapshotError::OtherSize {
                registers,
                expected,
            },
            SnapshotError::OtherDevice { offset: 0 },
            SnapshotError::OtherWindows {
                slot: BarSlot::Bar0,
            },
            SnapshotError::OtherVectors { vectors, expected },
            SnapshotError::IllegalPending { vector: 1 },
        ];
        crate::error::assert_explained(
            "snapshot/",
            errors
                .iter()
                .map(|error| (error.code(), error.help(), error.to_string())),
        );
    }
}
