//! Which truth values can a condition take on a path?
//!
//! Each question climbs a ladder and stops at the first rung that answers:
//!
//! 1. the condition is a constant, or was assumed before;
//! 2. the path's last model gives one side for free;
//! 3. known bits and ranges, sharpened by what the path says (`path_facts`);
//! 4. the set of values that is left for a single symbol (`single`);
//! 5. what is below what, and below what in turn (`order`);
//! 6. the last model with one symbol changed (`repair`), or several (`inversion`);
//! 7. the same question about the same constraints was asked before (`search`);
//! 8. what comparisons of sums add up to (`linear`), unless it is about a hash (`mixing`);
//! 9. a SAT search over the constraints that share symbols with the condition, with a limit; when it
//!    does not end soon, then small numbers (`small`) are tried; and then, or when it is about a hash,
//!    `substitution`, `linear` with more patience, symbols for the hard parts (`opaque`) and random values
//!    (`sampling`), before it goes on.
//!
//! # Invariants
//!
//! - Rungs 3 to 5 and 8 say "no" only if no value is left; the search says it only if the SAT solver
//!   does, of the question or of one with more models. Everything else is [`Answer::GaveUp`].
//! - A model is evaluated against the condition and against every constraint that shares a symbol
//!   with it, before it is returned. The other constraints were checked when their values were
//!   found, and these values must not have changed; debug builds evaluate them again.

mod extremes;
mod inversion;
mod ladder;
mod linear;
mod mixing;
mod opaque;
mod order;
mod path_facts;
mod sampling;
mod search;
mod second;
mod small;
mod statistics;
mod substitution;
#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
pub(crate) use self::linear::tests::sums_that_can_be_are_never_impossible;

use std::sync::Arc;

pub use self::extremes::Values;
use self::ladder::Side;
use self::search::Searcher;
use self::second::Second;
pub use self::second::{Opinions, SecondOpinion};
pub use self::statistics::Statistics;
pub use crate::blast::{GaveUp, Interrupt, Limits};
use crate::domain::Domain;
use crate::evaluate::Evaluator;
use crate::hashing::FastMap;
use crate::model::Model;
use crate::path::{PathCondition, SliceIndex};
use crate::terms::{BinaryOperation, Node, SymbolId, TermId, Terms};

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

/// Answers questions about paths. Keeps what it learns, so one solver serves all paths over one
/// arena of terms.
#[derive(Default)]
pub struct Solver {
    searcher: Searcher,
    second: Second,
    statistics: Statistics,
    /// For the model that was used last, values of terms.
    evaluator: Option<Evaluator>,
    /// For conditions on a single symbol: its values under which they hold, if that has a form.
    truth_sets: FastMap<TermId, Option<Domain>>,
    symbols: FastMap<TermId, Arc<[SymbolId]>>,
}

/// The evaluator's memory is dropped when it holds so many values.
const EVALUATED_MAX: usize = 1 << 16;

impl Solver {
    /// A solver with the default limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how much work one search may do.
    pub fn set_limits(&mut self, limits: Limits) {
        self.searcher.limits = limits;
    }

    /// Sets what is asked now and then during a search; `true` ends it without an answer.
    pub fn set_interrupt(&mut self, interrupt: Option<Interrupt>) {
        self.searcher.interrupt = interrupt;
    }

    /// Sets who is asked the questions again that went to the search and were not answered by "yes". Where
    /// our search gives up, its "no" is taken.
    pub fn set_second_opinion(&mut self, opinion: Option<SecondOpinion>) {
        self.second.set(opinion);
    }

    /// What the other solver said since this one was made.
    pub fn opinions(&self) -> Opinions {
        self.second.opinions
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
        assert_eq!(terms.width(condition), 1, "a condition has one bit");
        self.statistics.decisions += 1;
        let negated = terms.not(condition);
        let may_be_true = self.satisfy(terms, path, condition);
        // If one side of a possible path is impossible, the other one is what the path says.
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
        self.statistics.sides += 1;
        if path.is_contradiction() || terms.as_boolean(condition) == Some(false) {
            self.statistics.by_constant += 1;
            return Answer::No;
        }
        let symbols = self.symbols_of(terms, condition);
        let side = Side {
            condition,
            slices: path.relevant_slices(&symbols),
            symbols,
        };
        let answer = self.climb(terms, path, &side);
        if let Answer::Yes(model) = &answer {
            let is_elsewhere = |index: &SliceIndex| !side.slices.contains(index);
            for (symbol, value) in model.iter() {
                if path.slice_of(symbol).filter(is_elsewhere).is_some() {
                    let kept = path.model().value(symbol, value.width());
                    assert_eq!(kept, *value, "other slices keep their values");
                }
            }
            debug_assert!(
                path.constraints()
                    .iter()
                    .all(|&constraint| model.holds(terms, constraint)),
                "a model satisfies its whole path"
            );
        }
        answer
    }

    /// Adds `condition` to the path. `model`, if given, should satisfy the path with the
    /// condition, as the answer of [`Solver::decide`] for that side does; it saves a search.
    pub fn assume(
        &mut self,
        terms: &mut Terms,
        path: &mut PathCondition,
        condition: TermId,
        model: Option<Model>,
    ) {
        assert_eq!(terms.width(condition), 1, "a condition has one bit");
        let mut pending = vec![condition];
        while let Some(part) = pending.pop() {
            match (terms.as_boolean(part), *terms.node(part)) {
                (Some(true), _) => {}
                (Some(false), _) => path.set_contradiction(),
                (None, Node::Binary(BinaryOperation::And, a, b)) => pending.extend([b, a]),
                (None, _) => self.assume_one(terms, path, part, model.as_ref()),
            }
        }
    }

    /// Adds one constraint that is no constant and no conjunction.
    fn assume_one(
        &mut self,
        terms: &mut Terms,
        path: &mut PathCondition,
        constraint: TermId,
        model: Option<&Model>,
    ) {
        if path.is_contradiction() || path.contains(terms, constraint) {
            return;
        }
        let symbols = self.symbols_of(terms, constraint);
        self.learn(terms, path, constraint, &symbols);
        let index = path
            .slice_of(symbols[0])
            .expect("a slice was made for the constraint");
        // The old values may still do; the offered ones are checked before they are taken.
        let old = path.model().clone();
        if path.slice(index).is_satisfied && self.evaluator(&old).holds(terms, constraint) {
            return;
        }
        for candidate in model.into_iter().chain([&old]) {
            let slice = path.slice(index);
            let evaluator = self.evaluator(candidate);
            if slice
                .constraints()
                .iter()
                .all(|&known| evaluator.holds(terms, known))
            {
                path.satisfy(terms, index, candidate);
                return;
            }
        }
        path.set_satisfied(index, false);
    }

    /// A model of the path: `Yes`, or `No` if its constraints contradict each other.
    pub fn model(&mut self, terms: &mut Terms, path: &mut PathCondition) -> Answer {
        if let Some(model) = path.last_model() {
            return Answer::Yes(model.clone());
        }
        let truth = terms.true_();
        let answer = self.satisfy(terms, path, truth);
        match &answer {
            Answer::Yes(model) => {
                for index in path.relevant_slices(&[]) {
                    path.satisfy(terms, index, model);
                }
            }
            Answer::No => path.set_contradiction(),
            Answer::GaveUp(_) => {}
        }
        answer
    }

    fn symbols_of(&mut self, terms: &Terms, term: TermId) -> Arc<[SymbolId]> {
        let known = self.symbols.entry(term);
        known
            .or_insert_with(|| terms.symbols_of(term).into())
            .clone()
    }

    /// The evaluator of `model`, with everything that it remembers.
    fn evaluator(&mut self, model: &Model) -> &mut Evaluator {
        let is_useful = self.evaluator.as_ref().is_some_and(|evaluator| {
            evaluator.model().is_same(model) && evaluator.known_count() < EVALUATED_MAX
        });
        if !is_useful {
            self.evaluator = Some(Evaluator::new(model.clone()));
        }
        self.evaluator.as_mut().expect("it was just made")
    }
}
