//! Base address registers: what kinds there are, and how each is encoded.
//!
//! A register tells its size by the bits that a guest can change. So nothing here looks for the
//! special value by which a guest asks for the size: a register keeps `value & writable`, and the
//! answer to any all-ones pattern falls out of that.
//!
//! # Invariants
//!
//! - A [`Bar`] has a legal kind, size and slot; sizes are powers of two.
//! - Of a set of registers ([`Bars`]), no two share a slot; the slot above a 64-bit register is its
//!   upper half and nothing else.
//!
//! # Not here
//!
//! Addresses: [`BarRegisters`](crate::BarRegisters) hold them, [`AddressMap`](crate::AddressMap)
//! gives them out.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, section 6.2.5.

mod address_map;
mod bus;
mod error;
mod pool;
mod registers;
mod sparse;
mod windows;

use crate::BarSlot;

pub use address_map::AddressMap;
pub use bus::{Bus, BusOwner};
pub use error::BarError;
pub use pool::AddressPool;
pub use registers::BarRegisters;
pub use sparse::{Area, mappable_areas};
pub use windows::BarWindows;

/// What a register decodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BarKind {
    /// Input and output ports.
    Io,
    /// Memory below 4 GiB.
    Mem32,
    /// Memory anywhere; the next register holds the upper half of the address.
    Mem64,
    /// The expansion ROM.
    Rom,
}

impl BarKind {
    /// The smallest and the largest size in bytes.
    pub const fn sizes(self) -> (u64, u64) {
        match self {
            Self::Io => (4, 256),
            Self::Mem32 => (16, 1 << 31),
            Self::Mem64 => (16, 1 << 63),
            Self::Rom => (2 << 10, 16 << 20),
        }
    }

    /// The bits of the (lower) register that hold the address.
    pub const fn address_bits(self) -> u32 {
        match self {
            Self::Io => !0x3,
            Self::Mem32 | Self::Mem64 => !0xf,
            Self::Rom => !0x7ff,
        }
    }

    /// The highest address that can be decoded.
    pub const fn address_max(self) -> u64 {
        match self {
            Self::Io | Self::Mem32 | Self::Rom => u32::MAX as u64,
            Self::Mem64 => u64::MAX,
        }
    }

    /// Reads kind and prefetchable flag from a register of that slot.
    ///
    /// # Errors
    ///
    /// [`BarError::ReservedType`] for the two reserved types of memory.
    pub const fn decode(slot: BarSlot, register: u32) -> Result<(Self, bool), BarError> {
        if matches!(slot, BarSlot::Rom) {
            return Ok((Self::Rom, false));
        }
        if register & 1 != 0 {
            return Ok((Self::Io, false));
        }
        let is_prefetchable = register & 8 != 0;
        match register >> 1 & 3 {
            0b00 => Ok((Self::Mem32, is_prefetchable)),
            0b10 => Ok((Self::Mem64, is_prefetchable)),
            _ => Err(BarError::ReservedType { register }),
        }
    }
}

/// One register of a device: its slot, kind and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bar {
    slot: BarSlot,
    kind: BarKind,
    is_prefetchable: bool,
    bytes: u64,
}

impl Bar {
    /// A register.
    ///
    /// # Errors
    ///
    /// [`BarError::WrongSlot`] for an expansion ROM elsewhere, or anything else in its slot;
    /// [`BarError::NoUpperHalf`] for a 64-bit register in the last slot;
    /// [`BarError::SizeNotPowerOfTwo`] and [`BarError::SizeOutOfRange`].
    pub const fn new(
        slot: BarSlot,
        kind: BarKind,
        is_prefetchable: bool,
        bytes: u64,
    ) -> Result<Self, BarError> {
        if matches!(slot, BarSlot::Rom) != matches!(kind, BarKind::Rom) {
            return Err(BarError::WrongSlot { slot, kind });
        }
        if matches!(kind, BarKind::Mem64) && matches!(slot, BarSlot::Bar5) {
            return Err(BarError::NoUpperHalf);
        }
        if !bytes.is_power_of_two() {
            return Err(BarError::SizeNotPowerOfTwo { bytes });
        }
        let (bytes_min, bytes_max) = kind.sizes();
        if bytes < bytes_min || bytes > bytes_max {
            return Err(BarError::SizeOutOfRange {
                bytes,
                bytes_min,
                bytes_max,
            });
        }
        let is_memory = matches!(kind, BarKind::Mem32 | BarKind::Mem64);
        Ok(Self {
            slot,
            kind,
            is_prefetchable: is_prefetchable && is_memory,
            bytes,
        })
    }

    /// Works out what a register is from what reads back after all its bits were written with ones;
    /// `high` is the register above it, which only 64-bit registers use. `None` when the register
    /// is not implemented.
    ///
    /// # Errors
    ///
    /// [`BarError::ReservedType`], and those of [`Self::new`].
    pub fn from_readback(slot: BarSlot, low: u32, high: u32) -> Result<Option<Self>, BarError> {
        let (kind, is_prefetchable) = BarKind::decode(slot, low)?;
        let low = low & kind.address_bits();
        let mask = match kind {
            BarKind::Mem64 => u64::from(high) << 32 | u64::from(low),
            // Ports are 16 bits wide on most machines, and the upper half then reads as zero.
            BarKind::Io if low != 0 => u64::from(low | 0xffff_0000) | 0xffff_ffff_0000_0000,
            BarKind::Mem32 | BarKind::Rom if low != 0 => u64::from(low) | 0xffff_ffff_0000_0000,
            BarKind::Io | BarKind::Mem32 | BarKind::Rom => 0,
        };
        if mask == 0 {
            return Ok(None);
        }
        // The size is what has to be added to the mask for all bits to carry out.
        let bytes = mask.wrapping_neg();
        Self::new(slot, kind, is_prefetchable, bytes).map(Some)
    }

    /// The slot.
    pub const fn slot(self) -> BarSlot {
        self.slot
    }

    /// The kind.
    pub const fn kind(self) -> BarKind {
        self.kind
    }

    /// Whether reading has no side effects.
    pub const fn is_prefetchable(self) -> bool {
        self.is_prefetchable
    }

    /// The number of bytes.
    pub const fn bytes(self) -> u64 {
        self.bytes
    }

    /// The bits that say what the register is, which never change.
    pub const fn type_bits(self) -> u32 {
        let prefetchable = if self.is_prefetchable { 0b1000 } else { 0 };
        match self.kind {
            BarKind::Io => 0b1,
            BarKind::Mem32 => prefetchable,
            BarKind::Mem64 => 0b100 | prefetchable,
            BarKind::Rom => 0,
        }
    }

    /// The bits of the address that a guest can change, over both halves.
    pub const fn address_mask(self) -> u64 {
        let all = (self.kind.address_bits() as u64) | 0xffff_ffff_0000_0000;
        !(self.bytes - 1) & all & self.kind.address_max()
    }
}

/// The registers of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bars {
    bars: [Option<Bar>; 7],
}

impl Bars {
    /// A device without registers.
    pub const fn new() -> Self {
        Self { bars: [None; 7] }
    }

    /// Adds a register.
    ///
    /// # Errors
    ///
    /// [`BarError::SlotTaken`] when the slot, or the one above it for a 64-bit register, has a
    /// register or is the upper half of one.
    pub fn add(&mut self, bar: Bar) -> Result<(), BarError> {
        let slot = bar.slot;
        if self.is_taken(slot) {
            return Err(BarError::SlotTaken { slot });
        }
        if let Some(upper) = upper_half(bar)
            && self.is_taken(upper)
        {
            return Err(BarError::SlotTaken { slot: upper });
        }
        self.bars[usize::from(slot.number())] = Some(bar);
        Ok(())
    }

    /// The register of that slot; `None` also for an upper half.
    pub const fn get(&self, slot: BarSlot) -> Option<Bar> {
        self.bars[slot.number() as usize]
    }

    /// The 64-bit register whose upper half the slot is.
    pub fn lower_half_of(&self, slot: BarSlot) -> Option<Bar> {
        let below = slot.number().checked_sub(1)?;
        let bar = self.bars[usize::from(below)]?;
        (upper_half(bar) == Some(slot)).then_some(bar)
    }

    /// The registers, by slot.
    pub fn iter(&self) -> impl Iterator<Item = Bar> + '_ {
        self.bars.iter().flatten().copied()
    }

    fn is_taken(&self, slot: BarSlot) -> bool {
        self.get(slot).is_some() || self.lower_half_of(slot).is_some()
    }
}

/// The slot of the upper half of a 64-bit register.
fn upper_half(bar: Bar) -> Option<BarSlot> {
    match bar.kind {
        // A 64-bit register is never in the last slot before the ROM's.
        BarKind::Mem64 => BarSlot::from_number(bar.slot.number() + 1).ok(),
        BarKind::Io | BarKind::Mem32 | BarKind::Rom => None,
    }
}
