//! The values of a symbol for which a condition holds, as intervals.
//!
//! A comparison with a constant allows an interval of its left operand. That operand is followed
//! down to the symbol through operations which map intervals to intervals, and the allowed set is
//! pulled back at each step. Conditions that need more (low bits of a wide symbol, products) have
//! no such set, and the search decides them.
//!
//! # Invariants
//!
//! - Exact: a value is in the set if and only if the condition holds
//!   (`tests::sets_agree_with_evaluation`).

use super::IntervalSet;
use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};
use crate::value::{INLINE_BITS, mask};

/// How many operations a condition may be deep.
const DEPTH_MAX: u32 = 64;

/// The values of the only symbol of `condition` under which it holds, if intervals can tell.
pub(crate) fn values_where(terms: &Terms, condition: TermId) -> Option<IntervalSet> {
    truth_set(terms, condition, DEPTH_MAX)
}

fn truth_set(terms: &Terms, condition: TermId, depth: u32) -> Option<IntervalSet> {
    let deeper = depth.checked_sub(1)?;
    match *terms.node(condition) {
        Node::Unary(UnaryOperation::Not, inner) => {
            Some(truth_set(terms, inner, deeper)?.complement())
        }
        Node::Binary(BinaryOperation::And, a, b) => {
            truth_set(terms, a, deeper)?.and(&truth_set(terms, b, deeper)?)
        }
        Node::Binary(BinaryOperation::Xor, a, b) if terms.width(a) == 1 => {
            let (a, b) = (truth_set(terms, a, deeper)?, truth_set(terms, b, deeper)?);
            union(&a.and(&b.complement())?, &b.and(&a.complement())?)
        }
        Node::IfThenElse {
            condition,
            then,
            otherwise,
        } => {
            let chosen = truth_set(terms, condition, deeper)?;
            let then = truth_set(terms, then, deeper)?.and(&chosen)?;
            let otherwise = truth_set(terms, otherwise, deeper)?.and(&chosen.complement())?;
            union(&then, &otherwise)
        }
        Node::Binary(operation, left, right) if operation.is_comparison() => {
            let allowed = allowed_by(terms, operation, left, right)?;
            pull_back(terms, left, allowed, deeper)
        }
        // The lone bits: a sign test, a flag.
        Node::Extract { .. } | Node::Symbol(_) => {
            pull_back(terms, condition, IntervalSet::between(1, 1, 1), deeper)
        }
        _ => None,
    }
}

fn union(a: &IntervalSet, b: &IntervalSet) -> Option<IntervalSet> {
    IntervalSet::union_of(a.width(), [a.intervals(), b.intervals()].concat())
}

/// The values of `left` for which the comparison with the constant `right` holds.
fn allowed_by(
    terms: &Terms,
    operation: BinaryOperation,
    left: TermId,
    right: TermId,
) -> Option<IntervalSet> {
    let width = terms.width(left);
    let bound = terms.as_constant(right).filter(|_| width <= INLINE_BITS)?;
    match operation {
        BinaryOperation::Equal => Some(IntervalSet::between(width, bound, bound)),
        BinaryOperation::Less => {
            let all = bound.checked_sub(1).map(|last| (0, last));
            IntervalSet::union_of(width, all.into_iter().collect())
        }
        BinaryOperation::LessSigned => {
            // Negative numbers are the upper half.
            let half = 1u128 << (width - 1);
            let intervals = if bound >= half {
                bound
                    .checked_sub(1)
                    .filter(|&last| last >= half)
                    .map(|last| vec![(half, last)])
            } else {
                let low = bound.checked_sub(1).map(|last| (0, last));
                Some([(half, mask(width))].into_iter().chain(low).collect())
            };
            IntervalSet::union_of(width, intervals.unwrap_or_default())
        }
        _ => None,
    }
}

/// The values of the only symbol of `term` under which the term is in `allowed`.
fn pull_back(terms: &Terms, term: TermId, allowed: IntervalSet, depth: u32) -> Option<IntervalSet> {
    let deeper = depth.checked_sub(1)?;
    let width = terms.width(term);
    match *terms.node(term) {
        Node::Symbol(_) => Some(allowed),
        Node::Unary(UnaryOperation::Not, inner) => {
            let flipped = allowed.intervals().iter();
            let flipped = flipped
                .map(|&(a, b)| (!b & mask(width), !a & mask(width)))
                .collect();
            pull_back(terms, inner, IntervalSet::union_of(width, flipped)?, deeper)
        }
        Node::Unary(UnaryOperation::Negate, inner) => {
            // -x = !x + 1
            let moved = rotate(&allowed, mask(width))?;
            let flipped = moved.intervals().iter();
            let flipped = flipped
                .map(|&(a, b)| (!b & mask(width), !a & mask(width)))
                .collect();
            pull_back(terms, inner, IntervalSet::union_of(width, flipped)?, deeper)
        }
        Node::Binary(BinaryOperation::Add, inner, addend) => {
            let addend = terms.as_constant(addend)?;
            pull_back(
                terms,
                inner,
                rotate(&allowed, addend.wrapping_neg() & mask(width))?,
                deeper,
            )
        }
        Node::SignExtend(inner) => {
            let own = terms.width(inner);
            let half = mask(own) >> 1;
            let above = mask(width) - mask(own);
            let low = clip(&allowed, 0, half, 0);
            let high = clip(&allowed, above + half + 1, mask(width), above);
            pull_back(
                terms,
                inner,
                IntervalSet::union_of(own, [low, high].concat())?,
                deeper,
            )
        }
        Node::Extract {
            term: inner,
            low_bit,
        } => pull_back_extract(terms, inner, low_bit, &allowed, deeper),
        Node::Concat { high, low } => pull_back_concat(terms, high, low, &allowed, deeper),
        _ => None,
    }
}

/// Adds `distance` to every number, modulo 2^width.
fn rotate(set: &IntervalSet, distance: u128) -> Option<IntervalSet> {
    let bits = mask(set.width());
    let mut intervals = Vec::with_capacity(set.intervals().len() + 1);
    for &(first, last) in set.intervals() {
        let (first, last) = (
            first.wrapping_add(distance) & bits,
            last.wrapping_add(distance) & bits,
        );
        if first <= last {
            intervals.push((first, last));
        } else {
            intervals.push((first, bits));
            intervals.push((0, last));
        }
    }
    IntervalSet::union_of(set.width(), intervals)
}

/// The part of `set` between `first` and `last`, with `base` subtracted.
fn clip(set: &IntervalSet, first: u128, last: u128, base: u128) -> Vec<(u128, u128)> {
    set.intervals()
        .iter()
        .map(|&(a, b)| (a.max(first), b.min(last)))
        .filter(|(a, b)| a <= b)
        .map(|(a, b)| (a - base, b - base))
        .collect()
}

/// Upper bits are a quotient: each of their values stands for a stretch of the whole.
fn pull_back_extract(
    terms: &Terms,
    inner: TermId,
    low_bit: u32,
    allowed: &IntervalSet,
    depth: u32,
) -> Option<IntervalSet> {
    let width = terms.width(inner);
    // The number of bits above the extracted ones, whose values all repeat the pattern.
    let above = width - low_bit - allowed.width();
    if width > INLINE_BITS || above > 6 {
        return None;
    }
    let mut intervals = Vec::new();
    for repetition in 0..1u128 << above {
        // At least one bit is extracted, so `low_bit` is below 128.
        let base = (repetition << (width - above - 1)) << 1;
        let stretch = allowed.intervals().iter().map(|&(a, b)| {
            let last = (b << low_bit) | ((1u128 << low_bit) - 1);
            (base + (a << low_bit), base + last)
        });
        intervals.extend(stretch);
    }
    pull_back(
        terms,
        inner,
        IntervalSet::union_of(width, intervals)?,
        depth,
    )
}

/// A concatenation with a constant above or below.
fn pull_back_concat(
    terms: &Terms,
    high: TermId,
    low: TermId,
    allowed: &IntervalSet,
    depth: u32,
) -> Option<IntervalSet> {
    let (width, low_width) = (allowed.width(), terms.width(low));
    if let Some(above) = terms.as_constant(high) {
        let base = above << low_width;
        let inner = clip(allowed, base, base + mask(low_width), base);
        return pull_back(terms, low, IntervalSet::union_of(low_width, inner)?, depth);
    }
    let below = terms.as_constant(low)?;
    let high_width = width - low_width;
    let mut intervals = Vec::new();
    for &(a, b) in allowed.intervals() {
        // The smallest x with x:below >= a, and the largest with x:below <= b.
        let first = (a >> low_width) + u128::from(a & mask(low_width) > below);
        let last = (b >> low_width).checked_sub(u128::from(b & mask(low_width) < below));
        if let Some(last) = last.filter(|&last| first <= last) {
            intervals.push((first, last));
        }
    }
    pull_back(
        terms,
        high,
        IntervalSet::union_of(high_width, intervals)?,
        depth,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Lanes;
    use crate::test_random::Random;

    /// A term over `x` with a few random steps of the kinds that sets are pulled back through.
    fn grow(terms: &mut Terms, random: &mut Random, x: TermId, steps: u64) -> TermId {
        let mut term = x;
        for _ in 0..steps {
            let width = terms.width(term);
            let constant = |terms: &mut Terms, random: &mut Random, width: u32| {
                let value = random.edge_biased(width);
                terms.constant(width, value)
            };
            term = match random.below(8) {
                0 => terms.not(term),
                1 => terms.neg(term),
                2 | 3 => {
                    let addend = constant(terms, random, width);
                    terms.add(term, addend)
                }
                4 => terms.sign_extend(term, width + 1 + random.below(3) as u32),
                5 => {
                    let above = constant(terms, random, 2);
                    terms.concat(above, term)
                }
                6 => {
                    let below = constant(terms, random, 2);
                    terms.concat(term, below)
                }
                _ => {
                    let part = 1 + random.below(u64::from(width)) as u32;
                    let low_bit = random.below(u64::from(width - part + 1)) as u32;
                    terms.extract(term, low_bit, part)
                }
            };
        }
        term
    }

    fn compare(terms: &mut Terms, random: &mut Random, term: TermId) -> TermId {
        let width = terms.width(term);
        let value = random.edge_biased(width);
        let constant = terms.constant(width, value);
        match random.below(5) {
            0 => terms.eq(term, constant),
            1 => terms.ult(term, constant),
            2 => terms.ult(constant, term),
            3 => terms.slt(term, constant),
            _ => terms.sle(term, constant),
        }
    }

    #[test]
    fn sets_agree_with_evaluation() {
        let mut random = Random::new(9);
        let mut found = 0;
        for _ in 0..20_000 {
            let mut terms = Terms::new();
            let x = terms.symbol(6);
            let conditions = [(); 2].map(|()| {
                let steps = random.below(4);
                let term = grow(&mut terms, &mut random, x, steps);
                compare(&mut terms, &mut random, term)
            });
            let [a, b] = conditions;
            let condition = match random.below(5) {
                0 => terms.and(a, b),
                1 => terms.or(a, b),
                2 => terms.xor(a, b),
                3 => terms.ite(a, b, conditions[random.below(2) as usize]),
                _ => a,
            };
            if terms.is_constant(condition) {
                continue;
            }
            let Some(set) = values_where(&terms, condition) else {
                continue;
            };
            found += 1;
            let mut lanes = Lanes::new(64);
            lanes.set(terms.as_symbol(x).unwrap(), (0..64).collect());
            let truth = lanes.evaluate(&terms, condition, 1_000).unwrap();
            for value in 0..64u128 {
                let holds = truth[value as usize] == 1;
                assert_eq!(
                    set.contains(value),
                    holds,
                    "{} at {value}",
                    terms.show(condition)
                );
            }
        }
        assert!(found > 8_000, "only {found} conditions had a set");
    }

    #[test]
    fn wide_symbols_do_not_overflow() {
        let mut random = Random::new(10);
        for _ in 0..5_000 {
            let mut terms = Terms::new();
            let x = terms.symbol(128);
            let addend = random.edge_biased(128);
            let addend = terms.constant(128, addend);
            let sum = terms.add(x, addend);
            let part = terms.extract(sum, 3, 125);
            let term = random.pick(&[x, sum, part]);
            let condition = compare(&mut terms, &mut random, term);
            let Some(set) = values_where(&terms, condition) else {
                continue;
            };
            let values: Vec<u128> = (0..32).map(|_| random.edge_biased(128)).collect();
            let mut lanes = Lanes::new(32);
            lanes.set(terms.as_symbol(x).unwrap(), values.clone());
            let truth = lanes.evaluate(&terms, condition, 1_000).unwrap();
            for (value, &holds) in values.iter().zip(truth) {
                assert_eq!(set.contains(*value), holds == 1);
            }
        }
    }

    #[test]
    fn the_range_idiom_of_compilers_has_a_set() {
        let mut terms = Terms::new();
        let x = terms.symbol(32);
        let (minus_zero, ten) = (
            terms.constant(32, 0u128.wrapping_sub(48)),
            terms.constant(32, 10),
        );
        let moved = terms.add(x, minus_zero);
        let is_digit = terms.ult(moved, ten);
        let set = values_where(&terms, is_digit).unwrap();
        assert_eq!(set.intervals(), [(48, 57)]);
    }
}
