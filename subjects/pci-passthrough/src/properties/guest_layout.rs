//! Guest memory: what the regions add up to, and what they leave free.

use proofhouse::prelude::*;

use super::generators::ram_pages;
use crate::{Gpa, GuestLayout, Range};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// Start and length of everything that must be free, written down from the hardware's side.
const MUST_BE_FREE: [(u64, u64); 8] = [
    (3 * GIB, GIB),
    // Device windows, PCI configuration, KVM's task state segment and identity map.
    (0xc000_0000, 640 * MIB),
    (0xe800_0000, 256 * MIB),
    (0xf800_0000, 0x3000),
    (0xf800_3000, 0x1000),
    // I/O interrupt controller, TPM, local interrupt controllers.
    (0xfec0_0000, 0x1000),
    (0xfed4_0000, 0x1000),
    (0xfee0_0000, 0x10_0000),
];

/// For every whole number of pages up to 64 TiB, the regions are page aligned, start at 0 and, above
/// 3 GiB of memory, go on at 4 GiB, and their sizes sum to the memory size.
#[property]
fn prop_guest_layout_total(#[from(ram_pages())] pages: u64) {
    let bytes = pages * 4096;
    let layout = GuestLayout::new(bytes).expect("whole pages up to 64 TiB have a layout");
    let regions: Vec<Range<Gpa>> = layout.regions().collect();

    let total: u128 = regions.iter().map(|region| region.length()).sum();
    assert_eq!(total, u128::from(bytes));
    for region in &regions {
        assert!(region.first().get().is_multiple_of(4096));
        assert!(region.length().is_multiple_of(4096));
    }
    let starts: Vec<u64> = regions.iter().map(|region| region.first().get()).collect();
    let expected: &[u64] = if bytes > 3 * GIB { &[0, 4 * GIB] } else { &[0] };
    assert_eq!(starts, expected);
}

/// For every whole number of pages up to 64 TiB, the regions are ascending and disjoint, and no
/// region touches the gibibyte below 4 GiB or any of the windows in it.
#[property]
fn prop_guest_layout_hole(#[from(ram_pages())] pages: u64) {
    let layout = GuestLayout::new(pages * 4096).expect("whole pages up to 64 TiB have a layout");
    let mut free_from = 0;
    for region in layout.regions() {
        let (first, last) = (region.first().get(), region.last().get());
        assert!(first >= free_from, "regions overlap or are out of order");
        free_from = last + 1;
        for (start, length) in MUST_BE_FREE {
            assert!(last < start || start + length <= first);
        }
        for window in GuestLayout::reserved_windows() {
            assert!(!region.overlaps(window.range()));
        }
    }
}

/// A size has a layout exactly when it is a whole number of pages, not zero and at most 64 TiB.
#[property]
fn prop_guest_layout_refuses(bytes: u64) {
    check_legal(bytes);
}

/// The same for sizes within two pages of nothing, of 3 GiB and of 64 TiB.
#[property]
fn prop_guest_layout_refuses_at_the_limits(
    #[from(select([0, 3 * GIB, 64 * 1024 * GIB]))] limit: u64,
    #[from(0..=4_u64)] pages: u64,
    #[from(select([0, 1, 512, 2048, 4095]))] rest: u64,
) {
    check_legal((limit + pages * 4096 + rest).saturating_sub(2 * 4096));
}

fn check_legal(bytes: u64) {
    let is_legal = bytes.is_multiple_of(4096) && bytes != 0 && bytes <= 64 * 1024 * GIB;
    assert_eq!(GuestLayout::new(bytes).is_ok(), is_legal);
}

/// The windows that the library names are those that the hardware has.
#[test]
fn the_windows_are_those_of_the_hardware() {
    let windows: Vec<(u64, u128)> = GuestLayout::reserved_windows()
        .iter()
        .map(|window| (window.range().first().get(), window.range().length()))
        .collect();
    let expected: Vec<(u64, u128)> = MUST_BE_FREE[1..]
        .iter()
        .map(|&(start, length)| (start, u128::from(length)))
        .collect();
    assert_eq!(windows, expected);
    assert!(
        GuestLayout::reserved_windows()
            .iter()
            .all(|window| !window.name().is_empty())
    );
}
