//! A model mended by going from a condition down to a symbol, and asking at each operation which operand
//! would give the wanted result.
//!
//! Most questions of a path can be answered yes, and near the last model: the condition is a sum that
//! should be a little larger, a mask that should let another bit through. A search sets up all gates of
//! all constraints for that. Inverting the few operations on one way down costs a hundredth, and where
//! what was changed breaks another constraint, that one is mended in the same way.
//!
//! # Invariants
//!
//! - Only "yes" is ever found here, and only when the condition and all constraints were evaluated.
//! - The same question gives the same answer: the choices are a fixed sequence.
//!
//! # Not here
//!
//! Saying no: after some moves the question goes on to the search. Terms of more than 128 bits.
//!
//! # Source
//!
//! Niemetz, Preiner, Biere, "Precise and Complete Propagation Based Local Search for Satisfiability
//! Modulo Theories" (CAV 2016). We make few moves, keep no costs, and always choose at random among the
//! operands that can be changed.

use super::sampling::Numbers;
use crate::evaluate::Evaluator;
use crate::model::Model;
use crate::terms::{BinaryOperation, Node, SymbolId, TermId, Terms, UnaryOperation};
use crate::value::{INLINE_BITS, Value, mask};

/// So many symbols are changed, one after the other.
const MOVES_MAX: usize = 8;

/// A way down has at most so many operations.
const STEPS_MAX: usize = 64;

/// A model of `condition` and `constraints` near `last`, which satisfies the constraints.
pub(super) fn mend(
    terms: &Terms,
    last: &Model,
    condition: TermId,
    constraints: &[TermId],
) -> Option<Model> {
    let mut numbers = Numbers::new();
    let mut evaluator = Evaluator::new(last.clone());
    let mut broken = condition;
    for _ in 0..MOVES_MAX {
        let (symbol, bits) = way_down(terms, &mut evaluator, broken, &mut numbers)?;
        let width = terms.width(terms.symbol_term(symbol));
        let mut model = evaluator.model().clone();
        model.set(symbol, Value::new(width, bits));
        evaluator = Evaluator::new(model);
        if !evaluator.holds(terms, condition) {
            broken = condition;
            continue;
        }
        let mut others = constraints.iter();
        match others.find(|known| !evaluator.holds(terms, **known)) {
            Some(known) => broken = *known,
            None => return Some(evaluator.model().clone()),
        }
    }
    None
}

/// A symbol and a value for it with which `condition`, which does not hold, may hold.
fn way_down(
    terms: &Terms,
    evaluator: &mut Evaluator,
    condition: TermId,
    numbers: &mut Numbers,
) -> Option<(SymbolId, u128)> {
    let (mut term, mut wanted) = (condition, 1);
    for _ in 0..STEPS_MAX {
        if terms.width(term) > INLINE_BITS {
            return None;
        }
        if let Some(symbol) = terms.as_symbol(term) {
            return Some((symbol, wanted));
        }
        let mut inverter = Inverter {
            terms,
            evaluator,
            numbers,
        };
        (term, wanted) = inverter.step(term, wanted)?;
        wanted &= mask(terms.width(term));
    }
    None
}

/// One step of a way down.
struct Inverter<'a> {
    terms: &'a Terms,
    evaluator: &'a mut Evaluator,
    numbers: &'a mut Numbers,
}

impl Inverter<'_> {
    /// An operand of `term`, and a value for it that gives `term` the wanted one, if there is any.
    fn step(&mut self, term: TermId, wanted: u128) -> Option<(TermId, u128)> {
        match *self.terms.node(term) {
            Node::Constant(_) | Node::Symbol(_) | Node::Float(_) => None,
            Node::Unary(UnaryOperation::Not, a) => Some((a, !wanted)),
            Node::Unary(UnaryOperation::Negate, a) => Some((a, wanted.wrapping_neg())),
            Node::SignExtend(a) => Some((a, wanted)),
            Node::Extract {
                term: whole,
                low_bit,
            } => {
                let bits = mask(self.terms.width(term)) << low_bit;
                let current = self.value(whole)?;
                Some((whole, current & !bits | wanted << low_bit))
            }
            Node::Concat { high, low } => {
                let width = self.terms.width(low);
                let (upper, lower) = (wanted >> width, wanted & mask(width));
                let sides = [(high, upper), (low, lower)];
                let differing = |side: &(TermId, u128)| self.value(side.0) != Some(side.1);
                let differing: Vec<_> = sides.into_iter().filter(differing).collect();
                let index = self.below(differing.len())?;
                Some(differing[index])
            }
            Node::IfThenElse {
                condition,
                then,
                otherwise,
            } => {
                let takes_first = self.value(condition)? == 1;
                let (taken, other) = if takes_first {
                    (then, otherwise)
                } else {
                    (otherwise, then)
                };
                let is_other_right = self.value(other) == Some(wanted);
                let must_stay = self.terms.is_constant(condition);
                if !must_stay && (is_other_right || self.terms.is_constant(taken)) {
                    return Some((condition, u128::from(!takes_first)));
                }
                Some((taken, wanted))
            }
            Node::Binary(operation, a, b) => {
                let is_first = self.chooses_first(a, b);
                self.step_binary(operation, (a, b), is_first, wanted)
            }
        }
    }

    fn value(&mut self, term: TermId) -> Option<u128> {
        self.evaluator.evaluate(self.terms, term).to_u128()
    }

    /// A number below `limit`, which may be 0.
    fn below(&mut self, limit: usize) -> Option<usize> {
        let number = usize::try_from(self.numbers.next() >> 96).expect("32 bits");
        number.checked_rem(limit)
    }

    /// Whether the first of two operands is to be changed: the one that is no constant, or either.
    fn chooses_first(&mut self, a: TermId, b: TermId) -> bool {
        if self.terms.is_constant(a) {
            return false;
        }
        self.terms.is_constant(b) || self.below(2) == Some(0)
    }

    fn step_binary(
        &mut self,
        operation: BinaryOperation,
        (a, b): (TermId, TermId),
        is_first: bool,
        wanted: u128,
    ) -> Option<(TermId, u128)> {
        use BinaryOperation as Op;
        let (changed, kept) = if is_first { (a, b) } else { (b, a) };
        let width = self.terms.width(changed);
        let (own, other) = (self.value(changed)?, self.value(kept)?);
        let value = match operation {
            // Where the other operand has no say, bits stay as they are.
            Op::And => wanted | own & !other,
            Op::Or => wanted & (own | !other),
            Op::Xor => wanted ^ other,
            Op::Add => wanted.wrapping_sub(other),
            Op::Multiply => quotient(width, wanted, other)?,
            Op::UnsignedDivide if is_first => wanted.wrapping_mul(other),
            Op::UnsignedRemainder if is_first => own.wrapping_sub(own % other.max(1)) + wanted,
            Op::ShiftLeft if is_first && other < u128::from(width) => {
                let kept_bits = own & !(mask(width) >> other);
                (wanted >> other) | kept_bits
            }
            Op::ShiftRight if is_first && other < u128::from(width) => {
                let kept_bits = own & ((1 << other) - 1);
                (wanted << other) | kept_bits
            }
            Op::Equal if wanted == 1 => other,
            Op::Equal => own.wrapping_add(1),
            Op::Less => self.across(width, (is_first, wanted == 1), other)?,
            Op::LessSigned => {
                // Signed order is unsigned order with the sign turned round.
                let sign = 1 << (width - 1);
                self.across(width, (is_first, wanted == 1), other ^ sign)? ^ sign
            }
            _ => return None,
        };
        Some((changed, value))
    }

    /// A value for one side of `a < b` that makes it true or false, near the other side or anywhere.
    fn across(&mut self, width: u32, side: (bool, bool), other: u128) -> Option<u128> {
        let most = mask(width);
        let (least, largest) = match side {
            (true, true) => (0, other.checked_sub(1)?),
            (true, false) => (other, most),
            (false, true) => (other.checked_add(1).filter(|least| *least <= most)?, most),
            (false, false) => (0, other),
        };
        let near = if side.0 == side.1 { largest } else { least };
        if self.below(2) == Some(0) {
            return Some(near);
        }
        let span = largest - least;
        let random = self.numbers.next();
        Some(least + span.checked_add(1).map_or(random, |count| random % count))
    }
}

/// A number whose product with `factor` is `product`, modulo 2^`width`.
fn quotient(width: u32, product: u128, factor: u128) -> Option<u128> {
    let zeros = factor.trailing_zeros();
    if zeros >= width || product & ((1 << zeros) - 1) != 0 {
        return None;
    }
    let odd = factor >> zeros;
    // Newton's iteration doubles the bits that are right; an odd number is its own inverse modulo 8.
    let inverse = (0..6).fold(odd, |inverse, _| {
        inverse.wrapping_mul(2_u128.wrapping_sub(odd.wrapping_mul(inverse)))
    });
    Some((product >> zeros).wrapping_mul(inverse) & mask(width) >> zeros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_random::Random;
    use crate::test_world::World;

    #[test]
    fn a_quotient_times_its_factor_is_the_product() {
        for width in [1, 3, 8] {
            for factor in 0..1_u128 << width {
                for product in 0..1_u128 << width {
                    let all =
                        (0..1_u128 << width).any(|one| (one * factor) & mask(width) == product);
                    let found = quotient(width, product, factor);
                    let is_right = |one: u128| (one * factor) & mask(width) == product;
                    assert!(found.is_none_or(is_right), "{width} {factor} {product}");
                    assert_eq!(
                        found.is_some(),
                        all && factor != 0,
                        "{width} {factor} {product}"
                    );
                }
            }
        }
        let found = quotient(128, 7, 0xbf58_476d_1ce4_e5b9).unwrap();
        assert_eq!(found.wrapping_mul(0xbf58_476d_1ce4_e5b9), 7);
    }

    /// Each step gives the wanted result, wherever a value for the one operand can.
    #[test]
    fn a_step_hits_what_one_operand_can_reach() {
        use BinaryOperation as Op;
        let operations = [
            Op::And,
            Op::Or,
            Op::Xor,
            Op::Add,
            Op::Multiply,
            Op::Equal,
            Op::Less,
        ];
        let operations = operations.into_iter().chain([Op::LessSigned]);
        for operation in operations {
            let mut terms = Terms::new();
            let (a, b) = (terms.symbol(3), terms.symbol(3));
            let ids = [a, b].map(|one| terms.as_symbol(one).unwrap());
            let bits = if operation.is_comparison() { 1 } else { 3 };
            for number in 0..64_u128 << bits {
                let (own, other, wanted) = (number & 7, number >> 3 & 7, number >> 6);
                let result = |a: u128, b: u128| {
                    let (a, b) = (Value::new(3, a), Value::new(3, b));
                    let result = crate::evaluate::apply_binary(operation, &a, &b);
                    result.to_u128().unwrap()
                };
                if result(own, other) == wanted {
                    continue;
                }
                let mut model = Model::new();
                model.set(ids[0], Value::new(3, own));
                model.set(ids[1], Value::new(3, other));
                let mut evaluator = Evaluator::new(model);
                for is_first in [true, false] {
                    let mut inverter = Inverter {
                        terms: &terms,
                        evaluator: &mut evaluator,
                        numbers: &mut Numbers::new(),
                    };
                    let step = inverter.step_binary(operation, (a, b), is_first, wanted);
                    let given = |value: u128| {
                        if is_first {
                            result(value, other)
                        } else {
                            result(own, value)
                        }
                    };
                    let is_reachable = (0..8).any(|value| given(value) == wanted);
                    if is_reachable {
                        let (_, value) = step.expect("some value does it");
                        assert_eq!(
                            given(value & 7),
                            wanted,
                            "{operation:?} {number} {is_first}"
                        );
                    }
                }
            }
        }
    }

    /// What is found is a model; most of what is possible is found.
    #[test]
    fn what_is_mended_holds() {
        let (mut possible, mut found) = (0, 0);
        for seed in 0..600 {
            let mut world = World::new(&[4, 4, 3], Random::new(60_000 + seed));
            let condition = world.condition();
            let constraint = world.condition();
            let last = Model::new();
            if !last.holds(&world.terms, constraint) || last.holds(&world.terms, condition) {
                continue;
            }
            world.restrict(condition);
            world.restrict(constraint);
            let truth = world.terms.true_();
            let is_possible = !world.rows(truth).is_empty();
            possible += u32::from(is_possible);
            if let Some(model) = mend(&world.terms, &last, condition, &[constraint]) {
                assert!(is_possible, "seed {seed}");
                assert!(model.holds(&world.terms, condition), "seed {seed}");
                assert!(model.holds(&world.terms, constraint), "seed {seed}");
                found += 1;
            }
        }
        assert!(found * 10 > possible * 7, "{found} of {possible}");
    }
}
