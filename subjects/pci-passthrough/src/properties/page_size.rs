//! Page sizes from bitmaps.

use proofhouse::prelude::*;

use crate::PageSize;

/// The page size of a bitmap is its lowest bit that stands for 4096 bytes or more; without such a
/// bit there is none.
#[property]
fn prop_pagesize_from_bitmap(bitmap: u64) {
    check_lowest_bit(bitmap);
}

/// The same for bitmaps of two bits, with and without all the sizes below 4096.
#[property]
fn prop_pagesize_from_sparse_bitmap(
    #[from(0..=63_u8)] one: u8,
    #[from(0..=63_u8)] other: u8,
    below_4096: bool,
) {
    let below = if below_4096 { 0xfff } else { 0 };
    check_lowest_bit(1 << one | 1 << other | below);
}

fn check_lowest_bit(bitmap: u64) {
    let found = PageSize::from_bitmap(bitmap).map(PageSize::bytes).ok();
    assert_eq!(found, lowest_bit_from_4096(bitmap));
}

/// Looks at one bit after the other, upwards from that of 4096.
fn lowest_bit_from_4096(bitmap: u64) -> Option<u64> {
    let mut bit = 4096;
    loop {
        if bitmap & bit != 0 {
            return Some(bit);
        }
        if bit == 1 << 63 {
            return None;
        }
        bit *= 2;
    }
}
