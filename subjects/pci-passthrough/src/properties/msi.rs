//! The MSI capability and its registers: sizes, fields, messages, masks.
//!
//! The judge of where things are is a picture of each of the four layouts, a letter for each byte,
//! as the specification draws them; of messages, division; of what is sent, one formula.

use proofhouse::prelude::*;

use crate::{MsiCapability, MsiError, MsiField, MsiMessage, MsiRegisters};

/// The four layouts, by address of 64 bits and masks: id, next, control, address, upper address,
/// data, reserved, masks, pending bits.
const PICTURES: [[&str; 2]; 2] = [
    ["inccaaaadd", "inccaaaaddrrmmmmpppp"],
    ["inccaaaauuuudd", "inccaaaauuuuddrrmmmmpppp"],
];

fn picture(is_64_bit: bool, has_masks: bool) -> &'static [u8] {
    PICTURES[usize::from(is_64_bit)][usize::from(has_masks)].as_bytes()
}

const fn letter(field: MsiField) -> u8 {
    match field {
        MsiField::Id => b'i',
        MsiField::Next => b'n',
        MsiField::Control => b'c',
        MsiField::AddressLow => b'a',
        MsiField::AddressHigh => b'u',
        MsiField::Data => b'd',
        MsiField::Reserved => b'r',
        MsiField::Mask => b'm',
        MsiField::Pending => b'p',
    }
}

fn capability(exponent: u8, is_64_bit: bool, has_masks: bool) -> MsiCapability {
    MsiCapability::new(exponent, is_64_bit, has_masks).expect("at most 32 vectors")
}

/// A capability is 10, 14, 20 or 24 bytes long, and every byte of it, the last pending one included,
/// belongs to the field that the picture of its layout shows there; every other byte to none.
#[property]
fn prop_msi_cap_size(#[from(0..=5_u8)] exponent: u8, is_64_bit: bool, has_masks: bool, offset: u8) {
    let capability = capability(exponent, is_64_bit, has_masks);
    let picture = picture(is_64_bit, has_masks);
    assert_eq!(usize::from(capability.bytes()), picture.len());
    assert!([10, 14, 20, 24].contains(&capability.bytes()));
    let field = capability.field_at(offset);
    let drawn = picture.get(usize::from(offset)).copied();
    assert_eq!(field.map(letter), drawn);
    if let Some(field) = field {
        let first = picture.iter().position(|&byte| Some(byte) == drawn);
        assert_eq!(capability.offset_of(field).map(usize::from), first);
    }
}

/// A capability of any number of vectors leads through its bytes back to itself, whatever a guest
/// has set meanwhile; it is refused when one of its bytes is missing, and as another's.
#[property]
fn prop_msi_cap_encode_decode(
    #[from(0..=5_u8)] exponent: u8,
    is_64_bit: bool,
    has_masks: bool,
    next: u8,
    set: [u8; 24],
) {
    let capability = capability(exponent, is_64_bit, has_masks);
    let picture = picture(is_64_bit, has_masks);
    let mut bytes = capability.encode(next);
    assert_eq!(bytes[..2], [0x05, next]);
    let control = u32::from(bytes[2]) + 256 * u32::from(bytes[3]);
    let flags = 128 * u32::from(is_64_bit) + 256 * u32::from(has_masks);
    assert_eq!(control, 2 * u32::from(exponent) + flags);
    assert!(bytes[4..].iter().all(|&byte| byte == 0));
    // Enable, allocated vectors, the reserved bits, and all that comes after control.
    bytes[2] |= set[2] & 0x71;
    bytes[3] |= set[3] & 0xfe;
    bytes[4..].copy_from_slice(&set[4..]);
    assert_eq!(MsiCapability::decode(&bytes), Ok(capability));
    assert_eq!(
        MsiCapability::decode(&bytes[..picture.len()]),
        Ok(capability)
    );
    assert!(MsiCapability::decode(&bytes[..picture.len() - 1]).is_err());
    bytes[0] = next;
    assert_eq!(MsiCapability::decode(&bytes).is_ok(), next == 0x05);
}

/// Any bytes are a capability exactly when they begin with its number, name at most 32 vectors, and
/// are as many as its layout has.
#[property]
fn prop_msi_cap_decode_any(is_msi: bool, mut bytes: [u8; 24], #[from(0..=24_usize)] length: usize) {
    if is_msi {
        bytes[0] = 0x05;
    }
    let bytes = &bytes[..length];
    let is_legal = length >= 4 && {
        let (is_64_bit, has_masks) = (bytes[2] & 0x80 != 0, bytes[3] & 1 != 0);
        let has_all = length >= picture(is_64_bit, has_masks).len();
        bytes[0] == 5 && bytes[2] / 2 % 8 <= 5 && has_all
    };
    assert_eq!(MsiCapability::decode(bytes).is_ok(), is_legal);
    assert_eq!(
        MsiCapability::new(bytes.first().copied().unwrap_or(0), false, false).is_ok(),
        bytes.first().is_none_or(|&exponent| exponent <= 5)
    );
}

/// Of `n` allocated vectors, which are as many as the guest asked for but not more than the device
/// has, the message of vector `k` is the block of `n` that the data lies in, and `k` in it; data that
/// is no multiple of `n` moves nothing into the next block. Vectors from `n` on have none.
#[property]
fn prop_msi_vector_data(
    #[from(0..=5_u8)] exponent: u8,
    #[from(0..=7_u8)] asked: u8,
    is_64_bit: bool,
    address: u64,
    data: u16,
    #[from(0..=33_u8)] vector: u8,
) {
    let mut registers = MsiRegisters::new(capability(exponent, is_64_bit, false));
    registers.write(2, 2, u32::from(asked) * 16 + 1);
    registers.write(4, 4, address as u32);
    registers.write(8, 4, (address >> 32) as u32);
    registers.write(if is_64_bit { 12 } else { 8 }, 2, data.into());
    let vectors = 2_u16.pow(asked.min(exponent).into());
    assert_eq!(u16::from(registers.vectors()), vectors);
    // An address of 32 bits has no upper half, and its two lowest bits are never there.
    let kept = if is_64_bit {
        address
    } else {
        address % (1 << 32)
    };
    let expected = MsiMessage {
        vector,
        address: kept - kept % 4,
        data: data / vectors * vectors + u16::from(vector) % vectors,
    };
    if u16::from(vector) < vectors {
        assert_eq!(registers.raise(vector), Ok(Some(expected)));
    } else {
        let vectors = vectors as u8;
        assert_eq!(
            registers.raise(vector),
            Err(MsiError::NoSuchVector { vector, vectors })
        );
        assert_eq!(registers.message(vector), None);
    }
    assert_eq!(registers.read(2, 2) >> 4 & 7, u32::from(asked.min(exponent)));
}

/// One step of guest or device.
#[derive(Debug, Clone, Copy, Generate)]
enum Step {
    /// The device raises a vector.
    Raise(#[from(0..=33_u8)] u8),
    /// The guest writes control: enable, and how many vectors.
    Control(bool, #[from(0..=7_u8)] u8),
    /// The guest masks vectors, where the device can.
    Mask(u32),
    /// The guest writes anything anywhere.
    Write(#[from(0..=27_u8)] u8, #[from(0..=5_u8)] u8, u32),
}

/// The bytes of a capability, the ones that a guest may change bit by bit, and a flag for each
/// pending vector.
struct Model {
    bytes: [u8; 24],
    writable: [u8; 24],
    picture: &'static [u8],
    pending: u32,
    exponent: u8,
}

impl Model {
    fn new(exponent: u8, is_64_bit: bool, has_masks: bool) -> Self {
        let picture = picture(is_64_bit, has_masks);
        let mut writable = [0; 24];
        let maskable = ((1_u64 << (1 << exponent)) - 1).to_le_bytes();
        let mut mask_bytes = maskable.into_iter();
        for (place, (&letter, writable)) in picture.iter().zip(&mut writable).enumerate() {
            *writable = match letter {
                b'c' if place == 2 => 0x71,
                b'a' if place == 4 => 0xfc,
                b'a' | b'u' | b'd' => 0xff,
                b'm' => mask_bytes.next().expect("there are four"),
                _ => 0,
            };
        }
        let bytes = capability(exponent, is_64_bit, has_masks).encode(0);
        Self {
            bytes,
            writable,
            picture,
            pending: 0,
            exponent,
        }
    }

    /// The bytes from a letter's first one on, as a number.
    fn number(&self, letter: u8, length: usize) -> u64 {
        let first = self.picture.iter().position(|&other| other == letter);
        let bytes = first.map_or(&[][..], |first| &self.bytes[first..first + length]);
        let mut number = 0;
        for &byte in bytes.iter().rev() {
            number = number * 256 + u64::from(byte);
        }
        number
    }

    fn read(&self, offset: u8, width: u8) -> u32 {
        if !matches!(width, 1 | 2 | 4) || !offset.is_multiple_of(width) {
            return u32::MAX;
        }
        let mut bytes = [0; 4];
        let places = usize::from(offset)..usize::from(offset + width);
        for (place, byte) in places.zip(&mut bytes) {
            *byte = match self.picture.get(place) {
                Some(b'p') => {
                    let first = self.picture.len() - 4;
                    self.pending.to_le_bytes()[place - first]
                }
                Some(_) => self.bytes[place],
                None => 0xff,
            };
        }
        u32::from_le_bytes(bytes)
    }

    fn write(&mut self, offset: u8, width: u8, value: u32) {
        if matches!(width, 1 | 2 | 4) && offset.is_multiple_of(width) {
            let places = usize::from(offset)..usize::from(offset + width);
            for (place, byte) in places.zip(value.to_le_bytes()) {
                if place < 24 {
                    let writable = self.writable[place];
                    self.bytes[place] = self.bytes[place] & !writable | byte & writable;
                }
            }
        }
        let asked = self.bytes[2] / 16 % 8;
        self.bytes[2] =
            self.bytes[2] % 16 + self.bytes[2] / 128 * 128 + asked.min(self.exponent) * 16;
    }

    /// Takes a step; what is sent. Whatever happens, a vector wants to send when it was pending, or
    /// is raised while enabled; those that want and may, send.
    fn take(&mut self, step: Step) -> Vec<MsiMessage> {
        let mut raised = None;
        match step {
            Step::Raise(vector) => raised = Some(vector),
            Step::Control(is_enabled, asked) => {
                self.write(2, 2, u32::from(asked) * 16 + u32::from(is_enabled));
            }
            Step::Mask(mask) => {
                if let Some(at) = self.picture.iter().position(|&letter| letter == b'm') {
                    self.write(at as u8, 4, mask);
                }
            }
            Step::Write(offset, width, value) => self.write(offset, width, value),
        }
        let is_enabled = self.bytes[2] & 1 != 0;
        let vectors = 2_u16.pow((self.bytes[2] / 16 % 8).into());
        let mut sent = Vec::new();
        for vector in 0..vectors as u8 {
            let is_masked = self.number(b'm', 4) >> vector & 1 != 0;
            let wants = self.pending >> vector & 1 != 0 || is_enabled && raised == Some(vector);
            let may = is_enabled && !is_masked;
            self.pending &= !(1 << vector);
            self.pending |= u32::from(wants && !may) << vector;
            if wants && may {
                let data = self.number(b'd', 2) as u16;
                sent.push(MsiMessage {
                    vector,
                    address: self.number(b'u', 4) << 32 | self.number(b'a', 4),
                    data: data / vectors * vectors + u16::from(vector),
                });
            }
        }
        sent
    }
}

/// After any steps of guest and device, the registers read, at any place and width, as the bytes of
/// the model; and what each step sends is what the one formula says: nothing while disabled, what is
/// masked later and once, with the data of then.
#[property]
fn prop_msi_delivery(
    #[from(0..=5_u8)] exponent: u8,
    is_64_bit: bool,
    has_masks: bool,
    steps: Vec<Step>,
    #[from(0..=27_u8)] offset: u8,
    #[from(0..=5_u8)] width: u8,
) {
    check_steps(exponent, is_64_bit, has_masks, &steps, (offset, width));
}

/// What a driver of a device with masks and two vectors does.
#[derive(Debug, Clone, Copy, Generate)]
enum Deed {
    Raise(#[from(0..=1_u8)] u8),
    Mask(#[from(0..=3_u32)] u32),
    Enable(bool),
}

/// The same for a device with masks and two vectors, whose driver raises, masks and unmasks.
#[property]
fn prop_msi_delivery_masked(deeds: Vec<Deed>) {
    let steps = deeds.into_iter().map(|deed| match deed {
        Deed::Raise(vector) => Step::Raise(vector),
        Deed::Mask(mask) => Step::Mask(mask),
        Deed::Enable(is_enabled) => Step::Control(is_enabled, 1),
    });
    let steps: Vec<Step> = steps.collect();
    check_steps(1, true, true, &steps, (20, 4));
}

fn check_steps(exponent: u8, is_64_bit: bool, has_masks: bool, steps: &[Step], read: (u8, u8)) {
    let mut registers = MsiRegisters::new(capability(exponent, is_64_bit, has_masks));
    let mut model = Model::new(exponent, is_64_bit, has_masks);
    for &step in steps {
        let expected = model.take(step);
        let sent = match step {
            Step::Raise(vector) => match registers.raise(vector) {
                Ok(message) => message.into_iter().collect(),
                Err(error) => {
                    assert_eq!(error.code(), "msi/no-such-vector");
                    assert!(vector >= registers.vectors());
                    Vec::new()
                }
            },
            Step::Control(is_enabled, asked) => {
                registers.write(2, 2, u32::from(asked) << 4 | u32::from(is_enabled))
            }
            Step::Mask(mask) => match registers.capability().offset_of(MsiField::Mask) {
                Some(offset) => registers.write(offset, 4, mask),
                None => Vec::new(),
            },
            Step::Write(offset, width, value) => registers.write(offset, width, value),
        };
        assert_eq!(sent, expected);
    }
    let (offset, width) = read;
    assert_eq!(registers.read(offset, width), model.read(offset, width));
    registers.reset();
    assert_eq!(registers, MsiRegisters::new(*registers.capability()));
}
