//! Loads the LLVM bitcode that stock stable rustc emits and executes it, concretely or symbolically.
//!
//! Three parts, each a stage that data flows through once: `load` reads bitcode with the
//! toolchain's own LLVM and writes it down as a [`program::Program`]; `machine` executes a program,
//! its registers and memory holding words until a symbol touches them; `explore` forks the machine
//! wherever a symbolic condition can go both ways and turns the ended paths into a verdict.
//!
//! # Not here
//!
//! Cargo, processes, terminals, and what a property is: the machine knows an entry function and the
//! calls by which a program asks for choices.

pub mod explore;
pub mod load;
mod machine;
mod memory;
pub mod program;
mod shims;

pub use shims::WITHOUT_BODY;
