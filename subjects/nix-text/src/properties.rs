//! What holds for every string, stated so that each engine can try to break it.
//!
//! The judge of the emitter is the lexer's rules, which know nothing of it.
//!
//! # Invariants
//!
//! - No property limits its inputs by an assumption.

use proofhouse::prelude::*;

use crate::emit;
use crate::lexer::{LexedString, Token, lex_string};

/// A string with a NUL character is refused; every other string becomes a literal that lexes as
/// one string without interpolation, with nothing left over, whose value is the string.
#[property]
fn exact_decode(text: String) {
    check_exact_decode(&text);
}

/// The same for strings of up to five of the characters that mean something to the lexer.
#[property]
fn exact_decode_of_special_characters(#[from(special_text(5))] text: String) {
    check_exact_decode(&text);
}

/// The same for longer ones, mostly of dollars and braces.
#[property]
fn exact_decode_of_dollars_and_braces(#[from(dollars_and_braces())] text: String) {
    check_exact_decode(&text);
}

fn check_exact_decode(text: &str) {
    let has_nul = text.bytes().any(|byte| byte == 0);
    let Ok(literal) = emit(text) else {
        assert!(has_nul, "a string without NUL was refused");
        return;
    };
    assert!(!has_nul, "a string with NUL was emitted");
    let lexed = lex_string(literal.as_bytes()).expect("what is emitted is a string");
    assert_eq!(lexed.consumed, literal.len(), "something is left over");
    assert_eq!(literal_value(&lexed), text.as_bytes());
}

/// Whatever stands behind a literal, the literal ends where it was emitted to end and keeps its
/// value.
#[property]
fn concat_safe(#[from(special_text(2))] text: String, #[from(special_text(2))] suffix: String) {
    if let Ok(literal) = emit(&text) {
        let mut source = literal.clone();
        source.push_str(&suffix);
        let lexed = lex_string(source.as_bytes()).expect("the source starts with a string");
        assert_eq!(lexed.consumed, literal.len());
        assert_eq!(literal_value(&lexed), text.as_bytes());
    }
}

/// The value of a string without interpolation.
fn literal_value(lexed: &LexedString) -> Vec<u8> {
    let [Token::Start, contents @ .., Token::End] = lexed.tokens.as_slice() else {
        panic!("not a whole string: {:?}", lexed.tokens);
    };
    let mut value = Vec::new();
    for content in contents {
        match content {
            Token::Content(part) => value.extend_from_slice(part),
            other => panic!("not literal text: {other:?}"),
        }
    }
    value
}

/// The characters that mean something to the lexer, some that do behind a backslash, and one of
/// several bytes.
const SPECIAL: [char; 11] = ['a', '$', '{', '"', '\\', 'n', '\n', '\r', '\t', '\0', '☃'];

/// Strings of up to so many special characters; there are 177,156 of up to five.
fn special_text(length_max: usize) -> impl Generator<Value = String> {
    vec(0..=10_u8, 0..=length_max).map(|places| {
        let characters = places.into_iter().map(|place| SPECIAL[usize::from(place)]);
        characters.collect()
    })
}

/// Strings of four to twelve characters, few of them other than dollars and braces.
fn dollars_and_braces() -> impl Generator<Value = String> {
    const PLACES: [char; 8] = ['$', '{', '$', '{', '$', '\\', '"', 'a'];
    vec(0..=7_u8, 4..=12).map(|places| {
        let characters = places.into_iter().map(|place| PLACES[usize::from(place)]);
        characters.collect()
    })
}
