//! A record in one row of tokens, and putting right a sequence whose structure changed on the way.
//!
//! A pass that moves a part of a sequence to another place can't know which questions will be
//! asked there: the same part may have more or fewer choices in another depth. The run of such a
//! candidate tells, up to the first place where it goes astray. There the candidate is put right,
//! and the rest of it is as it was meant.

use std::rc::Rc;

use super::best::Best;
use super::edit::{Edit, SIMPLEST};
use crate::{Record, SpanKind};

/// The beginning or end of a span, or a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A span of some kind and label begins.
    Open(SpanKind, &'static str),
    /// The choice at a place of the record.
    Choice(usize),
    /// A choice that is not in the record: the simplest one, whatever is asked.
    Simplest,
    /// The innermost open span ends.
    Close,
}

impl Token {
    /// Whether it answers what a run asked.
    fn fits(self, asked: Self) -> bool {
        match (self, asked) {
            (Self::Choice(_) | Self::Simplest, Self::Choice(_)) => true,
            _ => self == asked,
        }
    }
}

/// Writes down the tokens of a record, in the place of what is there.
pub(super) fn write_tokens(record: &Record, tokens: &mut Vec<Token>) {
    tokens.clear();
    tokens.reserve(record.nodes().len() + 2 * record.spans().len());
    let spans = record.spans();
    let (mut at, mut open) = (0, None);
    for (place, span) in spans.iter().enumerate() {
        close_until(record, &mut at, &mut open, span.parent, tokens);
        tokens.extend((at..span.start).map(Token::Choice));
        at = span.start;
        tokens.push(Token::Open(span.kind, span.label));
        open = Some(place);
    }
    close_until(record, &mut at, &mut open, None, tokens);
    tokens.extend((at..record.nodes().len()).map(Token::Choice));
}

/// Ends the open spans within `parent`, each with the choices that are left of it.
fn close_until(
    record: &Record,
    at: &mut usize,
    open: &mut Option<usize>,
    parent: Option<usize>,
    tokens: &mut Vec<Token>,
) {
    while *open != parent
        && let Some(place) = *open
    {
        let span = &record.spans()[place];
        tokens.extend((*at..span.end).map(Token::Choice));
        tokens.push(Token::Close);
        *at = span.end;
        *open = span.parent;
    }
}

/// Where the tokens of the span at a place of the record lie, what begins and ends it left out.
pub(super) fn contents(tokens: &[Token], place: usize) -> std::ops::Range<usize> {
    let mut opens = tokens.iter().enumerate();
    let open = opens
        .by_ref()
        .filter(|(_, token)| matches!(token, Token::Open(..)))
        .nth(place);
    let start = open.map_or(tokens.len(), |(at, _)| at + 1);
    start..start + level_end(&tokens[start..])
}

/// How many tokens there are before the end of the innermost span that they begin in.
fn level_end(tokens: &[Token]) -> usize {
    let mut depth = 0usize;
    let end = tokens.iter().position(|token| match token {
        Token::Close if depth == 0 => true,
        Token::Close => {
            depth -= 1;
            false
        }
        Token::Open(..) => {
            depth += 1;
            false
        }
        _ => false,
    });
    end.unwrap_or(tokens.len())
}

/// How many choices and spans there are before the end of the innermost span.
fn parts(tokens: &[Token]) -> usize {
    let mut depth = 0usize;
    let mut parts = 0;
    for token in &tokens[..level_end(tokens)] {
        match token {
            Token::Close => depth -= 1,
            Token::Open(..) => {
                parts += usize::from(depth == 0);
                depth += 1;
            }
            _ => parts += usize::from(depth == 0),
        }
    }
    parts
}

/// Puts right what was meant, at the first place where the run asked for something else, and says
/// whether there was one. Where it asked for more, simplest values are inserted; where it asked for
/// less, the rest of that span is left out.
pub(super) fn put_right(meant: &mut Vec<Token>, asked: &[Token]) -> bool {
    let pairs = meant.iter().zip(asked);
    let same = pairs
        .take_while(|(meant, asked)| meant.fits(**asked))
        .count();
    let is_end = |token: Option<&Token>| matches!(token, None | Some(Token::Close));
    match (is_end(meant.get(same)), is_end(asked.get(same))) {
        (true, true) => return false,
        (false, true) => {
            let end = same + level_end(&meant[same..]);
            meant.drain(same..end);
        }
        // One simplest choice for each part that was not meant. It may need more; the next run
        // tells.
        (true, false) => {
            let missing = vec![Token::Simplest; parts(&asked[same..])];
            meant.splice(same..same, missing);
        }
        (false, false) => meant.insert(same, Token::Simplest),
    }
    true
}

/// The sequence of some tokens, whose choices are those of `best`.
pub(super) fn flatten(best: &Rc<Best>, tokens: &[Token]) -> Edit {
    let mut edit = Edit::of(best).delete(0..best.nodes().len());
    let mut kept = 0..0;
    for token in tokens {
        match token {
            Token::Choice(at) if *at == kept.end => kept.end += 1,
            Token::Choice(at) => {
                edit = edit.copy(kept);
                kept = *at..at + 1;
            }
            Token::Simplest => {
                edit = edit.copy(kept).insert(SIMPLEST);
                kept = 0..0;
            }
            Token::Open(..) | Token::Close => {}
        }
    }
    edit.copy(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Choice, Domain};

    fn record(shape: &str) -> Record {
        // Letters are labels of spans, digits are branches: `a(1b(2))`.
        let mut record = Record::new();
        for letter in shape.chars() {
            match letter {
                'a' => record.open(SpanKind::Value, "a"),
                'b' => record.open(SpanKind::Value, "b"),
                '(' => {}
                ')' => record.close(false),
                digit => {
                    let branch = digit.to_digit(10).unwrap();
                    record.push(Choice::Branch(branch), Domain::Branch { count: 10 });
                }
            }
        }
        record.finish();
        record
    }

    fn tokens(record: &Record) -> Vec<Token> {
        let mut tokens = vec![Token::Simplest];
        write_tokens(record, &mut tokens);
        tokens
    }

    fn shape(record: &Record, tokens: &[Token]) -> String {
        let show = |token: &Token| match token {
            Token::Choice(at) => match record.nodes()[*at].choice {
                Choice::Branch(branch) => branch.to_string(),
                ref other => unreachable!("{other:?} is not in a shape"),
            },
            Token::Simplest => "?".to_owned(),
            Token::Open(_, label) => format!("{label}("),
            Token::Close => ")".to_owned(),
        };
        tokens.iter().map(show).collect()
    }

    #[test]
    fn a_record_survives_as_tokens() {
        for text in [
            "",
            "1",
            "a(1)",
            "a(1b(2)3)4",
            "a(a(b(1)2)b()3b(4))",
            "a(b())",
            "a()1",
        ] {
            let record = record(text);
            let tokens = tokens(&record);
            assert_eq!(shape(&record, &tokens), text);
            let best = Rc::new(Best::new(record.clone()));
            let mut choices = Vec::new();
            flatten(&best, &tokens).finish().write(&mut choices);
            assert_eq!(choices, record.choices());
        }
    }

    #[test]
    fn a_span_is_found_with_what_it_contains() {
        let record = record("a(1b(2a(3))b()4)b(5)");
        let tokens = tokens(&record);
        let inner = |place| shape(&record, &tokens[contents(&tokens, place)]);
        assert_eq!(
            [0, 1, 2, 3, 4].map(inner),
            ["1b(2a(3))b()4", "2a(3)", "3", "", "5"]
        );
    }

    #[test]
    fn the_first_difference_is_put_right() {
        let check = |meant: &str, asked: &str, expected: Option<&str>| {
            let record_meant = record(meant);
            let mut fixed = tokens(&record_meant);
            let is_fixed = put_right(&mut fixed, &tokens(&record(asked)));
            let fixed = is_fixed.then(|| shape(&record_meant, &fixed));
            assert_eq!(fixed.as_deref(), expected, "{meant} {asked}");
        };
        check("a(1b(2))", "a(3b(4))", None);
        check("a(1)2", "a(1b(2)b(3))4", Some("a(1??)2"));
        check("a(1b(2)b(3))4", "a(1)2", Some("a(1)4"));
        check("a(1)b(2)", "a(1)3b(2)", Some("a(1)?b(2)"));
        check("a(1)2", "a(1)", Some("a(1)"));
        check("a(1)", "a(1)b(2)3", Some("a(1)??"));
        check(
            "a(b(1)b(2))a(3)",
            "a(b(1b(2))b(3))a(0)",
            Some("a(b(1?)b(2))a(3)"),
        );
    }
}
