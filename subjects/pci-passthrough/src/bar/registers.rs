//! The base address registers as the guest reads and writes them.
//!
//! # Invariants
//!
//! - What reads back is what was written, restricted to the bits that can change, with the bits that
//!   say what the register is. The host's addresses are nowhere in here.
//! - A slot without a register reads as zero.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, section 6.2.5; the expansion ROM's enable bit, 6.2.5.2.

use crate::{Bar, BarKind, BarSlot, Bars, Gpa};

/// The bit of the expansion ROM's register that lets it answer.
const ROM_ENABLE: u32 = 1;

/// Seven registers and what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BarRegisters {
    bars: Bars,
    values: [u32; 7],
}

impl BarRegisters {
    /// Registers that hold address 0.
    pub fn new(bars: Bars) -> Self {
        let mut registers = Self {
            bars,
            values: [0; 7],
        };
        for bar in bars.iter() {
            registers.values[usize::from(bar.slot().number())] = bar.type_bits();
        }
        registers
    }

    /// What the registers are.
    pub const fn bars(&self) -> &Bars {
        &self.bars
    }

    /// What the guest reads.
    pub const fn read(&self, slot: BarSlot) -> u32 {
        self.values[slot.number() as usize]
    }

    /// What the guest writes: the bits of `mask` become those of `value` where they can change.
    pub fn write(&mut self, slot: BarSlot, value: u32, mask: u32) {
        let writable = self.writable(slot) & mask;
        let register = &mut self.values[usize::from(slot.number())];
        *register = *register & !writable | value & writable;
    }

    /// The bits of the register that the guest can change.
    pub fn writable(&self, slot: BarSlot) -> u32 {
        if let Some(bar) = self.bars.get(slot) {
            let enable = if bar.kind() == BarKind::Rom {
                ROM_ENABLE
            } else {
                0
            };
            return bar.address_mask() as u32 | enable;
        }
        let lower = self.bars.lower_half_of(slot);
        lower.map_or(0, |bar| (bar.address_mask() >> 32) as u32)
    }

    /// The address that a register holds, over both halves.
    pub fn address(&self, bar: Bar) -> Gpa {
        let place = usize::from(bar.slot().number());
        let low = u64::from(self.values[place] & bar.kind().address_bits());
        let high = match bar.kind() {
            BarKind::Mem64 => u64::from(self.values[place + 1]) << 32,
            BarKind::Io | BarKind::Mem32 | BarKind::Rom => 0,
        };
        Gpa::new(high | low)
    }

    /// Lets a register hold an address; bits that cannot change are left out.
    pub fn assign(&mut self, bar: Bar, address: Gpa) {
        let address = address.get() & bar.address_mask();
        let place = usize::from(bar.slot().number());
        let low_mask = bar.kind().address_bits();
        self.values[place] = self.values[place] & !low_mask | address as u32;
        if bar.kind() == BarKind::Mem64 {
            self.values[place + 1] = (address >> 32) as u32;
        }
    }

    /// Whether every bit of the address that can change is one, by which a guest asks for the size.
    pub fn is_probe(&self, bar: Bar) -> bool {
        self.address(bar).get() == bar.address_mask()
    }

    /// Whether every address bit of this one register is one.
    pub fn is_half_probe(&self, slot: BarSlot) -> bool {
        let bits = match slot {
            BarSlot::Rom => self.writable(slot) & !ROM_ENABLE,
            _ => self.writable(slot),
        };
        bits != 0 && self.values[usize::from(slot.number())] & bits == bits
    }

    /// Whether the expansion ROM may answer.
    pub const fn is_rom_enabled(&self) -> bool {
        self.values[6] & ROM_ENABLE != 0
    }
}
