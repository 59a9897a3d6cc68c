//! Functions whose bodies the machine does not execute: it acts in their place.
//!
//! One list, read on both sides: the reader drops these bodies before it follows their calls, which
//! keeps the program small, and the machine's shims must answer for every name here.
//!
//! # Invariants
//!
//! - A pattern is a Rust path or a C symbol. It matches that path, that path with generic arguments
//!   (`::<…>`), and, when it ends with `::*`, every path below it.

/// The patterns that the machine's shims answer for.
pub const KEEP_WITHOUT_BODY: &[&str] = &[
    // Where a test asks the machine for its choices.
    "proofhouse::machine::*",
    // Panics enter here; what comes before (formatting arguments) still runs.
    "core::panicking::panic_fmt",
    "core::panicking::panic_nounwind_fmt",
    "core::panicking::panic_cannot_unwind",
    "core::panicking::panic_in_cleanup",
    "std::panicking::begin_panic",
    "std::rt::begin_panic",
    "std::panicking::panic_with_hook",
    "std::panicking::resume_unwind",
    "std::panic::resume_unwind",
    "std::panicking::catch_unwind::cleanup",
    "__rustc::rust_begin_unwind",
    "__rustc::rust_panic",
    "__rustc::__rust_start_panic",
    "__rustc::__rust_panic_cleanup",
    "__rustc::__rust_foreign_exception",
    "__rustc::__rust_drop_panic",
    // The heap.
    "__rustc::__rust_alloc",
    "__rustc::__rust_alloc_zeroed",
    "__rustc::__rust_dealloc",
    "__rustc::__rust_realloc",
    "__rustc::__rust_no_alloc_shim_is_unstable_v2",
    "alloc::alloc::handle_alloc_error",
    // The end of the process.
    "std::process::abort",
    "std::process::exit",
];

/// Whether a function of this path keeps no body.
pub fn matches(patterns: &[&str], path: &str) -> bool {
    patterns
        .iter()
        .any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => path.starts_with(prefix),
            None => path
                .strip_prefix(pattern)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("::<")),
        })
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_pattern_matches_whole_segments() {
        let patterns = &["std::rt::begin_panic", "proofhouse::machine::*"];
        for path in [
            "std::rt::begin_panic",
            "std::rt::begin_panic::<&str>",
            "proofhouse::machine::assume",
        ] {
            assert!(matches(patterns, path), "{path}");
        }
        for path in [
            "std::rt::begin_panic_handler",
            "std::rt::begin_panic::{closure#0}",
            "proofhouse::machine",
            "my::std::rt::begin_panic",
        ] {
            assert!(!matches(patterns, path), "{path}");
        }
    }
}
