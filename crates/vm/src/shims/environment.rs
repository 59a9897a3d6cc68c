//! Environment variables, time, randomness and output: all fixed, none of them the host's.

use super::{Reply, Request, Row};
use crate::machine::{Machine, Result, State, Value};
use crate::memory::{Fill, ObjectKind};
use crate::program::{PlaceId, Scalar};

pub(super) const SHIMS: &[Row] = &[
    ("getenv", null),
    ("secure_getenv", null),
    ("clock_gettime", clock_gettime),
    ("getrandom", getrandom),
    ("std::sys::random::linux::hashmap_random_keys", hash_keys),
    ("std::sys::random::hashmap_random_keys", hash_keys),
    ("write", write),
    ("__errno_location", errno_location),
];

/// Where the clocks start: 2001-09-09, a second nobody mistakes for a real one.
const CLOCK_START_SECONDS: u64 = 1_000_000_000;

fn null(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::ZERO))
}

/// Each reading is a millisecond later than the one before.
fn clock_gettime(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let target = request.argument(1);
    let milliseconds = state.environment.clock_count;
    let seconds = Value::word(CLOCK_START_SECONDS + milliseconds / 1000);
    let nanoseconds = Value::word(milliseconds % 1000 * 1_000_000);
    let word = Scalar::Integer(64);
    machine.write_scalar(state, word, target, 8, seconds)?;
    let second_half = Value {
        low: target.low.wrapping_add(8),
        ..target
    };
    machine.write_scalar(state, word, second_half, 8, nanoseconds)?;
    state.environment.clock_count += 1;
    Ok(Reply::Value(Value::ZERO))
}

fn getrandom(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let (target, length) = (request.argument(0), request.argument(1));
    let length = machine.length(state, length)?;
    for index in 0..length {
        let byte = Value::word(next_random(state) & 0xff);
        let at = Value {
            low: target.low.wrapping_add(index),
            ..target
        };
        machine.write_scalar(state, Scalar::Integer(8), at, 1, byte)?;
    }
    Ok(Reply::Value(Value::word(length)))
}

fn hash_keys(_: &mut Machine<'_>, state: &mut State, _: Request<'_>) -> Result<Reply> {
    let (first, second) = (next_random(state), next_random(state));
    Ok(Reply::Pair(Value::word(first), Value::word(second)))
}

/// The next number of a fixed sequence (the finaliser of SplitMix64 over a counter).
fn next_random(state: &mut State) -> u64 {
    state.environment.random_count += 1;
    let mut mixed = state
        .environment
        .random_count
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// Output is dropped.
fn write(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let length = machine.length(state, request.argument(2))?;
    Ok(Reply::Value(Value::word(length)))
}

fn errno_location(machine: &mut Machine<'_>, state: &mut State, _: Request<'_>) -> Result<Reply> {
    if let Some(object) = state.environment.errno
        && let Some(errno) = state.memory.object(object)
    {
        return Ok(Reply::Value(Value::address(errno.base, object)));
    }
    let made = state
        .memory
        .allocate(ObjectKind::Global, 4, 4, Fill::Zero, PlaceId(0));
    let Some((object, address)) = made else {
        return Err(machine.unsupported(state, "`errno` without memory left"));
    };
    state.environment.errno = Some(object);
    Ok(Reply::Value(Value::address(address, object)))
}
