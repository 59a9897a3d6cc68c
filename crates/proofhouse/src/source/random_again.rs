//! Values that come again.
//!
//! Much code does something else when two values are equal: a key that is there already, a transfer
//! to oneself. Two independent draws from a wide domain never agree, so now and then a draw repeats an
//! earlier one of its case.
//!
//! # Invariants
//!
//! - What comes again fits the question that is asked now.
//! - No heap: integers are kept as they are, and of a text or byte string only how it was drawn, from
//!   which state and how long. Drawn so again from the same characters, it is the same.
//! - The first draws of a case look at what they keep, never at slots that nobody has filled.
//!
//! # Not here
//!
//! Whole collections, and values of several choices: their parts come again, each by itself.

use super::random::Random;
use crate::generator::Characters;

/// What the case has drawn before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Earlier {
    /// Integers, sign- or zero-extended.
    integers: [u64; INTEGERS],
    /// How many integers there were.
    integer_count: u32,
    /// Floating-point numbers.
    floats: [f64; FLOATS],
    /// How many of these there were.
    float_count: u32,
    /// The last integer that does not fit a word.
    wide: Option<u128>,
    /// Texts and byte strings.
    words: [Word; WORDS],
    /// How many words there were.
    word_count: usize,
}

const INTEGERS: usize = 8;
const FLOATS: usize = 4;
const WORDS: usize = 2;

/// How a text or byte string was drawn.
#[derive(Debug, Clone, Copy)]
struct Word {
    state: u64,
    length: usize,
}

impl Earlier {
    /// Nothing yet.
    pub(super) const NONE: Self = Self {
        integers: [0; INTEGERS],
        integer_count: 0,
        floats: [0.0; FLOATS],
        float_count: 0,
        wide: None,
        words: [Word {
            state: 0,
            length: 0,
        }; WORDS],
        word_count: 0,
    };

    /// Keeps an integer.
    #[inline]
    pub(super) fn keep(&mut self, value: u64) {
        self.integers[self.integer_count as usize % INTEGERS] = value;
        self.integer_count = self.integer_count.wrapping_add(1);
    }

    /// Keeps a floating-point number.
    #[inline]
    pub(super) fn keep_float(&mut self, number: f64) {
        self.floats[self.float_count as usize % FLOATS] = number;
        self.float_count = self.float_count.wrapping_add(1);
    }
}

impl Random {
    /// A floating-point number that was drawn before; 0 if there is none.
    pub(super) fn float_again(&mut self) -> f64 {
        let count = (self.earlier.float_count as usize).clamp(1, FLOATS);
        self.earlier.floats[self.uniform(count as u64 - 1) as usize]
    }

    /// A number that was drawn before, or a neighbour of one, as an offset above `minimum`.
    pub(super) fn integer_again(&mut self, minimum: u64, last: u64) -> u64 {
        let known = (self.earlier.integer_count as usize).min(INTEGERS);
        let Some(last_known) = known.checked_sub(1) else {
            return self.uniform(last);
        };
        let bits = self.next();
        let value = self.earlier.integers[self.uniform(last_known as u64) as usize];
        let step = if bits & 3 == 0 {
            ((bits >> 2) & 7).wrapping_sub(3)
        } else {
            0
        };
        let candidate = value.wrapping_add(step).wrapping_sub(minimum);
        if candidate <= last {
            candidate
        } else {
            self.uniform(last)
        }
    }

    /// As `integer_again`, for what a word does not hold; keeps what is `drawn` instead.
    pub(super) fn wide_again(&mut self, minimum: u128, last: u128, drawn: u128) -> u128 {
        let earlier = self.earlier.wide.replace(minimum.wrapping_add(drawn));
        let candidate = earlier.map(|value| value.wrapping_sub(minimum));
        let is_wanted = self.next() >> 60 == 0;
        let candidate = candidate.filter(|candidate| is_wanted && *candidate <= last);
        candidate.unwrap_or(drawn)
    }

    /// A text of so many characters, or one that was drawn before.
    pub(super) fn text_or_again(
        &mut self,
        (minimum, maximum): (usize, usize),
        depth: u32,
        characters: &Characters,
    ) -> String {
        self.word((minimum, maximum), depth, |random, length| {
            random.text(length, characters)
        })
    }

    /// A byte string of so many bytes, or one that was drawn before.
    pub(super) fn bytes_or_again(
        &mut self,
        (minimum, maximum): (usize, usize),
        depth: u32,
    ) -> Vec<u8> {
        self.word((minimum, maximum), depth, |random, length| {
            let mut bytes = vec![0; length];
            random.fill(&mut bytes);
            bytes
        })
    }

    #[inline]
    fn word<W>(
        &mut self,
        (minimum, maximum): (usize, usize),
        depth: u32,
        draw: impl FnOnce(&mut Self, usize) -> W,
    ) -> W {
        let length = self.length(minimum, maximum, depth);
        let count = self.earlier.word_count;
        let bits = self.next();
        if bits >> 60 == 0 && count > 0 {
            let known = count.min(WORDS);
            let again = self.earlier.words[bits as usize % known];
            if (minimum..=maximum).contains(&again.length) {
                let resumed = std::mem::replace(&mut self.state, again.state);
                let word = draw(self, again.length);
                self.state = resumed;
                return word;
            }
        }
        let state = self.state;
        self.earlier.words[count % WORDS] = Word { state, length };
        self.earlier.word_count += 1;
        draw(self, length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::{Generate, any, text, vec};
    use crate::{Run, RunEngine};
    use proofhouse_evidence::Verdict;

    /// Whether 256 cases of each of 40 seeds hold a pair that is equal, though not simplest.
    fn finds_equal<T: Generate + PartialEq + Default>() -> bool {
        (0..40).all(|seed| {
            let run = Run::new().engine(RunEngine::Random).seed(seed);
            let outcome = run
                .shrinking(false)
                .check(any::<(T, T)>(), |(left, right)| {
                    assert!(left != right || left == T::default());
                });
            matches!(outcome.verdict, Verdict::Refuted { .. })
        })
    }

    #[test]
    fn equal_pairs_are_found_within_256_cases() {
        assert!(finds_equal::<u32>());
        assert!(finds_equal::<i64>());
        assert!(finds_equal::<u128>());
        assert!(finds_equal::<f64>());
        assert!(finds_equal::<String>());
        assert!(finds_equal::<Vec<u8>>());
    }

    #[test]
    fn lists_hold_equal_elements_and_most_of_them_differ() {
        let (mut pairs, mut lists) = (0, 0);
        let list = || vec(text(3..=9), 4..=4);
        for index in 100..1100 {
            let mut source = crate::Source::random(1, index);
            let mut list = source.draw(list());
            assert!(
                list.iter()
                    .all(|text| (3..=9).contains(&text.chars().count()))
            );
            list.sort();
            list.dedup();
            pairs += usize::from(list.len() < 4);
            lists += 1;
        }
        assert!(
            (lists / 10..lists / 3).contains(&pairs),
            "{pairs} of {lists}"
        );
    }

    #[test]
    fn what_comes_again_fits_the_question() {
        for index in 0..5_000 {
            let mut random = Random::new(4, index);
            random.offset(1000, u64::MAX - 1000, 0);
            assert!(random.integer_again(5, 9) <= 9);
            let wide = random.wide_again(0, u128::MAX, 1 << 90);
            assert_eq!(wide, 1 << 90);
            assert!(random.wide_again(7, 100, 3) <= 100);
            random.bytes_or_again((0, 40), 0);
            let short = random.bytes_or_again((2, 3), 0).len();
            assert!((2..=3).contains(&short));
        }
    }
}
