//! A model of mappings that knows no addresses: a mapping is the set of its pages.
//!
//! Pages are bits, counted from a base that may be anywhere in the address space. Overlap is a
//! shared bit, a cut mapping has bits on both sides, and sizes are counts. So the model shares no
//! comparison of bounds with what it judges. A window of 24 pages puts the ends of five mappings in
//! every possible order.

use proofhouse::prelude::*;

use crate::kernel::{
    Errno, IommuType, MapRequest, SimDevice, SimKernel, Type1, Type1Settings, UnmapRequest,
};
use crate::{Access, Bdf, Container, DmaMap, Hva, Iova, Range};

/// The number of bytes of a page.
pub(super) const PAGE: u64 = 4096;

/// The highest page that a window may begin at: 24 pages below the end of the address space.
const BASE_PAGE_MAX: u64 = (1 << 52) - 24;

/// Where the window of pages begins: any page.
pub(super) fn base_page() -> impl Draw<Value = u64> {
    0..=BASE_PAGE_MAX
}

/// Some pages of the window, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Generate)]
pub(super) struct Pages {
    #[from(0..=15_u8)]
    pub(super) first: u8,
    #[from(1..=8_u8)]
    pub(super) count: u8,
}

impl Pages {
    /// The pages as bits.
    pub(super) fn set(self) -> u32 {
        ((1_u32 << self.count) - 1) << self.first
    }

    pub(super) fn address(self, base: u64) -> u64 {
        (base + u64::from(self.first)) * PAGE
    }

    pub(super) fn bytes(self) -> u64 {
        u64::from(self.count) * PAGE
    }

    pub(super) fn range(self, base: u64) -> Range<Iova> {
        Range::new(Iova::new(self.address(base)), self.bytes()).expect("the window fits")
    }

    /// A mapping of the pages to as many pages elsewhere.
    pub(super) fn map(self, base: u64) -> DmaMap {
        DmaMap {
            iova: self.range(base),
            hva: Hva::new(0x7000_0000 + u64::from(self.first) * PAGE),
            access: Access::ReadWrite,
        }
    }

    pub(super) fn map_request(self, base: u64) -> MapRequest {
        MapRequest {
            flags: 3,
            vaddr: 0x7000_0000 + u64::from(self.first) * PAGE,
            iova: self.address(base),
            size: self.bytes(),
        }
    }

    pub(super) fn unmap_request(self, base: u64) -> UnmapRequest {
        UnmapRequest {
            flags: 0,
            iova: self.address(base),
            size: self.bytes(),
        }
    }
}

/// One request.
#[derive(Debug, Clone, Copy, Generate)]
pub(super) enum Request {
    Map(Pages),
    Unmap(Pages),
}

/// Which version of the IOMMU.
pub(super) fn version(is_version_2: bool) -> IommuType {
    if is_version_2 {
        IommuType::Type1v2
    } else {
        IommuType::Type1
    }
}

/// An IOMMU that maps every address.
pub(super) fn everywhere(entries_max: u32) -> Type1Settings {
    let all = Range::from_bounds(Iova::new(0), Iova::new(u64::MAX)).expect("in order");
    Type1Settings {
        page_sizes: PAGE,
        iova_ranges: vec![all],
        entries_max,
        locked_bytes_max: u128::MAX,
    }
}

/// A bare IOMMU that maps every address.
pub(super) fn type1(version: IommuType) -> Type1 {
    Type1::new(version, everywhere(65_535)).expect("there is a page size")
}

/// A container with one group, in a simulated kernel that maps every address.
pub(super) fn container(version: IommuType, entries_max: u32) -> Container<SimKernel> {
    let mut kernel = SimKernel::new(everywhere(entries_max)).offering(version);
    let name = Bdf::new(0, 1, 0, 0).expect("in range");
    kernel.plug(SimDevice::new(name, 7, Vec::new(), [0; 7]));
    let mut container = Container::new(kernel).expect("the version is right");
    container.attach_group(7).expect("the group is there");
    container
}

/// Mappings as sets of pages, in the order in which they were made.
#[derive(Debug, Clone, Default)]
pub(super) struct PageSets {
    pub(super) sets: Vec<u32>,
}

impl PageSets {
    /// What mapping the pages has to answer while the budget lasts.
    pub(super) fn map(&mut self, pages: Pages, budget: usize) -> Result<(), Errno> {
        if self.sets.iter().any(|set| set & pages.set() != 0) {
            return Err(Errno::EEXIST);
        }
        if self.sets.len() >= budget {
            return Err(Errno::ENOSPC);
        }
        self.sets.push(pages.set());
        Ok(())
    }

    /// What unmapping the pages has to answer: the number of pages that vanish.
    pub(super) fn unmap(&mut self, pages: Pages, version: IommuType) -> Result<u32, Errno> {
        let asked = pages.set();
        let below = (1 << pages.first) - 1;
        let touched = |set: u32| set & asked != 0;
        match version {
            IommuType::Type1v2
                if self
                    .sets
                    .iter()
                    .any(|&set| touched(set) && set & !asked != 0) =>
            {
                return Err(Errno::EINVAL);
            }
            IommuType::Type1
                if self
                    .sets
                    .iter()
                    .any(|&set| touched(set) && set & below != 0) =>
            {
                return Ok(0);
            }
            IommuType::Type1 | IommuType::Type1v2 => {}
        }
        let before = self.pages();
        self.sets.retain(|&set| !touched(set));
        Ok(before - self.pages())
    }

    /// How many pages are mapped.
    pub(super) fn pages(&self) -> u32 {
        self.sets.iter().map(|set| set.count_ones()).sum()
    }

    /// Whether these ranges, in any order, are the mappings.
    pub(super) fn are(&self, base: u64, ranges: impl Iterator<Item = Range<Iova>>) -> bool {
        let mut count = 0;
        for range in ranges {
            count += 1;
            if !self.sets.contains(&pages_of(base, range)) {
                return false;
            }
        }
        // Sets are disjoint, hence no two ranges were found as the same one unless they overlap.
        count == self.sets.len()
    }
}

/// The pages of a range, one bit each; none when it is not whole pages of the window.
fn pages_of(base: u64, range: Range<Iova>) -> u32 {
    let bytes = range.length();
    let distance = range.first().get().wrapping_sub(base * PAGE);
    if !bytes.is_multiple_of(PAGE.into()) || bytes > 8 * u128::from(PAGE) {
        return 0;
    }
    if !distance.is_multiple_of(PAGE) || distance > 15 * PAGE {
        return 0;
    }
    ((1_u32 << (bytes / u128::from(PAGE))) - 1) << (distance / PAGE)
}
