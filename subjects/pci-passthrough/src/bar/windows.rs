//! Where a device's registers answer, following what the guest writes.
//!
//! A guest that moves a register writes its address while the device does not decode, or while it
//! does; it asks for sizes by writing ones, in any order of the two halves of a 64-bit address. So a
//! write of a register is taken up only when decoding is on and the address is complete.
//!
//! # Invariants
//!
//! - Windows answer exactly while the device decodes their kind, and the expansion ROM its own bit.
//! - A move that fails leaves map and windows as they were, and the registers hold the old address.
//! - An address whose changeable bits are all ones is a question for the size, never a move.
//! - While decoding is on, a 64-bit address moves once both halves were written with something else
//!   than ones. Everything else waits until decoding is next switched on.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, sections 6.2.2 (command register) and 6.2.5.1 (sizing).

mod saved;

use crate::{AddressMap, Bar, BarError, BarKind, BarRegisters, BarSlot, BusOwner, Gpa};

/// The bit of the command register that lets ports answer.
const COMMAND_IO: u16 = 1;
/// The bit of the command register that lets memory answer.
const COMMAND_MEMORY: u16 = 2;

/// The lower half of a pair was written.
const LOW: u8 = 1;
/// The upper half of a pair was written.
const HIGH: u8 = 2;

/// The windows of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BarWindows {
    device: u32,
    bases: [Option<Gpa>; 7],
    /// Which halves of a pair were written since it was last complete.
    halves: [u8; 7],
    /// Which halves hold a question for the size, and are expected to be written back.
    asked: [u8; 7],
}

impl BarWindows {
    /// Places every register and lets the registers hold the addresses.
    ///
    /// # Errors
    ///
    /// Those of [`AddressMap::place`]; what was placed before is given back.
    pub fn place(
        device: u32,
        registers: &mut BarRegisters,
        map: &mut AddressMap,
    ) -> Result<Self, BarError> {
        let mut windows = Self {
            device,
            bases: [None; 7],
            halves: [0; 7],
            asked: [0; 7],
        };
        let bars = *registers.bars();
        for bar in bars.iter() {
            match map.place(bar, windows.owner(bar)) {
                Ok(range) => {
                    windows.bases[usize::from(bar.slot().number())] = Some(range.first());
                    registers.assign(bar, range.first());
                }
                Err(error) => {
                    windows.release(registers, map);
                    return Err(error);
                }
            }
        }
        Ok(windows)
    }

    /// Gives every place back.
    pub fn release(&mut self, registers: &BarRegisters, map: &mut AddressMap) {
        for bar in registers.bars().iter() {
            if let Some(base) = self.bases[usize::from(bar.slot().number())].take() {
                map.release(bar, base, self.owner(bar));
            }
        }
    }

    /// Where a register's window is.
    pub const fn base(&self, slot: BarSlot) -> Option<Gpa> {
        self.bases[slot.number() as usize]
    }

    /// Takes up that the guest wrote a register of that slot.
    ///
    /// # Errors
    ///
    /// Why the window could not be moved; the registers then hold the old address again.
    pub fn after_write(
        &mut self,
        slot: BarSlot,
        command: u16,
        registers: &mut BarRegisters,
        map: &mut AddressMap,
    ) -> Result<(), BarError> {
        let bars = *registers.bars();
        let (bar, half) = match (bars.get(slot), bars.lower_half_of(slot)) {
            (Some(bar), _) => (bar, LOW),
            (None, Some(bar)) => (bar, HIGH),
            (None, None) => return Ok(()),
        };
        let place = usize::from(bar.slot().number());
        if registers.is_half_probe(slot) {
            self.halves[place] &= !half;
            self.asked[place] |= half;
        } else {
            // Writing back what was there before the question begins no move.
            let is_written_back =
                self.asked[place] & half != 0 && self.holds_base(bar, slot, registers);
            self.asked[place] &= !half;
            if !is_written_back {
                self.halves[place] |= half;
            }
        }
        self.settle(bar, command, registers, map)
    }

    /// Takes up that the guest wrote the command register.
    ///
    /// # Errors
    ///
    /// Why the first of the windows that could not be moved could not; each of them holds its old
    /// address again, and the others have moved.
    pub fn after_command(
        &mut self,
        command: u16,
        registers: &mut BarRegisters,
        map: &mut AddressMap,
    ) -> Result<(), BarError> {
        let mut first_error = Ok(());
        let bars = *registers.bars();
        for bar in bars.iter() {
            let is_starting = is_decoding(bar, command, registers)
                && !map.bus(bar.kind()).is_decoding(self.owner(bar));
            if is_starting {
                // Whatever was written while nothing answered is complete now.
                let place = usize::from(bar.slot().number());
                self.halves[place] = LOW | HIGH;
                self.asked[place] = 0;
            }
            let settled = self.settle(bar, command, registers, map);
            first_error = first_error.and(settled);
        }
        first_error
    }

    /// Moves a register's window to the address it holds, if it is to answer there.
    fn settle(
        &mut self,
        bar: Bar,
        command: u16,
        registers: &mut BarRegisters,
        map: &mut AddressMap,
    ) -> Result<(), BarError> {
        let place = usize::from(bar.slot().number());
        let Some(base) = self.bases[place] else {
            return Ok(());
        };
        let owner = self.owner(bar);
        let wanted = registers.address(bar);
        let is_decoding = is_decoding(bar, command, registers);
        let is_move =
            is_decoding && wanted != base && !registers.is_probe(bar) && self.is_complete(bar);
        let moved = if is_move {
            self.halves[place] = 0;
            map.relocate(bar, base, wanted, owner)
                .map(|range| self.bases[place] = Some(range.first()))
                .inspect_err(|_| registers.assign(bar, base))
        } else {
            Ok(())
        };
        if registers.is_probe(bar) || wanted == base && self.is_complete(bar) {
            self.halves[place] = 0;
        }
        map.bus_mut(bar.kind()).set_decoding(owner, is_decoding);
        moved
    }

    /// Whether one register of an address holds its part of the window's.
    fn holds_base(&self, bar: Bar, slot: BarSlot, registers: &BarRegisters) -> bool {
        let mut settled = *registers;
        if let Some(base) = self.base(bar.slot()) {
            settled.assign(bar, base);
        }
        settled.read(slot) == registers.read(slot)
    }

    /// Whether all registers that make up the address were written.
    fn is_complete(&self, bar: Bar) -> bool {
        // Of an address whose lower half cannot change, the upper half is all there is to write.
        let needed = match bar.kind() {
            BarKind::Mem64 if bar.address_mask() as u32 == 0 => HIGH,
            BarKind::Mem64 => LOW | HIGH,
            BarKind::Io | BarKind::Mem32 | BarKind::Rom => 0,
        };
        self.halves[usize::from(bar.slot().number())] & needed == needed
    }

    const fn owner(&self, bar: Bar) -> BusOwner {
        BusOwner {
            device: self.device,
            slot: bar.slot(),
        }
    }
}

/// Whether the device answers at a register's window.
fn is_decoding(bar: Bar, command: u16, registers: &BarRegisters) -> bool {
    match bar.kind() {
        BarKind::Io => command & COMMAND_IO != 0,
        BarKind::Mem32 | BarKind::Mem64 => command & COMMAND_MEMORY != 0,
        BarKind::Rom => command & COMMAND_MEMORY != 0 && registers.is_rom_enabled(),
    }
}
