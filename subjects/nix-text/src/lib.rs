//! Nix source text, emitted safely from arbitrary strings.
//!
//! A program that writes Nix configuration from other people's strings must not let a string end
//! its quotes, start an interpolation, or mean something else than it said. This crate emits a
//! string as one double-quoted literal which decodes to exactly that string, or refuses it.
//!
//! Beside the emitter stands the lexer's half of the story: the Nix rules for double-quoted
//! strings, written down a second time from the other direction. The two share no code. What the
//! properties say of one is said in terms of the other.
//!
//! # Invariants
//!
//! - What [`emit`] gives for a string lexes as one literal without interpolation, with nothing left
//!   over, and decodes to the string (`properties::exact_decode`).
//! - [`emit`] refuses exactly the strings with a NUL character, which no Nix literal can hold.
//!
//! # Not here
//!
//! Indented strings (`''`), attribute names, numbers, paths, and the rest of the Nix language.
//!
//! # Source
//!
//! The Nix lexer, `src/libexpr/lexer.l`, and the chapter on strings of the Nix manual.

#![forbid(unsafe_code)]

mod emitter;
pub mod lexer;

#[cfg(test)]
mod properties;

pub use emitter::{EmitError, emit};
