//! Text into expressions: atoms and lists, kept in one arena.

use super::SmtError;
use crate::hashing::FastMap;

/// An expression: a place in a [`Syntax`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Expression(u32);

/// A name, numeral, keyword or string: a place in the table of atoms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Atom(u32);

/// What an expression is.
#[derive(Debug, Clone)]
enum Shape {
    Atom(Atom),
    List(Box<[Expression]>),
}

/// All expressions that were read.
#[derive(Debug, Default)]
pub(super) struct Syntax {
    shapes: Vec<Shape>,
    atoms: Vec<String>,
    by_text: FastMap<String, Atom>,
}

/// A piece of text that an expression is made of.
enum Token<'a> {
    Open,
    Close,
    /// With its quotes, if it is a string; without, if it is a quoted symbol.
    Atom(&'a str),
}

impl Syntax {
    /// The commands of a script.
    pub(super) fn read(&mut self, text: &str) -> Result<Vec<Expression>, SmtError> {
        let mut tokens = Tokens { text, at: 0 };
        let mut open: Vec<Vec<Expression>> = Vec::new();
        let mut commands = Vec::new();
        while let Some(token) = tokens.next()? {
            let done = match token {
                Token::Open => {
                    open.push(Vec::new());
                    continue;
                }
                Token::Close => {
                    let parts = open.pop().ok_or_else(|| {
                        tokens.problem("a closing parenthesis without an opening one")
                    })?;
                    self.push(Shape::List(parts.into()))
                }
                Token::Atom(text) => {
                    let atom = self.atom(text);
                    self.push(Shape::Atom(atom))
                }
            };
            open.last_mut().unwrap_or(&mut commands).push(done);
        }
        if open.is_empty() {
            Ok(commands)
        } else {
            Err(tokens.problem("the text ends inside of parentheses"))
        }
    }

    fn push(&mut self, shape: Shape) -> Expression {
        let place = u32::try_from(self.shapes.len()).expect("a script has fewer than 2^32 parts");
        self.shapes.push(shape);
        Expression(place)
    }

    /// The atom of a text.
    pub(super) fn atom(&mut self, text: &str) -> Atom {
        if let Some(&atom) = self.by_text.get(text) {
            return atom;
        }
        let atom =
            Atom(u32::try_from(self.atoms.len()).expect("a script has fewer than 2^32 names"));
        self.atoms.push(text.to_owned());
        self.by_text.insert(text.to_owned(), atom);
        atom
    }

    /// The text of an atom.
    pub(super) fn text(&self, atom: Atom) -> &str {
        &self.atoms[atom.0 as usize]
    }

    /// The atom that `expression` is, if it is one.
    pub(super) fn as_atom(&self, expression: Expression) -> Option<Atom> {
        match self.shapes[expression.0 as usize] {
            Shape::Atom(atom) => Some(atom),
            Shape::List(_) => None,
        }
    }

    /// The text of the atom that `expression` is, if it is one.
    pub(super) fn as_text(&self, expression: Expression) -> Option<&str> {
        self.as_atom(expression).map(|atom| self.text(atom))
    }

    /// The parts of the list that `expression` is, if it is one.
    pub(super) fn as_list(&self, expression: Expression) -> Option<&[Expression]> {
        match &self.shapes[expression.0 as usize] {
            Shape::Atom(_) => None,
            Shape::List(parts) => Some(parts),
        }
    }

    /// The number that `expression` is, if it is a numeral.
    pub(super) fn as_number(&self, expression: Expression) -> Option<u32> {
        self.as_text(expression)?.parse().ok()
    }

    /// `expression` as it is written, on one line.
    pub(super) fn show(&self, expression: Expression) -> String {
        let mut shown = String::new();
        let mut pending = vec![Some(expression)];
        while let Some(next) = pending.pop() {
            let Some(part) = next else {
                shown.push(')');
                continue;
            };
            if !shown.is_empty() && !shown.ends_with('(') {
                shown.push(' ');
            }
            match &self.shapes[part.0 as usize] {
                Shape::Atom(atom) => shown.push_str(self.text(*atom)),
                Shape::List(parts) => {
                    shown.push('(');
                    pending.push(None);
                    pending.extend(parts.iter().rev().copied().map(Some));
                }
            }
        }
        shown
    }
}

/// The tokens of a text, from left to right.
struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    fn problem(&self, problem: &'static str) -> SmtError {
        let lines = self.text[..self.at].matches('\n').count();
        SmtError::Syntax {
            line: u32::try_from(lines + 1).unwrap_or(u32::MAX),
            problem,
        }
    }

    fn next(&mut self) -> Result<Option<Token<'a>>, SmtError> {
        self.skip_blanks();
        let rest = &self.text[self.at..];
        let Some(&first) = rest.as_bytes().first() else {
            return Ok(None);
        };
        let token = match first {
            b'(' => {
                self.at += 1;
                Token::Open
            }
            b')' => {
                self.at += 1;
                Token::Close
            }
            b'|' => {
                let end = rest[1..]
                    .find('|')
                    .ok_or_else(|| self.problem("a quoted symbol without its end"))?;
                self.at += end + 2;
                Token::Atom(&rest[1..=end])
            }
            b'"' => Token::Atom(self.string(rest)?),
            _ => {
                let is_end = |character: char| {
                    character.is_ascii_whitespace()
                        || matches!(character, '(' | ')' | ';' | '"' | '|')
                };
                let end = rest.find(is_end).unwrap_or(rest.len());
                self.at += end;
                Token::Atom(&rest[..end])
            }
        };
        Ok(Some(token))
    }

    /// A string with its quotes. Two quotes inside of it stand for one and don't end it.
    fn string(&mut self, rest: &'a str) -> Result<&'a str, SmtError> {
        let mut end = 1;
        loop {
            let quote = rest[end..]
                .find('"')
                .ok_or_else(|| self.problem("a string without its end"))?;
            end += quote + 1;
            if !rest[end..].starts_with('"') {
                self.at += end;
                return Ok(&rest[..end]);
            }
            end += 1;
        }
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_ascii_start();
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with(';') {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }
}
