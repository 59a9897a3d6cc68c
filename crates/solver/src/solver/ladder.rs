//! The rungs below the search, for one side of a question.

use std::sync::Arc;

use super::{Answer, Solver, inversion, order, path_facts};
use crate::domain::{self, BYTE_BITS, ByteSet, Domain};
use crate::evaluate::Lanes;
use crate::facts::Facts;
use crate::path::{PathCondition, Slice, SliceIndex};
use crate::planted::{Mistake, is_planted};
use crate::terms::{Node, SymbolId, TermId, Terms, UnaryOperation};
use crate::value::{INLINE_BITS, Value};

/// One side of a question: can `condition` hold?
pub(super) struct Side {
    pub(super) condition: TermId,
    pub(super) symbols: Arc<[SymbolId]>,
    /// The slices whose constraints matter.
    pub(super) slices: Vec<SliceIndex>,
}

/// A condition on a byte is evaluated for all its values only if it has at most so many parts.
const LANE_PARTS_MAX: usize = 2_000;

/// How many values of one symbol a repair tries.
const REPAIR_VALUES_MAX: usize = 6;

/// A repair is tried for conditions on at most so many symbols, ...
const REPAIR_SYMBOLS_MAX: usize = 4;

/// ... in slices of at most so many constraints.
const REPAIR_CONSTRAINTS_MAX: usize = 64;

impl Solver {
    /// The first answer from the bottom.
    pub(super) fn climb(&mut self, terms: &mut Terms, path: &PathCondition, side: &Side) -> Answer {
        let negated = terms.not(side.condition);
        if path.contains(terms, negated) {
            self.statistics.by_constant += 1;
            return Answer::No;
        }
        let is_satisfied = side
            .slices
            .iter()
            .all(|&index| path.slice(index).is_satisfied);
        if is_satisfied && self.evaluator(path.model()).holds(terms, side.condition) {
            self.statistics.by_model += 1;
            return Answer::Yes(path.model().clone());
        }
        if path_facts::is_impossible(terms, path, side.condition) {
            self.statistics.by_facts += 1;
            return Answer::No;
        }
        if let Some(answer) = self.decide_single(terms, path, side, is_satisfied) {
            self.statistics.by_domain += 1;
            return answer;
        }
        if order::is_impossible(terms, path, side) {
            self.statistics.by_order += 1;
            return Answer::No;
        }
        if is_satisfied && let Some(answer) = self.repair(terms, path, side) {
            self.statistics.by_repair += 1;
            return answer;
        }
        if is_satisfied && let Some(answer) = mend(terms, path, side) {
            self.statistics.by_inversion += 1;
            return answer;
        }
        self.search(terms, path, side)
    }

    /// A condition on one symbol, by the values that are left for it.
    fn decide_single(
        &mut self,
        terms: &Terms,
        path: &PathCondition,
        side: &Side,
        is_satisfied: bool,
    ) -> Option<Answer> {
        let [symbol] = side.symbols[..] else {
            return None;
        };
        let wanted = self.truth_set(terms, symbol, side.condition)?;
        let width = terms.width(terms.symbol_term(symbol));
        let left = match path.domain(symbol) {
            Some(domain) => domain.and(&wanted)?,
            None => wanted,
        };
        if left.is_empty() {
            return Some(Answer::No);
        }
        let is_free = path.slice_of(symbol).is_none_or(|index| {
            let slice = path.slice(index);
            slice.is_alone(symbol) && slice.is_exact(symbol)
        });
        // The values of the other slices must be there to make a model of the whole path.
        let others_satisfied = side
            .slices
            .iter()
            .all(|&index| is_satisfied || path.slice_of(symbol) == Some(index));
        if !is_free || !others_satisfied {
            return None;
        }
        let value = left.samples(width, 1).pop()?;
        let mut model = path.model().clone();
        model.set(symbol, value);
        let evaluator = self.evaluator(&model);
        assert!(
            evaluator.holds(terms, side.condition),
            "a set holds what satisfies"
        );
        for &constraint in side
            .slices
            .iter()
            .flat_map(|&index| path.slice(index).constraints())
        {
            assert!(
                evaluator.holds(terms, constraint),
                "a domain holds what satisfies"
            );
        }
        Some(Answer::Yes(model))
    }

    /// The values of `symbol`, the only one of `condition`, under which it holds; `None` if they
    /// have no form.
    fn truth_set(&mut self, terms: &Terms, symbol: SymbolId, condition: TermId) -> Option<Domain> {
        // A condition and its opposite share the work.
        if let Node::Unary(UnaryOperation::Not, inner) = *terms.node(condition) {
            let opposite = self.truth_set(terms, symbol, inner)?;
            let width = terms.width(terms.symbol_term(symbol));
            return Domain::all(width).without(&opposite);
        }
        if let Some(known) = self.truth_sets.get(&condition) {
            return known.clone();
        }
        let width = terms.width(terms.symbol_term(symbol));
        let set = if width <= BYTE_BITS {
            bytes_where(terms, symbol, width, condition).map(Domain::Bytes)
        } else if width <= INLINE_BITS {
            let set = domain::values_where(terms, condition);
            set.map(|set| Domain::Intervals(Arc::new(set)))
        } else {
            None
        };
        self.truth_sets.insert(condition, set.clone());
        set
    }

    /// Adds `constraint` to the path, with what follows from it at once.
    pub(super) fn learn(
        &mut self,
        terms: &Terms,
        path: &mut PathCondition,
        constraint: TermId,
        symbols: &[SymbolId],
    ) {
        let single = match symbols {
            &[symbol] => Some((symbol, self.truth_set(terms, symbol, constraint))),
            _ => None,
        };
        let mut is_possible = true;
        path.add(constraint, symbols, |slice| {
            is_possible = match single {
                Some((symbol, set)) => narrow_domain(terms, slice, symbol, set.as_ref()),
                None => narrow_bounds(terms, slice, constraint),
            };
        });
        if !is_possible {
            path.set_contradiction();
        }
    }

    /// Tries the last model with another value for one symbol of the condition.
    fn repair(&mut self, terms: &Terms, path: &PathCondition, side: &Side) -> Option<Answer> {
        let constraints: usize = side
            .slices
            .iter()
            .map(|&index| path.slice(index).constraints().len())
            .sum();
        if side.symbols.len() > REPAIR_SYMBOLS_MAX || constraints > REPAIR_CONSTRAINTS_MAX {
            return None;
        }
        for &symbol in &*side.symbols {
            for value in self.repair_values(terms, path, side, symbol) {
                let mut model = path.model().clone();
                model.set(symbol, value);
                if !model.holds(terms, side.condition) {
                    continue;
                }
                let mut evaluator = crate::evaluate::Evaluator::new(model);
                let Some(index) = path.slice_of(symbol) else {
                    return Some(Answer::Yes(evaluator.model().clone()));
                };
                let slice = path.slice(index);
                if slice
                    .constraints()
                    .iter()
                    .all(|&known| evaluator.holds(terms, known))
                {
                    return Some(Answer::Yes(evaluator.model().clone()));
                }
            }
        }
        None
    }

    /// Values of `symbol` that are worth a try: ends of its domain, neighbours of its value, and
    /// the values of the other symbols.
    fn repair_values(
        &mut self,
        terms: &Terms,
        path: &PathCondition,
        side: &Side,
        symbol: SymbolId,
    ) -> Vec<Value> {
        let width = terms.width(terms.symbol_term(symbol));
        let current = path.model().value(symbol, width);
        let one = Value::new(width, 1);
        let mut values = vec![current.add(&one), current.subtract(&one)];
        let domain = path
            .domain(symbol)
            .cloned()
            .unwrap_or_else(|| Domain::all(width));
        values.extend(domain.samples(width, 2));
        for &other in side.symbols.iter().filter(|&&other| other != symbol) {
            let own = terms.width(terms.symbol_term(other));
            if own == width {
                values.push(path.model().value(other, own));
            }
        }
        values.retain(|value| *value != current && domain.contains(value));
        values.truncate(REPAIR_VALUES_MAX);
        values
    }
}

/// Tries the last model with other values for some symbols, found by inverting operations.
fn mend(terms: &Terms, path: &PathCondition, side: &Side) -> Option<Answer> {
    let slices = side.slices.iter().map(|&index| path.slice(index));
    let constraints = slices.flat_map(|slice| slice.constraints().iter().copied());
    let constraints: Vec<TermId> = constraints.collect();
    if constraints.len() > REPAIR_CONSTRAINTS_MAX {
        return None;
    }
    inversion::mend(terms, path.model(), side.condition, &constraints).map(Answer::Yes)
}

fn bytes_where(terms: &Terms, symbol: SymbolId, width: u32, condition: TermId) -> Option<ByteSet> {
    let mut lanes = Lanes::new(1 << width);
    lanes.set(symbol, (0..1 << width).collect());
    let truth = lanes.evaluate(terms, condition, LANE_PARTS_MAX)?;
    let is_lost = |number: u8| {
        is_planted(Mistake::DomainTooNarrow) && usize::from(number) == (1 << width) - 1
    };
    Some(ByteSet::from_fn(width, |number| {
        truth[usize::from(number)] == 1 && !is_lost(number)
    }))
}

/// Lets a constraint on one symbol, which holds exactly for `set`, narrow its domain; `false` if
/// no value is left.
fn narrow_domain(terms: &Terms, slice: &mut Slice, symbol: SymbolId, set: Option<&Domain>) -> bool {
    let width = terms.width(terms.symbol_term(symbol));
    let old = slice
        .domain(symbol)
        .cloned()
        .unwrap_or_else(|| Domain::all(width));
    match set.and_then(|set| old.and(set)) {
        Some(narrowed) => {
            let is_possible = !narrowed.is_empty();
            slice.set_domain(symbol, narrowed, slice.is_exact(symbol));
            is_possible
        }
        None => {
            slice.set_domain(symbol, old, false);
            true
        }
    }
}

/// Remembers that a comparison of a term with a constant bounds the term, and that the constraint
/// itself is true; `false` if that contradicts what is known.
fn narrow_bounds(terms: &Terms, slice: &mut Slice, constraint: TermId) -> bool {
    let (holds, comparison) = match *terms.node(constraint) {
        Node::Unary(UnaryOperation::Not, inner) => (false, inner),
        _ => (true, constraint),
    };
    if !slice.add_bounds(comparison, &Facts::truth(holds)) {
        return false;
    }
    match Facts::by_comparison(terms, comparison, holds) {
        Some((term, facts)) => slice.add_bounds(term, &facts),
        None => true,
    }
}
