//! Texts that match a regular expression.
//!
//! The expression is taken apart once, into choices: which alternative, how many repetitions, which
//! characters. A text is put together from the answers, so it matches by construction, and so does
//! every text that shrinking makes of it. Repeated characters are one text choice.
//!
//! # Invariants
//!
//! - The whole text matches, as if the expression stood between `^` and `$`.
//! - Assertions (`\b`, `(?m)^`) are checked where they stand, once the text around them is known;
//!   a text that breaks one is drawn again.
//!
//! # Not here
//!
//! Matching, but for the way back from a text to its choices (`parse`). What syntax there is, the crate `regex-syntax` decides, as it does for `regex`.

mod parse;

use std::sync::{Arc, OnceLock};

use proofhouse_choice::{Chance, SpanKind};
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use super::{Characters, Draw, Generator, Sizes};
use crate::{Encoded, Encoding, Source};

/// See [`regex`].
#[derive(Debug, Clone)]
pub struct Regex(Arc<Part>);

/// Texts that match a regular expression as a whole, in the syntax of the crate `regex`.
///
/// The simplest text takes the first alternative, the fewest repetitions and, in each class, the
/// first letter, digit or whatever is there.
///
/// ```
/// use proofhouse::prelude::*;
///
/// /// A date has three parts.
/// #[property]
/// fn prop_parts(#[from(regex("[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]"))] date: String) {
///     assert_eq!(date.split('-').count(), 3);
/// }
/// # fn main() {}
/// ```
///
/// Needs the feature `regex`.
///
/// # Panics
///
/// If the expression can't be parsed, or if no text matches it.
#[track_caller]
pub fn regex(expression: &str) -> Regex {
    static KNOWN: Known = Known(OnceLock::new());
    KNOWN.get(expression)
}

/// Expressions that were taken apart before: `regex` is called anew for each case. Readers take no
/// lock.
#[derive(Debug)]
struct Known(OnceLock<Entry>);

#[derive(Debug)]
struct Entry {
    expression: String,
    part: Arc<Part>,
    next: Box<Known>,
}

/// More expressions than this are not written in the code but made by it, and are not kept.
const KNOWN_MAX: usize = 64;

impl Known {
    #[track_caller]
    fn get(&'static self, expression: &str) -> Regex {
        let mut known = self;
        let mut fresh: Option<Arc<Part>> = None;
        for _ in 0..KNOWN_MAX {
            let Some(entry) = known.0.get() else {
                let part = fresh.get_or_insert_with(|| compile(expression)).clone();
                let entry = Entry {
                    expression: expression.to_owned(),
                    part: Arc::clone(&part),
                    next: Box::new(Self(OnceLock::new())),
                };
                if known.0.set(entry).is_ok() {
                    return Regex(part);
                }
                // Another thread was faster, perhaps with another expression.
                continue;
            };
            if entry.expression == expression {
                return Regex(Arc::clone(&entry.part));
            }
            known = &entry.next;
        }
        Regex(fresh.unwrap_or_else(|| compile(expression)))
    }
}

/// A part of an expression.
#[derive(Debug)]
enum Part {
    Literal(String),
    One(Characters),
    Many(Characters, Sizes),
    Optional(Box<Part>),
    Repeated(Box<Part>, Sizes),
    Sequence(Vec<Part>),
    Alternatives(Vec<Part>),
    Assertion(Look),
}

#[track_caller]
fn compile(expression: &str) -> Arc<Part> {
    let parsed = match regex_syntax::parse(expression) {
        Ok(parsed) => parsed,
        Err(error) => panic!("this is no regular expression: {error}"),
    };
    let Some(part) = part_of(&parsed) else {
        panic!("no text matches `{expression}`")
    };
    Arc::new(without_outer_anchors(part))
}

/// The part that an expression stands for; `None` if nothing matches it.
fn part_of(expression: &Hir) -> Option<Part> {
    Some(match expression.kind() {
        HirKind::Empty => Part::Literal(String::new()),
        HirKind::Literal(literal) => {
            let text = String::from_utf8(literal.0.to_vec());
            Part::Literal(text.expect("the parser was told to match UTF-8 only"))
        }
        HirKind::Class(class) => Part::One(characters_of(class)?),
        HirKind::Look(look) => Part::Assertion(*look),
        HirKind::Repetition(repetition) => return repetition_of(repetition),
        HirKind::Capture(capture) => return part_of(&capture.sub),
        HirKind::Concat(parts) => Part::Sequence(parts.iter().map(part_of).collect::<Option<_>>()?),
        HirKind::Alternation(parts) => {
            let parts: Vec<Part> = parts.iter().filter_map(part_of).collect();
            (!parts.is_empty()).then_some(Part::Alternatives(parts))?
        }
    })
}

fn repetition_of(repetition: &Repetition) -> Option<Part> {
    let minimum = repetition.min as usize;
    let maximum = repetition.max.map(|maximum| maximum as usize);
    let sizes = match maximum {
        Some(maximum) => Sizes::from(minimum..=maximum),
        None => Sizes::from(minimum..),
    };
    let Some(part) = part_of(&repetition.sub) else {
        // What nothing matches can still be left out.
        return (minimum == 0).then(|| Part::Literal(String::new()));
    };
    Some(match part {
        _ if maximum == Some(0) => Part::Literal(String::new()),
        Part::One(characters) => Part::Many(characters, sizes),
        Part::Literal(text) if text.chars().count() == 1 => {
            Part::Many(Characters::from(&*text), sizes)
        }
        part if (minimum, maximum) == (0, Some(1)) => Part::Optional(Box::new(part)),
        part => Part::Repeated(Box::new(part), sizes),
    })
}

/// The characters of a class, if there are any.
fn characters_of(class: &Class) -> Option<Characters> {
    let ranges: Vec<[u32; 2]> = match class {
        Class::Unicode(class) => class
            .iter()
            .map(|range| [u32::from(range.start()), u32::from(range.end())])
            .collect(),
        Class::Bytes(class) => class
            .iter()
            .map(|range| [u32::from(range.start()), u32::from(range.end())])
            .collect(),
    };
    (!ranges.is_empty()).then(|| Characters::of_codes(ranges))
}

/// Anchors at the very ends hold anyway, and cost a check.
fn without_outer_anchors(part: Part) -> Part {
    let Part::Sequence(mut parts) = part else {
        return part;
    };
    if matches!(parts.first(), Some(Part::Assertion(Look::Start))) {
        parts.remove(0);
    }
    if matches!(parts.last(), Some(Part::Assertion(Look::End))) {
        parts.pop();
    }
    Part::Sequence(parts)
}

/// A text under construction.
#[derive(Default)]
struct Draft {
    text: String,
    /// What must hold where, in bytes.
    assertions: Vec<(usize, Look)>,
}

impl Part {
    fn draw(&self, source: &mut Source, draft: &mut Draft) {
        match self {
            Self::Literal(text) => draft.text.push_str(text),
            Self::One(characters) => draft.text.push(source.choose_character(characters)),
            Self::Many(characters, sizes) => {
                let text = source.choose_text(sizes.minimum(), sizes.maximum(), characters);
                draft.text.push_str(&text);
            }
            Self::Optional(part) => {
                if source.choose_boolean(Chance::EVEN) {
                    part.draw(source, draft);
                }
            }
            Self::Repeated(part, sizes) => {
                let (minimum, maximum) = (sizes.minimum(), sizes.maximum());
                source.collection(minimum, maximum, "repetition", |source, _| {
                    part.draw(source, draft);
                });
            }
            Self::Sequence(parts) => parts.iter().for_each(|part| part.draw(source, draft)),
            Self::Alternatives(parts) => {
                let branch = source.choose_branch(parts.len() as u32);
                parts[branch as usize].draw(source, draft);
            }
            Self::Assertion(look) => draft.assertions.push((draft.text.len(), *look)),
        }
    }
}

impl Draft {
    fn holds(&self) -> bool {
        let mut assertions = self.assertions.iter();
        assertions.all(|(at, look)| holds_at(*look, &self.text, *at))
    }
}

/// Whether an assertion holds at a place in a text.
fn holds_at(look: Look, text: &str, at: usize) -> bool {
    let (before, after) = text.split_at(at);
    let (last, next) = (before.chars().next_back(), after.chars().next());
    let ascii =
        |character: Option<char>| character.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let unicode = |character: Option<char>| character.is_some_and(regex_syntax::is_word_character);
    let is_within_line_end = last == Some('\r') && next == Some('\n');
    match look {
        Look::Start => before.is_empty(),
        Look::End => after.is_empty(),
        Look::StartLF => matches!(last, None | Some('\n')),
        Look::EndLF => matches!(next, None | Some('\n')),
        Look::StartCRLF => matches!(last, None | Some('\n' | '\r')) && !is_within_line_end,
        Look::EndCRLF => matches!(next, None | Some('\n' | '\r')) && !is_within_line_end,
        Look::WordAscii => ascii(last) != ascii(next),
        Look::WordAsciiNegate => ascii(last) == ascii(next),
        Look::WordUnicode => unicode(last) != unicode(next),
        Look::WordUnicodeNegate => unicode(last) == unicode(next),
        Look::WordStartAscii => !ascii(last) && ascii(next),
        Look::WordEndAscii => ascii(last) && !ascii(next),
        Look::WordStartUnicode => !unicode(last) && unicode(next),
        Look::WordEndUnicode => unicode(last) && !unicode(next),
        Look::WordStartHalfAscii => !ascii(last),
        Look::WordEndHalfAscii => !ascii(next),
        Look::WordStartHalfUnicode => !unicode(last),
        Look::WordEndHalfUnicode => !unicode(next),
    }
}

impl Draw for Regex {
    type Value = String;

    fn draw_from(&self, source: &mut Source) -> String {
        let mut tries_left = source.retries();
        loop {
            source.open(SpanKind::Attempt, "attempt");
            let mut draft = Draft::default();
            self.0.draw(source, &mut draft);
            let holds = draft.holds();
            source.close(!holds && tries_left > 0);
            if holds || tries_left == 0 {
                source.assume(holds);
                return draft.text;
            }
            tries_left -= 1;
        }
    }

    fn encode(&self, value: &String, encoding: &mut Encoding) -> Encoded {
        parse::encode(&self.0, value, encoding)
    }
}

impl Generator for Regex {}

#[cfg(test)]
mod tests;
