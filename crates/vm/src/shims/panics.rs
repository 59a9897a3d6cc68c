//! Panics: the moment a panic can no longer be caught, the path is a refutation.
//!
//! The functions here are where a panic begins. While some active call would catch it, their bodies
//! run and the panic unwinds for real; otherwise nothing that follows could save the property, so
//! the path ends at once, without formatting a message.
//!
//! # Not here
//!
//! Formatted messages: the native replay of the counterexample gives them.

use proofhouse_evidence::{Failure, FailureKind, Site};

use super::{Reply, Request, Row};
use crate::machine::{Machine, Result, State, Value};
use crate::memory::ObjectId;
use crate::program::Scalar;

pub(super) const SHIMS: &[Row] = &[
    ("core::panicking::panic_fmt", with_arguments),
    ("core::panicking::panic", with_text),
    ("core::panicking::panic_explicit", plain),
    ("core::panicking::panic_bounds_check", bounds_check),
    ("core::panicking::assert_failed_inner", assertion),
    ("core::option::expect_failed", with_text),
    ("core::option::unwrap_failed", unwrap_none),
    ("core::result::unwrap_failed", with_text),
    (
        "core::panicking::panic_nounwind_fmt",
        nounwind_with_arguments,
    ),
    ("core::panicking::panic_nounwind", nounwind_with_text),
    (
        "core::panicking::panic_nounwind_nobacktrace",
        nounwind_with_text,
    ),
    ("core::panicking::panic_cannot_unwind", cannot_unwind),
    ("core::panicking::panic_in_cleanup", in_cleanup),
    ("std::panicking::begin_panic", plain),
    ("std::panicking::rust_panic_without_hook", resumed),
    ("alloc::alloc::handle_alloc_error", allocation_failed),
    ("std::panicking::default_hook", no_output),
    ("std::panicking::panic_with_hook::default_hook", no_output),
];

/// A panic with a text: address, length, …, location.
fn with_text(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    if machine.has_handler(state) {
        return Ok(Reply::Body);
    }
    let message = machine.message(state, request.argument(0), request.argument(1))?;
    panicked(machine, state, message, request.last())
}

/// A panic with `fmt::Arguments` (two words) and a location.
fn with_arguments(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    if machine.has_handler(state) {
        return Ok(Reply::Body);
    }
    let message = static_message(machine, state, request.argument(0), request.argument(1))?;
    panicked(machine, state, message, request.last())
}

fn plain(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    if machine.has_handler(state) {
        return Ok(Reply::Body);
    }
    panicked(machine, state, "explicit panic".to_owned(), request.last())
}

fn assertion(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    if machine.has_handler(state) {
        return Ok(Reply::Body);
    }
    let message = match request.argument(0) {
        kind if !kind.is_number() => "assertion failed",
        kind if kind.low == 0 => "assertion `left == right` failed",
        kind if kind.low == 1 => "assertion `left != right` failed",
        _ => "assertion `left matches right` failed",
    };
    panicked(machine, state, message.to_owned(), request.last())
}

fn bounds_check(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    if machine.has_handler(state) {
        return Ok(Reply::Body);
    }
    let (index, length) = (request.argument(0), request.argument(1));
    let message = if index.is_number() && length.is_number() {
        format!(
            "index out of bounds: the len is {} but the index is {}",
            length.low, index.low
        )
    } else {
        "index out of bounds".to_owned()
    };
    panicked(machine, state, message, request.last())
}

fn unwrap_none(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    if machine.has_handler(state) {
        return Ok(Reply::Body);
    }
    let message = "called `Option::unwrap()` on a `None` value".to_owned();
    panicked(machine, state, message, request.last())
}

/// Panics that abort: a handler would not help.
fn nounwind_with_text(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let message = machine.message(state, request.argument(0), request.argument(1))?;
    panicked(machine, state, message, Value::ZERO)
}

fn nounwind_with_arguments(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let message = static_message(machine, state, request.argument(0), request.argument(1))?;
    panicked(machine, state, message, request.last())
}

fn cannot_unwind(machine: &mut Machine<'_>, state: &mut State, _: Request<'_>) -> Result<Reply> {
    let message = "panic in a function that cannot unwind".to_owned();
    panicked(machine, state, message, Value::ZERO)
}

fn in_cleanup(machine: &mut Machine<'_>, state: &mut State, _: Request<'_>) -> Result<Reply> {
    let message = "panic in a destructor during cleanup".to_owned();
    panicked(machine, state, message, Value::ZERO)
}

fn resumed(machine: &mut Machine<'_>, state: &mut State, _: Request<'_>) -> Result<Reply> {
    if machine.has_handler(state) {
        return Ok(Reply::Body);
    }
    panicked(
        machine,
        state,
        "a panic was resumed".to_owned(),
        Value::ZERO,
    )
}

fn allocation_failed(
    machine: &mut Machine<'_>,
    state: &mut State,
    _: Request<'_>,
) -> Result<Reply> {
    let site = machine.site(state);
    let message = "memory allocation failed".to_owned();
    let failure = Failure {
        kind: FailureKind::ProcessEnded,
        message,
        site,
    };
    Err(machine.fail(state, failure))
}

/// The hook that prints a panic.
fn no_output(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Nothing)
}

fn panicked(
    machine: &mut Machine<'_>,
    state: &mut State,
    message: String,
    location: Value,
) -> Result<Reply> {
    let site = match machine.location(state, location) {
        Some(site) => Some(site),
        None => machine.site(state),
    };
    let failure = Failure {
        kind: FailureKind::Panic,
        message,
        site,
    };
    Err(machine.fail(state, failure))
}

/// The text of `fmt::Arguments` that has no arguments: then the second word is the text's length,
/// shifted left, with its lowest bit set.
fn static_message(
    machine: &mut Machine<'_>,
    state: &mut State,
    template: Value,
    arguments: Value,
) -> Result<String> {
    let is_static = arguments.is_number()
        && arguments.object == ObjectId::NONE
        && arguments.low & 1 == 1
        && template.is_number();
    if !is_static {
        return Ok("panic with a formatted message".to_owned());
    }
    machine.message(state, template, Value::word(arguments.low >> 1))
}

impl Machine<'_> {
    /// The site that a `&core::panic::Location` names: file address and length, line, column.
    fn location(&mut self, state: &mut State, location: Value) -> Option<Site> {
        let object = state.memory.object(location.object)?;
        let start = object.offset_of(location.low, 24)?;
        let mut part = |offset, scalar: Scalar| {
            let object = state.memory.object(location.object)?;
            let read = object.read(start + offset, scalar.size_bytes());
            let value = self.value_read(scalar, read);
            value.is_number().then_some(value)
        };
        let file = part(0, Scalar::Pointer)?;
        let length = part(8, Scalar::Integer(64))?.low;
        let line = u32::try_from(part(16, Scalar::Integer(32))?.low).ok()?;
        let column = u32::try_from(part(20, Scalar::Integer(32))?.low).ok()?;
        let text = state.memory.object(file.object)?;
        let bytes = text.plain_bytes(text.offset_of(file.low, length)?, length)?;
        let file = String::from_utf8(bytes)
            .ok()?
            .trim_end_matches('\0')
            .to_owned();
        (line > 0).then_some(Site { file, line, column })
    }
}
