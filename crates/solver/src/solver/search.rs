//! The last rungs: earlier answers, and the SAT search.

use super::ladder::Side;
use super::linear::{self, Worths};
use super::mixing::Mixing;
use super::opaque::OpaqueParts;
use super::sampling::{self, Sampled};
use super::small;
use super::substitution::Substituted;
use super::{Answer, GaveUp, Solver, Statistics};
use crate::blast::{Interrupt, Limits, Outcome, Session};
use crate::context::Context;
use crate::domain::Domain;
use crate::evaluate::Evaluator;
use crate::hashing::FastMap;
use crate::model::Model;
use crate::path::PathCondition;
use crate::planted::{Mistake, is_planted};
use crate::terms::{Support, SymbolId, TermId, Terms};

/// Everything that searches share.
#[derive(Default)]
pub(super) struct Searcher {
    pub(super) limits: Limits,
    pub(super) interrupt: Option<Interrupt>,
    /// By the constraints in order and the condition.
    answers: FastMap<Box<[TermId]>, Known>,
    /// The one that was used last is the last.
    sessions: Vec<OpenSession>,
    opaque: OpaqueParts,
    mixing: Mixing,
    /// Of adding up.
    worths: Worths,
}

/// A SAT solver in which some constraints hold for good.
struct OpenSession {
    session: Session,
    /// Knows what is asserted, and simplifies what comes next.
    context: Context,
    /// In order.
    asserted: Vec<TermId>,
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

/// A search that is not over after so many conflicts waits for some random values to be tried.
const SHORT_CONFLICTS_MAX: u64 = 200;

/// So many sessions are kept, ...
const SESSIONS_MAX: usize = 16;

/// ... and so many clauses in all of them: some hundred megabytes.
const KEPT_CLAUSES_MAX: u64 = 4_000_000;

impl OpenSession {
    fn new() -> Self {
        Self {
            session: Session::new(),
            context: Context::default(),
            asserted: Vec::new(),
        }
    }

    /// Whether everything that holds here is among `constraints`, which are in order.
    fn is_within(&self, constraints: &[TermId]) -> bool {
        self.asserted
            .iter()
            .all(|known| constraints.binary_search(known).is_ok())
    }

    /// Asserts all constraints, then searches with the condition.
    fn solve(
        &mut self,
        terms: &mut Terms,
        question: &Question<'_>,
        limits: &Limits,
        interrupt: Option<&Interrupt>,
    ) -> Outcome {
        if let Err(gave_up) = self.assert_all(terms, question, limits) {
            return Outcome::GaveUp(gave_up);
        }
        let condition = self.context.simplify(terms, question.condition);
        if terms.as_boolean(condition) == Some(false) {
            return Outcome::Unsatisfiable;
        }
        self.session
            .solve(terms, condition, question.start, limits, interrupt)
    }

    /// Asserts what is not asserted yet: first what concerns a single symbol and makes up the
    /// domains, as it is; then the rest, simplified by what was asserted before.
    fn assert_all(
        &mut self,
        terms: &mut Terms,
        question: &Question<'_>,
        limits: &Limits,
    ) -> Result<(), GaveUp> {
        let is_new = |known: &&TermId| self.asserted.binary_search(known).is_err();
        let new: Vec<TermId> = question
            .constraints
            .iter()
            .filter(is_new)
            .copied()
            .collect();
        let is_single = |known: &TermId| matches!(terms.support(*known), Support::One(_));
        let (singles, others): (Vec<TermId>, Vec<TermId>) = new.into_iter().partition(is_single);
        for &constraint in &singles {
            self.session.assert(terms, constraint, limits)?;
        }
        for (symbol, domain) in question.domains() {
            self.context.restrict(symbol, domain);
        }
        for &constraint in &singles {
            self.context.assume(terms, constraint);
        }
        self.context.refresh();
        for &constraint in &others {
            let simplified = self.context.simplify(terms, constraint);
            self.session.assert(terms, simplified, limits)?;
            self.context.assume(terms, simplified);
            self.context.assume(terms, constraint);
        }
        if !others.is_empty() {
            self.context.refresh();
        }
        self.asserted.clear();
        self.asserted.extend_from_slice(question.constraints);
        Ok(())
    }
}

/// What is searched.
struct Question<'a> {
    path: &'a PathCondition,
    side: &'a Side,
    /// In order.
    constraints: &'a [TermId],
    condition: TermId,
    /// Satisfies the constraints, if it is given.
    start: Option<&'a Model>,
}

impl Question<'_> {
    fn is_about_hash(&self, terms: &Terms, mixing: &mut Mixing) -> bool {
        let mut all = self.constraints.iter().chain([&self.condition]);
        all.any(|part| mixing.is_hash(terms, *part))
    }

    /// Whether adding up what the comparisons say soon leads to a contradiction.
    fn sums_contradict(&self, terms: &Terms, effort: &mut u64) -> bool {
        let mut wanted = self.constraints.to_vec();
        wanted.push(self.condition);
        linear::are_impossible(terms, &wanted, effort)
    }

    /// Looks for an answer without a long search: a contradiction once symbols are replaced by what they
    /// equal, between comparisons of sums, or whatever the hard parts are; or random values that satisfy
    /// everything.
    fn answer_without_search(
        &self,
        terms: &mut Terms,
        searcher: &mut Searcher,
        is_about_hash: bool,
    ) -> Option<Outcome> {
        let wanted: Vec<TermId> = self
            .constraints
            .iter()
            .copied()
            .chain([self.condition])
            .collect();
        let smaller = Substituted::of(terms, &wanted);
        let worth = &mut searcher.worths.after_a_short_search;
        let sums_contradict =
            |effort: &mut u64| linear::are_impossible(terms, &smaller.wanted, effort);
        let is_impossible =
            smaller.is_impossible(terms) || !is_about_hash && worth.try_it(sums_contradict);
        if is_impossible {
            return Some(Outcome::Unsatisfiable);
        }
        let (limits, interrupt) = (searcher.limits, searcher.interrupt.as_ref());
        let opaque = &mut searcher.opaque;
        let wanted_less = &smaller.wanted;
        if opaque.are_impossible(terms, wanted_less, is_about_hash, &limits, interrupt) {
            return Some(Outcome::Unsatisfiable);
        }
        match sampling::sample(terms, self.path.model(), &smaller.wanted) {
            Sampled::Found(model) => {
                let model = smaller.complete(terms, model);
                let is_model = wanted.iter().all(|one| model.holds(terms, *one));
                is_model.then_some(Outcome::Satisfiable(model))
            }
            Sampled::Nowhere => Some(Outcome::Unsatisfiable),
            Sampled::NotYet => None,
        }
    }

    /// The condition for small numbers alone, if it is about any that could be large.
    fn narrowed(&self, terms: &mut Terms) -> Option<TermId> {
        small::narrowed(terms, self.symbols(), self.condition)
    }

    /// All symbols, each once.
    fn symbols(&self) -> Vec<SymbolId> {
        let slices = self.side.slices.iter();
        let mut symbols: Vec<SymbolId> = slices
            .flat_map(|&index| self.path.slice(index).symbols())
            .chain(self.side.symbols.iter())
            .copied()
            .collect();
        symbols.sort_unstable();
        symbols.dedup();
        symbols
    }

    /// What the constraints on single symbols allow.
    fn domains(&self) -> impl Iterator<Item = (SymbolId, &Domain)> {
        self.side
            .slices
            .iter()
            .flat_map(|&index| self.path.slice(index).domains())
    }
}

impl Searcher {
    /// Takes the session that already holds the most of `constraints` and nothing else.
    fn take_session(&mut self, constraints: &[TermId]) -> Option<OpenSession> {
        let best = (0..self.sessions.len())
            .filter(|&index| {
                let open = &self.sessions[index];
                !open.asserted.is_empty() && open.is_within(constraints)
            })
            .max_by_key(|&index| self.sessions[index].asserted.len())?;
        Some(self.sessions.remove(best))
    }

    fn keep_session(&mut self, open: OpenSession) {
        self.sessions.push(open);
        let clauses = |open: &OpenSession| open.session.clauses();
        while self.sessions.len() > SESSIONS_MAX
            || self.sessions.iter().map(clauses).sum::<u64>() > KEPT_CLAUSES_MAX
        {
            self.sessions.remove(0);
        }
    }

    /// An answer with small numbers, if there is one and it is found soon.
    fn search_small(
        &self,
        terms: &mut Terms,
        open: &mut OpenSession,
        question: &Question<'_>,
        limits: &Limits,
    ) -> Option<Outcome> {
        let narrower = Question {
            condition: question.narrowed(terms)?,
            start: None,
            ..*question
        };
        let outcome = open.solve(terms, &narrower, limits, self.interrupt.as_ref());
        matches!(outcome, Outcome::Satisfiable(_)).then_some(outcome)
    }

    fn solve(
        &mut self,
        terms: &mut Terms,
        question: &Question<'_>,
        statistics: &mut Statistics,
    ) -> Outcome {
        let is_about_hash = question.is_about_hash(terms, &mut self.mixing);
        if is_about_hash && let Some(outcome) = question.answer_without_search(terms, self, true) {
            statistics.without_search += 1;
            return outcome;
        }
        let worth = &mut self.worths.before_a_search;
        if !is_about_hash && worth.try_it(|effort| question.sums_contradict(terms, effort)) {
            statistics.by_sums += 1;
            return Outcome::Unsatisfiable;
        }
        let mut open = self.take_session(question.constraints).unwrap_or_else(|| {
            statistics.sessions += 1;
            OpenSession::new()
        });
        let short = Limits {
            conflicts_max: self.limits.conflicts_max.min(SHORT_CONFLICTS_MAX),
            ..self.limits
        };
        let first = if is_about_hash { self.limits } else { short };
        let mut outcome = open.solve(terms, question, &first, self.interrupt.as_ref());
        statistics.conflicts += open.session.conflicts();
        let is_cut_short = matches!(
            outcome,
            Outcome::GaveUp(GaveUp::Conflicts { .. } | GaveUp::Propagations { .. })
        );
        if is_cut_short && first.conflicts_max < self.limits.conflicts_max {
            if let Some(found) = self.search_small(terms, &mut open, question, &short) {
                statistics.by_small_numbers += 1;
                self.keep_session(open);
                return found;
            }
            outcome = match question.answer_without_search(terms, self, false) {
                Some(outcome) => {
                    statistics.without_search += 1;
                    outcome
                }
                None => {
                    let outcome =
                        open.solve(terms, question, &self.limits, self.interrupt.as_ref());
                    statistics.conflicts += open.session.conflicts();
                    outcome
                }
            };
        }
        if !matches!(outcome, Outcome::GaveUp(_)) {
            self.keep_session(open);
        }
        outcome
    }
}

impl Solver {
    /// Searches values for the symbols of the relevant slices.
    pub(super) fn search(
        &mut self,
        terms: &mut Terms,
        path: &PathCondition,
        side: &Side,
    ) -> Answer {
        let slices = || side.slices.iter().map(|&index| path.slice(index));
        let mut key: Vec<TermId> = slices()
            .flat_map(|slice| slice.constraints().iter().copied())
            .collect();
        key.sort_unstable();
        if is_planted(Mistake::AnswerToAnotherQuestion) {
            key.pop();
        }
        key.push(side.condition);
        if let Some(known) = self.searcher.answers.get(&key[..]).cloned() {
            self.statistics.by_cache += 1;
            return self.believe(terms, path, &key, known);
        }
        self.statistics.searches += 1;
        let (&condition, constraints) = key.split_last().expect("the condition is there");
        let is_satisfied = slices().all(|slice| slice.is_satisfied);
        let start = is_satisfied.then(|| path.model());
        let question = Question {
            path,
            side,
            constraints,
            condition,
            start,
        };
        let known = match self.searcher.solve(terms, &question, &mut self.statistics) {
            Outcome::Satisfiable(values) => {
                // A session may know symbols from earlier questions. Their values here are
                // arbitrary, and other slices of this path may constrain them.
                Known::Satisfiable(values.restricted_to(terms, &question.symbols()))
            }
            Outcome::Unsatisfiable => {
                self.second.confirm(terms, &key);
                Known::Unsatisfiable
            }
            Outcome::GaveUp(gave_up)
                if gave_up != GaveUp::Interrupted && self.second.decide(terms, &key) =>
            {
                Known::Unsatisfiable
            }
            Outcome::GaveUp(gave_up) => {
                self.statistics.gave_up += 1;
                return Answer::GaveUp(gave_up);
            }
        };
        let answers = &mut self.searcher.answers;
        if answers.len() >= ANSWERS_MAX {
            answers.clear();
        }
        answers.insert(key.clone().into_boxed_slice(), known.clone());
        self.believe(terms, path, &key, known)
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
