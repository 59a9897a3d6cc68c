//! The MSI-X capability: how many vectors, and where table and pending bits are.
//!
//! # Invariants
//!
//! - 1 to 2048 vectors; structures in registers 0 to 5, at multiples of eight.
//! - Encoding and decoding lead back to each other.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, sections 6.8.2.3 to 6.8.2.5.

use crate::{Area, BarKind, BarSlot, Bars, MsixError};

/// The capability's number.
const ID: u8 = 0x11;
/// The bits of message control that count vectors, less one.
const COUNT_BITS: u16 = 0x7ff;
/// The bits of a place that name the register.
const REGISTER_BITS: u32 = 0x7;

/// Where a structure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MsixPlace {
    slot: BarSlot,
    offset: u32,
}

impl MsixPlace {
    /// A place in a register's memory.
    ///
    /// # Errors
    ///
    /// [`MsixError::ReservedRegister`] for the expansion ROM, [`MsixError::OffsetMisaligned`].
    pub const fn new(slot: BarSlot, offset: u32) -> Result<Self, MsixError> {
        if matches!(slot, BarSlot::Rom) {
            let register = slot.number();
            return Err(MsixError::ReservedRegister { register });
        }
        if offset & REGISTER_BITS != 0 {
            return Err(MsixError::OffsetMisaligned { offset });
        }
        Ok(Self { slot, offset })
    }

    /// The register.
    pub const fn slot(self) -> BarSlot {
        self.slot
    }

    /// The first byte.
    pub const fn offset(self) -> u32 {
        self.offset
    }

    fn encode(self) -> u32 {
        self.offset | u32::from(self.slot.number())
    }

    fn decode(word: u32) -> Result<Self, MsixError> {
        let register = (word & REGISTER_BITS) as u8;
        let reserved = MsixError::ReservedRegister { register };
        let slot = BarSlot::from_number(register).map_err(|_| reserved)?;
        Self::new(slot, word & !REGISTER_BITS)
    }
}

/// What a device tells about its vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MsixCapability {
    vectors: u16,
    table: MsixPlace,
    pending: MsixPlace,
}

impl MsixCapability {
    /// The capability's number.
    pub const ID: u8 = ID;
    /// The most vectors that a device can have.
    pub const VECTORS_MAX: u16 = 2048;
    /// The number of bytes of the capability.
    pub const BYTES: usize = 12;

    /// A capability.
    ///
    /// # Errors
    ///
    /// [`MsixError::VectorCount`] unless there are 1 to 2048 vectors.
    pub const fn new(
        vectors: u16,
        table: MsixPlace,
        pending: MsixPlace,
    ) -> Result<Self, MsixError> {
        if vectors == 0 || vectors > Self::VECTORS_MAX {
            return Err(MsixError::VectorCount { count: vectors });
        }
        Ok(Self {
            vectors,
            table,
            pending,
        })
    }

    /// The number of vectors.
    pub const fn vectors(&self) -> u16 {
        self.vectors
    }

    /// Where the table is.
    pub const fn table(&self) -> MsixPlace {
        self.table
    }

    /// Where the pending bits are.
    pub const fn pending(&self) -> MsixPlace {
        self.pending
    }

    /// The bytes of the table in its register: 16 for each vector.
    pub fn table_area(&self) -> Area {
        Area {
            offset: self.table.offset.into(),
            bytes: u64::from(self.vectors) * 16,
        }
    }

    /// The bytes of the pending bits in their register: whole 64-bit words.
    pub fn pending_area(&self) -> Area {
        Area {
            offset: self.pending.offset.into(),
            bytes: u64::from(self.vectors.div_ceil(64)) * 8,
        }
    }

    /// The capability's bytes as after a reset, linked to the next one.
    pub fn encode(&self, next: u8) -> [u8; Self::BYTES] {
        let control = (self.vectors - 1).to_le_bytes();
        let table = self.table.encode().to_le_bytes();
        let pending = self.pending.encode().to_le_bytes();
        let [a, b] = control;
        let [c, d, e, f] = table;
        let [g, h, i, j] = pending;
        [ID, next, a, b, c, d, e, f, g, h, i, j]
    }

    /// Reads a capability's bytes. What can change, the enable and mask bits, is passed over.
    ///
    /// # Errors
    ///
    /// [`MsixError::NotMsix`], [`MsixError::ReservedRegister`].
    pub fn decode(bytes: &[u8; Self::BYTES]) -> Result<Self, MsixError> {
        let [id, _next, a, b, c, d, e, f, g, h, i, j] = *bytes;
        if id != ID {
            return Err(MsixError::NotMsix { id });
        }
        let control = u16::from_le_bytes([a, b]);
        let table = MsixPlace::decode(u32::from_le_bytes([c, d, e, f]))?;
        let pending = MsixPlace::decode(u32::from_le_bytes([g, h, i, j]))?;
        Self::new((control & COUNT_BITS) + 1, table, pending)
    }

    /// Whether both structures lie in the device's memory, apart from each other.
    ///
    /// # Errors
    ///
    /// [`MsixError::NotMemory`], [`MsixError::OutsideBar`], [`MsixError::StructuresOverlap`].
    pub fn check_inside(&self, bars: &Bars) -> Result<(), MsixError> {
        let (table, pending) = (self.table_area(), self.pending_area());
        for (place, area) in [(self.table, table), (self.pending, pending)] {
            let slot = place.slot;
            let bytes = match bars.get(slot) {
                Some(bar) if matches!(bar.kind(), BarKind::Mem32 | BarKind::Mem64) => bar.bytes(),
                _ => return Err(MsixError::NotMemory { slot }),
            };
            let end = area.offset + area.bytes;
            if end > bytes {
                return Err(MsixError::OutsideBar { slot, end, bytes });
            }
        }
        let is_apart = table.offset + table.bytes <= pending.offset
            || pending.offset + pending.bytes <= table.offset;
        if self.table.slot == self.pending.slot && !is_apart {
            return Err(MsixError::StructuresOverlap);
        }
        Ok(())
    }
}
