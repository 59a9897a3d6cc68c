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
/// Names the limit of memory in bytes.
const MEMORY_OPTION: &str = "--memory";

/// A command that runs `program` behind the guard. Arguments and environment are the caller's to add.
///
/// # Errors
///
/// Whatever the system says when it cannot tell this executable's own path.
pub fn guarded(program: &std::path::Path, memory_bytes_max: Option<u64>) -> io::Result<Command> {
    if !cfg!(unix) {
        return Ok(Command::new(program));
    }
    let mut command = Command::new(env::current_exe()?);
    command.arg(SUBCOMMAND);
    if let Some(bytes) = memory_bytes_max {
        command.arg(MEMORY_OPTION).arg(bytes.to_string());
    }
    command.arg("--").arg(program);
    Ok(command)
}

/// Sets the limits and becomes the program that the arguments name.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let (memory_bytes_max, program) = parse(arguments);
    let Some((program, arguments)) = program.split_first() else {
        eprintln!("proofhouse: the guard was started without a program");
        return ExitCode::from(EXIT_INTERNAL);
    };
    set_limits(memory_bytes_max);
    let mut command = Command::new(program);
    command.args(arguments);
    become_program(command)
}

fn parse(arguments: Vec<OsString>) -> (Option<u64>, Vec<OsString>) {
    let mut memory_bytes_max = None;
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            break;
        }
        if argument == MEMORY_OPTION {
            let bytes = arguments.next();
            memory_bytes_max = bytes.and_then(|bytes| bytes.to_str()?.parse().ok());
        }
    }
    (memory_bytes_max, arguments.collect())
}

/// Limits that the system refuses are done without: they protect, they decide nothing.
#[cfg(unix)]
fn set_limits(memory_bytes_max: Option<u64>) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let at_most = |maximum| Rlimit {
        current: Some(maximum),
        maximum: Some(maximum),
    };
    let _ = setrlimit(Resource::Core, at_most(0));
    if let Some(bytes) = memory_bytes_max {
        let _ = setrlimit(Resource::As, at_most(bytes));
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, set_parent_process_death_signal};
        let _ = set_parent_process_death_signal(Some(Signal::KILL));
    }
}

#[cfg(not(unix))]
fn set_limits(_memory_bytes_max: Option<u64>) {}

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
        let rows: [(&[&str], Option<u64>, &[&str]); 3] = [
            (
                &["--memory", "4096", "--", "p", "--memory", "1"],
                Some(4096),
                &["p", "--memory", "1"],
            ),
            (&["--", "p"], None, &["p"]),
            (&["--"], None, &[]),
        ];
        for (given, bytes, program) in rows {
            assert_eq!(parse(words(given)), (bytes, words(program)));
        }
    }
}
