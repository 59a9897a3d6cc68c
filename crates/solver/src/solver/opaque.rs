//! Contradictions that do not depend on what the hard parts of a question are.
//!
//! A program that puts two keys into a hash table compares bits of two hashes, again and again, and
//! most of what it asks follows from earlier answers alone: if seven bits are equal, they are equal the
//! next time. A search does not see that; it goes into the hash function. So each hard part, a sum or
//! product over several others, is replaced by a symbol that may be anything. What is impossible
//! even then is impossible.
//!
//! One thing is kept of what was replaced: parts of one form, which differ only in the symbols that they
//! are made of, are equal where those symbols are equal. Equal keys have equal hashes.
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
//! with terms in place of registers, and without refinement: the search is the refinement. What is kept
//! is the congruence that replaces functions in Ackermann, "Solvable Cases of the Decision Problem"
//! (1954); our functions are forms that we find in the terms.

use crate::blast::{Interrupt, Limits, Outcome, Session};
use crate::context::Context;
use crate::hashing::FastMap;
use crate::terms::{BinaryOperation, Node, TermId, Terms};

/// Sums and products of so many levels are hard.
const HARD_LEVELS: u32 = 4;
/// What so few bits of a hash decide, as a place in a table, is arithmetic of its own: levels count anew
/// above them.
const FEW_BITS: u32 = 8;
/// Conflicts of the search over what is left; those of a table of eight places take some thousands.
const CONFLICTS_MAX: u64 = 10_000;

/// Of the parts of one form, so many are compared with each other.
const ALIKE_MAX: usize = 8;

/// The symbols that stand for hard parts.
#[derive(Default)]
pub(super) struct OpaqueParts {
    symbols: FastMap<TermId, TermId>,
    forms: FastMap<TermId, Form>,
    /// What stands for the symbols in a form, by width and by number.
    blanks: FastMap<(u32, usize), TermId>,
}

/// A part as a function of its symbols.
#[derive(Clone)]
struct Form {
    /// The part with blanks in place of its symbols.
    function: TermId,
    /// The symbols, in order.
    arguments: Vec<TermId>,
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
        let wanted = with_truths(terms, wanted);
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
        for congruence in self.congruences(terms, &levels, &replaced) {
            if session.assert(terms, congruence, &limits).is_err() {
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

    /// For each two of the replaced parts that have one form: where their symbols are equal, so are they.
    fn congruences(
        &mut self,
        terms: &mut Terms,
        levels: &FastMap<TermId, u32>,
        replaced: &FastMap<TermId, TermId>,
    ) -> Vec<TermId> {
        let parts = replaced.keys().copied();
        let mut parts: Vec<TermId> = parts.filter(|part| is_hard(terms, *part, levels)).collect();
        parts.sort_unstable();
        let mut by_function: FastMap<TermId, Vec<(TermId, Form)>> = FastMap::default();
        let mut found = Vec::new();
        for part in parts {
            let form = self.form_of(terms, part);
            let alike = by_function.entry(form.function).or_default();
            for (other, known) in alike.iter() {
                let (left, right) = (replaced[other], replaced[&part]);
                found.push(congruence(terms, (known, left), (&form, right)));
            }
            if alike.len() < ALIKE_MAX {
                alike.push((part, form));
            }
        }
        found
    }

    fn form_of(&mut self, terms: &mut Terms, part: TermId) -> Form {
        if let Some(form) = self.forms.get(&part) {
            return form.clone();
        }
        let symbols = terms.symbols_of(part);
        let arguments: Vec<TermId> = symbols.iter().map(|one| terms.symbol_term(*one)).collect();
        let mut renamed = FastMap::default();
        for (number, argument) in arguments.iter().enumerate() {
            let width = terms.width(*argument);
            let blank = self.blanks.entry((width, number));
            renamed.insert(*argument, *blank.or_insert_with(|| terms.symbol(width)));
        }
        // Operands have smaller numbers than what is made of them.
        for inner in terms.reachable(&[part]) {
            if !renamed.contains_key(&inner) {
                let new = terms.rebuild(inner, |operand| renamed[&operand]);
                renamed.insert(inner, new);
            }
        }
        let form = Form {
            function: renamed[&part],
            arguments,
        };
        self.forms.insert(part, form.clone());
        form
    }
}

/// Two symbols are equal where those of their forms are.
fn congruence(
    terms: &mut Terms,
    (left_form, left): (&Form, TermId),
    (right_form, right): (&Form, TermId),
) -> TermId {
    // What the function has of them has one number and one width in both.
    let pairs = left_form.arguments.iter().zip(&right_form.arguments);
    let is_alike = |(left, right): &(&TermId, &TermId)| terms.width(**left) == terms.width(**right);
    let pairs: Vec<_> = pairs.filter(is_alike).collect();
    let mut holds = terms.eq(left, right);
    for (first, second) in pairs {
        let differ = terms.ne(*first, *second);
        holds = terms.or(holds, differ);
    }
    holds
}

/// Everything that is wanted, where one equality may have made others simpler.
fn with_truths(terms: &mut Terms, wanted: &[TermId]) -> Vec<TermId> {
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

/// How many sums and products lie above each other, for `root` and all its parts; what has few bits
/// begins anew.
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
            let own = if terms.width(term) <= FEW_BITS {
                0
            } else {
                below + u32::from(is_mixing(terms, term))
            };
            levels.insert(term, own);
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
    is_mixing(terms, term) && levels[&term] >= HARD_LEVELS
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

    #[test]
    fn equal_keys_have_equal_hashes_wherever_the_equality_stands() {
        let mut terms = Terms::new();
        let keys = [0, 1].map(|_| [terms.symbol(32), terms.symbol(32)]);
        let bits = keys.map(|[first, second]| {
            let first = hash(&mut terms, first);
            let mixed = terms.xor(first, second);
            let mixed = hash(&mut terms, mixed);
            terms.extract(mixed, 25, 7)
        });
        let differ = terms.ne(bits[0], bits[1]);
        let firsts_equal = terms.eq(keys[0][0], keys[1][0]);
        let seconds_equal = terms.eq(keys[0][1], keys[1][1]);
        let both = terms.and(firsts_equal, seconds_equal);
        let flag = terms.symbol(1);
        let both_or_flag = terms.or(both, flag);
        let no_flag = terms.not(flag);
        assert!(are_impossible(&mut terms, &[differ, both_or_flag, no_flag]));
        assert!(!are_impossible(&mut terms, &[differ, both_or_flag]));
        let one_or_flag = terms.or(firsts_equal, flag);
        assert!(!are_impossible(&mut terms, &[differ, one_or_flag, no_flag]));
        // Of another function, equal keys say nothing.
        let other = hash(&mut terms, keys[1][0]);
        let other = hash(&mut terms, other);
        let other = terms.extract(other, 25, 7);
        let others_differ = terms.ne(bits[0], other);
        assert!(!are_impossible(
            &mut terms,
            &[others_differ, both_or_flag, no_flag]
        ));
    }

    /// A place in a table is arithmetic over a hash, and no hash.
    #[test]
    fn what_is_computed_from_few_bits_of_a_hash_is_looked_into() {
        let mut terms = Terms::new();
        let key = terms.symbol(32);
        let hash = hash(&mut terms, key);
        let place = terms.extract(hash, 0, 2);
        let wide = terms.zero_extend(place, 64);
        let size = terms.constant(64, 24);
        let start = terms.constant(64, 0x1000);
        let offset = terms.mul(wide, size);
        let address = terms.add(start, offset);
        let end = terms.constant(64, 0x1000 + 3 * 24);
        let is_behind = terms.ugt(address, end);
        assert!(are_impossible(&mut terms, &[is_behind]));
        let is_last = terms.eq(address, end);
        assert!(!are_impossible(&mut terms, &[is_last]));
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
                let deep = world.term(5);
                let mut deep = world.terms.zero_extend(deep, 16);
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
