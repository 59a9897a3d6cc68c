//! The unwinder's interface, as Rust's panic runtime uses it.

use proofhouse_evidence::{Failure, FailureKind, Site};

use super::{Reply, Request, Row};
use crate::machine::{Machine, Result, State, Stop, Value};

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
        if machine.is_process {
            return Err(machine.uncaught_panic(state));
        }
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

/// The message of a panic in what the panic hook printed: behind the place, up to the notes.
fn printed_message(printed: &str) -> (Option<Site>, String) {
    let Some((_, panic)) = printed.rsplit_once("panicked at ") else {
        return (None, "a panic".to_owned());
    };
    let (place, message) = panic.split_once(":\n").unwrap_or(("", panic));
    let message = match message.find("\nnote: ") {
        Some(end) => &message[..end],
        None => message.trim_end_matches('\n'),
    };
    let mut parts = place.rsplitn(3, ':');
    let column = parts.next().and_then(|part| part.parse().ok());
    let line = parts.next().and_then(|part| part.parse().ok());
    let site = match (parts.next(), line, column) {
        (Some(file), Some(line), Some(column)) => Some(Site {
            file: file.to_owned(),
            line,
            column,
        }),
        _ => None,
    };
    (site, message.to_owned())
}

impl Machine<'_> {
    /// Ends a process whose panic nobody catches.
    fn uncaught_panic(&mut self, state: &mut State) -> Box<Stop> {
        let printed = String::from_utf8_lossy(&state.environment.output.error);
        let (site, message) = printed_message(&printed);
        let site = site.or_else(|| self.site(state));
        let kind = FailureKind::Panic;
        let failure = Failure {
            kind,
            message,
            site,
        };
        self.fail(state, failure)
    }
}

/// A backtrace has no frames.
fn end_of_stack(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::word(END_OF_STACK)))
}
