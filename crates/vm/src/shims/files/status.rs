//! What is known of a file beside its contents: status, rights, times.
//!
//! # Source
//!
//! `stat(2)`, `statx(2)` for the layout of what is written, as the GNU C library has it on x86-64.

use super::super::environment::CLOCK_START_SECONDS;
use super::super::{Reply, Request};
use super::{Answer, CURRENT_FOLDER, FAILED, FAILED_WIDE, plus};
use crate::files::{Refusal, Status};
use crate::machine::{Machine, Result, State, Value};
use crate::program::Scalar;

/// A `struct stat`.
const STAT_BYTES: u64 = 144;

/// A `struct statx`.
const STATX_BYTES: u64 = 256;

pub(super) fn status(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    machine.write_status_of(state, (CURRENT_FOLDER, &path, true), request.argument(1))
}

pub(super) fn status_of_link(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    machine.write_status_of(state, (CURRENT_FOLDER, &path, false), request.argument(1))
}

pub(super) fn status_of_open(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let descriptor = machine.int(state, request.argument(0))?;
    machine.write_status_of(state, (descriptor, b"", true), request.argument(1))
}

/// A folder's descriptor, a path, where to write, and flags.
pub(super) fn status_at(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    const NO_FOLLOW: u64 = 0x100;
    let folder = machine.int(state, request.argument(0))?;
    let path = machine.c_string(state, request.argument(1))?;
    let follows = machine.int(state, request.argument(3))? & NO_FOLLOW == 0;
    machine.write_status_of(state, (folder, &path, follows), request.argument(2))
}

/// The system call `statx`: a folder's descriptor, a path, flags, what is asked, and where to write.
pub(in crate::shims) fn extended_status(
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

pub(super) fn set_rights(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    let rights = machine.rights(state, request.argument(1))?;
    let set = machine.files(state).set_rights(&path, rights);
    set.answer(machine, state, FAILED)
}

pub(super) fn set_rights_of_open(
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
pub(super) fn set_times(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
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

pub(super) fn may(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let path = machine.c_string(state, request.argument(0))?;
    let wanted = machine.rights(state, request.argument(1))?;
    let answer = machine.files(state).may(&path, wanted);
    answer.answer(machine, state, FAILED)
}

pub(super) fn may_at(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    if machine.int(state, request.argument(0))? != CURRENT_FOLDER {
        return Err(machine.unsupported(state, "`faccessat` from an open folder"));
    }
    may(machine, state, request.rest(1))
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
}
