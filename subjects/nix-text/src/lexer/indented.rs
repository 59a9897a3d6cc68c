//! The Nix rules for indented strings: the lexer's, and the removal of indentation behind it.
//!
//! The content between `''` and `''` is a sequence of pieces. At each place the longest is taken:
//!
//! | piece | what it is | is plain |
//! | --- | --- | --- |
//! | a run of: a byte except `$`, `'`; `$` and a byte except `{`, `'`; `'` and a byte except `'`, `$` | itself | yes |
//! | `''$` | a dollar | no |
//! | `'''` | two single quotes | no |
//! | `''\` and any byte | an escape as in double-quoted strings | no |
//! | `$` or `'` where nothing longer fits | itself | no |
//!
//! `${` starts an interpolation, `''` ends the string. Spaces and a line feed right behind the opening
//! belong to it. A carriage return is left alone.
//!
//! Then the indentation is removed: the smallest number of spaces at the start of a line with
//! something else on it. A piece that is not plain is something else. If the last piece is plain and
//! has only spaces behind its last line feed, these are removed as well.
//!
//! # Source
//!
//! Nix, `src/libexpr/lexer.l`, the rules of the start condition `IND_STRING`, and `stripIndentation` in
//! `src/libexpr/parser-state.hh`. As with double-quoted strings, a NUL is refused where we meet it.

use super::{LexError, unescaped};

/// A piece of an indented string, by its value before indentation is removed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    value: Vec<u8>,
    is_plain: bool,
}

/// The value of the indented string at the start of a source, and how many bytes of it that is.
///
/// # Errors
///
/// See [`LexError`].
pub fn lex_indented(source: &[u8]) -> Result<(Vec<u8>, usize), LexError> {
    let mut position = opening_length(source).ok_or(LexError::NoString)?;
    let mut pieces = Vec::new();
    loop {
        let rest = &source[position..];
        let (piece, length) = match *rest {
            [b'\'', b'\'', b'$', ..] => (escape(b"$"), 3),
            [b'\'', b'\'', b'\'', ..] => (escape(b"''"), 3),
            [b'\'', b'\'', b'\\', 0, ..] => return Err(nul(position + 3)),
            [b'\'', b'\'', b'\\', byte, ..] => (escape(&[unescaped(byte)]), 4),
            [b'\'', b'\'', ..] => {
                // `''\` at the very end has no byte to escape; the string ends before it.
                return Ok((without_indentation(&pieces), position + 2));
            }
            [b'$', b'{', ..] => return Err(LexError::Interpolated { position }),
            [] => return Err(LexError::Unterminated),
            _ => {
                let length = plain_length(rest);
                if let Some(offset) = rest[..length].iter().position(|&byte| byte == 0) {
                    return Err(nul(position + offset));
                }
                match length {
                    0 => (escape(&rest[..1]), 1),
                    _ => (plain(&rest[..length]), length),
                }
            }
        };
        pieces.push(piece);
        position += length;
    }
}

/// How long the opening is, with the spaces and the line feed that belong to it.
fn opening_length(source: &[u8]) -> Option<usize> {
    let rest = source.strip_prefix(b"''")?;
    let spaces = rest.iter().take_while(|&&byte| byte == b' ').count();
    let has_line_feed = rest.get(spaces) == Some(&b'\n');
    Some(if has_line_feed { 2 + spaces + 1 } else { 2 })
}

/// How long the run of plain bytes and pairs at the start is; 0 if none starts.
fn plain_length(rest: &[u8]) -> usize {
    let mut length = 0;
    loop {
        length += match rest[length..] {
            [b'$', b'{' | b'\'', ..] | [b'\'', b'\'' | b'$', ..] => return length,
            [] | [b'$'] | [b'\''] => return length,
            [b'$' | b'\'', _, ..] => 2,
            [_, ..] => 1,
        };
    }
}

fn plain(value: &[u8]) -> Piece {
    Piece {
        value: value.to_vec(),
        is_plain: true,
    }
}

fn escape(value: &[u8]) -> Piece {
    Piece {
        value: value.to_vec(),
        is_plain: false,
    }
}

const fn nul(position: usize) -> LexError {
    LexError::ContainsNul { position }
}

/// The smallest number of spaces before something else on a line; `None` without such a line.
fn indentation(pieces: &[Piece]) -> Option<usize> {
    let mut smallest: Option<usize> = None;
    // How many spaces there have been on this line, while there was nothing else.
    let mut spaces = Some(0);
    let mut seen = |spaces: &mut Option<usize>| {
        if let Some(count) = spaces.take() {
            smallest = Some(smallest.map_or(count, |before| before.min(count)));
        }
    };
    for piece in pieces {
        if !piece.is_plain {
            seen(&mut spaces);
            continue;
        }
        for &byte in &piece.value {
            match byte {
                b'\n' => spaces = Some(0),
                b' ' => spaces = spaces.map(|count| count + 1),
                _ => seen(&mut spaces),
            }
        }
    }
    smallest
}

/// The pieces' values, without indentation and without spaces behind the last line feed.
fn without_indentation(pieces: &[Piece]) -> Vec<u8> {
    let indentation = indentation(pieces).unwrap_or(usize::MAX);
    let mut text = Vec::new();
    let mut is_line_start = true;
    let mut dropped = 0;
    for (index, piece) in pieces.iter().enumerate() {
        let start = text.len();
        for &byte in &piece.value {
            if is_line_start && byte == b' ' && dropped < indentation {
                dropped += 1;
                continue;
            }
            if byte != b' ' {
                is_line_start = byte == b'\n';
                dropped = 0;
            }
            text.push(byte);
        }
        if index + 1 == pieces.len() {
            trim_last(&mut text, start);
        }
    }
    text
}

/// Removes the spaces behind the last line feed from `start` on, if nothing else follows it.
fn trim_last(text: &mut Vec<u8>, start: usize) {
    let last = text[start..].iter().rposition(|&byte| byte == b'\n');
    if let Some(last) = last
        && text[start + last + 1..].iter().all(|&byte| byte == b' ')
    {
        text.truncate(start + last + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, value: &str) {
        let expected = (value.as_bytes().to_vec(), source.len());
        assert_eq!(lex_indented(source.as_bytes()), Ok(expected), "{source:?}");
    }

    #[test]
    fn indentation_is_that_of_the_leftmost_line() {
        check("''\n  a\n    b\n  ''", "a\n  b\n");
        check("''  a\n b''", " a\nb");
        // A line of spaces alone does not count, tabs are something else.
        check("''  a\n \n  b''", "a\n\nb");
        check("''\ta\n  b''", "\ta\n  b");
        // Only spaces belong to the opening, and only with a line feed.
        check("''   \n a''", "a");
        check("'' \r\na''", " \r\na");
    }

    #[test]
    fn escapes_end_the_white_space_of_their_line() {
        check(r"''''\  a''", "  a");
        check("''  ''$a\n   b''", "$a\n b");
        check("''a\n  ''\\ ''", "a\n   ");
    }

    #[test]
    fn quotes_and_dollars() {
        check("''''", "");
        check("''a'b''", "a'b");
        check("'''''''", "''");
        check("''''${x}''", "${x}");
        check("''$${x}''", "$${x}");
        check("''$''", "$");
        check("''$''$''", "$$");
        check("'''$x''", "'$x");
        check(r"''''\n\n''", "\n\\n");
        check("''a\r\nb''", "a\r\nb");
    }

    #[test]
    fn what_is_no_literal_is_refused() {
        let lexed = |source: &str| lex_indented(source.as_bytes());
        assert_eq!(lexed("'a''"), Err(LexError::NoString));
        assert_eq!(lexed("''a'"), Err(LexError::Unterminated));
        assert_eq!(
            lexed("''a${x}''"),
            Err(LexError::Interpolated { position: 3 })
        );
        assert_eq!(lexed("''a\0''"), Err(LexError::ContainsNul { position: 3 }));
        assert_eq!(
            lexed("''''\\\0''"),
            Err(LexError::ContainsNul { position: 5 })
        );
    }
}
