//! Why an MSI-X structure is illegal, or a vector did not change its state.

use std::fmt;

use crate::BarSlot;

/// What was refused. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's sentence explains its fields")]
pub enum MsixError {
    /// No vectors, or more than 2048.
    VectorCount { count: u16 },
    /// Bytes that are another capability.
    NotMsix { id: u8 },
    /// A structure in a register that it cannot be in: 6, 7 or the expansion ROM.
    ReservedRegister { register: u8 },
    /// A structure that does not begin at a multiple of eight.
    OffsetMisaligned { offset: u32 },
    /// A structure in a slot that has no register of memory.
    NotMemory { slot: BarSlot },
    /// A structure that passes the end of its register's memory.
    OutsideBar { slot: BarSlot, end: u64, bytes: u64 },
    /// Table and pending bits that share a byte.
    StructuresOverlap,

    /// A vector that the device does not have.
    NoSuchVector { vector: u16, vectors: u16 },
    /// Enabling a vector that has no message.
    NotConfigured { vector: u16 },
    /// Changing the message of a vector in use.
    StillEnabled { vector: u16 },
    /// Enabling a vector a second time, with something else.
    AlreadyEnabled { vector: u16 },
    /// All interrupt lines of the guest are in use.
    NoLineLeft { lines: u32 },
}

impl fmt::Display for MsixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::VectorCount { count } => write!(f, "a device cannot have {count} vectors"),
            Self::NotMsix { id } => write!(f, "capability {id:#04x} is not MSI-X"),
            Self::ReservedRegister { register } => {
                write!(f, "a structure cannot be in register {register}")
            }
            Self::OffsetMisaligned { offset } => {
                write!(f, "offset {offset:#x} is not a multiple of 8")
            }
            Self::NotMemory { slot } => write!(f, "slot {slot:?} has no register of memory"),
            Self::OutsideBar { slot, end, bytes } => {
                write!(
                    f,
                    "a structure in {slot:?} ends at {end:#x}, past {bytes:#x}"
                )
            }
            Self::StructuresOverlap => f.write_str("table and pending bits overlap"),
            Self::NoSuchVector { vector, vectors } => {
                write!(f, "vector {vector} is not below {vectors}")
            }
            Self::NotConfigured { vector } => write!(f, "vector {vector} has no message"),
            Self::StillEnabled { vector } => write!(f, "vector {vector} is in use"),
            Self::AlreadyEnabled { vector } => {
                write!(f, "vector {vector} is in use with another event or line")
            }
            Self::NoLineLeft { lines } => write!(f, "all {lines} interrupt lines are in use"),
        }
    }
}

impl std::error::Error for MsixError {}

impl MsixError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::VectorCount { .. } => "msix/vector-count",
            Self::NotMsix { .. } => "msix/not-msix",
            Self::ReservedRegister { .. } => "msix/reserved-register",
            Self::OffsetMisaligned { .. } => "msix/offset-misaligned",
            Self::NotMemory { .. } => "msix/not-memory",
            Self::OutsideBar { .. } => "msix/outside-bar",
            Self::StructuresOverlap => "msix/structures-overlap",
            Self::NoSuchVector { .. } => "msix/no-such-vector",
            Self::NotConfigured { .. } => "msix/not-configured",
            Self::StillEnabled { .. } => "msix/still-enabled",
            Self::AlreadyEnabled { .. } => "msix/already-enabled",
            Self::NoLineLeft { .. } => "msix/no-line-left",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::VectorCount { .. } => "use 1 to 2048 vectors",
            Self::NotMsix { .. } => "look for the capability with id 0x11",
            Self::ReservedRegister { .. } => "put the structure into one of the registers 0 to 5",
            Self::OffsetMisaligned { .. } => "use a multiple of 8",
            Self::NotMemory { .. } => "name a memory register; of a 64-bit one, its lower half",
            Self::OutsideBar { .. } => "make the register's memory larger, or move the structure",
            Self::StructuresOverlap => "move one of them behind the other",
            Self::NoSuchVector { .. } => "count vectors from 0",
            Self::NotConfigured { .. } => "configure the vector before enabling it",
            Self::StillEnabled { .. } => "disable the vector first",
            Self::AlreadyEnabled { .. } => {
                "disable the vector first, and release what it gives back"
            }
            Self::NoLineLeft { .. } => "make the table of lines larger, or give fewer devices away",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_explained() {
        let slot = BarSlot::Bar0;
        let errors = [
            MsixError::VectorCount { count: 0 },
            MsixError::NotMsix { id: 5 },
            MsixError::ReservedRegister { register: 6 },
            MsixError::OffsetMisaligned { offset: 4 },
            MsixError::NotMemory { slot },
            MsixError::OutsideBar {
                slot,
                end: 2,
                bytes: 1,
            },
            MsixError::StructuresOverlap,
            MsixError::NoSuchVector {
                vector: 1,
                vectors: 1,
            },
            MsixError::NotConfigured { vector: 0 },
            MsixError::StillEnabled { vector: 0 },
            MsixError::AlreadyEnabled { vector: 0 },
            MsixError::NoLineLeft { lines: 1 },
        ];
        crate::error::assert_explained(
            "msix/",
            errors
                .iter()
                .map(|error| (error.code(), error.help(), error.to_string())),
        );
    }
}
