//! The smallest, the largest, or all values of a term.

use super::{Answer, GaveUp, Solver};
use crate::path::PathCondition;
use crate::terms::{TermId, Terms};
use crate::value::Value;

/// The distinct values that a term can take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values {
    /// In increasing order.
    pub values: Vec<Value>,
    /// Whether these are all; otherwise there are more than were asked for.
    pub is_complete: bool,
}

impl Solver {
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
    ///
    /// Asks one question for each bit that the best model so far leaves clear.
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
        // From the top: can the term be at least the best so far with this bit set as well?
        let width = terms.width(term);
        for index in (0..width).rev() {
            if best.bit(index) {
                continue;
            }
            // The bits above as they are, this one set, zeros below.
            let distance = Value::new(width, u128::from(index));
            let goal = best.shift_right(&distance).shift_left(&distance);
            let goal = goal.or(&Value::new(width, 1).shift_left(&distance));
            let goal_term = terms.value(goal);
            let reaches = terms.ule(goal_term, term);
            match self.satisfy(terms, path, reaches) {
                Answer::Yes(model) => best = model.evaluate(terms, term),
                Answer::No => {}
                Answer::GaveUp(gave_up) => return Err(gave_up),
            }
        }
        Ok(Some(best))
    }

    /// Up to `count_max` distinct values of `term` on this path; none if the path is impossible.
    pub fn values(
        &mut self,
        terms: &mut Terms,
        path: &mut PathCondition,
        term: TermId,
        count_max: usize,
    ) -> Result<Values, GaveUp> {
        let mut values: Vec<Value> = Vec::new();
        let mut narrowed = path.clone();
        let is_complete = loop {
            match self.model(terms, &mut narrowed) {
                Answer::Yes(_) if values.len() == count_max => break false,
                Answer::Yes(model) => {
                    let value = model.evaluate(terms, term);
                    let constant = terms.value(value.clone());
                    values.push(value);
                    let differs = terms.ne(term, constant);
                    self.assume(terms, &mut narrowed, differs, None);
                }
                Answer::No => break true,
                Answer::GaveUp(gave_up) => return Err(gave_up),
            }
        };
        values.sort_unstable_by(Value::compare);
        Ok(Values {
            values,
            is_complete,
        })
    }
}
