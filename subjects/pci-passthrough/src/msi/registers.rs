//! The guest's side of MSI: address, data, masks, pending bits, and when a message is sent.
//!
//! # Invariants
//!
//! - The guest has at most as many vectors as the device: a control that asks for more, or for one of
//!   the two reserved numbers, is taken as asking for all. A configuration write has no answer by
//!   which it could be refused.
//! - The message of vector `k` of `n` is the data with its lowest `log2(n)` bits replaced by `k`. It
//!   is not a sum: data that is not a multiple of `n` names the same block of vectors.
//! - A raised vector that is masked becomes pending, and is sent, once, when it may be: enabled,
//!   allocated, not masked. While disabled nothing is sent, and what is raised is lost.
//! - Pending bits outlast a time of being disabled, or of not being allocated, until a reset.
//! - No access panics: what has no meaning reads as ones and writes nothing.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, sections 6.8.1.3 to 6.8.1.8 and 6.8.3.

use super::capability::MsiField;
use crate::{MsiCapability, MsiError};

/// The bit of message control that enables MSI.
const ENABLE: u16 = 1;
/// Where the number of allocated vectors is in message control.
const ALLOCATED_SHIFT: u16 = 4;

/// What is sent when a vector is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MsiMessage {
    /// The vector.
    pub vector: u8,
    /// Where it is written.
    pub address: u64,
    /// What is written.
    pub data: u16,
}

/// The registers of an MSI capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MsiRegisters {
    capability: MsiCapability,
    is_enabled: bool,
    allocated: u8,
    address: u64,
    data: u16,
    mask: u32,
    pending: u32,
}

impl MsiRegisters {
    /// The registers of a capability, as after a reset: all zero.
    pub const fn new(capability: MsiCapability) -> Self {
        Self {
            capability,
            is_enabled: false,
            allocated: 0,
            address: 0,
            data: 0,
            mask: 0,
            pending: 0,
        }
    }

    /// Brings everything to the state after a reset.
    pub const fn reset(&mut self) {
        *self = Self::new(self.capability);
    }

    /// What the device tells.
    pub const fn capability(&self) -> &MsiCapability {
        &self.capability
    }

    /// Whether MSI is enabled.
    pub const fn is_enabled(&self) -> bool {
        self.is_enabled
    }

    /// The number of vectors that the guest has allocated: 1 to 32.
    pub const fn vectors(&self) -> u8 {
        1 << self.allocated
    }

    /// Whether a vector is masked.
    pub const fn is_masked(&self, vector: u8) -> bool {
        vector < 32 && self.mask >> vector & 1 != 0
    }

    /// Whether a vector is pending.
    pub const fn is_pending(&self, vector: u8) -> bool {
        vector < 32 && self.pending >> vector & 1 != 0
    }

    /// The message that the vector would send now; `None` for one that is not allocated.
    pub fn message(&self, vector: u8) -> Option<MsiMessage> {
        let vectors = self.vectors();
        let replaced = u16::from(vectors) - 1;
        (vector < vectors).then_some(MsiMessage {
            vector,
            address: self.address,
            data: self.data & !replaced | u16::from(vector),
        })
    }

    /// The device wants an interrupt: the message to send now, if any.
    ///
    /// # Errors
    ///
    /// [`MsiError::NoSuchVector`] for a vector that is not allocated.
    pub fn raise(&mut self, vector: u8) -> Result<Option<MsiMessage>, MsiError> {
        let vectors = self.vectors();
        let message = self.message(vector);
        let message = message.ok_or(MsiError::NoSuchVector { vector, vectors })?;
        if !self.is_enabled {
            return Ok(None);
        }
        if self.is_masked(vector) {
            self.pending |= 1 << vector;
            return Ok(None);
        }
        Ok(Some(message))
    }

    /// What the guest reads at an offset from the capability's start: 1, 2 or 4 bytes at their
    /// multiples. The link to the next capability reads as 0; it is the configuration space's.
    /// Bytes behind the capability's end, and everything else, read as ones.
    pub fn read(&self, offset: u8, width: u8) -> u32 {
        if !is_access(offset, width) {
            return u32::MAX;
        }
        let bytes = self.bytes();
        let mut value = 0;
        for place in (offset..=offset + (width - 1)).rev() {
            let byte = match self.capability.field_at(place) {
                Some(_) => bytes[usize::from(place)],
                None => 0xff,
            };
            value = value << 8 | u32::from(byte);
        }
        if width < 4 {
            // Past the access, ones mean nothing.
            value &= (1 << (width * 8)) - 1;
        }
        value
    }

    /// What the guest writes: the messages to send now, by ascending vector. Bits that are not the
    /// guest's stay.
    pub fn write(&mut self, offset: u8, width: u8, value: u32) -> Vec<MsiMessage> {
        if !is_access(offset, width) {
            return Vec::new();
        }
        let mut bytes = self.bytes();
        for (place, byte) in (usize::from(offset)..)
            .zip(value.to_le_bytes())
            .take(width.into())
        {
            if let Some(old) = bytes.get_mut(place) {
                *old = byte;
            }
        }
        self.take_over(&bytes);
        self.send_pending()
    }

    /// The registers as bytes.
    fn bytes(&self) -> [u8; MsiCapability::BYTES_MAX] {
        let mut bytes = self.capability.encode(0);
        let control = self.capability.control_bits()
            | u16::from(self.allocated) << ALLOCATED_SHIFT
            | u16::from(self.is_enabled);
        let words = [
            (MsiField::Control, u32::from(control), 2),
            (MsiField::AddressLow, self.address as u32, 4),
            (MsiField::AddressHigh, (self.address >> 32) as u32, 4),
            (MsiField::Data, self.data.into(), 2),
            (MsiField::Mask, self.mask, 4),
            (MsiField::Pending, self.pending, 4),
        ];
        for (field, word, width) in words {
            if let Some(offset) = self.capability.offset_of(field) {
                bytes[usize::from(offset)..][..width].copy_from_slice(&word.to_le_bytes()[..width]);
            }
        }
        bytes
    }

    /// Takes from bytes what a guest may set. Pending bits and everything that tells what the device
    /// is are passed over.
    fn take_over(&mut self, bytes: &[u8; MsiCapability::BYTES_MAX]) {
        let word = |field: MsiField| {
            let offset = usize::from(self.capability.offset_of(field)?);
            let bytes = bytes.get(offset..offset + 4)?;
            bytes.try_into().ok().map(u32::from_le_bytes)
        };
        let half = |field: MsiField| {
            let offset = usize::from(self.capability.offset_of(field)?);
            let bytes = bytes.get(offset..offset + 2)?;
            bytes.try_into().ok().map(u16::from_le_bytes)
        };
        let control = half(MsiField::Control).unwrap_or(0);
        let allocated = (control >> ALLOCATED_SHIFT & 7) as u8;
        let low = word(MsiField::AddressLow).unwrap_or(0) & !3;
        let high = word(MsiField::AddressHigh).unwrap_or(0);
        let vectors = u32::MAX >> (32 - u32::from(self.capability.vectors()));
        *self = Self {
            capability: self.capability,
            is_enabled: control & ENABLE != 0,
            allocated: allocated.min(self.capability.capable()),
            address: u64::from(high) << 32 | u64::from(low),
            data: half(MsiField::Data).unwrap_or(0),
            mask: word(MsiField::Mask).unwrap_or(0) & vectors,
            pending: self.pending,
        };
    }

    /// Takes away the pending bits of what may be sent now, and gives the messages.
    fn send_pending(&mut self) -> Vec<MsiMessage> {
        let mut messages = Vec::new();
        if !self.is_enabled {
            return messages;
        }
        for vector in 0..self.vectors() {
            if self.is_pending(vector) && !self.is_masked(vector) {
                self.pending &= !(1 << vector);
                messages.extend(self.message(vector));
            }
        }
        messages
    }
}

/// Whether an access has a meaning.
const fn is_access(offset: u8, width: u8) -> bool {
    matches!(width, 1 | 2 | 4) && offset.is_multiple_of(width)
}
