//! Commands of a script, one after the other.
//!
//! Each level of assertions keeps its own path condition, so leaving a level is dropping it.

use std::fmt::Write as _;

use super::SmtError;
use super::floats;
use super::meaning::{Macro, Names, World};
use super::operators::{Meaning, Sort};
use super::syntax::{Atom, Expression};
use crate::evaluate::Evaluator;
use crate::model::Model;
use crate::path::PathCondition;
use crate::solver::{Answer, Interrupt, Limits, Solver, Statistics};
use crate::terms::{TermId, Terms};
use crate::value::Value;

/// What a script's question was answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckResult {
    /// The assertions hold under some model.
    Satisfiable,
    /// They contradict each other.
    Unsatisfiable,
    /// A limit was reached first.
    Unknown,
}

impl CheckResult {
    /// The word that the standard has for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Satisfiable => "sat",
            Self::Unsatisfiable => "unsat",
            Self::Unknown => "unknown",
        }
    }
}

/// One level of assertions.
#[derive(Clone, Default)]
struct Level {
    path: PathCondition,
    /// How many of the arrays' axioms the path has.
    axioms: usize,
    names: Names,
    /// Names of assertions, in order.
    named: Vec<Atom>,
    /// Declared names in order, for models.
    declared: Vec<(Atom, Meaning)>,
}

/// Runs scripts. Declarations and assertions stay from one to the next.
///
/// ```
/// use proofhouse_solver::smtlib::Session;
///
/// let mut session = Session::new();
/// let output = session.run(
///     "(declare-const x (_ BitVec 8))
///      (assert (= (bvmul x #x03) #x09))
///      (check-sat)
///      (get-value (x))",
/// )?;
/// assert_eq!(output, "sat\n((x #x03))\n");
/// # Ok::<(), proofhouse_solver::smtlib::SmtError>(())
/// ```
pub struct Session {
    world: World,
    solver: Solver,
    levels: Vec<Level>,
    /// The model of the last question, if its answer was yes and nothing changed since.
    model: Option<Model>,
    last: Option<CheckResult>,
    is_over: bool,
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

impl Session {
    /// A session without declarations.
    pub fn new() -> Self {
        Self {
            world: World::default(),
            solver: Solver::new(),
            levels: vec![Level::default()],
            model: None,
            last: None,
            is_over: false,
        }
    }

    /// Sets how much work one question may do.
    pub fn set_limits(&mut self, limits: Limits) {
        self.solver.set_limits(limits);
    }

    /// Sets what is asked now and then during a question; `true` ends it as unknown.
    pub fn set_interrupt(&mut self, interrupt: Option<Interrupt>) {
        self.solver.set_interrupt(interrupt);
    }

    /// Counts of the solver since the session began.
    pub fn statistics(&self) -> Statistics {
        self.solver.statistics()
    }

    /// The answer to the last question.
    pub fn last_result(&self) -> Option<CheckResult> {
        self.last
    }

    /// Whether the script said `exit`.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Carries out all commands of a script and returns what they print.
    ///
    /// # Errors
    ///
    /// The first command that can't be carried out. Those before it were; what they printed is lost,
    /// so a caller that wants it runs command by command with [`Session::run_into`].
    pub fn run(&mut self, script: &str) -> Result<String, SmtError> {
        let mut output = String::new();
        self.run_into(script, &mut output)?;
        Ok(output)
    }

    /// As [`Session::run`], with what is printed appended to `output` also where an error follows.
    ///
    /// # Errors
    ///
    /// As [`Session::run`].
    pub fn run_into(&mut self, script: &str, output: &mut String) -> Result<(), SmtError> {
        for command in self.world.syntax.read(script)? {
            if self.is_over {
                break;
            }
            self.command(command, output)?;
        }
        Ok(())
    }

    /// The arena of all terms. Declared bit-vectors, truth values and floats are its symbols, in the
    /// order of their declarations; reads of arrays, and what the theory of floats leaves open, are
    /// further ones.
    pub fn terms(&self) -> &Terms {
        &self.world.terms
    }

    /// The term that `name` was declared or defined as, of a float its bits; `None` for arrays and
    /// unknown names.
    pub fn term(&mut self, name: &str) -> Option<TermId> {
        let name = self.world.syntax.atom(name);
        match self.world.names.constants.get(&name)? {
            Meaning::Boolean(term) | Meaning::Bits(term) | Meaning::Float(_, term) => Some(*term),
            Meaning::Array(_) | Meaning::Mode(_) => None,
        }
    }

    fn level(&mut self) -> &mut Level {
        self.levels.last_mut().expect("the first level stays")
    }

    fn command(&mut self, command: Expression, output: &mut String) -> Result<(), SmtError> {
        let parts = self.world.syntax.as_list(command).unwrap_or_default();
        let Some((&head, operands)) = parts.split_first() else {
            return Err(self.world.ill_formed(command, "a command's name"));
        };
        let operands = operands.to_vec();
        let name = self
            .world
            .syntax
            .as_text(head)
            .unwrap_or_default()
            .to_owned();
        match (name.as_str(), &operands[..]) {
            ("set-logic" | "set-info" | "set-option", _) => Ok(()),
            ("declare-const", &[name, sort]) => self.declare(command, name, sort),
            ("declare-fun", &[name, parameters, sort])
                if self.world.syntax.as_list(parameters) == Some(&[]) =>
            {
                self.declare(command, name, sort)
            }
            ("define-fun", &[name, parameters, sort, body]) => {
                self.define(command, name, parameters, sort, body)
            }
            ("define-const", &[name, sort, body]) => {
                let result = self.world.sort(sort)?;
                self.define_constant(command, name, result, body)
            }
            ("define-sort", &[name, parameters, sort])
                if self.world.syntax.as_list(parameters) == Some(&[]) =>
            {
                let name = self.name(command, name)?;
                let sort = self.world.sort(sort)?;
                self.world.names.sorts.insert(name, sort);
                Ok(())
            }
            ("assert", &[condition]) => self.assert(command, condition),
            // How Z3 is to look for the answer does not change it.
            ("check-sat", []) | ("check-sat-using", &[_]) => {
                self.check_with(None);
                self.say_result(output);
                Ok(())
            }
            ("check-sat-assuming", &[assumptions]) => {
                self.check_assuming(command, assumptions)?;
                self.say_result(output);
                Ok(())
            }
            ("push", levels) => self.push(command, levels),
            ("pop", levels) => self.pop(command, levels),
            ("reset-assertions" | "reset", []) => {
                self.reset();
                Ok(())
            }
            ("get-unsat-core", []) => self.print_core(output),
            ("get-model", []) => self.print_model(output),
            ("get-value", &[asked]) => self.print_values(command, asked, output),
            ("echo", &[text]) => {
                let text = self.world.syntax.as_text(text).unwrap_or_default();
                let inner = text
                    .strip_prefix('"')
                    .and_then(|text| text.strip_suffix('"'));
                let shown = inner.unwrap_or(text).replace("\"\"", "\"");
                output.push_str(&shown);
                output.push('\n');
                Ok(())
            }
            ("exit", []) => {
                self.is_over = true;
                Ok(())
            }
            _ => Err(SmtError::Unsupported {
                what: self.world.syntax.show(command),
            }),
        }
    }

    fn name(&self, command: Expression, name: Expression) -> Result<Atom, SmtError> {
        let name = self.world.syntax.as_atom(name);
        name.ok_or_else(|| self.world.ill_formed(command, "a name"))
    }

    fn list(&self, command: Expression, list: Expression) -> Result<Vec<Expression>, SmtError> {
        let list = self.world.syntax.as_list(list).map(<[_]>::to_vec);
        list.ok_or_else(|| self.world.ill_formed(command, "a list"))
    }

    fn declare(
        &mut self,
        command: Expression,
        name: Expression,
        sort: Expression,
    ) -> Result<(), SmtError> {
        let name = self.name(command, name)?;
        let meaning = match self.world.sort(sort)? {
            Sort::Boolean => Meaning::Boolean(self.world.terms.symbol(1)),
            Sort::Bits(width) => Meaning::Bits(self.world.terms.symbol(width)),
            Sort::Array(sort) => Meaning::Array(self.world.arrays.declare(sort)),
            Sort::Float(format) => Meaning::Float(format, self.world.terms.symbol(format.width())),
            Sort::RoundingMode => {
                return Err(SmtError::Unsupported {
                    what: self.world.syntax.show(command),
                });
            }
        };
        self.world.names.constants.insert(name, meaning);
        self.level().declared.push((name, meaning));
        self.forget_model();
        Ok(())
    }

    fn define(
        &mut self,
        command: Expression,
        name: Expression,
        parameters: Expression,
        sort: Expression,
        body: Expression,
    ) -> Result<(), SmtError> {
        let result = self.world.sort(sort)?;
        let list = self.world.syntax.as_list(parameters);
        let list = list.ok_or_else(|| self.world.ill_formed(command, "a list of parameters"))?;
        if list.is_empty() {
            return self.define_constant(command, name, result, body);
        }
        let parameter = |&pair: &Expression| match self.world.syntax.as_list(pair) {
            Some(&[name, sort]) => Ok((self.name(command, name)?, self.world.sort(sort)?)),
            _ => Err(self
                .world
                .ill_formed(command, "parameters with their sorts")),
        };
        let parameters: Result<Vec<_>, _> = list.iter().map(parameter).collect();
        let definition = Macro {
            parameters: parameters?,
            result,
            body,
        };
        let name = self.name(command, name)?;
        self.world.names.macros.insert(name, definition);
        Ok(())
    }

    fn define_constant(
        &mut self,
        command: Expression,
        name: Expression,
        result: Sort,
        body: Expression,
    ) -> Result<(), SmtError> {
        let name = self.name(command, name)?;
        let meaning = self.world.meaning(body)?;
        if meaning.sort(&self.world.terms, &self.world.arrays) != result {
            return Err(self.world.ill_formed(command, "a body of its sort"));
        }
        self.world.names.constants.insert(name, meaning);
        Ok(())
    }

    fn condition(&mut self, command: Expression, term: Expression) -> Result<TermId, SmtError> {
        match self.world.meaning(term)? {
            Meaning::Boolean(condition) => Ok(condition),
            _ => Err(self.world.ill_formed(command, "a truth value")),
        }
    }

    fn assert(&mut self, command: Expression, condition: Expression) -> Result<(), SmtError> {
        let parts = self.world.syntax.as_list(condition).unwrap_or_default();
        let is_name = |pair: &&[Expression]| self.world.syntax.as_text(pair[0]) == Some(":named");
        let name = parts.windows(2).find(is_name).map(|pair| pair[1]);
        if let Some(name) = name.and_then(|name| self.world.syntax.as_atom(name)) {
            self.level().named.push(name);
        }
        let condition = self.condition(command, condition)?;
        let Self {
            world,
            solver,
            levels,
            ..
        } = self;
        let level = levels.last_mut().expect("the first level stays");
        solver.assume(&mut world.terms, &mut level.path, condition, None);
        self.forget_model();
        Ok(())
    }

    /// Answers whether the assertions, and `assumption`, can hold.
    fn check_with(&mut self, assumption: Option<TermId>) {
        let Self {
            world,
            solver,
            levels,
            ..
        } = self;
        let terms = &mut world.terms;
        let level = levels.last_mut().expect("the first level stays");
        for &axiom in &world.arrays.axioms()[level.axioms..] {
            solver.assume(terms, &mut level.path, axiom, None);
        }
        level.axioms = world.arrays.axioms().len();
        let answer = match assumption {
            None => solver.model(terms, &mut level.path),
            Some(assumption) => {
                let mut path = level.path.clone();
                solver.assume(terms, &mut path, assumption, None);
                solver.model(terms, &mut path)
            }
        };
        self.last = Some(match &answer {
            Answer::Yes(_) => CheckResult::Satisfiable,
            Answer::No => CheckResult::Unsatisfiable,
            Answer::GaveUp(_) => CheckResult::Unknown,
        });
        self.model = answer.model();
    }

    fn check_assuming(
        &mut self,
        command: Expression,
        assumptions: Expression,
    ) -> Result<(), SmtError> {
        let mut all = self.world.terms.true_();
        for assumption in self.list(command, assumptions)? {
            let next = self.condition(command, assumption)?;
            all = self.world.terms.and(all, next);
        }
        self.check_with(Some(all));
        Ok(())
    }

    fn say_result(&self, output: &mut String) {
        let result = self.last.expect("a question was answered");
        output.push_str(result.word());
        output.push('\n');
    }

    fn count(&self, command: Expression, levels: &[Expression]) -> Result<usize, SmtError> {
        let count = match levels {
            [] => Some(1),
            &[count] => self.world.syntax.as_number(count),
            _ => None,
        };
        let count = count.ok_or_else(|| self.world.ill_formed(command, "a number of levels"))?;
        Ok(count as usize)
    }

    fn push(&mut self, command: Expression, levels: &[Expression]) -> Result<(), SmtError> {
        for _ in 0..self.count(command, levels)? {
            self.level().names = self.world.names.clone();
            let copy = self.level().clone();
            self.levels.push(copy);
        }
        Ok(())
    }

    fn pop(&mut self, command: Expression, levels: &[Expression]) -> Result<(), SmtError> {
        let count = self.count(command, levels)?;
        if count >= self.levels.len() {
            return Err(SmtError::OutOfOrder {
                command: "pop",
                needs: "as many levels as it takes away",
            });
        }
        if count > 0 {
            self.levels.truncate(self.levels.len() - count);
            self.world.names = self.level().names.clone();
            self.forget_model();
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.levels = vec![Level::default()];
        self.world.names = Names::default();
        self.forget_model();
    }

    fn forget_model(&mut self) {
        self.model = None;
    }

    fn evaluator(&self, command: &'static str) -> Result<Evaluator, SmtError> {
        match &self.model {
            Some(model) => Ok(Evaluator::new(model.clone())),
            None => Err(SmtError::OutOfOrder {
                command,
                needs: "a `check-sat` that answered `sat` directly before it",
            }),
        }
    }

    /// The names of all assertions that have one: they contradict each other, with those that have none.
    /// A smaller core is not looked for.
    fn print_core(&self, output: &mut String) -> Result<(), SmtError> {
        if self.last != Some(CheckResult::Unsatisfiable) {
            return Err(SmtError::OutOfOrder {
                command: "get-unsat-core",
                needs: "a `check-sat` that answered `unsat` before it",
            });
        }
        let level = self.levels.last().expect("the first level stays");
        let names = level.named.iter();
        let names: Vec<String> = names
            .map(|&name| quoted(self.world.syntax.text(name)))
            .collect();
        writeln!(output, "({})", names.join(" ")).expect(WRITES);
        Ok(())
    }

    fn print_model(&self, output: &mut String) -> Result<(), SmtError> {
        let mut evaluator = self.evaluator("get-model")?;
        output.push_str("(\n");
        let level = self.levels.last().expect("the first level stays");
        for &(name, meaning) in &level.declared {
            let name = self.world.syntax.text(name);
            let sort = show_sort(meaning.sort(&self.world.terms, &self.world.arrays));
            let value = self.show_value(&mut evaluator, meaning);
            let name = quoted(name);
            writeln!(output, "  (define-fun {name} () {sort} {value})").expect(WRITES);
        }
        output.push_str(")\n");
        Ok(())
    }

    fn print_values(
        &mut self,
        command: Expression,
        asked: Expression,
        output: &mut String,
    ) -> Result<(), SmtError> {
        let mut evaluator = self.evaluator("get-value")?;
        let mut pairs = Vec::new();
        for term in self.list(command, asked)? {
            let axioms = self.world.arrays.axioms().len();
            let meaning = self.world.meaning(term)?;
            if self.world.arrays.axioms().len() > axioms {
                // The model does not know the read that this term adds.
                return Err(SmtError::Unsupported {
                    what: self.world.syntax.show(term),
                });
            }
            let value = self.show_value(&mut evaluator, meaning);
            pairs.push(format!("({} {value})", self.world.syntax.show(term)));
        }
        writeln!(output, "({})", pairs.join(" ")).expect(WRITES);
        Ok(())
    }

    fn show_value(&self, evaluator: &mut Evaluator, meaning: Meaning) -> String {
        let terms = &self.world.terms;
        match meaning {
            Meaning::Boolean(term) => evaluator.holds(terms, term).to_string(),
            Meaning::Bits(term) => literal(&evaluator.evaluate(terms, term)),
            Meaning::Float(format, term) => {
                floats::show_float(format, &evaluator.evaluate(terms, term))
            }
            Meaning::Mode(rounding) => floats::mode_name(rounding).to_owned(),
            Meaning::Array(array) => {
                let sort = self.world.arrays.sort(array);
                let zero = literal(&Value::zero(sort.element));
                let sort = show_sort(Sort::Array(sort));
                let mut shown = format!("((as const {sort}) {zero})");
                for &(index, value) in self.world.arrays.reads(array) {
                    let [index, value] =
                        [index, value].map(|term| literal(&evaluator.evaluate(terms, term)));
                    shown = format!("(store {shown} {index} {value})");
                }
                shown
            }
        }
    }
}

const WRITES: &str = "writing to a string never fails";

/// A value as SMT-LIB writes it: hexadecimal where its width allows that.
pub(super) fn literal(value: &Value) -> String {
    let width = value.width();
    let is_hexadecimal = width.is_multiple_of(4);
    let mut text = String::from(if is_hexadecimal { "#x" } else { "#b" });
    let bits_each = if is_hexadecimal { 4 } else { 1 };
    for place in (0..width / bits_each).rev() {
        let digit = value.extract(place * bits_each, bits_each).to_u128();
        let digit = u32::try_from(digit.expect("a digit is narrow")).expect("a digit is narrow");
        text.push(char::from_digit(digit, 16).expect("four bits are a digit"));
    }
    text
}

fn show_sort(sort: Sort) -> String {
    match sort {
        Sort::Boolean => "Bool".to_owned(),
        Sort::Bits(width) => format!("(_ BitVec {width})"),
        Sort::Array(sort) => format!(
            "(Array (_ BitVec {}) (_ BitVec {}))",
            sort.index, sort.element
        ),
        Sort::Float(format) => {
            let (exponent, precision) = (format.exponent_bits(), format.precision());
            format!("(_ FloatingPoint {exponent} {precision})")
        }
        Sort::RoundingMode => "RoundingMode".to_owned(),
    }
}

/// A name as the standard wants it: between bars unless it is simple.
fn quoted(name: &str) -> String {
    let is_simple = |character: char| {
        character.is_ascii_alphanumeric() || "~!@$%^&*_-+=<>.?/".contains(character)
    };
    let starts_well = name
        .chars()
        .next()
        .is_some_and(|first| !first.is_ascii_digit());
    if starts_well && name.chars().all(is_simple) {
        name.to_owned()
    } else {
        format!("|{name}|")
    }
}
