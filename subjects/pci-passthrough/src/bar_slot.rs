//! The slots of a device's base address registers.
//!
//! A header of type 0 has six base address registers side by side and one more, for the expansion
//! ROM, elsewhere. Computing the ROM's offset as if it were the seventh in the row gives 0x28, a
//! register of another kind (the CardBus CIS pointer); so the ROM is a variant of its own and the
//! offsets are written out.
//!
//! # Invariants
//!
//! - Slot to number and slot to offset are one-to-one, and both lead back.
//!
//! # Not here
//!
//! What a register holds: kinds, sizes and addresses.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, figure 6-1 (header type 0).

use crate::Error;

/// A base address register, named by its place in the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BarSlot {
    /// The register at offset 0x10.
    Bar0,
    /// The register at offset 0x14.
    Bar1,
    /// The register at offset 0x18.
    Bar2,
    /// The register at offset 0x1c.
    Bar3,
    /// The register at offset 0x20.
    Bar4,
    /// The register at offset 0x24.
    Bar5,
    /// The expansion ROM's register, at offset 0x30.
    Rom,
}

impl BarSlot {
    /// Every slot, by number.
    pub const ALL: [Self; 7] = [
        Self::Bar0,
        Self::Bar1,
        Self::Bar2,
        Self::Bar3,
        Self::Bar4,
        Self::Bar5,
        Self::Rom,
    ];

    /// The slot of that number: 0 to 5, and 6 for the expansion ROM, as VFIO counts them.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchBarSlot`] from 7 on.
    pub const fn from_number(number: u8) -> Result<Self, Error> {
        match number {
            0 => Ok(Self::Bar0),
            1 => Ok(Self::Bar1),
            2 => Ok(Self::Bar2),
            3 => Ok(Self::Bar3),
            4 => Ok(Self::Bar4),
            5 => Ok(Self::Bar5),
            6 => Ok(Self::Rom),
            _ => Err(Error::NoSuchBarSlot { number }),
        }
    }

    /// The slot's number: 0 to 5, and 6 for the expansion ROM.
    pub const fn number(self) -> u8 {
        match self {
            Self::Bar0 => 0,
            Self::Bar1 => 1,
            Self::Bar2 => 2,
            Self::Bar3 => 3,
            Self::Bar4 => 4,
            Self::Bar5 => 5,
            Self::Rom => 6,
        }
    }

    /// Where the register lies in configuration space, in bytes from its start.
    pub const fn config_offset(self) -> u16 {
        match self {
            Self::Bar0 => 0x10,
            Self::Bar1 => 0x14,
            Self::Bar2 => 0x18,
            Self::Bar3 => 0x1c,
            Self::Bar4 => 0x20,
            Self::Bar5 => 0x24,
            Self::Rom => 0x30,
        }
    }

    /// The slot whose register starts at that offset; `None` for every other offset, also within
    /// a register.
    pub const fn from_config_offset(offset: u16) -> Option<Self> {
        match offset {
            0x10 => Some(Self::Bar0),
            0x14 => Some(Self::Bar1),
            0x18 => Some(Self::Bar2),
            0x1c => Some(Self::Bar3),
            0x20 => Some(Self::Bar4),
            0x24 => Some(Self::Bar5),
            0x30 => Some(Self::Rom),
            _ => None,
        }
    }
}
