//! Runs one entry of the corpus: `programs <topic>::<entry>`. The list of entries is generated.
#![allow(unused, clippy::all, static_mut_refs, unpredictable_function_pointer_comparisons)]

include!("entries.rs");

/// Runs an entry as `main` would be: output is flushed, a panic ends with code 101.
fn finish(entry: fn()) {
    let code = match std::panic::catch_unwind(entry) {
        Ok(()) => 0,
        Err(_) => 101,
    };
    std::process::exit(code)
}
