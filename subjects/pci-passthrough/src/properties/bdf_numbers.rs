//! Function names as numbers: limits, packing, order.

use proofhouse::prelude::*;

use super::grammar::SYSFS;
use crate::Bdf;

/// Devices above 31 and functions above 7 are refused, built from numbers and read from text
/// alike; what is accepted keeps its numbers, so nothing is ever masked to fit.
#[property]
fn prop_bdf_device_function_limits(device: u8, function: u8, has_segment: bool) {
    check_limits(device, function, has_segment);
}

/// The same for the numbers just at the limits.
#[property]
fn prop_bdf_limits_are_exact(
    #[from(30..=33_u8)] device: u8,
    #[from(6..=9_u8)] function: u8,
    has_segment: bool,
) {
    check_limits(device, function, has_segment);
}

fn check_limits(device: u8, function: u8, has_segment: bool) {
    let is_legal = device <= 31 && function <= 7;

    match Bdf::new(1, 2, device, function) {
        Ok(bdf) => {
            assert!(is_legal);
            assert_eq!((bdf.segment(), bdf.bus()), (1, 2));
            assert_eq!((bdf.device(), bdf.function()), (device, function));
        }
        Err(_) => assert!(!is_legal),
    }

    let prefix = if has_segment { "0001:02" } else { "02" };
    let mut text = String::from(prefix);
    text.push(':');
    text.push_str(&hexadecimal(device));
    text.push('.');
    text.push_str(&hexadecimal(function));
    match text.parse::<Bdf>() {
        Ok(bdf) => {
            assert!(is_legal);
            assert_eq!((bdf.segment(), bdf.bus()), (u16::from(has_segment), 2));
            assert_eq!((bdf.device(), bdf.function()), (device, function));
        }
        Err(_) => assert!(!is_legal),
    }
}

/// Every 32-bit number is the packed form of exactly one function: packing leads back to the
/// number, and different functions have different numbers.
#[property]
fn prop_bdf_packed_bijection(packed: u32, one: Bdf, other: Bdf) {
    assert_eq!(Bdf::from_packed(packed).packed(), packed);
    assert_eq!(Bdf::from_packed(one.packed()), one);
    assert_eq!(one.packed() == other.packed(), one == other);
}

/// The packed form counts functions, eight to a device, devices, 32 to a bus, and buses, 256 to a
/// segment.
#[property]
fn prop_bdf_packed_counts(bdf: Bdf) {
    let bus = u64::from(bdf.segment()) * 256 + u64::from(bdf.bus());
    let device = bus * 32 + u64::from(bdf.device());
    let function = device * 8 + u64::from(bdf.function());
    assert_eq!(u64::from(bdf.packed()), function);
}

/// Whatever number a function is unpacked from, its device is at most 31 and its function at most
/// 7.
#[property]
fn prop_bdf_unpacked_is_legal(packed: u32) {
    let bdf = Bdf::from_packed(packed);
    assert_eq!(
        Bdf::new(bdf.segment(), bdf.bus(), bdf.device(), bdf.function()),
        Ok(bdf)
    );
}

/// Functions are ordered by segment, then bus, device and function, which is the order of their
/// packed numbers.
#[property]
fn prop_bdf_order_matches_packed(left: Bdf, right: Bdf) {
    let numbers = |bdf: Bdf| (bdf.segment(), bdf.bus(), bdf.device(), bdf.function());
    let order = left.cmp(&right);
    assert_eq!(order, left.packed().cmp(&right.packed()));
    assert_eq!(order, numbers(left).cmp(&numbers(right)));
    assert_eq!(left < right, order.is_lt());
    assert_eq!(left == right, order.is_eq());
}

/// Among the 256 functions of a bus, devices come first and functions second.
#[property]
fn prop_bdf_order_within_a_bus(
    #[from(0..=31_u8)] left_device: u8,
    #[from(0..=7_u8)] left_function: u8,
    #[from(0..=31_u8)] right_device: u8,
    #[from(0..=7_u8)] right_function: u8,
) {
    let on_bus = |device, function| Bdf::new(0, 0x65, device, function).expect("in range");
    let left = on_bus(left_device, left_function);
    let right = on_bus(right_device, right_function);
    let order = (left_device, left_function).cmp(&(right_device, right_function));
    assert_eq!(left.cmp(&right), order);
    assert_eq!(left.packed().cmp(&right.packed()), order);
}

/// The name in sysfs is the twelve characters that the kernel writes, and it reads back as the
/// same function.
#[property]
fn prop_bdf_sysfs_path(bdf: Bdf) {
    let name = bdf.to_sysfs();
    assert_eq!(name.as_slice(), SYSFS.write(bdf).as_bytes());
    assert_eq!(name.len(), 12);
    assert_eq!(Bdf::from_ascii(&name), Ok(bdf));
}

/// One or two hexadecimal digits, as many as the number needs.
fn hexadecimal(number: u8) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).expect("below 16");
    let mut text = String::new();
    if number >= 16 {
        text.push(digit(number / 16));
    }
    text.push(digit(number % 16));
    text
}
