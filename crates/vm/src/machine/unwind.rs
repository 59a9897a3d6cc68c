//! Unwinding: from a raised exception through cleanups to a frame that catches it.
//!
//! # Source
//!
//! Itanium C++ ABI, "Exception Handling", level I. Rust's personality is the same for every frame,
//! so the search phase is a look at the landing pads.

use super::Machine;
use super::state::{Frame, State};
use super::stop::{Ended, Flow, Result};
use super::value::Value;
use crate::program::{Edge, Instruction, Operand, Register};

impl<'p> Machine<'p> {
    /// Whether some active call would catch an exception that is raised now.
    pub(crate) fn has_handler(&self, state: &State) -> bool {
        state.frames().any(|frame| {
            let Some(edge) = self.unwind_edge(frame) else {
                return false;
            };
            let function = &self.program.functions[frame.function.index()];
            let pad = function.blocks[edge.block.index()].instructions.first();
            match pad {
                Some(Instruction::LandingPad {
                    catches_all,
                    other_clauses,
                    ..
                }) => *catches_all || *other_clauses > 0,
                _ => false,
            }
        })
    }

    /// Where an exception goes in a frame, if it stops there.
    fn unwind_edge(&self, frame: &Frame) -> Option<&'p Edge> {
        match self.instruction(frame) {
            Instruction::Invoke { unwind, .. } => Some(unwind),
            _ => None,
        }
    }

    /// Unwinds from the call that the current frame is at.
    pub(crate) fn raise(&mut self, state: &mut State, exception: Value) -> Result<Flow> {
        loop {
            if let Some(edge) = self.unwind_edge(&state.current) {
                self.take_edge(state, edge);
                state.environment.exception = exception;
                return Ok(Flow::Unwound);
            }
            self.leave_frame(state);
            match state.callers.pop() {
                Some(caller) => state.current = caller,
                None => return Err(Ended::Impossible.into()),
            }
        }
    }

    /// The start of an unwind block.
    pub(super) fn landing_pad(
        &mut self,
        state: &mut State,
        result: Register,
        (catches_all, other_clauses): (bool, u32),
    ) -> Result<Flow> {
        let exception = state.environment.exception;
        state.write(result, exception);
        // A clause that matches has a positive number, a filter a negative one, a cleanup none.
        let selector = match (catches_all, other_clauses) {
            (true, _) => 1,
            (false, 0) => 0,
            (false, _) => u64::from(u32::MAX),
        };
        state.write(Register(result.0 + 1), Value::word(selector));
        Ok(Flow::Next)
    }

    /// Unwinding goes on in the caller.
    pub(super) fn resume(&mut self, state: &mut State, exception: Operand) -> Result<Flow> {
        let exception = self.read(state, exception);
        self.leave_frame(state);
        match state.callers.pop() {
            Some(caller) => state.current = caller,
            None => return Err(Ended::Impossible.into()),
        }
        self.raise(state, exception)
    }
}
