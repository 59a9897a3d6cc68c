//! Folders: making and leaving them, the current one, and streams of their entries.
//!
//! # Invariants
//!
//! - A stream is an object of the C library: its descriptor, and room for the entry that was asked for last.
//!
//! # Source
//!
//! `readdir(3)` for the layout of an entry.

use super::super::{Reply, Request};
use super::{Answer, FAILED, plus};
use crate::files::{Refusal, error};
use crate::machine::{Machine, Result, State, Value};
use crate::memory::ObjectKind;
use crate::program::{PlaceId, Scalar};

/// A `struct dirent64`, and where its name begins.
const ENTRY_BYTES: u64 = 280;

const ENTRY_NAME_AT: u64 = 19;

pub(super) fn make_folder(
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

/// Where to write the path, and how many bytes there are.
pub(super) fn current_folder(
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

pub(super) fn change_folder(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    let changed = machine.files(state).change_folder(&path);
    changed.answer(machine, state, FAILED)
}

pub(super) fn open_folder(
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

pub(super) fn folder_of_open(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    let folder = machine.files(state).folder(descriptor);
    machine.folder_stream(state, folder.map(|_| descriptor))
}

pub(super) fn descriptor_of_folder(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let stream = machine.settle(state, request.argument(0))?;
    let descriptor = machine.read_scalar(state, Scalar::Integer(32), stream, 1)?;
    Ok(Reply::Value(descriptor))
}

/// The next entry lies in the stream's own memory, until the one after it is asked for.
pub(super) fn next_entry(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
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

pub(super) fn close_folder(
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

impl Machine<'_> {
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
}
