//! The MSI capability: how many vectors, and which registers there are at which bytes.
//!
//! Two bits of message control decide where everything is: an address of 64 bits moves what follows
//! by four bytes, and masks add ten. So there are four sizes, and every byte of each belongs to one
//! field. The two bytes between data and masks are reserved, and as much a part of it as the others.
//!
//! # Invariants
//!
//! - 1 to 32 vectors, a power of two.
//! - Each byte below [`MsiCapability::bytes`] belongs to one field, and no other byte to any.
//! - Encoding and decoding lead back to each other.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, section 6.8.1, figure 6-9.

use crate::MsiError;

/// The greatest number of vectors, as a power of two.
const CAPABLE_MAX: u8 = 5;
/// Where the number of vectors is in message control.
const CAPABLE_SHIFT: u16 = 1;
/// The bit of message control for addresses of 64 bits.
const ADDRESS_64: u16 = 1 << 7;
/// The bit of message control for masks and pending bits.
const MASKS: u16 = 1 << 8;

/// What bytes of the capability are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MsiField {
    /// The capability's number.
    Id,
    /// The link to the next capability.
    Next,
    /// Message control.
    Control,
    /// The address messages are written to, its lower half.
    AddressLow,
    /// The upper half.
    AddressHigh,
    /// What is written.
    Data,
    /// Two bytes that are always zero.
    Reserved,
    /// A mask bit for each vector.
    Mask,
    /// A pending bit for each vector.
    Pending,
}

/// What a device tells about its MSI vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MsiCapability {
    capable: u8,
    is_64_bit: bool,
    has_masks: bool,
}

impl MsiCapability {
    /// The capability's number.
    pub const ID: u8 = 0x05;
    /// The most bytes that a capability has.
    pub const BYTES_MAX: usize = 24;

    /// The capability of a device with `2^capable` vectors.
    ///
    /// # Errors
    ///
    /// [`MsiError::VectorCount`] above 32 vectors.
    pub const fn new(capable: u8, is_64_bit: bool, has_masks: bool) -> Result<Self, MsiError> {
        if capable > CAPABLE_MAX {
            return Err(MsiError::VectorCount { exponent: capable });
        }
        Ok(Self {
            capable,
            is_64_bit,
            has_masks,
        })
    }

    /// How many vectors there are, as a power of two.
    pub const fn capable(&self) -> u8 {
        self.capable
    }

    /// The number of vectors: 1 to 32.
    pub const fn vectors(&self) -> u8 {
        1 << self.capable
    }

    /// Whether the address has 64 bits.
    pub const fn is_64_bit(&self) -> bool {
        self.is_64_bit
    }

    /// Whether single vectors can be masked.
    pub const fn has_masks(&self) -> bool {
        self.has_masks
    }

    /// The number of bytes: 10, 14, 20 or 24.
    pub fn bytes(&self) -> u8 {
        let fields = self.fields();
        let ends = fields.map(|(_, offset, bytes)| offset + bytes);
        ends.max().unwrap_or(0)
    }

    /// What the byte at that offset from the capability's start belongs to; `None` behind its end.
    pub fn field_at(&self, offset: u8) -> Option<MsiField> {
        let mut fields = self.fields();
        let has_it =
            |&(_, first, bytes): &(MsiField, u8, u8)| (first..first + bytes).contains(&offset);
        fields.find(has_it).map(|(field, ..)| field)
    }

    /// Where a field begins; `None` when the capability is without it.
    pub fn offset_of(&self, wanted: MsiField) -> Option<u8> {
        let mut fields = self.fields();
        let found = fields.find(|(field, ..)| *field == wanted);
        found.map(|(_, offset, _)| offset)
    }

    /// The bits of message control that say what the device can do.
    pub fn control_bits(&self) -> u16 {
        let address = if self.is_64_bit { ADDRESS_64 } else { 0 };
        let masks = if self.has_masks { MASKS } else { 0 };
        u16::from(self.capable) << CAPABLE_SHIFT | address | masks
    }

    /// The capability's bytes as after a reset, linked to the next one: as many as [`Self::bytes`]
    /// says, then zeros.
    pub fn encode(&self, next: u8) -> [u8; Self::BYTES_MAX] {
        let mut bytes = [0; Self::BYTES_MAX];
        let [low, high] = self.control_bits().to_le_bytes();
        bytes[..4].copy_from_slice(&[Self::ID, next, low, high]);
        bytes
    }

    /// Reads a capability's first bytes. What can change, and the bits that are reserved, are passed
    /// over; bytes behind the capability's end belong to something else.
    ///
    /// # Errors
    ///
    /// [`MsiError::Truncated`] unless there are as many bytes as the capability has,
    /// [`MsiError::NotMsi`], [`MsiError::VectorCount`] for the two reserved counts.
    pub fn decode(bytes: &[u8]) -> Result<Self, MsiError> {
        let truncated = |bytes_min| MsiError::Truncated {
            bytes: bytes.len(),
            bytes_min,
        };
        let Some(&[id, _next, low, high]) = bytes.first_chunk() else {
            return Err(truncated(4));
        };
        if id != Self::ID {
            return Err(MsiError::NotMsi { id });
        }
        let control = u16::from_le_bytes([low, high]);
        let capable = (control >> CAPABLE_SHIFT & 7) as u8;
        let capability = Self::new(capable, control & ADDRESS_64 != 0, control & MASKS != 0)?;
        let bytes_min = usize::from(capability.bytes());
        if bytes.len() < bytes_min {
            return Err(truncated(bytes_min));
        }
        Ok(capability)
    }

    /// The fields that there are, each with its first byte and their number.
    fn fields(&self) -> impl Iterator<Item = (MsiField, u8, u8)> + use<> {
        let upper = if self.is_64_bit { 4 } else { 0 };
        let Self {
            is_64_bit,
            has_masks,
            ..
        } = *self;
        let all = [
            (MsiField::Id, 0, 1, true),
            (MsiField::Next, 1, 1, true),
            (MsiField::Control, 2, 2, true),
            (MsiField::AddressLow, 4, 4, true),
            (MsiField::AddressHigh, 8, 4, is_64_bit),
            (MsiField::Data, 8 + upper, 2, true),
            (MsiField::Reserved, 10 + upper, 2, has_masks),
            (MsiField::Mask, 12 + upper, 4, has_masks),
            (MsiField::Pending, 16 + upper, 4, has_masks),
        ];
        let there = all.into_iter().filter(|(.., is_there)| *is_there);
        there.map(|(field, offset, bytes, _)| (field, offset, bytes))
    }
}
