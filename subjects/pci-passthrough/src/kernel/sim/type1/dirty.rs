//! Devices that use mappings, and which pages they have written.
//!
//! # Invariants
//!
//! - A page is dirty exactly when a device wrote to it through its mapping, while tracking was on,
//!   since it was last asked for. Asking takes the dirt away.
//! - Pages vanish with their mapping, and come back clean.
//! - A refused request leaves pages and bitmap as they were.
//!
//! # Not here
//!
//! What the real driver knows less about: where neither device nor IOMMU can tell, it calls every
//! pinned page dirty, each time.
//!
//! # Source
//!
//! `vfio_iommu_type1_dirty_pages`, `vfio_iova_dirty_bitmap` and `verify_bitmap_size` in
//! `drivers/vfio/vfio_iommu_type1.c`, Linux; the limits of a device's request are those of the PCI
//! Express Base Specification, "Transaction Layer Packet rules".

use std::collections::BTreeSet;
use std::fmt;

use super::{Type1, Type1Mapping};
use crate::kernel::{DirtyLimits, DirtyRequest, Errno, IommuType, MAP_READ, MAP_WRITE};
use crate::{Access, Iova, Range};

/// The most pages that a mapping may have while tracking is on.
const PAGES_MAX: u128 = i32::MAX as u128;
/// The most bytes of a bitmap: a bit for each of those pages, in whole words.
const BITMAP_BYTES_MAX: u64 = 1 << 28;
/// What a device's request must not cross, and the most bytes that it can have.
const REQUEST_BORDER: u64 = 4096;

/// Why a device did not reach memory. Nothing was read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's sentence explains its fields")]
pub enum DmaFault {
    /// A handle of no open device.
    NoDevice,
    /// A request of no bytes, or one that crosses a multiple of 4096 bytes.
    Malformed { first: u64, bytes: u16 },
    /// An address that is not mapped.
    NotMapped { first: u64 },
    /// A mapping that does not allow it.
    NotAllowed { first: u64, access: Access },
}

impl fmt::Display for DmaFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoDevice => f.write_str("the device is not open"),
            Self::Malformed { first, bytes } => {
                write!(f, "no device asks for {bytes} bytes at {first:#x} at once")
            }
            Self::NotMapped { first } => write!(f, "nothing is mapped at {first:#x}"),
            Self::NotAllowed { first, access } => {
                write!(f, "the mapping at {first:#x} does not allow {access:?}")
            }
        }
    }
}

impl std::error::Error for DmaFault {}

impl DmaFault {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoDevice => "dma/no-device",
            Self::Malformed { .. } => "dma/malformed",
            Self::NotMapped { .. } => "dma/not-mapped",
            Self::NotAllowed { .. } => "dma/not-allowed",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::NoDevice => "open the device in a group of the container",
            Self::Malformed { .. } => "divide the request at multiples of 4096 bytes",
            Self::NotMapped { .. } => "map the memory before a device uses it",
            Self::NotAllowed { .. } => "map the memory with the access that the device needs",
        }
    }
}

impl Type1 {
    /// A device reads or writes some bytes.
    ///
    /// # Errors
    ///
    /// [`DmaFault::Malformed`], [`DmaFault::NotMapped`], [`DmaFault::NotAllowed`].
    pub fn access(&mut self, first: Iova, bytes: u16, access: Access) -> Result<(), DmaFault> {
        let first_number = first.get();
        let border = first_number % REQUEST_BORDER + u64::from(bytes);
        let (true, Ok(range)) = (border <= REQUEST_BORDER, Range::new(first, bytes.into())) else {
            let first = first_number;
            return Err(DmaFault::Malformed { first, bytes });
        };
        let place = self.first_reaching(first);
        let mapping = self.mappings.get(place);
        let not_mapped = DmaFault::NotMapped {
            first: first_number,
        };
        let mapping = mapping
            .filter(|mapping| mapping.iova.contains_range(range))
            .ok_or(not_mapped)?;
        if access.flags() & !mapping.flags != 0 {
            let first = first_number;
            return Err(DmaFault::NotAllowed { first, access });
        }
        // Pages have at least 4096 bytes, hence the request is in one.
        if access.flags() & MAP_WRITE != 0
            && let Some(written) = &mut self.written
        {
            written.insert(self.page.alignment().round_down(first_number));
        }
        Ok(())
    }

    /// What can be asked for about written pages.
    pub const fn dirty_limits(&self) -> DirtyLimits {
        DirtyLimits {
            page_sizes: self.page.bytes(),
            bitmap_bytes_max: BITMAP_BYTES_MAX,
        }
    }

    /// Starts to track written pages, all clean; nothing when that is on already.
    ///
    /// # Errors
    ///
    /// [`Errno::EACCES`] in version 1; [`Errno::EINVAL`] when a mapping has more pages than can be
    /// tracked.
    pub fn start_dirty_tracking(&mut self) -> Result<(), Errno> {
        self.check_version_2()?;
        if self.written.is_none() {
            let mut mappings = self.mappings.iter();
            if mappings.any(|mapping| !self.is_trackable(mapping)) {
                return Err(Errno::EINVAL);
            }
            self.written = Some(BTreeSet::new());
        }
        Ok(())
    }

    /// Stops tracking, and forgets what was written.
    ///
    /// # Errors
    ///
    /// [`Errno::EACCES`] in version 1.
    pub fn stop_dirty_tracking(&mut self) -> Result<(), Errno> {
        self.check_version_2()?;
        self.written = None;
        Ok(())
    }

    /// Sets the bits of the pages that were written, the range's first page in the first word's lowest
    /// bit, and takes their dirt away.
    ///
    /// # Errors
    ///
    /// [`Errno::EACCES`] in version 1; [`Errno::EINVAL`] while tracking is off, for another page size
    /// than the smallest, for an empty, misaligned or wrapping range, for one that cuts a mapping,
    /// and for a bitmap that is too short or longer than any may be.
    pub fn dirty_pages(&mut self, request: &DirtyRequest, bitmap: &mut [u64]) -> Result<(), Errno> {
        self.check_version_2()?;
        let range = self.dirty_range(request, bitmap)?;
        let place = self.first_reaching(range.first());
        let count = self.overlapping_from(place, range);
        if self.cuts(place, count, range) != (false, false) {
            return Err(Errno::EINVAL);
        }
        self.take_dirt(range, bitmap);
        Ok(())
    }

    /// The range of a request about written pages that is legal by itself.
    pub(super) fn dirty_range(
        &self,
        request: &DirtyRequest,
        bitmap: &[u64],
    ) -> Result<Range<Iova>, Errno> {
        let DirtyRequest {
            iova,
            size,
            page_bytes,
        } = *request;
        let is_aligned = self.page.alignment().divides(iova | size);
        if self.written.is_none() || page_bytes != self.page.bytes() || !is_aligned {
            return Err(Errno::EINVAL);
        }
        let range = Range::new(Iova::new(iova), size).map_err(|_| Errno::EINVAL)?;
        let (words, words_max) = (bitmap.len() as u64, BITMAP_BYTES_MAX / 8);
        if words > words_max || words < (size / page_bytes).div_ceil(64) {
            return Err(Errno::EINVAL);
        }
        Ok(range)
    }

    /// Moves the dirt of a range's pages into a bitmap that is long enough, whose other bits are
    /// cleared.
    pub(super) fn take_dirt(&mut self, range: Range<Iova>, bitmap: &mut [u64]) {
        bitmap.fill(0);
        let Some(written) = &mut self.written else {
            return;
        };
        let (first, last) = (range.first().get(), range.last().get());
        let pages: Vec<u64> = written.range(first..=last).copied().collect();
        for page in pages {
            written.remove(&page);
            let bit = (page - first) / self.page.bytes();
            bitmap[(bit / 64) as usize] |= 1 << (bit % 64);
        }
    }

    /// Whether a mapping may be made while tracking is on.
    pub(super) fn is_trackable(&self, mapping: &Type1Mapping) -> bool {
        mapping.iova.length() / u128::from(self.page.bytes()) <= PAGES_MAX
    }

    const fn check_version_2(&self) -> Result<(), Errno> {
        match self.version {
            IommuType::Type1 => Err(Errno::EACCES),
            IommuType::Type1v2 => Ok(()),
        }
    }
}

/// Forgets the dirt of pages whose mapping goes.
pub(super) fn forget(written: &mut Option<BTreeSet<u64>>, range: Range<Iova>) {
    if let Some(written) = written {
        let (first, last) = (range.first().get(), range.last().get());
        written.retain(|page| !(first..=last).contains(page));
    }
}

// A mapping's flags and an access's are the same bits.
const _: () = assert!(Access::ReadWrite.flags() == MAP_READ | MAP_WRITE);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_explained() {
        let (first, bytes, access) = (0x1000, 8, Access::Write);
        let faults = [
            DmaFault::NoDevice,
            DmaFault::Malformed { first, bytes },
            DmaFault::NotMapped { first },
            DmaFault::NotAllowed { first, access },
        ];
        crate::error::assert_explained(
            "dma/",
            faults
                .iter()
                .map(|fault| (fault.code(), fault.help(), fault.to_string())),
        );
    }
}
