//! The MSI-X capability: its bytes, and where its structures may be.

use proofhouse::prelude::*;

use crate::{Bar, BarSlot, Bars, MsixCapability, MsixError, MsixPlace};

/// A capability of every legal count and place leads through its bytes back to itself; its count is
/// stored less one; reserved registers and other capabilities' numbers are refused.
#[property]
fn prop_msix_cap_encode_decode(
    #[from(1..=2048_u16)] vectors: u16,
    #[from(0..=5_u8)] table_slot: u8,
    #[from(0..=0x1fff_ffff_u32)] table_offset: u32,
    #[from(0..=5_u8)] pending_slot: u8,
    #[from(0..=0x1fff_ffff_u32)] pending_offset: u32,
    next: u8,
    control_bits: u8,
) {
    let place = |slot: u8, offset: u32| {
        let slot = BarSlot::from_number(slot).expect("at most 5");
        MsixPlace::new(slot, offset * 8).expect("a multiple of 8")
    };
    let (table, pending) = (
        place(table_slot, table_offset),
        place(pending_slot, pending_offset),
    );
    let capability = MsixCapability::new(vectors, table, pending).expect("1 to 2048");
    let mut bytes = capability.encode(next);
    assert_eq!(bytes[..2], [0x11, next]);
    assert_eq!(
        u32::from(bytes[2]) + 256 * u32::from(bytes[3]) + 1,
        u32::from(vectors)
    );
    let word =
        |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    assert_eq!(word(4), table_offset * 8 + u32::from(table_slot));
    assert_eq!(word(8), pending_offset * 8 + u32::from(pending_slot));
    // What a guest has set meanwhile does not matter.
    bytes[3] |= control_bits & 0xf8;
    assert_eq!(MsixCapability::decode(&bytes), Ok(capability));

    let mut reserved = bytes;
    reserved[4] = reserved[4] & 0xf8 | 6 | next & 1;
    assert!(matches!(
        MsixCapability::decode(&reserved),
        Err(MsixError::ReservedRegister { register: 6 | 7 })
    ));
    let mut reserved = bytes;
    reserved[8] = reserved[8] & 0xf8 | 6 | next & 1;
    assert!(MsixCapability::decode(&reserved).is_err());
    let mut other = bytes;
    other[0] = next;
    assert_eq!(MsixCapability::decode(&other).is_ok(), next == 0x11);
}

/// Every other count of vectors is refused; so are the expansion ROM and offsets between multiples
/// of eight.
#[property]
fn prop_msix_cap_refuses(vectors: u16, slot: BarSlot, offset: u32) {
    let place = MsixPlace::new(slot, offset);
    assert_eq!(
        place.is_ok(),
        slot != BarSlot::Rom && offset.is_multiple_of(8)
    );
    let first = MsixPlace::new(BarSlot::Bar0, 0).expect("legal");
    let capability = MsixCapability::new(vectors, first, first);
    assert_eq!(capability.is_ok(), (1..=2048).contains(&vectors));
}

/// A capability is accepted exactly when both structures lie in the device's memory, each in a
/// register that is one of memory and no upper half, and share no byte.
#[property]
fn prop_msix_cap_bounds(
    bar: Bar,
    other: Bar,
    #[from(1..=2048_u16)] vectors: u16,
    #[from(place())] table: (u8, u32),
    #[from(place())] pending: (u8, u32),
) {
    let mut bars = Bars::new();
    assert_eq!(bars.add(bar), Ok(()));
    let has_other = bars.add(other).is_ok();
    let place = |(slot, offset): (u8, u32)| {
        let slot = BarSlot::from_number(slot).expect("at most 5");
        MsixPlace::new(slot, offset).expect("a multiple of 8")
    };
    let capability = MsixCapability::new(vectors, place(table), place(pending)).expect("legal");

    let table_end = u128::from(table.1) + 16 * u128::from(vectors);
    let pending_end = u128::from(pending.1) + u128::from(vectors.div_ceil(64)) * 8;
    // The bytes of memory in a slot; 0 for ports, ROMs, upper halves and nothing.
    let memory = |slot: u8| {
        let mut bytes = 0;
        for (bar, is_there) in [(bar, true), (other, has_other)] {
            let is_memory = bar.type_bits() & 1 == 0 && bar.slot() != BarSlot::Rom;
            if is_there && is_memory && bar.slot().number() == slot {
                bytes = bar.bytes();
            }
        }
        u128::from(bytes)
    };
    let is_inside = table_end <= memory(table.0) && pending_end <= memory(pending.0);
    let overlap = table.0 == pending.0
        && u128::from(table.1) < pending_end
        && u128::from(pending.1) < table_end;
    assert_eq!(
        capability.check_inside(&bars).is_ok(),
        is_inside && !overlap
    );
}

/// A register and an offset, half of the time a small one.
fn place() -> impl Generator<Value = (u8, u32)> {
    from_fn(|source| {
        let slot = source.draw(0..=5_u8);
        let eights = source.draw(0..=0x1fff_ffff_u32);
        let is_small = source.draw(any::<bool>());
        let mask = if is_small { 0xfff } else { u32::MAX };
        (slot, (eights & mask) * 8)
    })
}
