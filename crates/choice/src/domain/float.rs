//! Ranges of floating-point numbers, ordered by how easily people read them.
//!
//! Whole numbers come first, by their distance from 0: 0, -0, 1, -1, 2 and so on, as long as all of
//! them are representable. Then halves, odd quarters, odd eighths and so on, each by distance from
//! 0; then the large numbers between which there are gaps; infinities; and at the end what is not a
//! number. Of a number and its negative the positive one is simpler.
//!
//! # Invariants
//!
//! - Within a group, magnitudes are numbered without gaps, so that a range of numbers is a range of
//!   indices in every group, and ranks can be counted (`tests::ranks_are_those_of_the_naive_order`).
//! - Bounds are those of the total order: 0 is above -0, and a range from 0 on does not hold -0.
//!
//! # Source
//!
//! That whole numbers before fractions is what people call simpler, and that each float gets one
//! natural number for it, is an idea of property-based testing with Hypothesis. The groups by the
//! power of two in the denominator are ours: there, a range can be counted.

mod simpler;

use std::ops::Range;

use crate::{Cardinality, Float};

/// Which of Rust's types a number is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FloatWidth {
    /// `f32`.
    Single,
    /// `f64`.
    Double,
}

/// Which values that are not a number belong to a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nans {
    /// None.
    None,
    /// [`Float::NAN`] alone.
    One,
    /// All signs and payloads.
    All,
}

/// The numbers from a minimum to a maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FloatDomain {
    width: FloatWidth,
    minimum: Float,
    maximum: Float,
    nans: Nans,
}

/// Where a number stands in the order of simplicity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    group: Group,
    index: u64,
    is_negative: bool,
}

/// Numbers of one sort, simplest group first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// `index`, up to 2 to the precision.
    Whole,
    /// `(2 * index + 1) / 2^k`.
    Fraction(u32),
    /// What lies beyond, by its bits.
    Large,
    /// Infinity.
    Infinite,
    /// By the payload, of which that of [`Float::NAN`] is the first.
    Nan,
}

impl FloatWidth {
    /// How many bits the significand of a number has.
    const fn precision(self) -> u32 {
        match self {
            Self::Single => 24,
            Self::Double => 53,
        }
    }

    /// The greatest `k` for which `1 / 2^k` is a number.
    const fn finest(self) -> u32 {
        match self {
            Self::Single => 149,
            Self::Double => 1074,
        }
    }

    /// The first whole number beyond which there are gaps.
    const fn whole_max(self) -> u64 {
        1 << self.precision()
    }

    /// The bits of a number of this width, without its sign.
    fn magnitude_bits(self, number: Float) -> u64 {
        match self {
            Self::Single => u64::from(self.single_bits(number) & (u32::MAX >> 1)),
            Self::Double => number.to_bits() & (u64::MAX >> 1),
        }
    }

    fn single_bits(self, number: Float) -> u32 {
        number
            .to_single_bits()
            .expect("the number is of this width")
    }

    fn of_magnitude_bits(self, bits: u64, is_negative: bool) -> Float {
        match self {
            Self::Single => Float::from_single_bits(bits as u32 | u32::from(is_negative) << 31),
            Self::Double => Float::from_bits(bits | u64::from(is_negative) << 63),
        }
    }

    fn infinity_bits(self) -> u64 {
        self.magnitude_bits(Float::from(f64::INFINITY))
    }

    /// The bits of the last whole number before the gaps.
    fn whole_max_bits(self) -> u64 {
        self.magnitude_bits(Float::from(self.whole_max() as f64))
    }

    /// How many NaNs there are of each sign.
    const fn nan_count(self) -> u64 {
        (1 << (self.precision() - 1)) - 1
    }

    /// The groups in their order.
    fn groups(self) -> impl Iterator<Item = Group> {
        let fractions = (1..=self.finest()).map(Group::Fraction);
        let rest = [Group::Large, Group::Infinite, Group::Nan];
        std::iter::once(Group::Whole).chain(fractions).chain(rest)
    }
}

impl FloatDomain {
    /// The numbers of a width from `minimum` to `maximum`, and some NaNs.
    ///
    /// # Panics
    ///
    /// If there are none, or if a bound is not a number of the width.
    pub fn new(width: FloatWidth, minimum: Float, maximum: Float, nans: Nans) -> Self {
        let is_of_width = |bound: Float| {
            !bound.is_nan() && (width == FloatWidth::Double || bound.to_single_bits().is_some())
        };
        assert!(
            is_of_width(minimum) && is_of_width(maximum),
            "{minimum} or {maximum} is not a number of the width"
        );
        assert!(
            order(minimum) <= order(maximum),
            "no number lies between {minimum} and {maximum}"
        );
        Self {
            width,
            minimum,
            maximum,
            nans,
        }
    }

    /// Which type the numbers are of.
    pub fn width(&self) -> FloatWidth {
        self.width
    }

    /// The smallest number.
    pub fn minimum(&self) -> Float {
        self.minimum
    }

    /// The greatest number.
    pub fn maximum(&self) -> Float {
        self.maximum
    }

    /// Which NaNs belong to it.
    pub fn nans(&self) -> Nans {
        self.nans
    }

    /// Whether `number` belongs to it.
    pub fn contains(&self, number: Float) -> bool {
        if self.width == FloatWidth::Single && number.to_single_bits().is_none() {
            return false;
        }
        if number.is_nan() {
            return match self.nans {
                Nans::None => false,
                Nans::One => number == Float::NAN,
                Nans::All => true,
            };
        }
        order(self.minimum) <= order(number) && order(number) <= order(self.maximum)
    }

    /// The number with these bits of the width's type.
    pub(super) fn of_bits(&self, bits: u128) -> Option<Float> {
        match self.width {
            FloatWidth::Single => u32::try_from(bits).ok().map(Float::from_single_bits),
            FloatWidth::Double => u64::try_from(bits).ok().map(Float::from_bits),
        }
    }

    /// How many there are.
    pub(super) fn cardinality(&self) -> Cardinality {
        let step = |number: Float| {
            let bits = i128::from(self.width.magnitude_bits(number));
            // -0 is one step below 0.
            if number.is_negative() {
                -1 - bits
            } else {
                bits
            }
        };
        let numbers = (step(self.maximum) - step(self.minimum) + 1) as u128;
        Cardinality::Exactly(numbers + u128::from(self.nan_count()))
    }

    fn nan_count(&self) -> u64 {
        match self.nans {
            Nans::None => 0,
            Nans::One => 1,
            Nans::All => 2 * self.width.nan_count(),
        }
    }

    /// The number of rank 0.
    pub(super) fn simplest(&self) -> Float {
        self.nth(0)
    }

    pub(super) fn compare(&self, left: Float, right: Float) -> std::cmp::Ordering {
        self.place(left).cmp(&self.place(right))
    }

    /// The rank of a number that belongs to the domain.
    pub(super) fn rank(&self, number: Float) -> u128 {
        let place = self.place(number);
        let before = self.width.groups().take_while(|group| *group < place.group);
        let before: u128 = before.map(|group| self.count(group)).sum();
        let [positive, negative] = self.indices(place.group);
        let below = |indices: &Range<u64>, index: u64| {
            index.clamp(indices.start, indices.end) - indices.start
        };
        let within = u128::from(below(&negative, place.index))
            + u128::from(below(&positive, place.index))
            + u128::from(place.is_negative && positive.contains(&place.index));
        before + within
    }

    /// The number of a rank below the cardinality.
    pub(super) fn nth(&self, mut rank: u128) -> Float {
        for group in self.width.groups() {
            let count = self.count(group);
            if rank < count {
                return self.number(self.nth_place(group, rank as u64));
            }
            rank -= count;
        }
        unreachable!("the groups together have as many numbers as the domain")
    }

    fn count(&self, group: Group) -> u128 {
        self.indices(group).iter().map(length).sum()
    }

    /// The place of a rank within a group. Signs alternate where both are allowed.
    fn nth_place(&self, group: Group, rank: u64) -> Place {
        let [positive, negative] = self.indices(group);
        let place = |index, is_negative| Place {
            group,
            index,
            is_negative,
        };
        // Before both signs meet, and after one of them ended, there is only one of them.
        let both = positive.start.max(negative.start)..positive.end.min(negative.end);
        if both.is_empty() {
            let (first, second, is_negative) = if positive.start <= negative.start {
                (positive, negative, false)
            } else {
                (negative, positive, true)
            };
            let length = first.end - first.start;
            return if rank < length {
                place(first.start + rank, is_negative)
            } else {
                place(second.start + (rank - length), !is_negative)
            };
        }
        let head = both.start - positive.start.min(negative.start);
        if rank < head {
            let starts_negative = negative.start < positive.start;
            return place(both.start - head + rank, starts_negative);
        }
        let (rank, pairs) = (rank - head, both.end - both.start);
        if rank / 2 < pairs {
            place(both.start + rank / 2, rank % 2 == 1)
        } else {
            let ends_negative = negative.end > positive.end;
            place(both.end + (rank - 2 * pairs), ends_negative)
        }
    }

    /// The indices of a group's positive and negative numbers that lie in the range.
    fn indices(&self, group: Group) -> [Range<u64>; 2] {
        if group == Group::Nan {
            let count = self.width.nan_count();
            return match self.nans {
                Nans::None => [0..0, 0..0],
                Nans::One => [0..1, 0..0],
                Nans::All => [0..count, 0..count],
            };
        }
        [false, true].map(|is_negative| {
            let (low, high) = if is_negative {
                (self.maximum, self.minimum)
            } else {
                (self.minimum, self.maximum)
            };
            if high.is_negative() != is_negative {
                return 0..0;
            }
            let low = if low.is_negative() == is_negative {
                low
            } else {
                Float::from(0.0)
            };
            let indices = self.magnitudes(group, low, high);
            // An empty range must not start after its end.
            if indices.is_empty() { 0..0 } else { indices }
        })
    }

    /// The indices of a group's magnitudes from that of `low` to that of `high`.
    fn magnitudes(&self, group: Group, low: Float, high: Float) -> Range<u64> {
        let width = self.width;
        match group {
            Group::Whole => {
                let most = width.whole_max();
                scaled(low, 0, most).rounded_up()..scaled(high, 0, most).whole.min(most) + 1
            }
            Group::Fraction(k) => {
                // Numerators, of which the odd ones count.
                let most = width.whole_max() - 1;
                let first = scaled(low, k, most).rounded_up();
                let last = scaled(high, k, most).whole.min(most);
                first / 2..last.div_ceil(2)
            }
            Group::Large => {
                let base = width.whole_max_bits() + 1;
                let last = width.magnitude_bits(high).min(width.infinity_bits() - 1);
                let first = width.magnitude_bits(low).max(base);
                first - base..(last + 1).saturating_sub(base)
            }
            Group::Infinite => {
                let is_in = width.magnitude_bits(high) == width.infinity_bits();
                0..u64::from(is_in)
            }
            Group::Nan => unreachable!("a NaN has no magnitude"),
        }
    }

    fn place(&self, number: Float) -> Place {
        let width = self.width;
        let bits = width.magnitude_bits(number);
        let magnitude = f64::from_bits(number.to_bits()).abs();
        let (group, index) = if number.is_nan() {
            let quiet = 1 << (width.precision() - 2);
            let payload = (bits & (2 * quiet - 1)) ^ quiet;
            // No payload at all would be infinity; its place is left out.
            (Group::Nan, payload - u64::from(payload > quiet))
        } else if bits == width.infinity_bits() {
            (Group::Infinite, 0)
        } else if bits > width.whole_max_bits() {
            (Group::Large, bits - width.whole_max_bits() - 1)
        } else if magnitude.fract() == 0.0 {
            (Group::Whole, magnitude as u64)
        } else {
            let (significand, exponent) = parts(number);
            let zeros = significand.trailing_zeros();
            let numerator = significand >> zeros;
            let k = (-exponent) as u32 - zeros;
            (Group::Fraction(k), numerator / 2)
        };
        Place {
            group,
            index,
            is_negative: number.is_negative(),
        }
    }

    fn number(&self, place: Place) -> Float {
        let Place {
            group,
            index,
            is_negative,
        } = place;
        let width = self.width;
        let signed = |magnitude: f64| Float::from(if is_negative { -magnitude } else { magnitude });
        match group {
            Group::Whole => signed(index as f64),
            Group::Fraction(k) => signed(fraction(2 * index + 1, k)),
            Group::Large => {
                width.of_magnitude_bits(width.whole_max_bits() + 1 + index, is_negative)
            }
            Group::Infinite => signed(f64::INFINITY),
            Group::Nan => {
                let quiet = 1 << (width.precision() - 2);
                let payload = (index + u64::from(index >= quiet)) ^ quiet;
                width.of_magnitude_bits(width.infinity_bits() | payload, is_negative)
            }
        }
    }
}

fn length(indices: &Range<u64>) -> u128 {
    u128::from(indices.end - indices.start)
}

/// A number whose order is that of the numbers, -0 below 0.
fn order(number: Float) -> i64 {
    let bits = number.to_bits().cast_signed();
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

/// Significand and exponent of a finite magnitude: it is `significand * 2^exponent`.
fn parts(number: Float) -> (u64, i32) {
    let bits = number.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    if exponent == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, exponent - 1075)
    }
}

/// A product of which only the whole part and whether there is more is known.
struct Scaled {
    whole: u64,
    has_rest: bool,
}

impl Scaled {
    fn rounded_up(&self) -> u64 {
        self.whole + u64::from(self.has_rest)
    }
}

/// The magnitude of a number times `2^k`, or `most + 1` if it is more.
fn scaled(number: Float, k: u32, most: u64) -> Scaled {
    let too_much = Scaled {
        whole: most + 1,
        has_rest: false,
    };
    if f64::from_bits(number.to_bits()).is_infinite() {
        return too_much;
    }
    let (significand, exponent) = parts(number);
    let shift = exponent + k as i32;
    if shift >= 0 {
        // A significand is below 2^53, and `most` is at most that.
        if significand == 0 {
            return Scaled {
                whole: 0,
                has_rest: false,
            };
        }
        if shift > 10 || significand << shift > most {
            return too_much;
        }
        return Scaled {
            whole: significand << shift,
            has_rest: false,
        };
    }
    let down = -shift as u32;
    let whole = significand.checked_shr(down).unwrap_or(0);
    let has_rest = down >= 64 || significand & ((1 << down) - 1) != 0;
    if whole > most {
        return too_much;
    }
    Scaled {
        whole,
        has_rest: has_rest && significand != 0,
    }
}

/// `numerator / 2^k`, which must be representable.
fn fraction(numerator: u64, k: u32) -> f64 {
    // The numerator has at most 53 bits and the division by a power of two is exact; in two steps,
    // because 2^1074 is no number.
    let first = k.min(1000);
    numerator as f64 / 2f64.powi(first as i32) / 2f64.powi((k - first) as i32)
}

#[cfg(test)]
mod tests;
