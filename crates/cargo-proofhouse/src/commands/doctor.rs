//! `cargo proofhouse doctor`: what works here and what is missing.
//!
//! Everything is tried, not guessed: cargo and rustc are asked for their versions, and a worker opens
//! the toolchain's LLVM.

use std::env;
use std::path::Path;
use std::process::Command;

use serde::Serialize;

use crate::build::cargo::cargo;
use crate::build::toolchain::Toolchain;
use crate::cli::{DoctorArguments, Format};
use crate::engines::second::SOLVERS;
use crate::engines::symbolic::{Gone, Worker};
use crate::error::CommandError;
use crate::interrupt::Interrupt;
use crate::terminal::Terminal;

/// The oldest Rust that the library compiles with.
const RUST_VERSION: &str = env!("CARGO_PKG_RUST_VERSION");

/// Opening a library takes little.
const WORKER_BYTES_MAX: u64 = 4 << 30;

/// How well something works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Works,
    Missing,
    Unneeded,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Examined {
    name: &'static str,
    state: State,
    found: String,
    /// What would help; empty where nothing is needed.
    help: String,
}

impl Examined {
    fn works(name: &'static str, found: String) -> Self {
        Self {
            name,
            state: State::Works,
            found,
            help: String::new(),
        }
    }

    fn missing(name: &'static str, found: String, help: &str) -> Self {
        Self {
            name,
            state: State::Missing,
            found,
            help: help.to_owned(),
        }
    }
}

/// Ends with 0 when all engines work, and with 1 when one does not.
pub(crate) fn run(
    arguments: &DoctorArguments,
    terminal: &Terminal,
    interrupt: &Interrupt,
) -> Result<u8, CommandError> {
    let toolchain = Toolchain::find();
    let mut examined = vec![cargo_version(), rust_version(), host()];
    examined.push(match &toolchain {
        Ok(toolchain) => llvm(&toolchain.sysroot, interrupt)?,
        Err(error) => Examined::missing("symbolic engine", error.to_string(), &error.help()),
    });
    examined.push(git());
    examined.push(solvers());
    match arguments.format {
        Format::Text => terminal.print(&text(&examined)),
        Format::Json => {
            let json = serde_json::to_string_pretty(&examined);
            let json = json.expect("plain data always has a JSON form");
            terminal.print(&format!("{json}\n"));
        }
    }
    let is_missing = |one: &Examined| one.state == State::Missing;
    Ok(u8::from(examined.iter().any(is_missing)))
}

fn text(examined: &[Examined]) -> String {
    let mut text = String::new();
    for one in examined {
        let state = match one.state {
            State::Works => "works",
            State::Missing => "MISSING",
            State::Unneeded => "not needed",
        };
        text.push_str(&format!("{:<16}  {state:<10}  {}\n", one.name, one.found));
        if !one.help.is_empty() {
            text.push_str(&format!("{:<16}  {:<10}  help: {}\n", "", "", one.help));
        }
    }
    text
}

/// The first line that a program says to `--version`.
fn version_of(program: impl AsRef<std::ffi::OsStr>) -> Result<String, String> {
    let output = Command::new(program).arg("--version").output();
    let output = output.map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

const RUSTUP: &str = "install stable Rust from https://rustup.rs";

fn cargo_version() -> Examined {
    match version_of(cargo()) {
        Ok(version) => Examined::works("cargo", version),
        Err(reason) => Examined::missing("cargo", reason, RUSTUP),
    }
}

fn rust_version() -> Examined {
    let program = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    match version_of(program) {
        Err(reason) => Examined::missing("rustc", reason, RUSTUP),
        Ok(version) if is_old(&version, RUST_VERSION) => {
            let help = format!("rustup update stable; Rust {RUST_VERSION} or newer is needed");
            Examined::missing("rustc", version, &help)
        }
        Ok(version) => Examined::works("rustc", version),
    }
}

/// Whether `rustc 1.94.0 (…)` is older than `1.95`. What cannot be read is not called old.
fn is_old(version: &str, oldest: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> {
        let parts = text.split(['.', '-']);
        parts.map_while(|part| part.parse().ok()).collect()
    };
    let found = numbers(version.split(' ').nth(1).unwrap_or_default());
    !found.is_empty() && found < numbers(oldest)
}

fn host() -> Examined {
    let found = format!("{} on {}", env::consts::OS, env::consts::ARCH);
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        Examined::works("host", found)
    } else {
        Examined {
            name: "host",
            state: State::Unneeded,
            found: format!("{found}, on which nobody has tested proofhouse"),
            help: "Linux on x86_64 is tested".to_owned(),
        }
    }
}

fn llvm(sysroot: &Path, interrupt: &Interrupt) -> Result<Examined, CommandError> {
    let name = "symbolic engine";
    let mut worker = Worker::start(WORKER_BYTES_MAX)?;
    Ok(match worker.probe(sysroot.to_owned(), interrupt) {
        Ok(Ok(())) => {
            let folder = sysroot.join("lib");
            Examined::works(
                name,
                format!("reads bitcode with the LLVM in {}", folder.display()),
            )
        }
        Ok(Err(refusal)) => {
            let found = format!("{} ({})", refusal.message, refusal.code);
            Examined::missing(name, found, &refusal.help)
        }
        Err(Gone::Interrupted) => return Err(CommandError::Interrupted),
        Err(gone) => Examined::missing(name, format!("its worker is gone: {gone:?}"), RUSTUP),
    })
}

fn git() -> Examined {
    match version_of("git") {
        Ok(version) => Examined::works("git", version),
        Err(_) => Examined {
            name: "git",
            state: State::Unneeded,
            found: "not found".to_owned(),
            help: "only `--changed-since` asks it".to_owned(),
        },
    }
}

fn solvers() -> Examined {
    let found: Vec<&str> = SOLVERS
        .into_iter()
        .filter(|solver| version_of(solver).is_ok())
        .collect();
    let found = match found.as_slice() {
        [] => "none found; the solver is built in".to_owned(),
        found => format!("found {}; the solver is built in", found.join(", ")),
    };
    Examined {
        name: "other solvers",
        state: State::Unneeded,
        found,
        help: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for (version, expected) in [
            ("rustc 1.94.1 (abc 2026-01-01)", true),
            ("rustc 1.95.0 (abc 2026-03-01)", false),
            ("rustc 1.100.0-nightly (abc)", false),
            ("rustc 2.0.0", false),
            ("something else", false),
        ] {
            assert_eq!(is_old(version, "1.95"), expected, "{version}");
        }
    }
}
