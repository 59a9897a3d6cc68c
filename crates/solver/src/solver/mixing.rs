//! Whether a question is about a hash.
//!
//! A search goes into a hash and does not come out: what mixes well is made so that no bit of the
//! result says anything about a bit of the key. Such a question is better tried by other means first.
//! What mixes looks alike everywhere: sums or products, which carry bits upwards, take turns with
//! exclusive ors, which no sum can be moved through. Sums alone, as of the digits of a number, are no
//! hash, however many there are.
//!
//! # Invariants
//!
//! - This only says what is tried first; no answer depends on it.

use crate::hashing::FastMap;
use crate::terms::{BinaryOperation, Node, TermId, Terms};

/// A term in which sums lie above exclusive ors so many times, one above the other, is a hash. FNV of
/// a text of four bytes is one; a checksum of one level is not.
const TURNS_MIN: u32 = 4;

/// How often sums and exclusive ors take turns in a term.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Turns {
    count: u32,
    /// Whether there is an exclusive or above the last sum that was counted.
    ends_in_xor: bool,
}

/// Knows for terms how they mix.
#[derive(Default)]
pub(super) struct Mixing {
    turns: FastMap<TermId, Turns>,
}

impl Mixing {
    /// Whether there is a hash in `root`.
    pub(super) fn is_hash(&mut self, terms: &Terms, root: TermId) -> bool {
        self.turns_of(terms, root).count >= TURNS_MIN
    }

    fn turns_of(&mut self, terms: &Terms, root: TermId) -> Turns {
        let mut pending = vec![root];
        while let Some(&term) = pending.last() {
            if self.turns.contains_key(&term) {
                pending.pop();
                continue;
            }
            let before = pending.len();
            let operands = terms.node(term).operands();
            pending.extend(operands.filter(|part| !self.turns.contains_key(part)));
            if pending.len() == before {
                let operands = terms.node(term).operands();
                let below = operands.map(|part| self.turns[&part]).max();
                let own = above(terms.node(term), below.unwrap_or_default());
                self.turns.insert(term, own);
                pending.pop();
            }
        }
        self.turns[&root]
    }
}

/// The turns of a term whose operands have at most `below`.
fn above(node: &Node, below: Turns) -> Turns {
    use BinaryOperation as Op;
    match node {
        Node::Binary(Op::Xor, ..) => Turns {
            ends_in_xor: true,
            ..below
        },
        Node::Binary(Op::Add | Op::Multiply, ..) if below.ends_in_xor => Turns {
            count: below.count + 1,
            ends_in_xor: false,
        },
        _ => below,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_of_a_text_is_one_and_the_number_that_it_stands_for_is_none() {
        let mut terms = Terms::new();
        let bytes: Vec<TermId> = (0..6).map(|_| terms.symbol(8)).collect();
        let prime = terms.constant(64, 0x0100_0000_01b3);
        let ten = terms.constant(64, 10);
        let (mut hash, mut number) = (terms.constant(64, 0xcbf2_9ce4_8422_2325), terms.zero(64));
        let zero_digit = terms.constant(64, 0x30);
        for byte in bytes {
            let wide = terms.zero_extend(byte, 64);
            let mixed = terms.xor(hash, wide);
            hash = terms.mul(mixed, prime);
            let digit = terms.xor(wide, zero_digit);
            let shifted = terms.mul(number, ten);
            number = terms.add(shifted, digit);
        }
        let mut mixing = Mixing::default();
        assert!(mixing.is_hash(&terms, hash));
        let low = terms.extract(hash, 0, 3);
        assert!(mixing.is_hash(&terms, low));
        assert!(!mixing.is_hash(&terms, number));
    }
}
