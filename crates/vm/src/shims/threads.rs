//! Threads as the C library and the kernel offer them: creation, joining, keys, futexes, sleeping.
//!
//! # Source
//!
//! POSIX threads; `futex(2)`; the thread-local destructors of the Itanium C++ ABI. Locks, condition
//! variables and parking are Rust's own code on top of futexes and run as they are.

use std::rc::Rc;

use super::{Reply, Request, Row};
use crate::machine::{
    Flow, Machine, Result, Resumed, State, ThreadId, Value, VisibleOperation, Wait,
};
use crate::program::Scalar;

pub(super) const SHIMS: &[Row] = &[
    ("__cxa_thread_atexit_impl", at_thread_exit),
    ("pthread_self", thread_number),
    ("gettid", thread_number),
    ("getpid", process_number),
    ("sched_yield", yield_turn),
    ("pthread_atfork", no_fork),
    ("llvm.x86.sse2.pause", yield_turn),
    ("llvm.threadlocal.address", thread_local),
    ("pthread_key_create", key_create),
    ("pthread_key_delete", key_delete),
    ("pthread_getspecific", get_specific),
    ("pthread_setspecific", set_specific),
    ("pthread_attr_init", zero),
    ("pthread_attr_setstacksize", zero),
    ("pthread_attr_destroy", zero),
    ("pthread_setname_np", zero),
    ("prctl", zero),
    ("__pthread_get_minstack", least_stack),
    ("pthread_create", create),
    ("pthread_join", join),
    ("pthread_detach", detach),
    ("nanosleep", sleep),
    ("clock_nanosleep", sleep_by_clock),
    ("syscall", system_call),
];

/// Numbers that the kernel and the C library give to errors.
pub(super) mod error_number {
    pub const AGAIN: u64 = 11;
    pub const INVALID: u64 = 22;
    pub const TIMED_OUT: u64 = 110;
}

/// What a failed call returns: -1, as 64 bits.
const FAILED: Value = Value::word(u64::MAX);

const NANOSECONDS: u64 = 1_000_000_000;

fn zero(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::ZERO))
}

fn least_stack(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::word(16_384)))
}

/// Threads are numbered from 1 here, since 0 is no thread to anybody.
pub(super) fn own_number(state: &State) -> u64 {
    u64::from(state.environment.threads.running.0) + 1
}

fn thread_number(_: &mut Machine<'_>, state: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::word(own_number(state))))
}

/// What is to happen around a fork never happens: nothing forks.
fn no_fork(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::ZERO))
}

fn process_number(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::word(1)))
}

/// A destructor, its argument, and a handle of the shared object that nobody needs.
fn at_thread_exit(_: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let destructor = (request.argument(0), request.argument(1));
    let threads = Rc::make_mut(&mut state.environment.threads);
    threads.current_mut().destructors.push(destructor);
    Ok(Reply::Value(Value::ZERO))
}

fn yield_turn(machine: &mut Machine<'_>, state: &mut State, _: Request<'_>) -> Result<Reply> {
    let is_alone = !state.environment.threads.are_several();
    if is_alone || machine.take_resumed(state).is_some() || !machine.yield_turn(state)? {
        return Ok(Reply::Value(Value::ZERO));
    }
    Ok(Reply::Flow(Flow::Moved))
}

fn thread_local(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    match machine.thread_local(state, request.argument(0)) {
        Some(address) => Ok(Reply::Value(address)),
        None => Err(machine.unsupported(state, "a thread-local variable without initial contents")),
    }
}

fn key_create(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let key = state.environment.threads.next_key + 1;
    let target = request.argument(0);
    machine.write_scalar(state, Scalar::Integer(32), target, 4, Value::word(key))?;
    let destructor = machine.settle(state, request.argument(1))?;
    let threads = Rc::make_mut(&mut state.environment.threads);
    threads.next_key = key;
    if destructor != Value::ZERO {
        threads.key_destructors.insert(key, destructor);
    }
    Ok(Reply::Value(Value::ZERO))
}

fn key_delete(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let key = machine.length(state, request.argument(0))?;
    let threads = Rc::make_mut(&mut state.environment.threads);
    threads.key_destructors.remove(&key);
    Ok(Reply::Value(Value::ZERO))
}

fn get_specific(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let key = machine.length(state, request.argument(0))?;
    let thread = state.environment.threads.current();
    let value = thread.keys.get(&key).copied();
    Ok(Reply::Value(value.unwrap_or(Value::ZERO)))
}

fn set_specific(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let key = machine.length(state, request.argument(0))?;
    let threads = Rc::make_mut(&mut state.environment.threads);
    threads.current_mut().keys.insert(key, request.argument(1));
    Ok(Reply::Value(Value::ZERO))
}

/// Where to write the thread, its attributes, its start routine and the routine's argument.
fn create(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    if machine.visit(state, VisibleOperation::ThreadStart)? {
        return Ok(Reply::Flow(Flow::Moved));
    }
    let routine = machine.function_at(state, request.argument(2))?;
    if !machine.program.functions[routine.index()].has_body() {
        return Err(machine.unsupported(state, "a thread that begins outside of the program"));
    }
    let target = request.argument(0);
    machine.check_access(state, target, crate::machine::Access::Write, 8)?;
    if !machine.is_process {
        // The path goes on: what fails under this schedule does fail.
        drop(machine.unsupported(state, "schedules of threads other than the first"));
    }
    let Some(thread) = machine.start_thread(state, routine, request.argument(3)) else {
        let allowed = u64::from(crate::memory::STACKS_MAX);
        return Err(machine.limit_reached("threads ever started", allowed, "threads"));
    };
    let number = Value::word(u64::from(thread.0) + 1);
    machine.write_scalar(state, Scalar::Integer(64), target, 8, number)?;
    Ok(Reply::Value(Value::ZERO))
}

/// The thread with a number that the program was given.
fn thread_of(
    machine: &mut Machine<'_>,
    state: &mut State,
    number: Value,
) -> Result<Option<ThreadId>> {
    let number = machine.length(state, number)?;
    let id = number.checked_sub(1).and_then(|id| u32::try_from(id).ok());
    let threads = Rc::make_mut(&mut state.environment.threads);
    Ok(id.map(ThreadId).filter(|id| threads.get_mut(*id).is_some()))
}

fn join(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    if machine.visit(state, VisibleOperation::ThreadJoin)? {
        return Ok(Reply::Flow(Flow::Moved));
    }
    machine.take_resumed(state);
    let Some(thread) = thread_of(machine, state, request.argument(0))? else {
        return Ok(Reply::Value(Value::word(error_number::INVALID)));
    };
    let Some(result) = state.environment.threads.result_of(thread) else {
        return machine.suspend(state, Wait::Join(thread)).map(Reply::Flow);
    };
    let target = machine.settle(state, request.argument(1))?;
    if target != Value::ZERO {
        machine.write_scalar(state, Scalar::Pointer, target, 8, result)?;
    }
    Ok(Reply::Value(Value::ZERO))
}

fn detach(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    match thread_of(machine, state, request.argument(0))? {
        Some(_) => Ok(Reply::Value(Value::ZERO)),
        None => Ok(Reply::Value(Value::word(error_number::INVALID))),
    }
}

/// A request and where to write the rest of it.
fn sleep(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    sleep_for(machine, state, request.argument(0), false)
}

/// A clock, flags (1: the time is absolute), a request and where to write the rest of it.
fn sleep_by_clock(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let is_absolute = machine.length(state, request.argument(1))? & 1 != 0;
    sleep_for(machine, state, request.argument(2), is_absolute)
}

fn sleep_for(
    machine: &mut Machine<'_>,
    state: &mut State,
    time: Value,
    is_absolute: bool,
) -> Result<Reply> {
    if machine.take_resumed(state).is_some() {
        return Ok(Reply::Value(Value::ZERO));
    }
    let deadline = machine.deadline_at(state, time, is_absolute)?;
    machine
        .suspend(state, Wait::Sleep { deadline })
        .map(Reply::Flow)
}

/// System calls that Rust's runtime makes directly.
fn system_call(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    const GETTID: u64 = 186;
    const FUTEX: u64 = 202;
    const GETRANDOM: u64 = 318;
    const COPY_FILE_RANGE: u64 = 326;
    const STATX: u64 = 332;
    let rest = request.rest(1);
    match machine.length(state, request.argument(0))? {
        GETTID => thread_number(machine, state, rest),
        FUTEX => futex(machine, state, rest),
        GETRANDOM => super::environment::getrandom(machine, state, rest),
        COPY_FILE_RANGE => super::files::refuse_copy(machine, state, rest),
        STATX => super::files::extended_status(machine, state, rest),
        number => Err(machine.unsupported(state, format!("the system call {number}"))),
    }
}

/// A word's address, an operation, a number, a time, a second address, and a mask.
fn futex(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    const WAIT: u64 = 0;
    const WAKE: u64 = 1;
    const WAIT_BITSET: u64 = 9;
    const WAKE_BITSET: u64 = 10;
    const ALL_BITS: u32 = u32::MAX;
    // Flags: private to the process, and measured by the realtime clock, which is the only one here.
    let operation = machine.length(state, request.argument(1))? & 0x7f;
    let word = machine.settle(state, request.argument(0))?;
    let mask = match operation {
        WAIT_BITSET | WAKE_BITSET => machine.low_bits(state, request.argument(5))?,
        _ => ALL_BITS,
    };
    match operation {
        WAIT | WAIT_BITSET => {
            let is_absolute = operation == WAIT_BITSET;
            futex_wait(machine, state, request, (word, mask), is_absolute)
        }
        WAKE | WAKE_BITSET => {
            if machine.visit(state, VisibleOperation::FutexWake)? {
                return Ok(Reply::Flow(Flow::Moved));
            }
            let count = u64::from(machine.low_bits(state, request.argument(2))?);
            let woken = machine.wake_futex(state, word.low, mask, count);
            Ok(Reply::Value(Value::word(woken)))
        }
        other => Err(machine.unsupported(state, format!("the futex operation {other}"))),
    }
}

fn futex_wait(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
    (word, mask): (Value, u32),
    is_absolute: bool,
) -> Result<Reply> {
    match machine.take_resumed(state) {
        Some(Resumed::Met) => return Ok(Reply::Value(Value::ZERO)),
        Some(Resumed::TimedOut) => {
            machine.set_errno(state, error_number::TIMED_OUT)?;
            return Ok(Reply::Value(FAILED));
        }
        None => {}
    }
    if machine.visit(state, VisibleOperation::FutexWait)? {
        return Ok(Reply::Flow(Flow::Moved));
    }
    let found = machine.read_scalar(state, Scalar::Integer(32), word, 4)?;
    let found = machine.low_bits(state, found)?;
    if found != machine.low_bits(state, request.argument(2))? {
        machine.set_errno(state, error_number::AGAIN)?;
        return Ok(Reply::Value(FAILED));
    }
    let time = machine.settle(state, request.argument(3))?;
    let deadline = match time == Value::ZERO {
        true => None,
        false => Some(machine.deadline_at(state, time, is_absolute)?),
    };
    let address = word.low;
    let wait = Wait::Futex {
        address,
        mask,
        deadline,
    };
    machine.suspend(state, wait).map(Reply::Flow)
}

impl Machine<'_> {
    /// The lower 32 bits of an argument.
    fn low_bits(&mut self, state: &mut State, value: Value) -> Result<u32> {
        let purpose = crate::machine::Purpose::Argument;
        let number = self.concrete(state, value, 64, purpose)?;
        Ok(u32::try_from(number & u128::from(u32::MAX)).expect("32 bits"))
    }

    /// The moment that a `timespec` in memory means, in nanoseconds of the virtual clock.
    fn deadline_at(&mut self, state: &mut State, time: Value, is_absolute: bool) -> Result<u64> {
        let mut part = |offset: u64| {
            let at = Value {
                low: time.low.wrapping_add(offset),
                ..time
            };
            let value = self.read_scalar(state, Scalar::Integer(64), at, 8)?;
            self.length(state, value)
        };
        let (seconds, nanoseconds) = (part(0)?, part(8)?);
        let given = seconds.saturating_mul(NANOSECONDS);
        let given = given.saturating_add(nanoseconds);
        Ok(if is_absolute {
            given.saturating_sub(super::environment::CLOCK_START_SECONDS * NANOSECONDS)
        } else {
            given.saturating_add(state.environment.clock_ns)
        })
    }
}
