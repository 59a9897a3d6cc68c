//! The buffer in memory and the one on indices are one machine.

use proofhouse::prelude::*;

use crate::model::{Arena, Region};
use crate::well_formed::View;
use crate::{ByteBuffer, POSITION_MAX};

/// One operation on both: which, and with which number.
#[derive(Debug, Clone, Generate)]
struct Step {
    #[from(0..=7_u8)]
    operation: u8,
    #[from(0..=20_usize)]
    number: usize,
}

/// The same buffer twice, with a handle that was split from it last.
struct Twins {
    memory: ByteBuffer,
    memory_other: Option<ByteBuffer>,
    arena: Arena,
    model: Region,
    model_other: Option<Region>,
}

impl Twins {
    fn new(total: usize, filled: usize) -> Self {
        let mut memory = ByteBuffer::with_capacity(total).expect("memory suffices");
        memory.put_bytes(0, filled).expect("there is room");
        let mut arena = Arena::new(POSITION_MAX);
        let mut model = arena.vector(total);
        arena.fill(&mut model, filled);
        Self {
            memory,
            memory_other: None,
            arena,
            model,
            model_other: None,
        }
    }

    /// Does a step on both; both must do it, or both refuse.
    fn step(&mut self, step: &Step) {
        let number = step.number;
        let (in_memory, on_indices) = match step.operation {
            0 => {
                let other = self.memory.split_off(number);
                let model_other = self.arena.split_off(&mut self.model, number);
                let outcome = (other.is_ok(), model_other.is_ok());
                self.keep(other.ok(), model_other.ok());
                outcome
            }
            1 => {
                let other = self.memory.split_to(number);
                let model_other = self.arena.split_to(&mut self.model, number);
                let outcome = (other.is_ok(), model_other.is_ok());
                self.keep(other.ok(), model_other.ok());
                outcome
            }
            2 => (
                self.memory.advance(number).is_ok(),
                self.arena.advance(&mut self.model, number).is_ok(),
            ),
            3 => {
                self.memory.truncate(number);
                self.arena.truncate(&mut self.model, number);
                (true, true)
            }
            4 => (
                self.memory.reserve(number).is_ok(),
                self.arena.reserve(&mut self.model, number).is_ok(),
            ),
            5 => (
                self.memory.try_reclaim(number),
                self.arena.try_reclaim(&mut self.model, number),
            ),
            6 => self.join(),
            _ => {
                self.memory.put_bytes(1, number).expect("memory suffices");
                self.arena
                    .reserve(&mut self.model, number)
                    .expect("the size is small");
                self.arena.fill(&mut self.model, number);
                (true, true)
            }
        };
        assert_eq!(in_memory, on_indices);
    }

    fn keep(&mut self, other: Option<ByteBuffer>, model_other: Option<Region>) {
        if other.is_some() {
            self.memory_other = other;
        }
        if let Some(model_other) = model_other
            && let Some(before) = self.model_other.replace(model_other)
        {
            self.arena.release(before);
        }
    }

    fn join(&mut self) -> (bool, bool) {
        let (Some(other), Some(model_other)) = (self.memory_other.take(), self.model_other.take())
        else {
            return (true, true);
        };
        self.memory_other = self.memory.try_unsplit(other).err();
        self.model_other = self.arena.try_unsplit(&mut self.model, model_other).err();
        (self.memory_other.is_none(), self.model_other.is_none())
    }

    #[track_caller]
    fn assert_same(&self) {
        assert_eq!(
            geometry(self.memory.view()),
            geometry(self.arena.view(&self.model))
        );
        let other = self
            .memory_other
            .as_ref()
            .map(|other| geometry(other.view()));
        let model_other = self.model_other.as_ref();
        assert_eq!(
            other,
            model_other.map(|other| geometry(self.arena.view(other)))
        );
    }
}

/// A view without the names of allocations, which differ.
fn geometry(view: View) -> View {
    View {
        identity: 0,
        base: 0,
        ..view
    }
}

/// Whatever is done to both, they refuse the same, and have the same representation, place, length,
/// capacity and count of handles after every step.
#[property(cases = 1000)]
fn memory_refines_model(
    #[from(0..=16_usize)] total: usize,
    #[from(0..=16_usize)] filled: usize,
    #[from(vec(any::<Step>(), 0..=12))] steps: Vec<Step>,
) {
    let mut twins = Twins::new(total, filled.min(total));
    twins.assert_same();
    for step in &steps {
        twins.step(step);
        twins.assert_same();
    }
}
