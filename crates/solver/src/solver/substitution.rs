//! A question with fewer symbols: one that has to equal something is replaced by it.
//!
//! "The keys are equal and their hashes are not" is beyond random values, which seldom make two keys
//! equal, and beyond an abstraction of the hash, which forgets where a hash comes from. With the one key
//! put in for the other, both hashes are one term, and nothing is left of the question.
//!
//! # Invariants
//!
//! - Each model of the question is one of the smaller question.
//! - A model of the smaller question, with the values that follow for the replaced symbols, is one of the
//!   question, except where a part was too large to be looked through. Who uses it checks it.

use crate::evaluate::Evaluator;
use crate::hashing::FastMap;
use crate::model::Model;
use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};

/// A part with more terms below it is not looked at for symbols to replace.
const VISITS_MAX: usize = 20_000;

/// Conditions without the symbols that they define.
pub(super) struct Substituted {
    /// What is left of the conditions.
    pub(super) wanted: Vec<TermId>,
    /// The replaced symbols and what they equal.
    meanings: Vec<(TermId, TermId)>,
}

impl Substituted {
    /// Replaces every symbol that one of the conditions says to equal a term without it.
    pub(super) fn of(terms: &mut Terms, wanted: &[TermId]) -> Self {
        let mut found = Self {
            wanted: Vec::new(),
            meanings: Vec::new(),
        };
        let mut pending: Vec<TermId> = wanted.iter().rev().copied().collect();
        while let Some(condition) = pending.pop() {
            let condition = put_in(terms, condition, &found.meanings);
            if let Node::Binary(BinaryOperation::And, a, b) = *terms.node(condition) {
                pending.extend([b, a]);
                continue;
            }
            match definition(terms, condition) {
                Some(definition) => found.define(terms, definition),
                None if terms.as_boolean(condition) == Some(true) => {}
                None => found.wanted.push(condition),
            }
        }
        let Self { wanted, meanings } = &mut found;
        if !meanings.is_empty() {
            for condition in wanted {
                *condition = put_in(terms, *condition, meanings);
            }
        }
        found
    }

    fn define(&mut self, terms: &mut Terms, definition: (TermId, TermId)) {
        for (_, meaning) in &mut self.meanings {
            *meaning = put_in(terms, *meaning, &[definition]);
        }
        self.meanings.push(definition);
    }

    /// Whether something is wanted that is never so.
    pub(super) fn is_impossible(&self, terms: &Terms) -> bool {
        let mut wanted = self.wanted.iter();
        wanted.any(|condition| terms.as_boolean(*condition) == Some(false))
    }

    /// The model with the values that follow for the replaced symbols.
    pub(super) fn complete(&self, terms: &Terms, model: Model) -> Model {
        let mut evaluator = Evaluator::new(model.clone());
        let mut complete = model;
        for (symbol, meaning) in &self.meanings {
            let symbol = terms.as_symbol(*symbol).expect("symbols are replaced");
            complete.set(symbol, evaluator.evaluate(terms, *meaning));
        }
        complete
    }
}

/// A symbol and a term that it equals where the condition holds.
fn definition(terms: &mut Terms, condition: TermId) -> Option<(TermId, TermId)> {
    let is_symbol = |term: TermId| terms.as_symbol(term).is_some();
    match *terms.node(condition) {
        Node::Symbol(_) => Some((condition, terms.true_())),
        Node::Unary(UnaryOperation::Not, inner) if is_symbol(inner) => {
            Some((inner, terms.false_()))
        }
        Node::Binary(BinaryOperation::Equal, a, b) => {
            let mut ways = [(a, b), (b, a)].into_iter();
            ways.find(|(symbol, meaning)| {
                let symbol = terms.as_symbol(*symbol);
                symbol.is_some_and(|symbol| !terms.symbols_of(*meaning).contains(&symbol))
            })
        }
        _ => None,
    }
}

/// `root` with meanings in place of symbols; as it is, if it is very large.
fn put_in(terms: &mut Terms, root: TermId, meanings: &[(TermId, TermId)]) -> TermId {
    if meanings.is_empty() || terms.is_constant(root) {
        return root;
    }
    let mut replaced: FastMap<TermId, TermId> = meanings.iter().copied().collect();
    let parts = terms.reachable(&[root]);
    if parts.len() > VISITS_MAX {
        return root;
    }
    // Operands have smaller numbers than what is made of them.
    for part in parts {
        if !replaced.contains_key(&part) {
            let new = terms.rebuild(part, |operand| replaced[&operand]);
            replaced.insert(part, new);
        }
    }
    replaced[&root]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_random::Random;
    use crate::test_world::World;

    #[test]
    fn equal_keys_leave_one_hash() {
        let mut terms = Terms::new();
        let keys = [terms.symbol(32), terms.symbol(32)];
        let squares = keys.map(|key| terms.mul(key, key));
        let differ = terms.ne(squares[0], squares[1]);
        let equal = terms.eq(keys[0], keys[1]);
        assert!(Substituted::of(&mut terms, &[differ, equal]).is_impossible(&terms));
        assert!(!Substituted::of(&mut terms, &[differ]).is_impossible(&terms));
        let seven = terms.constant(32, 7);
        let is_seven = terms.eq(keys[0], seven);
        let both = Substituted::of(&mut terms, &[equal, is_seven]);
        assert_eq!(both.wanted, []);
        let model = both.complete(&terms, Model::new());
        assert!(model.holds(&terms, equal) && model.holds(&terms, is_seven));
    }

    /// No model is lost, and each one that is found is one.
    #[test]
    fn the_smaller_question_has_the_models_of_the_question() {
        let (mut replaced, mut completed) = (0, 0);
        for seed in 0..400 {
            let mut world = World::new(&[4, 4, 3], Random::new(90_000 + seed));
            let mut wanted = vec![world.condition(), world.condition()];
            for _ in 0..2 {
                let symbol = world.term(0);
                let meaning = world.term(1);
                let width = world.terms.width(symbol);
                let meaning = world.terms.zero_extend(meaning, width.max(4));
                let meaning = world.terms.truncate(meaning, width);
                wanted.push(world.terms.eq(symbol, meaning));
            }
            let smaller = Substituted::of(&mut world.terms, &wanted);
            replaced += smaller.meanings.len();
            for number in 0..64_u128 {
                let mut model = Model::new();
                for (index, symbol) in world.symbols.iter().enumerate() {
                    let bits = (number * 0x9e37) >> (3 * index);
                    let id = world.terms.as_symbol(*symbol).unwrap();
                    model.set(
                        id,
                        crate::value::Value::new(world.terms.width(*symbol), bits),
                    );
                }
                let holds = |model: &Model, all: &[TermId]| {
                    all.iter().all(|one| model.holds(&world.terms, *one))
                };
                if holds(&model, &wanted) {
                    assert!(holds(&model, &smaller.wanted), "seed {seed}");
                }
                if holds(&model, &smaller.wanted) {
                    completed += 1;
                    let complete = smaller.complete(&world.terms, model);
                    assert!(holds(&complete, &wanted), "seed {seed}");
                }
            }
        }
        assert!(
            replaced > 400 && completed > 1_000,
            "{replaced} {completed}"
        );
    }
}
