//! Contradictions between comparisons alone: what is below what, and below what in turn.
//!
//! Positions in a buffer come in chains: a start is at most the end of the contents, that is at most the
//! end of the region, that is at most the size. Whether a start can be behind the size follows from
//! going along the chain, while a search has to find that out bit by bit.
//!
//! # Invariants
//!
//! - Only "no" is ever found here: a term that is below itself, with everything between them.
//!
//! # Not here
//!
//! Sums: that `start + length` is at most `end` when `length` is at most `end - start`.

use std::collections::BTreeSet;

use crate::hashing::FastMap;
use crate::path::PathCondition;
use crate::solver::ladder::Side;
use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};

/// Slices with more constraints are left to the search.
const CONSTRAINTS_MAX: usize = 1_000;
/// So many parts of a condition are looked at.
const PARTS_MAX: usize = 32;

/// Whether the condition of `side` contradicts the order that the path says terms have.
pub(super) fn is_impossible(terms: &Terms, path: &PathCondition, side: &Side) -> bool {
    let slices = side.slices.iter().map(|&index| path.slice(index));
    let constraints: Vec<TermId> = slices
        .flat_map(|slice| slice.constraints().iter().copied())
        .collect();
    if constraints.len() > CONSTRAINTS_MAX {
        return false;
    }
    let mut search = Search {
        terms,
        constraints: &constraints,
        orders: [None, None],
        parts: 0,
    };
    search.contradicts(side.condition, true)
}

/// `left` is below `right`, or at most `right`.
#[derive(Debug, Clone, Copy)]
struct Below {
    left: TermId,
    right: TermId,
    is_strict: bool,
    is_signed: bool,
}

/// For each term those that it is below or at most.
type Order = FastMap<TermId, Vec<(TermId, bool)>>;

struct Search<'a> {
    terms: &'a Terms,
    constraints: &'a [TermId],
    /// Unsigned and signed, once they are needed.
    orders: [Option<Order>; 2],
    parts: usize,
}

impl Search<'_> {
    /// Whether it is impossible that `condition` has this truth value.
    fn contradicts(&mut self, condition: TermId, truth: bool) -> bool {
        self.parts += 1;
        if self.parts > PARTS_MAX {
            return false;
        }
        match *self.terms.node(condition) {
            Node::Unary(UnaryOperation::Not, inner) => self.contradicts(inner, !truth),
            // One bit each, as all conditions.
            Node::Binary(BinaryOperation::And, a, b) if truth => {
                self.contradicts(a, true) || self.contradicts(b, true)
            }
            Node::Binary(BinaryOperation::And, a, b) => {
                self.contradicts(a, false) && self.contradicts(b, false)
            }
            Node::Binary(BinaryOperation::Or, a, b) if truth => {
                self.contradicts(a, true) && self.contradicts(b, true)
            }
            Node::Binary(BinaryOperation::Or, a, b) => {
                self.contradicts(a, false) || self.contradicts(b, false)
            }
            Node::Binary(BinaryOperation::Equal, a, b) if truth => {
                [false, true].into_iter().any(|is_signed| {
                    self.leads(a, b, is_signed, true) || self.leads(b, a, is_signed, true)
                })
            }
            _ => match comparison(self.terms, condition, truth) {
                // Back from right to left closes a circle.
                Some(below) => {
                    let Below {
                        left,
                        right,
                        is_strict,
                        is_signed,
                    } = below;
                    self.leads(right, left, is_signed, !is_strict)
                }
                None => false,
            },
        }
    }

    /// Whether `from` is known to be at most `to`, and below it if that `must_be_strict`.
    fn leads(&mut self, from: TermId, to: TermId, is_signed: bool, must_be_strict: bool) -> bool {
        let order = self.orders[usize::from(is_signed)]
            .get_or_insert_with(|| order_of(self.terms, self.constraints, [from, to], is_signed));
        let mut seen = BTreeSet::new();
        let mut pending = vec![(from, false)];
        while let Some((term, is_strict)) = pending.pop() {
            if term == to && (is_strict || !must_be_strict) {
                return true;
            }
            if !seen.insert((term, is_strict)) {
                continue;
            }
            let next = order.get(&term).into_iter().flatten();
            pending.extend(next.map(|(above, strict)| (*above, is_strict || *strict)));
        }
        false
    }
}

/// A condition with this truth value as a comparison, if it is one.
fn comparison(terms: &Terms, condition: TermId, truth: bool) -> Option<Below> {
    let (is_signed, a, b) = match *terms.node(condition) {
        Node::Binary(BinaryOperation::Less, a, b) => (false, a, b),
        Node::Binary(BinaryOperation::LessSigned, a, b) => (true, a, b),
        _ => return None,
    };
    let (left, right) = if truth { (a, b) } else { (b, a) };
    Some(Below {
        left,
        right,
        is_strict: truth,
        is_signed,
    })
}

/// What the constraints say of what is below what, in one reading.
fn order_of(terms: &Terms, constraints: &[TermId], asked: [TermId; 2], is_signed: bool) -> Order {
    let mut order = Order::default();
    let mut constants: Vec<TermId> = asked.to_vec();
    let mut add = |left, right, is_strict| {
        order.entry(left).or_default().push((right, is_strict));
        constants.extend([left, right]);
    };
    for &constraint in constraints {
        let (truth, inner) = match *terms.node(constraint) {
            Node::Unary(UnaryOperation::Not, inner) => (false, inner),
            _ => (true, constraint),
        };
        if let Node::Binary(BinaryOperation::Equal, a, b) = *terms.node(inner)
            && truth
        {
            add(a, b, false);
            add(b, a, false);
        }
        if let Some(below) = comparison(terms, inner, truth)
            && below.is_signed == is_signed
        {
            add(below.left, below.right, below.is_strict);
        }
    }
    constants.retain(|term| terms.is_constant(*term));
    let value = |term: &TermId| terms.as_value(*term).expect("a constant").clone();
    constants.sort_by(|left, right| {
        let widths = terms.width(*left).cmp(&terms.width(*right));
        widths.then_with(|| {
            let (left, right) = (value(left), value(right));
            let is_less = |a: &crate::value::Value, b| match is_signed {
                true => a.is_less_signed(b),
                false => a.is_less(b),
            };
            is_less(&right, &left).cmp(&is_less(&left, &right))
        })
    });
    constants.dedup();
    for pair in constants.windows(2) {
        if terms.width(pair[0]) == terms.width(pair[1]) {
            order.entry(pair[0]).or_default().push((pair[1], true));
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solver::Solver;
    use crate::test_random::Random;
    use crate::test_world::World;

    /// A path on which all of `known` hold.
    fn path_of(terms: &mut Terms, known: &[TermId]) -> (Solver, PathCondition) {
        let (mut solver, mut path) = (Solver::new(), PathCondition::new());
        for condition in known {
            solver.assume(terms, &mut path, *condition, None);
        }
        (solver, path)
    }

    fn says_no(terms: &mut Terms, known: &[TermId], condition: TermId) -> bool {
        let (_, path) = path_of(terms, known);
        let symbols = terms.symbols_of(condition);
        let side = Side {
            condition,
            slices: path.relevant_slices(&symbols),
            symbols: symbols.into(),
        };
        is_impossible(terms, &path, &side)
    }

    #[test]
    fn what_is_below_what_is_below_follows() {
        let mut terms = Terms::new();
        let [start, filled, end, total] = [0; 4].map(|_| terms.symbol(64));
        let most = terms.constant(64, 1 << 47);
        let more = terms.constant(64, 1 << 48);
        let known = [
            terms.ule(start, filled),
            terms.ule(filled, end),
            terms.ult(end, total),
            terms.ule(total, most),
        ];
        let no = [
            terms.ult(total, start),
            terms.eq(total, start),
            terms.ult(more, start),
            terms.ule(total, filled),
        ];
        for condition in no {
            assert!(says_no(&mut terms, &known, condition));
            let opposite = terms.not(condition);
            assert!(!says_no(&mut terms, &known, opposite));
        }
        let maybe = [
            terms.eq(start, end),
            terms.ult(start, end),
            terms.slt(total, start),
        ];
        for condition in maybe {
            assert!(!says_no(&mut terms, &known, condition));
        }
    }

    /// Says "no" only where no values exist, and often where none do.
    #[test]
    fn agrees_with_brute_force() {
        let (mut found, mut missed) = (0, 0);
        for seed in 0..600 {
            let mut world = World::new(&[3, 3, 3], Random::new(90_000 + seed));
            let symbols = world.symbols.clone();
            let mut comparisons = Vec::new();
            for _ in 0..4 {
                let pick = |world: &mut World| match world.random.below(4) {
                    3 => {
                        let value = world.random.below(8);
                        world.terms.constant(3, value.into())
                    }
                    other => symbols[other as usize],
                };
                let (a, b) = (pick(&mut world), pick(&mut world));
                let terms = &mut world.terms;
                comparisons.push(match world.random.below(5) {
                    0 => terms.ult(a, b),
                    1 => terms.ule(a, b),
                    2 => terms.slt(a, b),
                    3 => terms.sle(a, b),
                    _ => terms.eq(a, b),
                });
            }
            let condition = comparisons.pop().expect("there are four");
            if comparisons
                .iter()
                .any(|one| world.terms.as_boolean(*one) == Some(false))
            {
                continue;
            }
            let says_no = says_no(&mut world.terms, &comparisons, condition);
            for &known in comparisons.iter().chain([&condition]) {
                world.restrict(known);
            }
            let is_possible = !world.rows(symbols[0]).is_empty();
            assert!(!(says_no && is_possible), "seed {seed}");
            found += u32::from(says_no);
            missed += u32::from(!says_no && !is_possible);
        }
        assert!(found > 25, "{found} found, {missed} missed");
    }
}
