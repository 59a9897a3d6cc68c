//! Random floating-point numbers.
//!
//! Bits drawn uniformly give numbers of all magnitudes and hardly ever 0, 1 or a half; numbers
//! drawn uniformly from a range have all the same magnitude. Programs fail on all of these, so a
//! number comes in one of several manners, and each manner that misses the range falls back to one
//! that does not.

use proofhouse_choice::{Float, FloatWidth, Nans};

use super::random::Random;

/// Numbers at which something changes: sign, rounding, exactness, overflow, underflow.
#[rustfmt::skip]
const EDGES: [f64; 32] = [
    0.0, -0.0, 1.0, -1.0, 0.5, 0.1, -0.5, 1.5,
    2.0, 2.5, 10.0, 100.0, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN,
    f64::MIN_POSITIVE, -f64::MIN_POSITIVE, 5e-324, -5e-324, f64::EPSILON, 1.0 + f64::EPSILON,
    0.999_999_999_999_999_9, f32::MAX as f64, f32::MIN_POSITIVE as f64, 1e-45, f32::EPSILON as f64,
    16_777_216.0, 9_007_199_254_740_992.0, 9_007_199_254_740_991.0, 4_294_967_296.0,
    9_223_372_036_854_775_808.0,
];

/// A number that orders as the numbers do, -0 below 0.
#[inline]
pub(super) fn order(number: f64) -> i64 {
    let bits = number.to_bits().cast_signed();
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

fn of_order(order: i64) -> f64 {
    let bits = if order < 0 { order ^ i64::MAX } else { order };
    f64::from_bits(bits.cast_unsigned())
}

impl Random {
    /// A number of a width from `minimum` to `maximum`, or one of `nans`.
    pub(super) fn float(
        &mut self,
        width: FloatWidth,
        minimum: f64,
        maximum: f64,
        nans: Nans,
    ) -> Float {
        let manner = self.next() >> 60;
        if manner == 0 && nans != Nans::None {
            return self.nan(width, nans);
        }
        let candidate = match manner {
            0..=1 => EDGES[self.uniform(31) as usize],
            2 => self.near_bound(minimum, maximum),
            3 => self.float_again(),
            4..=6 => self.small_whole(),
            7..=8 => self.small_fraction(),
            9..=11 => self.between(minimum, maximum),
            _ => self.by_bits(minimum, maximum),
        };
        let is_in =
            |number: f64| order(minimum) <= order(number) && order(number) <= order(maximum);
        // Rounding keeps the order, and both bounds are numbers of the width.
        let rounded = |number: f64| match width {
            FloatWidth::Single => f64::from(number as f32),
            FloatWidth::Double => number,
        };
        let mut number = rounded(candidate);
        if !is_in(number) {
            let between = manner.is_multiple_of(2);
            number = rounded(if between {
                self.between(minimum, maximum)
            } else {
                self.by_bits(minimum, maximum)
            });
        }
        assert!(is_in(number), "{number} is not from {minimum} to {maximum}");
        self.earlier.keep_float(number);
        Float::from(number)
    }

    fn nan(&mut self, width: FloatWidth, nans: Nans) -> Float {
        if nans == Nans::One || self.next() >> 63 == 0 {
            return Float::NAN;
        }
        let bits = self.next();
        match width {
            // A payload of no bits would be infinity.
            FloatWidth::Single => Float::from_single_bits(bits as u32 | 0x7f80_0000 | 1 << 9),
            FloatWidth::Double => Float::from_bits(bits | 0x7ff << 52 | 1 << 20),
        }
    }

    /// A bound, the number next to one, or a neighbour of 1.
    fn near_bound(&mut self, minimum: f64, maximum: f64) -> f64 {
        match self.next() >> 61 {
            0 => minimum,
            1 => maximum,
            2 => minimum.next_up(),
            3 => maximum.next_down(),
            4 => f64::from((minimum as f32).next_up()),
            5 => f64::from((maximum as f32).next_down()),
            6 => 1.0 + 2.0 * f64::EPSILON,
            _ => 1.0 + f64::from(f32::EPSILON),
        }
    }

    fn small_whole(&mut self) -> f64 {
        let bits = self.next();
        let most = 1u64 << (4 + (bits & 15));
        let magnitude = self.uniform(most) as f64;
        if bits >> 63 == 0 {
            magnitude
        } else {
            -magnitude
        }
    }

    fn small_fraction(&mut self) -> f64 {
        const DENOMINATORS: [f64; 8] = [2.0, 4.0, 8.0, 64.0, 10.0, 100.0, 3.0, 1e6];
        self.small_whole() / DENOMINATORS[(self.next() >> 61) as usize]
    }

    /// Uniform over the range, or over some of it where the range is endless.
    fn between(&mut self, minimum: f64, maximum: f64) -> f64 {
        let finite = |number: f64| number.clamp(f64::MIN, f64::MAX);
        let (minimum, maximum) = (finite(minimum), finite(maximum));
        let share = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        // Each term alone stays finite where the difference would not.
        let number = minimum * (1.0 - share) + maximum * share;
        number.clamp(minimum, maximum)
    }

    /// Uniform over the representations of the range: all magnitudes alike.
    fn by_bits(&mut self, minimum: f64, maximum: f64) -> f64 {
        let (first, last) = (order(minimum), order(maximum));
        let away = self.uniform(last.wrapping_sub(first).cast_unsigned());
        of_order(first.wrapping_add_unsigned(away))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDLESS: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

    fn draw(width: FloatWidth, range: (f64, f64), nans: Nans, count: u32) -> Vec<Float> {
        let mut random = Random::new(5, 100);
        (0..count)
            .map(|_| random.float(width, range.0, range.1, nans))
            .collect()
    }

    #[test]
    fn numbers_stay_in_their_range_and_width() {
        let ranges = [
            ENDLESS,
            (0.0, 1.0),
            (-0.0, 0.0),
            (-1.5, -1.25),
            (1e9, f64::INFINITY),
            (f64::from(f32::MIN), f64::from(f32::MAX)),
        ];
        for range in ranges {
            for number in draw(FloatWidth::Single, range, Nans::None, 3_000) {
                assert!(number.to_single_bits().is_some(), "{number}");
            }
            for number in draw(FloatWidth::Double, range, Nans::None, 3_000) {
                let number = f64::from_bits(number.to_bits());
                assert!(
                    range.0 <= number && number <= range.1,
                    "{number} in {range:?}"
                );
            }
        }
    }

    #[test]
    fn every_class_of_number_occurs() {
        let numbers = draw(FloatWidth::Double, ENDLESS, Nans::All, 3_000);
        let number = |float: &Float| f64::from_bits(float.to_bits());
        let count = |is_wanted: fn(f64) -> bool| {
            numbers
                .iter()
                .filter(|float| is_wanted(number(float)))
                .count()
        };
        assert!(count(|number| number.is_nan()) > 50);
        assert!(
            numbers
                .iter()
                .any(|float| float.is_nan() && *float != Float::NAN)
        );
        assert!(count(|number| number == f64::INFINITY) > 3);
        assert!(count(|number| number.is_subnormal()) > 3);
        assert!(count(|number| number == 0.0 && number.is_sign_negative()) > 3);
        assert!(count(|number| number == 1.0) > 3);
        assert!(count(|number| number.fract() != 0.0 && number.abs() < 1e6) > 300);
        assert!(count(|number| number.fract() == 0.0 && number.abs() < 1e6) > 300);
        assert!(count(|number| number.abs() > 1e100) > 300);
        let repeated = numbers
            .windows(5)
            .filter(|w| w[..4].contains(&w[4]))
            .count();
        assert!(repeated > 60, "{repeated} numbers came again soon");
        for edge in EDGES {
            assert!(numbers.contains(&Float::from(edge)), "{edge} never came");
        }
    }

    #[test]
    fn order_is_undone() {
        for number in EDGES {
            assert_eq!(of_order(order(number)).to_bits(), number.to_bits());
        }
        assert!(order(-0.0) < order(0.0) && order(-1.0) < order(-0.5));
    }
}
