//! The command of this workspace, called as its users call it, and its own report.
//!
//! # Not here
//!
//! What the figures in the report are for.

use std::path::Path;
use std::process::Command;

use proofhouse_report::CheckReport;

use crate::error::BenchError;

/// How the packages under test are compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// As their manifests say.
    AsTheyAre,
    /// Optimised, with overflow checks and debug assertions.
    Optimised,
}

/// Has the command check something, and reads its report. Refutations are no error.
///
/// # Errors
///
/// [`BenchError::NoCargo`]; [`BenchError::CargoFailed`] when there is no report.
pub(crate) fn check(
    root: &Path,
    build: Build,
    arguments: &[&str],
) -> Result<CheckReport, BenchError> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["run", "--quiet", "--release", "--offline"])
        .args(["--package", "cargo-proofhouse", "--", "check", "--offline"])
        .args(["--format", "json"])
        .args(arguments)
        .current_dir(root)
        .env_remove("RUSTC_WRAPPER")
        .env_remove("RUSTFLAGS");
    if build == Build::Optimised {
        command.env("CARGO_PROFILE_DEV_OPT_LEVEL", "3");
    }
    let output = command
        .output()
        .map_err(|cause| BenchError::NoCargo { cause })?;
    let text = String::from_utf8_lossy(&output.stdout);
    CheckReport::from_json(&text).map_err(|_| BenchError::CargoFailed {
        arguments: format!("proofhouse check {}", arguments.join(" ")),
        output: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
