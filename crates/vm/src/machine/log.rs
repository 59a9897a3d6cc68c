//! The choices that a path has made, as terms; a model turns them into a choice sequence.
//!
//! The log is a list that grows at its end and shares its beginning with the logs of other states.
//!
//! Some choices are no part of the input: what a contract leaves open of a function whose body it stands
//! for (`proofhouse::contract`). A native run makes no such choice, so a token leaves them out; a plain run
//! in the machine needs them all.

use std::rc::Rc;

use proofhouse_choice::{Choice, Integer};
use proofhouse_solver::{Evaluator, Model, TermId, Terms};

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Record {
    /// One bit.
    Boolean(TermId),
    /// An integer, as wide as its term.
    Integer {
        /// The value.
        term: TermId,
        /// Whether it is read as two's complement.
        is_signed: bool,
    },
    /// A length of a collection, or a number of steps: an integer as wide as its term.
    Length(TermId),
    /// A byte string of fixed length.
    Bytes(Rc<[TermId]>),
    /// The bytes of a text, valid UTF-8 in every model of the path.
    Text(Rc<[TermId]>),
}

/// The choices of a path, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct ChoiceLog {
    last: Option<Rc<Node>>,
}

#[derive(Debug)]
struct Node {
    record: Record,
    is_input: bool,
    before: Option<Rc<Node>>,
    length: usize,
}

impl ChoiceLog {
    /// How many choices there are.
    pub(crate) fn len(&self) -> usize {
        self.last.as_ref().map_or(0, |node| node.length)
    }

    /// Adds a choice at the end.
    pub(crate) fn push(&mut self, record: Record, is_input: bool) {
        let length = self.len() + 1;
        let before = self.last.take();
        self.last = Some(Rc::new(Node {
            record,
            is_input,
            before,
            length,
        }));
    }

    /// The choices, last first.
    fn newest_first(&self) -> impl Iterator<Item = &Rc<Node>> {
        std::iter::successors(self.last.as_ref(), |node| node.before.as_ref())
    }

    /// Whether two logs hold the same choices.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        if self.len() != other.len() {
            return false;
        }
        for (left, right) in self.newest_first().zip(other.newest_first()) {
            if Rc::ptr_eq(left, right) {
                return true;
            }
            if left.record != right.record || left.is_input != right.is_input {
                return false;
            }
        }
        true
    }

    /// The longest of the input's lengths in a model; 0 if there is none.
    pub(crate) fn longest(&self, terms: &Terms, model: &Model) -> u64 {
        let mut evaluator = Evaluator::new(model.clone());
        let inputs = self.newest_first().filter(|node| node.is_input);
        let lengths = inputs.map(|node| match &node.record {
            Record::Length(term) => {
                u64::try_from(number(*term, terms, &mut evaluator)).unwrap_or(u64::MAX)
            }
            Record::Bytes(bytes) | Record::Text(bytes) => bytes.len() as u64,
            Record::Boolean(_) | Record::Integer { .. } => 0,
        });
        lengths.max().unwrap_or(0)
    }

    /// All choices in a model, for a plain run in the machine.
    pub(crate) fn choices(&self, terms: &Terms, model: &Model) -> Vec<Choice> {
        self.choices_where(|_| true, terms, model)
    }

    /// The choices that make up the input in a model, for a native run.
    pub(crate) fn input(&self, terms: &Terms, model: &Model) -> Vec<Choice> {
        self.choices_where(|node| node.is_input, terms, model)
    }

    fn choices_where(
        &self,
        is_wanted: impl Fn(&Node) -> bool,
        terms: &Terms,
        model: &Model,
    ) -> Vec<Choice> {
        let mut evaluator = Evaluator::new(model.clone());
        let mut choices: Vec<Choice> = self
            .newest_first()
            .filter(|node| is_wanted(node))
            .map(|node| choice(&node.record, terms, &mut evaluator))
            .collect();
        choices.reverse();
        choices
    }
}

fn choice(record: &Record, terms: &Terms, evaluator: &mut Evaluator) -> Choice {
    match record {
        Record::Boolean(term) => Choice::Boolean(number(*term, terms, evaluator) != 0),
        Record::Integer { term, is_signed } => {
            let bits = number(*term, terms, evaluator);
            let unused = 128 - terms.width(*term);
            Choice::Integer(if *is_signed {
                Integer::from_i128((bits << unused).cast_signed() >> unused)
            } else {
                Integer::from_u128(bits)
            })
        }
        Record::Length(term) => {
            Choice::Integer(Integer::from_u128(number(*term, terms, evaluator)))
        }
        Record::Bytes(bytes) => Choice::Bytes(plain_bytes(bytes, terms, evaluator)),
        Record::Text(bytes) => {
            let bytes = plain_bytes(bytes, terms, evaluator);
            Choice::Text(String::from_utf8(bytes).expect("the path keeps texts valid UTF-8"))
        }
    }
}

fn plain_bytes(bytes: &[TermId], terms: &Terms, evaluator: &mut Evaluator) -> Vec<u8> {
    bytes
        .iter()
        .map(|byte| {
            let number = number(*byte, terms, evaluator);
            u8::try_from(number).expect("bytes are terms of 8 bits")
        })
        .collect()
}

fn number(term: TermId, terms: &Terms, evaluator: &mut Evaluator) -> u128 {
    let value = evaluator.evaluate(terms, term);
    value.to_u128().expect("choices are at most 128 bits wide")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_come_in_order_with_their_sign() {
        let mut terms = Terms::new();
        let minus_one = terms.constant(8, 255);
        let one = terms.constant(1, 1);
        let letter = terms.constant(8, u128::from(b'x'));
        let mut log = ChoiceLog::default();
        log.push(
            Record::Integer {
                term: minus_one,
                is_signed: true,
            },
            true,
        );
        log.push(
            Record::Integer {
                term: minus_one,
                is_signed: false,
            },
            true,
        );
        log.push(Record::Boolean(one), true);
        log.push(Record::Text([letter].into()), true);
        let choices = log.choices(&terms, &Model::new());
        let expected = [
            Choice::Integer(Integer::from(-1i8)),
            Choice::Integer(Integer::from(255u8)),
            Choice::Boolean(true),
            Choice::Text("x".to_owned()),
        ];
        assert_eq!(choices, expected);
    }

    #[test]
    fn the_longest_length_counts() {
        let mut terms = Terms::new();
        let (many, byte) = (terms.constant(64, 5), terms.constant(8, 200));
        let mut log = ChoiceLog::default();
        assert_eq!(log.longest(&terms, &Model::new()), 0);
        log.push(Record::Bytes([byte, byte].into()), true);
        assert_eq!(log.longest(&terms, &Model::new()), 2);
        log.push(Record::Length(many), true);
        log.push(Record::Text([].into()), true);
        assert_eq!(log.longest(&terms, &Model::new()), 5);
        let five = Choice::Integer(Integer::from(5u8));
        assert_eq!(log.choices(&terms, &Model::new())[1], five);
    }

    #[test]
    fn what_a_contract_leaves_open_is_no_part_of_the_input() {
        let mut terms = Terms::new();
        let (yes, many) = (terms.constant(1, 1), terms.constant(64, 5));
        let mut log = ChoiceLog::default();
        log.push(Record::Length(many), false);
        log.push(Record::Boolean(yes), true);
        let model = Model::new();
        assert_eq!(log.input(&terms, &model), [Choice::Boolean(true)]);
        assert_eq!(log.choices(&terms, &model).len(), 2);
        assert_eq!(log.longest(&terms, &model), 0);
        let mut other = ChoiceLog::default();
        other.push(Record::Length(many), true);
        other.push(Record::Boolean(yes), true);
        assert!(!log.is_same(&other));
    }

    #[test]
    fn logs_are_the_same_by_what_they_hold() {
        let mut terms = Terms::new();
        let symbol = terms.symbol(1);
        let other = terms.symbol(1);
        let mut left = ChoiceLog::default();
        let mut right = left.clone();
        left.push(Record::Boolean(symbol), true);
        assert!(!left.is_same(&right));
        right.push(Record::Boolean(symbol), true);
        assert!(left.is_same(&right));
        right.push(Record::Boolean(symbol), true);
        left.push(Record::Boolean(other), true);
        assert!(!left.is_same(&right));
    }
}
