//! Attribute names: as they are where they may be, quoted elsewhere; and identifiers for any text.
//!
//! Two definitions of one attribute are an error in Nix, or are merged if both are sets. A program that
//! makes names from other people's text must therefore not make two texts one name; replacing unwanted
//! characters, by a dash for instance, does.
//!
//! # Invariants
//!
//! - A name means just the text it was made of, and never ends an attribute path or starts another: a
//!   name with a dot is quoted.
//! - Different texts have different names, and different keys (`decode_key` undoes `identifier_key`).
//!
//! # Not here
//!
//! Paths of several names: join the names of the components with dots.
//!
//! # Source
//!
//! Nix, `src/libexpr/lexer.l`: `ID` and the keywords.

use crate::{EmitError, emit};

/// Words that are no attribute names, or not everywhere (`or`), and identifiers that have a meaning
/// somebody could come to rely on. In order, so that they can be searched.
const RESERVED: [&str; 15] = [
    "assert", "builtins", "else", "false", "if", "import", "in", "inherit", "let", "null", "or",
    "rec", "then", "true", "with",
];

/// Whether a text can stand as an identifier without any quotes, keywords and the like excluded.
///
/// ```
/// assert!(nix_text::is_plain_identifier("disk-0'"));
/// assert!(!nix_text::is_plain_identifier("0-disk") && !nix_text::is_plain_identifier("let"));
/// ```
pub fn is_plain_identifier(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(&first) = bytes.first() else {
        return false;
    };
    (first.is_ascii_alphabetic() || first == b'_')
        && bytes.iter().all(|&byte| {
            byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'\'' || byte == b'-'
        })
        && !text.starts_with("__")
        && !RESERVED.contains(&text)
}

/// Emits the name of an attribute: the text itself if it is a plain identifier, else a double-quoted
/// literal.
///
/// # Errors
///
/// [`EmitError::ContainsNul`].
///
/// # Example
///
/// ```
/// use nix_text::attribute_name;
/// assert_eq!(attribute_name("hostName").unwrap(), "hostName");
/// assert_eq!(attribute_name("vm.local").unwrap(), r#""vm.local""#);
/// ```
pub fn attribute_name(text: &str) -> Result<String, EmitError> {
    if is_plain_identifier(text) {
        Ok(text.to_owned())
    } else {
        emit(text)
    }
}

/// Makes an identifier for any text, NUL included, so that different texts have different ones.
///
/// Letters, digits and dashes stand for themselves; every other byte is `_` and two hexadecimal
/// digits, and so are a first byte that could not start an identifier and the first one of a reserved
/// word. The empty text is `_`.
///
/// ```
/// use nix_text::identifier_key;
/// assert_eq!(identifier_key("web-1"), "web-1");
/// assert_eq!(identifier_key("a b/c_d"), "a_20b_2fc_5fd");
/// assert_eq!(identifier_key("let"), "_6cet");
/// ```
pub fn identifier_key(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    if text.is_empty() {
        return "_".to_owned();
    }
    let is_reserved = RESERVED.contains(&text);
    let mut key = String::with_capacity(text.len() + 2);
    for (position, &byte) in text.as_bytes().iter().enumerate() {
        let stands_for_itself = if position == 0 {
            byte.is_ascii_alphabetic() && !is_reserved
        } else {
            byte.is_ascii_alphanumeric() || byte == b'-'
        };
        if stands_for_itself {
            key.push(char::from(byte));
        } else {
            key.push('_');
            key.push(char::from(DIGITS[usize::from(byte >> 4)]));
            key.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    key
}

/// The text that a key was made of; `None` if it was not made by [`identifier_key`].
pub fn decode_key(key: &str) -> Option<String> {
    if key == "_" {
        return Some(String::new());
    }
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.as_bytes();
    loop {
        rest = match *rest {
            [] => break,
            [b'_', high, low, ref after @ ..] => {
                bytes.push(digit(high)? << 4 | digit(low)?);
                after
            }
            [byte, ref after @ ..] => {
                bytes.push(byte);
                after
            }
        };
    }
    let text = String::from_utf8(bytes).ok()?;
    (identifier_key(&text) == key).then_some(text)
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_words_are_in_order() {
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn names_look_as_expected() {
        for (text, name) in [
            ("a", "a"),
            ("_a", "_a"),
            ("a'-9", "a'-9"),
            ("", r#""""#),
            ("9", r#""9""#),
            ("or", r#""or""#),
            ("__functor", r#""__functor""#),
            ("a.b", r#""a.b""#),
            ("ä", r#""ä""#),
            ("${x}", r#""\${x}""#),
        ] {
            assert_eq!(attribute_name(text).as_deref(), Ok(name));
        }
        assert!(attribute_name("\0").is_err());
    }

    #[test]
    fn keys_that_were_not_made_here_mean_nothing() {
        for key in ["", "a_", "_4", "_6c", "let", "a_6C", "9", "_ff"] {
            let is_made = decode_key(key).is_some_and(|text| identifier_key(&text) == key);
            assert_eq!(decode_key(key).is_some(), is_made, "{key}");
        }
        assert_eq!(decode_key("let"), None);
        assert_eq!(decode_key("_5f").as_deref(), Some("_"));
    }
}
