//! The mappings of a type 1 IOMMU, with the kernel's own rules and their order.
//!
//! # Invariants
//!
//! - Mappings are ascending and disjoint, whole pages, inside the mappable ranges, never merged.
//! - Mappings and what is left of the budget add up to the limit.
//! - A refused request leaves everything as it was: what it had pinned is let go.
//!
//! # Not here
//!
//! Memory behind the host addresses, and exchanging these (`VFIO_DMA_MAP_FLAG_VADDR`), which is
//! refused as by a kernel without that extension.
//!
//! # Source
//!
//! `vfio_dma_do_map` and `vfio_dma_do_unmap` in `drivers/vfio/vfio_iommu_type1.c`, Linux. Ranges are
//! compared by their last addresses, so that the topmost page can be mapped.

mod dirty;

use std::collections::BTreeSet;

use crate::kernel::{
    DirtyRequest, Errno, IommuInfo, IommuType, MAP_READ, MAP_WRITE, MapRequest, UNMAP_ALL,
    UnmapRequest,
};
use crate::{Iova, PageSize, Range};

pub use dirty::DmaFault;

/// What an IOMMU can do, and how much of it a process may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type1Settings {
    /// One bit for each page size.
    pub page_sizes: u64,
    /// The device addresses that may be mapped: ascending, disjoint.
    pub iova_ranges: Vec<Range<Iova>>,
    /// How many mappings there may be.
    pub entries_max: u32,
    /// How many bytes may be pinned.
    pub locked_bytes_max: u128,
}

impl Default for Type1Settings {
    /// Pages of 4 KiB, 2 MiB and 1 GiB, all addresses but the window that x86 keeps for interrupt
    /// messages, Linux's 65,535 mappings, and no limit on locked memory.
    fn default() -> Self {
        let below = Range::from_bounds(Iova::new(0), Iova::new(0xfedf_ffff));
        let above = Range::from_bounds(Iova::new(0xfef0_0000), Iova::new(u64::MAX));
        Self {
            page_sizes: 1 << 12 | 1 << 21 | 1 << 30,
            iova_ranges: below.into_iter().chain(above).collect(),
            entries_max: 65_535,
            locked_bytes_max: u128::MAX,
        }
    }
}

/// One mapping as the kernel keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Type1Mapping {
    /// The device addresses.
    pub iova: Range<Iova>,
    /// The host address of the first byte.
    pub vaddr: u64,
    /// What the device may do.
    pub flags: u32,
}

/// A simulated type 1 IOMMU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type1 {
    version: IommuType,
    settings: Type1Settings,
    page: PageSize,
    mappings: Vec<Type1Mapping>,
    entries_left: u32,
    locked_bytes: u128,
    /// While tracking is on, where the pages begin that devices have written.
    written: Option<BTreeSet<u64>>,
}

impl Type1 {
    /// An IOMMU without mappings.
    ///
    /// # Errors
    ///
    /// [`Errno::EINVAL`] when the settings name no page size.
    pub fn new(version: IommuType, settings: Type1Settings) -> Result<Self, Errno> {
        let page = PageSize::from_bitmap(settings.page_sizes).map_err(|_| Errno::EINVAL)?;
        let entries_left = settings.entries_max;
        Ok(Self {
            version,
            settings,
            page,
            mappings: Vec::new(),
            entries_left,
            locked_bytes: 0,
            written: None,
        })
    }

    /// Page sizes, mappable ranges and the budget.
    pub fn info(&self) -> IommuInfo {
        IommuInfo {
            page_sizes: self.settings.page_sizes,
            iova_ranges: self.settings.iova_ranges.clone(),
            entries_left: self.entries_left,
            dirty_limits: Some(self.dirty_limits()),
        }
    }

    /// How many more mappings there may be.
    pub const fn entries_left(&self) -> u32 {
        self.entries_left
    }

    /// How many bytes are pinned.
    pub const fn locked_bytes(&self) -> u128 {
        self.locked_bytes
    }

    /// The mappings, ascending.
    pub fn mappings(&self) -> &[Type1Mapping] {
        &self.mappings
    }

    /// Maps.
    ///
    /// # Errors
    ///
    /// In this order: [`Errno::EINVAL`] for flags without reading and writing or with any other;
    /// for a size of zero, or anything that is not whole pages; for a wrap of either address;
    /// [`Errno::EEXIST`] for an overlap; [`Errno::ENOSPC`] without budget; [`Errno::EINVAL`] outside
    /// the mappable ranges; [`Errno::ENOMEM`] when the memory cannot be pinned; [`Errno::EINVAL`]
    /// for more pages than can be tracked, while written pages are.
    pub fn map(&mut self, request: &MapRequest) -> Result<(), Errno> {
        let MapRequest {
            flags,
            vaddr,
            iova,
            size,
        } = *request;
        if flags == 0 || flags & !(MAP_READ | MAP_WRITE) != 0 {
            return Err(Errno::EINVAL);
        }
        // Zero has no bits below a page, and is refused with the ranges that wrap.
        let pages = self.page.alignment();
        if !pages.divides(size | vaddr | iova) {
            return Err(Errno::EINVAL);
        }
        let range = Range::new(Iova::new(iova), size).map_err(|_| Errno::EINVAL)?;
        if vaddr.checked_add(size - 1).is_none() {
            return Err(Errno::EINVAL);
        }

        let place = self.first_reaching(range.first());
        if self.overlapping_from(place, range) > 0 {
            return Err(Errno::EEXIST);
        }
        let Some(entries_left) = self.entries_left.checked_sub(1) else {
            return Err(Errno::ENOSPC);
        };
        if !self.is_mappable(range) {
            return Err(Errno::EINVAL);
        }
        let locked_bytes = self.locked_bytes + range.length();
        if locked_bytes > self.settings.locked_bytes_max {
            return Err(Errno::ENOMEM);
        }

        let mapping = Type1Mapping {
            iova: range,
            vaddr,
            flags,
        };
        if self.written.is_some() && !self.is_trackable(&mapping) {
            return Err(Errno::EINVAL);
        }
        self.mappings.insert(place, mapping);
        self.entries_left = entries_left;
        self.locked_bytes = locked_bytes;
        Ok(())
    }

    /// Unmaps; the number of bytes that vanished, modulo 2^64.
    ///
    /// # Errors
    ///
    /// [`Errno::EINVAL`] for other flags than [`UNMAP_ALL`], for a range with it, for anything that
    /// is not whole pages, for an empty or wrapping range, and, in version 2, for a range that cuts
    /// a mapping.
    pub fn unmap(&mut self, request: &UnmapRequest) -> Result<u64, Errno> {
        let UnmapRequest { flags, iova, size } = *request;
        if flags & !UNMAP_ALL != 0 {
            return Err(Errno::EINVAL);
        }
        if flags == UNMAP_ALL {
            if iova != 0 || size != 0 {
                return Err(Errno::EINVAL);
            }
            return Ok(self.remove(0, self.mappings.len()));
        }
        if !self.page.alignment().divides(iova | size) {
            return Err(Errno::EINVAL);
        }
        let range = Range::new(Iova::new(iova), size).map_err(|_| Errno::EINVAL)?;

        let place = self.first_reaching(range.first());
        let count = self.overlapping_from(place, range);
        let (cuts_first, cuts_last) = self.cuts(place, count, range);
        match self.version {
            IommuType::Type1 if cuts_first => Ok(0),
            IommuType::Type1v2 if cuts_first || cuts_last => Err(Errno::EINVAL),
            IommuType::Type1 | IommuType::Type1v2 => Ok(self.remove(place, count)),
        }
    }

    /// Unmaps, and tells which of the pages were written; the number of bytes that vanished, modulo
    /// 2^64.
    ///
    /// # Errors
    ///
    /// [`Errno::EINVAL`] as for [`Self::unmap`] and for [`Self::dirty_pages`], version 1 included,
    /// where nothing is ever tracked.
    pub fn unmap_dirty(
        &mut self,
        request: &DirtyRequest,
        bitmap: &mut [u64],
    ) -> Result<u64, Errno> {
        let range = self.dirty_range(request, bitmap)?;
        let place = self.first_reaching(range.first());
        let count = self.overlapping_from(place, range);
        if self.cuts(place, count, range) != (false, false) {
            return Err(Errno::EINVAL);
        }
        self.take_dirt(range, bitmap);
        Ok(self.remove(place, count))
    }

    /// Takes every mapping away, as closing the container does.
    pub(crate) fn clear(&mut self) {
        self.remove(0, self.mappings.len());
    }

    fn remove(&mut self, place: usize, count: usize) -> u64 {
        let mut removed = 0_u128;
        for mapping in self.mappings.drain(place..place + count) {
            removed += mapping.iova.length();
            self.entries_left += 1;
            dirty::forget(&mut self.written, mapping.iova);
        }
        self.locked_bytes -= removed;
        // The kernel's field has 64 bits, and the whole space is one byte too long for it.
        removed as u64
    }

    /// The place of the first mapping that ends at `address` or above.
    fn first_reaching(&self, address: Iova) -> usize {
        self.mappings
            .partition_point(|mapping| mapping.iova.last() < address)
    }

    /// How many mappings from `place` on begin before the range ends.
    fn overlapping_from(&self, place: usize, range: Range<Iova>) -> usize {
        let above = &self.mappings[place..];
        above
            .iter()
            .take_while(|mapping| mapping.iova.first() <= range.last())
            .count()
    }

    /// Whether the range begins within the first of the mappings, and ends within the last.
    fn cuts(&self, place: usize, count: usize, range: Range<Iova>) -> (bool, bool) {
        let mappings = &self.mappings[place..place + count];
        let first = mappings.first();
        let last = mappings.last();
        (
            first.is_some_and(|first| first.iova.first() < range.first()),
            last.is_some_and(|last| range.last() < last.iova.last()),
        )
    }

    fn is_mappable(&self, range: Range<Iova>) -> bool {
        let mut ranges = self.settings.iova_ranges.iter();
        ranges.any(|mappable| mappable.contains_range(range))
    }
}
