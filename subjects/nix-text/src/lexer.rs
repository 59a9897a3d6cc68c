//! The Nix lexer's rules for strings: double-quoted ones here, indented ones in `indented`.
//!
//! This is the yardstick for what the emitter writes: a transcription of the rules, unit by unit,
//! that knows nothing of how literals are made. It works on bytes, as the Nix lexer does.
//!
//! The content of a string is a sequence of *units*. At each place the longest of these is taken:
//!
//! | unit | what it is |
//! | --- | --- |
//! | a byte except `$`, `"`, `\` | itself |
//! | `$` and a byte except `{`, `"`, `\` | both, taken together: the second byte starts no unit |
//! | `\` and any byte | an escape |
//! | `$`, `\` and any byte | a dollar and an escape |
//! | `$` just before the closing `"` | a dollar |
//!
//! That the second row takes two bytes is what makes `$${` harmless: the dollars are a pair, and
//! the brace stands alone. Where no unit starts, `${` starts an interpolation and `"` ends the
//! string.
//!
//! A run of units is one content token, and its *value* is read in a second pass, which no longer
//! knows where units began: `\n`, `\r` and `\t` are control characters, `\` and another byte is
//! that byte (also a raw carriage return), and any other carriage return, with its line feed if it
//! has one, is a line feed.
//!
//! # Invariants
//!
//! - Tokens are `Start`, any number of `Content`, then `End` or `InterpolationStart`.
//! - `consumed` is at most the source's length and points behind the last token.
//!
//! # Not here
//!
//! What stands in an interpolation; the lexing of everything outside of strings.
//!
//! # Source
//!
//! Nix, `src/libexpr/lexer.l`: the rules of the start condition `STRING` and `unescapeStr`. One
//! deviation: Nix refuses a file with a NUL byte as a whole, we do where we meet it in the string.

use std::fmt;

mod indented;

pub use indented::lex_indented;

/// A piece of a double-quoted string.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Token {
    /// The opening quote.
    Start,
    /// A run of literal text, by its value.
    Content(Vec<u8>),
    /// A `${`. What follows is an expression.
    InterpolationStart,
    /// The closing quote.
    End,
}

/// What stands at the start of a source: one string, or its part up to the first interpolation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LexedString {
    /// The pieces in order.
    pub tokens: Vec<Token>,
    /// How many bytes of the source they take up.
    pub consumed: usize,
}

/// Why a source does not start with a string of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LexError {
    /// The first bytes are not the opening of one.
    NoString,
    /// A NUL byte, which Nix sources must not have.
    ContainsNul {
        /// Its place, in bytes.
        position: usize,
    },
    /// The source ends within the string.
    Unterminated,
    /// An interpolation, in a string that was to be literal.
    Interpolated {
        /// The place of its dollar, in bytes.
        position: usize,
    },
}

/// Lexes the double-quoted string at the start of a source.
///
/// Stops behind the closing quote, or behind the `${` of the first interpolation.
///
/// # Errors
///
/// See [`LexError`].
pub fn lex_string(source: &[u8]) -> Result<LexedString, LexError> {
    if source.first() != Some(&b'"') {
        return Err(LexError::NoString);
    }
    let mut tokens = vec![Token::Start];
    let mut position = 1;

    let mut content_end = position;
    while let Some(length) = unit_length(&source[content_end..]) {
        content_end += length;
    }
    let content = &source[position..content_end];
    if let Some(offset) = content.iter().position(|&byte| byte == 0) {
        return Err(LexError::ContainsNul {
            position: position + offset,
        });
    }
    if !content.is_empty() {
        tokens.push(Token::Content(value_of(content)));
        position = content_end;
    }

    match source[position..] {
        [b'"', ..] => {
            tokens.push(Token::End);
            Ok(LexedString {
                tokens,
                consumed: position + 1,
            })
        }
        [b'$', b'{', ..] => {
            tokens.push(Token::InterpolationStart);
            Ok(LexedString {
                tokens,
                consumed: position + 2,
            })
        }
        // A rest of `$`, `\` or `$\` is an unfinished unit, an empty one an unfinished string.
        _ => Err(LexError::Unterminated),
    }
}

/// The length of the longest unit at the start of `rest`; `None` where no unit starts.
fn unit_length(rest: &[u8]) -> Option<usize> {
    match *rest {
        [b'$', b'\\', _, ..] => Some(3),
        [b'$', b'"', ..] => Some(1),
        [b'$', b'{' | b'\\', ..] | [b'$'] => None,
        [b'$', _, ..] => Some(2),
        [b'\\', _, ..] => Some(2),
        [b'\\'] | [b'"', ..] | [] => None,
        [_, ..] => Some(1),
    }
}

/// The value of a content token.
fn value_of(content: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(content.len());
    let mut rest = content;
    loop {
        rest = match *rest {
            [] => return value,
            [b'\\', escaped, ref after @ ..] => {
                value.push(unescaped(escaped));
                after
            }
            [b'\r', b'\n', ref after @ ..] | [b'\r', ref after @ ..] => {
                value.push(b'\n');
                after
            }
            [byte, ref after @ ..] => {
                value.push(byte);
                after
            }
        };
    }
}

/// What a byte behind a backslash stands for.
const fn unescaped(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        other => other,
    }
}

impl fmt::Display for LexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoString => write!(f, "the source does not start with the opening of a string"),
            Self::ContainsNul { position } => write!(f, "a NUL byte at byte {position}"),
            Self::Unterminated => write!(f, "the source ends within the string"),
            Self::Interpolated { position } => write!(f, "an interpolation at byte {position}"),
        }
    }
}

impl std::error::Error for LexError {}

impl LexError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoString => "nix/no-string",
            Self::ContainsNul { .. } => "nix/source-contains-nul",
            Self::Unterminated => "nix/unterminated-string",
            Self::Interpolated { .. } => "nix/interpolated-string",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::NoString => "start at the opening quotes, without space before them",
            Self::ContainsNul { .. } => "remove the NUL byte; Nix has no escape for it",
            Self::Unterminated => "close the string; a quote after a backslash does not",
            Self::Interpolated { .. } => "escape the dollar: only literal text has a value here",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a source that is one literal; panics when it is not.
    fn literal(source: &[u8]) -> Vec<u8> {
        let lexed = lex_string(source).unwrap();
        assert_eq!(lexed.consumed, source.len(), "something is left over");
        match <[Token; 3]>::try_from(lexed.tokens) {
            Ok([Token::Start, Token::Content(value), Token::End]) => value,
            Ok(other) => panic!("not one literal: {other:?}"),
            Err(tokens) => {
                assert_eq!(tokens, [Token::Start, Token::End]);
                Vec::new()
            }
        }
    }

    /// `"$${x}"` is literal: the first dollar takes the second with it.
    #[test]
    fn two_dollars_protect_a_brace() {
        assert_eq!(literal(br#""$${x}""#), b"$${x}");
    }

    /// `"$$${x}"` is `$$` and an interpolation: the third dollar starts afresh.
    #[test]
    fn three_dollars_do_not() {
        let lexed = lex_string(br#""$$${x}""#).unwrap();
        let content = Token::Content(b"$$".to_vec());
        assert_eq!(
            lexed.tokens,
            [Token::Start, content, Token::InterpolationStart]
        );
        assert_eq!(lexed.consumed, 5);
    }

    /// `"$\${x}"` is the literal `$${x}`.
    #[test]
    fn a_dollar_goes_with_the_escape_after_it() {
        assert_eq!(literal(br#""$\${x}""#), b"$${x}");
    }

    #[test]
    fn literals_have_their_values() {
        for (source, value) in [
            (r#""""#, ""),
            (r#""a b""#, "a b"),
            (r#""\n\r\t\"\\\x""#, "\n\r\t\"\\x"),
            (r#""$""#, "$"),
            (r#""$$""#, "$$"),
            (r#""$$$""#, "$$$"),
            (r#""\$""#, "$"),
            (r#""\${x}""#, "${x}"),
            (r#""$\"""#, "$\""),
            (r#""$\\""#, "$\\"),
            (r#""$\n{""#, "$\n{"),
            (r#""{}''""#, "{}''"),
            (r#""ä☃𝄞""#, "ä☃𝄞"),
        ] {
            assert_eq!(literal(source.as_bytes()), value.as_bytes(), "{source}");
        }
    }

    #[test]
    fn raw_carriage_returns_become_line_feeds() {
        assert_eq!(literal(b"\"a\rb\r\nc\n\rd\r\""), b"a\nb\nc\n\nd\n");
        // Also in a pair with a dollar, where the line feed is a unit of its own.
        assert_eq!(literal(b"\"$\r\n\""), b"$\n");
        // An escaped one stays, whatever follows it.
        assert_eq!(literal(b"\"\\\r\n\""), b"\r\n");
    }

    #[test]
    fn interpolations_are_found_where_a_unit_could_start() {
        for (source, consumed) in [
            (r#""${x}""#, 3),
            (r#""a${x}""#, 4),
            (r#""\\${x}""#, 5),
            (r#""$x${y}""#, 5),
            (r#""$\a${y}""#, 6),
        ] {
            let lexed = lex_string(source.as_bytes()).unwrap();
            assert_eq!(
                lexed.tokens.last(),
                Some(&Token::InterpolationStart),
                "{source}"
            );
            assert_eq!(lexed.consumed, consumed, "{source}");
        }
    }

    #[test]
    fn the_rest_of_the_source_is_left_alone() {
        let lexed = lex_string(br#""a" + "b""#).unwrap();
        assert_eq!(lexed.consumed, 3);
        assert_eq!(lexed.tokens.last(), Some(&Token::End));
    }

    #[test]
    fn what_is_no_string_is_refused() {
        let nul = |position| LexError::ContainsNul { position };
        for (source, error) in [
            ("", LexError::NoString),
            ("a\"", LexError::NoString),
            (r#"""#, LexError::Unterminated),
            (r#""a"#, LexError::Unterminated),
            (r#""$"#, LexError::Unterminated),
            (r#""\"#, LexError::Unterminated),
            (r#""\""#, LexError::Unterminated),
            (r#""$\"#, LexError::Unterminated),
            (r#""$\""#, LexError::Unterminated),
            ("\"a\0\"", nul(2)),
            ("\"\\\0\"", nul(2)),
            ("\"$\0\"", nul(2)),
        ] {
            assert_eq!(lex_string(source.as_bytes()), Err(error), "{source:?}");
            assert!(!error.help().is_empty() && error.code().starts_with("nix/"));
            assert!(!error.to_string().is_empty());
        }
    }
}
