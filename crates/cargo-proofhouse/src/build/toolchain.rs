//! The toolchain that builds the user's code: who the host is, and where its libraries lie.
//!
//! rustc is asked in the folder where the user stands, so that a toolchain pinned by a file there
//! answers, the same one that cargo will use.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::error::CommandError;

/// What rustc says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    /// The host's target triple.
    pub host: String,
    /// The folder that holds the compiler and its libraries.
    pub sysroot: PathBuf,
    /// All that `rustc -vV` says: release, commit, LLVM.
    pub version: String,
}

impl Toolchain {
    /// Asks rustc.
    ///
    /// # Errors
    ///
    /// [`CommandError::NoRustc`] when it cannot be started or does not answer as expected.
    pub fn find() -> Result<Self, CommandError> {
        let version = ask_rustc(&["-vV"])?;
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .ok_or_else(|| CommandError::NoRustc {
                program: rustc(),
                reason: format!("`-vV` names no host but says: {version}"),
            })?;
        Ok(Self {
            host: host.trim().to_owned(),
            sysroot: PathBuf::from(ask_rustc(&["--print", "sysroot"])?.trim()),
            version,
        })
    }
}

fn rustc() -> OsString {
    env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"))
}

fn ask_rustc(arguments: &[&str]) -> Result<String, CommandError> {
    let output = Command::new(rustc())
        .args(arguments)
        .output()
        .map_err(|error| CommandError::NoRustc {
            program: rustc(),
            reason: error.to_string(),
        })?;
    if !output.status.success() {
        return Err(CommandError::NoRustc {
            program: rustc(),
            reason: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
