//! Which choices make a text of an expression: matching, with a note of each decision.
//!
//! Backtracking over the parts: each tries its ways, the longest first, and hands what is left of the
//! text to the parts after it. Any way that matches the whole text will do.
//!
//! # Invariants
//!
//! - What is found makes the text again, assertions included.
//! - Ends after a number of steps, and does not nest deeper than a test's stack allows. Then the text
//!   counts as not understood, not as no match.
//!
//! # Not here
//!
//! Speed on expressions with many ways to match: this runs once for a value from elsewhere.

use regex_syntax::hir::Look;

use super::{Part, holds_at};
use crate::generator::{Characters, Sizes};
use crate::{EncodeError, Encoded, Encoding};

/// More steps than this on one text are given up.
const STEPS_MAX: u32 = 200_000;

/// Parts within parts, and parts after parts, that are being matched at once.
const DEPTH_MAX: u32 = 1_500;

/// What goes on after a part has matched up to some place.
type Rest<'r> = dyn FnMut(&mut Parse<'_>, usize, &mut Encoding) -> bool + 'r;

/// A text that is being matched.
struct Parse<'t> {
    text: &'t str,
    steps: u32,
    depth: u32,
    has_given_up: bool,
}

/// Adds the choices of which `part` makes `text`.
pub(super) fn encode(part: &Part, text: &str, encoding: &mut Encoding) -> Encoded {
    let mut parse = Parse {
        text,
        steps: 0,
        depth: 0,
        has_given_up: false,
    };
    let mut at_end = |parse: &mut Parse<'_>, at: usize, _: &mut Encoding| at == parse.text.len();
    if parse.part(part, 0, encoding, &mut at_end) {
        Ok(())
    } else if parse.has_given_up {
        let generator = "regex";
        Err(EncodeError::NotInvertible { generator })
    } else {
        let of = "what matches the regular expression";
        Err(EncodeError::NotAValue { of })
    }
}

impl Parse<'_> {
    /// Matches a part at a place and then the rest; leaves no choices behind if that fails.
    fn part(
        &mut self,
        part: &Part,
        at: usize,
        encoding: &mut Encoding,
        rest: &mut Rest<'_>,
    ) -> bool {
        self.steps += 1;
        if self.steps > STEPS_MAX || self.depth >= DEPTH_MAX {
            self.has_given_up = true;
            return false;
        }
        self.depth += 1;
        let mark = encoding.mark();
        let matches = self.ways(part, at, encoding, rest);
        if !matches {
            encoding.reset(mark);
        }
        self.depth -= 1;
        matches
    }

    fn ways(
        &mut self,
        part: &Part,
        at: usize,
        encoding: &mut Encoding,
        rest: &mut Rest<'_>,
    ) -> bool {
        match part {
            Part::Literal(literal) => {
                self.text[at..].starts_with(literal.as_str())
                    && rest(self, at + literal.len(), encoding)
            }
            Part::One(characters) => self.text[at..].chars().next().is_some_and(|character| {
                encoding.character(character, characters).is_ok()
                    && rest(self, at + character.len_utf8(), encoding)
            }),
            Part::Many(characters, sizes) => self.many(characters, *sizes, at, encoding, rest),
            Part::Optional(part) => {
                let mark = encoding.mark();
                encoding.boolean(true);
                if self.part(part, at, encoding, rest) {
                    return true;
                }
                encoding.reset(mark);
                encoding.boolean(false);
                rest(self, at, encoding)
            }
            Part::Repeated(part, sizes) => {
                // The number comes before the repetitions, and is known after them.
                let length_at = encoding.mark();
                encoding.length_later();
                let sizes = *sizes;
                let mut done =
                    |parse: &mut Parse<'_>, count: usize, at: usize, encoding: &mut Encoding| {
                        encoding.length_at(length_at, count, sizes).is_ok()
                            && rest(parse, at, encoding)
                    };
                self.repeated(part, sizes, 0, at, encoding, &mut done)
            }
            Part::Sequence(parts) => self.sequence(parts, at, encoding, rest),
            Part::Alternatives(parts) => {
                let count = parts.len() as u32;
                (0..count).any(|branch| {
                    let mark = encoding.mark();
                    let matches = encoding.branch(branch, count).is_ok()
                        && self.part(&parts[branch as usize], at, encoding, rest);
                    if !matches {
                        encoding.reset(mark);
                    }
                    matches
                })
            }
            Part::Assertion(look) => self.holds(*look, at) && rest(self, at, encoding),
        }
    }

    fn holds(&self, look: Look, at: usize) -> bool {
        holds_at(look, self.text, at)
    }

    fn sequence(
        &mut self,
        parts: &[Part],
        at: usize,
        encoding: &mut Encoding,
        rest: &mut Rest<'_>,
    ) -> bool {
        let Some((first, others)) = parts.split_first() else {
            return rest(self, at, encoding);
        };
        let mut go_on = |parse: &mut Parse<'_>, at: usize, encoding: &mut Encoding| {
            parse.sequence(others, at, encoding, rest)
        };
        self.part(first, at, encoding, &mut go_on)
    }

    fn many(
        &mut self,
        characters: &Characters,
        sizes: Sizes,
        at: usize,
        encoding: &mut Encoding,
        rest: &mut Rest<'_>,
    ) -> bool {
        let text = self.text;
        let fitting = text[at..]
            .chars()
            .take_while(|character| characters.contains(u32::from(*character)));
        let mut ends = vec![at];
        for character in fitting.take(sizes.maximum()) {
            ends.push(ends[ends.len() - 1] + character.len_utf8());
        }
        let ends = ends.into_iter().enumerate().rev();
        for (_, end) in ends.take_while(|(count, _)| *count >= sizes.minimum()) {
            let mark = encoding.mark();
            let part = &text[at..end];
            let added = encoding.text(part, sizes.minimum(), sizes.maximum(), characters);
            if added.is_ok() && rest(self, end, encoding) {
                return true;
            }
            encoding.reset(mark);
        }
        false
    }

    /// Matches further repetitions, as many as there are, then what comes after so many.
    fn repeated(
        &mut self,
        part: &Part,
        sizes: Sizes,
        count: usize,
        at: usize,
        encoding: &mut Encoding,
        done: &mut dyn FnMut(&mut Parse<'_>, usize, usize, &mut Encoding) -> bool,
    ) -> bool {
        if count < sizes.maximum() {
            let mut once_more = |parse: &mut Parse<'_>, next: usize, encoding: &mut Encoding| {
                // Empty repetitions beyond those that have to be would never end.
                (next > at || count < sizes.minimum())
                    && parse.repeated(part, sizes, count + 1, next, encoding, done)
            };
            if self.part(part, at, encoding, &mut once_more) {
                return true;
            }
        }
        count >= sizes.minimum() && done(self, count, at, encoding)
    }
}
