//! Making, cutting, advancing, truncating.

use proofhouse::prelude::*;

use super::super::stage::{Stage, assert_rules, place};
use crate::well_formed::{Kind, View, broken_rule};
use crate::{ByteBuffer, ledger};

/// Every way to make a buffer gives a sound one, with the contents and the capacity it says.
#[property]
fn ctor_wf(#[from(vec(any::<u8>(), 0..=16))] bytes: Vec<u8>) {
    ledger::start();
    let empty: ByteBuffer = ByteBuffer::new();
    let roomy: ByteBuffer = ByteBuffer::with_capacity(bytes.len()).expect("memory suffices");
    let zeroed: ByteBuffer = ByteBuffer::zeroed(bytes.len()).expect("memory suffices");
    let copied: ByteBuffer = ByteBuffer::copy_from(&bytes).expect("memory suffices");
    let cloned = copied.try_clone().expect("memory suffices");
    assert_rules(&[
        empty.view(),
        roomy.view(),
        zeroed.view(),
        copied.view(),
        cloned.view(),
    ]);
    assert!(empty.is_empty() && empty.capacity() == 0);
    assert!(roomy.is_empty() && roomy.capacity() == bytes.len());
    assert!(zeroed.len() == bytes.len() && zeroed.iter().all(|&byte| byte == 0));
    assert_eq!((&copied[..], &cloned[..]), (&bytes[..], &bytes[..]));
    assert_eq!(copied.capacity(), bytes.len());
}

/// After splitting off at any place all handles are sound; a place behind the capacity is refused
/// without effect.
#[property]
fn split_off_wf(mut stage: Stage, #[from(place())] at: usize) {
    let before = stage.main.view();
    match stage.main.split_off(at) {
        Ok(back) => {
            stage.contents.truncate(at);
            let back_contents = back.to_vec();
            stage.assert_sound(&[(&back, &back_contents)]);
        }
        Err(error) => {
            assert!(at > before.capacity() && error.code() == "buffer/out-of-bounds");
            assert_eq!(stage.main.view(), before);
            stage.assert_sound(&[]);
        }
    }
}

/// Splitting off gives the bytes behind a place and keeps those before it.
#[property]
fn split_off_functional(mut stage: Stage, #[from(place())] at: usize) {
    let capacity = stage.main.capacity();
    let Ok(back) = stage.main.split_off(at) else {
        assert!(at > capacity);
        return;
    };
    assert_eq!(
        (stage.main.capacity(), back.capacity()),
        (at, capacity - at)
    );
    let cut = at.min(stage.contents.len());
    let expected = stage.contents.split_off(cut);
    stage.assert_sound(&[(&back, &expected)]);
}

/// After splitting to any place all handles are sound; a place behind the contents is refused without
/// effect.
#[property]
fn split_to_wf(mut stage: Stage, #[from(place())] at: usize) {
    let before = stage.main.view();
    match stage.main.split_to(at) {
        Ok(front) => {
            stage.contents.drain(..at);
            let front_contents = front.to_vec();
            stage.assert_sound(&[(&front, &front_contents)]);
        }
        Err(error) => {
            assert!(at > before.length() && error.code() == "buffer/out-of-bounds");
            assert_eq!(stage.main.view(), before);
            stage.assert_sound(&[]);
        }
    }
}

/// Splitting to a place gives the bytes before it and keeps those behind it.
#[property]
fn split_to_functional(mut stage: Stage, #[from(place())] at: usize) {
    let capacity = stage.main.capacity();
    let Ok(front) = stage.main.split_to(at) else {
        assert!(at > stage.contents.len());
        return;
    };
    assert_eq!(
        (front.capacity(), stage.main.capacity()),
        (at, capacity - at)
    );
    let rest = stage.contents.split_off(at);
    let expected = std::mem::replace(&mut stage.contents, rest);
    stage.assert_sound(&[(&front, &expected)]);
}

/// Splitting all contents off is splitting to their length.
#[property]
fn split_equals_split_to_len(mut stage: Stage) {
    let before = stage.main.view();
    let front = stage.main.split().expect("memory suffices");
    let (kept, given) = (stage.main.view(), front.view());
    assert_eq!(
        (given.start, given.filled, given.end),
        (before.start, before.filled, before.filled)
    );
    assert_eq!(
        (kept.start, kept.filled, kept.end),
        (before.filled, before.filled, before.end)
    );
    let expected = std::mem::take(&mut stage.contents);
    stage.assert_sound(&[(&front, &expected)]);
}

/// Advancing takes as many bytes off the front of contents and capacity, or is refused without effect.
#[property]
fn advance_reduces_cap(mut stage: Stage, #[from(place())] count: usize) {
    let before = stage.main.view();
    let is_done = stage.main.advance(count).is_ok();
    assert_eq!(is_done, count <= stage.contents.len());
    if is_done {
        stage.contents.drain(..count);
        assert_eq!(stage.main.capacity(), before.capacity() - count);
        assert_eq!(stage.main.view().kind, before.kind);
    } else {
        assert_eq!(stage.main.view(), before);
    }
    stage.assert_sound(&[]);
}

/// Truncating, to any length, keeps what is before it, and the capacity; clearing keeps the capacity.
#[property]
fn truncate_clear_keep_cap(mut stage: Stage, #[from(place())] length: usize) {
    let before = stage.main.view();
    stage.main.truncate(length);
    stage.contents.truncate(length);
    stage.assert_sound(&[]);
    assert_eq!(
        View {
            filled: before.filled,
            ..stage.main.view()
        },
        before
    );
    stage.main.clear();
    stage.contents.clear();
    stage.assert_sound(&[]);
    assert_eq!(
        View {
            filled: before.filled,
            ..stage.main.view()
        },
        before
    );
}

/// A vector with a small greatest position becomes shared when it is passed, with the same contents;
/// everything works on.
#[property]
fn vec_pos_promotion(
    #[from(vec(any::<u8>(), 0..=16))] bytes: Vec<u8>,
    #[from(0..=17_usize)] first: usize,
    #[from(0..=17_usize)] second: usize,
) {
    ledger::start();
    let mut buffer = ByteBuffer::<7>::copy_from(&bytes).expect("memory suffices");
    let mut position = 0;
    for count in [first, second] {
        if buffer.advance(count).is_ok() {
            position += count;
        }
        assert_eq!(*buffer, bytes[position..]);
        let view = buffer.view();
        assert_eq!(
            view.kind,
            if position > 7 {
                Kind::Shared
            } else {
                Kind::Vector
            }
        );
        assert_eq!((view.start, view.total), (position, bytes.len()));
        assert_eq!(broken_rule(&[view], 7), None);
    }
    let spare = buffer.split_off(buffer.len()).expect("memory suffices");
    assert_eq!(broken_rule(&[buffer.view(), spare.view()], 7), None);
    drop((buffer, spare));
    assert_eq!((ledger::live(), ledger::mistakes()), (0, 0));
}
