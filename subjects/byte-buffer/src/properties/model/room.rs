//! Making room.

use proofhouse::prelude::*;

use super::super::scene::{Scene, amount};
use crate::geometry::{SIZE_MAX, capacity_of_class};
use crate::model::Arena;
use crate::well_formed::{Kind, View};

/// Reserving makes room, never takes any away, and keeps the contents: whichever byte of them is
/// followed lies at the same index afterwards.
#[property]
fn reserve_capacity_and_contents(
    mut scene: Scene,
    #[from(amount())] additional: usize,
    index: usize,
) {
    let before = scene.view();
    let byte = (index < before.length()).then(|| scene.arena.place(&scene.main, index));
    if scene.arena.reserve(&mut scene.main, additional).is_err() {
        assert_eq!(scene.view(), before);
        return;
    }
    scene.assert_sound(&[]);
    let after = scene.view();
    assert_eq!(after.length(), before.length());
    assert!(after.capacity() >= before.capacity());
    assert!(after.capacity() - after.length() >= additional);
    if let Some(byte) = byte {
        assert_eq!(
            scene.arena.follow(byte),
            scene.arena.place(&scene.main, index)
        );
    }
}

/// For every number of bytes: reserving succeeds if the end of the room, from the start of the
/// allocation, is a possible size, and only if the contents with the room are; all handles are sound
/// afterwards. Sums are taken in 128 bits.
#[property]
fn reserve_extreme_no_wrap(mut scene: Scene, additional: usize) {
    let before = scene.view();
    let needed = before.length() as u128 + additional as u128;
    let end = before.start as u128 + needed;
    let is_done = scene.arena.reserve(&mut scene.main, additional).is_ok();
    scene.assert_sound(&[]);
    if end <= SIZE_MAX as u128 {
        assert!(is_done, "there is an allocation that is large enough");
    }
    if needed > SIZE_MAX as u128 {
        assert!(!is_done, "no allocation is large enough");
    }
}

/// The capacity that reserving leads to, by the table of cases of the original: what a vector, a sole
/// owner and one of several handles do.
#[property]
fn reserve_takes_the_documented_way(mut scene: Scene, #[from(amount())] additional: usize) {
    let before = scene.view();
    if scene.arena.reserve(&mut scene.main, additional).is_err() {
        return;
    }
    let after = scene.view();
    if additional <= before.capacity() - before.length() {
        assert_eq!(after, before);
        return;
    }
    let needed = before.length() as u128 + additional as u128;
    let (total, offset) = (before.total as u128, before.start as u128);
    let fits_in_front = needed <= total && before.start >= before.length();
    let doubled = (2 * total).min(SIZE_MAX as u128).max(8);
    let (expected_offset, expected_capacity) = if before.references > 1 {
        (0, needed.max(capacity_of_class(before.class) as u128))
    } else if before.kind == Kind::Shared && needed + offset <= total {
        (offset, needed)
    } else if fits_in_front {
        (0, total)
    } else {
        (offset, doubled.max(needed + offset) - offset)
    };
    assert_eq!(after.start as u128, expected_offset);
    assert_eq!(after.capacity() as u128, expected_capacity);
}

/// What growing copies is paid for by what was appended: the allocation at least doubles, unless it
/// becomes as large as can be. Leaving an allocation to others copies the contents alone.
#[property]
fn growing_doubles(mut scene: Scene, #[from(amount())] additional: usize) {
    let before = scene.view();
    if scene.arena.reserve(&mut scene.main, additional).is_err() {
        return;
    }
    let after = scene.view();
    if after.base == before.base && after.total != before.total {
        let doubled = 2 * before.total as u128;
        assert!(after.total as u128 >= doubled.min(SIZE_MAX as u128));
    }
}

/// Reclaiming asks for no memory, and where it succeeds there is room, with the contents kept.
#[property]
fn try_reclaim_never_allocates(
    mut scene: Scene,
    #[from(amount())] additional: usize,
    index: usize,
) {
    let before = scene.view();
    let byte = (index < before.length()).then(|| scene.arena.place(&scene.main, index));
    let allocations = scene.arena.allocations();
    let is_done = scene.arena.try_reclaim(&mut scene.main, additional);
    scene.assert_sound(&[]);
    assert_eq!(scene.arena.allocations(), allocations);
    let after = scene.view();
    assert_eq!(
        (after.base, after.total, after.length()),
        (before.base, before.total, before.length())
    );
    assert!(after.capacity() >= before.capacity());
    if is_done {
        assert!(after.capacity() - after.length() >= additional);
    }
    if let Some(byte) = byte {
        assert_eq!(
            scene.arena.follow(byte),
            scene.arena.place(&scene.main, index)
        );
    }
}

/// Where reclaiming fails nothing has changed, and reserving would have needed memory: it takes an
/// allocation or makes one larger, or fails as well.
#[property]
fn try_reclaim_false_unchanged(mut scene: Scene, #[from(amount())] additional: usize) {
    let before = scene.view();
    if scene.arena.try_reclaim(&mut scene.main, additional) {
        return;
    }
    assert_eq!(scene.view(), before);
    scene.assert_sound(&[]);
    if scene.arena.reserve(&mut scene.main, additional).is_ok() {
        let after = scene.view();
        assert!(after.base != before.base || after.total > before.total);
    }
}

/// Making a buffer longer, to any length, keeps its contents, and makes it just so long.
#[property]
fn resize_functional(mut scene: Scene, #[from(amount())] length: usize, index: usize) {
    let before = scene.view();
    let byte = (index < before.length().min(length)).then(|| scene.arena.place(&scene.main, index));
    match length.checked_sub(before.length()) {
        None => scene.arena.truncate(&mut scene.main, length),
        Some(more) => {
            if scene.arena.reserve(&mut scene.main, more).is_err() {
                assert_eq!(scene.view(), before);
                return;
            }
            scene.arena.fill(&mut scene.main, more);
        }
    }
    scene.assert_sound(&[]);
    assert_eq!(scene.main.len(), length);
    if let Some(byte) = byte {
        assert_eq!(
            scene.arena.follow(byte),
            scene.arena.place(&scene.main, index)
        );
    }
}

/// The program of the advisory RUSTSEC-2026-0007, for every geometry: a sole owner of a shared
/// allocation asks for so much that the end wraps.
#[property]
fn reserve_never_wraps_to_the_inside(
    #[from(1..=SIZE_MAX)] total: usize,
    at: usize,
    additional: usize,
) {
    let mut arena = Arena::new(SIZE_MAX >> 5);
    let mut main = arena.vector(total);
    arena.fill(&mut main, total);
    let Ok(mut back) = arena.split_off(&mut main, at) else {
        return;
    };
    arena.release(main);
    let before: View = arena.view(&back);
    let is_done = arena.reserve(&mut back, additional).is_ok();
    let after = arena.view(&back);
    assert!(after.end <= after.total && after.start <= after.end);
    if is_done {
        assert!(after.capacity() as u128 >= before.length() as u128 + additional as u128);
    }
}
