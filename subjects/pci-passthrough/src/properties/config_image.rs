//! Configuration spaces to begin with, and accesses to them.

use proofhouse::prelude::*;

use crate::{Bar, BarKind, BarSlot, Bars, ConfigChange, ConfigSpace, MsixCapability, MsixPlace};

/// Where the MSI-X capability is.
pub(super) const MSIX: u16 = 0x50;

/// The vectors of its capability.
pub(super) const MSIX_VECTORS: u16 = 2;

/// What the host reads of a device: 256 bytes with power management and MSI-X.
#[derive(Debug, Clone)]
pub(super) struct Image {
    pub(super) bytes: [u8; 256],
}

impl Image {
    pub(super) fn new() -> Self {
        Self::with_bars([0xfeb0_0000, 0x0000_000c, 0x38, 0xe001, 0, 0, 0xfea0_0001])
    }

    /// The same with base address registers of the host; the bits that tell the kind are the
    /// device's and stay.
    pub(super) fn with_bars(bars: [u32; 7]) -> Self {
        let mut image = Self { bytes: [0; 256] };
        image.put(0x00, 0x1234_10de);
        // Capabilities, and all errors seen, which the guest may clear.
        image.put(0x04, 0xf910_0007);
        image.put(0x08, 0x0302_00a1);
        image.put(0x0c, 0x0080_0010);
        image.put(0x2c, 0x5678_10de);
        image.put(0x34, 0x40);
        image.put(0x3c, 0x0000_010b);
        // Power management, then MSI-X.
        image.put(0x40, 0x0003_5001);
        let place = |offset| MsixPlace::new(BarSlot::Bar0, offset).expect("a multiple of 8");
        let msix = MsixCapability::new(MSIX_VECTORS, place(0x2000), place(0x3000));
        let bytes = msix.expect("there are vectors").encode(0);
        image.bytes[usize::from(MSIX)..][..12].copy_from_slice(&bytes);
        let kinds = [0, 0xc, 0, 1, 0, 0, 0];
        let kind_bits = [0xf, 0xf, 0, 0x3, 0xf, 0xf, 0];
        for (place, slot) in BarSlot::ALL.into_iter().enumerate() {
            let value = bars[place] & !kind_bits[place] | kinds[place];
            image.put(slot.config_offset(), value);
        }
        image
    }

    pub(super) fn put(&mut self, offset: u16, word: u32) {
        self.bytes[usize::from(offset)..][..4].copy_from_slice(&word.to_le_bytes());
    }
}

/// The device's registers: memory, 64-bit memory, ports, expansion ROM.
pub(super) fn bars() -> Bars {
    let mut bars = Bars::new();
    for (slot, kind, is_prefetchable, bytes) in [
        (BarSlot::Bar0, BarKind::Mem32, false, 64 << 10),
        (BarSlot::Bar1, BarKind::Mem64, true, 8 << 30),
        (BarSlot::Bar3, BarKind::Io, false, 32),
        (BarSlot::Rom, BarKind::Rom, false, 64 << 10),
    ] {
        let bar = Bar::new(slot, kind, is_prefetchable, bytes).expect("legal");
        bars.add(bar).expect("every slot is free");
    }
    bars
}

/// What a guest sees.
pub(super) fn space(image: &Image) -> ConfigSpace {
    ConfigSpace::from_host(&image.bytes, bars()).expect("the header is of type 0")
}

/// An access of any width at any offset of 256 bytes and a little beyond.
#[derive(Debug, Clone, Copy, Generate)]
pub(super) struct Access {
    #[from(0..=0x107_u16)]
    offset: u16,
    #[from(0..=5_u8)]
    width: u8,
    value: u32,
}

impl Access {
    pub(super) fn read(self, space: &ConfigSpace) -> u32 {
        space.read(self.offset, self.width)
    }

    pub(super) fn write(self, space: &mut ConfigSpace) -> ConfigChange {
        space.write(self.offset, self.width, self.value)
    }

    /// What a write sets in the register at `at`, and which of its bits are meant.
    pub(super) fn bits_in(self, at: u16) -> (u32, u32) {
        let (mut value, mut mask) = (0, 0);
        let is_access = match self.width {
            1 => true,
            2 => self.offset.is_multiple_of(2),
            4 => self.offset.is_multiple_of(4),
            _ => false,
        };
        if is_access {
            for byte in 0..u16::from(self.width) {
                let Some(place) = (self.offset + byte)
                    .checked_sub(at)
                    .filter(|&place| place < 4)
                else {
                    continue;
                };
                mask |= 0xff << (place * 8);
                value |= (self.value >> (byte * 8) & 0xff) << (place * 8);
            }
        }
        (value, mask)
    }
}
