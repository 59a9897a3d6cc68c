//! Making, cutting, advancing, truncating.

use proofhouse::prelude::*;

use super::super::scene::{Scene, assert_sound};
use crate::geometry::{POSITION_MAX, SIZE_MAX, VectorWord, capacity_of_class, class_of_capacity};
use crate::model::Arena;
use crate::well_formed::Kind;

/// A new buffer of any capacity is sound, empty, and has just this capacity.
#[property]
fn ctor_wf(#[from(0..=SIZE_MAX)] capacity: usize) {
    let mut arena = Arena::new(POSITION_MAX);
    let main = arena.vector(capacity);
    assert_sound(&arena, std::iter::once(&main));
    let view = arena.view(&main);
    assert_eq!((view.kind, view.start, view.length()), (Kind::Vector, 0, 0));
    assert_eq!((view.total, view.capacity()), (capacity, capacity));
}

/// The class of a capacity is that of the greatest power of two from 1 KiB to 64 KiB that is not
/// above it.
#[property]
fn class_is_the_power_below(capacity: usize) {
    let class = class_of_capacity(capacity);
    assert!(class <= 7 && capacity_of_class(class) <= capacity);
    assert!(class == 7 || capacity < capacity_of_class(class + 1));
}

/// A vector's word keeps its class and its position apart.
#[property]
fn word_keeps_class_and_position(
    #[from(0..=7_u8)] class: u8,
    #[from(0..=POSITION_MAX)] position: usize,
    #[from(0..=POSITION_MAX)] next: usize,
) {
    let word = VectorWord::new(class).with_position(position);
    assert_eq!((word.class(), word.position()), (class, position));
    let word = word.with_position(next);
    assert_eq!((word.class(), word.position()), (class, next));
}

/// After splitting off at any place all handles are sound; a place behind the capacity is refused
/// without effect.
#[property]
fn split_off_wf(mut scene: Scene, at: usize) {
    let before = scene.view();
    match scene.arena.split_off(&mut scene.main, at) {
        Ok(back) => scene.assert_sound(&[&back]),
        Err(_) => {
            assert!(at > before.capacity());
            assert_eq!(scene.view(), before);
            scene.assert_sound(&[]);
        }
    }
}

/// Splitting off gives the bytes behind a place and keeps those before it, of the contents and of
/// the capacity, exactly if the place is within the capacity; no byte moves.
#[property]
fn split_off_functional(mut scene: Scene, at: usize) {
    let before = scene.view();
    let Ok(back) = scene.arena.split_off(&mut scene.main, at) else {
        assert!(at > before.capacity());
        return;
    };
    assert!(at <= before.capacity());
    let (kept, given) = (scene.view(), scene.arena.view(&back));
    assert_eq!((kept.start, kept.capacity()), (before.start, at));
    assert_eq!(
        (given.start, given.capacity()),
        (before.start + at, before.capacity() - at)
    );
    assert_eq!(kept.length(), before.length().min(at));
    assert_eq!(given.length(), before.length() - kept.length());
    assert_eq!((kept.base, given.base), (before.base, before.base));
    assert_eq!((kept.kind, given.kind), (Kind::Shared, Kind::Shared));
    assert_eq!((kept.class, given.class), (before.class, before.class));
}

/// After splitting to any place all handles are sound; a place behind the contents is refused without
/// effect.
#[property]
fn split_to_wf(mut scene: Scene, at: usize) {
    let before = scene.view();
    match scene.arena.split_to(&mut scene.main, at) {
        Ok(front) => scene.assert_sound(&[&front]),
        Err(_) => {
            assert!(at > before.length());
            assert_eq!(scene.view(), before);
            scene.assert_sound(&[]);
        }
    }
}

/// Splitting to a place gives the bytes before it, with no room for more, and keeps those behind it,
/// exactly if the place is within the contents; no byte moves.
#[property]
fn split_to_functional(mut scene: Scene, at: usize) {
    let before = scene.view();
    let Ok(front) = scene.arena.split_to(&mut scene.main, at) else {
        assert!(at > before.length());
        return;
    };
    assert!(at <= before.length());
    let (kept, given) = (scene.view(), scene.arena.view(&front));
    assert_eq!(
        (given.start, given.capacity(), given.length()),
        (before.start, at, at)
    );
    assert_eq!(
        (kept.start, kept.capacity()),
        (before.start + at, before.capacity() - at)
    );
    assert_eq!(kept.length(), before.length() - at);
    assert_eq!((kept.base, given.base), (before.base, before.base));
    assert_eq!((kept.kind, given.kind), (Kind::Shared, Kind::Shared));
    assert_eq!((kept.class, given.class), (before.class, before.class));
}

/// Splitting all contents off is splitting to their length: the new buffer is full, the old one empty
/// with the rest of the capacity.
#[property]
fn split_equals_split_to_len(mut scene: Scene) {
    let before = scene.view();
    let length = scene.main.len();
    let front = scene
        .arena
        .split_to(&mut scene.main, length)
        .expect("the length is a place");
    scene.assert_sound(&[&front]);
    let (kept, given) = (scene.view(), scene.arena.view(&front));
    assert_eq!(
        (given.capacity(), given.length()),
        (before.length(), before.length())
    );
    assert_eq!(
        (kept.capacity(), kept.length()),
        (before.capacity() - before.length(), 0)
    );
}

/// Advancing takes as many bytes off the front of contents and capacity, exactly if there are so
/// many; and is refused without effect otherwise. Nothing else changes, except that a vector whose
/// position has no room becomes shared.
#[property]
fn advance_reduces_cap(mut scene: Scene, count: usize) {
    let before = scene.view();
    let is_done = scene.arena.advance(&mut scene.main, count).is_ok();
    assert_eq!(is_done, count <= before.length());
    scene.assert_sound(&[]);
    let after = scene.view();
    if !is_done {
        assert_eq!(after, before);
        return;
    }
    assert_eq!(after.start, before.start + count);
    assert_eq!(after.capacity(), before.capacity() - count);
    assert_eq!(after.length(), before.length() - count);
    assert_eq!(
        (after.base, after.total, after.class),
        (before.base, before.total, before.class)
    );
    let is_promoted = before.kind == Kind::Vector && after.start > POSITION_MAX;
    assert_eq!(
        after.kind,
        if is_promoted {
            Kind::Shared
        } else {
            before.kind
        }
    );
}

/// Truncating, and clearing, which is truncating to nothing, change the length alone.
#[property]
fn truncate_clear_keep_cap(mut scene: Scene, length: usize) {
    let before = scene.view();
    scene.arena.truncate(&mut scene.main, length);
    scene.assert_sound(&[]);
    let after = scene.view();
    assert_eq!(after.length(), before.length().min(length));
    assert_eq!(
        crate::well_formed::View {
            filled: before.filled,
            ..after
        },
        before
    );
}

/// A vector stays one up to its greatest position, and is shared from the next one on; its region,
/// contents and class are the same either way.
#[property]
fn vec_pos_promotion(
    #[from(0..=POSITION_MAX)] position_max: usize,
    #[from(0..=SIZE_MAX)] total: usize,
    first: usize,
    second: usize,
) {
    let mut arena = Arena::new(position_max);
    let mut main = arena.vector(total);
    arena.fill(&mut main, total);
    let class = arena.view(&main).class;
    let mut position = 0;
    for count in [first, second] {
        let is_shared = position > position_max;
        if arena.advance(&mut main, count).is_ok() {
            position += count;
        }
        let view = arena.view(&main);
        let expected = if is_shared || position > position_max {
            Kind::Shared
        } else {
            Kind::Vector
        };
        assert_eq!(view.kind, expected);
        assert_eq!((view.start, view.length()), (position, total - position));
        assert_eq!((view.capacity(), view.class), (total - position, class));
        assert_eq!(crate::well_formed::broken_rule(&[view], position_max), None);
    }
}
