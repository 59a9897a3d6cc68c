//! Files as the C library and the kernel offer them, on the file system that each state has.
//!
//! # Not here
//!
//! What paths and descriptors mean (`crate::files`). Pipes, sockets, mapped memory, and calls that copy
//! between descriptors inside of the kernel: those refuse, and the standard library reads and writes.
//!
//! # Source
//!
//! POSIX.1-2017, "System Interfaces".

mod folders;
mod status;
mod transfer;

use std::rc::Rc;

use super::{Reply, Request, Row};
use crate::files::{FileSystem, Refusal, error};
use crate::machine::{Machine, Result, State, Value};
use crate::memory::{Fill, Fragment, ObjectKind};
use crate::program::{PlaceId, Scalar};
pub(super) use status::extended_status;
pub(super) use transfer::refuse_copy;

pub(super) const SHIMS: &[Row] = &[
    ("open", open),
    ("open64", open),
    ("openat64", open_at),
    ("close", close),
    ("read", transfer::read),
    ("pread64", transfer::read_at),
    ("readv", transfer::read_parts),
    ("write", transfer::write),
    ("pwrite64", transfer::write_at),
    ("writev", transfer::write_parts),
    ("lseek64", seek),
    ("stat64", status::status),
    ("lstat64", status::status_of_link),
    ("fstat64", status::status_of_open),
    ("fstatat64", status::status_at),
    ("ftruncate64", resize),
    ("fsync", check_descriptor),
    ("fdatasync", check_descriptor),
    ("flock", check_descriptor),
    ("posix_fadvise64", zero),
    ("ioctl", control),
    ("fcntl", descriptor_control),
    ("isatty", is_terminal),
    ("poll", poll),
    ("mkdir", folders::make_folder),
    ("rmdir", remove_folder),
    ("unlink", unlink),
    ("unlinkat", unlink_at),
    ("rename", rename),
    ("link", link),
    ("linkat", link_at),
    ("symlink", symlink),
    ("readlink", read_link),
    ("realpath", real_path),
    ("chmod", status::set_rights),
    ("fchmod", status::set_rights_of_open),
    ("futimens", status::set_times),
    ("access", status::may),
    ("faccessat", status::may_at),
    ("getcwd", folders::current_folder),
    ("chdir", folders::change_folder),
    ("opendir", folders::open_folder),
    ("fdopendir", folders::folder_of_open),
    ("dirfd", folders::descriptor_of_folder),
    ("readdir64", folders::next_entry),
    ("closedir", folders::close_folder),
    ("copy_file_range", transfer::refuse_copy),
    ("sendfile64", transfer::refuse_copy),
    ("splice", transfer::refuse_copy),
];

/// The descriptor that stands for the current folder.
const CURRENT_FOLDER: u64 = 0xffff_ff9c;
/// -1 as 32 bits.
const FAILED: Value = Value::word(0xffff_ffff);
/// -1 as 64 bits.
const FAILED_WIDE: Value = Value::word(u64::MAX);

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

fn seek(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let distance = machine.length(state, request.argument(1))?.cast_signed();
    let whence = machine.int(state, request.argument(2))?;
    let moved = machine.files(state).seek(descriptor, distance, whence);
    moved.answer(machine, state, FAILED_WIDE)
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

/// An address some bytes further.
fn plus(address: Value, bytes: u64) -> Value {
    Value {
        low: address.low.wrapping_add(bytes),
        ..address
    }
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
