//! Emits strings as double-quoted Nix literals.
//!
//! Escaped are the quote, the backslash, the dollar of a `${`, and the three control characters
//! that have an escape. For line feed and tab that is a matter of reading; for carriage return it
//! is needed, because the Nix lexer turns a raw one, or one with its line feed, into a line feed.
//!
//! # Invariants
//!
//! - Everything else is copied as it is, in runs that start and end at escaped characters. Those
//!   are ASCII, so a run never cuts a character in two.
//!
//! # Not here
//!
//! A shortest form: a dollar before `{` is escaped also where a dollar before it would protect it.

use std::fmt;

/// Emits a string as a double-quoted Nix literal that decodes to it.
///
/// The cost is one pass; the literal is at most twice as long as the string, plus its quotes.
///
/// # Errors
///
/// [`EmitError::ContainsNul`]: Nix has no literal for such a string.
///
/// # Example
///
/// ```
/// assert_eq!(nix_text::emit("costs ${amount} $").unwrap(), r#""costs \${amount} $""#);
/// ```
pub fn emit(text: &str) -> Result<String, EmitError> {
    let bytes = text.as_bytes();
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    let mut copied = 0;
    for (position, &byte) in bytes.iter().enumerate() {
        let escape = match byte {
            0 => return Err(EmitError::ContainsNul { position }),
            b'"' => r#"\""#,
            b'\\' => r"\\",
            b'\n' => r"\n",
            b'\r' => r"\r",
            b'\t' => r"\t",
            b'$' if bytes.get(position + 1) == Some(&b'{') => r"\$",
            _ => continue,
        };
        literal.push_str(&text[copied..position]);
        literal.push_str(escape);
        copied = position + 1;
    }
    literal.push_str(&text[copied..]);
    literal.push('"');
    Ok(literal)
}

/// Why a string has no literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EmitError {
    /// The string has a NUL character.
    ContainsNul {
        /// The first one's place, in bytes.
        position: usize,
    },
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ContainsNul { position } => write!(f, "a NUL character at byte {position}"),
        }
    }
}

impl std::error::Error for EmitError {}

impl EmitError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ContainsNul { .. } => "nix/contains-nul",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::ContainsNul { .. } => "encode the string first, for instance in base 64",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_look_as_expected() {
        for (text, literal) in [
            ("", r#""""#),
            ("plain", r#""plain""#),
            ("päth ☃", r#""päth ☃""#),
            (r#"a"b\c"#, r#""a\"b\\c""#),
            ("${x}", r#""\${x}""#),
            ("$${x}", r#""$\${x}""#),
            ("$x $ {", r#""$x $ {""#),
            ("$", r#""$""#),
            ("a\r\n\tb", r#""a\r\n\tb""#),
            ("\u{1b}", "\"\u{1b}\""),
        ] {
            assert_eq!(emit(text).as_deref(), Ok(literal), "{text:?}");
        }
    }

    #[test]
    fn nul_is_refused_where_it_stands() {
        let error = emit("ab\0c").unwrap_err();
        assert_eq!(error, EmitError::ContainsNul { position: 2 });
        assert_eq!(error.code(), "nix/contains-nul");
        assert_eq!(error.to_string(), "a NUL character at byte 2");
        assert!(!error.help().is_empty());
    }
}
