//! Literals, judged by the lexer's rules.

use proofhouse::prelude::*;

use super::special::{INDENTED, QUOTED, dollars_and_braces, of};
use crate::lexer::{LexError, LexedString, Token, lex_indented, lex_string};
use crate::{EmitError, attribute_name, emit, emit_indented, identifier_key};

/// Whatever the text, nothing that makes text of it panics.
#[property]
fn never_panics(text: String) {
    let emitted = emit(&text);
    let indented = emit_indented(&text);
    let name = attribute_name(&text);
    assert!(emitted.is_err() || emitted.is_ok_and(|literal| literal.len() >= 2));
    assert!(indented.is_err() || indented.is_ok_and(|literal| literal.len() >= 4));
    assert!(name.is_err() || name.is_ok_and(|name| !name.is_empty()));
    assert!(!identifier_key(&text).is_empty());
}

/// A text is refused exactly if it has a NUL character, by both emitters, with the first one's place.
#[property]
fn reject_iff_nul(text: String) {
    let expected = text.bytes().position(|byte| byte == 0);
    for emitted in [emit(&text), emit_indented(&text)] {
        match emitted {
            Ok(_) => assert_eq!(expected, None),
            Err(EmitError::ContainsNul { position }) => assert_eq!(expected, Some(position)),
        }
    }
}

/// A string with a NUL character is refused; every other string becomes a literal that lexes as
/// one string without interpolation, with nothing left over, whose value is the string.
#[property]
fn exact_decode(text: String) {
    check_exact_decode(&text);
}

/// The same for strings of up to five of the characters that mean something to the lexer.
#[property]
fn exact_decode_of_special_characters(#[from(of(QUOTED, 5))] text: String) {
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

/// Whatever stands behind a literal, another one too, the literal ends where it was emitted to end and
/// keeps its value.
#[property]
fn concat_safe(#[from(of(QUOTED, 2))] text: String, #[from(of(QUOTED, 2))] suffix: String) {
    let Ok(literal) = emit(&text) else {
        return;
    };
    let mut source = literal.clone();
    source.push_str(&suffix);
    let lexed = lex_string(source.as_bytes()).expect("the source starts with a string");
    assert_eq!(lexed.consumed, literal.len());
    assert_eq!(literal_value(&lexed), text.as_bytes());

    if let Ok(second) = emit(&suffix) {
        source.truncate(literal.len());
        source.push_str(&second);
        let lexed = lex_string(source.as_bytes()).expect("the source starts with a string");
        assert_eq!(literal_value(&lexed), text.as_bytes());
        let lexed = lex_string(&source.as_bytes()[lexed.consumed..]).expect("another one follows");
        assert_eq!(literal_value(&lexed), suffix.as_bytes());
    }
}

/// Characters beyond ASCII stand in both literals as in the text, in order.
#[property]
fn utf8_preserved(text: String) {
    let beyond = |text: &str| -> Vec<u8> { text.bytes().filter(|byte| *byte >= 0x80).collect() };
    let expected = beyond(&text);
    for literal in [emit(&text), emit_indented(&text)].into_iter().flatten() {
        assert_eq!(beyond(&literal), expected);
    }
}

/// Carriage returns, line feeds and tabs, in any order and between other characters, are the same
/// after decoding; and none stands raw in a double-quoted literal, where an editor could change it.
#[property]
fn cr_lf_tab_preserved(#[from(of(['\r', '\n', '\t', 'a', '$', '\\'], 5))] text: String) {
    let literal = emit(&text).expect("there is no NUL");
    assert!(literal.bytes().all(|byte| byte >= b' '));
    let lexed = lex_string(literal.as_bytes()).expect("what is emitted is a string");
    assert_eq!(literal_value(&lexed), text.as_bytes());
}

/// Every string without NUL becomes an indented literal that lexes as one string, with nothing left
/// over, whose value, without indentation, is the string.
#[property]
fn indented_exact_decode(text: String) {
    check_indented(&text);
}

/// The same for strings of up to five of the characters that mean something in indented strings.
#[property]
fn indented_exact_decode_of_special_characters(#[from(of(INDENTED, 5))] text: String) {
    check_indented(&text);
}

/// The same for lines of spaces, quotes and letters.
#[property]
fn indented_exact_decode_of_lines(#[from(of([' ', '\n', 'a', '\''], 8))] text: String) {
    check_indented(&text);
}

fn check_indented(text: &str) {
    let Ok(literal) = emit_indented(text) else {
        assert!(text.bytes().any(|byte| byte == 0));
        return;
    };
    match lex_indented(literal.as_bytes()) {
        Ok((value, consumed)) => {
            assert_eq!(consumed, literal.len(), "something is left over");
            assert_eq!(value, text.as_bytes());
        }
        Err(error) => panic!("not a literal: {error}"),
    }
}

/// An indented literal never has the escape about which readers of Nix disagree: of a line feed.
#[property]
fn indented_escapes_no_line_feed(#[from(of(INDENTED, 5))] text: String) {
    if let Ok(literal) = emit_indented(&text) {
        // The opening is no part of an escape.
        assert!(!literal[2..].contains("''\\\n"));
    }
}

/// What the lexer says of any source is within it: no source is consumed beyond its end.
#[property]
fn lexers_stay_within_their_source(#[from(vec(any::<u8>(), 0..=12))] source: Vec<u8>) {
    if let Ok(lexed) = lex_string(&source) {
        assert!(lexed.consumed <= source.len());
    }
    match lex_indented(&source) {
        Ok((value, consumed)) => {
            assert!(consumed <= source.len() && value.len() + 4 <= consumed);
        }
        Err(LexError::ContainsNul { position } | LexError::Interpolated { position }) => {
            assert!(position < source.len());
        }
        Err(_) => {}
    }
}

/// The value of a string without interpolation.
pub(super) fn literal_value(lexed: &LexedString) -> Vec<u8> {
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
