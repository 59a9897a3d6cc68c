//! The configuration space that a guest sees of a device of the host.
//!
//! It begins as a copy of what the host reads, and is a register file from then on: every bit keeps
//! its value, takes what the guest writes, or is cleared by writing a one. The base address registers
//! are not copied. They are the guest's own ([`BarRegisters`]), so no width and no offset leads to
//! an address of the host, the expansion ROM's included.
//!
//! # Invariants
//!
//! - Accesses of 1, 2 and 4 bytes at their multiples; everything else reads as ones and writes
//!   nothing. Reading changes nothing.
//! - A bit that cannot be written never changes.
//! - The multi-function bit is clear: the guest gets one function.
//!
//! # Not here
//!
//! Registers inside capabilities whose writes the device itself has to see; they are read-only
//! copies, but for MSI-X control. What follows from a write: [`ConfigChange`] says what it was.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, sections 6.1 to 6.2.5 (header type 0) and 6.7 (capabilities);
//! PCI Express Base Specification, "PCI Express Extended Capabilities".

mod capability;
mod saved;

use crate::{BarRegisters, BarSlot, Bars, Error, MsixCapability};

pub use capability::{Capability, extended_capabilities, standard_capabilities};

/// Where some registers are.
const COMMAND: u16 = 0x04;
const CACHE_LINE: u16 = 0x0c;
const CAPABILITIES: u16 = 0x34;
const INTERRUPT: u16 = 0x3c;

/// Command bits that a guest may change: decoding of ports and memory, bus mastering, parity and
/// system errors, and the interrupt pin's disable bit.
const COMMAND_WRITABLE: u32 = 0x0547;
/// Status bits that a guest clears by writing ones: the errors that were seen.
const STATUS_CLEARABLE: u32 = 0xf900 << 16;
/// The status bit that says that there are capabilities.
const STATUS_CAPABILITIES: u32 = 1 << 20;
/// The bit that says that the device has more functions.
const MULTI_FUNCTION: u32 = 1 << 23;
/// Enable and function mask in MSI-X message control.
const MSIX_WRITABLE: u32 = 0xc000 << 16;

/// What a write of the guest was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConfigChange {
    /// Nothing that anyone has to follow.
    Nothing,
    /// The command register.
    Command,
    /// A base address register.
    Bar(BarSlot),
    /// MSI-X message control.
    MsixControl,
}

/// A register and what a guest may do with its bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Register {
    value: u32,
    writable: u32,
    clearable: u32,
}

/// A configuration space of 256 or 4096 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigSpace {
    registers: Vec<Register>,
    bars: BarRegisters,
    msix_offset: Option<u16>,
}

impl ConfigSpace {
    /// The space that a guest sees of a device with those registers, from what the host reads: up
    /// to 4096 bytes, whole registers.
    ///
    /// # Errors
    ///
    /// [`Error::ConfigTruncated`] below 64 bytes, [`Error::NotHeaderType0`].
    pub fn from_host(host: &[u8], bars: Bars) -> Result<Self, Error> {
        const BYTES_MIN: usize = 64;
        const BYTES_MAX: usize = 4096;
        if host.len() < BYTES_MIN {
            return Err(Error::ConfigTruncated {
                bytes: host.len(),
                bytes_min: BYTES_MIN,
            });
        }
        let header = host[0x0e] & 0x7f;
        if header != 0 {
            return Err(Error::NotHeaderType0 { header });
        }
        let host = &host[..host.len().min(BYTES_MAX)];
        let words = host.chunks_exact(4).map(|bytes| {
            let value = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            Register {
                value,
                ..Register::default()
            }
        });
        let mut space = Self {
            registers: words.collect(),
            bars: BarRegisters::new(bars),
            msix_offset: None,
        };
        let command = space.register_mut(COMMAND);
        // The guest starts with a device that decodes nothing.
        command.value &= !0xffff;
        command.writable = COMMAND_WRITABLE;
        command.clearable = STATUS_CLEARABLE;
        let cache_line = space.register_mut(CACHE_LINE);
        cache_line.writable = 0xff;
        cache_line.value &= !MULTI_FUNCTION;
        space.register_mut(INTERRUPT).writable = 0xff;
        for slot in BarSlot::ALL {
            space.register_mut(slot.config_offset()).value = 0;
        }
        space.find_msix();
        Ok(space)
    }

    fn find_msix(&mut self) {
        let msix = self.standard_capabilities().into_iter().find(|capability| {
            let has_room = usize::from(capability.offset) + MsixCapability::BYTES <= self.bytes();
            capability.id == u16::from(MsixCapability::ID) && has_room
        });
        if let Some(msix) = msix {
            self.msix_offset = Some(msix.offset);
            let control = self.register_mut(msix.offset);
            control.value &= !MSIX_WRITABLE;
            control.writable = MSIX_WRITABLE;
        }
    }

    /// The number of bytes.
    pub fn bytes(&self) -> usize {
        self.registers.len() * 4
    }

    /// The base address registers.
    pub const fn bars(&self) -> &BarRegisters {
        &self.bars
    }

    /// The base address registers, for who places them.
    pub const fn bars_mut(&mut self) -> &mut BarRegisters {
        &mut self.bars
    }

    /// The command register.
    pub fn command(&self) -> u16 {
        self.word(COMMAND) as u16
    }

    /// Enable and function mask of MSI-X; `None` without that capability.
    pub fn msix_control(&self) -> Option<(bool, bool)> {
        let control = self.word(self.msix_offset?);
        Some((control >> 31 != 0, control >> 30 & 1 != 0))
    }

    /// The MSI-X capability, if there is one and it is legal.
    pub fn msix(&self) -> Option<MsixCapability> {
        let offset = self.msix_offset?;
        let mut bytes = [0; MsixCapability::BYTES];
        for (place, chunk) in (offset..).step_by(4).zip(bytes.chunks_exact_mut(4)) {
            chunk.copy_from_slice(&self.word(place).to_le_bytes());
        }
        MsixCapability::decode(&bytes).ok()
    }

    /// The capabilities, in the order of their chain.
    pub fn standard_capabilities(&self) -> Vec<Capability> {
        standard_capabilities(|offset| self.word(offset))
    }

    /// The extended capabilities, in the order of their chain.
    pub fn extended_capabilities(&self) -> Vec<Capability> {
        extended_capabilities(|offset| self.word(offset))
    }

    /// What the guest reads.
    pub fn read(&self, offset: u16, width: u8) -> u32 {
        if !self.is_access(offset, width) {
            return u32::MAX;
        }
        let word = self.word(offset & !3);
        word >> (offset % 4 * 8) & width_mask(width)
    }

    /// What the guest writes; what that was about.
    pub fn write(&mut self, offset: u16, width: u8, value: u32) -> ConfigChange {
        if !self.is_access(offset, width) {
            return ConfigChange::Nothing;
        }
        let shift = offset % 4 * 8;
        let mask = width_mask(width) << shift;
        let value = value << shift;
        let offset = offset & !3;
        if let Some(slot) = BarSlot::from_config_offset(offset) {
            self.bars.write(slot, value, mask);
            return ConfigChange::Bar(slot);
        }
        let register = self.register_mut(offset);
        let writable = register.writable & mask;
        let cleared = register.clearable & mask & value;
        register.value = (register.value & !writable | value & writable) & !cleared;
        match offset {
            COMMAND => ConfigChange::Command,
            _ if Some(offset) == self.msix_offset => ConfigChange::MsixControl,
            _ => ConfigChange::Nothing,
        }
    }

    /// Takes a capability out of its chain, so that the guest does not find it and finds all others;
    /// whether it was there.
    ///
    /// The first extended capability has a fixed place. It becomes a null capability, which leads on
    /// to the next.
    pub fn hide_capability(&mut self, capability: Capability) -> bool {
        let is_extended = capability.offset >= 0x100;
        let chain = if is_extended {
            self.extended_capabilities()
        } else {
            self.standard_capabilities()
        };
        if !chain.contains(&capability) {
            return false;
        }
        if is_extended {
            self.unlink(&chain, capability.offset, 20);
            if capability.offset == 0x100 {
                self.register_mut(0x100).value &= 0xfff0_0000;
            }
        } else {
            let next = self.unlink(&chain, capability.offset, 8);
            let first = self.word(CAPABILITIES);
            if first & 0xfc == u32::from(capability.offset) {
                self.register_mut(CAPABILITIES).value = first & !0xff | next;
            }
            if self.standard_capabilities().is_empty() {
                self.register_mut(COMMAND).value &= !STATUS_CAPABILITIES;
            }
        }
        if self.msix_offset == Some(capability.offset) {
            self.msix_offset = None;
        }
        true
    }

    /// Lets every link that leads to a capability lead to the one after it instead, not just that of
    /// the one before: in a chain with a cycle, several do. The links begin at bit `shift`.
    fn unlink(&mut self, chain: &[Capability], hidden: u16, shift: u32) -> u32 {
        let bits = if shift == 20 { 0xffc } else { 0xfc };
        let mut next = self.word(hidden) >> shift & bits;
        if next == u32::from(hidden) {
            next = 0;
        }
        // A null capability at the fixed place is no member of the list, and links all the same.
        let fixed = (shift == 20).then_some(0x100);
        let links = chain
            .iter()
            .map(|capability| capability.offset)
            .chain(fixed);
        for offset in links {
            let register = self.register_mut(offset);
            if register.value >> shift & bits == u32::from(hidden) {
                register.value = register.value & !(bits << shift) | next << shift;
            }
        }
        next
    }

    /// A whole register; ones outside the space.
    fn word(&self, offset: u16) -> u32 {
        if let Some(slot) = BarSlot::from_config_offset(offset) {
            return self.bars.read(slot);
        }
        let register = self.registers.get(usize::from(offset / 4));
        register.map_or(u32::MAX, |register| register.value)
    }

    fn register_mut(&mut self, offset: u16) -> &mut Register {
        &mut self.registers[usize::from(offset / 4)]
    }

    fn is_access(&self, offset: u16, width: u8) -> bool {
        let is_aligned = match width {
            1 => true,
            2 => offset & 1 == 0,
            4 => offset & 3 == 0,
            _ => false,
        };
        is_aligned && usize::from(offset) < self.bytes()
    }
}

/// As many ones as an access has bits.
const fn width_mask(width: u8) -> u32 {
    match width {
        1 => 0xff,
        2 => 0xffff,
        _ => u32::MAX,
    }
}
