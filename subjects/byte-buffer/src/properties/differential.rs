//! The buffer does what `BytesMut` of the crate bytes 1.12.1 does, as far as its public interface
//! tells.
//!
//! # Invariants
//!
//! - Refusals are compared with panics: the step is done in the other buffer only if ours was not
//!   refused, and `refused_exactly_where_bytes_panics` looks at the rest.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::{Buf, BufMut, BytesMut};
use proofhouse::prelude::*;

use crate::ByteBuffer;

/// One operation on both: which, on which of the handles, with which number.
#[derive(Debug, Clone, Generate)]
struct Step {
    #[from(0..=9_u8)]
    operation: u8,
    #[from(0..=2_usize)]
    handle: usize,
    #[from(0..=80_usize)]
    number: usize,
}

type Pair = (ByteBuffer, BytesMut);

#[track_caller]
fn assert_same(pairs: &[Pair]) {
    for (ours, theirs) in pairs {
        assert_eq!(**ours, **theirs);
        assert_eq!(ours.capacity(), theirs.capacity());
    }
}

/// After the same steps, handles have the same contents and the same capacities.
#[property(cases = 1000)]
fn same_contents_and_capacities_as_bytes(
    #[from(0..=64_usize)] total: usize,
    #[from(vec(any::<u8>(), 0..=64))] contents: Vec<u8>,
    #[from(vec(any::<Step>(), 0..=16))] steps: Vec<Step>,
) {
    let mut ours = ByteBuffer::with_capacity(total).expect("memory suffices");
    let mut theirs = BytesMut::with_capacity(total);
    ours.extend_from_slice(&contents).expect("memory suffices");
    theirs.extend_from_slice(&contents);
    let mut pairs = vec![(ours, theirs)];
    assert_same(&pairs);
    for step in &steps {
        run(step, &mut pairs);
        assert_same(&pairs);
    }
}

fn run(step: &Step, pairs: &mut Vec<Pair>) {
    let number = step.number;
    let index = step.handle % pairs.len();
    let (ours, theirs) = &mut pairs[index];
    match step.operation {
        0 => {
            if let Ok(back) = ours.split_off(number) {
                let their_back = theirs.split_off(number);
                pairs.push((back, their_back));
            }
        }
        1 => {
            if let Ok(front) = ours.split_to(number) {
                let their_front = theirs.split_to(number);
                pairs.push((front, their_front));
            }
        }
        2 => {
            if ours.advance(number).is_ok() {
                theirs.advance(number);
            }
        }
        3 => {
            ours.truncate(number);
            theirs.truncate(number);
        }
        4 => {
            ours.put_bytes(7, number).expect("memory suffices");
            theirs.put_bytes(7, number);
        }
        5 => {
            ours.reserve(number).expect("memory suffices");
            theirs.reserve(number);
        }
        6 => assert_eq!(ours.try_reclaim(number), theirs.try_reclaim(number)),
        7 => {
            ours.resize(number, 9).expect("memory suffices");
            theirs.resize(number, 9);
        }
        8 if pairs.len() > 1 && index + 1 < pairs.len() => {
            let (last, their_last) = pairs.pop().expect("there are two");
            let (ours, theirs) = &mut pairs[index];
            ours.unsplit(last).expect("memory suffices");
            theirs.unsplit(their_last);
        }
        _ => {
            if pairs.len() > 1 {
                pairs.pop();
            }
        }
    }
}

/// What we refuse makes `BytesMut` panic, and nothing else does. (Places and numbers of bytes that it
/// would not answer by aborting.)
#[property(cases = 1000)]
fn refused_exactly_where_bytes_panics(
    #[from(vec(any::<u8>(), 0..=20))] contents: Vec<u8>,
    #[from(0..=20_usize)] start: usize,
    #[from(0..=3_u8)] operation: u8,
    #[from(one_of((0..=24_usize, usize::MAX - 64..=usize::MAX)))] number: usize,
    is_shared: bool,
) {
    let mut ours: ByteBuffer = ByteBuffer::copy_from(&contents).expect("memory suffices");
    let mut theirs = BytesMut::from(&contents[..]);
    let start = start.min(contents.len());
    ours.advance(start).expect("there are so many bytes");
    theirs.advance(start);
    if is_shared {
        drop(ours.split_off(ours.len()).expect("memory suffices"));
        drop(theirs.split_off(theirs.len()));
    }
    let is_refused = match operation {
        0 => ours.split_off(number).is_err(),
        1 => ours.split_to(number).is_err(),
        2 => ours.advance(number).is_err(),
        _ => ours.reserve(number).is_err(),
    };
    let panics = catch_unwind(AssertUnwindSafe(|| match operation {
        0 => drop(theirs.split_off(number)),
        1 => drop(theirs.split_to(number)),
        2 => theirs.advance(number),
        _ => theirs.reserve(number),
    }))
    .is_err();
    assert_eq!(is_refused, panics);
}
