//! A question about small numbers only.
//!
//! Places, lengths and counts of 64 bits fill a search with adders, although nearly everything that can be of
//! them can be within the first few dozen places. With all but the lowest bits given, little is left to search:
//! questions that took tens of thousands of conflicts take some dozens.
//!
//! # Invariants
//!
//! - Only "yes" is ever found in this way: the narrower condition implies the condition.

use crate::terms::{SymbolId, TermId, Terms};

/// Symbols of fewer bits are left as they are.
const BITS_MIN: u32 = 32;

/// How many of the lowest bits are left open.
const BITS_LEFT: u32 = 6;

/// The condition, and besides that the wide ones among the symbols are small; `None` if none is wide.
pub(super) fn narrowed(
    terms: &mut Terms,
    symbols: impl IntoIterator<Item = SymbolId>,
    condition: TermId,
) -> Option<TermId> {
    let mut narrowed = None;
    for symbol in symbols {
        let number = terms.symbol_term(symbol);
        let width = terms.width(number);
        if width < BITS_MIN {
            continue;
        }
        let upper = terms.extract(number, BITS_LEFT, width - BITS_LEFT);
        let zero = terms.zero(width - BITS_LEFT);
        let is_small = terms.eq(upper, zero);
        let before = narrowed.unwrap_or(condition);
        narrowed = Some(terms.and(before, is_small));
    }
    narrowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Evaluator;
    use crate::model::Model;
    use crate::path::PathCondition;
    use crate::solver::Solver;
    use crate::test_random::Random;

    /// Whether a cut buffer may be so long that a capacity of some class is enough; the question of a proof
    /// about byte buffers, which took 29,820 conflicts.
    #[test]
    fn places_are_found_soon() {
        let mut terms = Terms::new();
        let [total, start, end, filled, at, additional] = [0; 6].map(|_| terms.symbol(64));
        let class = terms.symbol(8);
        let (limit, one) = (terms.constant(64, 1 << 63), terms.constant(64, 1));
        let classes = terms.constant(8, 8);
        let (nine, none) = (terms.constant(8, 9), terms.zero(8));
        let (place, capacity) = (terms.add(start, at), terms.sub(end, start));
        let (free, behind) = (terms.sub(end, filled), terms.sub(filled, place));
        let (needed, room) = (terms.add(behind, additional), terms.not(additional));
        let shift = terms.add(class, nine);
        let shift = terms.extract(shift, 0, 6);
        let shift = terms.zero_extend(shift, 64);
        let of_class = terms.shl(one, shift);
        let known = [
            terms.ult(total, limit),
            terms.ult(class, classes),
            terms.ule(start, total),
            terms.ule(start, end),
            terms.ule(end, total),
            terms.ule(start, filled),
            terms.ule(filled, end),
            terms.ne(class, none),
            terms.ule(at, capacity),
            terms.ult(place, filled),
            terms.ult(free, additional),
            terms.ule(behind, room),
            terms.ult(needed, limit),
        ];
        let (mut solver, mut path) = (Solver::new(), PathCondition::new());
        for condition in known {
            solver.assume(&mut terms, &mut path, condition, None);
        }
        let is_enough = terms.ule(needed, of_class);
        let answer = solver.satisfy(&mut terms, &mut path, is_enough);
        assert!(answer.is_yes());
        let conflicts = solver.statistics().conflicts;
        assert!(conflicts < 1_000, "{conflicts} conflicts");
    }

    /// The narrower condition holds exactly where the condition does and the wide symbols are small.
    #[test]
    fn what_is_narrower_implies_the_condition() {
        let mut random = Random::new(170_000);
        let mut terms = Terms::new();
        let [wide, other] = [0; 2].map(|_| terms.symbol(64));
        let narrow = terms.symbol(8);
        let symbols = [wide, other, narrow].map(|term| terms.as_symbol(term).expect("a symbol"));
        let condition = terms.ult(wide, other);
        let both = narrowed(&mut terms, symbols, condition).expect("two are wide");
        assert_eq!(narrowed(&mut terms, [symbols[2]], condition), None);
        for _ in 0..1_000 {
            let values = [0; 3].map(|_| {
                let bits = 1 + random.below(8);
                random.below(1 << bits)
            });
            let mut model = Model::new();
            for (symbol, (value, width)) in symbols.iter().zip(values.iter().zip([64, 64, 8])) {
                let value = u128::from(*value) & ((1 << width) - 1);
                model.set(*symbol, crate::value::Value::new(width, value));
            }
            let is_so = values[0] < values[1] && values[1] < 64;
            assert_eq!(Evaluator::new(model).holds(&terms, both), is_so);
        }
    }
}
