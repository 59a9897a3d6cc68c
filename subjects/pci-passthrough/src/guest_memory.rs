//! Guest RAM with its place in this process.
//!
//! # Invariants
//!
//! - A translation is inside one region. Two regions that happen to be neighbours in the guest need
//!   not be so in this process, so a range that crosses from one into the other has no translation.
//!
//! # Not here
//!
//! Allocating the memory.

use crate::{Access, DmaMap, Error, Gpa, GuestLayout, Hva, Iova, Range};

/// A region of RAM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RamRegion {
    /// Where the guest sees it.
    pub guest: Range<Gpa>,
    /// Where its first byte is in this process.
    pub host: Hva,
}

/// The RAM of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestMemory {
    layout: GuestLayout,
    regions: Vec<RamRegion>,
}

impl GuestMemory {
    /// The RAM of a layout, whose regions begin at these host addresses, in their order; regions
    /// without an address follow the one before.
    ///
    /// # Errors
    ///
    /// [`Error::RangeWraps`] when a region passes the last host address.
    pub fn new(layout: GuestLayout, hosts: &[Hva]) -> Result<Self, Error> {
        let mut regions = Vec::new();
        let mut hosts = hosts.iter().copied();
        let mut following = Hva::new(0);
        for guest in layout.regions() {
            let host = hosts.next().unwrap_or(following);
            // RAM has at most 64 TiB.
            let bytes = guest.length() as u64;
            Range::new(host, bytes)?;
            following = host.checked_add(bytes).unwrap_or(Hva::new(0));
            regions.push(RamRegion { guest, host });
        }
        Ok(Self { layout, regions })
    }

    /// The regions, ascending.
    pub fn regions(&self) -> &[RamRegion] {
        &self.regions
    }

    /// The layout.
    pub const fn layout(&self) -> &GuestLayout {
        &self.layout
    }

    /// Where `length` bytes of guest memory are in this process; `None` for no bytes, and unless
    /// one region has them all.
    pub fn translate(&self, first: Gpa, length: u64) -> Option<Hva> {
        let range = Range::new(first, length).ok()?;
        let mut regions = self.regions.iter();
        let region = regions.find(|region| region.guest.contains_range(range))?;
        region
            .host
            .checked_add(first.get() - region.guest.first().get())
    }

    /// What lets devices reach all of it at the guest's own addresses.
    pub fn dma_maps(&self) -> Vec<DmaMap> {
        let maps = self.regions.iter().map(|region| {
            let (first, last) = (region.guest.first(), region.guest.last());
            let iova = Range::from_bounds(Iova::from_gpa(first), Iova::from_gpa(last));
            DmaMap {
                iova: iova.expect("a range stays one under the identity map"),
                hva: region.host,
                access: Access::ReadWrite,
            }
        });
        maps.collect()
    }
}
