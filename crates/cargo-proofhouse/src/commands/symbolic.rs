//! Making the symbolic engine ready: can it run here, and is the program there as bitcode?
//!
//! When it is not, the native engines run without it and the report says why.

use proofhouse_evidence::Engine;
use proofhouse_report::EngineMissing;

use crate::build::cargo::{Selection, Workspace, build_bitcode};
use crate::build::manifest::Manifest;
use crate::build::toolchain::Toolchain;
use crate::campaign::{Bitcode, CheckedBinary, ProgramHasher};
use crate::engines::symbolic::{Gone, Worker};
use crate::error::CommandError;
use crate::interrupt::Interrupt;
use crate::terminal::Terminal;

/// What the preparation needs to know.
pub(crate) struct Preparation<'check> {
    pub(crate) workspace: &'check Workspace,
    pub(crate) toolchain: &'check Toolchain,
    pub(crate) selection: &'check Selection,
    pub(crate) memory_bytes_max: u64,
}

/// Finds out whether the engine can run, and builds the bitcode of the binaries.
///
/// # Errors
///
/// The outer ones end the check; the inner one says why the engine has to be done without.
pub(crate) fn prepare(
    preparation: &Preparation<'_>,
    binaries: &mut [CheckedBinary],
    terminal: &Terminal,
    interrupt: &Interrupt,
) -> Result<Result<(), EngineMissing>, CommandError> {
    if let Err(missing) = probe(preparation, interrupt)? {
        return Ok(Err(missing));
    }
    terminal.print_status("Compiling", "again to bitcode, for the symbolic engine");
    let Preparation {
        workspace,
        toolchain,
        selection,
        ..
    } = preparation;
    let built = build_bitcode(workspace, selection, toolchain)?;
    if interrupt.is_requested() {
        return Err(CommandError::Interrupted);
    }
    let manifests = match built {
        Ok(manifests) => manifests,
        Err(message) => return Ok(Err(build_failed(&message))),
    };
    let mut hasher = ProgramHasher::default();
    for checked in binaries {
        checked.bitcode = match manifests.get(&checked.binary.key) {
            None => missing("its bitcode, which cargo did not build"),
            Some(path) => match Manifest::read(path) {
                Ok(Some(manifest)) => Bitcode::Built(manifest),
                Ok(None) => missing("tests that are built for the compiler itself (proc macros)"),
                Err(source) => {
                    return Err(CommandError::Io {
                        doing: "reading a manifest of bitcode",
                        path: path.clone(),
                        source,
                    });
                }
            },
        };
        if let Bitcode::Built(manifest) = &checked.bitcode {
            // A program that cannot be read is refused when it is loaded, in better words.
            checked.names = hasher.names(manifest, toolchain).ok();
        }
    }
    Ok(Ok(()))
}

/// Asks a worker, so that a library that cannot be opened harms nobody.
fn probe(
    preparation: &Preparation<'_>,
    interrupt: &Interrupt,
) -> Result<Result<(), EngineMissing>, CommandError> {
    let mut worker = Worker::start(preparation.memory_bytes_max)?;
    let (reason, help) = match worker.probe(preparation.toolchain.sysroot.clone(), interrupt) {
        Ok(Ok(())) => return Ok(Ok(())),
        Ok(Err(refusal)) => (refusal.message, refusal.help),
        Err(Gone::Interrupted) => return Err(CommandError::Interrupted),
        Err(gone) => {
            let how = match gone {
                Gone::Lost { how } => how,
                Gone::OutOfMemory => "ran out of memory".to_owned(),
                Gone::OutOfTime | Gone::Interrupted => "did not answer".to_owned(),
            };
            let reason = format!("its worker {how}");
            (reason, "give it more memory with `--memory`".to_owned())
        }
    };
    Ok(Err(EngineMissing {
        engine: Engine::Symbolic,
        reason,
        help,
    }))
}

fn build_failed(message: &str) -> EngineMissing {
    let first = message.lines().next().unwrap_or_default();
    EngineMissing {
        engine: Engine::Symbolic,
        reason: format!("the program compiles, but not to bitcode: {first}"),
        help: "cargo's messages are above; `--engine random,exhaustive` does without".to_owned(),
    }
}

fn missing(reason: &str) -> Bitcode {
    Bitcode::Missing {
        reason: reason.to_owned(),
    }
}
