//! The numbers by which VFIO names the regions of a PCI device.
//!
//! # Invariants
//!
//! - A base address register's region has the register's slot number; the expansion ROM's has 6.
//! - Configuration space and the legacy VGA area are regions, but no register's.
//!
//! # Source
//!
//! `VFIO_PCI_BAR0_REGION_INDEX` and its successors, `include/uapi/linux/vfio.h`.

use crate::BarSlot;

/// A region of a PCI device as VFIO numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionIndex(u32);

impl RegionIndex {
    /// The configuration space.
    pub const CONFIG: Self = Self(7);
    /// The legacy VGA area.
    pub const VGA: Self = Self(8);

    /// The number that the kernel's interface takes.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The register whose region this is; `None` for configuration space and the VGA area.
    pub fn bar_slot(self) -> Option<BarSlot> {
        let number = u8::try_from(self.0).ok()?;
        BarSlot::from_number(number).ok()
    }
}

impl From<BarSlot> for RegionIndex {
    fn from(slot: BarSlot) -> Self {
        Self(u32::from(slot.number()))
    }
}
