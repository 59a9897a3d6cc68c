//! The attribute macros of `proofhouse`, which re-exports and documents them.
//!
//! # Invariants
//!
//! - What the macros generate passes `forbid(unsafe_code)` and `deny(warnings, missing_docs,
//!   clippy::pedantic)` in the user's crate: generated tokens carry the macro's own span, so lints
//!   see them as foreign, and the user's tokens keep theirs, so errors point at the user's code.
//! - Everything generated is named by its full path from `::proofhouse` or `::core`.
//!
//! # Not here
//!
//! Behaviour. The generated code describes the property and draws its arguments; all else is a
//! function of the `proofhouse` crate.

mod property;

use proc_macro::TokenStream;

/// Turns a function into a property that every engine can try to break.
#[proc_macro_attribute]
pub fn property(options: TokenStream, item: TokenStream) -> TokenStream {
    match property::expand(options.into(), item.into()) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.into_compile_error().into(),
    }
}
