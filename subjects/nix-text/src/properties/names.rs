//! Attribute names, keys, names for the store.

use proofhouse::prelude::*;

use super::special::{QUOTED, of};
use super::strings::literal_value;
use crate::lexer::lex_string;
use crate::{
    STORE_NAME_MAX, StoreName, attribute_name, decode_key, identifier_key, is_plain_identifier,
};

/// The identifiers that the Nix lexer does not take for one, and those that we leave alone.
const WORDS: [&str; 15] = [
    "or", "if", "then", "else", "assert", "with", "let", "in", "rec", "inherit", "true", "false",
    "null", "import", "builtins",
];

/// Whether a text is an identifier and no word with a meaning, as an automaton would say it.
fn is_identifier(text: &str) -> bool {
    let mut is_start = true;
    for character in text.chars() {
        let is_letter = matches!(character, 'a'..='z' | 'A'..='Z' | '_');
        let is_more = matches!(character, '0'..='9' | '\'' | '-');
        if !is_letter && (is_start || !is_more) {
            return false;
        }
        is_start = false;
    }
    let has_meaning = WORDS.contains(&text) || matches!(text.as_bytes(), [b'_', b'_', ..]);
    !is_start && !has_meaning
}

/// A name is the text itself, and then a plain identifier, or a literal with the text as value; and it
/// is the former for every plain identifier.
#[property]
fn ident_or_quoted(text: String) {
    check_ident_or_quoted(&text);
}

/// The same for words with a meaning, with a character more or less.
#[property]
fn ident_or_quoted_near_words(
    #[from(select(WORDS))] word: &'static str,
    #[from(of(['_', 'e', '-', '.', '0'], 1))] before: String,
    #[from(of(['_', 'e', '-', '.', '0'], 1))] after: String,
) {
    check_ident_or_quoted(&[&before, word, &after].concat());
}

fn check_ident_or_quoted(text: &str) {
    assert_eq!(is_plain_identifier(text), is_identifier(text));
    let Ok(name) = attribute_name(text) else {
        assert!(text.bytes().any(|byte| byte == 0));
        return;
    };
    if is_identifier(text) {
        assert_eq!(name, text);
        return;
    }
    let lexed = lex_string(name.as_bytes()).expect("what is no identifier is quoted");
    assert_eq!(lexed.consumed, name.len());
    assert_eq!(literal_value(&lexed), text.as_bytes());
}

/// Different texts have different keys and different names: each key leads back to its text.
#[property]
fn key_injective(text: String) {
    let key = identifier_key(&text);
    assert_eq!(decode_key(&key).as_deref(), Some(text.as_str()));
    assert!(key == "_" || is_identifier(&key));
}

/// The same, two texts at a time, for short ones of special characters.
#[property]
fn key_injective_in_pairs(
    #[from(of(KEY_CHARACTERS, 2))] left: String,
    #[from(of(KEY_CHARACTERS, 2))] right: String,
) {
    assert_eq!(
        identifier_key(&left) == identifier_key(&right),
        left == right
    );
    if let (Ok(left_name), Ok(right_name)) = (attribute_name(&left), attribute_name(&right)) {
        assert_eq!(left_name == right_name, left == right);
    }
}

/// Characters that keys escape, and those that they escape them with.
const KEY_CHARACTERS: [char; 9] = ['_', '5', 'f', '-', ' ', '/', '\0', 'é', 'A'];

/// The same for words with a meaning, whose keys are escaped as a whole.
#[property]
fn key_of_words(#[from(select(WORDS))] word: &'static str, #[from(of(QUOTED, 1))] after: String) {
    let text = [word, &after].concat();
    let key = identifier_key(&text);
    assert_eq!(decode_key(&key), Some(text));
    assert!(is_identifier(&key));
}

/// Whether the store takes a name of at most so many bytes, by its parts between dashes.
fn is_store_name(name: &str, length_max: usize) -> bool {
    const LEGAL: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-._?=";
    let first = name.split('-').next().unwrap_or("");
    (1..=length_max).contains(&name.len())
        && name.bytes().all(|byte| LEGAL.as_bytes().contains(&byte))
        && first != "."
        && first != ".."
}

/// A name is taken exactly if the store takes it, and stays as it is.
#[property]
fn store_name_valid_and_bounded(name: String) {
    check_store_name(&name);
}

/// The same for names with dots and dashes first, near the greatest length.
#[property]
fn store_name_valid_and_bounded_near_limits(
    #[from(of(['.', '-', 'a', 'Z', '/', '='], 3))] start: String,
    #[from(one_of((0..=2_usize, 206..=213_usize)))] more: usize,
) {
    check_store_name(&[start, "a".repeat(more)].concat());
}

fn check_store_name(name: &str) {
    let taken = StoreName::new(name);
    assert_eq!(taken.is_ok(), is_store_name(name, STORE_NAME_MAX));
    if let Ok(taken) = taken {
        assert_eq!(taken.as_str(), name);
    }
}

/// The name of a written file is stem and suffix, and with `.drv` behind it still a name that the store
/// takes; it is refused exactly if that cannot be.
#[property]
fn writetext_name_bounded(
    #[from(of(['.', '-', 'a', ' '], 2))] start: String,
    #[from(one_of((0..=2_usize, 186..=210_usize)))] more: usize,
    #[from(of(['-', 'y', '.'], 2))] suffix: String,
) {
    let stem = [start, "a".repeat(more)].concat();
    let whole = [stem.as_str(), &suffix].concat();
    let written = StoreName::for_write_text(&stem, &suffix);
    // `.drv` alone would change what a name of dots means.
    assert_eq!(written.is_ok(), is_store_name(&whole, STORE_NAME_MAX - 4));
    if let Ok(written) = written {
        assert_eq!(written.as_str(), whole);
        assert!(StoreName::new(&[&whole, ".drv"].concat()).is_ok());
    }
}
