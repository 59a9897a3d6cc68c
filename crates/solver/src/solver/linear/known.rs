//! What is known where some conditions hold: terms as whole numbers, and in which ways things can be.
//!
//! # Invariants
//!
//! - Every model of the conditions is one of what is known: it satisfies the inequalities, with each term's
//!   value as its number, and at least one way of everything that is open.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::inequalities::Inequalities;
use super::sum::Sum;
use crate::facts::Facts;
use crate::planted::{Mistake, is_planted};
use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};

/// Wider terms are left out.
const BITS_MAX: u32 = 64;
/// Of so many terms it is looked at what they are made of.
const TERMS_MAX: usize = 200;
/// A sum has at most so many parts.
const PARTS_MAX: usize = 12;
/// Something that can be in more ways is left out.
const WAYS_MAX: usize = 6;
/// Of a sum that may wrap in more ways it is only said whether it does.
const WRAPS_MAX: i128 = 4;

/// One way in which something can be: all of it holds.
pub(super) type Way = Vec<Claim>;

#[derive(Debug, Clone)]
pub(super) enum Claim {
    /// A condition has this truth value.
    Truth(TermId, bool),
    /// The terms have one value.
    Same(TermId, TermId),
    /// The first is below the second.
    Below(TermId, TermId),
    /// The sum is zero.
    Zero(Sum),
    /// The sum is at least zero.
    AtLeastZero(Sum),
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// Comparisons of narrower terms are left out.
    bits_min: u32,
    inequalities: Inequalities,
    truths: BTreeMap<TermId, bool>,
    /// What comparisons with constants say of narrower terms. It counts where a wider one is made of them.
    narrow: BTreeMap<TermId, Facts>,
    /// The terms that have been looked at.
    numbers: BTreeSet<TermId>,
    open: VecDeque<Vec<Way>>,
    /// A condition is both true and false.
    is_impossible: bool,
}

impl Known {
    /// Nothing is known. Comparisons of terms with fewer bits will be left out.
    pub(super) fn new(bits_min: u32) -> Self {
        Self {
            bits_min,
            ..Self::default()
        }
    }

    /// Whether comparisons of such terms are looked at.
    fn is_read(&self, terms: &Terms, term: TermId) -> bool {
        (self.bits_min..=BITS_MAX).contains(&terms.width(term))
    }

    /// Learns that a condition has this truth value.
    pub(super) fn read(&mut self, terms: &Terms, condition: TermId, truth: bool) {
        let mut pending = vec![(condition, truth)];
        while let Some((condition, truth)) = pending.pop() {
            if let Some(known) = terms.as_boolean(condition) {
                self.is_impossible |= known != truth;
                continue;
            }
            match self.truths.insert(condition, truth) {
                Some(known) if known == truth => continue,
                Some(_) => self.is_impossible = true,
                None => {}
            }
            self.read_narrow(terms, condition, truth);
            use BinaryOperation as Op;
            match *terms.node(condition) {
                Node::Unary(UnaryOperation::Not, inner) => pending.push((inner, !truth)),
                Node::Binary(Op::And, a, b) if truth => pending.extend([(a, true), (b, true)]),
                Node::Binary(Op::Or, a, b) if !truth => pending.extend([(a, false), (b, false)]),
                Node::Binary(operation @ (Op::And | Op::Or), ..) => {
                    self.open_sides(terms, condition, operation, truth);
                }
                Node::Binary(Op::Less, a, b) if self.is_read(terms, a) => {
                    let (low, high, distance) = if truth { (a, b, 1) } else { (b, a, 0) };
                    self.order(terms, low, high, distance);
                }
                Node::Binary(Op::Equal, a, b) if self.is_read(terms, a) => {
                    if truth {
                        self.take_claim(terms, &Claim::Same(a, b));
                    } else {
                        let ways = [Claim::Below(a, b), Claim::Below(b, a)];
                        self.open.push_back(ways.map(|way| vec![way]).into());
                    }
                }
                Node::IfThenElse {
                    condition,
                    then,
                    otherwise,
                } => self.open.push_back(vec![
                    vec![Claim::Truth(condition, true), Claim::Truth(then, truth)],
                    vec![
                        Claim::Truth(condition, false),
                        Claim::Truth(otherwise, truth),
                    ],
                ]),
                _ => {}
            }
        }
    }

    /// Remembers what a comparison of a narrower term with a constant says.
    fn read_narrow(&mut self, terms: &Terms, condition: TermId, truth: bool) {
        let Some((term, facts)) = Facts::by_comparison(terms, condition, truth) else {
            return;
        };
        if terms.width(term) >= self.bits_min {
            return;
        }
        let known = self.narrow.get(&term).unwrap_or_else(|| terms.facts(term));
        match known.meet(&facts) {
            None => self.is_impossible = true,
            Some(sharper) => {
                self.narrow.insert(term, sharper);
                if self.numbers.contains(&term) {
                    self.bound(term, &sharper);
                }
            }
        }
    }

    /// Learns the least and the greatest number that a term can be.
    fn bound(&mut self, term: TermId, facts: &Facts) {
        let (least, most) = (facts.minimum as i128, facts.maximum as i128);
        let number = Sum::of(term);
        self.inequalities.learn(number.plus_number(-least));
        self.inequalities.learn(Sum::number(most).plus(&number, -1));
    }

    /// At least one side of a conjunction fails, or of a disjunction holds.
    fn open_sides(
        &mut self,
        terms: &Terms,
        condition: TermId,
        operation: BinaryOperation,
        truth: bool,
    ) {
        let mut ways = Vec::new();
        let mut pending = vec![condition];
        while let Some(side) = pending.pop() {
            match *terms.node(side) {
                Node::Binary(own, a, b) if own == operation => pending.extend([b, a]),
                _ => ways.push(vec![Claim::Truth(side, truth)]),
            }
            if ways.len() + pending.len() > WAYS_MAX {
                return;
            }
        }
        self.open.push_back(ways);
    }

    /// Learns that `low` is at least `distance` below `high`.
    fn order(&mut self, terms: &Terms, low: TermId, high: TermId, distance: i128) {
        let (low, high) = (self.number(terms, low), self.number(terms, high));
        let room = high.plus(&low, -1);
        let room = room.and_then(|room| room.plus_number(-distance));
        self.inequalities.learn(room);
    }

    fn take_claim(&mut self, terms: &Terms, claim: &Claim) {
        match claim {
            Claim::Truth(condition, truth) => self.read(terms, *condition, *truth),
            Claim::Same(a, b) => {
                let (a, b) = (self.number(terms, *a), self.number(terms, *b));
                self.inequalities.learn_zero(a.plus(&b, -1));
            }
            Claim::Below(low, high) => self.order(terms, *low, *high, 1),
            Claim::Zero(sum) => self.inequalities.learn_zero(Some(sum.clone())),
            Claim::AtLeastZero(sum) => self.inequalities.learn(Some(sum.clone())),
        }
    }

    pub(super) fn take_way(&mut self, terms: &Terms, way: &Way) {
        for claim in way {
            self.take_claim(terms, claim);
        }
    }

    /// What can be in several ways, and was learned last: it is about what was tried before.
    pub(super) fn take_open(&mut self) -> Option<Vec<Way>> {
        self.open.pop_back()
    }

    /// Crosses out ways that contradict what is known, and takes the last ones that are left. Whether
    /// nothing is left somewhere.
    pub(super) fn settle(&mut self, terms: &Terms, effort: &mut u64) -> bool {
        if self.is_contradiction(effort) {
            return true;
        }
        let mut since_news = 0;
        // Apart, so that what is tried need not carry it along.
        let mut open = std::mem::take(&mut self.open);
        while since_news < open.len() && *effort > 0 {
            let mut ways = open.pop_front().expect("some are open");
            ways.retain(|way| {
                let mut tried = self.clone();
                tried.take_way(terms, way);
                !tried.is_contradiction(effort)
            });
            match &ways[..] {
                [] => return true,
                [way] => {
                    self.take_way(terms, way);
                    open.append(&mut self.open);
                    since_news = 0;
                }
                _ => {
                    open.push_back(ways);
                    since_news += 1;
                }
            }
        }
        self.open = open;
        false
    }

    fn is_contradiction(&self, effort: &mut u64) -> bool {
        self.is_impossible || self.inequalities.are_impossible(effort)
    }

    /// A term as a whole number, of which everything is known that its own parts say.
    fn number(&mut self, terms: &Terms, term: TermId) -> Sum {
        if let Some(constant) = terms.as_constant(term) {
            let constant = i128::try_from(constant).expect("64 bits fit");
            return Sum::number(constant);
        }
        let number = Sum::of(term);
        if self.numbers.insert(term) {
            let facts = self.narrow.get(&term).copied();
            self.bound(term, &facts.unwrap_or(*terms.facts(term)));
            if self.numbers.len() <= TERMS_MAX {
                self.look_into(terms, term);
            }
        }
        number
    }

    fn look_into(&mut self, terms: &Terms, term: TermId) {
        match *terms.node(term) {
            Node::IfThenElse {
                condition,
                then,
                otherwise,
            } => self.open.push_back(vec![
                vec![Claim::Truth(condition, true), Claim::Same(term, then)],
                vec![Claim::Truth(condition, false), Claim::Same(term, otherwise)],
            ]),
            Node::Concat { high, low } => {
                let low_width = terms.width(low);
                let (high, low) = (self.number(terms, high), self.number(terms, low));
                let whole = low.plus(&high, 1 << low_width);
                let rest = whole.and_then(|whole| whole.plus(&Sum::of(term), -1));
                self.inequalities.learn_zero(rest);
            }
            Node::Extract {
                term: whole,
                low_bit,
            } if terms.width(whole) <= BITS_MAX => {
                let whole_width = terms.width(whole);
                let whole = self.number(terms, whole);
                if low_bit == 0 {
                    self.congruent(terms, term, &whole);
                } else if low_bit + terms.width(term) == whole_width {
                    // The quotient, rounded down.
                    let rest = whole.plus(&Sum::of(term), -(1 << low_bit));
                    let most = Sum::number((1 << low_bit) - 1);
                    let to_next = rest.as_ref().and_then(|rest| most.plus(rest, -1));
                    self.inequalities.learn(to_next);
                    self.inequalities.learn(rest);
                }
            }
            _ if terms.is_sum(term) => {
                if let Some(sum) = self.sum_of_parts(terms, term) {
                    self.congruent(terms, term, &sum);
                }
            }
            _ => {}
        }
    }

    /// Learns that a sum is the number of `term`, or differs from it by a multiple of 2 to the power of its
    /// width.
    fn congruent(&mut self, terms: &Terms, term: TermId, sum: &Sum) {
        let width = terms.width(term);
        let same = |times: i128| {
            let shifted = sum.plus_number(times << width)?;
            Some(vec![Claim::Zero(shifted.plus(&Sum::of(term), -1)?)])
        };
        // The number is from 0 to 2^width - 1, so so many times the power of two are added to the sum:
        // from -most / 2^width up to (2^width - 1 - least) / 2^width.
        let range = self.inequalities.range(sum);
        let times = range.map(|(least, most)| (-(most >> width), -(least >> width)));
        let ways: Option<Vec<Way>> = match times {
            _ if is_planted(Mistake::SumNeverWraps) => same(0).map(|way| vec![way]),
            Some((first, last)) if last - first < WRAPS_MAX => (first..=last).map(same).collect(),
            _ => {
                // It is the number itself, or negative, or too large for one.
                let below = Sum::number(-1).plus(sum, -1);
                let above = sum.plus_number(-(1 << width));
                let outside = [below, above].map(|sum| Some(vec![Claim::AtLeastZero(sum?)]));
                outside.into_iter().chain([same(0)]).collect()
            }
        };
        match ways.as_deref() {
            None => {}
            Some([way]) => self.take_way(terms, way),
            Some(_) => self.open.extend(ways),
        }
    }

    /// A sum of numbers that agrees with `term` modulo 2 to the power of its width.
    fn sum_of_parts(&mut self, terms: &Terms, term: TermId) -> Option<Sum> {
        let width = terms.width(term);
        let mut sum = Sum::default();
        let mut pending = vec![(term, 1_i128)];
        while let Some((part, factor)) = pending.pop() {
            if sum.parts.len() + pending.len() > PARTS_MAX || factor.unsigned_abs() >> width != 0 {
                return None;
            }
            match *terms.node(part) {
                Node::Binary(BinaryOperation::Add, a, b) => {
                    pending.extend([(a, factor), (b, factor)]);
                }
                Node::Unary(UnaryOperation::Negate, a) => pending.push((a, -factor)),
                Node::Unary(UnaryOperation::Not, a) => {
                    // The complement of a number is one less than its opposite.
                    pending.push((a, -factor));
                    sum = sum.plus_number(-factor)?;
                }
                Node::Binary(BinaryOperation::Multiply, a, b) if terms.is_constant(b) => {
                    pending.push((a, factor.checked_mul(signed(terms, b)?)?));
                }
                _ if terms.is_constant(part) => {
                    sum = sum.plus(&Sum::number(signed(terms, part)?), factor)?;
                }
                _ => {
                    let number = self.number(terms, part);
                    sum = sum.plus(&number, factor)?;
                }
            }
        }
        Some(sum)
    }
}

/// A constant, read as a signed number.
fn signed(terms: &Terms, term: TermId) -> Option<i128> {
    let constant = i128::try_from(terms.as_constant(term)?).ok()?;
    let width = terms.width(term);
    let is_negative = constant >> (width - 1) == 1;
    Some(constant - (i128::from(is_negative) << width))
}
