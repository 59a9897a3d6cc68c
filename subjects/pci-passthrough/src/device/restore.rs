//! Saving a device's state, and attaching a device in a saved state.
//!
//! # Invariants
//!
//! - A restored device answers every access as the saved one would have.
//! - Restoring that fails leaves nothing behind, as attaching.

use super::PassthroughDevice;
use crate::kernel::VfioKernel;
use crate::{Bdf, DeviceError, DeviceSnapshot, Machine, MsixTable, SnapshotError};

impl PassthroughDevice {
    /// The state of the device, as far as this library answers for it: not what the device keeps in
    /// its own memory.
    pub fn save(&self) -> DeviceSnapshot {
        let msix = self.msix.as_ref();
        DeviceSnapshot {
            config: self.config.save(),
            bars: self.config.save_bars(),
            windows: self.windows.save(),
            msix: msix.map(|msix| msix.routing.table.save()),
        }
    }

    /// Attaches a device of the same model in a saved state: its windows are where they were, and the
    /// vectors that were connected are connected to new events and lines. The other arguments are
    /// those of [`Self::attach`].
    ///
    /// # Errors
    ///
    /// Those of [`Self::attach`]; [`DeviceError::Snapshot`] for a state that is none of this device;
    /// [`DeviceError::Bar`] when an address that it had is taken or is none here; and why a vector
    /// could not be connected. The device is given back then.
    pub fn restore<K: VfioKernel>(
        machine: &mut Machine<K>,
        name: Bdf,
        group: u32,
        number: u32,
        snapshot: &DeviceSnapshot,
    ) -> Result<Self, DeviceError> {
        let mut device = Self::attach(machine, name, group, number)?;
        if let Err(error) = device.load(machine, snapshot) {
            // Refused twice, the group stays open; there is nobody left to tell.
            let _ = device.detach(machine);
            return Err(error);
        }
        Ok(device)
    }

    fn load<K: VfioKernel>(
        &mut self,
        machine: &mut Machine<K>,
        snapshot: &DeviceSnapshot,
    ) -> Result<(), DeviceError> {
        let DeviceSnapshot {
            config,
            bars,
            windows,
            msix: saved,
        } = snapshot;
        let config = self.config.restored(config, bars)?;
        self.windows.check_saved(windows)?;
        let (is_enabled, is_masked) = config.msix_control().unwrap_or((false, false));
        match (&mut self.msix, saved) {
            (None, None) => {}
            (Some(msix), Some(saved)) => {
                let vectors = msix.capability.vectors();
                msix.routing.table = MsixTable::restored(vectors, saved, is_enabled, is_masked)?;
            }
            (msix, saved) => {
                let expected = msix.as_ref().map_or(0, |msix| msix.capability.vectors());
                let vectors = saved.as_ref().map_or(0, |saved| saved.entries.len());
                let expected = usize::from(expected);
                return Err(SnapshotError::OtherVectors { vectors, expected }.into());
            }
        }
        let (command, map) = (config.command(), &mut machine.map);
        self.windows.restore(windows, command, config.bars(), map)?;
        self.config = config;
        self.follow(machine)
    }
}
