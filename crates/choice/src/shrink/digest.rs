//! Sequences that were run before, remembered by their digests.
//!
//! Passes overlap on purpose, and repeat. A set of 128-bit digests makes the second try of a
//! sequence free. Two sequences with one digest would make the shrinker leave one untried, which
//! costs a little quality and no truth; with 128 bits that does not happen.
//!
//! # Source
//!
//! Each half multiplies the word and its own state to 128 bits and folds them, as wyhash (Wang Yi)
//! does, with different constants.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use crate::Choice;

/// The sequences that were run.
#[derive(Debug, Default)]
pub(super) struct Seen {
    digests: HashSet<u128, BuildHasherDefault<Identity>>,
}

impl Seen {
    pub(super) fn contains(&self, digest: u128) -> bool {
        self.digests.contains(&digest)
    }

    pub(super) fn insert(&mut self, digest: u128) {
        self.digests.insert(digest);
    }
}

/// Digests need no second hash.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only digests are hashed")
    }

    fn write_u128(&mut self, digest: u128) {
        self.0 = digest as u64;
    }
}

/// The digest of a sequence.
pub(super) fn digest<'a>(choices: impl IntoIterator<Item = &'a Choice>) -> u128 {
    let mut digest = Digest {
        low: 0x2d35_8dcc_aa6c_78a5,
        high: 0x8bb8_4b93_962e_acc9,
    };
    for choice in choices {
        match choice {
            Choice::Boolean(value) => digest.word(1 + u64::from(*value)),
            Choice::Integer(value) => {
                let [low, high] = value.to_words();
                digest.word(3 + u64::from(value.is_negative()));
                digest.word(low);
                digest.word(high);
            }
            Choice::Bytes(bytes) => digest.bytes(5, bytes),
            Choice::Text(text) => digest.bytes(6, text.as_bytes()),
            Choice::Branch(value) => {
                digest.word(7);
                digest.word(u64::from(*value));
            }
            Choice::Float(value) => {
                digest.word(8);
                digest.word(value.to_bits());
            }
            Choice::Action(member) => {
                digest.word(9);
                digest.word(u64::from(*member));
            }
            Choice::Schedule(member) => {
                digest.word(10);
                digest.word(u64::from(*member));
            }
            Choice::Fault(None) => digest.word(11),
            Choice::Fault(Some(name)) => digest.bytes(12, name.as_bytes()),
        }
    }
    u128::from(digest.low) | u128::from(digest.high) << 64
}

struct Digest {
    low: u64,
    high: u64,
}

impl Digest {
    fn word(&mut self, word: u64) {
        self.low = fold(
            word ^ 0x9e37_79b9_7f4a_7c15,
            self.low ^ 0xbf58_476d_1ce4_e5b9,
        );
        self.high = fold(
            word ^ 0xd6e8_feb8_6659_fd93,
            self.high ^ 0xa076_1d64_78bd_642f,
        );
    }

    fn bytes(&mut self, kind: u64, bytes: &[u8]) {
        self.word(kind);
        self.word(bytes.len() as u64);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }
}

/// Folds a product, and keeps the factors in it in case one of them is zero.
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64 ^ (product >> 64) as u64).wrapping_add(left.rotate_left(32) ^ right)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Integer;

    #[test]
    fn near_sequences_have_different_digests() {
        let mut sequences: Vec<Vec<Choice>> = vec![Vec::new()];
        let integer = |value: i64| Choice::Integer(Integer::from(value));
        let text = |text: &str| Choice::Text(text.to_owned());
        for value in -200..200 {
            sequences.push(vec![integer(value)]);
            sequences.extend((0..40).map(|other| vec![integer(value), integer(other)]));
            sequences.push(vec![integer(0), integer(0), integer(value)]);
        }
        sequences.extend((0..100).map(|length| vec![Choice::Bytes(vec![0; length])]));
        sequences.extend((0..100).map(|length| vec![text(&"\0".repeat(length))]));
        sequences.extend((0..50).map(|value| vec![Choice::Branch(value)]));
        sequences.extend((0..50).map(|value| vec![Choice::Action(value)]));
        sequences.extend((0..50).map(|value| vec![Choice::Schedule(value)]));
        let faults = [None, Some("a"), Some("b"), Some("ab")];
        sequences.extend(faults.map(|fault| vec![Choice::Fault(fault.map(Box::from))]));
        sequences.extend([true, false].map(|value| vec![Choice::Boolean(value)]));
        sequences.push(vec![text("a"), text("b")]);
        sequences.push(vec![text("ab"), text("")]);
        sequences.sort_by_key(|sequence| format!("{sequence:?}"));
        sequences.dedup();
        let digests: BTreeSet<u128> = sequences.iter().map(digest).collect();
        assert_eq!(digests.len(), sequences.len());
    }
}
