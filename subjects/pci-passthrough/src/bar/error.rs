//! Why a base address register is illegal, or has no place.

use std::fmt;

use crate::{BarKind, BarSlot};

/// Why a register could not be made, or could not be placed. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's sentence explains its fields")]
pub enum BarError {
    /// The expansion ROM belongs into its own slot, and nothing else does.
    WrongSlot { slot: BarSlot, kind: BarKind },
    /// A 64-bit register in the last slot.
    NoUpperHalf,
    /// A size that is not a power of two.
    SizeNotPowerOfTwo { bytes: u64 },
    /// A size that registers of that kind cannot have.
    SizeOutOfRange {
        bytes: u64,
        bytes_min: u64,
        bytes_max: u64,
    },
    /// A slot that has a register already, or is the upper half of one.
    SlotTaken { slot: BarSlot },
    /// A memory register of a reserved type.
    ReservedType { register: u32 },

    /// A pool without addresses, or one that passes the last address.
    PoolWraps { first: u64, bytes: u64 },
    /// An address that is not a multiple of the alignment.
    Misaligned { address: u64, alignment: u64 },
    /// Addresses outside what a register of that kind may have.
    OutsidePools { address: u64, bytes: u64 },
    /// Addresses that are given out already.
    Occupied { address: u64, bytes: u64 },
    /// No free place of that size is left.
    Exhausted { bytes: u64 },
}

impl fmt::Display for BarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::WrongSlot { slot, kind } => {
                write!(f, "a register of kind {kind:?} cannot be in slot {slot:?}")
            }
            Self::NoUpperHalf => f.write_str("no slot is left for the upper half"),
            Self::SizeNotPowerOfTwo { bytes } => write!(f, "{bytes} is not a power of two"),
            Self::SizeOutOfRange {
                bytes,
                bytes_min,
                bytes_max,
            } => write!(
                f,
                "{bytes} bytes are not between {bytes_min} and {bytes_max}"
            ),
            Self::SlotTaken { slot } => write!(f, "slot {slot:?} is taken"),
            Self::ReservedType { register } => {
                write!(f, "register {register:#010x} is of a reserved type")
            }
            Self::PoolWraps { first, bytes } => {
                write!(f, "{bytes:#x} bytes from {first:#x} are not a pool")
            }
            Self::Misaligned { address, alignment } => {
                write!(f, "{address:#x} is not a multiple of {alignment:#x}")
            }
            Self::OutsidePools { address, bytes } => {
                write!(f, "{bytes:#x} bytes at {address:#x} are outside every pool")
            }
            Self::Occupied { address, bytes } => {
                write!(f, "{bytes:#x} bytes at {address:#x} are partly in use")
            }
            Self::Exhausted { bytes } => write!(f, "no {bytes:#x} free bytes are left together"),
        }
    }
}

impl std::error::Error for BarError {}

impl BarError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongSlot { .. } => "bar/wrong-slot",
            Self::NoUpperHalf => "bar/no-upper-half",
            Self::SizeNotPowerOfTwo { .. } => "bar/size-not-power-of-two",
            Self::SizeOutOfRange { .. } => "bar/size-out-of-range",
            Self::SlotTaken { .. } => "bar/slot-taken",
            Self::ReservedType { .. } => "bar/reserved-type",
            Self::PoolWraps { .. } => "bar/pool-wraps",
            Self::Misaligned { .. } => "bar/misaligned",
            Self::OutsidePools { .. } => "bar/outside-pools",
            Self::Occupied { .. } => "bar/occupied",
            Self::Exhausted { .. } => "bar/exhausted",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::WrongSlot { .. } => "put the expansion ROM into slot 6 and all else into 0 to 5",
            Self::NoUpperHalf => "put 64-bit registers into slots 0 to 4",
            Self::SizeNotPowerOfTwo { .. } => "round the size up to a power of two",
            Self::SizeOutOfRange { .. } => "use a size that the kind of register can express",
            Self::SlotTaken { .. } => "leave the slot above a 64-bit register free",
            Self::ReservedType { .. } => "check that the register was read from a working device",
            Self::PoolWraps { .. } => {
                "give the pool at least one address, and let it end below 2^64"
            }
            Self::Misaligned { .. } => "place a register at a multiple of its size",
            Self::OutsidePools { .. } => "place the register inside a window made for its kind",
            Self::Occupied { .. } => "choose an address that no other register or device has",
            Self::Exhausted { .. } => "make the window larger, or plug in fewer devices",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_explained() {
        let errors = [
            BarError::WrongSlot {
                slot: BarSlot::Bar0,
                kind: BarKind::Rom,
            },
            BarError::NoUpperHalf,
            BarError::SizeNotPowerOfTwo { bytes: 3 },
            BarError::SizeOutOfRange {
                bytes: 1,
                bytes_min: 4,
                bytes_max: 256,
            },
            BarError::SlotTaken {
                slot: BarSlot::Bar1,
            },
            BarError::ReservedType { register: 2 },
            BarError::PoolWraps { first: 0, bytes: 0 },
            BarError::Misaligned {
                address: 1,
                alignment: 2,
            },
            BarError::OutsidePools {
                address: 0,
                bytes: 1,
            },
            BarError::Occupied {
                address: 0,
                bytes: 1,
            },
            BarError::Exhausted { bytes: 1 },
        ];
        crate::error::assert_explained(
            "bar/",
            errors
                .iter()
                .map(|error| (error.code(), error.help(), error.to_string())),
        );
    }
}
