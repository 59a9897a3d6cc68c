//! Joining.

use proofhouse::prelude::*;

use super::super::stage::{Stage, place};
use crate::ByteBuffer;
use crate::well_formed::Kind;

/// A neighbour, or a buffer of its own, is joined exactly if it is empty room or starts where the
/// contents end in the same allocation; otherwise it is given back, and nothing has changed.
#[property]
fn try_unsplit_iff_adjacent(mut stage: Stage, #[from(0..=2_usize)] pick: usize) {
    let (other, other_contents) = if pick < stage.others.len() {
        stage.others.remove(pick)
    } else {
        stranger(&stage, pick)
    };
    let (before, joined) = (stage.main.view(), other.view());
    let is_neighbour = before.kind == Kind::Shared
        && joined.kind == Kind::Shared
        && before.identity == joined.identity
        && before.filled == joined.start;
    match stage.main.try_unsplit(other) {
        Ok(()) => {
            assert!(joined.capacity() == 0 || is_neighbour);
            stage.contents.extend(&other_contents);
            assert_eq!(stage.main.capacity(), before.capacity() + joined.capacity());
            stage.assert_sound(&[]);
        }
        Err(other) => {
            assert!(joined.capacity() > 0 && !is_neighbour);
            assert_eq!((stage.main.view(), other.view()), (before, joined));
            stage.assert_sound(&[(&other, &other_contents)]);
        }
    }
}

/// A buffer of an allocation of its own: empty, a vector, or one that starts at the offset at which a
/// neighbour would.
fn stranger(stage: &Stage, pick: usize) -> (ByteBuffer, Vec<u8>) {
    let offset = if pick < 2 {
        0
    } else {
        stage.main.view().filled
    };
    let contents = vec![0; pick.min(1)];
    let mut buffer = ByteBuffer::zeroed(offset + contents.len()).expect("memory suffices");
    if pick == 2 {
        drop(buffer.split_to(offset).expect("there are so many bytes"));
    }
    (buffer, contents)
}

/// Splitting off and joining gives the contents that were, and the region as well if the place was in
/// the contents of a buffer that is not emptied by it.
#[property]
fn unsplit_inverse_of_split_off(mut stage: Stage, #[from(place())] at: usize) {
    let before = stage.main.view();
    let Ok(back) = stage.main.split_off(at) else {
        return;
    };
    stage.main.unsplit(back).expect("memory suffices");
    stage.assert_sound(&[]);
    let after = stage.main.view();
    if at <= before.length() {
        assert_eq!((after.base, after.start), (before.base, before.start));
        assert_eq!((after.filled, after.end), (before.filled, before.end));
    }
}

/// Joining a buffer of its own appends its contents, and takes its place if there were none.
#[property]
fn unsplit_appends_strangers(mut stage: Stage, #[from(vec(any::<u8>(), 0..=8))] bytes: Vec<u8>) {
    let was_empty = stage.main.is_empty();
    let other = ByteBuffer::copy_from(&bytes).expect("memory suffices");
    let other_view = other.view();
    stage.main.unsplit(other).expect("memory suffices");
    stage.contents.extend(&bytes);
    stage.assert_sound(&[]);
    if was_empty {
        assert_eq!(stage.main.view(), other_view);
    }
}
