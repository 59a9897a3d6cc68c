//! Reads the bitcode that rustc hands its linker and writes it down as a [`Program`](crate::program::Program).
//!
//! The toolchain's own LLVM parses it (`llvm`); a symbol index made from the files' own symbol
//! tables (`bitcode`, `symbols`) says which module defines what, so that only modules which an entry
//! point reaches are parsed; each function that is reached is prepared and translated once
//! (`translate`), and LLVM's memory is given back.
//!
//! # Invariants
//!
//! - Loading the same inputs gives the same program (`tests::loading_is_deterministic`).
//! - Nothing is folded or dropped that a path could observe; in particular no pass runs that concludes
//!   anything from undefined behaviour (`llvm::slots`).
//!
//! # Not here
//!
//! Executing anything, and building: the caller runs cargo and hands over what the linker got.

mod assembly;
mod bitcode;
mod decimal;
mod error;
mod inputs;
pub mod intercepts;
mod kept;
mod llvm;
mod paths;
mod pools;
mod program_loader;
mod symbols;
mod translate;

pub use assembly::Processor;
pub use error::LoadError;
pub use inputs::LinkInputs;
pub use kept::Kept;
pub use llvm::LlvmLibrary;
pub(crate) use paths::rust_path;
pub use program_loader::{EntrySelection, Loader, load, parse_text, parse_text_promoted};
