//! Addresses: conversion, checked arithmetic, order, alignment.

use proofhouse::prelude::*;

use crate::{Alignment, Gpa, Hva, Iova};

/// The identity map takes every guest address to a device address and back to itself.
#[property]
fn prop_gpa_iova_roundtrip(number: u64) {
    let guest = Gpa::new(number);
    let device = Iova::from_gpa(guest);
    assert_eq!(device.get(), number);
    assert_eq!(device.identity_gpa(), guest);
}

/// In all three spaces, an address gives back the number that it was made of.
#[property]
fn prop_address_roundtrip(number: u64) {
    assert_eq!(Gpa::new(number).get(), number);
    assert_eq!(Hva::new(number).get(), number);
    assert_eq!(Iova::new(number).get(), number);
}

/// Adding to and subtracting from an address is exact, and is refused exactly when the exact
/// result does not fit 64 bits.
#[property]
fn prop_address_arithmetic_safe(number: u64, bytes: u64) {
    // 128 bits hold every sum and difference.
    let sum = u64::try_from(u128::from(number) + u128::from(bytes)).ok();
    let difference = u64::try_from(i128::from(number) - i128::from(bytes)).ok();

    assert_eq!(Gpa::new(number).checked_add(bytes).map(Gpa::get), sum);
    assert_eq!(Hva::new(number).checked_add(bytes).map(Hva::get), sum);
    assert_eq!(Iova::new(number).checked_add(bytes).map(Iova::get), sum);
    assert_eq!(
        Gpa::new(number).checked_sub(bytes).map(Gpa::get),
        difference
    );
    assert_eq!(
        Hva::new(number).checked_sub(bytes).map(Hva::get),
        difference
    );
    assert_eq!(
        Iova::new(number).checked_sub(bytes).map(Iova::get),
        difference
    );
}

/// An address lies between its two roundings; both are multiples of the alignment and less than
/// the alignment away; rounding up is refused exactly when no multiple is left above.
#[property]
fn prop_address_alignment(number: u64, #[from(0..=63_u8)] exponent: u8) {
    let alignment = alignment_of(exponent);
    let bytes = 1_u64 << exponent;

    let down = Gpa::new(number).align_down(alignment).get();
    assert!(is_multiple(down, exponent));
    assert!(down <= number);
    assert!(number - down < bytes);

    match Gpa::new(number).align_up(alignment).map(Gpa::get) {
        Some(up) => {
            assert!(is_multiple(up, exponent));
            assert!(number <= up);
            assert!(up - number < bytes);
        }
        None => {
            let greatest_multiple = (u64::MAX >> exponent) << exponent;
            assert!(greatest_multiple < number);
        }
    }
}

/// All three spaces align alike, and an address is aligned exactly when rounding leaves it.
#[property]
fn prop_address_alignment_agrees(number: u64, #[from(0..=63_u8)] exponent: u8) {
    let alignment = alignment_of(exponent);
    let (guest, host, device) = (Gpa::new(number), Hva::new(number), Iova::new(number));

    assert_eq!(
        host.align_down(alignment).get(),
        guest.align_down(alignment).get()
    );
    assert_eq!(
        device.align_down(alignment).get(),
        guest.align_down(alignment).get()
    );
    assert_eq!(
        host.align_up(alignment).map(Hva::get),
        guest.align_up(alignment).map(Gpa::get)
    );
    assert_eq!(
        device.align_up(alignment).map(Iova::get),
        guest.align_up(alignment).map(Gpa::get)
    );

    assert_eq!(guest.is_aligned(alignment), is_multiple(number, exponent));
    assert_eq!(host.is_aligned(alignment), is_multiple(number, exponent));
    assert_eq!(device.is_aligned(alignment), is_multiple(number, exponent));
}

/// The addresses of each space are ordered as their numbers are.
#[property]
fn prop_address_ordering(left: u64, right: u64) {
    let order = left.cmp(&right);
    assert_eq!(Gpa::new(left).cmp(&Gpa::new(right)), order);
    assert_eq!(Hva::new(left).cmp(&Hva::new(right)), order);
    assert_eq!(Iova::new(left).cmp(&Iova::new(right)), order);
    // The comparison operators, which need not go through `cmp`.
    assert_eq!(Gpa::new(left) < Gpa::new(right), left < right);
    assert_eq!(Hva::new(left) < Hva::new(right), left < right);
    assert_eq!(Iova::new(left) < Iova::new(right), left < right);
    assert_eq!(Gpa::new(left) == Gpa::new(right), left == right);
    assert_eq!(Hva::new(left) == Hva::new(right), left == right);
    assert_eq!(Iova::new(left) == Iova::new(right), left == right);
}

/// The conversion from guest to device addresses does what its named constructor does.
#[property]
fn prop_iova_from_trait(number: u64) {
    let guest = Gpa::new(number);
    assert_eq!(Iova::from(guest), Iova::from_gpa(guest));
    let converted: Iova = guest.into();
    assert_eq!(converted.get(), number);
}

/// Aligning an address that was aligned before, either way, changes nothing.
#[property]
fn prop_align_idempotent(number: u64, #[from(0..=63_u8)] exponent: u8) {
    let alignment = alignment_of(exponent);
    let down = Gpa::new(number).align_down(alignment);
    assert_eq!(down.align_down(alignment), down);
    assert_eq!(down.align_up(alignment), Some(down));
    if let Some(up) = Gpa::new(number).align_up(alignment) {
        assert_eq!(up.align_up(alignment), Some(up));
        assert_eq!(up.align_down(alignment), up);
    }
}

/// The alignment of `2^exponent` bytes.
fn alignment_of(exponent: u8) -> Alignment {
    Alignment::from_exponent(exponent).expect("every exponent up to 63 has an alignment")
}

/// Whether a number of `2^exponent` bytes each makes up `value`: dividing and multiplying again
/// loses nothing.
fn is_multiple(value: u64, exponent: u8) -> bool {
    let quotient = value >> exponent;
    quotient << exponent == value
}
