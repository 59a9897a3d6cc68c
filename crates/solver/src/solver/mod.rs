//! Which truth values can a condition take on a path?

pub use crate::blast::{GaveUp, Interrupt, Limits};
use crate::blast::{Outcome, Session};
use crate::evaluate::Evaluator;
use crate::model::Model;
use crate::path::PathCondition;
use crate::terms::{TermId, Terms};
use crate::value::Value;

/// Whether something can be, with a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Yes, and under this model of the whole path it is.
    Yes(Model),
    /// No: it is unsatisfiable.
    No,
    /// A limit was reached first.
    GaveUp(GaveUp),
}

impl Answer {
    /// Whether a model was found.
    pub fn is_yes(&self) -> bool {
        matches!(self, Self::Yes(_))
    }

    /// Whether it is unsatisfiable.
    pub fn is_no(&self) -> bool {
        matches!(self, Self::No)
    }

    /// The model, if one was found.
    pub fn model(self) -> Option<Model> {
        match self {
            Self::Yes(model) => Some(model),
            Self::No | Self::GaveUp(_) => None,
        }
    }
}

/// Which truth values a condition can take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Can the condition hold?
    pub may_be_true: Answer,
    /// Can the condition fail?
    pub may_be_false: Answer,
}

/// Counts of what was asked, and of what answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Calls of `decide`.
    pub decisions: u64,
    /// Searches of the SAT solver.
    pub searches: u64,
    /// Conflicts in all searches.
    pub conflicts: u64,
    /// Searches that ended at a limit.
    pub gave_up: u64,
}

/// The distinct values that a term can take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values {
    /// In increasing order.
    pub values: Vec<Value>,
    /// Whether these are all; otherwise there are more than were asked for.
    pub is_complete: bool,
}

/// Answers questions about paths.
#[derive(Default)]
pub struct Solver {
    limits: Limits,
    interrupt: Option<Interrupt>,
    statistics: Statistics,
}

impl Solver {
    /// A solver with the default limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how much work one search may do.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Sets what is asked now and then during a search; `true` ends it without an answer.
    pub fn set_interrupt(&mut self, interrupt: Option<Interrupt>) {
        self.interrupt = interrupt;
    }

    /// Counts since the solver was made.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    /// Which truth values the one-bit `condition` can take on this path.
    pub fn decide(
        &mut self,
        terms: &mut Terms,
        path: &mut PathCondition,
        condition: TermId,
    ) -> Decision {
        self.statistics.decisions += 1;
        let may_be_true = self.satisfy(terms, path, condition);
        let negated = terms.not(condition);
        let may_be_false = self.satisfy(terms, path, negated);
        Decision {
            may_be_true,
            may_be_false,
        }
    }

    /// Whether the one-bit `condition` can hold on this path.
    pub fn satisfy(
        &mut self,
        terms: &mut Terms,
        path: &mut PathCondition,
        condition: TermId,
    ) -> Answer {
        assert_eq!(terms.width(condition), 1, "a condition has one bit");
        if path.is_contradiction() || terms.as_boolean(condition) == Some(false) {
            return Answer::No;
        }
        if let Some(model) = path.last_model()
            && model.holds(terms, condition)
        {
            return Answer::Yes(model.clone());
        }
        self.search(terms, path, condition)
    }

    fn search(&mut self, terms: &Terms, path: &PathCondition, condition: TermId) -> Answer {
        self.statistics.searches += 1;
        let mut session = Session::new();
        let mut assumptions = path.constraints().to_vec();
        assumptions.push(condition);
        let outcome = session.solve(terms, &assumptions, &self.limits, self.interrupt.as_ref());
        self.statistics.conflicts += session.work().0;
        match outcome {
            Outcome::Satisfiable(model) => {
                let mut evaluator = Evaluator::new(model);
                for &constraint in &assumptions {
                    assert!(
                        evaluator.holds(terms, constraint),
                        "a model satisfies its path"
                    );
                }
                Answer::Yes(evaluator.model().clone())
            }
            Outcome::Unsatisfiable => Answer::No,
            Outcome::GaveUp(gave_up) => {
                self.statistics.gave_up += 1;
                Answer::GaveUp(gave_up)
            }
        }
    }

    /// Adds `condition` to the path. `model`, if given, is one that satisfies the path with the
    /// condition, as an answer of [`Solver::decide`] contains it.
    pub fn assume(
        &mut self,
        terms: &mut Terms,
        path: &mut PathCondition,
        condition: TermId,
        model: Option<Model>,
    ) {
        assert_eq!(terms.width(condition), 1, "a condition has one bit");
        let state = path.state_mut();
        match terms.as_boolean(condition) {
            Some(true) => {}
            Some(false) => state.is_contradiction = true,
            None if state.constraints.contains(&condition) => {}
            None => state.constraints.push(condition),
        }
        state.model = model
            .or_else(|| state.model.take())
            .filter(|model| model.holds(terms, condition) && !state.is_contradiction);
    }

    /// A model of the path: `Yes`, or `No` if its constraints contradict each other.
    pub fn model(&mut self, terms: &mut Terms, path: &mut PathCondition) -> Answer {
        let truth = terms.true_();
        let answer = self.satisfy(terms, path, truth);
        match &answer {
            Answer::Yes(model) => path.state_mut().model = Some(model.clone()),
            Answer::No => path.state_mut().is_contradiction = true,
            Answer::GaveUp(_) => {}
        }
        answer
    }

    /// The smallest unsigned value of `term` on this path; `None` if the path is impossible.
    pub fn minimum(
        &mut self,
        terms: &mut Terms,
        path: &mut PathCondition,
        term: TermId,
    ) -> Result<Option<Value>, GaveUp> {
        // The largest complement belongs to the smallest value.
        let complement = terms.not(term);
        Ok(self
            .maximum(terms, path, complement)?
            .map(|value| value.not()))
    }

    /// The largest unsigned value of `term` on this path; `None` if the path is impossible.
    pub fn maximum(
        &mut self,
        terms: &mut Terms,
        path: &mut PathCondition,
        term: TermId,
    ) -> Result<Option<Value>, GaveUp> {
        let mut best = match self.model(terms, path) {
            Answer::Yes(model) => model.evaluate(terms, term),
            Answer::No => return Ok(None),
            Answer::GaveUp(gave_up) => return Err(gave_up),
        };
        // From the top: can this bit be set, given the bits above?
        let mut narrowed = path.clone();
        for index in (0..terms.width(term)).rev() {
            let bit = terms.extract(term, index, 1);
            if !best.bit(index) {
                match self.satisfy(terms, &mut narrowed, bit) {
                    Answer::Yes(model) => {
                        best = model.evaluate(terms, term);
                        self.assume(terms, &mut narrowed, bit, Some(model));
                        continue;
                    }
                    Answer::No => {}
                    Answer::GaveUp(gave_up) => return Err(gave_up),
                }
            }
            let constant = terms.boolean(best.bit(index));
            let same = terms.eq(bit, constant);
            self.assume(terms, &mut narrowed, same, None);
        }
        Ok(Some(best))
    }

    /// Up to `count_max` distinct values of `term` on this path.
    pub fn values(
        &mut self,
        terms: &mut Terms,
        path: &mut PathCondition,
        term: TermId,
        count_max: usize,
    ) -> Result<Values, GaveUp> {
        let mut values: Vec<Value> = Vec::new();
        let mut narrowed = path.clone();
        loop {
            match self.model(terms, &mut narrowed) {
                Answer::Yes(model) => {
                    if values.len() == count_max {
                        break;
                    }
                    let value = model.evaluate(terms, term);
                    let constant = terms.value(value.clone());
                    values.push(value);
                    let differs = terms.ne(term, constant);
                    self.assume(terms, &mut narrowed, differs, None);
                }
                Answer::No => {
                    values.sort_unstable_by(Value::compare);
                    return Ok(Values {
                        values,
                        is_complete: true,
                    });
                }
                Answer::GaveUp(gave_up) => return Err(gave_up),
            }
        }
        values.sort_unstable_by(Value::compare);
        Ok(Values {
            values,
            is_complete: false,
        })
    }
}

#[cfg(test)]
mod tests;
