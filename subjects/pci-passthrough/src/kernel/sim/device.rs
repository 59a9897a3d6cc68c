//! A simulated device: its configuration space, its regions, its interrupts.
//!
//! # Invariants
//!
//! - Reading a region has no effect; writing changes the bytes written and nothing else.
//! - An interrupt signals one event or none.
//!
//! # Source
//!
//! `drivers/vfio/pci/vfio_pci_core.c` and `drivers/vfio/pci/vfio_pci_rdwr.c`, Linux.

mod interrupts;

use std::collections::BTreeMap;

use crate::kernel::{Errno, EventHandle, IrqIndex, IrqInfo, RegionInfo, RegionPlace};
use crate::{BarSlot, Bdf, RegionIndex};

/// How many kinds of interrupts there are.
const IRQ_KINDS: usize = 5;

/// What a simulated device is like when it is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimDevice {
    /// Its name.
    pub name: Bdf,
    /// The group that it is in.
    pub group: u32,
    /// Its configuration space as the host sees it, 256 or 4096 bytes.
    pub config: Vec<u8>,
    /// The bytes behind each base address register and the expansion ROM; 0 where there is none.
    pub bar_bytes: [u64; 7],
    /// How many interrupts it has of each kind.
    pub interrupts: [IrqInfo; IRQ_KINDS],
}

impl SimDevice {
    /// A device without interrupts.
    pub fn new(name: Bdf, group: u32, config: Vec<u8>, bar_bytes: [u64; 7]) -> Self {
        let none = IrqInfo {
            count: 0,
            no_resize: true,
        };
        Self {
            name,
            group,
            config,
            bar_bytes,
            interrupts: [none; IRQ_KINDS],
        }
    }

    /// The same device with so many interrupts of a kind.
    #[must_use]
    pub fn with_interrupts(mut self, index: IrqIndex, count: u32) -> Self {
        self.interrupts[index as usize].count = count;
        self
    }
}

/// A device in the simulated kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plugged {
    pub(super) device: SimDevice,
    /// Bytes that were written, by region and offset.
    written: BTreeMap<(RegionIndex, u64), u8>,
    /// For each kind the events, as many as are in use.
    events: [Vec<Option<EventHandle>>; IRQ_KINDS],
}

impl Plugged {
    pub(super) const fn new(device: SimDevice) -> Self {
        Self {
            device,
            written: BTreeMap::new(),
            events: [const { Vec::new() }; IRQ_KINDS],
        }
    }

    /// Forgets what was written and which events were connected.
    pub(super) fn reset(&mut self) {
        self.written.clear();
        self.events = [const { Vec::new() }; IRQ_KINDS];
    }

    pub(super) fn region_info(&self, region: RegionIndex) -> RegionInfo {
        let (bytes, is_writable) = match region.bar_slot() {
            Some(slot) => {
                let bytes = self.device.bar_bytes[usize::from(slot.number())];
                (bytes, slot != BarSlot::Rom)
            }
            None if region == RegionIndex::CONFIG => (self.device.config.len() as u64, true),
            None => (0, false),
        };
        if bytes == 0 {
            return RegionInfo::ABSENT;
        }
        RegionInfo {
            bytes,
            is_readable: true,
            is_writable,
            is_mappable: region.bar_slot().is_some() && is_writable && bytes >= 4096,
        }
    }

    pub(super) fn read(&self, place: RegionPlace, bytes: &mut [u8]) -> Result<(), Errno> {
        self.check_inside(place, bytes.len())?;
        for (offset, byte) in (place.offset..).zip(bytes) {
            let written = self.written.get(&(place.region, offset));
            *byte = match written {
                Some(&written) => written,
                None if place.region == RegionIndex::CONFIG => self.device.config[offset as usize],
                None => 0,
            };
        }
        Ok(())
    }

    pub(super) fn write(&mut self, place: RegionPlace, bytes: &[u8]) -> Result<(), Errno> {
        self.check_inside(place, bytes.len())?;
        if !self.region_info(place.region).is_writable {
            return Err(Errno::EINVAL);
        }
        for (offset, &byte) in (place.offset..).zip(bytes) {
            self.written.insert((place.region, offset), byte);
        }
        Ok(())
    }

    /// Whether the bytes are all in the region.
    fn check_inside(&self, place: RegionPlace, length: usize) -> Result<(), Errno> {
        let region_bytes = self.region_info(place.region).bytes;
        let end = place.offset.checked_add(length as u64);
        if end.is_none_or(|end| end > region_bytes) {
            return Err(Errno::EINVAL);
        }
        Ok(())
    }

    /// The events of a kind, as many as are in use.
    pub(super) fn events(&self, index: IrqIndex) -> &[Option<EventHandle>] {
        &self.events[index as usize]
    }
}
