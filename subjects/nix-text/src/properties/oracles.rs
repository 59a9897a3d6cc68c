//! The two oracles beside each other, and beside the emitters: the transcription of the Nix lexer in
//! `crate::lexer`, and the parser of the crate rnix 0.15.1.
//!
//! They disagree in four things, each of which has a test below that fails when it changes:
//!
//! | what | Nix, hence the transcription | rnix 0.15.1 |
//! | --- | --- | --- |
//! | a raw carriage return in a double-quoted string | becomes a line feed, with its own | stays |
//! | a NUL in a string | refused | taken |
//! | the spaces behind `''\` and a line feed, when indentation is measured | count for nothing | count as a line's |
//! | two definitions of one attribute | refused | taken |

use proofhouse::prelude::*;
use rnix::ast::{Expr, HasEntry as _, InterpolPart};
use rnix::{NodeOrToken, Root, SyntaxKind, SyntaxNode};
use rowan::ast::AstNode as _;

use super::special::{INDENTED, QUOTED, of};
use crate::lexer::{LexError, Token, lex_indented, lex_string};
use crate::{attribute_name, emit, emit_indented, emit_number};

/// The value of a source that rnix takes for one literal string.
fn rnix_literal(source: &str) -> Option<String> {
    let root = Root::parse(source).ok().ok()?;
    let Some(Expr::Str(string)) = root.expr() else {
        return None;
    };
    // The string must be all of the source.
    if string.syntax().text_range() != root.syntax().text_range() {
        return None;
    }
    let mut value = String::new();
    for part in string.normalized_parts() {
        match part {
            InterpolPart::Literal(text) => value.push_str(&text),
            InterpolPart::Interpolation(_) => return None,
        }
    }
    Some(value)
}

/// The value of a source that the transcription takes for one literal double-quoted string.
fn transcribed_literal(source: &str) -> Option<Vec<u8>> {
    let lexed = lex_string(source.as_bytes()).ok()?;
    if lexed.consumed != source.len() || lexed.tokens.last() != Some(&Token::End) {
        return None;
    }
    Some(super::strings::literal_value(&lexed))
}

/// Between double quotes any body is a literal to both or to neither, and has the same value, unless
/// it has a raw carriage return; and what is emitted is a literal with the same value to both.
#[property]
fn oracles_agree(#[from(of(BODY, 5))] body: String) {
    let source = ["\"", &body, "\""].concat();
    let transcribed = transcribed_literal(&source);
    let parsed = rnix_literal(&source);
    assert_eq!(transcribed.is_some(), parsed.is_some());
    if !body.contains('\r') {
        assert_eq!(transcribed, parsed.map(String::into_bytes));
    }
    let literal = emit(&body).expect("there is no NUL");
    assert_eq!(
        transcribed_literal(&literal).as_deref(),
        Some(body.as_bytes())
    );
    assert_eq!(rnix_literal(&literal).as_deref(), Some(body.as_str()));
}

/// The characters of double-quoted strings without NUL.
const BODY: [char; 10] = ['a', '$', '{', '}', '"', '\\', 'n', ' ', '\n', '\r'];

/// The same between pairs of single quotes, unless a line feed is escaped.
#[property]
fn oracles_agree_about_indented(
    #[from(of(['a', '$', '{', '\'', '\\', 'n', ' ', '\n'], 5))] body: String,
) {
    let source = ["''", &body, "''"].concat();
    let transcribed = match lex_indented(source.as_bytes()) {
        Ok((value, consumed)) => (consumed == source.len()).then_some(value),
        Err(_) => None,
    };
    let parsed = rnix_literal(&source);
    if !body.contains("''\\\n") {
        assert_eq!(transcribed, parsed.map(String::into_bytes));
    }
}

/// What is emitted as an indented literal is one to rnix, too, with the same value.
#[property]
fn indented_literals_mean_the_same_to_rnix(#[from(of(INDENTED, 4))] text: String) {
    let literal = emit_indented(&text).expect("there is no NUL");
    assert_eq!(rnix_literal(&literal).as_deref(), Some(text.as_str()));
}

/// In every place where a literal may stand, the syntax tree with one text is the syntax tree with any
/// other, but for the leaf.
#[property]
fn structure_preserved(#[from(of(QUOTED, 3))] text: String, #[from(0..=5_usize)] place: usize) {
    let Ok(literal) = emit(&text) else {
        return;
    };
    assert_eq!(skeleton(place, &literal), skeleton(place, r#""x""#));
    if place != NAME {
        let indented = emit_indented(&text).expect("there is no NUL");
        assert_eq!(skeleton(place, &indented), skeleton(place, "''x''"));
    } else if let Ok(name) = attribute_name(&text)
        && name.starts_with('"')
    {
        assert_eq!(skeleton(place, &name), skeleton(place, r#""x""#));
    }
}

/// Which of the places is an attribute's name.
const NAME: usize = 3;

/// The syntax tree of a source with a leaf in one of several places: the kinds of its nodes and tokens
/// in order. Of strings only what is not literal text counts.
fn skeleton(place: usize, leaf: &str) -> Vec<(usize, SyntaxKind)> {
    let (before, after) = [
        ("", ""),
        ("{ a = ", "; b.c = 1; }"),
        ("[ 1 ", " x ]"),
        ("{ ", " = 1; b = 2; }"),
        ("f { } ", " (g 1)"),
        ("\"outer ${", "} end\""),
    ][place];
    let source = [before, leaf, after].concat();
    let root = Root::parse(&source).ok().expect("what is emitted parses");
    let mut kinds = Vec::new();
    collect(root.syntax(), 0, &mut kinds);
    kinds
}

fn collect(node: &SyntaxNode, depth: usize, kinds: &mut Vec<(usize, SyntaxKind)>) {
    kinds.push((depth, node.kind()));
    for child in node.children_with_tokens() {
        match child {
            NodeOrToken::Node(child) => collect(&child, depth + 1, kinds),
            NodeOrToken::Token(token) if token.kind() == SyntaxKind::TOKEN_STRING_CONTENT => {}
            NodeOrToken::Token(token) => kinds.push((depth + 1, token.kind())),
        }
    }
}

/// A name that is emitted without quotes is one identifier to rnix, also inside a path of names.
#[property]
fn plain_names_are_identifiers(#[from(of(NAME_CHARACTERS, 4))] text: String) {
    let name = attribute_name(&text).expect("there is no NUL");
    let source = ["{ first.", &name, ".last = 1; }"].concat();
    let root = Root::parse(&source).ok().expect("what is emitted parses");
    let Some(Expr::AttrSet(set)) = root.expr() else {
        panic!("not a set");
    };
    let paths: Vec<_> = set.attrpath_values().collect();
    assert_eq!(paths.len(), 1);
    let path = paths[0].attrpath().expect("it has a path");
    assert_eq!(path.attrs().count(), 3);
}

const NAME_CHARACTERS: [char; 9] = ['i', 'f', 'n', '_', '-', '\'', '.', '0', '"'];

/// A number is one operand to rnix, also behind a function and before an operator.
#[property]
fn numbers_are_one_operand(number: i64) {
    let source = ["f ", &emit_number(number), " + 1"].concat();
    let root = Root::parse(&source).ok().expect("what is emitted parses");
    let Some(Expr::BinOp(sum)) = root.expr() else {
        panic!("not a sum");
    };
    assert!(matches!(sum.lhs(), Some(Expr::Apply(_))));
}

/// The four disagreements are still as the table says.
#[test]
fn known_disagreements() {
    assert_eq!(
        transcribed_literal("\"a\rb\r\n\""),
        Some(b"a\nb\n".to_vec())
    );
    assert_eq!(rnix_literal("\"a\rb\r\n\"").as_deref(), Some("a\rb\r\n"));

    let refused = Err(LexError::ContainsNul { position: 1 });
    assert_eq!(lex_string(b"\"\0\""), refused);
    assert_eq!(rnix_literal("\"\0\"").as_deref(), Some("\0"));

    let source = "''    a''\\\n  b''";
    let transcribed = lex_indented(source.as_bytes()).map(|(value, _)| value);
    assert_eq!(transcribed, Ok(b"a\nb".to_vec()));
    assert_eq!(rnix_literal(source).as_deref(), Some("  a\nb"));

    assert!(Root::parse("{ a = 1; a = 2; }").ok().is_ok());
}
