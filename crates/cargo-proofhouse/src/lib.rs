//! `cargo proofhouse`: builds, campaigns, budgets, exit codes and progress.
//!
//! This crate owns processes and nothing else does: cargo, the test binaries, the workers of the
//! symbolic engine. What happens inside them is other crates' business; what they say is evidence,
//! and showing it is the report's.
//!
//! The one executable has several roles: the command that people call; the compiler's wrapper and the
//! linker of the bitcode build ([`build`]); the guard before every child ([`engines::guard`]); a worker of
//! the symbolic engine ([`engines::worker`]). Which one is decided first of all, in [`main`].
//!
//! # Environment
//!
//! | variable | effect on `cargo proofhouse` |
//! | --- | --- |
//! | `NO_COLOR` | no colour, also on a terminal |
//! | `CLICOLOR_FORCE=1` | colour, also into a pipe or a file |
//! | `CI`, `TERM=dumb` | no live view: lines are written one after the other |
//! | `PROOFHOUSE_CROSS_CHECK=z3` | also asks this solver what the built-in one denied or gave up |
//! | `CARGO`, `RUSTC` | which cargo and which compiler are run; what else they read, such as `CARGO_TARGET_DIR`, is theirs |
//! | `PROOFHOUSE_ROLE` and its like | what the command tells the processes that it starts |
//!
//! # Target folder
//!
//! | below `target/proofhouse` | what it is |
//! | --- | --- |
//! | `bitcode` | a second build of the tests, as bitcode |
//! | `proofs` | what was proved, or tried in vain, of which code: `check --no-cache` does without |
//! | `reports` | the last 50 reports, for `report` and for the history of each property |
//!
//! All of it is made anew when it is missing; `cargo proofhouse clean` removes it.
//!
//! # Invariants
//!
//! - Exit codes: 0 nothing refuted, 1 something refuted or unhealthy, 2 the user asked for something impossible, 3
//!   Proofhouse itself failed, 130 interrupted.
//! - A mistake of the user never shows a panic; a panic is our own bug and ends with code 3.

#![warn(missing_docs)]

use std::env;
use std::ffi::OsString;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

pub mod build;
pub mod campaign;
pub mod cli;
mod commands;
pub mod config;
pub mod discover;
pub mod engines;
pub mod error;
pub mod interrupt;
pub mod ledger;
mod live;
mod observers;
mod suggestion;
mod terminal;

pub use commands::explain::sections as explanations;

use build::{linker, wrapper};
use error::EXIT_INTERNAL;
use terminal::Terminal;

/// Does what the arguments (without the program's name) and the environment ask for.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    let is_first = |name: &str| arguments.first().is_some_and(|first| first == name);
    if is_first(engines::guard::SUBCOMMAND) {
        return engines::guard::run(arguments.into_iter().skip(1).collect());
    }
    if is_first(engines::worker::SUBCOMMAND) {
        return engines::machine::run_worker();
    }
    match env::var(wrapper::ROLE).as_deref() {
        Ok(wrapper::ROLE_WRAPPER) => wrapper::run(arguments),
        Ok(wrapper::ROLE_PLAIN_WRAPPER) => wrapper::run_plain(arguments),
        Ok(wrapper::ROLE_LINKER) => match linker::link(arguments) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("proofhouse: {error}");
                ExitCode::FAILURE
            }
        },
        _ => command(arguments),
    }
}

/// The role that people know.
fn command(arguments: Vec<OsString>) -> ExitCode {
    let terminal = Terminal::find();
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| match cli::parse(arguments) {
        Ok(cli::Parsed::Text(text)) => {
            terminal.print_styled(&text);
            Ok(0)
        }
        Ok(cli::Parsed::Task(task)) => commands::run(&task, &terminal),
        Err(error) => Err(error),
    }));
    ExitCode::from(match outcome {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            terminal.print_error(&error);
            error.exit_code()
        }
        Err(_) => {
            terminal.print_bug();
            EXIT_INTERNAL
        }
    })
}
