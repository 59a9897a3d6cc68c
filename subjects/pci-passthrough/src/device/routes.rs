//! Routes of MSI-X vectors, made of an event of the kernel and a line of the guest.
//!
//! # Invariants
//!
//! - A route that cannot be opened completely is not open at all.
//! - The kernel's set of interrupts is taken in full size before the first vector is connected, since
//!   a set in use need not be able to grow (`VFIO_IRQ_INFO_NORESIZE`).

use crate::kernel::{DeviceHandle, EventHandle, IrqAction, IrqData, IrqIndex, IrqSet, VfioKernel};
use crate::{DeviceError, GsiTable, MsixMessage, Route, RouteSource};

/// Opens and closes the routes of one device.
pub(super) struct KernelRoutes<'a, K> {
    pub(super) kernel: &'a mut K,
    pub(super) lines: &'a mut GsiTable,
    pub(super) device: DeviceHandle,
    pub(super) vectors: u16,
    /// Whether the kernel's set of interrupts is in use.
    pub(super) is_set_in_use: &'a mut bool,
}

impl<K: VfioKernel> KernelRoutes<'_, K> {
    fn connect(&mut self, vector: u16, event: EventHandle) -> Result<(), DeviceError> {
        if !*self.is_set_in_use {
            let nothing = vec![None; usize::from(self.vectors)];
            self.set(0, nothing)?;
            *self.is_set_in_use = true;
        }
        self.set(vector, vec![Some(event)])
    }

    fn set(&mut self, start: u16, events: Vec<Option<EventHandle>>) -> Result<(), DeviceError> {
        let set = IrqSet {
            index: IrqIndex::Msix,
            action: IrqAction::Trigger,
            start: start.into(),
            data: IrqData::Events(events),
        };
        Ok(self.kernel.set_irqs(self.device, &set)?)
    }

    /// Gives the kernel's set of interrupts back.
    pub(super) fn disable(&mut self) {
        if *self.is_set_in_use {
            // Should this be refused, closing the device does it.
            let set = IrqSet::disable(IrqIndex::Msix);
            let _ = self.kernel.set_irqs(self.device, &set);
            *self.is_set_in_use = false;
        }
    }
}

impl<K: VfioKernel> RouteSource for KernelRoutes<'_, K> {
    type Error = DeviceError;

    fn open(&mut self, message: MsixMessage) -> Result<Route, DeviceError> {
        let event = self.kernel.open_event()?;
        let gsi = match self.lines.connect(event, message) {
            Ok(gsi) => gsi,
            Err(error) => {
                self.kernel.close_event(event);
                return Err(error.into());
            }
        };
        if let Err(error) = self.connect(message.vector, event) {
            self.lines.disconnect(gsi);
            self.kernel.close_event(event);
            return Err(error);
        }
        Ok(Route { event, gsi })
    }

    fn change(&mut self, route: Route, message: MsixMessage) {
        self.lines.change(route.gsi, message);
    }

    fn close(&mut self, vector: u16, route: Route) {
        // Should this be refused, an event that is closed signals nothing.
        let _ = self.set(vector, vec![None]);
        self.lines.disconnect(route.gsi);
        self.kernel.close_event(route.event);
    }
}
