//! The C library's mutexes, for programs that call it themselves. Rust's own locks are futexes.
//!
//! A mutex's first word holds the number of the thread that has it, the second how often that thread
//! took it once more; both are 0 in a mutex that is initialised statically.
//!
//! # Not here
//!
//! Mutexes that processes share, timeouts, priorities, and the C library's condition variables.
//!
//! # Source
//!
//! POSIX.1-2017, `pthread_mutex_lock` and its neighbours; the layout is our own but for the kind, which
//! the GNU C library's static initialisers put at byte 16.

use super::threads::own_number;
use super::{Reply, Request, Row};
use crate::machine::{Flow, Machine, Result, State, Value, VisibleOperation, Wait};
use crate::program::Scalar;

pub(super) const SHIMS: &[Row] = &[
    ("pthread_mutex_init", initialise),
    ("pthread_mutex_destroy", destroy),
    ("pthread_mutex_lock", lock),
    ("pthread_mutex_trylock", try_lock),
    ("pthread_mutex_unlock", unlock),
    ("pthread_mutexattr_init", initialise_attributes),
    ("pthread_mutexattr_settype", set_kind),
    ("pthread_mutexattr_destroy", zero),
];

const RECURSIVE: u64 = 1;
const CHECKING: u64 = 2;

/// A `pthread_mutex_t`, a `pthread_mutexattr_t`, and where each keeps what.
const MUTEX_BYTES: u64 = 40;
const ATTRIBUTES_BYTES: u64 = 4;
const OWNER_AT: u64 = 0;
const AGAIN_AT: u64 = 4;
const KIND_AT: u64 = 16;

mod error_number {
    pub(super) const NOT_PERMITTED: u64 = 1;
    pub(super) const BUSY: u64 = 16;
    pub(super) const INVALID: u64 = 22;
    pub(super) const DEADLOCK: u64 = 35;
}

fn zero(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    number(0)
}

fn number(number: u64) -> Result<Reply> {
    Ok(Reply::Value(Value::word(number)))
}

/// A mutex and its attributes, or null.
fn initialise(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let attributes = machine.settle(state, request.argument(1))?;
    let kind = match attributes == Value::ZERO {
        true => 0,
        false => machine.mutex_word(state, attributes, 0)?,
    };
    let mutex = request.argument(0);
    machine.fill_memory(state, [mutex, Value::ZERO, Value::word(MUTEX_BYTES)])?;
    machine.set_mutex_word(state, mutex, KIND_AT, kind)?;
    number(0)
}

fn destroy(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    match machine.mutex_word(state, request.argument(0), OWNER_AT)? {
        0 => number(0),
        _ => number(error_number::BUSY),
    }
}

fn initialise_attributes(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let length = Value::word(ATTRIBUTES_BYTES);
    machine.fill_memory(state, [request.argument(0), Value::ZERO, length])?;
    number(0)
}

fn set_kind(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let kind = machine.length(state, request.argument(1))? & u64::from(u32::MAX);
    if kind > CHECKING {
        return number(error_number::INVALID);
    }
    machine.set_mutex_word(state, request.argument(0), 0, kind)?;
    number(0)
}

fn lock(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    if machine.visit(state, VisibleOperation::AtomicUpdate)? {
        return Ok(Reply::Flow(Flow::Moved));
    }
    machine.take_resumed(state);
    let mutex = machine.settle(state, request.argument(0))?;
    let own = own_number(state);
    let owner = machine.mutex_word(state, mutex, OWNER_AT)?;
    if owner == 0 {
        machine.set_mutex_word(state, mutex, OWNER_AT, own)?;
        return number(0);
    }
    match machine.mutex_word(state, mutex, KIND_AT)? {
        RECURSIVE if owner == own => {
            let again = machine.mutex_word(state, mutex, AGAIN_AT)?;
            machine.set_mutex_word(state, mutex, AGAIN_AT, again + 1)?;
            number(0)
        }
        CHECKING if owner == own => number(error_number::DEADLOCK),
        _ => {
            let wait = Wait::Futex {
                address: mutex.low,
                mask: u32::MAX,
                deadline: None,
            };
            machine.suspend(state, wait).map(Reply::Flow)
        }
    }
}

fn try_lock(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    if machine.visit(state, VisibleOperation::AtomicUpdate)? {
        return Ok(Reply::Flow(Flow::Moved));
    }
    let mutex = request.argument(0);
    let own = own_number(state);
    let owner = machine.mutex_word(state, mutex, OWNER_AT)?;
    if owner == 0 {
        machine.set_mutex_word(state, mutex, OWNER_AT, own)?;
        return number(0);
    }
    if owner == own && machine.mutex_word(state, mutex, KIND_AT)? == RECURSIVE {
        let again = machine.mutex_word(state, mutex, AGAIN_AT)?;
        machine.set_mutex_word(state, mutex, AGAIN_AT, again + 1)?;
        return number(0);
    }
    number(error_number::BUSY)
}

fn unlock(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    if machine.visit(state, VisibleOperation::FutexWake)? {
        return Ok(Reply::Flow(Flow::Moved));
    }
    let mutex = machine.settle(state, request.argument(0))?;
    let owner = machine.mutex_word(state, mutex, OWNER_AT)?;
    let kind = machine.mutex_word(state, mutex, KIND_AT)?;
    if owner != own_number(state) && kind != 0 {
        return number(error_number::NOT_PERMITTED);
    }
    let again = machine.mutex_word(state, mutex, AGAIN_AT)?;
    if again > 0 {
        machine.set_mutex_word(state, mutex, AGAIN_AT, again - 1)?;
        return number(0);
    }
    machine.set_mutex_word(state, mutex, OWNER_AT, 0)?;
    machine.wake_futex(state, mutex.low, u32::MAX, 1);
    number(0)
}

impl Machine<'_> {
    /// A 32-bit word of a mutex or its attributes.
    fn mutex_word(&mut self, state: &mut State, start: Value, offset: u64) -> Result<u64> {
        let at = Value {
            low: start.low.wrapping_add(offset),
            ..start
        };
        let value = self.read_scalar(state, Scalar::Integer(32), at, 4)?;
        self.length(state, value)
    }

    fn set_mutex_word(
        &mut self,
        state: &mut State,
        start: Value,
        offset: u64,
        to: u64,
    ) -> Result<()> {
        let at = Value {
            low: start.low.wrapping_add(offset),
            ..start
        };
        self.write_scalar(state, Scalar::Integer(32), at, 4, Value::word(to))
    }
}
