//! Where a guest of a given memory size has its RAM.
//!
//! The last gibibyte below 4 GiB belongs to devices: registers, PCI configuration windows,
//! interrupt controllers. RAM fills the 3 GiB below it and goes on above 4 GiB.
//!
//! # Invariants
//!
//! - Regions are page aligned, ascending and disjoint; their lengths sum to the memory size.
//! - No region touches the gibibyte below 4 GiB, hence none of the reserved windows in it.
//!
//! # Not here
//!
//! Uses of RAM below 1 MiB (extended BIOS data, tables): they lie *in* the first region, and it is
//! the guest's firmware map that keeps the guest away from them. Translation to host addresses.
//!
//! # Source
//!
//! The x86-64 layout of common virtual machine monitors; the windows follow the hardware (interrupt
//! controllers, TPM) and KVM (task state segment, identity map).

use crate::{Error, Gpa, PageSize, Range};

/// One gibibyte.
const GIB: u64 = 1 << 30;
/// One mebibyte.
const MIB: u64 = 1 << 20;
/// One kibibyte.
const KIB: u64 = 1 << 10;

/// A named part of the hole below 4 GiB that RAM must leave free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReservedWindow {
    name: &'static str,
    start: u64,
    bytes: u64,
}

/// The windows, ascending.
const RESERVED_WINDOWS: [ReservedWindow; 7] = [
    // Memory-mapped devices, up to the configuration windows.
    ReservedWindow {
        name: "devices",
        start: 0xc000_0000,
        bytes: 640 * MIB,
    },
    // One mebibyte for each of the 256 buses of a segment.
    ReservedWindow {
        name: "PCI configuration",
        start: 0xe800_0000,
        bytes: 256 * MIB,
    },
    ReservedWindow {
        name: "KVM task state segment",
        start: 0xf800_0000,
        bytes: 12 * KIB,
    },
    ReservedWindow {
        name: "KVM identity map",
        start: 0xf800_3000,
        bytes: 4 * KIB,
    },
    // Fewer bytes are decoded; nothing else can use the rest of the page.
    ReservedWindow {
        name: "I/O interrupt controller",
        start: 0xfec0_0000,
        bytes: 4 * KIB,
    },
    ReservedWindow {
        name: "TPM",
        start: 0xfed4_0000,
        bytes: 4 * KIB,
    },
    // Writes of devices to this mebibyte are messages to the local interrupt controllers.
    ReservedWindow {
        name: "local interrupt controllers",
        start: 0xfee0_0000,
        bytes: MIB,
    },
];

impl ReservedWindow {
    /// What the window is for.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The addresses of the window.
    pub fn range(self) -> Range<Gpa> {
        Range::new(Gpa::new(self.start), self.bytes)
            .expect("a window of the table is not empty and ends below 4 GiB")
    }
}

/// The RAM regions of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GuestLayout {
    low: Range<Gpa>,
    high: Option<Range<Gpa>>,
}

impl GuestLayout {
    /// The most RAM that a layout is made for: 64 TiB.
    pub const RAM_BYTES_MAX: u64 = 64 << 40;

    /// RAM below this address is one region; the rest continues at [`Self::HIGH_START`].
    const LOW_BYTES_MAX: u64 = 3 * GIB;

    /// Where RAM goes on above the hole.
    const HIGH_START: u64 = 4 * GIB;

    /// The layout of a guest with that much RAM.
    ///
    /// # Errors
    ///
    /// [`Error::RamEmpty`], [`Error::RamMisaligned`] unless a multiple of 4096, and
    /// [`Error::RamTooLarge`] above [`Self::RAM_BYTES_MAX`].
    pub fn new(ram_bytes: u64) -> Result<Self, Error> {
        if ram_bytes == 0 {
            return Err(Error::RamEmpty);
        }
        if !ram_bytes.is_multiple_of(PageSize::BYTES_MIN) {
            return Err(Error::RamMisaligned { bytes: ram_bytes });
        }
        if ram_bytes > Self::RAM_BYTES_MAX {
            let bytes_max = Self::RAM_BYTES_MAX;
            return Err(Error::RamTooLarge {
                bytes: ram_bytes,
                bytes_max,
            });
        }

        let low_bytes = ram_bytes.min(Self::LOW_BYTES_MAX);
        let low = Range::new(Gpa::new(0), low_bytes)?;
        let high_bytes = ram_bytes - low_bytes;
        let high = match high_bytes {
            0 => None,
            _ => Some(Range::new(Gpa::new(Self::HIGH_START), high_bytes)?),
        };
        Ok(Self { low, high })
    }

    /// The RAM regions, ascending.
    pub fn regions(&self) -> impl Iterator<Item = Range<Gpa>> + use<> {
        std::iter::once(self.low).chain(self.high)
    }

    /// The windows below 4 GiB that every layout leaves free, ascending.
    pub const fn reserved_windows() -> &'static [ReservedWindow] {
        &RESERVED_WINDOWS
    }
}
