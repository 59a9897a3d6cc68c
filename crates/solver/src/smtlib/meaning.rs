//! Expressions into terms.
//!
//! An expression is walked with a stack of what is left to do, since scripts that programs write nest
//! deeply. Names are bound as deep as they are written: a definition's body sees its parameters and
//! what was declared, never the names around its use.

use super::SmtError;
use super::arrays::{ArraySort, Arrays};
use super::floats;
use super::operators::{Application, Meaning, Sort};
use super::reals;
use super::syntax::{Atom, Expression, Syntax};
use crate::float::Format;
use crate::hashing::FastMap;
use crate::terms::Terms;
use crate::value::Value;

/// A definition with parameters; its body is read anew at every use.
#[derive(Debug, Clone)]
pub(super) struct Macro {
    pub(super) parameters: Vec<(Atom, Sort)>,
    pub(super) result: Sort,
    pub(super) body: Expression,
}

/// What names mean.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub(super) constants: FastMap<Atom, Meaning>,
    pub(super) macros: FastMap<Atom, Macro>,
    /// Definitions of sorts without parameters.
    pub(super) sorts: FastMap<Atom, Sort>,
}

/// Everything that gives expressions a meaning.
#[derive(Default)]
pub(super) struct World {
    pub(super) syntax: Syntax,
    pub(super) terms: Terms,
    pub(super) arrays: Arrays,
    pub(super) names: Names,
}

/// What is left to do for an expression.
enum Task {
    Read(Expression),
    /// Apply the operator of this list to the newest meanings, as many as it has operands.
    Apply(Expression),
    /// Give these names the newest meanings, then read the body.
    Bind(Vec<Atom>, Expression),
    /// Forget the newest bindings of these names.
    Unbind(Vec<Atom>),
    /// Return from a definition's body, to bindings from this depth on.
    Leave(usize, Sort, Atom),
    /// Give the newest meaning a name from now on.
    Name(Atom),
}

/// One walk over an expression.
struct Walk<'a> {
    world: &'a mut World,
    tasks: Vec<Task>,
    meanings: Vec<Meaning>,
    bindings: FastMap<Atom, Vec<(usize, Meaning)>>,
    /// How many bindings there are.
    depth: usize,
    /// Bindings below this depth belong to the place where a definition is used.
    visible_from: usize,
}

impl World {
    /// The meaning of `expression`.
    pub(super) fn meaning(&mut self, expression: Expression) -> Result<Meaning, SmtError> {
        let mut walk = Walk {
            world: self,
            tasks: vec![Task::Read(expression)],
            meanings: Vec::new(),
            bindings: FastMap::default(),
            depth: 0,
            visible_from: 0,
        };
        walk.run()
    }

    /// The sort that `expression` is.
    pub(super) fn sort(&self, expression: Expression) -> Result<Sort, SmtError> {
        let unsupported = || SmtError::Unsupported {
            what: self.syntax.show(expression),
        };
        if let Some(atom) = self.syntax.as_atom(expression) {
            return match self.syntax.text(atom) {
                "Bool" => Ok(Sort::Boolean),
                "RoundingMode" => Ok(Sort::RoundingMode),
                name if let Some(format) = floats::named_format(name) => Ok(Sort::Float(format)),
                _ => self.names.sorts.get(&atom).copied().ok_or_else(unsupported),
            };
        }
        let parts = self.syntax.as_list(expression).unwrap_or_default();
        let words: Vec<_> = parts
            .iter()
            .map(|&part| self.syntax.as_text(part))
            .collect();
        match (&words[..], parts) {
            ([Some("_"), Some("BitVec"), Some(width)], _) => match width.parse() {
                Ok(width) if width > 0 => Ok(Sort::Bits(width)),
                _ => Err(unsupported()),
            },
            (
                [
                    Some("_"),
                    Some("FloatingPoint"),
                    Some(exponent),
                    Some(precision),
                ],
                _,
            ) => {
                let bits = |text: &str| text.parse().ok();
                let format = bits(exponent).zip(bits(precision));
                let format = format.and_then(|(exponent, bits)| Format::new(exponent, bits));
                format.map(Sort::Float).ok_or_else(unsupported)
            }
            ([Some("Array"), ..], &[_, index, element]) => {
                match (self.sort(index)?, self.sort(element)?) {
                    (Sort::Bits(index), Sort::Bits(element)) => {
                        Ok(Sort::Array(ArraySort { index, element }))
                    }
                    _ => Err(unsupported()),
                }
            }
            _ => Err(unsupported()),
        }
    }

    pub(super) fn ill_formed(&self, what: Expression, expected: &'static str) -> SmtError {
        SmtError::IllFormed {
            what: self.syntax.show(what),
            expected,
        }
    }

    /// The float that a constant as `(_ +oo 8 24)` is.
    fn float_constant(&self, expression: Expression) -> Option<(Format, u128)> {
        let &[underscore, name, exponent, precision] = self.syntax.as_list(expression)? else {
            return None;
        };
        let number = |part| self.syntax.as_number(part);
        let format = Format::new(number(exponent)?, number(precision)?)?;
        let bits = floats::named_constant(self.syntax.as_text(name)?, format)?;
        (self.syntax.as_text(underscore) == Some("_")).then_some((format, bits))
    }

    /// The bit-vector that a literal as `#b0101`, `#xff` or `(_ bv5 8)` is.
    fn literal(&self, expression: Expression) -> Option<Value> {
        if let Some(text) = self.syntax.as_text(expression) {
            let (digits, bits_each) = match text.get(..2)? {
                "#b" => (&text[2..], 1),
                "#x" => (&text[2..], 4),
                _ => return None,
            };
            return from_digits(digits, bits_each);
        }
        let &[underscore, number, width] = self.syntax.as_list(expression)? else {
            return None;
        };
        let digits = self.syntax.as_text(number)?.strip_prefix("bv")?;
        let width = self.syntax.as_number(width).filter(|&width| width > 0)?;
        let is_literal = self.syntax.as_text(underscore) == Some("_");
        is_literal.then(|| from_decimal(digits, width))?
    }
}

/// A value from binary or hexadecimal digits, as wide as they are many.
fn from_digits(digits: &str, bits_each: u32) -> Option<Value> {
    let mut value: Option<Value> = None;
    for digit in digits.chars() {
        let digit = Value::new(bits_each, digit.to_digit(1 << bits_each)?.into());
        value = Some(match value {
            Some(high) => high.concat(&digit),
            None => digit,
        });
    }
    value
}

/// A value from decimal digits, modulo 2^`width`.
pub(super) fn from_decimal(digits: &str, width: u32) -> Option<Value> {
    // Widths below four bits can't hold a ten.
    let room = width.max(8);
    let ten = Value::new(room, 10);
    let mut value = Value::zero(room);
    if digits.is_empty() {
        return None;
    }
    for digit in digits.chars() {
        let digit = Value::new(room, digit.to_digit(10)?.into());
        value = value.multiply(&ten).add(&digit);
    }
    Some(value.extract(0, width))
}

impl Walk<'_> {
    fn run(&mut self) -> Result<Meaning, SmtError> {
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Read(expression) => self.read(expression)?,
                Task::Apply(list) => self.apply(list)?,
                Task::Bind(names, body) => {
                    let values = self.meanings.split_off(self.meanings.len() - names.len());
                    for (&name, value) in names.iter().zip(values) {
                        self.bind(name, value);
                    }
                    self.tasks.push(Task::Unbind(names));
                    self.tasks.push(Task::Read(body));
                }
                Task::Unbind(names) => {
                    for name in names {
                        self.bindings.get_mut(&name).and_then(Vec::pop);
                        self.depth -= 1;
                    }
                }
                Task::Leave(visible_from, result, name) => {
                    self.leave(visible_from, result, name)?
                }
                Task::Name(name) => {
                    let newest = *self.meanings.last().expect("its term was read");
                    self.world.names.constants.insert(name, newest);
                }
            }
        }
        Ok(self.meanings.pop().expect("the expression was read"))
    }

    fn bind(&mut self, name: Atom, value: Meaning) {
        let entries = self.bindings.entry(name).or_default();
        entries.push((self.depth, value));
        self.depth += 1;
    }

    fn leave(&mut self, visible_from: usize, result: Sort, name: Atom) -> Result<(), SmtError> {
        self.visible_from = visible_from;
        let newest = *self.meanings.last().expect("the body was read");
        if newest.sort(&self.world.terms, &self.world.arrays) == result {
            return Ok(());
        }
        Err(SmtError::IllFormed {
            what: self.world.syntax.text(name).to_owned(),
            expected: "a body of the sort that its definition says",
        })
    }

    fn read(&mut self, expression: Expression) -> Result<(), SmtError> {
        if let Some(value) = self.world.literal(expression) {
            let term = self.world.terms.value(value);
            self.meanings.push(Meaning::Bits(term));
            return Ok(());
        }
        if let Some((format, bits)) = self.world.float_constant(expression) {
            let term = self.world.terms.constant(format.width(), bits);
            self.meanings.push(Meaning::Float(format, term));
            return Ok(());
        }
        if let Some((format, bits)) = reals::converted(&self.world.syntax, expression) {
            let term = self.world.terms.value(bits);
            self.meanings.push(Meaning::Float(format, term));
            return Ok(());
        }
        if let Some(atom) = self.world.syntax.as_atom(expression) {
            return self.read_name(atom);
        }
        let parts = self.world.syntax.as_list(expression).unwrap_or_default();
        let Some((&head, operands)) = parts.split_first() else {
            return Err(self.world.ill_formed(expression, "an operator"));
        };
        let operands = operands.to_vec();
        match self.world.syntax.as_text(head) {
            Some("let") => self.read_let(expression, &operands),
            Some("!") => self.read_annotated(expression, &operands),
            Some("forall" | "exists" | "match" | "lambda" | "_" | "as") => {
                Err(SmtError::Unsupported {
                    what: self.world.syntax.show(expression),
                })
            }
            _ => {
                self.tasks.push(Task::Apply(expression));
                self.tasks
                    .extend(operands.into_iter().rev().map(Task::Read));
                Ok(())
            }
        }
    }

    fn read_name(&mut self, name: Atom) -> Result<(), SmtError> {
        let bound = self.bindings.get(&name).and_then(|entries| entries.last());
        let visible = bound.filter(|(depth, _)| *depth >= self.visible_from);
        let declared = self.world.names.constants.get(&name);
        if let Some(&meaning) = visible.map(|(_, meaning)| meaning).or(declared) {
            self.meanings.push(meaning);
            return Ok(());
        }
        if self.world.names.macros.contains_key(&name) {
            return self.enter(name, Vec::new());
        }
        if let Some(rounding) = floats::mode(self.world.syntax.text(name)) {
            self.meanings.push(Meaning::Mode(rounding));
            return Ok(());
        }
        let truth = match self.world.syntax.text(name) {
            "true" => true,
            "false" => false,
            other => {
                return Err(SmtError::UnknownName {
                    name: other.to_owned(),
                });
            }
        };
        let term = self.world.terms.boolean(truth);
        self.meanings.push(Meaning::Boolean(term));
        Ok(())
    }

    fn read_let(&mut self, whole: Expression, parts: &[Expression]) -> Result<(), SmtError> {
        let syntax = &self.world.syntax;
        let pair = |&binding: &Expression| match syntax.as_list(binding)? {
            &[name, value] => Some((syntax.as_atom(name)?, value)),
            _ => None,
        };
        let read = || {
            let &[bindings, body] = parts else {
                return None;
            };
            let pairs: Option<Vec<_>> = syntax.as_list(bindings)?.iter().map(pair).collect();
            Some((pairs?, body))
        };
        let (pairs, body) =
            read().ok_or_else(|| self.world.ill_formed(whole, "bindings, and a term"))?;
        let names = pairs.iter().map(|&(name, _)| name).collect();
        self.tasks.push(Task::Bind(names, body));
        let values = pairs.into_iter().rev().map(|(_, value)| Task::Read(value));
        self.tasks.extend(values);
        Ok(())
    }

    /// A term with attributes: `:named` gives it a name, the others change nothing here.
    fn read_annotated(&mut self, whole: Expression, parts: &[Expression]) -> Result<(), SmtError> {
        let Some((&term, attributes)) = parts.split_first() else {
            return Err(self.world.ill_formed(whole, "a term, and attributes"));
        };
        for pair in attributes.windows(2) {
            if self.world.syntax.as_text(pair[0]) == Some(":named") {
                let name = self.world.syntax.as_atom(pair[1]);
                let name = name.ok_or_else(|| self.world.ill_formed(whole, "a name"))?;
                self.tasks.push(Task::Name(name));
            }
        }
        self.tasks.push(Task::Read(term));
        Ok(())
    }

    /// Reads a definition's body with its parameters bound.
    fn enter(&mut self, name: Atom, arguments: Vec<Meaning>) -> Result<(), SmtError> {
        let definition = self.world.names.macros[&name].clone();
        let sorts = definition.parameters.iter().map(|&(_, sort)| sort);
        let given = arguments
            .iter()
            .map(|argument| argument.sort(&self.world.terms, &self.world.arrays));
        if !sorts.eq(given) {
            return Err(SmtError::IllFormed {
                what: self.world.syntax.text(name).to_owned(),
                expected: "arguments of the sorts that its definition says",
            });
        }
        self.tasks
            .push(Task::Leave(self.visible_from, definition.result, name));
        self.visible_from = self.depth;
        let names = definition
            .parameters
            .iter()
            .map(|&(name, _)| name)
            .collect();
        self.meanings.extend(arguments);
        self.tasks.push(Task::Bind(names, definition.body));
        Ok(())
    }

    fn apply(&mut self, list: Expression) -> Result<(), SmtError> {
        let parts = self
            .world
            .syntax
            .as_list(list)
            .expect("only lists are applied");
        let head = parts[0];
        let operands = self
            .meanings
            .split_off(self.meanings.len() - (parts.len() - 1));
        if let Some(atom) = self.world.syntax.as_atom(head) {
            if self.world.names.macros.contains_key(&atom) {
                return self.enter(atom, operands);
            }
            let name = self.world.syntax.text(atom).to_owned();
            return self.apply_operator(&name, &[], &operands);
        }
        let words = self.world.syntax.as_list(head).unwrap_or_default().to_vec();
        let word = |place: usize| {
            words
                .get(place)
                .and_then(|&part| self.world.syntax.as_text(part))
        };
        match (word(0), word(1)) {
            (Some("_"), Some(name)) => {
                let name = name.to_owned();
                let numeral = |&part: &Expression| self.world.syntax.as_number(part);
                let numerals: Option<Vec<u32>> = words[2..].iter().map(numeral).collect();
                let numerals = numerals.filter(|numerals| !numerals.is_empty());
                let numerals = numerals.ok_or_else(|| self.world.ill_formed(head, "numerals"))?;
                self.apply_operator(&name, &numerals, &operands)
            }
            (Some("as"), Some("const")) if words.len() == 3 => {
                self.constant_array(list, words[2], &operands)
            }
            _ => Err(SmtError::Unsupported {
                what: self.world.syntax.show(head),
            }),
        }
    }

    fn constant_array(
        &mut self,
        list: Expression,
        sort: Expression,
        operands: &[Meaning],
    ) -> Result<(), SmtError> {
        match (self.world.sort(sort)?, operands) {
            (Sort::Array(sort), &[Meaning::Bits(value)])
                if self.world.terms.width(value) == sort.element =>
            {
                let array = self.world.arrays.constant(sort, value);
                let array = array.ok_or_else(|| SmtError::Unsupported {
                    what: "a constant array beside an equality of arrays".to_owned(),
                })?;
                self.meanings.push(Meaning::Array(array));
                Ok(())
            }
            _ => Err(self
                .world
                .ill_formed(list, "an array's sort, and an element")),
        }
    }

    fn apply_operator(
        &mut self,
        name: &str,
        numerals: &[u32],
        operands: &[Meaning],
    ) -> Result<(), SmtError> {
        let application = Application {
            terms: &mut self.world.terms,
            arrays: &mut self.world.arrays,
            name,
            numerals,
            operands,
        };
        self.meanings.push(application.apply()?);
        Ok(())
    }
}
