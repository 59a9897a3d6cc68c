//! Threads, as far as a program with one thread notices them.

use std::rc::Rc;

use super::{Reply, Request, Row};
use crate::machine::{Machine, Result, State, Value};
use crate::program::Scalar;

pub(super) const SHIMS: &[Row] = &[
    ("__cxa_thread_atexit_impl", zero),
    ("pthread_self", one),
    ("gettid", one),
    ("getpid", one),
    ("sched_yield", zero),
    ("pthread_key_create", key_create),
    ("pthread_key_delete", zero),
    ("pthread_getspecific", get_specific),
    ("pthread_setspecific", set_specific),
];

/// Success. (Destructors of thread-locals never run: the path ends before its thread does.)
fn zero(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::ZERO))
}

/// The number of the one thread.
fn one(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::word(1)))
}

fn key_create(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let key = state.environment.next_thread_key + 1;
    let target = request.argument(0);
    machine.write_scalar(state, Scalar::Integer(32), target, 4, Value::word(key))?;
    state.environment.next_thread_key = key;
    Ok(Reply::Value(Value::ZERO))
}

fn get_specific(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let key = machine.length(state, request.argument(0))?;
    let value = state.environment.thread_keys.get(&key).copied();
    Ok(Reply::Value(value.unwrap_or(Value::ZERO)))
}

fn set_specific(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let key = machine.length(state, request.argument(0))?;
    Rc::make_mut(&mut state.environment.thread_keys).insert(key, request.argument(1));
    Ok(Reply::Value(Value::ZERO))
}
