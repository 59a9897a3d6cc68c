//! Nix source text and file system paths, made safely from arbitrary strings.
//!
//! A program that writes Nix configuration from other people's strings must not let a string end
//! its quotes, start an interpolation, or mean something else than it said; and where such strings name
//! files, they must not lead outside of the folder they are meant for. This crate makes text and opens
//! files for any string, or refuses it with a reason.
//!
//! - [`emit`] and [`emit_indented`] make literals, [`attribute_name`] and [`identifier_key`] names,
//!   [`emit_number`] numbers, [`StoreName`] names for the Nix store.
//! - [`path`] takes paths apart into safe names, keeps them under a root, and opens them.
//! - [`lexer`] is the other half of the story: the Nix rules for strings, written down a second time
//!   from the other direction. It shares no code with the emitters; what the properties say of these is
//!   said in terms of it.
//!
//! # Invariants
//!
//! - What is emitted for a string lexes as one literal without interpolation, with nothing left
//!   over, and decodes to the string (`properties::strings`).
//! - Exactly the strings with a NUL character are refused, which no Nix literal can hold.
//! - Different strings have different names (`properties::names`).
//! - A path that was accepted, opened by this crate, is below its root (`properties::paths`).
//!
//! # Not here
//!
//! Floats, Nix paths and URIs, which need not be emitted; languages inside of Nix strings; Unicode's
//! normal forms.
//!
//! # Source
//!
//! The Nix lexer, `src/libexpr/lexer.l`, and the chapter on strings of the Nix manual.

#![forbid(unsafe_code)]

mod emitter;
mod indented;
pub mod lexer;
mod names;
mod number;
pub mod path;
mod store_name;

#[cfg(test)]
mod properties;

pub use emitter::{EmitError, emit};
pub use indented::emit_indented;
pub use names::{attribute_name, decode_key, identifier_key, is_plain_identifier};
pub use number::emit_number;
pub use store_name::{STORE_NAME_MAX, StoreName, StoreNameError};
