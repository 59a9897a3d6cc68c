//! What is known of a property without running it.

/// A property as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PropertyDescription {
    /// The path within the test binary, as the test harness names it: `types::prop_roundtrip`.
    pub path: String,
    /// The property in plain language: its doc comment, trimmed; may be empty.
    pub statement: String,
    /// The source file as the compiler names it.
    pub file: String,
    /// The line of the function's name, from 1.
    pub line: u32,
    /// The names of the arguments, in order.
    pub arguments: Vec<String>,
}
