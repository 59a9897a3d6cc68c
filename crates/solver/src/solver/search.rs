//! The last rungs: earlier answers, and the SAT search.

use super::ladder::Side;
use super::{Answer, Solver};
use crate::blast::{Interrupt, Limits, Outcome, Session};
use crate::evaluate::Evaluator;
use crate::hashing::FastMap;
use crate::model::Model;
use crate::path::PathCondition;
use crate::terms::{TermId, Terms};

/// Everything that searches share.
#[derive(Default)]
pub(super) struct Searcher {
    pub(super) limits: Limits,
    pub(super) interrupt: Option<Interrupt>,
    /// By the constraints in order and the condition.
    answers: FastMap<Box<[TermId]>, Known>,
}

/// An answer that does not depend on the path beyond the constraints it was found for.
#[derive(Clone)]
enum Known {
    /// Satisfied by these values.
    Satisfiable(Model),
    Unsatisfiable,
}

/// Answers are forgotten when there are so many.
const ANSWERS_MAX: usize = 1 << 16;

impl Solver {
    /// Searches values for the symbols of the relevant slices.
    pub(super) fn search(&mut self, terms: &Terms, path: &PathCondition, side: &Side) -> Answer {
        let mut question: Vec<TermId> = side
            .slices
            .iter()
            .flat_map(|&index| path.slice(index).constraints().iter().copied())
            .collect();
        question.sort_unstable();
        question.push(side.condition);
        if let Some(known) = self.searcher.answers.get(&question[..]).cloned() {
            self.statistics.by_cache += 1;
            return self.believe(terms, path, &question, known);
        }
        self.statistics.searches += 1;
        self.statistics.sessions += 1;
        let mut session = Session::new();
        let limits = self.searcher.limits;
        let interrupt = self.searcher.interrupt.as_ref();
        let outcome = session.solve(terms, &question, &limits, interrupt);
        self.statistics.conflicts += session.work().0;
        let known = match outcome {
            Outcome::Satisfiable(values) => Known::Satisfiable(values),
            Outcome::Unsatisfiable => Known::Unsatisfiable,
            Outcome::GaveUp(gave_up) => {
                self.statistics.gave_up += 1;
                return Answer::GaveUp(gave_up);
            }
        };
        if self.searcher.answers.len() >= ANSWERS_MAX {
            self.searcher.answers.clear();
        }
        self.searcher
            .answers
            .insert(question.clone().into_boxed_slice(), known.clone());
        self.believe(terms, path, &question, known)
    }

    /// Turns values for some symbols into a model of the path, after they have been checked.
    fn believe(
        &mut self,
        terms: &Terms,
        path: &PathCondition,
        question: &[TermId],
        known: Known,
    ) -> Answer {
        let Known::Satisfiable(values) = known else {
            return Answer::No;
        };
        let mut evaluator = Evaluator::new(path.model().overridden_by(&values));
        for &constraint in question {
            assert!(
                evaluator.holds(terms, constraint),
                "a model satisfies what it was found for"
            );
        }
        Answer::Yes(evaluator.model().clone())
    }
}
