//! Environment variables, time, randomness and output: all fixed, none of them the host's.
//!
//! # Not here
//!
//! Files (`super::files`). Pipes, sockets and other processes: a call that wants one ends its path by
//! name.

use std::rc::Rc;

use super::{Reply, Request, Row};
use crate::files::Start;
use crate::machine::{Access, Machine, Purpose, Result, State, Value, Variable};
use crate::memory::{Fill, Object, ObjectId, ObjectKind};
use crate::program::{PlaceId, Scalar};

pub(super) const SHIMS: &[Row] = &[
    ("getuid", user),
    ("geteuid", user),
    ("getgid", user),
    ("getegid", user),
    ("getenv", get_variable),
    ("secure_getenv", get_variable),
    ("setenv", set_variable),
    ("unsetenv", remove_variable),
    ("clock_gettime", clock_gettime),
    ("llvm.x86.rdtsc", processor_clock),
    ("getrandom", getrandom),
    ("std::sys::random::linux::hashmap_random_keys", hash_keys),
    ("std::sys::random::hashmap_random_keys", hash_keys),
    ("sysconf", system_setting),
    ("sched_getaffinity", one_processor),
    ("dlsym", find_symbol),
    ("__errno_location", errno_location),
    ("__xpg_strerror_r", error_text),
];

/// Where the clocks start: 2001-09-09, a second nobody mistakes for a real one.
pub(super) const CLOCK_START_SECONDS: u64 = 1_000_000_000;
/// Each reading of a clock is so much later than the one before.
const NANOSECONDS_A_READING: u64 = 1_000_000;

/// An ordinary user, or the group of that name.
fn user(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::word(1000)))
}

fn get_variable(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let name = machine.c_string(state, request.argument(0))?;
    let Some(variable) = state.environment.variables.get(&name).cloned() else {
        return Ok(Reply::Value(Value::ZERO));
    };
    let Some(mut text) = variable.value else {
        return Ok(Reply::Value(Value::ZERO));
    };
    text.push(0);
    let object = match variable.object {
        Some(object) => object,
        None => {
            let size = text.len() as u64;
            let object = machine.make_object(state, size, "an environment variable")?;
            let target = state.memory.object_mut(object).expect("it was just made");
            target.write_bytes(0, &text);
            let variables = Rc::make_mut(&mut state.environment.variables);
            variables.get_mut(&name).expect("it is set").object = Some(object);
            object
        }
    };
    let base = state.memory.object(object).expect("it never ends").base;
    Ok(Reply::Value(Value::address(base, object)))
}

fn set_variable(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let name = machine.c_string(state, request.argument(0))?;
    let value = machine.c_string(state, request.argument(1))?;
    let overwrites = machine.length(state, request.argument(2))? != 0;
    let variables = Rc::make_mut(&mut state.environment.variables);
    let is_set = variables
        .get(&name)
        .is_some_and(|variable| variable.value.is_some());
    if overwrites || !is_set {
        let value = Some(value);
        let object = None;
        variables.insert(name, Variable { value, object });
        machine.list_variables(state);
    }
    Ok(Reply::Value(Value::ZERO))
}

fn remove_variable(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let name = machine.c_string(state, request.argument(0))?;
    Rc::make_mut(&mut state.environment.variables).remove(&name);
    machine.list_variables(state);
    Ok(Reply::Value(Value::ZERO))
}

/// All clocks are one.
fn clock_gettime(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    machine.hit_bound("courses of the clock", 1, "course");
    let target = machine.settle(state, request.argument(1))?;
    machine.check_access(state, target, Access::Write, 16)?;
    let now = state.environment.clock_ns;
    let seconds = Value::word(CLOCK_START_SECONDS + now / 1_000_000_000);
    let nanoseconds = Value::word(now % 1_000_000_000);
    let word = Scalar::Integer(64);
    machine.write_scalar(state, word, target, 8, seconds)?;
    let second_half = Value {
        low: target.low.wrapping_add(8),
        ..target
    };
    machine.write_scalar(state, word, second_half, 8, nanoseconds)?;
    state.environment.clock_ns = now.saturating_add(NANOSECONDS_A_READING);
    Ok(Reply::Value(Value::ZERO))
}

/// The processor's own count: of the same clock, one tick a nanosecond.
fn processor_clock(machine: &mut Machine<'_>, state: &mut State, _: Request<'_>) -> Result<Reply> {
    machine.hit_bound("courses of the clock", 1, "course");
    let now = state.environment.clock_ns;
    state.environment.clock_ns = now.saturating_add(NANOSECONDS_A_READING);
    Ok(Reply::Value(Value::word(now)))
}

pub(super) fn getrandom(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let (target, length) = (request.argument(0), request.argument(1));
    let length = machine.length(state, length)?;
    for index in 0..length {
        let byte = Value::word(next_random(machine, state) & 0xff);
        let at = Value {
            low: target.low.wrapping_add(index),
            ..target
        };
        machine.write_scalar(state, Scalar::Integer(8), at, 1, byte)?;
    }
    Ok(Reply::Value(Value::word(length)))
}

fn hash_keys(machine: &mut Machine<'_>, state: &mut State, _: Request<'_>) -> Result<Reply> {
    let (first, second) = (next_random(machine, state), next_random(machine, state));
    Ok(Reply::Pair(Value::word(first), Value::word(second)))
}

/// The next number of a fixed sequence (the finaliser of SplitMix64 over a counter). What is proved with
/// it is proved for this one seed.
fn next_random(machine: &mut Machine<'_>, state: &mut State) -> u64 {
    machine.hit_bound("seeds of the system's random numbers", 1, "seed");
    state.environment.random_count += 1;
    let mut mixed = state
        .environment
        .random_count
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

fn system_setting(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    const PAGE_BYTES: u64 = 30;
    const PROCESSORS_CONFIGURED: u64 = 83;
    const PROCESSORS_ONLINE: u64 = 84;
    match machine.length(state, request.argument(0))? {
        PAGE_BYTES => Ok(Reply::Value(Value::word(4096))),
        PROCESSORS_CONFIGURED | PROCESSORS_ONLINE => Ok(Reply::Value(Value::word(1))),
        setting => Err(machine.unsupported(state, format!("`sysconf` of {setting}"))),
    }
}

/// A process, the size of a set of processors, and where to write it: the first one.
fn one_processor(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let operands = [request.argument(2), Value::ZERO, request.argument(1)];
    machine.fill_memory(state, operands)?;
    let first = Value::word(1);
    machine.write_scalar(state, Scalar::Integer(8), request.argument(2), 1, first)?;
    Ok(Reply::Value(Value::ZERO))
}

/// Where to look, and a symbol's name. No symbol is loaded that the program does not name itself.
fn find_symbol(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let name = machine.c_string(state, request.argument(1))?;
    let functions = &machine.program.functions;
    let found = functions.iter().enumerate().find(|(index, function)| {
        function.symbol.as_bytes() == name && machine.image.shims[*index].is_some()
    });
    let found = found.map(|(_, function)| function.symbol.as_str());
    let found = found.and_then(|symbol| machine.program.function_named(symbol));
    let address = found.map(|function| machine.image.function(function));
    Ok(Reply::Value(address.unwrap_or(Value::ZERO)))
}

fn errno_location(machine: &mut Machine<'_>, state: &mut State, _: Request<'_>) -> Result<Reply> {
    let object = machine.errno(state)?;
    let base = state
        .memory
        .object(object)
        .expect("the thread is alive")
        .base;
    Ok(Reply::Value(Value::address(base, object)))
}

/// An error's number, where to write its text, and how many bytes there are.
fn error_text(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let number = machine.concrete(state, request.argument(0), 32, Purpose::Argument)?;
    let number = u32::try_from(number).expect("32 bits").cast_signed();
    // The texts of the C library, which are the same on every host with it.
    let text = std::io::Error::from_raw_os_error(number).to_string();
    let text = text.rsplit_once(" (os error").map_or("", |(text, _)| text);
    let room = machine.length(state, request.argument(2))?;
    let target = machine.settle(state, request.argument(1))?;
    let kept = text
        .len()
        .min(usize::try_from(room.saturating_sub(1)).unwrap_or(usize::MAX));
    for (index, byte) in text.bytes().take(kept).chain([0]).enumerate() {
        let at = Value {
            low: target.low.wrapping_add(index as u64),
            ..target
        };
        machine.write_scalar(state, Scalar::Integer(8), at, 1, Value::word(byte.into()))?;
    }
    Ok(Reply::Value(Value::ZERO))
}

impl Machine<'_> {
    /// Writes the C library's list of the environment's variables anew, if the program looks at it:
    /// the address of an array of texts `name=value`, with a null address at its end.
    pub(crate) fn list_variables(&mut self, state: &mut State) {
        let Some(list) = self.image.variable_list else {
            return;
        };
        let variables = Rc::clone(&state.environment.variables);
        let set = variables
            .iter()
            .filter_map(|(name, variable)| Some((name, variable.value.as_ref()?)));
        let mut texts = Vec::new();
        for (name, value) in set {
            let text = [name.as_slice(), b"=", value.as_slice(), b"\0"].concat();
            texts.extend(make_global(state, text.len() as u64, |object| {
                object.write_bytes(0, &text);
            }));
        }
        texts.push(Value::ZERO);
        let array = make_global(state, texts.len() as u64 * 8, |object| {
            for (offset, text) in (0..).step_by(8).zip(&texts) {
                object.write(offset, 8, *text);
            }
        });
        if let (Some(array), Some(object)) = (array, state.memory.object_mut(list.object)) {
            object.write(0, 8, array);
        }
    }

    /// Tells the standard library's runtime what the program was called with: its name, as every
    /// program is. The loader of the host does that before anything else runs.
    pub(crate) fn list_arguments(&mut self, state: &mut State) {
        const NAME: &[u8] = b"/program\0";
        let Some((count, list)) = self.image.argument_list else {
            return;
        };
        let name = make_global(state, NAME.len() as u64, |object| {
            object.write_bytes(0, NAME);
        });
        let Some(name) = name else {
            return;
        };
        let array = make_global(state, 16, |object| object.write(0, 8, name));
        if let Some(array) = array {
            let memory = &mut state.memory;
            for (global, value) in [(count, Value::word(1)), (list, array)] {
                if let Some(object) = memory.object_mut(global.object) {
                    object.write(0, 8, value);
                }
            }
        }
    }

    /// The running thread's `errno`.
    fn errno(&mut self, state: &mut State) -> Result<ObjectId> {
        if let Some(object) = state.environment.threads.current().errno {
            return Ok(object);
        }
        let object = self.make_object(state, 4, "`errno`")?;
        let threads = Rc::make_mut(&mut state.environment.threads);
        threads.current_mut().errno = Some(object);
        Ok(object)
    }

    /// Sets the running thread's `errno`.
    pub(super) fn set_errno(&mut self, state: &mut State, number: u64) -> Result<()> {
        let object = self.errno(state)?;
        let object = state.memory.object_mut(object);
        object
            .expect("the thread is alive")
            .write(0, 4, Value::word(number));
        Ok(())
    }

    /// Makes an object that belongs to the C library.
    fn make_object(&mut self, state: &mut State, size: u64, what: &str) -> Result<ObjectId> {
        let (kind, align) = (ObjectKind::Global, 4);
        let made = state
            .memory
            .allocate(kind, size, align, Fill::Zero, PlaceId(0));
        match made {
            Some((object, _)) => Ok(object),
            None => Err(self.unsupported(state, format!("{what} without memory left"))),
        }
    }

    /// A text that ends with a zero byte, without it.
    pub(super) fn c_string(&mut self, state: &mut State, start: Value) -> Result<Vec<u8>> {
        const LENGTH_MAX: u64 = 1 << 20;
        let start = self.settle(state, start)?;
        let mut text = Vec::new();
        for index in 0..LENGTH_MAX {
            let at = Value {
                low: start.low.wrapping_add(index),
                ..start
            };
            let byte = self.read_scalar(state, Scalar::Integer(8), at, 1)?;
            match self
                .concrete(state, byte, 8, Purpose::Argument)?
                .to_le_bytes()[0]
            {
                0 => return Ok(text),
                byte => text.push(byte),
            }
        }
        Err(self.unsupported(state, "a C string of more than a million bytes"))
    }

    /// Writes to one of the standard streams: kept for a process, dropped for a property.
    pub(super) fn put_out(
        &mut self,
        state: &mut State,
        stream: Start,
        start: Value,
        length: u64,
    ) -> Result<()> {
        if length == 0 || !self.is_process {
            return Ok(());
        }
        let fragment = self.take_out(state, start, length)?;
        let bytes = match fragment.cells.is_empty() {
            true => fragment.bytes,
            false => self.numbers(state, start, length)?,
        };
        let output = &mut state.environment.output;
        let kept = match stream {
            Start::Output => &mut output.standard,
            _ => &mut output.error,
        };
        Rc::make_mut(kept).extend(bytes);
        Ok(())
    }

    /// The bytes of a range, each decided to be a number.
    fn numbers(&mut self, state: &mut State, start: Value, length: u64) -> Result<Vec<u8>> {
        let start = self.settle(state, start)?;
        let mut bytes = Vec::new();
        for index in 0..length {
            let at = Value {
                low: start.low.wrapping_add(index),
                ..start
            };
            let byte = self.read_scalar(state, Scalar::Integer(8), at, 1)?;
            let byte = self.concrete(state, byte, 8, Purpose::Argument)?;
            bytes.push(byte.to_le_bytes()[0]);
        }
        Ok(bytes)
    }
}

/// Makes an object that lives as long as the process; `None` when the address space is used up.
fn make_global(state: &mut State, size: u64, fill: impl FnOnce(&mut Object)) -> Option<Value> {
    let (kind, place) = (ObjectKind::Global, PlaceId(0));
    let (id, base) = state.memory.allocate(kind, size, 8, Fill::Zero, place)?;
    fill(state.memory.object_mut(id)?);
    Some(Value::address(base, id))
}
