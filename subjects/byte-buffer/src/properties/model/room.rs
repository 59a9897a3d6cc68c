//! Making room.

use proofhouse::prelude::*;

use super::super::scene::{Scene, amount};
use crate::geometry::{SIZE_MAX, capacity_of_class};
use crate::model::Arena;
use crate::well_formed::{Kind, View};

/// Panics unless so many bytes fit behind the contents. Said with a sum, as whoever appends takes it:
/// the machine proves that much sooner than a difference.
#[track_caller]
fn assert_room(view: View, additional: usize) {
    let end = view.filled.checked_add(additional);
    assert!(end.is_some_and(|end| end <= view.end));
}

/// Panics unless a region has as many bytes of contents as before, so many bytes fit behind them, and
/// nothing changed if they did before. Together this says that no capacity was lost.
#[track_caller]
fn assert_room_made(before: View, after: View, additional: usize) {
    assert_eq!(after.length(), before.length());
    assert_room(after, additional);
    if additional <= before.end - before.filled {
        assert_eq!(after, before);
    }
}

/// Reserving any number of bytes makes room for them behind contents of the same length, and takes no
/// capacity away.
#[property]
fn reserve_capacity_and_contents(mut scene: Scene, additional: usize) {
    let before = scene.view();
    if scene.arena.reserve(&mut scene.main, additional).is_ok() {
        assert_room_made(before, scene.view(), additional);
    }
}

/// Reserving keeps the contents: whichever byte of them is followed lies at the same index afterwards.
#[property]
fn reserve_keeps_each_byte(mut scene: Scene, additional: usize, index: usize) {
    if index >= scene.main.len() {
        return;
    }
    let byte = scene.arena.place(&scene.main, index);
    if scene.arena.reserve(&mut scene.main, additional).is_ok() {
        let place = scene.arena.place(&scene.main, index);
        assert_eq!(scene.arena.follow(byte), place);
    }
}

/// After reserving any number of bytes all handles are sound.
#[property]
fn reserve_wf(mut scene: Scene, additional: usize) {
    if scene.arena.reserve(&mut scene.main, additional).is_ok() {
        scene.assert_sound(&[]);
    }
}

/// Where reserving is refused nothing has changed.
#[property]
fn reserve_refused_unchanged(mut scene: Scene, additional: usize) {
    let before = scene.view();
    if scene.arena.reserve(&mut scene.main, additional).is_err() {
        assert_eq!(scene.view(), before);
        scene.assert_sound(&[]);
    }
}

/// For every number of bytes: reserving succeeds if the end of the room, from the start of the
/// allocation, is a possible size, and only if the contents with the room are. Sums are taken in 128
/// bits; that the region then ends within its allocation says `reserve_wf`.
#[property]
fn reserve_extreme_no_wrap(mut scene: Scene, additional: usize) {
    let before = scene.view();
    let needed = before.length() as u128 + additional as u128;
    let end = before.filled as u128 + additional as u128;
    if scene.arena.reserve(&mut scene.main, additional).is_ok() {
        assert!(needed <= SIZE_MAX as u128, "no allocation is large enough");
    } else {
        assert!(end > SIZE_MAX as u128, "there is one that is large enough");
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
    // What does not fit into a number is larger than any allocation.
    let needed = before.length().saturating_add(additional);
    let end = before.filled.saturating_add(additional);
    let fits_in_front = needed <= before.total && before.start >= before.length();
    let expected = if before.references > 1 {
        (0, needed.max(capacity_of_class(before.class)))
    } else if before.kind == Kind::Shared && end <= before.total {
        (before.start, end)
    } else if fits_in_front {
        (0, before.total)
    } else {
        let doubled = (2 * before.total).clamp(8, SIZE_MAX);
        (before.start, doubled.max(end))
    };
    assert_eq!((after.start, after.end), expected);
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

/// Reclaiming asks for no memory: there is no other allocation afterwards, nor a larger one.
#[property]
fn try_reclaim_never_allocates(mut scene: Scene, #[from(amount())] additional: usize) {
    let before = scene.view();
    let allocations = scene.arena.allocations();
    // Refused or done, this must hold.
    let _ = scene.arena.try_reclaim(&mut scene.main, additional);
    assert_eq!(scene.arena.allocations(), allocations);
    let after = scene.view();
    assert_eq!((after.base, after.total), (before.base, before.total));
}

/// Where reclaiming succeeds there is room behind contents of the same length, and no capacity was lost.
#[property]
fn try_reclaim_makes_room(mut scene: Scene, additional: usize) {
    let before = scene.view();
    if scene.arena.try_reclaim(&mut scene.main, additional) {
        assert_room_made(before, scene.view(), additional);
    }
}

/// Reclaiming keeps the contents: whichever byte of them is followed lies at the same index.
#[property]
fn try_reclaim_keeps_each_byte(mut scene: Scene, additional: usize, index: usize) {
    if index >= scene.main.len() {
        return;
    }
    let byte = scene.arena.place(&scene.main, index);
    // Refused or done, this must hold.
    let _ = scene.arena.try_reclaim(&mut scene.main, additional);
    assert_eq!(
        scene.arena.follow(byte),
        scene.arena.place(&scene.main, index)
    );
}

/// After reclaiming, done or not, all handles are sound.
#[property]
fn try_reclaim_wf(mut scene: Scene, additional: usize) {
    let _ = scene.arena.try_reclaim(&mut scene.main, additional);
    scene.assert_sound(&[]);
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
    if scene.arena.reserve(&mut scene.main, additional).is_ok() {
        let after = scene.view();
        assert!(after.base != before.base || after.total > before.total);
    }
}

/// Changes a buffer's length as `resize` does; says whether there was an allocation for it.
fn resize(scene: &mut Scene, length: usize) -> bool {
    let Some(more) = length.checked_sub(scene.main.len()) else {
        scene.arena.truncate(&mut scene.main, length);
        return true;
    };
    let has_room = scene.arena.reserve(&mut scene.main, more).is_ok();
    if has_room {
        scene.arena.fill(&mut scene.main, more);
    }
    has_room
}

/// After appending any number of bytes all handles are sound, and the contents are longer by just these;
/// where there can be no room nothing has changed.
#[property]
fn extend_wf(mut scene: Scene, count: usize) {
    let before = scene.view();
    if scene.arena.reserve(&mut scene.main, count).is_ok() {
        scene.arena.fill(&mut scene.main, count);
        assert_eq!(scene.main.len(), before.length() + count);
    } else {
        assert_eq!(scene.view(), before);
    }
    scene.assert_sound(&[]);
}

/// After setting the length to any within the capacity all handles are sound, and nothing else changed.
#[property]
fn set_len_wf(mut scene: Scene, length: usize) {
    let before = scene.view();
    if length > before.capacity() {
        return;
    }
    match length.checked_sub(before.length()) {
        Some(more) => scene.arena.fill(&mut scene.main, more),
        None => scene.arena.truncate(&mut scene.main, length),
    }
    assert_eq!(scene.main.len(), length);
    let filled = before.filled;
    assert_eq!(
        View {
            filled,
            ..scene.view()
        },
        before
    );
    scene.assert_sound(&[]);
}

/// A buffer of any length is made just as long as asked, or stays as it was.
#[property]
fn resize_functional(mut scene: Scene, length: usize) {
    let before = scene.view();
    if resize(&mut scene, length) {
        assert_eq!(scene.main.len(), length);
    } else {
        assert_eq!(scene.view(), before);
    }
}

/// After changing the length all handles are sound.
#[property]
fn resize_wf(mut scene: Scene, length: usize) {
    resize(&mut scene, length);
    scene.assert_sound(&[]);
}

/// Changing the length keeps each byte of the contents that there is place for.
#[property]
fn resize_keeps_each_byte(mut scene: Scene, length: usize, index: usize) {
    if index >= scene.main.len() || index >= length {
        return;
    }
    let byte = scene.arena.place(&scene.main, index);
    let is_longer = length > scene.main.len();
    if resize(&mut scene, length) && is_longer {
        let place = scene.arena.place(&scene.main, index);
        assert_eq!(scene.arena.follow(byte), place);
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
