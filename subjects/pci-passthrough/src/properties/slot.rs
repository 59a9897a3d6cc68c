//! Base address register slots: numbers, offsets, regions.

use proofhouse::prelude::*;

use crate::{BarSlot, RegionIndex};

/// Slot and offset of the seven registers, copied from the picture of the header of type 0.
const HEADER: [(BarSlot, u16); 7] = [
    (BarSlot::Bar0, 0x10),
    (BarSlot::Bar1, 0x14),
    (BarSlot::Bar2, 0x18),
    (BarSlot::Bar3, 0x1c),
    (BarSlot::Bar4, 0x20),
    (BarSlot::Bar5, 0x24),
    (BarSlot::Rom, 0x30),
];

/// Every register lies at its place in the header, a multiple of four; no two share one.
#[property]
fn prop_bar_config_offset_valid(slot: BarSlot, other: BarSlot) {
    let offset = slot.config_offset();
    assert!(offset.is_multiple_of(4));
    assert!(HEADER.contains(&(slot, offset)));
    assert_eq!(other.config_offset() == offset, other == slot);
}

/// A slot's offset leads back to the slot, and every offset that is no register's leads to none.
#[property]
fn prop_bar_index_roundtrip(slot: BarSlot, offset: u16) {
    assert_eq!(
        BarSlot::from_config_offset(slot.config_offset()),
        Some(slot)
    );
    let expected = HEADER.iter().find(|row| row.1 == offset).map(|row| row.0);
    assert_eq!(BarSlot::from_config_offset(offset), expected);
}

/// The numbers 0 to 5 and, for the expansion ROM, 6 have a slot, which has that number.
#[property]
fn prop_bar_index_valid(#[from(0..=6_u8)] number: u8) {
    let slot = BarSlot::from_number(number).expect("numbers up to 6 have a slot");
    assert_eq!(slot.number(), number);
    assert_eq!(slot, HEADER[usize::from(number)].0);
    assert_eq!(slot, BarSlot::ALL[usize::from(number)]);
    assert_eq!(slot == BarSlot::Rom, number == 6);
}

/// The numbers from 7 on have no slot.
#[property]
fn prop_bar_index_invalid(#[from(7..=u8::MAX)] number: u8) {
    assert!(BarSlot::from_number(number).is_err());
}

/// A register's region has the slot's number, 6 for the expansion ROM, and is neither
/// configuration space nor the VGA area.
#[property]
fn prop_vfio_region_from_bar(slot: BarSlot) {
    let region = RegionIndex::from(slot);
    let row = HEADER
        .iter()
        .position(|row| row.0 == slot)
        .expect("every slot has a row");
    assert_eq!(usize::try_from(region.get()), Ok(row));
    assert_eq!(region.bar_slot(), Some(slot));
    assert_ne!(region, RegionIndex::CONFIG);
    assert_ne!(region, RegionIndex::VGA);
}

/// The regions that are no register's have the kernel's numbers and lead to no slot.
#[test]
fn config_and_vga_are_no_registers() {
    assert_eq!(RegionIndex::CONFIG.get(), 7);
    assert_eq!(RegionIndex::VGA.get(), 8);
    assert_eq!(RegionIndex::CONFIG.bar_slot(), None);
    assert_eq!(RegionIndex::VGA.bar_slot(), None);
}

/// 0 to 5 and the ROM are slots, 7 is none, and the ROM is not where a seventh register would be.
#[test]
fn test_edge_bar_boundaries() {
    assert_eq!(BarSlot::from_number(5), Ok(BarSlot::Bar5));
    assert_eq!(BarSlot::from_number(6), Ok(BarSlot::Rom));
    assert!(BarSlot::from_number(7).is_err());
    assert_eq!(BarSlot::Rom.config_offset(), 0x30);
    assert_eq!(BarSlot::from_config_offset(0x28), None);
}
