//! The ends of a process.

use proofhouse_evidence::{Failure, FailureKind};

use super::{Reply, Request, Row};
use crate::machine::{Machine, Result, State};

pub(super) const SHIMS: &[Row] = &[
    ("abort", abort),
    ("std::process::abort", abort),
    ("exit", exit),
    ("_exit", exit),
    ("std::process::exit", exit),
    ("__rustc::__rust_abort", abort),
];

fn abort(machine: &mut Machine<'_>, state: &mut State, _: Request<'_>) -> Result<Reply> {
    ended(machine, state, "the process aborts".to_owned())
}

fn exit(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let code = request.argument(0);
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
