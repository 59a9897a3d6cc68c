//! What a simulated device does with requests about its interrupts.
//!
//! The pin, MSI and MSI-X exclude each other: one of them is in use, with as many events as were
//! named when that began, or none is. Errors and the host's wish to have the device back are one event
//! each, beside whichever that is.
//!
//! # Invariants
//!
//! - A refused request changes nothing.
//! - Signalling and masking change nothing that is kept here.
//!
//! # Not here
//!
//! Letting the pin through by an event, which the kernel can and this refuses.
//!
//! # Source
//!
//! `drivers/vfio/pci/vfio_pci_intrs.c`, Linux: `vfio_pci_set_irqs_ioctl` and the functions that it
//! calls. Signalling beyond what is in use is refused, as it was before sets could grow.

use super::Plugged;
use crate::kernel::{Errno, EventHandle, IrqAction, IrqData, IrqIndex, IrqInfo, IrqSet};

/// The kinds of which one is in use at a time.
const EXCLUSIVE: [IrqIndex; 3] = [IrqIndex::Intx, IrqIndex::Msi, IrqIndex::Msix];

impl Plugged {
    /// Connects and disconnects events, or signals and masks.
    ///
    /// [`Errno::ENOTTY`] for actions that a kind does not know; [`Errno::EINVAL`] for interrupts that
    /// the device does not have, and for everything that the kind's state does not allow.
    pub(in crate::kernel::sim) fn set_irqs(&mut self, set: &IrqSet) -> Result<(), Errno> {
        let IrqInfo { count, no_resize } = self.device.interrupts[set.index as usize];
        let end = set.check_count(count)? as usize;
        match (set.action, set.index) {
            (IrqAction::Trigger, IrqIndex::Intx) => self.trigger_pin(set),
            (IrqAction::Trigger, IrqIndex::Msi | IrqIndex::Msix) => {
                self.trigger_messages(set, end, !no_resize)
            }
            (IrqAction::Trigger, IrqIndex::Error | IrqIndex::Request) => self.trigger_notice(set),
            (IrqAction::Mask | IrqAction::Unmask, IrqIndex::Intx) => self.mask_pin(set),
            (IrqAction::Mask | IrqAction::Unmask, _) => Err(Errno::ENOTTY),
        }
    }

    fn trigger_pin(&mut self, set: &IrqSet) -> Result<(), Errno> {
        let is_free = self.is_free_for(set.index);
        let in_use = &mut self.events[set.index as usize];
        match set.data {
            IrqData::Nothing(0) if !in_use.is_empty() => in_use.clear(),
            IrqData::Events(ref events) if is_free && events.len() == 1 => {
                in_use.clone_from(events)
            }
            IrqData::Nothing(1) if !in_use.is_empty() => {}
            IrqData::Chosen(ref chosen) if !in_use.is_empty() && chosen.len() == 1 => {}
            _ => return Err(Errno::EINVAL),
        }
        Ok(())
    }

    fn mask_pin(&self, set: &IrqSet) -> Result<(), Errno> {
        let is_in_use = !self.events(set.index).is_empty();
        match &set.data {
            _ if !is_in_use || set.data.count() != 1 => Err(Errno::EINVAL),
            IrqData::Events(_) => Err(Errno::ENOTTY),
            IrqData::Nothing(_) | IrqData::Chosen(_) => Ok(()),
        }
    }

    fn trigger_messages(&mut self, set: &IrqSet, end: usize, may_grow: bool) -> Result<(), Errno> {
        let is_free = self.is_free_for(set.index);
        let in_use = &mut self.events[set.index as usize];
        let length = in_use.len();
        match &set.data {
            IrqData::Nothing(0) if length > 0 => in_use.clear(),
            // A set begins with at least one interrupt. What began with fewer has to be disabled
            // before it can grow.
            IrqData::Events(events)
                if is_free && end > 0 && (length == 0 || end <= length || may_grow) =>
            {
                in_use.resize(length.max(end), None);
                replace(&mut in_use[set.start as usize..], events);
            }
            IrqData::Nothing(_) | IrqData::Chosen(_) if length > 0 && end <= length => {}
            _ => return Err(Errno::EINVAL),
        }
        Ok(())
    }

    fn trigger_notice(&mut self, set: &IrqSet) -> Result<(), Errno> {
        let in_use = &mut self.events[set.index as usize];
        match &set.data {
            IrqData::Nothing(0) if !in_use.is_empty() => in_use.clear(),
            IrqData::Nothing(1) if !in_use.is_empty() => {}
            IrqData::Chosen(chosen) if chosen.len() == 1 => {}
            IrqData::Events(events) if events.len() == 1 => {
                *in_use = events
                    .iter()
                    .filter(|event| event.is_some())
                    .copied()
                    .collect();
            }
            _ => return Err(Errno::EINVAL),
        }
        Ok(())
    }

    /// Whether no other kind is in use.
    fn is_free_for(&self, index: IrqIndex) -> bool {
        let mut others = EXCLUSIVE.iter().filter(|&&other| other != index);
        others.all(|&other| self.events(other).is_empty())
    }
}

fn replace(places: &mut [Option<EventHandle>], events: &[Option<EventHandle>]) {
    for (place, event) in places.iter_mut().zip(events) {
        *place = *event;
    }
}
