//! Random values, for questions that a search finds hard.
//!
//! A hash function is a wall for a SAT search, yet a few bits of its result are easy to hit: of 128
//! random keys, one has the seven bits that a hash table compares. So once a search has not ended
//! after some conflicts, random values are tried: for one symbol at a time, the others keeping their
//! values of the path's last model, and then for all of them.
//!
//! # Invariants
//!
//! - Only "yes" is ever found here, and the caller evaluates the model as it does any other.
//! - The same question gives the same answer: the numbers are a fixed sequence.

use crate::evaluate::Lanes;
use crate::model::Model;
use crate::terms::{SymbolId, TermId, Terms};
use crate::value::{INLINE_BITS, Value, mask};

/// Values that are tried side by side.
const LANES: usize = 256;
/// So often for each symbol, and for all of them together.
const BATCHES_MAX: usize = 16;
/// Questions on more symbols are left to the search, ...
const SYMBOLS_MAX: usize = 8;
/// ... and those with more parts.
const PARTS_MAX: usize = 20_000;

/// A model under which all `wanted` conditions hold: `last` with other values for some symbols.
pub(super) fn sample(terms: &Terms, last: &Model, wanted: &[TermId]) -> Option<Model> {
    let mut symbols: Vec<SymbolId> = wanted
        .iter()
        .flat_map(|condition| terms.symbols_of(*condition))
        .collect();
    symbols.sort_unstable();
    symbols.dedup();
    let is_narrow = |symbol: &SymbolId| terms.width(terms.symbol_term(*symbol)) <= INLINE_BITS;
    if symbols.len() > SYMBOLS_MAX || !symbols.iter().all(is_narrow) {
        return None;
    }
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let alone = symbols.iter().map(std::slice::from_ref);
    let together = (symbols.len() > 1).then_some(&symbols[..]);
    for changed in alone.chain(together) {
        for _ in 0..BATCHES_MAX {
            let mut batch = Batch::new(terms, last, &symbols, changed, &mut numbers);
            if let Some(lane) = batch.lane_where(terms, wanted)? {
                return Some(batch.model_of(terms, last, lane));
            }
        }
    }
    None
}

/// Values for some symbols, side by side.
struct Batch {
    lanes: Lanes,
    values: Vec<(SymbolId, Vec<u128>)>,
}

impl Batch {
    /// Random values for the symbols in `changed`, those of `last` for the other ones.
    fn new(
        terms: &Terms,
        last: &Model,
        symbols: &[SymbolId],
        changed: &[SymbolId],
        numbers: &mut Numbers,
    ) -> Self {
        let mut lanes = Lanes::new(LANES);
        let mut values = Vec::new();
        for &symbol in symbols {
            let width = terms.width(terms.symbol_term(symbol));
            let own = if changed.contains(&symbol) {
                let random: Vec<u128> = (0..LANES).map(|_| numbers.next() & mask(width)).collect();
                values.push((symbol, random.clone()));
                random
            } else {
                let value = last.value(symbol, width).to_u128();
                vec![value.expect("symbols are narrow here"); LANES]
            };
            lanes.set(symbol, own);
        }
        Self { lanes, values }
    }

    /// A lane in which all conditions hold, if there is one; `None` if they are too large.
    #[expect(
        clippy::option_option,
        reason = "too large is not the same as none found"
    )]
    fn lane_where(&mut self, terms: &Terms, wanted: &[TermId]) -> Option<Option<usize>> {
        let mut left: Vec<usize> = (0..LANES).collect();
        for condition in wanted {
            let truth = self.lanes.evaluate(terms, *condition, PARTS_MAX)?;
            left.retain(|lane| truth[*lane] == 1);
            if left.is_empty() {
                break;
            }
        }
        Some(left.first().copied())
    }

    fn model_of(&self, terms: &Terms, last: &Model, lane: usize) -> Model {
        let mut model = last.clone();
        for (symbol, values) in &self.values {
            let width = terms.width(terms.symbol_term(*symbol));
            model.set(*symbol, Value::new(width, values[lane]));
        }
        model
    }
}

/// A fixed sequence of numbers (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn half(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn next(&mut self) -> u128 {
        u128::from(self.half()) << 64 | u128::from(self.half())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mixing step that a search has to guess its way through.
    fn mixed(terms: &mut Terms, symbol: TermId) -> TermId {
        let mut term = symbol;
        for round in 0..4u32 {
            let factor = terms.constant(64, 0xbf58_476d_1ce4_e5b9);
            let distance = terms.constant(64, u128::from(27 + round));
            let shifted = terms.lshr(term, distance);
            let sum = terms.xor(term, shifted);
            term = terms.mul(sum, factor);
        }
        term
    }

    #[test]
    fn some_bits_of_a_mixture_are_hit_and_all_of_them_are_not() {
        let mut terms = Terms::new();
        let (key, other) = (terms.symbol(64), terms.symbol(64));
        let (left, right) = (mixed(&mut terms, key), mixed(&mut terms, other));
        let (low, low_other) = (terms.extract(left, 57, 7), terms.extract(right, 57, 7));
        let seven = terms.eq(low, low_other);
        let differ = terms.ne(key, other);
        let last = Model::new();
        let mut start = last.clone();
        start.set(terms.as_symbol(key).unwrap(), Value::new(64, 1));
        let found = sample(&terms, &start, &[differ, seven]).expect("one of 128 keys");
        assert!(found.holds(&terms, seven) && found.holds(&terms, differ));
        let all = terms.eq(left, right);
        assert_eq!(sample(&terms, &start, &[differ, all]), None);
    }

    #[test]
    fn what_is_impossible_is_never_found() {
        let mut terms = Terms::new();
        let symbol = terms.symbol(8);
        let square = terms.mul(symbol, symbol);
        let two = terms.constant(8, 2);
        let is_two = terms.eq(square, two);
        assert_eq!(sample(&terms, &Model::new(), &[is_two]), None);
    }
}
