//! From terms to clauses, and from a satisfying assignment back to a model.
//!
//! # Invariants
//!
//! - Each term's bits are built once per session; a session only grows.
//! - Building is iterative and stops at a limit on clauses, so a huge product can't exhaust
//!   memory.
//! - Every circuit agrees with the evaluator: `tests` enumerate all operands at small widths.

mod circuits;
mod gates;
mod search;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use batsat::{SolverInterface, lbool};

use self::circuits::Word;
use self::gates::{Bit, Gates};
pub use self::search::Interrupt;
use crate::hashing::FastMap;
use crate::model::Model;
use crate::terms::{BinaryOperation, Node, SymbolId, TermId, Terms, UnaryOperation};
use crate::value::Value;

/// How much work one search may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Conflicts of the SAT search.
    pub conflicts_max: u64,
    /// Propagations of the SAT search: bits that followed from others.
    pub propagations_max: u64,
    /// Clauses that one session may hold.
    pub clauses_max: u64,
}

impl Default for Limits {
    /// Some seconds of search on a machine of 2025.
    fn default() -> Self {
        Self {
            conflicts_max: 100_000,
            propagations_max: 20_000_000,
            clauses_max: 3_000_000,
        }
    }
}

/// A limit that ended the work before there was an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum GaveUp {
    /// The search had this many conflicts.
    Conflicts {
        /// How many were allowed.
        allowed: u64,
    },
    /// The search made this many propagations.
    Propagations {
        /// How many were allowed.
        allowed: u64,
    },
    /// The question needs more clauses than this.
    Clauses {
        /// How many were allowed.
        allowed: u64,
    },
    /// The caller's interrupt said so.
    Interrupted,
}

/// The answer of a search.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Satisfiable; the model covers the symbols of this session.
    Satisfiable(Model),
    /// Unsatisfiable.
    Unsatisfiable,
    /// Unknown.
    GaveUp(GaveUp),
}

/// A SAT solver with terms in it.
pub(crate) struct Session {
    gates: Gates,
    words: FastMap<TermId, Word>,
    quotients: FastMap<(TermId, TermId), (Word, Word)>,
    symbols: BTreeMap<SymbolId, TermId>,
    conflicts: u64,
}

impl Session {
    pub(crate) fn new() -> Self {
        Self {
            gates: Gates::new(),
            words: FastMap::default(),
            quotients: FastMap::default(),
            symbols: BTreeMap::new(),
            conflicts: 0,
        }
    }

    /// Conflicts of the last search.
    pub(crate) fn conflicts(&self) -> u64 {
        self.conflicts
    }

    /// Clauses made so far.
    pub(crate) fn clauses(&self) -> u64 {
        self.gates.clauses()
    }

    /// Makes the one-bit `condition` hold from now on.
    pub(crate) fn assert(
        &mut self,
        terms: &mut Terms,
        condition: TermId,
        limits: &Limits,
    ) -> Result<(), GaveUp> {
        let bit = self.literal(terms, condition, limits)?;
        self.gates.assert_any(&[bit]);
        Ok(())
    }

    /// Searches an assignment in which everything asserted holds, and `condition` too. It helps to
    /// start near a solution: `start` satisfies everything asserted, if it is given.
    pub(crate) fn solve(
        &mut self,
        terms: &mut Terms,
        condition: TermId,
        start: Option<&Model>,
        limits: &Limits,
        interrupt: Option<&Interrupt>,
    ) -> Outcome {
        let bit = match self.literal(terms, condition, limits) {
            Ok(bit) => bit,
            Err(gave_up) => return Outcome::GaveUp(gave_up),
        };
        if let Some(start) = start {
            self.start_from(start);
        }
        let search = &mut self.gates.search;
        let (result, conflicts) = search::search_limited(search, &[bit], limits, interrupt);
        self.conflicts = conflicts;
        match result {
            Ok(true) => Outcome::Satisfiable(self.read_model(terms)),
            Ok(false) => Outcome::Unsatisfiable,
            Err(gave_up) => Outcome::GaveUp(gave_up),
        }
    }

    /// Lets the next search try the values that each bit has under `model`.
    fn start_from(&mut self, model: &Model) {
        let mut inputs = Vec::new();
        for (&symbol, term) in &self.symbols {
            if let Some(value) = model.get(symbol) {
                let bits = self.words[term].iter().enumerate();
                inputs.extend(bits.map(|(index, &bit)| bit ^ !value.bit(index as u32)));
            }
        }
        search::start_from(&mut self.gates.search, &inputs);
    }

    fn read_model(&self, terms: &Terms) -> Model {
        let mut model = Model::new();
        for (&symbol, &term) in &self.symbols {
            let word = &self.words[&term];
            let mut limbs = vec![0u64; word.len().div_ceil(64)];
            for (index, &bit) in word.iter().enumerate() {
                let is_set = self.gates.search.value_lit(bit) == lbool::TRUE;
                limbs[index / 64] |= u64::from(is_set) << (index % 64);
            }
            model.set(symbol, Value::from_limbs(terms.width(term), &limbs));
        }
        model
    }

    /// The bit of a one-bit term. A float operation is built as its circuit.
    fn literal(&mut self, terms: &mut Terms, term: TermId, limits: &Limits) -> Result<Bit, GaveUp> {
        assert_eq!(terms.width(term), 1, "a condition has one bit");
        let mut pending = vec![term];
        while let Some(&next) = pending.last() {
            if self.words.contains_key(&next) {
                pending.pop();
                continue;
            }
            let before = pending.len();
            if let Node::Float(_) = terms.node(next) {
                let circuit = terms.float_circuit(next);
                pending.extend((!self.words.contains_key(&circuit)).then_some(circuit));
            } else {
                let operands = terms.node(next).operands();
                pending.extend(operands.filter(|operand| !self.words.contains_key(operand)));
            }
            if pending.len() == before {
                let spent = self.gates.clauses() + cost(terms, next);
                if spent > limits.clauses_max {
                    return Err(GaveUp::Clauses {
                        allowed: limits.clauses_max,
                    });
                }
                let word = self.build(terms, next);
                assert_eq!(
                    word.len(),
                    terms.width(next) as usize,
                    "one bit for each bit"
                );
                self.words.insert(next, word);
                pending.pop();
            }
        }
        Ok(self.words[&term][0])
    }

    /// The bits of `term`, whose operands have been built.
    fn build(&mut self, terms: &Terms, term: TermId) -> Word {
        let width = terms.width(term) as usize;
        let (gates, words) = (&mut self.gates, &self.words);
        match *terms.node(term) {
            Node::Constant(_) => {
                let value = terms.as_value(term).expect("a constant");
                (0..value.width())
                    .map(|index| gates.constant(value.bit(index)))
                    .collect()
            }
            Node::Symbol(symbol) => {
                self.symbols.insert(symbol, term);
                (0..width).map(|_| gates.fresh()).collect()
            }
            Node::Unary(UnaryOperation::Not, operand) => gates.not_word(&words[&operand]),
            Node::Unary(UnaryOperation::Negate, operand) => gates.negate_word(&words[&operand]),
            Node::Binary(operation, left, right) => {
                self.build_binary(terms, operation, left, right)
            }
            Node::IfThenElse {
                condition,
                then,
                otherwise,
            } => gates.choose_word(words[&condition][0], &words[&then], &words[&otherwise]),
            Node::Concat { high, low } => [&words[&low][..], &words[&high][..]].concat(),
            Node::Extract { term, low_bit } => {
                words[&term][low_bit as usize..low_bit as usize + width].to_vec()
            }
            Node::SignExtend(operand) => {
                let mut word = words[&operand].clone();
                let sign = *word.last().expect("a word has at least one bit");
                word.resize(width, sign);
                word
            }
            Node::Float(_) => {
                let circuit = terms.circuits.get(&term).expect("its circuit was built");
                words[circuit].clone()
            }
        }
    }

    fn build_binary(
        &mut self,
        terms: &Terms,
        operation: BinaryOperation,
        left: TermId,
        right: TermId,
    ) -> Word {
        let (gates, a, b) = (&mut self.gates, &self.words[&left], &self.words[&right]);
        let clear = gates.constant(false);
        match operation {
            BinaryOperation::And => gates.zip_words(a, b, Gates::and),
            BinaryOperation::Or => gates.zip_words(a, b, Gates::or),
            BinaryOperation::Xor => gates.zip_words(a, b, Gates::xor),
            BinaryOperation::Add => match *terms.node(right) {
                Node::Unary(UnaryOperation::Negate, subtrahend) => {
                    gates.subtract_words(a, &self.words[&subtrahend])
                }
                _ => gates.add_words(a, b, clear),
            },
            BinaryOperation::Multiply => gates.multiply_words(a, b),
            BinaryOperation::UnsignedDivide => self.divide(left, right).0.clone(),
            BinaryOperation::UnsignedRemainder => self.divide(left, right).1.clone(),
            BinaryOperation::ShiftLeft => gates.shift_word(a, b, true, clear),
            BinaryOperation::ShiftRight => gates.shift_word(a, b, false, clear),
            BinaryOperation::ShiftRightSigned => {
                let sign = *a.last().expect("a word has at least one bit");
                gates.shift_word(a, b, false, sign)
            }
            BinaryOperation::Equal => vec![gates.equal_words(a, b)],
            BinaryOperation::Less => vec![gates.less_words(a, b)],
            BinaryOperation::LessSigned => vec![gates.less_signed_words(a, b)],
        }
    }

    /// Quotient and remainder share one circuit.
    fn divide(&mut self, left: TermId, right: TermId) -> &(Word, Word) {
        let (gates, words) = (&mut self.gates, &self.words);
        self.quotients
            .entry((left, right))
            .or_insert_with(|| gates.divide_words(&words[&left], &words[&right]))
    }
}

/// About how many clauses the circuit of `term` takes, at most.
fn cost(terms: &Terms, term: TermId) -> u64 {
    let width = u64::from(terms.width(term));
    match *terms.node(term) {
        Node::Binary(operation, left, right) => {
            let width = u64::from(terms.width(left));
            match operation {
                // Half of the square is filled with full adders of 14 clauses and an and-gate of 3.
                BinaryOperation::Multiply => {
                    let known = terms.as_value(right).map(set_bits);
                    known.map_or(width * width / 2, |set| width * set) * 17
                }
                // One subtraction and one choice a row.
                BinaryOperation::UnsignedDivide | BinaryOperation::UnsignedRemainder => {
                    width * width * 26
                }
                BinaryOperation::ShiftLeft
                | BinaryOperation::ShiftRight
                | BinaryOperation::ShiftRightSigned => width * u64::from(width.ilog2() + 2) * 6,
                _ => width * 14,
            }
        }
        Node::Float(_) => 0,
        _ => width * 14,
    }
}

fn set_bits(value: &Value) -> u64 {
    value
        .to_limbs()
        .iter()
        .map(|limb| u64::from(limb.count_ones()))
        .sum()
}
