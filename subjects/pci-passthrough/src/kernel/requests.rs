//! What is asked of the kernel, and what it tells: the interface's records, as plain data.
//!
//! # Invariants
//!
//! - Mapping requests hold raw numbers, legal or not: judging them is the kernel's part, and a
//!   simulation that could not be asked nonsense would prove nothing about it.
//!
//! # Source
//!
//! `include/uapi/linux/vfio.h`, Linux.

use crate::{Iova, Range, RegionIndex};

/// The version of the interface that everything here speaks.
pub const API_VERSION: i32 = 0;

/// The mapping may be read by the device.
pub const MAP_READ: u32 = 1;
/// The mapping may be written by the device.
pub const MAP_WRITE: u32 = 2;
/// Only the host address of an existing mapping is to be replaced.
pub const MAP_VADDR: u32 = 4;
/// Everything is to be unmapped.
pub const UNMAP_ALL: u32 = 2;

/// How the IOMMU driver treats unmapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IommuType {
    /// `VFIO_TYPE1_IOMMU`: whole mappings vanish, and a request inside a mapping does nothing.
    Type1,
    /// `VFIO_TYPE1v2_IOMMU`: only whole mappings may be asked for.
    Type1v2,
}

impl IommuType {
    /// The number of the extension by which the kernel offers it.
    pub const fn extension(self) -> u32 {
        match self {
            Self::Type1 => 1,
            Self::Type1v2 => 3,
        }
    }
}

/// `VFIO_IOMMU_MAP_DMA`: 32 bytes with `argsz`, which each back end fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MapRequest {
    /// [`MAP_READ`], [`MAP_WRITE`] and their kin.
    pub flags: u32,
    /// The host address of the first byte.
    pub vaddr: u64,
    /// The device address of the first byte.
    pub iova: u64,
    /// The number of bytes.
    pub size: u64,
}

/// `VFIO_IOMMU_UNMAP_DMA`: 24 bytes with `argsz`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UnmapRequest {
    /// Zero or [`UNMAP_ALL`].
    pub flags: u32,
    /// The device address of the first byte.
    pub iova: u64,
    /// The number of bytes.
    pub size: u64,
}

/// A range of whose pages the written ones are asked for: by `VFIO_IOMMU_DIRTY_PAGES`, or together
/// with unmapping it (`VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP`). The bitmap is given beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DirtyRequest {
    /// The device address of the first byte.
    pub iova: u64,
    /// The number of bytes.
    pub size: u64,
    /// The bytes of a page, of which each has a bit.
    pub page_bytes: u64,
}

/// What can be asked for about written pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DirtyLimits {
    /// One bit for each size of pages that can have a bit.
    pub page_sizes: u64,
    /// The most bytes of a bitmap.
    pub bitmap_bytes_max: u64,
}

/// What `VFIO_IOMMU_GET_INFO` tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IommuInfo {
    /// One bit for each page size.
    pub page_sizes: u64,
    /// The device addresses that may be mapped: ascending, disjoint.
    pub iova_ranges: Vec<Range<Iova>>,
    /// How many more mappings there may be.
    pub entries_left: u32,
    /// What can be asked for about written pages; `None` where they are not tracked.
    pub dirty_limits: Option<DirtyLimits>,
}

/// What `VFIO_DEVICE_GET_REGION_INFO` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RegionInfo {
    /// The number of bytes; 0 for a region that the device does not have.
    pub bytes: u64,
    /// Whether it can be read.
    pub is_readable: bool,
    /// Whether it can be written.
    pub is_writable: bool,
    /// Whether it can be mapped into a process.
    pub is_mappable: bool,
}

impl RegionInfo {
    /// A region that the device does not have.
    pub const ABSENT: Self = Self {
        bytes: 0,
        is_readable: false,
        is_writable: false,
        is_mappable: false,
    };
}

/// A kind of interrupt, by VFIO's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IrqIndex {
    /// The interrupt pin.
    Intx = 0,
    /// Message signalled interrupts.
    Msi = 1,
    /// The same with a table.
    Msix = 2,
    /// Errors of the device.
    Error = 3,
    /// The host wants the device back.
    Request = 4,
}

/// What `VFIO_DEVICE_GET_IRQ_INFO` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IrqInfo {
    /// How many interrupts of that kind there are.
    pub count: u32,
    /// Whether the set in use can only be changed after it was disabled.
    pub no_resize: bool,
}

/// What is done with interrupts: exactly one action to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IrqAction {
    /// Hold them back.
    Mask,
    /// Let them through.
    Unmask,
    /// Signal them, or say what they signal.
    Trigger,
}

/// What a request about interrupts carries: exactly one kind of data.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum IrqData {
    /// Nothing, for so many interrupts. A trigger of none disables the kind.
    Nothing(u32),
    /// Which of them are meant.
    Chosen(Vec<bool>),
    /// What each of them signals; `None` takes the event away.
    Events(Vec<Option<EventHandle>>),
}

impl IrqData {
    /// How many interrupts the request is about.
    pub fn count(&self) -> usize {
        match self {
            Self::Nothing(count) => *count as usize,
            Self::Chosen(chosen) => chosen.len(),
            Self::Events(events) => events.len(),
        }
    }
}

/// `VFIO_DEVICE_SET_IRQS`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IrqSet {
    /// The kind of interrupt.
    pub index: IrqIndex,
    /// What is done.
    pub action: IrqAction,
    /// The first interrupt.
    pub start: u32,
    /// With what.
    pub data: IrqData,
}

impl IrqSet {
    /// The request that disables all interrupts of a kind.
    pub const fn disable(index: IrqIndex) -> Self {
        Self {
            index,
            action: IrqAction::Trigger,
            start: 0,
            data: IrqData::Nothing(0),
        }
    }
}

/// A place to read from or write to: a byte of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RegionPlace {
    /// The region.
    pub region: RegionIndex,
    /// The byte in it.
    pub offset: u64,
}

macro_rules! handle {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The handle of that number. Numbers are given out by kernels only.
            pub const fn new(number: u32) -> Self {
                Self(number)
            }

            /// The number.
            pub const fn get(self) -> u32 {
                self.0
            }
        }
    };
}

handle! {
    /// An open group of devices.
    GroupHandle
}

handle! {
    /// An open device.
    DeviceHandle
}

handle! {
    /// An open event, by which an interrupt of a device becomes one of the guest.
    EventHandle
}
