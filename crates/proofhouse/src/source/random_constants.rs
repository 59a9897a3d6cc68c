//! Constants of the code under test in random cases.
//!
//! Every fourth case is one that uses constants. It has a turn: a place in the pool that moves on from
//! case to case, so that a pool which is smaller than the number of turns is tried as a whole. The
//! first question of such a case takes a constant, later ones do in one of two times, and each moves on
//! as well.
//!
//! # Invariants
//!
//! - What is drawn fits the question.
//! - A case without a turn, and every case without a pool, draws what it would without this module.

use proofhouse_choice::{Float, FloatWidth, Integer};

use super::Integral;
use super::random::Random;
use super::random_float::order;
use crate::constants::{Constants, Pool};
use crate::generator::Characters;

/// One of so many cases uses constants.
const CASES_PER_TURN: u64 = 4;

/// The constants of a case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    constants: &'static Constants,
    /// Where in the constants the next question begins to look.
    place: usize,
    /// Whether a question has taken a constant already.
    has_begun: bool,
}

impl Random {
    /// The same case, using constants if it is its turn.
    pub(crate) fn with_pool(mut self, pool: Option<Pool>, seed: u64, index: u64) -> Self {
        if let Some(pool) = pool
            && index % CASES_PER_TURN == CASES_PER_TURN - 1
        {
            // The pool is tried from another place with each seed.
            let start = Self::new(seed, u64::MAX).next() >> 32;
            let (constants, turn) = pool.constants(index / CASES_PER_TURN);
            self.turn = Some(Turn {
                constants,
                place: (start + turn) as usize,
                has_begun: false,
            });
        }
        self
    }

    /// The constants for a question, and the place to begin at, if it takes one.
    fn take_turn(&mut self) -> Option<(&'static Constants, usize)> {
        let is_taken = self.next() >> 63 == 0;
        let turn = self.turn.as_mut()?;
        if turn.has_begun && !is_taken {
            return None;
        }
        let place = turn.place;
        turn.place = place.wrapping_add(1);
        turn.has_begun = true;
        Some((turn.constants, place))
    }

    /// Whether this case uses constants. Asked before every draw, so the draws themselves are apart.
    #[inline]
    pub(super) fn has_turn(&self) -> bool {
        self.turn.is_some()
    }

    /// An integer of a range that is a constant.
    #[cold]
    #[inline(never)]
    pub(super) fn constant_integer<T: Integral>(&mut self, minimum: T, maximum: T) -> Option<T> {
        let (constants, place) = self.take_turn()?;
        let (minimum, maximum) = (minimum.to_integer(), maximum.to_integer());
        let drawn = pick_integer(&constants.integers, minimum, maximum, place)?;
        self.earlier.keep(drawn.bits() as u64);
        T::from_integer(drawn)
    }

    /// A text that is a constant, of some characters and of a length.
    #[cold]
    pub(super) fn constant_text(
        &mut self,
        minimum: usize,
        maximum: usize,
        characters: &Characters,
    ) -> Option<String> {
        let (constants, place) = self.take_turn()?;
        let fits = |text: &&String| {
            let length = text.chars().count();
            (minimum..=maximum).contains(&length)
                && text.chars().all(|one| characters.contains(u32::from(one)))
        };
        from_place(&constants.texts, place).find(fits).cloned()
    }

    /// A character of a set that is a constant.
    #[cold]
    pub(super) fn constant_character(&mut self, characters: &Characters) -> Option<char> {
        let (constants, place) = self.take_turn()?;
        let mut found = from_place(&constants.characters, place);
        found
            .find(|character| characters.contains(u32::from(**character)))
            .copied()
    }

    /// Puts a constant at the start of a byte string, or instead of it.
    #[cold]
    pub(super) fn constant_bytes(&mut self, minimum: usize, maximum: usize, bytes: &mut Vec<u8>) {
        let Some((constants, place)) = self.take_turn() else {
            return;
        };
        let texts = constants.texts.iter().map(String::as_bytes);
        let all: Vec<&[u8]> = texts
            .chain(constants.bytes.iter().map(Vec::as_slice))
            .collect();
        let Some(constant) = from_place(&all, place).find(|bytes| bytes.len() <= maximum) else {
            return;
        };
        let is_whole = self.next() >> 63 == 0 && constant.len() >= minimum;
        if is_whole || bytes.len() < constant.len() {
            bytes.resize(constant.len(), 0);
        }
        bytes[..constant.len()].copy_from_slice(constant);
    }

    /// A number of a range that is a constant, or minus one.
    #[cold]
    pub(super) fn constant_float(
        &mut self,
        width: FloatWidth,
        minimum: f64,
        maximum: f64,
    ) -> Option<Float> {
        let (constants, place) = self.take_turn()?;
        let sign = if self.next() >> 62 == 0 { -1.0 } else { 1.0 };
        let rounded = |constant: &f64| match width {
            FloatWidth::Single => f64::from((constant * sign) as f32),
            FloatWidth::Double => constant * sign,
        };
        let mut rounded = from_place(&constants.floats, place).map(rounded);
        let drawn = rounded
            .find(|number| order(minimum) <= order(*number) && order(*number) <= order(maximum))?;
        Some(Float::from(drawn))
    }
}

/// All values, from one on.
fn from_place<T>(values: &[T], place: usize) -> impl Iterator<Item = &T> {
    let (before, after) = values.split_at(place.checked_rem(values.len()).unwrap_or(0));
    after.iter().chain(before)
}

/// One of the ascending magnitudes that lies in a range, or whose negative does. Where both signs
/// are possible, one of three is negative.
fn pick_integer(
    magnitudes: &[u128],
    minimum: Integer,
    maximum: Integer,
    place: usize,
) -> Option<Integer> {
    let between = |low: u128, high: u128| {
        let first = magnitudes.partition_point(|magnitude| *magnitude < low);
        let end = magnitudes.partition_point(|magnitude| *magnitude <= high);
        &magnitudes[first..end.max(first)]
    };
    let positive = match maximum.to_u128() {
        Some(maximum) => between(minimum.to_u128().unwrap_or(0), maximum),
        None => &[],
    };
    let negative = match (minimum.to_i128(), minimum.is_negative()) {
        (Some(minimum), true) => {
            let nearest = maximum.to_i128().filter(|maximum| *maximum < 0);
            between(
                nearest.map_or(1, i128::unsigned_abs),
                minimum.unsigned_abs(),
            )
        }
        _ => &[],
    };
    let wants_negative = positive.is_empty() || place % 3 == 2;
    if !negative.is_empty() && wants_negative {
        let magnitude = negative[place / 3 % negative.len()];
        return Some(Integer::from_i128(0i128.wrapping_sub_unsigned(magnitude)));
    }
    // The two of three places that are left.
    let place = if negative.is_empty() {
        place
    } else {
        place / 3 * 2 + place % 3
    };
    let place = place.checked_rem(positive.len())?;
    Some(Integer::from_u128(positive[place]))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The naive twin: every signed constant, looked at one by one.
    fn all_in_range(magnitudes: &[u128], minimum: Integer, maximum: Integer) -> BTreeSet<Integer> {
        let signed = magnitudes.iter().flat_map(|magnitude| {
            let negative = i128::try_from(*magnitude).ok().map(|m| Integer::from(-m));
            [Some(Integer::from(*magnitude)), negative]
        });
        signed
            .flatten()
            .filter(|value| minimum <= *value && *value <= maximum)
            .collect()
    }

    #[test]
    fn every_constant_in_range_has_its_turn_and_no_other() {
        let magnitudes = [45, 77, 1000, 0xdead_beef_cafe, u128::MAX - 9];
        let check = |minimum: Integer, maximum: Integer| {
            let picked: BTreeSet<Integer> = (0..60)
                .filter_map(|place| pick_integer(&magnitudes, minimum, maximum, place))
                .collect();
            assert_eq!(picked, all_in_range(&magnitudes, minimum, maximum));
        };
        check(0.into(), u128::MAX.into());
        check(i128::MIN.into(), i128::MAX.into());
        check((-128).into(), 127.into());
        check((-1000).into(), (-77).into());
        check(46.into(), 76.into());
        check(77.into(), 77.into());
        check((-50).into(), 5000.into());
    }
}
