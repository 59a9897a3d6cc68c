//! The last step before a test process or a worker runs: what must hold for it whatever happens.
//!
//! The command starts itself as the guard; the guard sets limits on its own process and then becomes
//! the program. So nothing has to happen between `fork` and `exec`, where little is allowed.
//!
//! - When the command dies, even by a kill, the child is killed too (Linux).
//! - A crash writes no core file: a campaign provokes hundreds of crashes.
//! - Where a limit of memory was asked for, allocations beyond it fail.

use std::ffi::OsString;
use std::process::{Command, ExitCode};
use std::{env, io};

use crate::error::EXIT_INTERNAL;

/// The hidden subcommand.
pub const SUBCOMMAND: &str = "guarded-process";

/// A limit of memory in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// Of all addresses, used or not: exact, for a program of ours.
    Addresses(u64),
    /// Of the memory that can be written to and belongs to the process alone: for a program of the
    /// user's, which may reserve addresses that it never uses.
    Data(u64),
}

impl Memory {
    /// The option that names it, and its value.
    fn option(self) -> (&'static str, u64) {
        match self {
            Self::Addresses(bytes) => ("--addresses", bytes),
            Self::Data(bytes) => ("--data", bytes),
        }
    }

    fn parse(name: &str, bytes: u64) -> Option<Self> {
        [Self::Addresses(bytes), Self::Data(bytes)]
            .into_iter()
            .find(|memory| memory.option().0 == name)
    }
}

/// A command that runs `program` behind the guard. Arguments and environment are the caller's to add.
///
/// # Errors
///
/// Whatever the system says when it cannot tell this executable's own path.
pub fn guarded(program: &std::path::Path, memory: Option<Memory>) -> io::Result<Command> {
    if !cfg!(unix) {
        return Ok(Command::new(program));
    }
    let mut command = Command::new(env::current_exe()?);
    command.arg(SUBCOMMAND);
    if let Some((name, bytes)) = memory.map(Memory::option) {
        command.arg(name).arg(bytes.to_string());
    }
    command.arg("--").arg(program);
    Ok(command)
}

/// Sets the limits and becomes the program that the arguments name.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let (memory, program) = parse(arguments);
    let Some((program, arguments)) = program.split_first() else {
        eprintln!("proofhouse: the guard was started without a program");
        return ExitCode::from(EXIT_INTERNAL);
    };
    set_limits(memory);
    let mut command = Command::new(program);
    command.args(arguments);
    become_program(command)
}

fn parse(arguments: Vec<OsString>) -> (Option<Memory>, Vec<OsString>) {
    let mut memory = None;
    let mut arguments = arguments.into_iter();
    while let Some(name) = arguments.next() {
        if name == "--" {
            break;
        }
        let bytes = arguments
            .next()
            .and_then(|bytes| bytes.to_str()?.parse().ok());
        let named = bytes.and_then(|bytes| Memory::parse(name.to_str()?, bytes));
        memory = named.or(memory);
    }
    (memory, arguments.collect())
}

/// Limits that the system refuses are done without: they protect, they decide nothing.
#[cfg(unix)]
fn set_limits(memory: Option<Memory>) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let at_most = |maximum| Rlimit {
        current: Some(maximum),
        maximum: Some(maximum),
    };
    let _ = setrlimit(Resource::Core, at_most(0));
    let _ = match memory {
        Some(Memory::Addresses(bytes)) => setrlimit(Resource::As, at_most(bytes)),
        Some(Memory::Data(bytes)) => setrlimit(Resource::Data, at_most(bytes)),
        None => Ok(()),
    };
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, set_parent_process_death_signal};
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
    }
}

#[cfg(not(unix))]
fn set_limits(_memory: Option<Memory>) {}

#[cfg(unix)]
fn become_program(mut command: Command) -> ExitCode {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    eprintln!(
        "proofhouse: cannot start {}: {error}",
        command.get_program().to_string_lossy()
    );
    ExitCode::from(EXIT_INTERNAL)
}

#[cfg(not(unix))]
fn become_program(_command: Command) -> ExitCode {
    ExitCode::from(EXIT_INTERNAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_end_where_the_program_begins() {
        let words = |texts: &[&str]| texts.iter().map(OsString::from).collect::<Vec<_>>();
        let rows: [(&[&str], Option<Memory>, &[&str]); 4] = [
            (
                &["--addresses", "4096", "--", "p", "--data", "1"],
                Some(Memory::Addresses(4096)),
                &["p", "--data", "1"],
            ),
            (&["--data", "7", "--", "p"], Some(Memory::Data(7)), &["p"]),
            (&["--", "p"], None, &["p"]),
            (&["--"], None, &[]),
        ];
        for (given, memory, program) in rows {
            assert_eq!(parse(words(given)), (memory, words(program)));
        }
    }
}
