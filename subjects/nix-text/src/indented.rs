//! Emits strings as indented Nix literals, which keep their lines.
//!
//! An indented string loses the spaces that all of its lines start with, spaces between its opening
//! and the first line feed with that line feed, and spaces behind its last line feed. A literal that
//! must mean every string has to keep all three from happening:
//!
//! - The first character is escaped if it is a space or a line feed. An escape ends the white space
//!   at the start of its line, so this line has no indentation, hence neither has the whole.
//! - The last character is escaped if it is a space. An escape is not part of what is trimmed.
//!
//! # Invariants
//!
//! - No line feed follows `''\`: the Nix lexer and other readers of the language disagree about it.
//! - Every `'` of the literal is its own: one of the opening, the closing, or an escape. So what stands
//!   before an escape cannot become a part of it.
//!
//! # Not here
//!
//! Pleasant indentation: the lines of the literal start where they start in the string.
//!
//! # Source
//!
//! The same as of [`crate::lexer`].

use crate::EmitError;

/// Emits a string as an indented Nix literal that decodes to it.
///
/// Choose it for text of several lines that people will read. What follows the literal must not be
/// `'`, `$` or `\`, with which its end would be read as an escape; behind [`emit`](crate::emit)'s
/// literals anything may stand.
///
/// # Errors
///
/// [`EmitError::ContainsNul`]: Nix has no literal for such a string.
///
/// # Example
///
/// ```
/// let script = "set -e\n  echo ${HOME}\n";
/// assert_eq!(nix_text::emit_indented(script).unwrap(), "''set -e\n  echo ''${HOME}\n''");
/// ```
pub fn emit_indented(text: &str) -> Result<String, EmitError> {
    let bytes = text.as_bytes();
    let mut literal = String::with_capacity(text.len() + 4);
    literal.push_str("''");
    let mut copied = 0;
    for (position, &byte) in bytes.iter().enumerate() {
        let is_first = position == 0;
        let is_last = position + 1 == bytes.len();
        let escape = match byte {
            0 => return Err(EmitError::ContainsNul { position }),
            b'\'' => r"''\'",
            b'\r' => r"''\r",
            b'\t' => r"''\t",
            b'\n' if is_first => r"''\n",
            b' ' if is_first || is_last => r"''\ ",
            b'$' if bytes.get(position + 1) == Some(&b'{') => "''$",
            _ => continue,
        };
        literal.push_str(&text[copied..position]);
        literal.push_str(escape);
        copied = position + 1;
    }
    literal.push_str(&text[copied..]);
    literal.push_str("''");
    Ok(literal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_look_as_expected() {
        for (text, literal) in [
            ("", "''''"),
            ("plain", "''plain''"),
            ("two\n  lines\n", "''two\n  lines\n''"),
            (" a", r"''''\ a''"),
            ("\n a", "''''\\n a''"),
            ("a\n  ", "''a\n ''\\ ''"),
            ("it's", r"''it''\'s''"),
            ("'${x}", r"''''\'''${x}''"),
            ("$${x}", "''$''${x}''"),
            ("a\\b\r\t", r"''a\b''\r''\t''"),
        ] {
            assert_eq!(emit_indented(text).as_deref(), Ok(literal), "{text:?}");
        }
        assert!(emit_indented("a\0").is_err());
    }
}
