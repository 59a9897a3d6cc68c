//! Contradictions between comparisons of sums.
//!
//! That `start + length` is not behind `end` follows from `length <= end - start` and `start <= end` in
//! two steps for whoever adds inequalities up, and in thousands for a search, which has 64 full adders
//! in its way. So comparisons become inequalities between whole numbers, and variables are eliminated
//! until nothing is left or a contradiction is.
//!
//! A sum of bit-vectors is the sum of numbers only where it does not wrap. Whether it can is a
//! question of the same kind, and is asked first; a sum that may wrap is a number of its own.
//!
//! # Invariants
//!
//! - Only "no" is ever found here: each inequality holds in every model of the question.
//! - An inequality whose numbers grow too large is left out, which only makes less impossible.
//!
//! # Not here
//!
//! Signed comparisons, products of two symbols, terms of more than 64 bits.
//!
//! # Source
//!
//! Fourier and Motzkin's elimination, with constants rounded down to whole numbers after each step
//! (Pugh, "The Omega Test", 1991, of which we take only that).

use std::collections::BTreeMap;

use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};

/// Comparisons of wider terms are left out.
const BITS_MAX: u32 = 64;
/// A question with more conditions is left to the search.
const CONDITIONS_MAX: usize = 64;
/// So many inequalities may there be at once.
const INEQUALITIES_MAX: usize = 600;
/// A sum has at most so many parts.
const PARTS_MAX: usize = 12;
/// So many choices are followed on both sides, one within the other.
const CHOICES_MAX: u32 = 4;
/// Sums are tried again so often with what other sums have shown.
const ROUNDS: usize = 3;

/// A whole number times each term, in order, and a constant.
type Parts = Vec<(TermId, i128)>;

/// A sum of multiples and a constant.
#[derive(Debug, Clone, Default)]
struct Sum {
    parts: BTreeMap<TermId, i128>,
    constant: i128,
}

impl Sum {
    fn of(term: TermId) -> Self {
        Self {
            parts: BTreeMap::from([(term, 1)]),
            constant: 0,
        }
    }

    fn add(mut self, other: &Self, factor: i128) -> Option<Self> {
        for (term, multiple) in &other.parts {
            let own = self.parts.entry(*term).or_default();
            *own = own.checked_add(multiple.checked_mul(factor)?)?;
        }
        self.parts.retain(|_, multiple| *multiple != 0);
        let constant = other.constant.checked_mul(factor)?;
        self.constant = self.constant.checked_add(constant)?;
        Some(self)
    }

    fn plus(mut self, constant: i128) -> Option<Self> {
        self.constant = self.constant.checked_add(constant)?;
        Some(self)
    }
}

/// Sums that are at least zero: by their parts, the smallest constant.
#[derive(Debug, Clone, Default)]
struct Inequalities {
    constants: BTreeMap<Parts, i128>,
    is_impossible: bool,
}

impl Inequalities {
    /// Learns that a sum is at least zero. `None`, a number that was too large, says nothing.
    fn learn(&mut self, sum: Option<Sum>) {
        let Some(Sum { parts, constant }) = sum else {
            return;
        };
        if parts.is_empty() {
            self.is_impossible |= constant < 0;
            return;
        }
        let divisor = parts
            .values()
            .fold(0, |all, multiple| common(all, *multiple));
        let divided = parts
            .iter()
            .map(|(term, multiple)| (*term, multiple / divisor));
        let constant = constant.div_euclid(divisor);
        let known = self.constants.entry(divided.collect()).or_insert(constant);
        *known = (*known).min(constant);
    }

    /// Whether no whole numbers satisfy all of them, as far as that is found.
    fn are_impossible(mut self) -> bool {
        while !self.is_impossible {
            let Some(variable) = self.cheapest() else {
                return false;
            };
            let (variable, made) = variable;
            if made + self.constants.len() > INEQUALITIES_MAX {
                return false;
            }
            let (with, without): (Vec<_>, Vec<_>) = std::mem::take(&mut self.constants)
                .into_iter()
                .partition(|(parts, _)| parts.iter().any(|(term, _)| *term == variable));
            self.constants = without.into_iter().collect();
            let sums: Vec<Sum> = with.into_iter().map(sum_of).collect();
            for low in sums.iter().filter(|sum| sum.parts[&variable] > 0) {
                for high in sums.iter().filter(|sum| sum.parts[&variable] < 0) {
                    let zero = Sum::default();
                    let both = zero.add(low, -high.parts[&variable]);
                    self.learn(both.and_then(|both| both.add(high, low.parts[&variable])));
                }
            }
        }
        true
    }

    /// The variable whose elimination makes the fewest inequalities, and how many.
    fn cheapest(&self) -> Option<(TermId, usize)> {
        let mut counts: BTreeMap<TermId, (usize, usize)> = BTreeMap::new();
        for (term, multiple) in self.constants.keys().flatten() {
            let (low, high) = counts.entry(*term).or_default();
            *(if *multiple > 0 { low } else { high }) += 1;
        }
        let made = counts
            .into_iter()
            .map(|(term, (low, high))| (term, low * high));
        made.min_by_key(|(_, count)| *count)
    }
}

fn sum_of((parts, constant): (Parts, i128)) -> Sum {
    Sum {
        parts: parts.into_iter().collect(),
        constant,
    }
}

/// The greatest common divisor, positive unless both are zero.
fn common(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left.abs(), right.abs());
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

/// Whether `conditions` contradict each other, as far as adding up comparisons shows it.
pub(super) fn are_impossible(terms: &Terms, conditions: &[TermId]) -> bool {
    if conditions.len() > CONDITIONS_MAX {
        return false;
    }
    let known = conditions
        .iter()
        .map(|condition| (*condition, true))
        .collect();
    contradict(terms, known, &BTreeMap::new(), CHOICES_MAX)
}

/// As [`are_impossible`], of conditions with their truth, where some choices are made.
fn contradict(
    terms: &Terms,
    conditions: Vec<(TermId, bool)>,
    chosen: &BTreeMap<TermId, TermId>,
    choices_max: u32,
) -> bool {
    let mut question = Question {
        terms,
        chosen,
        comparisons: Vec::new(),
        alternatives: None,
        choice: None,
        known: Inequalities::default(),
    };
    for (condition, truth) in &conditions {
        question.read(*condition, *truth);
    }
    question.compare();
    if question.known.clone().are_impossible() {
        return true;
    }
    let Some(choices_left) = choices_max.checked_sub(1) else {
        return false;
    };
    let (alternatives, choice) = (question.alternatives, question.choice);
    if let Some(choice) = choice {
        let Node::IfThenElse {
            condition,
            then,
            otherwise,
        } = *terms.node(choice)
        else {
            unreachable!("it is a choice");
        };
        return [(true, then), (false, otherwise)]
            .into_iter()
            .all(|(truth, side)| {
                let mut conditions = conditions.clone();
                conditions.push((condition, truth));
                let mut chosen = chosen.clone();
                chosen.insert(choice, side);
                contradict(terms, conditions, &chosen, choices_left)
            });
    }
    let Some((whole, sides)) = alternatives else {
        return false;
    };
    sides.into_iter().all(|side| {
        let mut conditions = conditions.clone();
        conditions.push((side, false));
        // Both are false there.
        let mut chosen = chosen.clone();
        chosen.insert(whole, side);
        contradict(terms, conditions, &chosen, choices_left)
    })
}

/// What is to be shown impossible.
struct Question<'a> {
    terms: &'a Terms,
    /// What choices are where one of their sides was taken, and conjunctions where one of theirs fails.
    chosen: &'a BTreeMap<TermId, TermId>,
    /// The first is at most the second, or below it where the third says so.
    comparisons: Vec<(TermId, TermId, bool)>,
    /// A conjunction that does not hold, and its sides, one of which fails.
    alternatives: Option<(TermId, [TermId; 2])>,
    /// A choice in a sum.
    choice: Option<TermId>,
    known: Inequalities,
}

impl Question<'_> {
    fn read(&mut self, condition: TermId, truth: bool) {
        use BinaryOperation as Op;
        match *self.terms.node(condition) {
            Node::Constant(_) => {
                self.known.is_impossible |= self.terms.as_boolean(condition) != Some(truth);
            }
            Node::Unary(UnaryOperation::Not, inner) => self.read(inner, !truth),
            Node::Binary(Op::And, a, b) if self.terms.width(condition) == 1 && truth => {
                self.read(a, true);
                self.read(b, true);
            }
            Node::Binary(Op::And, a, b)
                if self.terms.width(condition) == 1 && !self.chosen.contains_key(&condition) =>
            {
                self.alternatives = self.alternatives.or(Some((condition, [a, b])));
            }
            Node::Binary(Op::Less, a, b) if self.terms.width(a) <= BITS_MAX => {
                let comparison = if truth { (a, b, true) } else { (b, a, false) };
                self.comparisons.push(comparison);
            }
            Node::Binary(Op::Equal, a, b) if truth && self.terms.width(a) <= BITS_MAX => {
                self.comparisons.extend([(a, b, false), (b, a, false)]);
            }
            _ => {}
        }
    }

    /// Turns comparisons into inequalities, those first whose sums are known not to wrap.
    fn compare(&mut self) {
        let mut pending = std::mem::take(&mut self.comparisons);
        for round in 0..=ROUNDS {
            let is_last = round == ROUNDS;
            let before = pending.len();
            pending.retain(|&(low, high, is_strict)| {
                let sums = (self.number(low, is_last), self.number(high, is_last));
                let (Some(low), Some(high)) = sums else {
                    return true;
                };
                let distance = high.add(&low, -1);
                let distance = distance.and_then(|sum| sum.plus(-i128::from(is_strict)));
                self.known.learn(distance);
                false
            });
            if pending.is_empty() || pending.len() == before && is_last {
                return;
            }
        }
    }

    /// The whole number that a term is. A sum that may wrap is none, or one of its own if `is_last`.
    fn number(&mut self, term: TermId, is_last: bool) -> Option<Sum> {
        let term = self.resolved(term);
        if let Some(constant) = self.terms.as_constant(term) {
            return Sum::default().plus(i128::try_from(constant).ok()?);
        }
        let is_sum = matches!(
            self.terms.node(term),
            Node::Binary(BinaryOperation::Add, ..) | Node::Unary(UnaryOperation::Negate, _)
        );
        if is_sum {
            if let Some(sum) = self.flattened(term)
                && self.is_exact(&sum, self.terms.width(term))
            {
                return Some(sum);
            }
            if !is_last {
                return None;
            }
        }
        Some(self.leaf(term))
    }

    /// The side that was taken, where a term is a choice.
    fn resolved(&self, mut term: TermId) -> TermId {
        while let Some(side) = self.chosen.get(&term) {
            term = *side;
        }
        term
    }

    /// A sum of terms that agrees with `term` modulo 2 to the power of its width.
    fn flattened(&mut self, term: TermId) -> Option<Sum> {
        let width = self.terms.width(term);
        let mut sum = Sum::default();
        let mut pending = vec![(term, 1)];
        while let Some((part, factor)) = pending.pop() {
            if sum.parts.len() + pending.len() > PARTS_MAX {
                return None;
            }
            let part = self.resolved(part);
            match *self.terms.node(part) {
                Node::Binary(BinaryOperation::Add, a, b) => {
                    pending.extend([(a, factor), (b, factor)]);
                }
                Node::Unary(UnaryOperation::Negate, a) => pending.push((a, -factor)),
                _ => match self.terms.as_constant(part) {
                    Some(constant) => {
                        let constant = i128::try_from(constant).ok()?;
                        let is_negative = constant >> (width - 1) == 1;
                        let signed = constant - (i128::from(is_negative) << width);
                        sum = sum.plus(signed * factor)?;
                    }
                    None => {
                        let leaf = self.leaf(part);
                        sum = sum.add(&leaf, factor)?;
                    }
                },
            }
        }
        Some(sum)
    }

    /// Whether a sum is never below zero and never as large as 2 to the power of `width`.
    fn is_exact(&self, sum: &Sum, width: u32) -> bool {
        let zero = Sum::default();
        let below = zero.clone().add(sum, -1).and_then(|sum| sum.plus(-1));
        let above = sum.clone().plus(-(1 << width));
        [below, above].into_iter().all(|outside| {
            outside.is_some() && {
                let mut known = self.known.clone();
                known.learn(outside);
                known.are_impossible()
            }
        })
    }

    /// A term as a number of its own, with what is known of it anyway.
    fn leaf(&mut self, term: TermId) -> Sum {
        if matches!(self.terms.node(term), Node::IfThenElse { .. }) {
            self.choice = self.choice.or(Some(term));
        }
        let sum = Sum::of(term);
        self.known.learn(Some(sum.clone()));
        let most = (1_i128 << self.terms.width(term)) - 1;
        let below = Sum::default().plus(most);
        self.known
            .learn(below.and_then(|below| below.add(&sum, -1)));
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_random::Random;
    use crate::test_world::World;

    #[test]
    fn what_fits_between_two_places_ends_before_the_second() {
        let mut terms = Terms::new();
        let [start, end, limit, length] = [0; 4].map(|_| terms.symbol(64));
        let ordered = terms.ule(start, end);
        let within = terms.ule(end, limit);
        let room = terms.sub(end, start);
        let fits = terms.ule(length, room);
        let stop = terms.add(start, length);
        let is_behind = terms.ugt(stop, limit);
        assert!(are_impossible(&terms, &[ordered, within, fits, is_behind]));
        // Without the order, the difference may wrap.
        assert!(!are_impossible(&terms, &[within, fits, is_behind]));
        assert!(!are_impossible(&terms, &[ordered, fits, is_behind]));
        let is_at = terms.eq(stop, limit);
        assert!(!are_impossible(&terms, &[ordered, within, fits, is_at]));
        // The larger of two places is behind the limit only if one is.
        let is_longer = terms.ult(stop, end);
        let larger = terms.ite(is_longer, end, stop);
        let is_behind = terms.ugt(larger, limit);
        assert!(are_impossible(&terms, &[ordered, within, fits, is_behind]));
        assert!(!are_impossible(&terms, &[ordered, fits, is_behind]));
    }

    /// Nothing is impossible that enumeration finds, however sums wrap.
    #[test]
    fn what_is_possible_is_never_impossible() {
        let (mut found, mut missed) = (0, 0);
        for seed in 0..3_000 {
            let mut world = World::new(&[3, 3, 3, 3], Random::new(110_000 + seed));
            let mut conditions = Vec::new();
            for _ in 0..5 {
                let mut sides = Vec::new();
                for _ in 0..2 {
                    let [a, b] = [0; 2].map(|_| world.random.pick(&world.symbols.clone()));
                    let terms = &mut world.terms;
                    sides.push(match world.random.below(6) {
                        0 => terms.add(a, b),
                        1 => terms.sub(a, b),
                        2 => {
                            let condition = terms.ult(a, b);
                            terms.ite(condition, a, b)
                        }
                        _ => a,
                    });
                }
                let condition = match world.random.below(4) {
                    0 => world.terms.eq(sides[0], sides[1]),
                    1 => world.terms.ult(sides[0], sides[1]),
                    _ => world.terms.ule(sides[0], sides[1]),
                };
                conditions.push(condition);
            }
            let either = world.terms.and(conditions[0], conditions[1]);
            conditions[0] = world.terms.not(either);
            let is_impossible = are_impossible(&world.terms, &conditions);
            for condition in conditions {
                world.restrict(condition);
            }
            let truth = world.terms.true_();
            let is_possible = !world.rows(truth).is_empty();
            assert!(!(is_possible && is_impossible), "seed {seed}");
            found += u32::from(is_impossible);
            missed += u32::from(!is_possible && !is_impossible);
        }
        assert!(found > 200, "{found} found, {missed} missed");
    }
}
