//! Random values, for questions that a search finds hard.
//!
//! A hash function is a wall for a SAT search, yet a few bits of its result are easy to hit: of 128
//! random keys, one has the seven bits that a hash table compares. So once a search has not ended
//! after some conflicts, random values are tried: for one symbol at a time, the others keeping their
//! values of the path's last model, and then for all of them. Where symbols have few bits together, all
//! of their values are tried instead.
//!
//! # Invariants
//!
//! - "No" is said only after all values were tried. The caller evaluates a model as it does any other.
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

/// All values of symbols are tried that have at most so many bits together.
const BITS_ALL_MAX: u32 = 16;

/// What trying values came to.
#[derive(Debug, PartialEq)]
pub(super) enum Sampled {
    /// All conditions hold under this model: the last one with other values for some symbols.
    Found(Model),
    /// There is no such model.
    Nowhere,
    /// Those that were tried are none.
    NotYet,
}

/// Tries values for the symbols of the `wanted` conditions.
pub(super) fn sample(terms: &Terms, last: &Model, wanted: &[TermId]) -> Sampled {
    let mut symbols: Vec<SymbolId> = wanted
        .iter()
        .flat_map(|condition| terms.symbols_of(*condition))
        .collect();
    symbols.sort_unstable();
    symbols.dedup();
    let width = |symbol: &SymbolId| terms.width(terms.symbol_term(*symbol));
    if symbols.len() > SYMBOLS_MAX || symbols.iter().any(|one| width(one) > INLINE_BITS) {
        return Sampled::NotYet;
    }
    let tried = if symbols.iter().map(width).sum::<u32>() <= BITS_ALL_MAX {
        try_all(terms, last, wanted, &symbols)
    } else {
        try_random(terms, last, wanted, &symbols)
    };
    // Conditions that are too large.
    tried.unwrap_or(Sampled::NotYet)
}

fn try_all(
    terms: &Terms,
    last: &Model,
    wanted: &[TermId],
    symbols: &[SymbolId],
) -> Option<Sampled> {
    let width = |symbol: &SymbolId| terms.width(terms.symbol_term(*symbol));
    let bits: u32 = symbols.iter().map(width).sum();
    for start in (0..1_u128 << bits).step_by(LANES) {
        let mut low_bit = 0;
        let mut batch = Batch::default();
        for symbol in symbols {
            let own = width(symbol);
            // The last lanes repeat the first ones where there are fewer numbers than lanes.
            let numbers = (start..).take(LANES).map(|all| all >> low_bit & mask(own));
            batch.vary(*symbol, numbers.collect());
            low_bit += own;
        }
        if let Some(lane) = batch.lane_where(terms, wanted)? {
            return Some(Sampled::Found(batch.model_of(terms, last, lane)));
        }
    }
    Some(Sampled::Nowhere)
}

fn try_random(
    terms: &Terms,
    last: &Model,
    wanted: &[TermId],
    symbols: &[SymbolId],
) -> Option<Sampled> {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let alone = symbols.iter().map(std::slice::from_ref);
    let together = (symbols.len() > 1).then_some(symbols);
    for changed in alone.chain(together) {
        for _ in 0..BATCHES_MAX {
            let mut batch = Batch::random(terms, last, symbols, changed, &mut numbers);
            if let Some(lane) = batch.lane_where(terms, wanted)? {
                return Some(Sampled::Found(batch.model_of(terms, last, lane)));
            }
        }
    }
    Some(Sampled::NotYet)
}

/// Values for some symbols, side by side.
struct Batch {
    lanes: Lanes,
    values: Vec<(SymbolId, Vec<u128>)>,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            lanes: Lanes::new(LANES),
            values: Vec::new(),
        }
    }
}

impl Batch {
    /// Gives a symbol a value in each lane.
    fn vary(&mut self, symbol: SymbolId, values: Vec<u128>) {
        self.lanes.set(symbol, values.clone());
        self.values.push((symbol, values));
    }

    /// Random values for the symbols in `changed`, those of `last` for the other ones.
    fn random(
        terms: &Terms,
        last: &Model,
        symbols: &[SymbolId],
        changed: &[SymbolId],
        numbers: &mut Numbers,
    ) -> Self {
        let mut batch = Self::default();
        for &symbol in symbols {
            let width = terms.width(terms.symbol_term(symbol));
            if changed.contains(&symbol) {
                let random = (0..LANES).map(|_| numbers.next() & mask(width));
                batch.vary(symbol, random.collect());
            } else {
                let value = last.value(symbol, width).to_u128();
                let value = value.expect("symbols are narrow here");
                batch.lanes.set(symbol, vec![value; LANES]);
            }
        }
        batch
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
    use crate::test_random::Random;
    use crate::test_world::World;

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
        let Sampled::Found(found) = sample(&terms, &start, &[differ, seven]) else {
            panic!("one of 128 keys");
        };
        assert!(found.holds(&terms, seven) && found.holds(&terms, differ));
        let all = terms.eq(left, right);
        assert_eq!(sample(&terms, &start, &[differ, all]), Sampled::NotYet);
    }

    #[test]
    fn few_values_are_all_tried() {
        let mut terms = Terms::new();
        for width in [3, 8, 16] {
            let symbol = terms.symbol(width);
            let square = terms.mul(symbol, symbol);
            for (number, is_square) in [(2, false), (4, true), (0, true)] {
                let number = terms.constant(width, number);
                let mut wanted = vec![terms.eq(square, number)];
                let own = terms.constant(width, (1 << width) - 2);
                // The largest number whose square is 4 is the last one but one.
                wanted.extend(
                    (is_square && terms.as_constant(number) == Some(4))
                        .then(|| terms.eq(symbol, own)),
                );
                match sample(&terms, &Model::new(), &wanted) {
                    Sampled::Found(model) => {
                        assert!(is_square && wanted.iter().all(|one| model.holds(&terms, *one)));
                    }
                    other => assert!(!is_square && other == Sampled::Nowhere, "{other:?}"),
                }
            }
        }
    }

    /// As enumeration says, whatever the conditions.
    #[test]
    fn all_values_agree_with_brute_force() {
        let mut nowhere = 0;
        for seed in 0..200 {
            let mut world = World::new(&[4, 4, 3], Random::new(40_000 + seed));
            let wanted = [world.condition(), world.condition(), world.condition()];
            for condition in wanted {
                world.restrict(condition);
            }
            let truth = world.terms.true_();
            let is_possible = !world.rows(truth).is_empty();
            match sample(&world.terms, &Model::new(), &wanted) {
                Sampled::Found(model) => {
                    assert!(wanted.iter().all(|one| model.holds(&world.terms, *one)));
                }
                other => {
                    assert!(!is_possible && other == Sampled::Nowhere, "seed {seed}");
                    nowhere += 1;
                }
            }
        }
        assert!(nowhere > 20, "{nowhere}");
    }
}
