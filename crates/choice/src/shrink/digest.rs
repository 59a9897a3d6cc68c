//! Sequences that were run before, remembered by their digests.
//!
//! Passes overlap on purpose, and repeat. A set of 128-bit digests makes the second try of a
//! sequence free. Two sequences with one digest would make the shrinker leave one untried, which
//! costs a little quality and no truth; with 128 bits that does not happen.
//!
//! A digest is a polynomial in the digests of the single choices. So the digest of a stretch follows
//! from those of two prefixes, and that of a candidate from those of its stretches: a candidate that
//! differs in one choice costs a few multiplications, however long it is.
//!
//! # Invariants
//!
//! - The digest of a sequence does not depend on how it was put together
//!   (`tests::a_digest_can_be_put_together`).
//!
//! # Source
//!
//! The polynomial is that of Karp and Rabin, "Efficient randomized pattern-matching algorithms"
//! (1987), modulo 2^128 and over random coefficients. Each half of a coefficient multiplies the word
//! and its own state to 128 bits and folds them, as wyhash (Wang Yi) does, with different constants.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use crate::Choice;

/// The sequences that were run.
#[derive(Debug, Default)]
pub(super) struct Seen {
    digests: HashSet<u128, BuildHasherDefault<Identity>>,
}

impl Seen {
    /// Whether it is new.
    pub(super) fn insert(&mut self, digest: Digest) -> bool {
        self.digests.insert(digest.0)
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
        self.0 = (digest >> 64) as u64;
    }
}

/// The digest of a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Digest(u128);

/// What a digest is multiplied by for each choice after it.
const BASE: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

impl Digest {
    /// That of no choices.
    pub(super) const EMPTY: Self = Self(0);

    /// That of the same choices and one more.
    pub(super) fn with(self, choice: &Choice) -> Self {
        let after = self.0.wrapping_mul(BASE);
        Self(after.wrapping_add(of_choice(choice)))
    }

    /// That of some choices.
    pub(super) fn of<'a>(choices: impl IntoIterator<Item = &'a Choice>) -> Self {
        choices.into_iter().fold(Self::EMPTY, Self::with)
    }

    /// Half of it, as a number to begin with.
    pub(super) fn seed(self) -> u64 {
        (self.0 >> 64) as u64
    }
}

/// Powers of the base, for digests of stretches.
#[derive(Debug, Default)]
pub(super) struct Powers(Vec<u128>);

impl Powers {
    /// Knows all stretches of up to `length` choices from now on.
    pub(super) fn reach(&mut self, length: usize) {
        while self.0.len() <= length {
            let next = self.0.last().map_or(1, |last| last.wrapping_mul(BASE));
            self.0.push(next);
        }
    }

    /// The digest of what `before` is of, followed by the stretch of `length` choices that leads
    /// from the prefix of one digest to the prefix of another.
    pub(super) fn join(
        &self,
        before: Digest,
        [prefix, longer]: [Digest; 2],
        length: usize,
    ) -> Digest {
        let power = self.0[length];
        let start = before.0.wrapping_sub(prefix.0);
        Digest(start.wrapping_mul(power).wrapping_add(longer.0))
    }
}

fn of_choice(choice: &Choice) -> u128 {
    match choice {
        Choice::Boolean(value) => Words::begin(1).word(u64::from(*value)),
        Choice::Integer(value) => {
            let [low, high] = value.to_words();
            let is_narrow = high == if value.is_negative() { u64::MAX } else { 0 };
            let words = Words::begin(2 + u64::from(value.is_negative())).word(low);
            if is_narrow { words } else { words.word(high) }
        }
        Choice::Bytes(bytes) => Words::begin(4).bytes(bytes),
        Choice::Text(text) => Words::begin(5).bytes(text.as_bytes()),
        Choice::Branch(value) => Words::begin(6).word(u64::from(*value)),
        Choice::Float(value) => Words::begin(7).word(value.to_bits()),
        Choice::Action(member) => Words::begin(8).word(u64::from(*member)),
        Choice::Schedule(member) => Words::begin(9).word(u64::from(*member)),
        Choice::Fault(None) => Words::begin(10),
        Choice::Fault(Some(name)) => Words::begin(11).bytes(name.as_bytes()),
    }
    .end()
}

/// The state of a coefficient.
#[derive(Clone, Copy)]
struct Words {
    low: u64,
    high: u64,
}

impl Words {
    fn begin(kind: u64) -> Self {
        Self {
            low: 0x2d35_8dcc_aa6c_78a5 ^ kind.wrapping_mul(0xff51_afd7_ed55_8ccd),
            high: 0x8bb8_4b93_962e_acc9 ^ kind.wrapping_mul(0xc4ce_b9fe_1a85_ec53),
        }
    }

    fn word(self, word: u64) -> Self {
        Self {
            low: fold(
                word ^ 0x9e37_79b9_7f4a_7c15,
                self.low ^ 0xbf58_476d_1ce4_e5b9,
            ),
            high: fold(
                word ^ 0xd6e8_feb8_6659_fd93,
                self.high ^ 0xa076_1d64_78bd_642f,
            ),
        }
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        let chunks = bytes.chunks(8).map(|chunk| {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(word)
        });
        chunks.fold(self.word(bytes.len() as u64), Self::word)
    }

    fn end(self) -> u128 {
        u128::from(self.low) | u128::from(self.high) << 64
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

    fn sequences() -> Vec<Vec<Choice>> {
        let mut sequences: Vec<Vec<Choice>> = vec![Vec::new()];
        let integer = |value: i64| Choice::Integer(Integer::from(value));
        let text = |text: &str| Choice::Text(text.to_owned());
        for value in -200..200 {
            sequences.push(vec![integer(value)]);
            sequences.extend((0..40).map(|other| vec![integer(value), integer(other)]));
            sequences.push(vec![integer(0), integer(0), integer(value)]);
        }
        let wide = [i128::MIN, -1 << 64, -1 << 63, 1 << 63, 1 << 64, i128::MAX];
        sequences.extend(wide.map(|value| vec![Choice::Integer(Integer::from(value))]));
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
        sequences
    }

    #[test]
    fn near_sequences_have_different_digests() {
        let sequences = sequences();
        let digests: BTreeSet<Digest> = sequences.iter().map(Digest::of).collect();
        assert_eq!(digests.len(), sequences.len());
    }

    #[test]
    fn a_digest_can_be_put_together() {
        let sequences = sequences();
        let mut powers = Powers::default();
        powers.reach(3);
        for pair in sequences.windows(2).step_by(7) {
            let (before, whole) = (&pair[0], &pair[1]);
            for start in 0..=whole.len() {
                for end in start..=whole.len() {
                    let prefixes = [start, end].map(|at| Digest::of(&whole[..at]));
                    let joined = powers.join(Digest::of(before), prefixes, end - start);
                    let twin = [before.as_slice(), &whole[start..end]].concat();
                    assert_eq!(joined, Digest::of(&twin));
                }
            }
        }
    }
}
