//! Giving out addresses.
//!
//! The search is held against one that tries every address from below, in a window of 16 addresses
//! anywhere in the address space.

use proofhouse::prelude::*;

use super::bar_rig::{IO, MEM32, MEM64, SmallBar, address_map};
use crate::{AddressPool, Alignment, BarError, BarKind, BusOwner, Gpa};

/// How many addresses the window has.
const WINDOW: u64 = 16;

/// Where the window begins: anywhere. The bits that alignment is about are drawn one by one.
fn base() -> impl Generator<Value = u64> {
    from_fn(|source| {
        let eights = source.draw(0..=(u64::MAX - (WINDOW + 7)) / 8);
        let rest = source.draw(select([0, 1, 2, 3, 4, 5, 6, 7]));
        eights * 8 + rest
    })
}

/// A size, not necessarily a power of two, and an alignment.
#[derive(Debug, Clone, Copy, Generate)]
struct Wish {
    #[from(select([1, 2, 3, 4, 5, 6]))]
    bytes: u8,
    #[from(select([0, 1, 2, 3]))]
    exponent: u8,
}

impl Wish {
    /// As many bits as bytes.
    fn bits(self) -> u32 {
        (1 << self.bytes) - 1
    }

    fn alignment(self) -> Alignment {
        Alignment::from_exponent(self.exponent).expect("below 64")
    }
}

/// What is in use, one bit for each address of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Used(u32);

impl Used {
    /// With a wish that was given its place.
    fn with(self, base: u64, wish: Wish, first: Gpa) -> Self {
        Self(self.0 | wish.bits() << (first.get() - base))
    }

    /// The lowest place for a wish, by trying every one.
    fn search(self, base: u64, wish: Wish) -> Option<u64> {
        let mut fits = 0_u32;
        for place in 0..WINDOW {
            let is_inside = place + u64::from(wish.bytes) <= WINDOW;
            // No alignment is above 8, so the low bits of the base say all.
            let is_aligned = (base % 8 + place).is_multiple_of(1 << wish.exponent);
            let is_free = self.0 & wish.bits() << place == 0;
            // No short cuts: sixteen places at once are one question to a solver.
            fits |= u32::from(is_inside & is_aligned & is_free) << place;
        }
        (fits != 0).then(|| u64::from(fits.trailing_zeros()))
    }
}

fn pool(base: u64) -> AddressPool {
    AddressPool::new(Gpa::new(base), WINDOW).expect("the window fits")
}

/// Whatever was given out before, a wish gets the lowest place that is free, inside the window and
/// aligned, as a search through all places finds it, or is refused when there is none; wishes of
/// the same kind that follow each other never go back.
#[property]
fn prop_bar_monotonic(#[from(base())] base: u64, wishes: Vec<Wish>, wish: Wish) {
    let mut pool = pool(base);
    let mut used = Used::default();
    for wish in wishes {
        // Used as it comes; judged when its turn is last.
        if let Ok(range) = pool.allocate(wish.bytes.into(), wish.alignment()) {
            used = used.with(base, wish, range.first());
        }
    }
    let mut last = None;
    for _ in 0..2 {
        let expected = used.search(base, wish);
        let before = pool.used().len();
        match pool.allocate(wish.bytes.into(), wish.alignment()) {
            Ok(range) => {
                assert_eq!(Some(range.first().get() - base), expected);
                assert_eq!(range.length(), u128::from(wish.bytes));
                assert!(last.is_none_or(|last| last < range.first()));
                last = Some(range.first());
                used = used.with(base, wish, range.first());
            }
            Err(error) => {
                let bytes = wish.bytes.into();
                assert_eq!(error, BarError::Exhausted { bytes });
                assert_eq!(expected, None);
                assert_eq!(pool.used().len(), before);
            }
        }
    }
}

/// A pool without addresses, or one that passes 2^64, is refused; so is the whole address space,
/// whose size no number tells.
#[property]
fn prop_bar_pool_bounds(first: u64, bytes: u64) {
    let is_legal = bytes > 0 && u128::from(first) + u128::from(bytes) <= 1 << 64;
    assert_eq!(AddressPool::new(Gpa::new(first), bytes).is_ok(), is_legal);
}

/// What is given back can be given out again, at the same place; giving back another size, or twice,
/// changes nothing.
#[property]
fn prop_bar_alloc_free_reuse(
    #[from(base())] base: u64,
    wishes: Vec<Wish>,
    wish: Wish,
    #[from(0..=20_u64)] wrong_bytes: u64,
) {
    let mut pool = pool(base);
    for wish in wishes {
        let _ = pool.allocate(wish.bytes.into(), wish.alignment());
    }
    let free = pool.clone();
    let bytes = u64::from(wish.bytes);
    let Ok(range) = pool.allocate(bytes, wish.alignment()) else {
        return;
    };
    let given = pool.clone();
    if wrong_bytes != bytes {
        assert!(!pool.free(range.first(), wrong_bytes));
        assert_eq!(pool, given);
    }
    assert!(pool.free(range.first(), bytes));
    assert_eq!(pool, free);
    assert!(!pool.free(range.first(), bytes));
    assert_eq!(pool, free);
    assert_eq!(pool.allocate(bytes, wish.alignment()), Ok(range));
    assert!(pool.free(range.first(), bytes));
    assert_eq!(
        pool.allocate_at(range.first(), bytes, wish.alignment()),
        Ok(range)
    );
    assert_eq!(pool, given);
}

/// Every register is placed at a multiple of its size, in a window that is made for its kind.
#[property]
fn prop_bar_natural_alignment(bars: Vec<SmallBar>) {
    let mut map = address_map();
    for (device, bar) in (0..).zip(bars) {
        let (bar, slot) = (bar.0, bar.0.slot());
        let Ok(range) = map.place(bar, BusOwner { device, slot }) else {
            continue;
        };
        assert!(range.first().get().is_multiple_of(bar.bytes()));
        assert_eq!(range.length(), u128::from(bar.bytes()));
        let is_inside = |window: (u64, u64)| {
            window.0 <= range.first().get() && range.last().get() < window.0 + window.1
        };
        assert!(match bar.kind() {
            BarKind::Io => is_inside(IO),
            BarKind::Mem32 | BarKind::Rom => is_inside(MEM32),
            BarKind::Mem64 => is_inside(MEM64) || is_inside(MEM32),
        });
    }
}

/// No two registers of memory share an address, wherever they were placed, and no two of ports do;
/// no two of memory share a page.
#[property]
fn prop_bar_no_overlap(bars: Vec<SmallBar>) {
    let mut map = address_map();
    let mut placed: Vec<(bool, u64, u64)> = Vec::new();
    for (device, bar) in (0..).zip(bars) {
        let (bar, slot) = (bar.0, bar.0.slot());
        let Ok(range) = map.place(bar, BusOwner { device, slot }) else {
            continue;
        };
        let is_io = bar.kind() == BarKind::Io;
        let unit = if is_io { 1 } else { 4096 };
        let (first, last) = (range.first().get() / unit, range.last().get() / unit);
        for &(other_is_io, other_first, other_last) in &placed {
            assert!(is_io != other_is_io || last < other_first || other_last < first);
        }
        placed.push((is_io, first, last));
    }
}
