//! Why an MSI capability is illegal, or a vector was not raised.

use std::fmt;

/// What was refused. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's sentence explains its fields")]
pub enum MsiError {
    /// Bytes that end before the capability does.
    Truncated { bytes: usize, bytes_min: usize },
    /// Bytes that are another capability.
    NotMsi { id: u8 },
    /// More than 32 vectors: two to the power of 6 or above.
    VectorCount { exponent: u8 },
    /// A vector that the device does not have, or that the guest has not allocated.
    NoSuchVector { vector: u8, vectors: u8 },
}

impl fmt::Display for MsiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Truncated { bytes, bytes_min } => {
                write!(f, "{bytes} bytes of a capability that has {bytes_min}")
            }
            Self::NotMsi { id } => write!(f, "capability {id:#04x} is not MSI"),
            Self::VectorCount { exponent } => {
                write!(f, "a device cannot have 2^{exponent} MSI vectors")
            }
            Self::NoSuchVector { vector, vectors } => {
                write!(f, "vector {vector} is not below the {vectors} allocated")
            }
        }
    }
}

impl std::error::Error for MsiError {}

impl MsiError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Truncated { .. } => "msi/truncated",
            Self::NotMsi { .. } => "msi/not-msi",
            Self::VectorCount { .. } => "msi/vector-count",
            Self::NoSuchVector { .. } => "msi/no-such-vector",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Truncated { .. } => "read 24 bytes, or as many as the configuration space has",
            Self::NotMsi { .. } => "look for the capability with id 0x05",
            Self::VectorCount { .. } => "use 1, 2, 4, 8, 16 or 32 vectors",
            Self::NoSuchVector { .. } => {
                "raise vectors below the number that the guest has allocated; a device that was \
                 given fewer than it has shares them"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_explained() {
        let errors = [
            MsiError::Truncated {
                bytes: 4,
                bytes_min: 10,
            },
            MsiError::NotMsi { id: 0x11 },
            MsiError::VectorCount { exponent: 6 },
            MsiError::NoSuchVector {
                vector: 1,
                vectors: 1,
            },
        ];
        crate::error::assert_explained(
            "msi/",
            errors
                .iter()
                .map(|error| (error.code(), error.help(), error.to_string())),
        );
    }
}
