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
use crate::machine::{Asked, Machine, Result, State, Value};

pub(super) const SHIMS: &[Row] = &[
    ("proofhouse::machine::assume_contract", assume_contract),
    ("proofhouse::machine::check_contract", check_contract),
    ("proofhouse::machine::role_in_contract", role_in_contract),
    ("proofhouse::machine::leave_open", leave_open),
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
