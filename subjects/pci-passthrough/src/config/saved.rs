//! A configuration space as plain data.
//!
//! # Invariants
//!
//! - Of what was saved, only bits that a guest can change are taken over; all others have to be what
//!   they are here, so that a snapshot of another device is refused.

use super::{ConfigSpace, Register};
use crate::{BarSlot, SnapshotError};

impl ConfigSpace {
    /// The registers; 0 in the places of base address registers, which [`Self::save_bars`] saves.
    pub fn save(&self) -> Vec<u32> {
        self.registers
            .iter()
            .map(|register| register.value)
            .collect()
    }

    /// The base address registers, by slot.
    pub fn save_bars(&self) -> [u32; 7] {
        BarSlot::ALL.map(|slot| self.bars.read(slot))
    }

    /// The same space with what was saved.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::OtherSize`], [`SnapshotError::OtherDevice`].
    pub fn restored(&self, saved: &[u32], bars: &[u32; 7]) -> Result<Self, SnapshotError> {
        let (registers, expected) = (saved.len(), self.registers.len());
        if registers != expected {
            return Err(SnapshotError::OtherSize {
                registers,
                expected,
            });
        }
        let mut restored = self.clone();
        let places = (0_u16..).step_by(4).zip(&mut restored.registers);
        for ((offset, register), &value) in places.zip(saved) {
            let Register {
                value: here,
                writable,
                clearable,
            } = *register;
            if (value ^ here) & !(writable | clearable) != 0 {
                return Err(SnapshotError::OtherDevice { offset });
            }
            register.value = value;
        }
        for (slot, &value) in BarSlot::ALL.into_iter().zip(bars) {
            if (value ^ self.bars.read(slot)) & !self.bars.writable(slot) != 0 {
                let offset = slot.config_offset();
                return Err(SnapshotError::OtherDevice { offset });
            }
            restored.bars.write(slot, value, u32::MAX);
        }
        Ok(restored)
    }
}
