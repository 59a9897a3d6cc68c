//! What becomes of the contents when bytes are appended, and when they are frozen.

use proofhouse::prelude::*;

use super::super::stage::{Stage, assert_rules, count, place};
use crate::well_formed::View;
use crate::{FrozenBytes, ledger};

/// A buffer of any length is made just as long as asked, with copies of the byte behind what it had.
#[property]
fn resize_functional(mut stage: Stage, #[from(count())] length: usize, byte: u8) {
    let before = stage.main.view();
    let is_done = stage.main.resize(length, byte).is_ok();
    assert_eq!(is_done, length <= 20);
    if is_done {
        stage.contents.resize(length, byte);
    } else {
        assert_eq!(stage.main.view(), before);
    }
    stage.assert_sound(&[]);
}

/// Appended bytes stand behind the contents; neighbours keep theirs.
#[property]
fn extend_functional(mut stage: Stage, #[from(vec(any::<u8>(), 0..=12))] bytes: Vec<u8>) {
    stage
        .main
        .extend_from_slice(&bytes)
        .expect("memory suffices");
    stage.contents.extend_from_slice(&bytes);
    stage.assert_sound(&[]);
    stage
        .main
        .put_bytes(3, bytes.len())
        .expect("memory suffices");
    stage.contents.resize(stage.contents.len() + bytes.len(), 3);
    stage.assert_sound(&[]);
}

/// A part of the contents is appended to them exactly if it is a part of them; other ranges are
/// refused without effect.
#[property]
fn extend_from_within_functional(
    mut stage: Stage,
    #[from(place())] start: usize,
    #[from(place())] end: usize,
) {
    let before = stage.main.view();
    let is_part = start <= end && end <= stage.contents.len();
    assert_eq!(stage.main.extend_from_within(start..end).is_ok(), is_part);
    if is_part {
        stage.contents.extend_from_within(start..end);
    } else {
        assert_eq!(stage.main.view(), before);
    }
    stage.assert_sound(&[]);
}

/// Frozen bytes are the contents, so are their clones, and parts of them are parts; the last handle
/// can be made a buffer again, and only the last.
#[property]
fn freeze_roundtrip(mut stage: Stage, #[from(place())] start: usize, #[from(place())] end: usize) {
    let frozen = stage.main.freeze().expect("memory suffices");
    assert_eq!(*frozen, *stage.contents);
    let is_part = start <= end && end <= stage.contents.len();
    let mut handles = vec![frozen.clone(), frozen];
    match handles[0].slice(start..end) {
        Ok(part) => {
            assert!(is_part);
            assert_eq!(*part, stage.contents[start..end]);
            handles.push(part);
        }
        Err(_) => assert!(!is_part),
    }
    let views = |handles: &[FrozenBytes]| -> Vec<View> {
        let frozen = handles.iter().map(FrozenBytes::view);
        frozen
            .chain(stage.others.iter().map(|(other, _)| other.view()))
            .collect()
    };
    while let Some(handle) = handles.pop() {
        assert_eq!(
            handle.is_unique(),
            handles.is_empty() && stage.others.is_empty()
        );
        match handle.try_into_buffer() {
            Ok(buffer) => {
                assert!(handles.is_empty() && stage.others.is_empty());
                stage.main = buffer;
                stage.assert_sound(&[]);
                stage.main = crate::ByteBuffer::new();
            }
            Err(handle) => drop(handle),
        }
        assert_rules(&views(&handles));
    }
    drop(stage.others);
    assert_eq!(ledger::live(), 0);
}
