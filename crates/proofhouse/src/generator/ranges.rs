//! Ranges as generators: the values of a range, and ranges as values.

use std::ops::{Bound, Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use proofhouse_choice::Nans;

use super::recursion::Explorer;
use super::{Draw, Generate, Generator, Just, just};
use crate::source::{Floating as _, Integral as _};
use crate::{EncodeError, Encoded, Encoding, Source};

/// A type of whose ranges values can be drawn, as `0..9`, `'a'..='z'`, `0.5..` or
/// `Duration::ZERO..=limit`. Implement it for a type of your own and its ranges are generators, too.
pub trait Ranged: Clone {
    /// The smallest value.
    fn first() -> Self;

    /// The greatest value.
    fn last() -> Self;

    /// The next value below, if there is one.
    fn before(&self) -> Option<Self>;

    /// Draws a value from `minimum` to `maximum`.
    ///
    /// # Panics
    ///
    /// If there is none.
    fn draw_between(source: &mut Source, minimum: &Self, maximum: &Self) -> Self;

    /// Adds the choices of which [`Ranged::draw_between`] would make the value.
    ///
    /// # Errors
    ///
    /// If it does not lie between the two, or, as without an implementation of this method, if that
    /// is not known.
    fn encode_between(&self, encoding: &mut Encoding, minimum: &Self, maximum: &Self) -> Encoded {
        let _ = (encoding, minimum, maximum);
        let generator = std::any::type_name::<RangeInclusive<Self>>();
        Err(EncodeError::NotInvertible { generator })
    }
}

macro_rules! ranged_integers {
    ($($type:ty)*) => {
        $(impl Ranged for $type {
            fn first() -> Self {
                Self::MIN
            }

            fn last() -> Self {
                Self::MAX
            }

            #[inline]
            fn before(&self) -> Option<Self> {
                self.predecessor()
            }

            #[inline]
            #[track_caller]
            fn draw_between(source: &mut Source, minimum: &Self, maximum: &Self) -> Self {
                source.choose_integer(*minimum, *maximum, 0)
            }

            fn encode_between(
                &self,
                encoding: &mut Encoding,
                minimum: &Self,
                maximum: &Self,
            ) -> Encoded {
                encoding.integer(*self, *minimum, *maximum)
            }
        })*
    };
}
ranged_integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

/// -0 is below 0, so that `0.0..` does not hold it; open ends are infinities.
macro_rules! ranged_floats {
    ($($type:ty)*) => {
        $(impl Ranged for $type {
            fn first() -> Self {
                Self::NEG_INFINITY
            }

            fn last() -> Self {
                Self::INFINITY
            }

            fn before(&self) -> Option<Self> {
                // The next number below 0 is -0, but a range that ends before 0 ends before both.
                Some(self.predecessor())
            }

            #[inline]
            #[track_caller]
            fn draw_between(source: &mut Source, minimum: &Self, maximum: &Self) -> Self {
                source.choose_float(*minimum, *maximum, Nans::None)
            }

            fn encode_between(
                &self,
                encoding: &mut Encoding,
                minimum: &Self,
                maximum: &Self,
            ) -> Encoded {
                encoding.float(*self, *minimum, *maximum, Nans::None)
            }
        })*
    };
}
ranged_floats!(f32 f64);

impl Ranged for char {
    fn first() -> Self {
        '\0'
    }

    fn last() -> Self {
        Self::MAX
    }

    fn before(&self) -> Option<Self> {
        open_gap(close_gap(*self).checked_sub(1)?)
    }

    /// The simplest is `a`, `0` or `A` if one of them is in the range, else the first; then those
    /// near to it.
    #[track_caller]
    fn draw_between(source: &mut Source, minimum: &Self, maximum: &Self) -> Self {
        let mut simple = ['a', '0', 'A'].into_iter();
        let simplest = simple.find(|letter| (minimum..=maximum).contains(&letter));
        let [minimum, maximum, simplest] =
            [*minimum, *maximum, simplest.unwrap_or(*minimum)].map(close_gap);
        let code = source.choose_integer(minimum, maximum, simplest);
        open_gap(code).expect("it lies between two characters")
    }

    fn encode_between(&self, encoding: &mut Encoding, minimum: &Self, maximum: &Self) -> Encoded {
        let [code, minimum, maximum] = [*self, *minimum, *maximum].map(close_gap);
        encoding.integer(code, minimum, maximum)
    }
}

/// How many code points between characters are surrogates. Without them, characters are the
/// integers of one range.
const GAP: u32 = 0x800;

fn close_gap(character: char) -> u32 {
    let code = u32::from(character);
    if code < 0xd800 { code } else { code - GAP }
}

fn open_gap(code: u32) -> Option<char> {
    let code = if code < 0xd800 { code } else { code + GAP };
    char::from_u32(code)
}

/// `3..9`: the values from 3 to 8; the simplest is the one nearest to 0.
impl<T: Ranged> Draw for Range<T> {
    type Value = T;

    #[inline]
    #[track_caller]
    fn draw_from(&self, source: &mut Source) -> T {
        let last = self.end.before().expect("an empty range holds no value");
        T::draw_between(source, &self.start, &last)
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        value.encode_between(encoding, &self.start, &last_before(&self.end)?)
    }
}

/// `3..=9`: the values from 3 to 9; the simplest is the one nearest to 0.
impl<T: Ranged> Draw for RangeInclusive<T> {
    type Value = T;

    #[inline]
    #[track_caller]
    fn draw_from(&self, source: &mut Source) -> T {
        T::draw_between(source, self.start(), self.end())
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        value.encode_between(encoding, self.start(), self.end())
    }
}

/// `3..`: the values from 3 to the greatest one of their type.
impl<T: Ranged> Draw for RangeFrom<T> {
    type Value = T;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> T {
        T::draw_between(source, &self.start, &T::last())
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        value.encode_between(encoding, &self.start, &T::last())
    }
}

/// `..=9`: the values from the smallest one of their type to 9.
impl<T: Ranged> Draw for RangeToInclusive<T> {
    type Value = T;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> T {
        T::draw_between(source, &T::first(), &self.end)
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        value.encode_between(encoding, &T::first(), &self.end)
    }
}

/// `..9`: the values from the smallest one of their type to 8.
impl<T: Ranged> Draw for RangeTo<T> {
    type Value = T;

    #[inline]
    #[track_caller]
    fn draw_from(&self, source: &mut Source) -> T {
        let last = self.end.before().expect("an empty range holds no value");
        T::draw_between(source, &T::first(), &last)
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        value.encode_between(encoding, &T::first(), &last_before(&self.end)?)
    }
}

/// The last value of a range that ends before another.
fn last_before<T: Ranged>(end: &T) -> Result<T, EncodeError> {
    let of = "an empty range";
    end.before().ok_or(EncodeError::NotAValue { of })
}

/// Every pair of two values, as a range; also those that are empty or run backwards.
macro_rules! generate_ranges {
    ($($range:ident: $bounds:ty, $draws:expr, $encode:expr;)*) => {
        $(impl<T: Generate> Generate for $range<T> {
            type Generator = AnyRange<$bounds, Self>;

            fn generator() -> Self::Generator {
                AnyRange {
                    bounds: <$bounds>::generator,
                    make: $draws,
                    encode: $encode,
                }
            }

            fn explore(explorer: &mut Explorer) {
                T::explore(explorer);
            }
        })*
    };
}

generate_ranges! {
    Range: (T, T), |(start, end)| start..end,
        |range, encoding| encode_bounds([&range.start, &range.end], encoding);
    RangeInclusive: (T, T), |(start, end)| start..=end,
        |range, encoding| encode_bounds([range.start(), range.end()], encoding);
    RangeFrom: T, |start| start.., |range, encoding| encode_bounds([&range.start], encoding);
    RangeTo: T, |end| ..end, |range, encoding| encode_bounds([&range.end], encoding);
    RangeToInclusive: T, |end| ..=end, |range, encoding| encode_bounds([&range.end], encoding);
}

fn encode_bounds<T: Generate, const N: usize>(bounds: [&T; N], encoding: &mut Encoding) -> Encoded {
    let mut bounds = bounds.into_iter();
    bounds.try_for_each(|bound| encoding.value(&T::generator(), bound))
}

/// The generator of every range of a sort.
#[derive(Debug)]
pub struct AnyRange<B: Generate, R> {
    bounds: fn() -> B::Generator,
    make: fn(B) -> R,
    encode: fn(&R, &mut Encoding) -> Encoded,
}

impl<B: Generate, R> Clone for AnyRange<B, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B: Generate, R> Copy for AnyRange<B, R> {}

impl<B: Generate, R> Draw for AnyRange<B, R> {
    type Value = R;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> R {
        (self.make)((self.bounds)().draw_from(source))
    }

    fn encode(&self, value: &R, encoding: &mut Encoding) -> Encoded {
        (self.encode)(value, encoding)
    }
}

impl<B: Generate, R> Generator for AnyRange<B, R> {}

impl Generate for RangeFull {
    type Generator = Just<Self>;

    fn generator() -> Self::Generator {
        just(..)
    }
}

/// The generator of every bound: unbounded, inclusive and exclusive ones, in this order.
#[derive(Debug, Clone, Copy)]
pub struct AnyBound<T>(std::marker::PhantomData<fn() -> T>);

impl<T: Generate> Generate for Bound<T> {
    type Generator = AnyBound<T>;

    fn generator() -> Self::Generator {
        AnyBound(std::marker::PhantomData)
    }

    fn explore(explorer: &mut Explorer) {
        explorer.optional::<T>();
    }
}

impl<T: Generate> Draw for AnyBound<T> {
    type Value = Bound<T>;

    fn draw_from(&self, source: &mut Source) -> Bound<T> {
        // There is only one without a value, and many of the others.
        match source.choose_weighted(&[1, 2, 2]) {
            0 => Bound::Unbounded,
            1 => Bound::Included(source.draw(T::generator())),
            _ => Bound::Excluded(source.draw(T::generator())),
        }
    }

    fn encode(&self, value: &Bound<T>, encoding: &mut Encoding) -> Encoded {
        let (branch, bound) = match value {
            Bound::Unbounded => (0, None),
            Bound::Included(bound) => (1, Some(bound)),
            Bound::Excluded(bound) => (2, Some(bound)),
        };
        encoding.branch(branch, 3)?;
        bound.map_or(Ok(()), |bound| encoding.value(&T::generator(), bound))
    }
}

impl<T: Generate> Generator for AnyBound<T> {}
