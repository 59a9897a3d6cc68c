//! The configuration space: what a guest reads, what it can write, what it can find.

use proofhouse::prelude::*;

use super::config_image::{Access, Image, MSIX, bars, space};
use crate::{BarKind, BarSlot, Bars, ConfigSpace, Gpa};

/// What the guest reads of base address registers depends on what it was given and wrote alone: two
/// hosts that differ in their own registers, the expansion ROM's included, cannot be told apart by
/// any accesses of any width.
#[property]
fn prop_config_shadow_isolation(one: [u32; 7], other: [u32; 7], accesses: Vec<Access>) {
    let (mut one, mut other) = (
        space(&Image::with_bars(one)),
        space(&Image::with_bars(other)),
    );
    let base = Gpa::new(0xc000_0000);
    for space in [&mut one, &mut other] {
        let bar = space.bars().bars().get(BarSlot::Bar0).expect("it is there");
        space.bars_mut().assign(bar, base);
    }
    for access in accesses {
        assert_eq!(access.read(&one), access.read(&other));
        assert_eq!(access.write(&mut one), access.write(&mut other));
    }
    assert_eq!(one.bars(), other.bars());
    for slot in BarSlot::ALL {
        let offset = slot.config_offset();
        assert_eq!(one.read(offset, 4), other.read(offset, 4));
    }
}

/// For every offset and width, the bytes of base address registers are those of what was assigned
/// and written, with the kind's bits: never the host's, whatever these are.
#[property]
fn prop_config_bars_are_the_guests(host: [u32; 7], written: [u32; 7], offset: u8, width: u8) {
    let mut space = space(&Image::with_bars(host));
    // Offsets in the order of slots; kind bits, and bits that can change, from the registers' sizes
    // in `bars`: 64 KiB of memory, 8 GiB of prefetchable memory, 32 ports, none, none, 64 KiB of ROM.
    let expected: [(u16, u32, u32); 7] = [
        (0x10, 0x0, 0xffff_0000),
        (0x14, 0xc, 0),
        (0x18, 0x0, 0xffff_fffe),
        (0x1c, 0x1, 0xffff_ffe0),
        (0x20, 0x0, 0),
        (0x24, 0x0, 0),
        (0x30, 0x0, 0xffff_0001),
    ];
    for ((offset, ..), value) in expected.iter().zip(written) {
        space.write(*offset, 4, value);
    }
    let mut bytes = [0_u8; 256];
    for ((offset, kind, writable), value) in expected.iter().zip(written) {
        let word = kind | value & writable;
        bytes[usize::from(*offset)..][..4].copy_from_slice(&word.to_le_bytes());
    }
    let (offset, width) = (offset % 0x14 + 0x10, width % 5);
    let is_bar = offset < 0x28 && offset + width <= 0x28;
    let is_access = matches!(width, 1 | 2 | 4) && offset.is_multiple_of(width);
    if is_bar && is_access {
        let at = usize::from(offset);
        let mut value = 0;
        for byte in bytes[at..at + usize::from(width)].iter().rev() {
            value = value << 8 | u32::from(*byte);
        }
        assert_eq!(space.read(offset.into(), width), value);
    }
    let rom = u32::from_le_bytes([bytes[0x30], bytes[0x31], bytes[0x32], bytes[0x33]]);
    assert_eq!(space.read(0x30, 4), rom);
}

/// Whatever the guest writes, the MSI-X capability reads as before.
#[property]
fn prop_config_msix_stable(accesses: Vec<Access>) {
    let mut space = space(&Image::new());
    let before = space.msix();
    assert!(before.is_some());
    for access in accesses {
        access.write(&mut space);
        assert_eq!(space.msix(), before);
    }
}

/// Reading, at any place and of any width, changes nothing, and gives the same again.
#[property]
fn prop_config_read_idempotent(before: Vec<Access>, accesses: Vec<Access>) {
    let mut space = space(&Image::new());
    for access in before {
        access.write(&mut space);
    }
    let unread = space.clone();
    for access in accesses {
        let value = access.read(&space);
        assert_eq!(access.read(&space), value);
    }
    assert_eq!(space, unread);
}

/// The two halves of a 64-bit register make up the address that it was given, before and after a
/// guest that wrote both.
#[property]
fn prop_config_64bit_bar_consistent(assigned: u64, written: u64) {
    let mut space = space(&Image::new());
    let bar = space.bars().bars().get(BarSlot::Bar1).expect("it is there");
    assert_eq!(bar.kind(), BarKind::Mem64);
    // Eight gibibytes: the lowest 33 bits of an address are 0.
    let aligned = |address: u64| address >> 33 << 33;
    let halves = |space: &ConfigSpace| {
        u64::from(space.read(0x18, 4)) << 32 | u64::from(space.read(0x14, 4) & !0xf)
    };
    space.bars_mut().assign(bar, Gpa::new(assigned));
    assert_eq!(halves(&space), aligned(assigned));
    assert_eq!(space.bars().address(bar).get(), aligned(assigned));
    assert_eq!(space.read(0x14, 4) & 0xf, 0xc);

    space.write(0x14, 4, written as u32);
    space.write(0x18, 4, (written >> 32) as u32);
    assert_eq!(halves(&space), aligned(written));
    assert_eq!(space.bars().address(bar).get(), aligned(written));
}

/// What bytes and words read is the part that they are of the whole register; what they write is
/// what the whole register would be written with that part exchanged. Accesses across a register
/// read as ones and write nothing.
#[property]
fn prop_config_subdword_composition(
    before: Vec<Access>,
    #[from(select(KINDS))] at: u16,
    value: u32,
) {
    check_composition(before, at, value);
}

/// A register of each kind: read-only, command and status, cache line, memory, both halves of a
/// 64-bit address, ports, no base address, expansion ROM, pointer, interrupt line, the capabilities'
/// first and further ones, the last one.
const KINDS: [u16; 16] = [
    0x00, 0x04, 0x0c, 0x10, 0x14, 0x18, 0x1c, 0x20, 0x30, 0x34, 0x3c, 0x40, 0x50, 0x54, 0x58, 0xfc,
];

/// The same for every register.
#[property]
fn prop_config_subdword_composition_everywhere(
    before: Vec<Access>,
    #[from(0..=63_u16)] register: u16,
    value: u32,
) {
    check_composition(before, register * 4, value);
}

fn check_composition(before: Vec<Access>, at: u16, value: u32) {
    let mut space = space(&Image::new());
    for access in before {
        access.write(&mut space);
    }
    let whole = space.read(at, 4);
    let byte = |at| space.read(at, 1);
    let bytes = byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16 | byte(at + 3) << 24;
    assert_eq!(bytes, whole);
    assert_eq!(space.read(at, 2) | space.read(at + 2, 2) << 16, whole);
    for odd in [1, 3] {
        assert_eq!(space.read(at + odd, 2), u32::MAX);
    }
    for inside in 1..4 {
        assert_eq!(space.read(at + inside, 4), u32::MAX);
    }

    let (mut by_bytes, mut by_words) = (space.clone(), space.clone());
    for (place, byte) in (at..).zip(value.to_le_bytes()) {
        by_bytes.write(place, 1, byte.into());
    }
    by_words.write(at, 2, value & 0xffff);
    by_words.write(at + 2, 2, value >> 16);
    space.write(at + 1, 2, !value);
    space.write(at + 2, 4, !value);
    space.write(at, 3, !value);
    space.write(at, 4, value);
    assert_eq!(by_bytes, space);
    assert_eq!(by_words, space);
}

/// Bits that are not the guest's to write never change, and those that are take what was written
/// last, or are cleared by writing ones.
#[property]
fn prop_config_writable_mask(accesses: Vec<Access>, register: u8) {
    let mut space = space(&Image::new());
    // Offset, bits that can be written, bits that are cleared: everything outside the base address
    // registers, copied from the description of the header.
    let rules: [(u16, u32, u32); 4] = [
        (0x04, 0x0000_0547, 0xf900_0000),
        (0x0c, 0x0000_00ff, 0),
        (0x3c, 0x0000_00ff, 0),
        (MSIX, 0xc000_0000, 0),
    ];
    let at = u16::from(register & 0xfc);
    if BarSlot::from_config_offset(at).is_some() {
        return;
    }
    let rule = rules.iter().find(|rule| rule.0 == at);
    let (writable, clearable) = rule.map_or((0, 0), |rule| (rule.1, rule.2));
    let mut expected = space.read(at, 4);
    for access in accesses {
        access.write(&mut space);
        let (value, mask) = access.bits_in(at);
        let changed = writable & mask;
        expected = (expected & !changed | value & changed) & !(clearable & mask & value);
        assert_eq!(space.read(at, 4), expected);
    }
}

/// A space of a device whose header is a bridge's, or which is cut off within the header, is
/// refused; the multi-function bit is not shown.
#[property]
fn prop_config_header_type(header: u8, #[from(0..=64_u8)] words: u8) {
    let mut image = Image::new();
    image.bytes[0x0e] = header;
    let bytes = &image.bytes[..usize::from(words) * 4];
    match ConfigSpace::from_host(bytes, bars()) {
        Ok(mut space) => {
            assert!(words >= 16 && header & 0x7f == 0);
            assert_eq!(space.read(0x0e, 1), 0);
            assert_eq!(space.bytes(), bytes.len());
            // Capabilities that were cut off are not there to be hidden.
            for capability in space.standard_capabilities() {
                assert!(usize::from(capability.offset) < bytes.len());
                assert!(space.hide_capability(capability));
            }
            assert_eq!(space.standard_capabilities(), []);
        }
        Err(_) => assert!(words < 16 || header & 0x7f != 0),
    }
    assert!(ConfigSpace::from_host(&image.bytes, Bars::new()).is_ok() || header & 0x7f != 0);
}
