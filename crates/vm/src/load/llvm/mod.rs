//! The fence around LLVM's C interface: everything unsafe of the reader is in this folder.
//!
//! The toolchain's own LLVM is opened at run time, so it always has the version of the bitcode that
//! the toolchain writes, and nobody has to install LLVM. Outside this folder there are only safe,
//! copyable views ([`Value`], [`Type`], [`Block`], [`Metadata`]) that borrow the [`Module`] which
//! owns them.
//!
//! # Invariants
//!
//! - A view never outlives its module: its lifetime is that of a borrow of the module, and each
//!   module owns its context alone.
//! - A function of LLVM that expects a certain kind of value is called only after the kind was
//!   checked, by assertion; LLVM itself would not check. Release builds check too.
//! - Views of different modules never meet in one call.
//!
//! # Not here
//!
//! Any meaning. This folder reads; `translate` understands.
//!
//! # Source
//!
//! The headers `llvm-c/Core.h`, `Analysis.h`, `DebugInfo.h`, `IRReader.h`, `BitReader.h`,
//! `Target.h` and `Transforms/PassBuilder.h` of LLVM 22.1, whose enumerations are part of its
//! stable interface.

#![expect(
    unsafe_code,
    reason = "calls into a C library that is opened at run time"
)]

mod instruction;
mod kinds;
mod library;
mod metadata;
mod module;
mod slots;
mod steps;
mod table;
mod types;
mod value;

pub use library::LlvmLibrary;

pub(crate) use kinds::{Linkage, MetadataKind, Opcode, TypeKind, ValueKind};
pub(crate) use metadata::Metadata;
pub(crate) use module::Module;
pub(crate) use steps::element_step;
pub(crate) use types::Type;
pub(crate) use value::{Block, Value};
