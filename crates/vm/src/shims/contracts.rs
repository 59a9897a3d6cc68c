//! What a property asks of functions with a contract, and what such a function asks when it is called.
//!
//! The code of a contract is in the function itself (`proofhouse::contract`): it checks its conditions and
//! runs the body, or draws what the contract leaves open and goes on where the postconditions hold. The
//! machine only tells it which, and keeps apart what is drawn there: it is no part of the input.
//!
//! # Invariants
//!
//! - A function whose contract stood for its body on any path is named in the journal, and so in the
//!   verdict.
//! - A run that follows a native input runs bodies, as a native run does.

use std::rc::Rc;

use super::{Reply, Request, Row};
use crate::machine::{Asked, Machine, Result, Role, State, Value};

pub(super) const SHIMS: &[Row] = &[
    ("proofhouse::machine::assume_contract", assume_contract),
    ("proofhouse::machine::check_contract", check_contract),
    ("proofhouse::machine::role_in_contract", role_in_contract),
    ("proofhouse::machine::leave_open", leave_open),
    ("proofhouse::machine::begin_scope", begin_scope),
    ("proofhouse::machine::add_to_scope", add_to_scope),
    ("proofhouse::machine::end_scope", end_scope),
    ("proofhouse::machine::assume_scope", assume_scope),
    (
        "proofhouse::machine::leave_statics_open",
        leave_statics_open,
    ),
];

/// The answers to `role_in_contract`.
const CALLED: u64 = 0;
const CHECKED: u64 = 1;
const ASSUMED: u64 = 2;

fn assume_contract(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    ask(machine, state, request)?.is_assumed = true;
    Ok(Reply::Nothing)
}

fn check_contract(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    ask(machine, state, request)?.is_checked = true;
    Ok(Reply::Nothing)
}

/// What the property asks of the function that the request names, to be added to.
fn ask<'s>(
    machine: &mut Machine<'_>,
    state: &'s mut State,
    request: Request<'_>,
) -> Result<&'s mut Asked> {
    let name = machine.message(state, request.argument(0), request.argument(1))?;
    machine.journal.contracts.asked.insert(name.clone());
    Ok(asked(state, name))
}

/// What the property asks of a function, to be added to.
fn asked(state: &mut State, name: String) -> &mut Asked {
    Rc::make_mut(&mut state.environment.contracts)
        .entry(name)
        .or_default()
}

fn role_in_contract(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    if state.environment.contracts.is_empty() {
        return Ok(Reply::Value(Value::word(CALLED)));
    }
    let name = machine.message(state, request.argument(0), request.argument(1))?;
    let found = state.environment.contracts.get(&name).copied();
    let role = match found.unwrap_or_default() {
        Asked {
            is_checked: true, ..
        } => {
            asked(state, name.clone()).is_checked = false;
            machine.journal.contracts.checked.insert(name);
            CHECKED
        }
        // The tracer follows an input that fails natively.
        Asked {
            is_assumed: true, ..
        } if machine.tracer.is_none() => {
            machine.journal.contracts.assumed.insert(name);
            ASSUMED
        }
        _ => CALLED,
    };
    Ok(Reply::Value(Value::word(role)))
}

fn leave_open(_: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    state.environment.is_left_open = request.argument(0).low & 1 == 1;
    Ok(Reply::Nothing)
}

fn begin_scope(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let function = machine.message(state, request.argument(0), request.argument(1))?;
    let number = machine.begin_scope(state, function);
    Ok(Reply::Value(Value::word(number)))
}

fn add_to_scope(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let role = match request.argument(1).low {
        0 => Role::Own,
        1 => Role::Named,
        2 => Role::Given,
        _ => Role::GivenToDrop,
    };
    let part = (request.argument(2), request.argument(3));
    machine.add_part(state, request.argument(0).low, role, part)?;
    Ok(Reply::Nothing)
}

fn end_scope(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let result = (request.argument(1), request.argument(2));
    let is_unwinding = request.argument(3).low & 1 == 1;
    machine.end_scope(state, request.argument(0).low, result, is_unwinding)?;
    Ok(Reply::Nothing)
}

fn assume_scope(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    machine.assume_scope(state, request.argument(0).low);
    Ok(Reply::Nothing)
}

fn leave_statics_open(
    machine: &mut Machine<'_>,
    state: &mut State,
    _: Request<'_>,
) -> Result<Reply> {
    machine.leave_statics_open(state)?;
    Ok(Reply::Nothing)
}
