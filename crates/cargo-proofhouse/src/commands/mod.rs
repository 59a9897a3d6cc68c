//! The subcommands: each turns arguments into work and its result into output and an exit code.

mod check;
mod list;
mod replay;
mod symbolic;

use std::collections::BTreeSet;

use proofhouse_evidence::PropertyDescription;

use crate::build::cargo::{Selection, TestBinary, Workspace, build_native};
use crate::build::toolchain::Toolchain;
use crate::campaign::{Bitcode, CheckedBinary};
use crate::cli::Task;
use crate::discover;
use crate::error::CommandError;
use crate::interrupt::Interrupt;
use crate::terminal::Terminal;

/// Does a task and says with which code to end.
pub(crate) fn run(task: &Task, terminal: &Terminal) -> Result<u8, CommandError> {
    let interrupt = Interrupt::from_terminal();
    match task {
        Task::Check(arguments) => check::run(arguments, terminal, &interrupt),
        Task::Replay(arguments) => replay::run(arguments, terminal, &interrupt),
        Task::List(arguments) => list::run(arguments, terminal, &interrupt),
    }
}

/// A selection that has been built.
struct Built {
    workspace: Workspace,
    toolchain: Toolchain,
    binaries: Vec<CheckedBinary>,
}

/// Builds the selection natively and reads the properties of its test binaries.
fn build(selection: &Selection, interrupt: &Interrupt) -> Result<Built, CommandError> {
    let toolchain = Toolchain::find()?;
    let workspace = Workspace::read(selection)?;
    workspace.require_packages(&selection.packages)?;
    let built = build_native(&workspace, selection, &toolchain);
    if interrupt.is_requested() {
        return Err(CommandError::Interrupted);
    }
    let binaries = built?
        .into_iter()
        .map(with_properties)
        .collect::<Result<_, _>>()?;
    Ok(Built {
        workspace,
        toolchain,
        binaries,
    })
}

fn with_properties(binary: TestBinary) -> Result<CheckedBinary, CommandError> {
    let properties = discover::properties(&binary.executable)?;
    Ok(CheckedBinary {
        binary,
        properties,
        ignored: BTreeSet::new(),
        bitcode: Bitcode::NotBuilt,
    })
}

/// Keeps the properties whose path contains the pattern.
///
/// # Errors
///
/// [`CommandError::NoProperties`] when there were none, [`CommandError::UnknownProperty`] when none
/// is left.
fn choose(
    mut binaries: Vec<CheckedBinary>,
    pattern: Option<&str>,
) -> Result<Vec<CheckedBinary>, CommandError> {
    let all_paths = paths(&binaries);
    if all_paths.is_empty() {
        let mut packages: Vec<String> = binaries
            .into_iter()
            .map(|checked| checked.binary.package)
            .collect();
        packages.dedup();
        return Err(CommandError::NoProperties { packages });
    }
    let is_chosen = |property: &PropertyDescription| {
        pattern.is_none_or(|pattern| property.path.contains(pattern))
    };
    for checked in &mut binaries {
        checked.properties.retain(&is_chosen);
    }
    binaries.retain(|checked| !checked.properties.is_empty());
    match pattern {
        Some(pattern) if binaries.is_empty() => Err(CommandError::UnknownProperty {
            pattern: pattern.to_owned(),
            known: all_paths,
        }),
        _ => Ok(binaries),
    }
}

fn paths(binaries: &[CheckedBinary]) -> Vec<String> {
    let properties = binaries.iter().flat_map(|checked| &checked.properties);
    properties.map(|property| property.path.clone()).collect()
}
