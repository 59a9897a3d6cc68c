//! The windows of a device as plain data, and their way back.
//!
//! # Invariants
//!
//! - Restoring moves all windows or none.
//! - Whether a window answers is not saved: it follows from the command register.

use super::{BarWindows, HIGH, LOW, is_decoding};
use crate::{AddressMap, Bar, BarError, BarRegisters, BarSlot, Gpa, SnapshotError, WindowSnapshot};

impl BarWindows {
    /// Where the windows are, and how far the guest has come with moving them.
    pub fn save(&self) -> [WindowSnapshot; 7] {
        let Self {
            device: _,
            bases,
            halves,
            asked,
        } = self;
        BarSlot::ALL.map(|slot| {
            let place = usize::from(slot.number());
            WindowSnapshot {
                base: bases[place].map(Gpa::get),
                halves: halves[place],
                asked: asked[place],
            }
        })
    }

    /// Whether what was saved are the windows of a device with the same registers.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::OtherWindows`].
    pub fn check_saved(&self, saved: &[WindowSnapshot; 7]) -> Result<(), SnapshotError> {
        for (slot, window) in BarSlot::ALL.into_iter().zip(saved) {
            let WindowSnapshot {
                base,
                halves,
                asked,
            } = *window;
            let is_there = self.base(slot).is_some();
            let is_known = (halves | asked) & !(LOW | HIGH) == 0;
            let is_moving = halves | asked != 0;
            if base.is_some() != is_there || !is_known || is_moving && !is_there {
                return Err(SnapshotError::OtherWindows { slot });
            }
        }
        Ok(())
    }

    /// Moves the windows to where they were saved, and lets them answer as registers and command
    /// register say.
    ///
    /// # Errors
    ///
    /// Those of [`AddressMap::place_at`]; all windows are where they were then.
    pub fn restore(
        &mut self,
        saved: &[WindowSnapshot; 7],
        command: u16,
        registers: &BarRegisters,
        map: &mut AddressMap,
    ) -> Result<(), BarError> {
        let before = self.clone();
        // A window may have to go to where another one of the same device is.
        self.release(registers, map);
        if let Err(error) = self.place_saved(saved, registers, map) {
            self.release(registers, map);
            const FREED: &str = "these places were this device's a moment ago";
            for bar in registers.bars().iter() {
                if let Some(base) = before.base(bar.slot()) {
                    map.place_at(bar, base, self.owner(bar)).expect(FREED);
                }
            }
            *self = before;
            return Err(error);
        }
        for bar in registers.bars().iter() {
            let WindowSnapshot { halves, asked, .. } = saved[place_of(bar)];
            self.halves[place_of(bar)] = halves;
            self.asked[place_of(bar)] = asked;
            let is_decoding = is_decoding(bar, command, registers);
            let owner = self.owner(bar);
            map.bus_mut(bar.kind()).set_decoding(owner, is_decoding);
        }
        Ok(())
    }

    fn place_saved(
        &mut self,
        saved: &[WindowSnapshot; 7],
        registers: &BarRegisters,
        map: &mut AddressMap,
    ) -> Result<(), BarError> {
        for bar in registers.bars().iter() {
            if let Some(base) = saved[place_of(bar)].base {
                let range = map.place_at(bar, Gpa::new(base), self.owner(bar))?;
                self.bases[place_of(bar)] = Some(range.first());
            }
        }
        Ok(())
    }
}

fn place_of(bar: Bar) -> usize {
    usize::from(bar.slot().number())
}
