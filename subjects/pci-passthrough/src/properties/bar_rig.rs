//! A device's registers with everything that follows them, and registers to put into it.

use proofhouse::prelude::*;

use crate::{AddressMap, Bar, BarError, BarKind, BarRegisters, BarSlot, BarWindows, Bars, Gpa};

/// Where ports, memory below and memory above 4 GiB are given out.
pub(super) const IO: (u64, u64) = (0x1000, 0x1000);
pub(super) const MEM32: (u64, u64) = (0xc000_0000, 0x2800_0000);
pub(super) const MEM64: (u64, u64) = (1 << 40, 1 << 40);

/// Both kinds of decoding.
pub(super) const DECODE: u16 = 3;

/// A map with three windows.
pub(super) fn address_map() -> AddressMap {
    let window = |(first, bytes): (u64, u64)| (Gpa::new(first), bytes);
    AddressMap::new(window(IO), window(MEM32), window(MEM64)).expect("the windows are legal")
}

impl Generate for Bar {
    type Generator = FromFn<fn(&mut Source) -> Self>;

    /// Every legal register.
    fn generator() -> Self::Generator {
        from_fn(|source| {
            let slot = source.draw(any::<BarSlot>());
            let kinds: &[BarKind] = match slot {
                BarSlot::Rom => &[BarKind::Rom],
                BarSlot::Bar5 => &[BarKind::Io, BarKind::Mem32],
                _ => &[BarKind::Io, BarKind::Mem32, BarKind::Mem64],
            };
            let kind = source.draw(select(kinds));
            let exponent = match kind {
                BarKind::Io => source.draw(2..=8_u8),
                BarKind::Mem32 => source.draw(4..=31_u8),
                BarKind::Mem64 => source.draw(4..=63_u8),
                BarKind::Rom => source.draw(11..=24_u8),
            };
            let is_prefetchable = source.draw(any::<bool>());
            Self::new(slot, kind, is_prefetchable, 1 << exponent).expect("drawn to be legal")
        })
    }
}

/// A register that a map has room for: ports, memory up to 16 MiB, an expansion ROM.
#[derive(Debug, Clone, Copy)]
pub(super) struct SmallBar(pub(super) Bar);

impl Generate for SmallBar {
    type Generator = FromFn<fn(&mut Source) -> Self>;

    fn generator() -> Self::Generator {
        from_fn(|source| {
            let kinds = [BarKind::Io, BarKind::Mem32, BarKind::Mem64, BarKind::Rom];
            let kind = source.draw(select(kinds));
            let (slot, exponent) = match kind {
                BarKind::Io => (BarSlot::Bar2, source.draw(2..=8_u8)),
                BarKind::Mem32 => (BarSlot::Bar5, source.draw(4..=24_u8)),
                BarKind::Mem64 => (BarSlot::Bar0, source.draw(4..=36_u8)),
                BarKind::Rom => (BarSlot::Rom, source.draw(11..=24_u8)),
            };
            let is_prefetchable = source.draw(any::<bool>());
            let bar = Bar::new(slot, kind, is_prefetchable, 1 << exponent);
            Self(bar.expect("drawn to be legal"))
        })
    }
}

/// Registers, windows and map of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rig {
    pub(super) registers: BarRegisters,
    pub(super) windows: BarWindows,
    pub(super) map: AddressMap,
    pub(super) command: u16,
}

impl Rig {
    /// A device with one register, decoding or not.
    pub(super) fn new(bar: Bar, is_decoding: bool) -> Result<Self, BarError> {
        let mut bars = Bars::new();
        bars.add(bar)?;
        let mut registers = BarRegisters::new(bars);
        let mut map = address_map();
        let windows = BarWindows::place(1, &mut registers, &mut map)?;
        let mut rig = Self {
            registers,
            windows,
            map,
            command: 0,
        };
        if bar.kind() == BarKind::Rom {
            rig.write(BarSlot::Rom, rig.registers.read(BarSlot::Rom) | 1)?;
        }
        rig.set_command(if is_decoding { DECODE } else { 0 })?;
        Ok(rig)
    }

    pub(super) fn set_command(&mut self, command: u16) -> Result<(), BarError> {
        self.command = command;
        let Self {
            registers,
            windows,
            map,
            ..
        } = self;
        windows.after_command(command, registers, map)
    }

    pub(super) fn write(&mut self, slot: BarSlot, value: u32) -> Result<(), BarError> {
        let Self {
            registers,
            windows,
            map,
            command,
        } = self;
        registers.write(slot, value, u32::MAX);
        windows.after_write(slot, *command, registers, map)
    }

    pub(super) fn read(&self, slot: BarSlot) -> u32 {
        self.registers.read(slot)
    }

    /// The registers of a 64-bit address, in order; one register otherwise.
    pub(super) fn slots(bar: Bar) -> Vec<BarSlot> {
        let mut slots = vec![bar.slot()];
        if bar.kind() == BarKind::Mem64 {
            let upper = BarSlot::from_number(bar.slot().number() + 1);
            slots.push(upper.expect("a 64-bit register is not in the last slot"));
        }
        slots
    }
}
