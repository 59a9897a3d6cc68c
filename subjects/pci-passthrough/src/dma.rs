//! Which memory devices may reach: the mappings as the virtual machine monitor sees them.
//!
//! # Invariants
//!
//! - Mappings are ascending and disjoint. Neighbours stay apart, since the kernel keeps them apart.
//! - The total is the sum of the mappings' lengths.
//!
//! # Not here
//!
//! Asking the kernel: [`Container`](crate::Container) does, and keeps a [`DmaSpace`] in step.
//!
//! # Source
//!
//! Mappings as in `include/uapi/linux/vfio.h`, Linux.

use crate::kernel::{MAP_READ, MAP_WRITE, MapRequest};
use crate::{Hva, Iova, Range};

/// What a device may do with memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Read it.
    Read,
    /// Write it.
    Write,
    /// Both.
    ReadWrite,
}

impl Access {
    /// The flags of a mapping request.
    pub const fn flags(self) -> u32 {
        match self {
            Self::Read => MAP_READ,
            Self::Write => MAP_WRITE,
            Self::ReadWrite => MAP_READ | MAP_WRITE,
        }
    }
}

/// Memory that devices may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DmaMap {
    /// Where devices see it.
    pub iova: Range<Iova>,
    /// Where its first byte is in this process.
    pub hva: Hva,
    /// What devices may do with it.
    pub access: Access,
}

impl DmaMap {
    /// The request that asks for it; `None` for all 2^64 addresses at once, which do not fit the
    /// request's field.
    pub fn request(&self) -> Option<MapRequest> {
        Some(MapRequest {
            flags: self.access.flags(),
            vaddr: self.hva.get(),
            iova: self.iova.first().get(),
            size: u64::try_from(self.iova.length()).ok()?,
        })
    }
}

/// A set of disjoint mappings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DmaSpace {
    maps: Vec<DmaMap>,
    total_bytes: u128,
}

impl DmaSpace {
    /// A set without mappings.
    pub const fn new() -> Self {
        Self {
            maps: Vec::new(),
            total_bytes: 0,
        }
    }

    /// The mappings, ascending.
    pub fn maps(&self) -> &[DmaMap] {
        &self.maps
    }

    /// The number of bytes mapped.
    pub const fn total_bytes(&self) -> u128 {
        self.total_bytes
    }

    /// Whether a mapping has an address of the range.
    pub fn overlaps(&self, range: Range<Iova>) -> bool {
        let place = self
            .maps
            .partition_point(|map| map.iova.last() < range.first());
        let candidate = self.maps.get(place);
        candidate.is_some_and(|map| map.iova.first() <= range.last())
    }

    /// Adds a mapping; whether it was added, which it is unless it overlaps one.
    pub fn insert(&mut self, map: DmaMap) -> bool {
        if self.overlaps(map.iova) {
            return false;
        }
        let first = map.iova.first();
        let place = self
            .maps
            .partition_point(|other| other.iova.first() < first);
        self.maps.insert(place, map);
        self.total_bytes += map.iova.length();
        true
    }

    /// The mapping that has all the addresses from `first` on; `None` for no addresses, for a range
    /// that wraps, and where no single mapping has them all.
    pub fn find_containing(&self, first: Iova, length: u64) -> Option<&DmaMap> {
        let range = Range::new(first, length).ok()?;
        let place = self
            .maps
            .partition_point(|map| map.iova.last() < range.first());
        let candidate = self.maps.get(place)?;
        candidate.iova.contains_range(range).then_some(candidate)
    }

    /// Where the address is in this process; `None` unless one mapping has all `length` bytes.
    pub fn translate(&self, first: Iova, length: u64) -> Option<Hva> {
        let map = self.find_containing(first, length)?;
        map.hva.checked_add(first.get() - map.iova.first().get())
    }

    /// How many bytes the mappings that begin in the range have.
    pub fn bytes_beginning_in(&self, range: Range<Iova>) -> u128 {
        let (start, end) = self.beginning_in(range);
        self.maps[start..end]
            .iter()
            .map(|map| map.iova.length())
            .sum()
    }

    /// Takes out the mappings that begin in the range.
    pub fn remove_beginning_in(&mut self, range: Range<Iova>) {
        let (start, end) = self.beginning_in(range);
        for map in self.maps.drain(start..end) {
            self.total_bytes -= map.iova.length();
        }
    }

    /// Whether a mapping begins below the range and reaches into it.
    pub fn is_cut_by(&self, range: Range<Iova>) -> bool {
        let place = self
            .maps
            .partition_point(|map| map.iova.last() < range.first());
        let candidate = self.maps.get(place);
        candidate.is_some_and(|map| map.iova.first() < range.first())
    }

    /// The places of the mappings that begin in the range.
    fn beginning_in(&self, range: Range<Iova>) -> (usize, usize) {
        let start = self
            .maps
            .partition_point(|map| map.iova.first() < range.first());
        let end = self
            .maps
            .partition_point(|map| map.iova.first() <= range.last());
        (start, end)
    }
}
