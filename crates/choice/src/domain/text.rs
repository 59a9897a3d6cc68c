//! Texts over a set of characters, and the order in which characters count as simple.
//!
//! `a` is the simplest character, then the other lower-case letters, digits, upper-case letters,
//! the space, punctuation, and so on to the far planes of Unicode. People read a counterexample;
//! `aaa` tells them that the letters do not matter.
//!
//! # Not here
//!
//! Grammars and regular expressions. They will be domains of their own.

use std::sync::{Arc, LazyLock};

use crate::Cardinality;

/// Runs of code points, simplest first. Together they are all characters, each once.
const SIMPLICITY: [(u32, u32); 13] = [
    (0x61, 0x7a), // a-z
    (0x30, 0x39), // 0-9
    (0x41, 0x5a), // A-Z
    (0x20, 0x20), // space
    (0x21, 0x2f), // punctuation, in the order of ASCII
    (0x3a, 0x40),
    (0x5b, 0x60),
    (0x7b, 0x7e),
    (0x0a, 0x0a), // line feed
    (0x00, 0x09), // other controls
    (0x0b, 0x1f),
    (0x7f, 0xd7ff),        // delete, then everything up to the surrogates
    (0xe000, 0x0010_ffff), // everything beyond them
];

/// A set of characters in their order of simplicity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alphabet {
    /// Disjoint runs, simplest first; shared, because every recorded choice keeps its domain.
    runs: Arc<[Run]>,
}

/// A run of neighbouring code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Run {
    first: u32,
    last: u32,
    /// The rank of `first`.
    rank: u32,
}

impl Alphabet {
    /// Every character.
    pub fn any() -> Self {
        static ANY: LazyLock<Alphabet> = LazyLock::new(|| Alphabet::from_ranges(&[[0, 0x10_ffff]]));
        ANY.clone()
    }

    /// The characters whose code points lie in one of the inclusive `ranges`, which may overlap;
    /// surrogates are left out. Costs O(ranges), and is best done once.
    pub fn from_ranges(ranges: &[[u32; 2]]) -> Self {
        let mut sorted: Vec<[u32; 2]> = ranges.iter().copied().filter(|[a, b]| a <= b).collect();
        sorted.sort_unstable();
        let mut runs = Vec::new();
        let mut rank = 0;
        for (simple_first, simple_last) in SIMPLICITY {
            let mut next = simple_first;
            for [first, last] in &sorted {
                let (first, last) = ((*first).max(next), (*last).min(simple_last));
                if first <= last {
                    runs.push(Run { first, last, rank });
                    rank += last - first + 1;
                    next = last + 1;
                }
            }
        }
        Self { runs: runs.into() }
    }

    /// How many characters there are.
    pub fn letter_count(&self) -> u32 {
        self.runs
            .last()
            .map_or(0, |run| run.rank + (run.last - run.first) + 1)
    }

    /// The place of a character in the order of simplicity, if it is in the set.
    pub fn rank(&self, character: char) -> Option<u32> {
        let code = u32::from(character);
        let run = self
            .runs
            .iter()
            .find(|run| run.first <= code && code <= run.last)?;
        Some(run.rank + (code - run.first))
    }

    /// The character of a rank.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    pub fn nth(&self, rank: u32) -> char {
        let after = self.runs.partition_point(|run| run.rank <= rank);
        let run = after
            .checked_sub(1)
            .map(|at| self.runs[at])
            .expect("the alphabet is not empty");
        let code = run.first + (rank - run.rank);
        assert!(
            code <= run.last,
            "an alphabet of {} has no letter {rank}",
            self.letter_count()
        );
        char::from_u32(code).expect("runs hold no surrogates")
    }

    /// The inclusive ranges of code points, disjoint, in the order of simplicity.
    pub fn ranges(&self) -> impl Iterator<Item = [u32; 2]> + '_ {
        self.runs.iter().map(|run| [run.first, run.last])
    }
}

/// Texts with a number of characters from `minimum` to `maximum`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextDomain {
    minimum: usize,
    maximum: usize,
    alphabet: Alphabet,
}

impl TextDomain {
    /// Texts of `minimum` to `maximum` characters (not bytes) of an alphabet.
    ///
    /// # Panics
    ///
    /// If no length lies between the two, or if only the empty text could be made of an empty
    /// alphabet and it is too short.
    pub fn new(minimum: usize, maximum: usize, alphabet: Alphabet) -> Self {
        assert!(
            minimum <= maximum,
            "no length lies between {minimum} and {maximum}"
        );
        assert!(
            alphabet.letter_count() > 0 || minimum == 0,
            "no text of {minimum} of no characters"
        );
        let maximum = if alphabet.letter_count() == 0 {
            0
        } else {
            maximum
        };
        Self {
            minimum,
            maximum,
            alphabet,
        }
    }

    /// The smallest number of characters.
    pub fn minimum(&self) -> usize {
        self.minimum
    }

    /// The largest number of characters.
    pub fn maximum(&self) -> usize {
        self.maximum
    }

    /// The characters that may occur.
    pub fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    pub(super) fn cardinality(&self) -> Cardinality {
        Cardinality::of_words(self.alphabet.letter_count(), self.minimum, self.maximum)
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        let length = text.chars().count();
        (self.minimum..=self.maximum).contains(&length)
            && text
                .chars()
                .all(|character| self.alphabet.rank(character).is_some())
    }

    pub(super) fn simplest(&self) -> String {
        if self.minimum == 0 {
            return String::new();
        }
        self.alphabet.nth(0).to_string().repeat(self.minimum)
    }

    pub(super) fn rank(&self, text: &str) -> Option<u128> {
        let letters: Option<Vec<u32>> = text.chars().map(|c| self.alphabet.rank(c)).collect();
        super::words::rank(
            self.alphabet.letter_count(),
            self.minimum,
            letters?.into_iter(),
        )
    }

    pub(super) fn nth(&self, rank: u128) -> String {
        let letters = super::words::nth(self.alphabet.letter_count(), self.minimum, rank);
        letters
            .into_iter()
            .map(|letter| self.alphabet.nth(letter))
            .collect()
    }

    pub(super) fn compare(&self, left: &str, right: &str) -> std::cmp::Ordering {
        let letters = |text: &'_ str| -> Vec<u32> {
            text.chars()
                .map(|c| self.alphabet.rank(c).unwrap_or(u32::MAX))
                .collect()
        };
        super::words::compare(letters(left).into_iter(), letters(right).into_iter())
    }
}
