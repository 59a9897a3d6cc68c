//! States of the real buffer, with contents that are known.
//!
//! # Invariants
//!
//! - Every well-formed geometry in a small allocation is drawn: as a vector, alone in a shared
//!   allocation, and with neighbours on either side.

use proofhouse::prelude::*;

use crate::well_formed::{View, broken_rule};
use crate::{ByteBuffer, POSITION_MAX, ledger};

/// A buffer under test, its neighbours, and what all of them hold. The main one comes first.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) main: ByteBuffer,
    pub(super) contents: Vec<u8>,
    pub(super) others: Vec<(ByteBuffer, Vec<u8>)>,
}

impl Generate for Stage {
    type Generator = FromFn<fn(&mut Source) -> Self>;

    fn generator() -> Self::Generator {
        from_fn(|source| {
            ledger::start();
            let block = source.draw(vec(any::<u8>(), 0..=16));
            if source.draw(any::<bool>()) {
                shared(source, &block)
            } else {
                vector(source, &block)
            }
        })
    }
}

impl Stage {
    /// Panics if the handles break a rule together, or hold something else than is known of them.
    #[track_caller]
    pub(super) fn assert_sound(&self, more: &[(&ByteBuffer, &[u8])]) {
        assert_eq!(*self.main, *self.contents);
        let mut views = vec![self.main.view()];
        for (other, contents) in &self.others {
            assert_eq!(**other, **contents);
            views.push(other.view());
        }
        for (other, contents) in more {
            assert_eq!(***other, **contents);
            views.push(other.view());
        }
        assert_rules(&views);
    }
}

/// Panics if the handles, which are all there are, break a rule.
#[track_caller]
pub(super) fn assert_rules(views: &[View]) {
    assert_eq!(broken_rule(views, POSITION_MAX), None);
    assert_eq!(ledger::mistakes(), 0);
}

const ENOUGH: &str = "memory suffices for small buffers";

fn vector(source: &mut Source, block: &[u8]) -> Stage {
    let start = source.draw(0..=block.len());
    let filled = source.draw(start..=block.len());
    let mut main = ByteBuffer::with_capacity(block.len()).expect(ENOUGH);
    main.extend_from_slice(&block[..filled]).expect(ENOUGH);
    main.advance(start).expect("there are so many bytes");
    Stage {
        main,
        contents: block[start..filled].to_vec(),
        others: Vec::new(),
    }
}

fn shared(source: &mut Source, block: &[u8]) -> Stage {
    let start = source.draw(0..=block.len());
    let end = source.draw(start..=block.len());
    let filled = source.draw(start..=end);
    let mut main = ByteBuffer::copy_from(block).expect(ENOUGH);
    let front = main.split_to(start).expect("the start is in the block");
    let back = main
        .split_off(end - start)
        .expect("the end is in the block");
    main.truncate(filled - start);
    let mut others = Vec::new();
    if source.draw(any::<bool>()) {
        others.push((front, block[..start].to_vec()));
    }
    if source.draw(any::<bool>()) {
        others.push((back, block[end..].to_vec()));
    }
    Stage {
        main,
        contents: block[start..filled].to_vec(),
        others,
    }
}

/// Places near and beyond the ends of small buffers, and any.
pub(super) fn place() -> impl Generator<Value = usize> {
    one_of((0..=18_usize, any::<usize>()))
}

/// Numbers of bytes that memory holds, and numbers that no allocation has.
pub(super) fn count() -> impl Generator<Value = usize> {
    one_of((0..=20_usize, usize::MAX / 2 + 1..=usize::MAX))
}
