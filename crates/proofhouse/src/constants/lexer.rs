//! The literals of Rust source text, without a parser.
//!
//! Only what is needed to tell literals from everything else is known: comments, quotes, raw quotes,
//! lifetimes, and where an identifier or a number ends. Whether the text is a program does not matter;
//! what is not understood is passed over.
//!
//! # Invariants
//!
//! - The literals found are those that the compiler's own tokens have
//!   (`tests::literals_are_those_of_the_tokens`, over the sources of this crate).
//! - Every byte is looked at once: linear in the length of the text.
//!
//! # Source
//!
//! The Rust Reference, chapter "Tokens".

/// A literal as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Literal<'t> {
    /// Digits with prefix, underscores and suffix; an integer or a float.
    Number(&'t str),
    /// What stands in single quotes, also after `b`.
    Character(&'t str),
    /// What stands in quotes; escapes mean something.
    Text(&'t str),
    /// What stands in raw quotes.
    RawText(&'t str),
    /// As `Text`, after `b`.
    Bytes(&'t str),
    /// As `RawText`, after `br`.
    RawBytes(&'t str),
}

/// Calls `found` for every literal of a source text, in their order.
pub(super) fn literals<'t>(text: &'t str, mut found: impl FnMut(Literal<'t>)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        at = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => end_of_line(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => end_of_comment(bytes, at),
            b'"' => quoted(text, at + 1, &mut found, Literal::Text),
            b'\'' => character_or_lifetime(text, at, &mut found),
            b'0'..=b'9' => number(text, at, &mut found),
            byte if is_word(byte) => word(text, at, &mut found),
            _ => at + 1,
        };
    }
}

/// Bytes of identifiers; every part of a character beyond ASCII counts as one.
fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    let rest = bytes[at..].iter();
    rest.clone()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |length| at + length)
}

/// Comments nest.
fn end_of_comment(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(b'*')) => (at, depth) = (at + 2, depth + 1),
            (b'*', Some(b'/')) => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// A text from behind its opening quote; gives the place after the closing one.
fn quoted<'t>(
    text: &'t str,
    start: usize,
    found: &mut impl FnMut(Literal<'t>),
    sort: fn(&'t str) -> Literal<'t>,
) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                found(sort(&text[start..at]));
                return at + 1;
            }
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// A raw text from its first `#` or quote; something else is a raw identifier.
fn raw_quoted<'t>(
    text: &'t str,
    start: usize,
    found: &mut impl FnMut(Literal<'t>),
    sort: fn(&'t str) -> Literal<'t>,
) -> usize {
    let bytes = text.as_bytes();
    let hashes = bytes[start..]
        .iter()
        .take_while(|byte| **byte == b'#')
        .count();
    let open = start + hashes;
    if bytes.get(open) != Some(&b'"') {
        return open;
    }
    let mut at = open + 1;
    while at < bytes.len() {
        let rest = &bytes[at + 1..];
        let closes = rest.len() >= hashes && rest[..hashes].iter().all(|byte| *byte == b'#');
        if bytes[at] == b'"' && closes {
            found(sort(&text[open + 1..at]));
            return at + 1 + hashes;
        }
        at += 1;
    }
    bytes.len()
}

/// `'x'`, `'\n'`, or a lifetime.
fn character_or_lifetime<'t>(
    text: &'t str,
    quote: usize,
    found: &mut impl FnMut(Literal<'t>),
) -> usize {
    let start = quote + 1;
    let rest = &text[start..];
    let Some(first) = rest.chars().next() else {
        return text.len();
    };
    let length = if first == '\\' {
        // The escaped character may be a quote.
        let escaped = rest.char_indices().skip(2);
        let mut escaped = escaped.filter(|(_, character)| *character == '\'');
        escaped.next().map(|(at, _)| at)
    } else {
        let after = first.len_utf8();
        rest[after..].starts_with('\'').then_some(after)
    };
    match length {
        Some(length) => {
            found(Literal::Character(&rest[..length]));
            start + length + 1
        }
        None => start,
    }
}

fn number<'t>(text: &'t str, start: usize, found: &mut impl FnMut(Literal<'t>)) -> usize {
    let bytes = text.as_bytes();
    let mut at = end_of_word(bytes, start);
    let is_decimal = !matches!(bytes.get(start + 1), Some(b'x' | b'o' | b'b'));
    let ends_in_exponent = |at: usize| is_decimal && matches!(bytes[at - 1], b'e' | b'E');
    // Not the dots of a range, a field or a method.
    let after_dot = bytes.get(at + 1).copied();
    let is_point = bytes.get(at) == Some(&b'.')
        && !after_dot.is_some_and(|byte| byte == b'.' || (is_word(byte) && !byte.is_ascii_digit()));
    if is_decimal && is_point {
        at = end_of_word(bytes, at + 1);
    }
    let sign = matches!(bytes.get(at), Some(b'-' | b'+'));
    if sign && ends_in_exponent(at) && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
        at = end_of_word(bytes, at + 1);
    }
    found(Literal::Number(&text[start..at]));
    at
}

/// An identifier, or what stands before a quote.
fn word<'t>(text: &'t str, start: usize, found: &mut impl FnMut(Literal<'t>)) -> usize {
    let bytes = text.as_bytes();
    let end = end_of_word(bytes, start);
    match (&text[start..end], bytes.get(end)) {
        ("b", Some(b'"')) => quoted(text, end + 1, found, Literal::Bytes),
        ("c", Some(b'"')) => quoted(text, end + 1, found, Literal::Text),
        ("b", Some(b'\'')) => character_or_lifetime(text, end, found),
        ("r" | "cr", Some(b'"' | b'#')) => raw_quoted(text, end, found, Literal::RawText),
        ("br", Some(b'"' | b'#')) => raw_quoted(text, end, found, Literal::RawBytes),
        _ => end,
    }
}

fn end_of_word(bytes: &[u8], start: usize) -> usize {
    let rest = bytes[start..].iter();
    start + rest.take_while(|byte| is_word(**byte)).count()
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use proc_macro2::{TokenStream, TokenTree};

    use super::*;

    fn found(text: &str) -> Vec<Literal<'_>> {
        let mut all = Vec::new();
        literals(text, |literal| all.push(literal));
        all
    }

    #[test]
    fn literals_are_told_from_what_looks_like_them() {
        use Literal::{Bytes, Character, Number, RawBytes, RawText, Text};
        let check = |text, expected: &[Literal<'_>]| assert_eq!(found(text), expected, "{text}");
        check("x1 + 0x_dead_beef_u64", &[Number("0x_dead_beef_u64")]);
        check("1..2", &[Number("1"), Number("2")]);
        check("a.0.1", &[Number("0.1")]);
        check("1.max(2)", &[Number("1"), Number("2")]);
        check(
            "1. + 1.5e-3f64 + 2e5",
            &[Number("1."), Number("1.5e-3f64"), Number("2e5")],
        );
        check("0xe-1", &[Number("0xe"), Number("1")]);
        check(
            "'a' 'b '\\'' '\\u{7}'",
            &[Character("a"), Character("\\'"), Character("\\u{7}")],
        );
        check("fn f<'a>(x: &'a str)", &[]);
        check("// \"no\"\n\"yes\"", &[Text("yes")]);
        check("/* /* 1 */ 2 */ 3", &[Number("3")]);
        check(
            r#""a\"b" b"c" br"d\""#,
            &[Text("a\\\"b"), Bytes("c"), RawBytes("d\\")],
        );
        check(
            "r#\"a\"b\"# r#type r\"c\"",
            &[RawText("a\"b"), RawText("c")],
        );
        check("\"never closed", &[]);
        check("'", &[]);
        check("r#\"never closed\"", &[]);
    }

    /// The naive twin: the literals of the compiler's token stream, doc comments left out.
    fn of_tokens(tokens: TokenStream, all: &mut Vec<String>) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Literal(literal) => all.push(literal.to_string()),
                TokenTree::Group(group) => of_tokens(group.stream(), all),
                TokenTree::Punct(mark) if mark.as_char() == '#' || mark.as_char() == '!' => {
                    let is_doc = |token: &TokenTree| match token {
                        TokenTree::Group(group) => group.stream().to_string().starts_with("doc ="),
                        _ => false,
                    };
                    tokens.next_if(is_doc);
                }
                TokenTree::Punct(_) | TokenTree::Ident(_) => {}
            }
        }
    }

    #[test]
    fn literals_are_those_of_the_tokens() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = super::super::files::sources(folder);
        assert!(files.len() > 50, "{} files", files.len());
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let mut expected = Vec::new();
            of_tokens(TokenStream::from_str(&text).unwrap(), &mut expected);
            let found = found(&text);
            assert_eq!(found.len(), expected.len(), "{}", file.display());
            for (found, expected) in found.into_iter().zip(expected) {
                let (Literal::Number(inner)
                | Literal::Character(inner)
                | Literal::Text(inner)
                | Literal::RawText(inner)
                | Literal::Bytes(inner)
                | Literal::RawBytes(inner)) = found;
                assert!(expected.contains(inner), "{found:?} is no {expected}");
            }
        }
    }
}
