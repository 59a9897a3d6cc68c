//! Functions whose bodies are never executed: the machine always acts in their place.
//!
//! The reader drops these bodies before it follows their calls, which keeps the program small. A
//! function that the machine only watches (a panic's entry, the allocator of a program that may have
//! one of its own) is not among them: its body may still be executed.
//!
//! # Invariants
//!
//! - Every name has a shim that answers without the body; one without a shim would only end paths
//!   that could have gone on.
//! - A pattern is a Rust path or a C symbol. It matches that path, that path with generic arguments
//!   (`::<…>`), and, when it ends with `::*`, every path below it.

/// The patterns that the machine's shims always answer for.
pub const KEEP_WITHOUT_BODY: &[&str] = &[
    // Where a test asks the machine for its choices.
    "proofhouse::machine::is_active",
    "proofhouse::machine::choose_boolean",
    "proofhouse::machine::choose_integer",
    "proofhouse::machine::choose_length",
    "proofhouse::machine::choose_step_count",
    "proofhouse::machine::choose_bytes",
    "proofhouse::machine::choose_text",
    "proofhouse::machine::fill_bytes",
    "proofhouse::machine::assume",
    "proofhouse::machine::reject",
    "proofhouse::machine::fail",
    // Panics that end the process, and the printing of the others.
    "core::panicking::panic_cannot_unwind",
    "core::panicking::panic_in_cleanup",
    "core::panicking::panic_nounwind_fmt",
    "std::panicking::default_hook",
    // The end of the process.
    "alloc::alloc::handle_alloc_error",
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
