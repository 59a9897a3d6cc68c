//! Random values that are more likely to break something than uniform ones.
//!
//! Bugs live at the ends of ranges, near powers of two, among small numbers and where two values
//! agree. So a part of all integers comes from there: ends and powers of two, magnitudes that are
//! spread over all widths, and values that were drawn shortly before. The rest is uniform.
//!
//! # Invariants
//!
//! - A case is a function of the seed and its index: nothing is carried from case to case.
//! - Every value of a domain can be drawn, none outside (`tests`).
//! - No heap: the state is a few words (the contents of text and bytes are the caller's).
//!
//! # Not here
//!
//! Recording. A failing case is drawn again from its seed and index.
//!
//! # Source
//!
//! The generator multiplies to twice the width and folds, as wyrand of wyhash (Wang Yi) does. It
//! passes the usual batteries, needs one word of state, and starts at any word.

use super::random_again::Earlier;
use super::random_constants::Turn;

/// The state of one random case.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    pub(super) state: u64,
    /// What was drawn before, to come again.
    pub(super) earlier: Earlier,
    /// The longest collection of an early case; early cases stay small.
    pub(super) length_max: usize,
    /// How many recursive values the one that is being drawn should still hold.
    pub(super) size: u32,
    /// The constants that this case uses, if it uses any.
    pub(super) turn: Option<Turn>,
    /// The actions of a stateful test that are in favour in this case, one bit each.
    pub(super) favoured: u64,
}

/// From this case on, lengths are limited by nothing but their domain and the drawn size.
const GROWN_AT: u64 = 64;

impl Random {
    /// The case number `index` of the run with `seed`.
    pub(crate) fn new(seed: u64, index: u64) -> Self {
        let mut seeding = Self::from_state(seed ^ 0x5851_f42d_4c95_7f2d);
        seeding.state = seeding
            .next()
            .wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let length_max = if index < GROWN_AT {
            2 + index as usize / 2
        } else {
            usize::MAX
        };
        Self {
            length_max,
            ..Self::from_state(seeding.next())
        }
    }

    fn from_state(state: u64) -> Self {
        Self {
            state,
            earlier: Earlier::NONE,
            length_max: usize::MAX,
            size: 0,
            turn: None,
            favoured: u64::MAX,
        }
    }

    /// 64 random bits.
    #[inline]
    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0xa076_1d64_78bd_642f);
        let product = u128::from(self.state) * u128::from(self.state ^ 0xe703_7ed1_a0b4_28db);
        (product >> 64) as u64 ^ product as u64
    }

    /// Uniform from 0 to `last`. The bias is at most `last / 2^64`, below anything a test can see.
    #[inline]
    pub(crate) fn uniform(&mut self, last: u64) -> u64 {
        let bits = self.next();
        match last.checked_add(1) {
            Some(count) => ((u128::from(bits) * u128::from(count)) >> 64) as u64,
            None => bits,
        }
    }

    /// True in `chance` of 65,536 cases.
    #[inline]
    pub(crate) fn boolean(&mut self, chance: u16) -> bool {
        (self.next() >> 48) < u64::from(chance)
    }

    /// An offset from 0 to `last` above `minimum`, whose simplest one is `target`.
    #[inline]
    pub(crate) fn offset(&mut self, minimum: u64, last: u64, target: u64) -> u64 {
        if last < 8 {
            return self.uniform(last);
        }
        let bits = self.next();
        let manner = bits >> 59;
        let offset = if manner < 4 {
            self.unusual(manner, minimum, last, target)
        } else if is_whole_type(last, target) {
            self.within_whole_type(bits, manner < 13, last, target)
        } else if manner < 13 {
            self.near(last, target)
        } else {
            self.uniform(last)
        };
        debug_assert!(offset <= last, "offset {offset} above {last}");
        self.earlier.keep(minimum.wrapping_add(offset));
        offset
    }

    /// `near` and `uniform` without a branch, which would be mispredicted every other time: a
    /// uniform word, shifted by a random number of bits or by none.
    #[inline]
    fn within_whole_type(&mut self, bits: u64, is_near: bool, last: u64, target: u64) -> u64 {
        let width = u64::from(64 - last.leading_zeros());
        let lost = (((bits >> 16) & 0xffff_ffff) * width) >> 32;
        let shift = 64 - width + if is_near { lost } else { 0 };
        let word = self.next();
        if target == 0 {
            word >> shift
        } else {
            // The sign bit comes along, so that both sides of the target are met.
            (word.cast_signed() >> shift)
                .cast_unsigned()
                .wrapping_add(target)
                & last
        }
    }

    #[cold]
    fn unusual(&mut self, manner: u64, minimum: u64, last: u64, target: u64) -> u64 {
        if manner < 2 {
            self.edge(minimum, last, target)
        } else {
            self.integer_again(minimum, last)
        }
    }

    /// As `offset`, for ranges that 64 bits do not hold.
    pub(crate) fn offset_wide(&mut self, minimum: u128, last: u128, target: u128) -> u128 {
        if let (Ok(last), Ok(target)) = (u64::try_from(last), u64::try_from(target)) {
            return u128::from(self.offset(minimum as u64, last, target));
        }
        let bits = u128::from(self.next()) << 64 | u128::from(self.next());
        let away = bits >> self.uniform(127);
        let (up, down) = (
            target.saturating_add(away).min(last),
            target.saturating_sub(away),
        );
        let drawn = match self.next() >> 61 {
            0 => [0, last, target, last - 1][self.uniform(3) as usize],
            1..=2 => up,
            3..=4 => down,
            // Without the multiplication, as the bias is below 2^-64 or `last` is all ones.
            _ => last.checked_add(1).map_or(bits, |count| bits % count),
        };
        self.wide_again(minimum, last, drawn)
    }

    /// An end of the range, the target, or a number next to one of these or to a power of two.
    fn edge(&mut self, minimum: u64, last: u64, target: u64) -> u64 {
        let power = 1u64 << self.uniform(63);
        let near_power = match self.next() >> 62 {
            0 => power,
            1 => power - 1,
            2 => power.wrapping_neg(),
            _ => power + 1,
        };
        let step = self.uniform(2).wrapping_sub(1);
        let candidate = match self.next() >> 61 {
            0 => 0,
            1 => last,
            2 => last.wrapping_add(step),
            3 => target.wrapping_add(step),
            4 => 1,
            // Powers of two of the value, not of the offset.
            _ => near_power.wrapping_sub(minimum),
        };
        if candidate <= last {
            candidate
        } else {
            self.uniform(last)
        }
    }

    /// A number at a distance from the target whose width in bits is uniform.
    fn near(&mut self, last: u64, target: u64) -> u64 {
        let bits = self.next();
        let width = 64 - last.leading_zeros();
        // The top bits choose the width, the low ones the distance and the side.
        let chosen = (((bits >> 32) * u64::from(width)) >> 32) as u32 + 1;
        let away = self.next() >> (64 - chosen);
        let (above, below) = (last - target, target);
        if away <= above && (bits & 1 == 0 || away > below) {
            target + away
        } else if away <= below {
            target - away
        } else {
            self.uniform(last)
        }
    }

    /// A length from `minimum` to `maximum`, at a nesting depth of collections.
    #[inline]
    pub(crate) fn length(&mut self, minimum: usize, maximum: usize, depth: u32) -> usize {
        let room = (maximum - minimum) as u64;
        let bits = self.next();
        let cap = match bits >> 60 {
            0 => 1,
            // A range that the author chose is meant; an endless one is not.
            _ if room <= 1024 && depth == 0 => room,
            1..=8 => 8,
            9..=13 => 24,
            14 => 96,
            _ if depth > 0 => 48,
            _ => 512,
        };
        let cap = cap.min(room) >> depth.saturating_sub(1).min(63);
        let length = ((bits & 0xffff_ffff) * (cap + 1)) >> 32;
        minimum + (length as usize).min(self.length_max)
    }

    /// Fills a byte string in one of several manners.
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        let manner = self.next() >> 61;
        let repeated = self.next() as u8;
        for chunk in bytes.chunks_mut(8) {
            let word = match manner {
                0 => 0,
                1 => u64::from_ne_bytes([repeated; 8]),
                // Low values, such as tags and lengths have.
                2 => self.next() & 0x0303_0303_0303_0303,
                3 => self.next() & 0x7f7f_7f7f_7f7f_7f7f,
                _ => self.next(),
            };
            chunk.copy_from_slice(&word.to_ne_bytes()[..chunk.len()]);
        }
    }
}

/// Whether these are all values of an integer type, with 0 as the target. Known when compiled for
/// generators of whole types.
#[inline]
fn is_whole_type(last: u64, target: u64) -> bool {
    let is_power = last & last.wrapping_add(1) == 0;
    is_power && (target == 0 || target == last / 2 + 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_case_is_a_function_of_seed_and_index() {
        let words = |seed, index| {
            let mut random = Random::new(seed, index);
            [random.next(), random.next()]
        };
        assert_eq!(words(1, 2), words(1, 2));
        let mut seen = BTreeSet::new();
        for seed in 0..40 {
            for index in 0..40 {
                assert!(
                    seen.insert(words(seed, index)),
                    "seed {seed} and index {index}"
                );
            }
        }
    }

    #[test]
    fn offsets_stay_in_range_and_reach_all_of_it() {
        let mut random = Random::new(7, 0);
        for last in [0, 1, 7, 8, 9, 100, 255] {
            for target in [0, last / 2, last] {
                let drawn: BTreeSet<u64> = (0..20_000)
                    .map(|_| random.offset(3, last, target))
                    .collect();
                assert_eq!(drawn.len() as u64, last + 1, "0 to {last}, target {target}");
                assert!(drawn.last() <= Some(&last));
            }
        }
        for last in [u64::MAX, u64::MAX - 1, 1 << 40] {
            for _ in 0..10_000 {
                assert!(random.offset(5, last, last / 3) <= last);
            }
        }
    }

    #[test]
    fn wide_offsets_stay_in_range() {
        let mut random = Random::new(7, 0);
        for last in [300, u128::from(u64::MAX), 1 << 64, 1 << 100, u128::MAX] {
            for target in [0, last / 2, last] {
                let drawn: BTreeSet<u128> = (0..5_000)
                    .map(|_| random.offset_wide(0, last, target))
                    .collect();
                assert!(drawn.last() <= Some(&last));
                assert!(drawn.contains(&0) && drawn.contains(&last), "0 to {last}");
            }
        }
    }

    #[test]
    fn ends_agreement_and_small_numbers_are_common() {
        let (mut ends, mut small, mut equal) = (0, 0, 0);
        for index in 0..10_000 {
            let mut random = Random::new(3, index);
            let (left, right) = (random.offset(0, u64::MAX, 0), random.offset(0, u64::MAX, 0));
            ends += u32::from(left == u64::MAX || left == 0);
            small += u32::from(left < 100);
            equal += u32::from(left == right && left > 10);
        }
        assert!(ends > 150, "{ends} ends of 10,000");
        assert!(small > 300, "{small} small numbers of 10,000");
        assert!(equal > 20, "{equal} equal pairs of 10,000");
    }

    #[test]
    fn lengths_respect_their_range_and_early_cases_are_small() {
        for (minimum, maximum) in [(0, 0), (3, 3), (0, 10), (5, 100), (2, usize::MAX)] {
            for index in 0..2_000 {
                let mut random = Random::new(11, index);
                let length = random.length(minimum, maximum, (index % 4) as u32);
                assert!((minimum..=maximum).contains(&length));
                assert!(index >= 2 || length <= minimum + 2);
            }
        }
        let total: usize = (100..10_100)
            .map(|i| Random::new(1, i).length(0, 100, 0))
            .sum();
        assert!(
            (420_000..520_000).contains(&total),
            "the mean of 0 to 100 is {total} / 10,000"
        );
    }
}
