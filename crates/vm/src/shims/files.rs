//! Files as the C library and the kernel offer them, on the file system that each state has.
//!
//! # Not here
//!
//! What paths and descriptors mean (`crate::files`). Pipes, sockets, mapped memory, and calls that copy
//! between descriptors inside of the kernel: those refuse, and the standard library reads and writes.
//!
//! # Source
//!
//! POSIX.1-2017, "System Interfaces"; `stat(2)`, `statx(2)`, `readdir(3)` for the layout of what is
//! written, as the GNU C library has it on x86-64.

use std::rc::Rc;

use super::environment::CLOCK_START_SECONDS;
use super::{Reply, Request, Row};
use crate::files::{FileSystem, Refusal, Start, Status, error};
use crate::machine::{Access, Machine, Result, State, Value};
use crate::memory::{Fill, Fragment, ObjectKind};
use crate::program::{PlaceId, Scalar};

pub(super) const SHIMS: &[Row] = &[
    ("open", open),
    ("open64", open),
    ("openat64", open_at),
    ("close", close),
    ("read", read),
    ("pread64", read_at),
    ("readv", read_parts),
    ("write", write),
    ("pwrite64", write_at),
    ("writev", write_parts),
    ("lseek64", seek),
    ("stat64", status),
    ("lstat64", status_of_link),
    ("fstat64", status_of_open),
    ("fstatat64", status_at),
    ("ftruncate64", resize),
    ("fsync", check_descriptor),
    ("fdatasync", check_descriptor),
    ("flock", check_descriptor),
    ("posix_fadvise64", zero),
    ("ioctl", control),
    ("fcntl", descriptor_control),
    ("isatty", is_terminal),
    ("poll", poll),
    ("mkdir", make_folder),
    ("rmdir", remove_folder),
    ("unlink", unlink),
    ("unlinkat", unlink_at),
    ("rename", rename),
    ("link", link),
    ("linkat", link_at),
    ("symlink", symlink),
    ("readlink", read_link),
    ("realpath", real_path),
    ("chmod", set_rights),
    ("fchmod", set_rights_of_open),
    ("futimens", set_times),
    ("access", may),
    ("faccessat", may_at),
    ("getcwd", current_folder),
    ("chdir", change_folder),
    ("opendir", open_folder),
    ("fdopendir", folder_of_open),
    ("dirfd", descriptor_of_folder),
    ("readdir64", next_entry),
    ("closedir", close_folder),
    ("copy_file_range", refuse_copy),
    ("sendfile64", refuse_copy),
    ("splice", refuse_copy),
];

/// The descriptor that stands for the current folder.
const CURRENT_FOLDER: u64 = 0xffff_ff9c;
/// -1 as 32 bits.
const FAILED: Value = Value::word(0xffff_ffff);
/// -1 as 64 bits.
const FAILED_WIDE: Value = Value::word(u64::MAX);
/// A `struct stat`.
const STAT_BYTES: u64 = 144;
/// A `struct statx`.
const STATX_BYTES: u64 = 256;
/// A `struct dirent64`, and where its name begins.
const ENTRY_BYTES: u64 = 280;
const ENTRY_NAME_AT: u64 = 19;

/// What a call on the file system came to, as the program sees it: a number, or -1 and `errno`.
trait Answer {
    fn answer(self, machine: &mut Machine<'_>, state: &mut State, failed: Value) -> Result<Reply>;
}

impl Answer for crate::files::Result<u64> {
    fn answer(self, machine: &mut Machine<'_>, state: &mut State, failed: Value) -> Result<Reply> {
        match self {
            Ok(number) => Ok(Reply::Value(Value::word(number))),
            Err(refusal) => {
                machine.refused(state, refusal)?;
                Ok(Reply::Value(failed))
            }
        }
    }
}

impl Answer for crate::files::Result<()> {
    fn answer(self, machine: &mut Machine<'_>, state: &mut State, failed: Value) -> Result<Reply> {
        self.map(|()| 0).answer(machine, state, failed)
    }
}

fn zero(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::ZERO))
}

/// A path, flags, and the rights of what is made.
fn open(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    machine.open_path(state, CURRENT_FOLDER, &path, request.rest(1))
}

/// A folder's descriptor, and then as `open`.
fn open_at(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let folder = machine.int(state, request.argument(0))?;
    let path = machine.c_string(state, request.argument(1))?;
    machine.open_path(state, folder, &path, request.rest(2))
}

fn close(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let closed = machine.files(state).close(descriptor);
    closed.answer(machine, state, FAILED)
}

fn read(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let part = [request.argument(1), request.argument(2)];
    machine.read_file(state, descriptor, None, &[part])
}

fn read_at(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let at = machine.length(state, request.argument(3))?;
    let part = [request.argument(1), request.argument(2)];
    machine.read_file(state, descriptor, Some(at), &[part])
}

fn read_parts(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let parts = machine.parts(state, request.argument(1), request.argument(2))?;
    machine.read_file(state, descriptor, None, &parts)
}

fn write(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let part = [request.argument(1), request.argument(2)];
    machine.write_file(state, descriptor, None, &[part])
}

fn write_at(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let at = machine.length(state, request.argument(3))?;
    let part = [request.argument(1), request.argument(2)];
    machine.write_file(state, descriptor, Some(at), &[part])
}

/// A descriptor, an array of addresses with lengths, and how many there are.
fn write_parts(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let parts = machine.parts(state, request.argument(1), request.argument(2))?;
    machine.write_file(state, descriptor, None, &parts)
}

fn seek(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let distance = machine.length(state, request.argument(1))?.cast_signed();
    let whence = machine.int(state, request.argument(2))?;
    let moved = machine.files(state).seek(descriptor, distance, whence);
    moved.answer(machine, state, FAILED_WIDE)
}

fn status(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    machine.write_status_of(state, (CURRENT_FOLDER, &path, true), request.argument(1))
}

fn status_of_link(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    machine.write_status_of(state, (CURRENT_FOLDER, &path, false), request.argument(1))
}

fn status_of_open(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    machine.write_status_of(state, (descriptor, b"", true), request.argument(1))
}

/// A folder's descriptor, a path, where to write, and flags.
fn status_at(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    const NO_FOLLOW: u64 = 0x100;
    let folder = machine.int(state, request.argument(0))?;
    let path = machine.c_string(state, request.argument(1))?;
    let follows = machine.int(state, request.argument(3))? & NO_FOLLOW == 0;
    machine.write_status_of(state, (folder, &path, follows), request.argument(2))
}

/// The system call `statx`: a folder's descriptor, a path, flags, what is asked, and where to write.
pub(super) fn extended_status(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    const NO_FOLLOW: u64 = 0x100;
    let path = machine.settle(state, request.argument(1))?;
    if path == Value::ZERO {
        // So the standard library asks whether there is such a call at all.
        return Err(Refusal::Error(14)).answer_wide(machine, state);
    }
    let folder = machine.int(state, request.argument(0))?;
    let path = machine.c_string(state, path)?;
    let follows = machine.int(state, request.argument(2))? & NO_FOLLOW == 0;
    match machine.status_of(state, folder, &path, follows) {
        Ok(status) => {
            machine.write_fields(state, request.argument(4), STATX_BYTES, &statx(status))?;
            Ok(Reply::Value(Value::ZERO))
        }
        Err(refusal) => Err(refusal).answer_wide(machine, state),
    }
}

/// As [`Answer`], for system calls, which return 64 bits.
trait AnswerWide {
    fn answer_wide(self, machine: &mut Machine<'_>, state: &mut State) -> Result<Reply>;
}

impl AnswerWide for crate::files::Result<()> {
    fn answer_wide(self, machine: &mut Machine<'_>, state: &mut State) -> Result<Reply> {
        self.answer(machine, state, FAILED_WIDE)
    }
}

fn resize(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let size = machine.length(state, request.argument(1))?;
    let now = state.environment.clock_ns;
    let resized = match i64::try_from(size) {
        Ok(_) => machine.files(state).resize(descriptor, size, now),
        Err(_) => Err(Refusal::Error(error::INVALID)),
    };
    resized.answer(machine, state, FAILED)
}

/// What needs nothing but an open descriptor: everything is written at once, and nobody else locks.
fn check_descriptor(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let start = machine.files(state).start(descriptor);
    start.map(drop).answer(machine, state, FAILED)
}

fn control(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    const CLOSE_ON_EXECUTION: u64 = 0x5451;
    const WINDOW_SIZE: u64 = 0x5413;
    const TERMINAL: u64 = 0x5401;
    match machine.length(state, request.argument(1))? & u64::from(u32::MAX) {
        CLOSE_ON_EXECUTION => check_descriptor(machine, state, request),
        WINDOW_SIZE | TERMINAL => {
            Err::<(), _>(Refusal::Error(error::NOT_A_TERMINAL)).answer(machine, state, FAILED)
        }
        other => Err(machine.unsupported(state, format!("`ioctl` {other:#x}"))),
    }
}

fn descriptor_control(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    const DUPLICATE: u64 = 0;
    const GET_FLAGS: u64 = 1;
    const SET_FLAGS: u64 = 2;
    const GET_ACCESS: u64 = 3;
    const DUPLICATE_CLOSING: u64 = 1030;
    let descriptor = machine.int(state, request.argument(0))?;
    let answer = match machine.int(state, request.argument(1))? {
        DUPLICATE | DUPLICATE_CLOSING => {
            let from = machine.int(state, request.argument(2))?;
            machine.files(state).duplicate(descriptor, from)
        }
        GET_FLAGS => machine.files(state).start(descriptor).map(|_| 1),
        SET_FLAGS => machine.files(state).start(descriptor).map(|_| 0),
        GET_ACCESS => machine.files(state).access_of(descriptor),
        other => return Err(machine.unsupported(state, format!("`fcntl` {other}"))),
    };
    answer.answer(machine, state, FAILED)
}

/// Descriptors with the events that are waited for, and how many there are: nothing makes one wait.
fn poll(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let start = machine.settle(state, request.argument(0))?;
    let count = machine.length(state, request.argument(1))?;
    for index in 0..count {
        let wanted =
            machine.read_scalar(state, Scalar::Integer(16), plus(start, index * 8 + 4), 2)?;
        let happened = plus(start, index * 8 + 6);
        machine.write_scalar(state, Scalar::Integer(16), happened, 2, wanted)?;
    }
    Ok(Reply::Value(Value::word(count & u64::from(u32::MAX))))
}

/// Nothing is a terminal.
fn is_terminal(machine: &mut Machine<'_>, state: &mut State, _: Request<'_>) -> Result<Reply> {
    machine.set_errno(state, error::NOT_A_TERMINAL)?;
    Ok(Reply::Value(Value::ZERO))
}

fn make_folder(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    let rights = machine.rights(state, request.argument(1))?;
    let now = state.environment.clock_ns;
    let made = machine.files(state).make_folder(&path, rights, now);
    made.answer(machine, state, FAILED)
}

fn remove_folder(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    machine.remove(state, CURRENT_FOLDER, &path, true)
}

fn unlink(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    machine.remove(state, CURRENT_FOLDER, &path, false)
}

fn unlink_at(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    const FOLDER: u64 = 0x200;
    let folder = machine.int(state, request.argument(0))?;
    let path = machine.c_string(state, request.argument(1))?;
    let is_folder = machine.int(state, request.argument(2))? & FOLDER != 0;
    machine.remove(state, folder, &path, is_folder)
}

fn rename(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let old = machine.c_string(state, request.argument(0))?;
    let new = machine.c_string(state, request.argument(1))?;
    let renamed = machine.files(state).rename(&old, &new);
    renamed.answer(machine, state, FAILED)
}

fn link(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let existing = machine.c_string(state, request.argument(0))?;
    let new = machine.c_string(state, request.argument(1))?;
    let linked = machine.files(state).add_name(&existing, &new);
    linked.answer(machine, state, FAILED)
}

/// Both paths with a folder's descriptor before them, of which only the current one is supported.
fn link_at(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    for index in [0, 2] {
        if machine.int(state, request.argument(index))? != CURRENT_FOLDER {
            return Err(machine.unsupported(state, "`linkat` from an open folder"));
        }
    }
    let arguments = [request.argument(1), request.argument(3)];
    let arguments = &arguments;
    link(machine, state, Request { arguments })
}

fn symlink(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let target = machine.c_string(state, request.argument(0))?;
    let path = machine.c_string(state, request.argument(1))?;
    let now = state.environment.clock_ns;
    let made = machine.files(state).make_link(&target, &path, now);
    made.answer(machine, state, FAILED)
}

/// A path, where to write the target, and how many bytes there are.
fn read_link(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    let room = machine.length(state, request.argument(2))?;
    match machine.files(state).link_target(&path) {
        Ok(mut target) => {
            target.truncate(usize::try_from(room).unwrap_or(usize::MAX));
            machine.write_bytes(state, request.argument(1), &target)?;
            Ok(Reply::Value(Value::word(target.len() as u64)))
        }
        Err(refusal) => Err::<(), _>(refusal).answer(machine, state, FAILED_WIDE),
    }
}

/// A path, and where to write; with null, the text is allocated and the program frees it.
fn real_path(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    let mut text = match machine.files(state).real_path(&path) {
        Ok(text) => text,
        Err(refusal) => return Err::<(), _>(refusal).answer(machine, state, Value::ZERO),
    };
    text.push(0);
    let mut target = machine.settle(state, request.argument(1))?;
    if target == Value::ZERO {
        let kind = ObjectKind::Foreign;
        target = machine.make_room(state, kind, text.len() as u64)?;
    }
    machine.write_bytes(state, target, &text)?;
    Ok(Reply::Value(target))
}

fn set_rights(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    let rights = machine.rights(state, request.argument(1))?;
    let set = machine.files(state).set_rights(&path, rights);
    set.answer(machine, state, FAILED)
}

fn set_rights_of_open(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let rights = Some(machine.rights(state, request.argument(1))?);
    let set = machine.files(state).set_of_open(descriptor, rights, None);
    set.answer(machine, state, FAILED)
}

/// A descriptor and two times: of the last access, which nobody keeps, and of the last change.
fn set_times(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    const NOW: u64 = (1 << 30) - 1;
    const UNCHANGED: u64 = (1 << 30) - 2;
    let descriptor = machine.int(state, request.argument(0))?;
    let times = machine.settle(state, request.argument(1))?;
    let mut part = |offset: u64| {
        let value = machine.read_scalar(state, Scalar::Integer(64), plus(times, offset), 8)?;
        machine.length(state, value)
    };
    let (seconds, nanoseconds) = (part(16)?, part(24)?);
    let modified = match nanoseconds {
        UNCHANGED => None,
        NOW => Some(state.environment.clock_ns),
        _ => {
            let since_start = seconds.wrapping_sub(CLOCK_START_SECONDS);
            Some(
                since_start
                    .wrapping_mul(1_000_000_000)
                    .wrapping_add(nanoseconds),
            )
        }
    };
    let set = machine.files(state).set_of_open(descriptor, None, modified);
    set.answer(machine, state, FAILED)
}

fn may(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    let wanted = machine.rights(state, request.argument(1))?;
    let answer = machine.files(state).may(&path, wanted);
    answer.answer(machine, state, FAILED)
}

fn may_at(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    if machine.int(state, request.argument(0))? != CURRENT_FOLDER {
        return Err(machine.unsupported(state, "`faccessat` from an open folder"));
    }
    may(machine, state, request.rest(1))
}

/// Where to write the path, and how many bytes there are.
fn current_folder(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let mut path = machine.files(state).current_path();
    path.push(0);
    let room = machine.length(state, request.argument(1))?;
    if (path.len() as u64) > room {
        let refused: crate::files::Result<()> = Err(Refusal::Error(error::OUT_OF_RANGE));
        return refused.answer(machine, state, Value::ZERO);
    }
    machine.write_bytes(state, request.argument(0), &path)?;
    Ok(Reply::Value(request.argument(0)))
}

fn change_folder(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    let changed = machine.files(state).change_folder(&path);
    changed.answer(machine, state, FAILED)
}

fn open_folder(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    const FOLDER: u64 = 0o200_000;
    let path = machine.c_string(state, request.argument(0))?;
    let now = state.environment.clock_ns;
    let files = machine.files(state);
    let opened = files.open(files.current(), &path, FOLDER, 0, now);
    machine.folder_stream(state, opened)
}

fn folder_of_open(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let folder = machine.files(state).folder(descriptor);
    machine.folder_stream(state, folder.map(|_| descriptor))
}

fn descriptor_of_folder(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let stream = machine.settle(state, request.argument(0))?;
    let descriptor = machine.read_scalar(state, Scalar::Integer(32), stream, 1)?;
    Ok(Reply::Value(descriptor))
}

/// The next entry lies in the stream's own memory, until the one after it is asked for.
fn next_entry(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let stream = machine.settle(state, request.argument(0))?;
    let descriptor = machine.read_scalar(state, Scalar::Integer(32), stream, 1)?;
    let descriptor = machine.int(state, descriptor)?;
    let entry = match machine.files(state).next_entry(descriptor) {
        Ok(Some(entry)) => entry,
        Ok(None) => return Ok(Reply::Value(Value::ZERO)),
        Err(refusal) => return Err::<(), _>(refusal).answer(machine, state, Value::ZERO),
    };
    let target = plus(stream, 8);
    let kind = u64::from(entry.status.mode >> 12);
    let fields = [
        (0, 8, entry.status.number),
        (8, 8, 1),
        (16, 2, ENTRY_BYTES),
        (18, 1, kind),
    ];
    machine.write_fields(state, target, ENTRY_BYTES, &fields)?;
    machine.write_bytes(state, plus(target, ENTRY_NAME_AT), &entry.name)?;
    Ok(Reply::Value(target))
}

fn close_folder(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let stream = machine.settle(state, request.argument(0))?;
    let descriptor = machine.read_scalar(state, Scalar::Integer(32), stream, 1)?;
    let descriptor = machine.int(state, descriptor)?;
    state.memory.end(stream.object, PlaceId(0));
    let closed = machine.files(state).close(descriptor);
    closed.answer(machine, state, FAILED)
}

/// Callers copy by reading and writing where the kernel cannot do it.
pub(super) fn refuse_copy(
    machine: &mut Machine<'_>,
    state: &mut State,
    _: Request<'_>,
) -> Result<Reply> {
    let refused: crate::files::Result<()> = Err(Refusal::Error(error::NO_SUCH_CALL));
    refused.answer(machine, state, FAILED_WIDE)
}

/// An address some bytes further.
fn plus(address: Value, bytes: u64) -> Value {
    Value {
        low: address.low.wrapping_add(bytes),
        ..address
    }
}

/// Seconds and nanoseconds of a moment.
fn time(moment_ns: u64) -> (u64, u64) {
    let seconds = moment_ns.cast_signed().div_euclid(1_000_000_000);
    let nanoseconds = moment_ns.cast_signed().rem_euclid(1_000_000_000);
    let seconds = CLOCK_START_SECONDS.wrapping_add_signed(seconds);
    (seconds, nanoseconds.cast_unsigned())
}

/// Where each field of a `struct stat` lies, its size, and what it is.
fn stat(status: Status) -> Vec<(u64, u64, u64)> {
    let (seconds, nanoseconds) = time(status.modified_ns);
    let mut fields = vec![
        (0, 8, 1),
        (8, 8, status.number),
        (16, 8, status.links),
        (24, 4, status.mode.into()),
        (48, 8, status.size),
        (56, 8, 4096),
        (64, 8, status.size.div_ceil(512)),
    ];
    for start in [72, 88, 104] {
        fields.extend([(start, 8, seconds), (start + 8, 8, nanoseconds)]);
    }
    fields
}

/// As [`stat`], of a `struct statx`.
fn statx(status: Status) -> Vec<(u64, u64, u64)> {
    /// Everything that `stat` has, and the time of birth.
    const KNOWN: u64 = 0xfff;
    let (seconds, nanoseconds) = time(status.modified_ns);
    let mut fields = vec![
        (0, 4, KNOWN),
        (4, 4, 4096),
        (16, 4, status.links),
        (28, 2, status.mode.into()),
        (32, 8, status.number),
        (40, 8, status.size),
        (48, 8, status.size.div_ceil(512)),
    ];
    for start in [64, 80, 96, 112] {
        fields.extend([(start, 8, seconds), (start + 8, 4, nanoseconds)]);
    }
    fields
}

impl Machine<'_> {
    /// The file system of a state, to be changed.
    fn files<'s>(&mut self, state: &'s mut State) -> &'s mut FileSystem {
        if !self.is_process {
            self.hit_bound("contents of the file system", 1, "file system");
        }
        Rc::make_mut(&mut state.environment.files)
    }

    /// Tells the program that a call was refused, or ends its path if nobody knows the answer.
    fn refused(&mut self, state: &mut State, refusal: Refusal) -> Result<()> {
        match refusal {
            Refusal::Error(number) => self.set_errno(state, number),
            Refusal::Unknown(path) => {
                Err(self.unsupported(state, format!("the host's file `{path}`")))
            }
        }
    }

    /// An `int` or `unsigned`, as its 32 bits.
    fn int(&mut self, state: &mut State, value: Value) -> Result<u64> {
        Ok(self.length(state, value)? & u64::from(u32::MAX))
    }

    fn rights(&mut self, state: &mut State, value: Value) -> Result<u32> {
        let rights = self.int(state, value)?;
        Ok(u32::try_from(rights).expect("32 bits"))
    }

    fn open_path(
        &mut self,
        state: &mut State,
        folder: u64,
        path: &[u8],
        request: Request<'_>,
    ) -> Result<Reply> {
        const CREATE: u64 = 0o100;
        let flags = self.int(state, request.argument(0))?;
        let rights = match flags & CREATE {
            0 => 0,
            _ => self.rights(state, request.argument(1))?,
        };
        let now = state.environment.clock_ns;
        let files = self.files(state);
        let opened = files
            .start_of_paths(folder, path)
            .and_then(|from| files.open(from, path, flags, rights, now));
        opened.answer(self, state, FAILED)
    }

    fn remove(
        &mut self,
        state: &mut State,
        folder: u64,
        path: &[u8],
        is_folder: bool,
    ) -> Result<Reply> {
        let files = self.files(state);
        let removed = files
            .start_of_paths(folder, path)
            .and_then(|from| files.remove(from, path, is_folder));
        removed.answer(self, state, FAILED)
    }

    /// The status of a path from a folder, or of the descriptor itself when the path is empty.
    fn status_of(
        &mut self,
        state: &mut State,
        descriptor: u64,
        path: &[u8],
        follows: bool,
    ) -> crate::files::Result<Status> {
        let files = self.files(state);
        if path.is_empty() && descriptor != CURRENT_FOLDER {
            return files.status_of_open(descriptor);
        }
        let from = files.start_of_paths(descriptor, path)?;
        files.status_of(from, path, follows)
    }

    fn write_status_of(
        &mut self,
        state: &mut State,
        (descriptor, path, follows): (u64, &[u8], bool),
        target: Value,
    ) -> Result<Reply> {
        match self.status_of(state, descriptor, path, follows) {
            Ok(status) => {
                self.write_fields(state, target, STAT_BYTES, &stat(status))?;
                Ok(Reply::Value(Value::ZERO))
            }
            Err(refusal) => Err::<(), _>(refusal).answer(self, state, FAILED),
        }
    }

    /// Writes a structure: zeros, and in them numbers, each with its offset and its size in bytes.
    fn write_fields(
        &mut self,
        state: &mut State,
        target: Value,
        size: u64,
        fields: &[(u64, u64, u64)],
    ) -> Result<()> {
        let mut bytes = vec![0; usize::try_from(size).expect("structures are small")];
        for (offset, size, number) in fields {
            let start = usize::try_from(*offset).expect("structures are small");
            let size = usize::try_from(*size).expect("structures are small");
            bytes[start..start + size].copy_from_slice(&number.to_le_bytes()[..size]);
        }
        self.write_bytes(state, target, &bytes)
    }

    pub(super) fn write_bytes(
        &mut self,
        state: &mut State,
        target: Value,
        bytes: &[u8],
    ) -> Result<()> {
        let fragment = Fragment {
            bytes: bytes.to_vec(),
            cells: Vec::new(),
        };
        self.put_in(state, target, &fragment)
    }

    /// An array of addresses with lengths.
    fn parts(&mut self, state: &mut State, start: Value, count: Value) -> Result<Vec<[Value; 2]>> {
        let start = self.settle(state, start)?;
        let count = self.int(state, count)?;
        let mut parts = Vec::new();
        for index in 0..count {
            let at = plus(start, index * 16);
            let address = self.read_scalar(state, Scalar::Pointer, at, 8)?;
            let length = self.read_scalar(state, Scalar::Integer(64), plus(at, 8), 8)?;
            parts.push([address, length]);
        }
        Ok(parts)
    }

    fn read_file(
        &mut self,
        state: &mut State,
        descriptor: u64,
        at: Option<u64>,
        parts: &[[Value; 2]],
    ) -> Result<Reply> {
        if state.environment.files.is_random(descriptor)
            && let [[target, length]] = parts
        {
            let arguments = &[*target, *length];
            return super::environment::getrandom(self, state, Request { arguments });
        }
        // All that may split or fail comes before the position moves.
        let mut lengths = Vec::new();
        for [address, length] in parts {
            let length = self.length(state, *length)?;
            if length > 0 {
                self.check_access(state, *address, Access::Write, length)?;
            }
            lengths.push(length);
        }
        let mut total = 0;
        for ([address, _], length) in parts.iter().zip(lengths) {
            let at = at.map(|at| at + total);
            let fragment = match self.files(state).read(descriptor, at, length) {
                Ok(fragment) => fragment,
                Err(refusal) => return Err::<(), _>(refusal).answer(self, state, FAILED_WIDE),
            };
            self.put_in(state, *address, &fragment)?;
            total += fragment.bytes.len() as u64;
            if (fragment.bytes.len() as u64) < length {
                break;
            }
        }
        Ok(Reply::Value(Value::word(total)))
    }

    fn write_file(
        &mut self,
        state: &mut State,
        descriptor: u64,
        at: Option<u64>,
        parts: &[[Value; 2]],
    ) -> Result<Reply> {
        let start = match state.environment.files.start(descriptor) {
            Ok(start) => start,
            Err(refusal) => return Err::<(), _>(refusal).answer(self, state, FAILED_WIDE),
        };
        let mut total = 0;
        for [address, length] in parts {
            let length = self.length(state, *length)?;
            if matches!(start, Start::Output | Start::Error) {
                self.put_out(state, start, *address, length)?;
            } else {
                let fragment = self.take_out(state, *address, length)?;
                let at = at.map(|at| at + total);
                let now = state.environment.clock_ns;
                let written = self.files(state).write(descriptor, at, &fragment, now);
                if let Err(refusal) = written {
                    return Err::<(), _>(refusal).answer(self, state, FAILED_WIDE);
                }
            }
            total += length;
        }
        Ok(Reply::Value(Value::word(total)))
    }

    /// A stream of a folder's entries: its descriptor, and room for one entry.
    fn folder_stream(
        &mut self,
        state: &mut State,
        opened: crate::files::Result<u64>,
    ) -> Result<Reply> {
        let descriptor = match opened {
            Ok(descriptor) => descriptor,
            Err(refusal) => return Err::<(), _>(refusal).answer(self, state, Value::ZERO),
        };
        let stream = self.make_room(state, ObjectKind::Global, 8 + ENTRY_BYTES)?;
        let word = Value::word(descriptor);
        self.write_scalar(state, Scalar::Integer(32), stream, 1, word)?;
        Ok(Reply::Value(stream))
    }

    /// A new object that the C library makes.
    fn make_room(&mut self, state: &mut State, kind: ObjectKind, size: u64) -> Result<Value> {
        let made = state
            .memory
            .allocate(kind, size, 16, Fill::Zero, PlaceId(0));
        match made {
            Some((object, address)) => Ok(Value::address(address, object)),
            None => Err(self.unsupported(state, "a file without memory left")),
        }
    }
}
