//! Terms made simpler by what holds where they are looked at.
//!
//! A question often contains what its constraints have decided already: a condition that was
//! taken, a byte that has three values left, a difference that can't wrap because of a comparison.
//! Here a term is rebuilt from its parts with all that put in. Often nothing is left to search;
//! otherwise the search gets a smaller question.
//!
//! A context belongs to a session of the SAT solver and grows with it: it knows exactly what has
//! been asserted there. What was simplified earlier stays right, because a context never forgets
//! and the session never takes back.
//!
//! # Invariants
//!
//! - Wherever everything that the context was told holds, a simplified term has the value of the
//!   original (`tests::simplified_terms_agree_where_the_context_holds`).
//! - A constraint is simplified before the context is told of it, never after: otherwise it would
//!   become true by itself.

mod order;
mod table;
#[cfg(test)]
mod tests;
mod widen;

use self::order::Order;
use self::table::Tables;
use crate::domain::Domain;
use crate::facts::Facts;
use crate::hashing::FastMap;
use crate::terms::{BinaryOperation, Node, SymbolId, TermId, Terms, UnaryOperation};
use crate::value::INLINE_BITS;

/// A term is simplified only as long as the context has visited fewer parts than this for it.
const VISITS_MAX: usize = 20_000;

/// What is known, and what has been simplified with it.
#[derive(Default)]
pub(crate) struct Context {
    /// Conditions, without `Not` at the top, with their truth.
    truths: FastMap<TermId, bool>,
    order: Order,
    domains: FastMap<SymbolId, Domain>,
    /// Symbols that equal a term without them.
    definitions: FastMap<SymbolId, TermId>,
    /// What comparisons with constants say about terms.
    bounds: FastMap<TermId, Facts>,
    tables: Tables,
    simplified: FastMap<TermId, TermId>,
    facts: FastMap<TermId, Facts>,
}

impl Context {
    /// Lets everything that was told since the last time take part in what is simplified next.
    /// Without this, terms that have been simplified stay as they are.
    pub(crate) fn refresh(&mut self) {
        self.tables = Tables::default();
        self.simplified.clear();
        self.facts.clear();
    }

    /// Tells which values the constraints on `symbol` alone allow.
    pub(crate) fn restrict(&mut self, symbol: SymbolId, domain: &Domain) {
        self.domains.insert(symbol, domain.clone());
    }

    /// Tells that `condition` holds.
    pub(crate) fn assume(&mut self, terms: &mut Terms, condition: TermId) {
        let mut pending = vec![condition];
        while let Some(part) = pending.pop() {
            match *terms.node(part) {
                Node::Binary(BinaryOperation::And, a, b) => pending.extend([a, b]),
                Node::Unary(UnaryOperation::Not, inner) => self.assume_one(terms, inner, false),
                _ => self.assume_one(terms, part, true),
            }
        }
    }

    fn assume_one(&mut self, terms: &mut Terms, condition: TermId, holds: bool) {
        if terms.is_constant(condition) {
            return;
        }
        self.truths.insert(condition, holds);
        let Node::Binary(operation, a, b) = *terms.node(condition) else {
            return;
        };
        if operation == BinaryOperation::Less {
            self.order.learn(a, b, holds);
        }
        if let Some((term, facts)) = Facts::by_comparison(terms, condition, holds) {
            let known = self.bounds.get(&term).copied();
            let sharper = known.map_or(Some(facts), |known| known.meet(&facts));
            self.bounds.extend(sharper.map(|facts| (term, facts)));
        }
        if operation == BinaryOperation::Equal && holds {
            self.define(terms, a, b);
        }
    }

    /// Lets a symbol that equals a term stand for it from now on.
    fn define(&mut self, terms: &mut Terms, a: TermId, b: TermId) {
        for (symbol, meaning) in [(a, b), (b, a)] {
            let Some(symbol) = terms.as_symbol(symbol) else {
                continue;
            };
            if self.definitions.contains_key(&symbol) {
                continue;
            }
            // With all older definitions put in, a meaning without the symbol makes no circle.
            let meaning = self.simplify(terms, meaning);
            if !terms.symbols_of(meaning).contains(&symbol) {
                self.definitions.insert(symbol, meaning);
                return;
            }
        }
    }

    /// A term that equals `term` wherever everything told so far holds.
    pub(crate) fn simplify(&mut self, terms: &mut Terms, term: TermId) -> TermId {
        let mut pending = vec![term];
        let mut visits = 0;
        while let Some(&next) = pending.last() {
            if self.simplified.contains_key(&next) {
                pending.pop();
                continue;
            }
            visits += 1;
            if visits > VISITS_MAX {
                return term;
            }
            if let Some(result) = self.step(terms, next, &mut pending) {
                debug_assert_eq!(terms.width(result), terms.width(next));
                self.simplified.insert(next, result);
                pending.pop();
            }
        }
        self.simplified[&term]
    }

    /// The simplified `term`, if its parts have been simplified; otherwise they are put on the
    /// stack.
    fn step(
        &mut self,
        terms: &mut Terms,
        term: TermId,
        pending: &mut Vec<TermId>,
    ) -> Option<TermId> {
        if terms.is_constant(term) {
            return Some(term);
        }
        if let Some(&truth) = self.truths.get(&term) {
            return Some(terms.boolean(truth));
        }
        if let Some(symbol) = terms.as_symbol(term) {
            return match self.definitions.get(&symbol) {
                Some(&meaning) if !self.simplified.contains_key(&meaning) => {
                    pending.push(meaning);
                    None
                }
                Some(meaning) => Some(self.simplified[meaning]),
                None => Some(self.simplify_symbol(terms, term, symbol)),
            };
        }
        if let Some(result) = self.by_table(terms, term) {
            return Some(result);
        }
        if let Node::IfThenElse {
            condition,
            then,
            otherwise,
        } = *terms.node(term)
        {
            let Some(&simpler) = self.simplified.get(&condition) else {
                pending.push(condition);
                return None;
            };
            // The side that is not taken need not be looked at.
            if let Some(truth) = terms.as_boolean(simpler) {
                let side = if truth { then } else { otherwise };
                let known = self.simplified.get(&side).copied();
                pending.extend(known.is_none().then_some(side));
                return known;
            }
        }
        let before = pending.len();
        let operands = terms.node(term).operands();
        pending.extend(operands.filter(|operand| !self.simplified.contains_key(operand)));
        if pending.len() > before {
            return None;
        }
        let rebuilt = terms.rebuild(term, |operand| self.simplified[&operand]);
        let widened = self.widen(terms, rebuilt);
        Some(self.decide(terms, widened))
    }

    /// A symbol with one value left, or with fewer bits left than it has.
    fn simplify_symbol(&mut self, terms: &mut Terms, term: TermId, symbol: SymbolId) -> TermId {
        let width = terms.width(term);
        let Some(facts) = self
            .domains
            .get(&symbol)
            .and_then(|domain| domain.facts(width))
        else {
            return term;
        };
        if width > INLINE_BITS {
            return term;
        }
        match (facts.single(), facts.leading_zeros()) {
            (Some(only), _) => terms.constant(width, only),
            (None, 0) => term,
            (None, zeros) => {
                let low = terms.extract(term, 0, width - zeros);
                terms.zero_extend(low, width)
            }
        }
    }

    /// A constant, if what is known leaves only one value.
    fn decide(&mut self, terms: &mut Terms, term: TermId) -> TermId {
        let width = terms.width(term);
        if terms.is_constant(term) || width > INLINE_BITS {
            return term;
        }
        if width == 1 {
            let truth = self
                .truth_of(terms, term)
                .or_else(|| self.decide_sums(terms, term));
            if let Some(truth) = truth {
                return terms.boolean(truth);
            }
        }
        match self.facts_of(terms, term).single() {
            Some(only) => terms.constant(width, only),
            None => term,
        }
    }

    /// The truth of a condition, if it or its opposite was told, or the order decides it.
    fn truth_of(&self, terms: &Terms, condition: TermId) -> Option<bool> {
        let (inner, expected) = match *terms.node(condition) {
            Node::Unary(UnaryOperation::Not, inner) => (inner, false),
            _ => (condition, true),
        };
        let told = self.truths.get(&inner).copied();
        let truth = told.or_else(|| match *terms.node(inner) {
            Node::Binary(BinaryOperation::Less, a, b) => self.order.is_less(a, b),
            Node::Binary(BinaryOperation::Equal, a, b) => {
                // Strictly ordered, either way, they differ.
                let differ = self.order.is_less(a, b) == Some(true)
                    || self.order.is_less(b, a) == Some(true);
                differ.then_some(false)
            }
            _ => None,
        });
        truth.map(|truth| truth == expected)
    }

    /// Known bits and range of `term` here.
    fn facts_of(&mut self, terms: &Terms, term: TermId) -> Facts {
        let mut pending = vec![term];
        while let Some(&next) = pending.last() {
            if self.facts.contains_key(&next) {
                pending.pop();
                continue;
            }
            let before = pending.len();
            let operands = terms.node(next).operands();
            pending.extend(operands.filter(|operand| !self.facts.contains_key(operand)));
            if pending.len() == before {
                let facts = self.facts_of_one(terms, next);
                self.facts.insert(next, facts);
                pending.pop();
            }
        }
        self.facts[&term]
    }

    /// The facts of `term`, whose operands' facts are known.
    fn facts_of_one(&self, terms: &Terms, term: TermId) -> Facts {
        let width = terms.width(term);
        let general = *terms.facts(term);
        if width > INLINE_BITS || terms.is_constant(term) {
            return general;
        }
        let special = match *terms.node(term) {
            Node::Symbol(symbol) => self
                .domains
                .get(&symbol)
                .and_then(|domain| domain.facts(width)),
            node => Some(Facts::of_node(terms, &node, width, |operand| {
                self.facts[&operand]
            })),
        };
        // Facts that contradict each other belong to an impossible path; any answer is right
        // there, and the general facts are the safe one.
        let sharper = special
            .and_then(|special| general.meet(&special))
            .unwrap_or(general);
        let bounds = self.bounds.get(&term);
        bounds
            .and_then(|bounds| sharper.meet(bounds))
            .unwrap_or(sharper)
    }
}
