//! Writes expected results anew where a test compares with files.
//!
//! The tests do it themselves when `PROOFHOUSE_BLESS` is set; what comes out is a change like any
//! other, to be read before it is committed.

use std::process::Command;

/// The tests that can write their expectations: package, name, and what the test itself is told.
const TESTS: [(&str, &str, &[&str]); 4] = [
    ("proofhouse-vm", "load_text", &[]),
    ("proofhouse-vm", "programs", &[]),
    ("guide", "book", &[]),
    ("guide", "commands", &["--ignored"]),
];

/// Runs each of them so that it writes.
pub fn write() -> Result<String, String> {
    for (package, test, words) in TESTS {
        let status = Command::new(env!("CARGO"))
            .args(["test", "--package", package, "--test", test, "--"])
            .args(words)
            .env("PROOFHOUSE_BLESS", "1")
            .status()
            .map_err(|error| format!("cargo does not start: {error}"))?;
        if !status.success() {
            return Err(format!("`{test}` of {package} failed for another reason"));
        }
    }
    Ok(format!(
        "wrote the expectations of {} tests anew",
        TESTS.len()
    ))
}
