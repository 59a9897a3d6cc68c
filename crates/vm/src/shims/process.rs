//! The ends of a process, and what it consists of.

use proofhouse_evidence::{Failure, FailureKind};

use super::{Reply, Request, Row};
use crate::machine::{Machine, Purpose, Result, State, Value};

/// Functions of the C library and of the language's runtime.
pub(super) const C_SHIMS: &[Row] = &[
    ("abort", abort),
    ("exit", exit),
    ("_exit", exit),
    ("__rustc::__rust_abort", abort),
    ("llvm.trap", abort),
    ("dl_iterate_phdr", no_files_of_code),
];

/// Functions of the standard library whose bodies a property need not execute.
pub(super) const RUST_SHIMS: &[Row] =
    &[("std::process::abort", abort), ("std::process::exit", exit)];

/// The code lies in no file that could be listed, so a backtrace finds no names; like one without symbols.
fn no_files_of_code(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::ZERO))
}

fn abort(machine: &mut Machine<'_>, state: &mut State, _: Request<'_>) -> Result<Reply> {
    ended(machine, state, "the process aborts".to_owned())
}

fn exit(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let code = request.argument(0);
    if machine.is_process {
        let code = machine.concrete(state, code, 32, Purpose::Argument)?;
        let code = u32::try_from(code).expect("32 bits").cast_signed();
        return machine.exit(state, code).map(Reply::Flow);
    }
    let message = if code.is_number() {
        let code = code.low.to_le_bytes();
        let code = i32::from_le_bytes([code[0], code[1], code[2], code[3]]);
        format!("the process exits with code {code}")
    } else {
        "the process exits".to_owned()
    };
    ended(machine, state, message)
}

fn ended(machine: &mut Machine<'_>, state: &mut State, message: String) -> Result<Reply> {
    let site = machine.site(state);
    let failure = Failure {
        kind: FailureKind::ProcessEnded,
        message,
        site,
    };
    Err(machine.fail(state, failure))
}
