//! Which rings make sense, how to make any of them, and that every operation keeps it so.

use proofhouse::prelude::*;

use crate::Ring;

// ANCHOR: rules
/// A rule that a ring breaks.
#[derive(Debug, PartialEq, Eq)]
enum Rule {
    FirstIsASlot,
    LengthFits,
    FilledFromFirstOn,
    CountsAgree,
}

impl Ring {
    /// The first rule that it breaks.
    fn broken_rule(&self) -> Option<Rule> {
        let capacity = self.slots.len();
        if self.first >= capacity.max(1) {
            return Some(Rule::FirstIsASlot);
        }
        if self.length > capacity {
            return Some(Rule::LengthFits);
        }
        for (slot, held) in self.slots.iter().enumerate() {
            // How far behind the first slot it lies, once around if need be.
            let number = if slot >= self.first {
                slot - self.first
            } else {
                slot + capacity - self.first
            };
            if held.is_some() != (number < self.length) {
                return Some(Rule::FilledFromFirstOn);
            }
        }
        if self.pushed.checked_sub(self.popped) != Some(self.length as u64) {
            return Some(Rule::CountsAgree);
        }
        None
    }

    /// What it stands for: the bytes in their order.
    fn contents(&self) -> Vec<u8> {
        (0..self.length)
            .filter_map(|number| self.slots[self.slot_of(number)])
            .collect()
    }
}
// ANCHOR_END: rules

// ANCHOR: any
/// The ring with these contents, arranged in this way.
fn arranged(contents: &[u8], capacity: usize, first: usize, popped: u64) -> Ring {
    let mut ring = Ring {
        slots: vec![None; capacity].into(),
        first,
        length: contents.len(),
        pushed: popped + contents.len() as u64,
        popped,
    };
    for (number, byte) in contents.iter().enumerate() {
        let slot = ring.slot_of(number);
        ring.slots[slot] = Some(*byte);
    }
    ring
}

impl Generate for Ring {
    type Generator = FromFn<fn(&mut Source) -> Self>;

    /// Any ring that breaks no rule.
    fn generator() -> Self::Generator {
        from_fn(|source| {
            let capacity = source.draw(0..=6usize);
            let contents = source.draw(vec(any::<u8>(), 0..=capacity));
            let first = source.draw(0..=capacity.saturating_sub(1));
            let popped = source.draw(0..=u64::MAX / 2);
            arranged(&contents, capacity, first, popped)
        })
    }
}
// ANCHOR_END: any

// ANCHOR: exact
/// What is drawn makes sense.
#[property]
fn drawn_rings_are_well_formed(ring: Ring) {
    assert_eq!(ring.broken_rule(), None);
}

/// What makes sense is drawn: it is what `arranged` makes of its own parts.
#[property]
fn well_formed_rings_are_drawn(
    #[from(vec(any::<Option<u8>>(), 0..=4))] slots: Vec<Option<u8>>,
    #[from(0..=4usize)] first: usize,
    #[from(0..=4usize)] length: usize,
    #[from(0..=5u64)] pushed: u64,
    #[from(0..=u64::MAX / 2)] popped: u64,
) {
    let pushed = pushed + popped;
    let slots: Box<[_]> = slots.into();
    let ring = Ring {
        slots,
        first,
        length,
        pushed,
        popped,
    };
    if ring.broken_rule().is_none() {
        let same = arranged(&ring.contents(), ring.slots.len(), first, popped);
        assert_eq!(ring, same);
        cover!(ring.length > 0, "makes sense, and is not empty");
    }
}
// ANCHOR_END: exact

// ANCHOR: operations
/// A new ring makes sense and stands for nothing.
#[property]
fn new_is_well_formed() {
    let ring = Ring::default();
    assert_eq!(ring.broken_rule(), None);
    assert!(ring.contents().is_empty());
}

/// A byte that is put in comes behind all others.
#[property]
fn push_back_keeps_it(mut ring: Ring, byte: u8) {
    let mut expected = ring.contents();
    expected.push(byte);
    cover!(ring.first + ring.length > ring.slots.len(), "goes around");
    cover!(ring.length == ring.slots.len(), "full");
    ring.push_back(byte);
    assert_eq!(ring.broken_rule(), None);
    assert_eq!(ring.contents(), expected);
}

/// The byte that is taken out is the first, if there is one.
#[property]
fn pop_front_keeps_it(mut ring: Ring) {
    let before = ring.contents();
    let taken = ring.pop_front();
    assert_eq!(ring.broken_rule(), None);
    assert_eq!(taken, before.first().copied());
    assert_eq!(ring.contents(), before.get(1..).unwrap_or_default());
}
// ANCHOR_END: operations

// ANCHOR: wrong
/// The same of the mistaken operation.
#[property]
#[ignore = "refuted: this is the lesson"]
fn push_back_wrongly_keeps_it(mut ring: Ring, byte: u8) {
    ring.push_back_wrongly(byte);
    assert_eq!(ring.broken_rule(), None);
}
// ANCHOR_END: wrong
