//! Conditions on symbols: which way can they go, what is required of them, what follows.
//!
//! # Invariants
//!
//! - A side that the solver can't exclude is explored. Whether it can be reached then stays in doubt,
//!   and a failure on it is reported only with a model.
//! - A failure is recorded with a model of the path that reaches it, never with less.

use std::rc::Rc;
use std::time::Instant;

use proofhouse_evidence::{Failure, FailureKind, Obstacle};
use proofhouse_solver::{Answer, Model, TermId};

use super::Machine;
use super::fault::{Fault, Purpose};
use super::journal::Refutation;
use super::state::{State, TrailStep};
use super::stop::{Case, Ended, Result, Stop};
use super::value::{Shadow, Value};
use crate::planted::{Mistake, is_planted};

/// One side of an open condition.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    /// A model of the path with this side; `None` if the solver gave up.
    pub model: Option<Model>,
}

/// Which truth values a condition can take on a path.
#[derive(Debug, Clone)]
pub(crate) enum Truth {
    /// Only true.
    Always,
    /// Only false.
    Never,
    /// Perhaps both.
    Open {
        /// The side where it holds.
        holds: Side,
        /// The side where it does not.
        fails: Side,
    },
}

impl Machine<'_> {
    /// Which truth values the condition can take.
    pub(crate) fn decide(&mut self, state: &mut State, condition: TermId) -> Truth {
        if let Some(truth) = self.symbols.terms.as_boolean(condition) {
            return if truth { Truth::Always } else { Truth::Never };
        }
        let mut truth = self.ask(state, condition);
        if is_planted(Mistake::OneSideExcluded) && matches!(truth, Truth::Open { .. }) {
            truth = Truth::Always;
        }
        self.watch_truth(state, condition, &truth);
        truth
    }

    /// Which truth values the condition, which is no constant, can take.
    fn ask(&mut self, state: &mut State, condition: TermId) -> Truth {
        if let Some(truth) = self.known_boolean(state, condition) {
            return if truth { Truth::Always } else { Truth::Never };
        }
        let asked = Instant::now();
        let decision = self
            .solver
            .decide(&mut self.symbols.terms, &mut state.path, condition);
        self.note_question(state, asked.elapsed());
        let holds = side(decision.may_be_true);
        let fails = side(decision.may_be_false);
        match (holds, fails) {
            (Some(_), None) => {
                self.learn(state, condition, 1);
                Truth::Always
            }
            (None, Some(_)) => {
                self.learn(state, condition, 0);
                Truth::Never
            }
            (Some(holds), Some(fails)) => Truth::Open { holds, fails },
            // The path itself is impossible. Either side is right; the first check that needs a
            // model ends it.
            (None, None) => Truth::Always,
        }
    }

    /// The condition's truth value without asking the solver.
    fn known_boolean(&self, state: &State, condition: TermId) -> Option<bool> {
        let known = self.symbols.terms.as_boolean(condition);
        known.or_else(|| state.known.get(&condition).map(|number| *number != 0))
    }

    /// Remembers a value that the path fixes.
    fn learn(&mut self, state: &mut State, term: TermId, number: u128) {
        Rc::make_mut(&mut state.known).insert(term, number);
    }

    /// The number that a term has on this path, as far as that is known without asking.
    pub(crate) fn known_number(&self, state: &State, term: TermId) -> Option<u128> {
        let constant = self.symbols.terms.as_constant(term);
        constant.or_else(|| state.known.get(&term).copied())
    }

    /// Goes on only where the condition holds.
    pub(crate) fn assume(&mut self, state: &mut State, condition: TermId, side: Side) {
        self.part_with_probes(state, condition);
        state.is_doubtful |= side.model.is_none();
        state.trail.push(TrailStep {
            condition,
            split: 0,
            before: state.path.clone(),
        });
        self.solver.assume(
            &mut self.symbols.terms,
            &mut state.path,
            condition,
            side.model,
        );
        if self.symbols.terms.as_boolean(condition).is_none() {
            self.learn(state, condition, 1);
        }
    }

    /// Takes one case of the split with this number.
    pub(crate) fn enter(&mut self, state: &mut State, case: Case, split: u64) {
        let before = state.path.clone();
        state.trail.push(TrailStep {
            condition: case.condition,
            split,
            before,
        });
        let Case {
            condition,
            model,
            known,
            is_doubtful,
            taken,
        } = case;
        state.environment.taken = taken;
        state.is_doubtful |= is_doubtful;
        self.solver
            .assume(&mut self.symbols.terms, &mut state.path, condition, model);
        if self.symbols.terms.as_boolean(condition).is_none() {
            self.learn(state, condition, 1);
            let negation = self.symbols.terms.not(condition);
            self.learn(state, negation, 0);
        }
        if let Some((term, number)) = known {
            self.learn(state, term, number);
        }
    }

    /// Splits a state on a condition, or says which way it goes.
    pub(crate) fn branch(&mut self, state: &mut State, condition: TermId) -> Result<bool> {
        match self.decide(state, condition) {
            Truth::Always => Ok(true),
            Truth::Never => Ok(false),
            Truth::Open { holds, fails } => {
                let negation = match condition {
                    same if is_planted(Mistake::ForkOnOneSide) => same,
                    _ if is_planted(Mistake::ForkWithoutCondition) => self.symbols.terms.true_(),
                    _ => self.symbols.terms.not(condition),
                };
                let case = |condition, side: Side, known| Case {
                    is_doubtful: side.model.is_none(),
                    known: Some(known),
                    ..Case::new(condition, side.model)
                };
                let cases = vec![
                    case(condition, holds, (condition, 1)),
                    case(negation, fails, (condition, 0)),
                ];
                Err(Box::new(Stop::Split {
                    cases,
                    may_join: true,
                }))
            }
        }
    }

    /// Records a failure wherever the condition fails, and goes on where it holds.
    pub(crate) fn require(
        &mut self,
        state: &mut State,
        condition: TermId,
        fault: impl FnOnce(&State) -> Fault,
    ) -> Result<()> {
        self.require_else(state, condition, |machine, state, _| {
            machine.failure_of(state, &fault(state))
        })
    }

    /// As [`Self::require`], with a failure that may depend on how the condition fails.
    pub(crate) fn require_else(
        &mut self,
        state: &mut State,
        condition: TermId,
        failure: impl FnOnce(&Self, &State, Option<&Model>) -> Failure,
    ) -> Result<()> {
        match self.decide(state, condition) {
            Truth::Always => Ok(()),
            Truth::Never => {
                let failure = failure(self, state, state.path.last_model());
                Err(self.fail(state, failure))
            }
            Truth::Open { holds, fails } => {
                let failure = failure(self, state, fails.model.as_ref());
                self.record(state, failure, fails.model);
                self.assume(state, condition, holds);
                Ok(())
            }
        }
    }

    /// Ends the path with an undefined behaviour.
    #[cold]
    pub(crate) fn fault(&mut self, state: &mut State, fault: &Fault) -> Box<Stop> {
        let failure = self.failure_of(state, fault);
        self.fail(state, failure)
    }

    /// Ends the path with a failure.
    #[cold]
    pub(crate) fn fail(&mut self, state: &mut State, failure: Failure) -> Box<Stop> {
        match self.solver.model(&mut self.symbols.terms, &mut state.path) {
            Answer::Yes(model) => self.record(state, failure, Some(model)),
            Answer::No => return Ended::Impossible.into(),
            Answer::GaveUp(_) => self.record(state, failure, None),
        }
        Ended::Failed.into()
    }

    /// Writes a failure down, if there is an input that shows it.
    fn record(&mut self, state: &State, failure: Failure, model: Option<Model>) {
        match model {
            None => self.journal.gaps.open_questions += 1,
            Some(_)
                if state.environment.has_open_statics
                    && failure.kind == FailureKind::UndefinedBehaviour =>
            {
                self.journal.gaps.obstacles.insert(Obstacle::Unsupported {
                    what: format!(
                        "statics that hold anything, perhaps no value of their type: {}",
                        failure.message
                    ),
                    called_from: self.called_from(state),
                });
            }
            Some(model) if self.journal.is_new(&failure) => {
                let terms = &self.symbols.terms;
                let refutation = Refutation {
                    failure,
                    choices: state.log.input(terms, &model),
                    script: state.log.choices(terms, &model),
                };
                self.journal.refute(refutation);
            }
            Some(_) => {}
        }
    }

    /// The value's bits, which must not be indeterminate.
    pub(crate) fn defined(
        &mut self,
        state: &mut State,
        value: Value,
        width: u32,
        purpose: Purpose,
    ) -> Result<TermId> {
        let fault = Fault::Indeterminate { purpose };
        let Some(symbolic) = self.symbols.symbolic(value, width) else {
            return Err(self.fault(state, &fault));
        };
        if let Some(poison) = symbolic.poison {
            let is_defined = self.symbols.terms.not(poison);
            self.require(state, is_defined, |_| fault)?;
        }
        Ok(symbolic.term)
    }

    /// The value's number; splits the state when it has several.
    pub(crate) fn concrete(
        &mut self,
        state: &mut State,
        value: Value,
        width: u32,
        purpose: Purpose,
    ) -> Result<u128> {
        if value.is_number() {
            return Ok(value.number());
        }
        let term = self.defined(state, value, width, purpose)?;
        self.concrete_term(state, term)
    }

    /// The term's number; splits the state when it has several.
    pub(crate) fn concrete_term(&mut self, state: &mut State, term: TermId) -> Result<u128> {
        if let Some(number) = self.known_number(state, term) {
            self.watch_number(state, term, number);
            return Ok(number);
        }
        let mut numbers = self.numbers_of(state, term)?;
        if is_planted(Mistake::NumberExcluded) {
            numbers.truncate(1);
        }
        if let [only] = numbers.as_slice() {
            self.watch_number(state, term, *only);
            self.learn(state, term, *only);
            return Ok(*only);
        }
        let width = self.symbols.terms.width(term);
        let cases = numbers
            .iter()
            .map(|number| {
                let constant = self.symbols.terms.constant(width, *number);
                let condition = self.symbols.terms.eq(term, constant);
                Case {
                    known: Some((term, *number)),
                    ..Case::new(condition, None)
                }
            })
            .collect();
        Err(Box::new(Stop::Split {
            cases,
            may_join: true,
        }))
    }

    /// All numbers that a term can be on this path, or the end of the path when they are too many.
    fn numbers_of(&mut self, state: &mut State, term: TermId) -> Result<Vec<u128>> {
        const NUMBERS_MAX: usize = 300;
        let terms = &mut self.symbols.terms;
        match self
            .solver
            .values(terms, &mut state.path, term, NUMBERS_MAX)
        {
            Err(_) => Err(self.question_left_open()),
            Ok(values) if !values.is_complete => {
                let what =
                    format!("a symbolic size or address with more than {NUMBERS_MAX} values");
                Err(self.unsupported(state, what))
            }
            Ok(values) if values.values.is_empty() => Err(Ended::Impossible.into()),
            Ok(values) => Ok(values
                .values
                .iter()
                .map(|value| value.to_u128().expect("numbers of at most 128 bits"))
                .collect()),
        }
    }

    /// Ends the path because the solver gave up on something that can't be left open.
    #[cold]
    pub(crate) fn question_left_open(&mut self) -> Box<Stop> {
        self.journal.gaps.open_questions += 1;
        Ended::Cut.into()
    }

    /// Splits a state whose value is one of two that belong to different objects.
    pub(crate) fn settle(&mut self, state: &mut State, value: Value) -> Result<Value> {
        let mut value = value;
        while let Some((condition, first, second)) = self.symbols.as_either(value) {
            value = if self.branch(state, condition)? {
                first
            } else {
                second
            };
        }
        if let Shadow::Term(term) = value.shadow
            && let Some(number) = self.known_number(state, term)
        {
            return Ok(Value::wide(number).within(value.object));
        }
        Ok(value)
    }
}

fn side(answer: Answer) -> Option<Side> {
    match answer {
        Answer::Yes(model) => Some(Side { model: Some(model) }),
        Answer::No => None,
        Answer::GaveUp(_) => Some(Side { model: None }),
    }
}
