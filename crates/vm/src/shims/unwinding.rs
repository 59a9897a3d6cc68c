//! The unwinder's interface, as Rust's panic runtime uses it.

use super::{Reply, Request, Row};
use crate::machine::{Machine, Result, State, Value};

pub(super) const SHIMS: &[Row] = &[
    ("_Unwind_RaiseException", raise),
    ("_Unwind_Resume", resume),
    ("_Unwind_DeleteException", nothing),
    ("_Unwind_Backtrace", end_of_stack),
];

/// `_URC_END_OF_STACK`: nobody catches it.
const END_OF_STACK: u64 = 5;

fn raise(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    if !machine.has_handler(state) {
        return Ok(Reply::Value(Value::word(END_OF_STACK)));
    }
    machine.raise(state, request.argument(0)).map(Reply::Flow)
}

fn resume(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    machine.raise(state, request.argument(0)).map(Reply::Flow)
}

fn nothing(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Nothing)
}

/// A backtrace has no frames.
fn end_of_stack(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::word(END_OF_STACK)))
}
