//! Reading and writing: at the descriptor's position or another one, in one part of memory or in several.
//!
//! # Invariants
//!
//! - Whatever may split the state or fail comes before the position moves.

use super::super::environment::getrandom;
use super::super::{Reply, Request};
use super::{Answer, FAILED_WIDE, plus};
use crate::files::{Refusal, Start, error};
use crate::machine::{Access, Machine, Result, State, Value};
use crate::program::Scalar;

/// What a call reads or writes.
struct Transfer {
    descriptor: u64,
    /// Where in the file; `None` at the descriptor's position, which then moves.
    at: Option<u64>,
    /// Addresses with lengths.
    parts: Vec<[Value; 2]>,
}

/// Each call: how its arguments say what is transferred, and which way it goes.
macro_rules! calls {
    ($($name:ident: $arguments:ident, $way:ident;)*) => {$(
        pub(super) fn $name(
            machine: &mut Machine<'_>,
            state: &mut State,
            request: Request<'_>,
        ) -> Result<Reply> {
            let transfer = machine.$arguments(state, request)?;
            machine.$way(state, &transfer)
        }
    )*};
}

calls! {
    read: transfer, read_file;
    read_at: transfer_at, read_file;
    read_parts: transfer_of_parts, read_file;
    write: transfer, write_file;
    write_at: transfer_at, write_file;
    write_parts: transfer_of_parts, write_file;
}

/// Callers copy by reading and writing where the kernel cannot do it.
pub(in crate::shims) fn refuse_copy(
    machine: &mut Machine<'_>,
    state: &mut State,
    _: Request<'_>,
) -> Result<Reply> {
    let refused: crate::files::Result<()> = Err(Refusal::Error(error::NO_SUCH_CALL));
    refused.answer(machine, state, FAILED_WIDE)
}

impl Machine<'_> {
    /// A descriptor, an address and a length.
    fn transfer(&mut self, state: &mut State, request: Request<'_>) -> Result<Transfer> {
        Ok(Transfer {
            descriptor: self.int(state, request.argument(0))?,
            at: None,
            parts: vec![[request.argument(1), request.argument(2)]],
        })
    }

    /// As [`Self::transfer`], and then a position.
    fn transfer_at(&mut self, state: &mut State, request: Request<'_>) -> Result<Transfer> {
        let at = Some(self.length(state, request.argument(3))?);
        let transfer = self.transfer(state, request)?;
        Ok(Transfer { at, ..transfer })
    }

    /// A descriptor, an array of addresses with lengths, and how many there are.
    fn transfer_of_parts(&mut self, state: &mut State, request: Request<'_>) -> Result<Transfer> {
        Ok(Transfer {
            descriptor: self.int(state, request.argument(0))?,
            at: None,
            parts: self.parts(state, request.argument(1), request.argument(2))?,
        })
    }

    /// An array of addresses with lengths.
    fn parts(&mut self, state: &mut State, start: Value, count: Value) -> Result<Vec<[Value; 2]>> {
        let start = self.settle(state, start)?;
        let count = self.int(state, count)?;
        let mut parts = Vec::new();
        for index in 0..count {
            let at = plus(start, index * 16);
            let address = self.read_scalar(state, Scalar::Pointer, at, 8)?;
            let length = self.read_scalar(state, Scalar::Integer(64), plus(at, 8), 8)?;
            parts.push([address, length]);
        }
        Ok(parts)
    }

    fn read_file(&mut self, state: &mut State, transfer: &Transfer) -> Result<Reply> {
        let Transfer {
            descriptor,
            at,
            parts,
        } = transfer;
        let (descriptor, at) = (*descriptor, *at);
        if state.environment.files.is_random(descriptor)
            && let [[target, length]] = parts.as_slice()
        {
            let arguments = &[*target, *length];
            return getrandom(self, state, Request { arguments });
        }
        // All that may split or fail comes before the position moves.
        let mut lengths = Vec::new();
        for [address, length] in parts {
            let length = self.length(state, *length)?;
            if length > 0 {
                self.check_access(state, *address, Access::Write, length)?;
            }
            lengths.push(length);
        }
        let mut total = 0;
        for ([address, _], length) in parts.iter().zip(lengths) {
            let at = at.map(|at| at + total);
            let fragment = match self.files(state).read(descriptor, at, length) {
                Ok(fragment) => fragment,
                Err(refusal) => return Err::<(), _>(refusal).answer(self, state, FAILED_WIDE),
            };
            self.put_in(state, *address, &fragment)?;
            total += fragment.bytes.len() as u64;
            if (fragment.bytes.len() as u64) < length {
                break;
            }
        }
        Ok(Reply::Value(Value::word(total)))
    }

    fn write_file(&mut self, state: &mut State, transfer: &Transfer) -> Result<Reply> {
        let Transfer {
            descriptor,
            at,
            parts,
        } = transfer;
        let (descriptor, at) = (*descriptor, *at);
        let start = match state.environment.files.start(descriptor) {
            Ok(start) => start,
            Err(refusal) => return Err::<(), _>(refusal).answer(self, state, FAILED_WIDE),
        };
        let mut total = 0;
        for [address, length] in parts {
            let length = self.length(state, *length)?;
            if matches!(start, Start::Output | Start::Error) {
                self.put_out(state, start, *address, length)?;
            } else {
                let fragment = self.take_out(state, *address, length)?;
                let at = at.map(|at| at + total);
                let now = state.environment.clock_ns;
                let written = self.files(state).write(descriptor, at, &fragment, now);
                if let Err(refusal) = written {
                    return Err::<(), _>(refusal).answer(self, state, FAILED_WIDE);
                }
            }
            total += length;
        }
        Ok(Reply::Value(Value::word(total)))
    }
}
