//! Contradictions that do not depend on what the hard parts of a question are.
//!
//! A program that puts two keys into a hash table compares bits of two hashes, again and again, and
//! most of what it asks follows from earlier answers alone: if seven bits are equal, they are equal the
//! next time. A search does not see that; it goes into the hash function. So each hard part, a sum or
//! product over several others or an operation on floats, is replaced by a symbol that may be anything. What is impossible
//! even then is impossible.
//!
//! # Invariants
//!
//! - Only "no" is ever found here: every model of the question is one of the replaced question, in
//!   which each new symbol has the value of the part that it stands for.
//! - A part has one symbol wherever it stands.
//!
//! # Source
//!
//! Localisation reduction (Kurshan, "Computer-Aided Verification of Coordinating Processes", 1994),
//! with terms in place of registers, and without refinement: the search is the refinement.

use crate::blast::{Interrupt, Limits, Outcome, Session};
use crate::context::Context;
use crate::hashing::FastMap;
use crate::terms::{BinaryOperation, Node, TermId, Terms};

/// Sums and products of so many levels are hard.
const HARD_LEVELS: u32 = 4;
/// A symbol as wide as a flag would lose more than it saves.
const HARD_BITS_MIN: u32 = 2;
/// Conflicts of the search over what is left.
const CONFLICTS_MAX: u64 = 1_000;

/// The symbols that stand for hard parts.
#[derive(Default)]
pub(super) struct OpaqueParts {
    symbols: FastMap<TermId, TermId>,
}

impl OpaqueParts {
    /// Whether `wanted` contradict each other whatever their hard parts are. `false` says nothing.
    pub(super) fn are_impossible(
        &mut self,
        terms: &mut Terms,
        wanted: &[TermId],
        limits: &Limits,
        interrupt: Option<&Interrupt>,
    ) -> bool {
        let limits = Limits {
            conflicts_max: limits.conflicts_max.min(CONFLICTS_MAX),
            ..*limits
        };
        let wanted = with_equalities(terms, wanted);
        let mut replaced = FastMap::default();
        let mut levels = FastMap::default();
        let mut session = Session::new();
        for part in wanted {
            count_levels(terms, part, &mut levels);
            let part = self.replace(terms, part, &levels, &mut replaced);
            if terms.as_boolean(part) == Some(false) {
                return true;
            }
            if session.assert(terms, part, &limits).is_err() {
                return false;
            }
        }
        let truth = terms.true_();
        let outcome = session.solve(terms, truth, None, &limits, interrupt);
        matches!(outcome, Outcome::Unsatisfiable)
    }

    /// `root` with symbols for its hard parts.
    fn replace(
        &mut self,
        terms: &mut Terms,
        root: TermId,
        levels: &FastMap<TermId, u32>,
        replaced: &mut FastMap<TermId, TermId>,
    ) -> TermId {
        let mut pending = vec![root];
        while let Some(&term) = pending.last() {
            if replaced.contains_key(&term) {
                pending.pop();
                continue;
            }
            let new = if is_hard(terms, term, levels) {
                self.symbol_for(terms, term)
            } else {
                let open = terms.node(term).operands();
                let open: Vec<TermId> = open.filter(|part| !replaced.contains_key(part)).collect();
                if !open.is_empty() {
                    pending.extend(open);
                    continue;
                }
                terms.rebuild(term, |part| replaced[&part])
            };
            replaced.insert(term, new);
            pending.pop();
        }
        replaced[&root]
    }

    fn symbol_for(&mut self, terms: &mut Terms, part: TermId) -> TermId {
        if let Some(&symbol) = self.symbols.get(&part) {
            return symbol;
        }
        let symbol = terms.symbol(terms.width(part));
        self.symbols.insert(part, symbol);
        symbol
    }
}

/// Everything that is wanted, where one equality may have made others simpler.
fn with_equalities(terms: &mut Terms, wanted: &[TermId]) -> Vec<TermId> {
    let is_equality = |terms: &Terms, part: TermId| {
        matches!(terms.node(part), Node::Binary(BinaryOperation::Equal, ..))
    };
    let mut context = Context::default();
    for &part in wanted {
        if is_equality(terms, part) {
            context.assume(terms, part);
        }
    }
    context.refresh();
    let simplify = |&part: &TermId| {
        if is_equality(terms, part) {
            // It would only say that it holds.
            return part;
        }
        context.simplify(terms, part)
    };
    wanted.iter().map(simplify).collect()
}

/// How many sums and products lie above each other, for `root` and all its parts.
fn count_levels(terms: &Terms, root: TermId, levels: &mut FastMap<TermId, u32>) {
    let mut pending = vec![root];
    while let Some(&term) = pending.last() {
        if levels.contains_key(&term) {
            pending.pop();
            continue;
        }
        let before = pending.len();
        let operands = terms.node(term).operands();
        pending.extend(operands.filter(|part| !levels.contains_key(part)));
        if pending.len() == before {
            let below = terms.node(term).operands().map(|part| levels[&part]);
            let below = below.max().unwrap_or(0);
            levels.insert(term, below + u32::from(is_mixing(terms, term)));
            pending.pop();
        }
    }
}

fn is_mixing(terms: &Terms, term: TermId) -> bool {
    use BinaryOperation as Op;
    matches!(
        terms.node(term),
        Node::Binary(
            Op::Add | Op::Multiply | Op::UnsignedDivide | Op::UnsignedRemainder,
            ..
        )
    )
}

fn is_hard(terms: &Terms, term: TermId, levels: &FastMap<TermId, u32>) -> bool {
    if let Node::Float(_) = terms.node(term) {
        return terms.width(term) >= HARD_BITS_MIN;
    }
    is_mixing(terms, term) && levels[&term] >= HARD_LEVELS && terms.width(term) >= HARD_BITS_MIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_random::Random;
    use crate::test_world::World;

    /// A hash of a word.
    fn hash(terms: &mut Terms, word: TermId) -> TermId {
        let factor = terms.constant(32, 0x9e37_79b9);
        (0..5u128).fold(word, |term, round| {
            let distance = terms.constant(32, 13 + round);
            let shifted = terms.lshr(term, distance);
            let mixed = terms.xor(term, shifted);
            terms.mul(mixed, factor)
        })
    }

    fn are_impossible(terms: &mut Terms, wanted: &[TermId]) -> bool {
        OpaqueParts::default().are_impossible(terms, wanted, &Limits::default(), None)
    }

    #[test]
    fn what_follows_without_the_hash_needs_no_look_into_it() {
        let mut terms = Terms::new();
        let keys = [terms.symbol(32), terms.symbol(32)];
        let bits = keys.map(|key| {
            let hash = hash(&mut terms, key);
            terms.extract(hash, 25, 7)
        });
        let five = terms.constant(7, 5);
        let are_equal = terms.eq(bits[0], bits[1]);
        let first_is_five = terms.eq(bits[0], five);
        let second_is_not = terms.ne(bits[1], five);
        assert!(are_impossible(
            &mut terms,
            &[are_equal, first_is_five, second_is_not]
        ));
        assert!(!are_impossible(&mut terms, &[are_equal, first_is_five]));
        // Equal keys have equal hashes.
        let keys_are_equal = terms.eq(keys[0], keys[1]);
        let bits_differ = terms.not(are_equal);
        assert!(are_impossible(&mut terms, &[bits_differ, keys_are_equal]));
        assert!(!are_impossible(&mut terms, &[bits_differ]));
    }

    /// Never says that something is impossible for which there are values.
    #[test]
    fn what_is_possible_is_never_impossible() {
        let mut found = 0;
        for seed in 0..400 {
            let mut world = World::new(&[4, 4, 3], Random::new(70_000 + seed));
            let mut parts = OpaqueParts::default();
            let mut wanted = Vec::new();
            for _ in 0..4 {
                let mut deep = world.term(5);
                let width = world.terms.width(deep);
                for _ in 0..3 {
                    let factor = world.terms.constant(width, 5);
                    let other = world.term(2);
                    let other = world
                        .terms
                        .zero_extend(other, width.max(world.terms.width(other)));
                    let other = world.terms.truncate(other, width);
                    let product = world.terms.mul(deep, factor);
                    deep = world.terms.add(product, other);
                }
                let constant = world.terms.constant(width, seed.into());
                let part = if seed % 2 == 0 {
                    world.terms.eq(deep, constant)
                } else {
                    world.terms.ult(deep, constant)
                };
                wanted.extend([part, world.condition()]);
            }
            let limits = Limits::default();
            let is_impossible = parts.are_impossible(&mut world.terms, &wanted, &limits, None);
            found += u32::from(is_impossible);
            for &part in &wanted {
                world.restrict(part);
            }
            let is_possible = !world.rows(wanted[0]).is_empty();
            assert!(!(is_possible && is_impossible), "seed {seed}");
        }
        assert!(found > 20, "only {found} contradictions were found");
    }
}
