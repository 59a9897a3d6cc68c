//! Sequences of operations on a buffer and what is split from it.

use proofhouse::prelude::*;

use super::super::stage::assert_rules;
use crate::well_formed::{Kind, View};
use crate::{ByteBuffer, ledger};

/// One operation: which, on which of the handles, with which number.
#[derive(Debug, Clone, Generate)]
struct Step {
    #[from(0..=9_u8)]
    operation: u8,
    #[from(0..=2_usize)]
    handle: usize,
    #[from(0..=9_usize)]
    number: usize,
}

/// What a step was, as far as its effect on the representation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Cut,
    Room,
    Other,
}

/// Handles and what they hold. The first one is never let go.
struct Handles {
    buffers: Vec<(ByteBuffer, Vec<u8>)>,
}

impl Handles {
    fn new(bytes: &[u8]) -> Self {
        ledger::start();
        let buffer = ByteBuffer::copy_from(bytes).expect("memory suffices");
        Self {
            buffers: vec![(buffer, bytes.to_vec())],
        }
    }

    fn views(&self) -> Vec<View> {
        self.buffers
            .iter()
            .map(|(buffer, _)| buffer.view())
            .collect()
    }

    #[track_caller]
    fn assert_sound(&self) {
        assert_rules(&self.views());
        for (buffer, contents) in &self.buffers {
            assert_eq!(**buffer, **contents);
        }
    }

    /// Does a step on the handle it names, if there is one. A refusal, also one for want of memory,
    /// changes nothing.
    fn step(&mut self, step: &Step) -> Effect {
        let number = step.number;
        let index = step.handle % self.buffers.len();
        let (buffer, contents) = &mut self.buffers[index];
        match step.operation {
            0 => {
                if let Ok(back) = buffer.split_off(number) {
                    let rest = contents.split_off(number.min(contents.len()));
                    self.buffers.push((back, rest));
                }
                Effect::Cut
            }
            1 => {
                if let Ok(front) = buffer.split_to(number) {
                    let rest = contents.split_off(number);
                    let front_contents = std::mem::replace(contents, rest);
                    self.buffers.push((front, front_contents));
                }
                Effect::Cut
            }
            2 => {
                if buffer.advance(number).is_ok() {
                    contents.drain(..number);
                }
                Effect::Other
            }
            3 => {
                buffer.truncate(number);
                contents.truncate(number);
                Effect::Other
            }
            4 => {
                if buffer.put_bytes(b'x', number).is_ok() {
                    contents.resize(contents.len() + number, b'x');
                }
                Effect::Room
            }
            5 => {
                let _ = buffer.reserve(number);
                Effect::Room
            }
            6 => {
                let _ = buffer.try_reclaim(number);
                Effect::Other
            }
            7 => {
                contents.fill(b'y');
                buffer.fill(b'y');
                Effect::Other
            }
            8 if self.buffers.len() > 1 => {
                let (last, last_contents) = self.buffers.pop().expect("there are two");
                self.join(index, last, last_contents);
                Effect::Other
            }
            _ => {
                if self.buffers.len() > 1 {
                    self.buffers.truncate(self.buffers.len() - 1);
                }
                Effect::Other
            }
        }
    }

    fn join(&mut self, index: usize, last: ByteBuffer, last_contents: Vec<u8>) {
        let Some((buffer, contents)) = self.buffers.get_mut(index) else {
            self.buffers.push((last, last_contents));
            return;
        };
        match buffer.try_unsplit(last) {
            Ok(()) => contents.extend(&last_contents),
            Err(last) => self.buffers.push((last, last_contents)),
        }
    }
}

fn bytes() -> impl Generator<Value = Vec<u8>> {
    vec(any::<u8>(), 0..=10)
}

fn steps() -> impl Generator<Value = Vec<Step>> {
    vec(any::<Step>(), 0..=12)
}

/// Whatever is done to handles of one allocation, writing through one changes no other.
#[property(cases = 1000)]
fn handles_disjoint(#[from(bytes())] bytes: Vec<u8>, #[from(steps())] steps: Vec<Step>) {
    let mut handles = Handles::new(&bytes);
    for step in &steps {
        handles.step(step);
    }
    for (index, (buffer, contents)) in handles.buffers.iter_mut().enumerate() {
        let byte = b'0' + index as u8;
        // Up to the very end of the region.
        let room = buffer.capacity() - buffer.len();
        buffer.put_bytes(byte, room).expect("there is room");
        buffer.fill(byte);
        contents.resize(contents.len() + room, byte);
        contents.fill(byte);
    }
    handles.assert_sound();
}

/// After every step the header of each allocation counts just its handles.
#[property(cases = 1000)]
fn refcount_equals_live(#[from(bytes())] bytes: Vec<u8>, #[from(steps())] steps: Vec<Step>) {
    let mut handles = Handles::new(&bytes);
    handles.assert_sound();
    for step in &steps {
        handles.step(step);
        handles.assert_sound();
    }
}

/// When the last handle is gone everything that was allocated has been freed, once and with its size;
/// also if the allocator refuses from some allocation on, and then the contents are still right.
#[property(cases = 1000)]
fn alloc_ledger_balanced(
    #[from(bytes())] bytes: Vec<u8>,
    #[from(steps())] steps: Vec<Step>,
    #[from(0..=5_usize)] granted: usize,
) {
    let mut handles = Handles::new(&bytes);
    ledger::refuse_after(granted);
    for step in &steps {
        handles.step(step);
        handles.assert_sound();
    }
    drop(handles);
    assert_eq!((ledger::live(), ledger::mistakes()), (0, 0));
}

/// A vector becomes shared by a cut alone, a shared buffer a vector by making room while others use the
/// allocation, and the class stays.
#[property(cases = 1000)]
fn kind_transitions_legal(#[from(bytes())] bytes: Vec<u8>, #[from(steps())] steps: Vec<Step>) {
    let mut handles = Handles::new(&bytes);
    for step in &steps {
        let before = handles.views();
        let effect = handles.step(step);
        for (before, after) in before.iter().zip(handles.views()) {
            assert_eq!(after.class, before.class);
            if (before.kind, after.kind) == (Kind::Vector, Kind::Shared) {
                assert_eq!(effect, Effect::Cut);
            }
            if (before.kind, after.kind) == (Kind::Shared, Kind::Vector) {
                assert!(effect == Effect::Room && before.references > 1);
            }
        }
    }
}
