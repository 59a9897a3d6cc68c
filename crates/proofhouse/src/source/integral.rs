//! Rust's integer types, as far as a source needs to know them.

use std::fmt::Debug;

use proofhouse_choice::Integer;

use super::Source;
use super::random::Random;
use crate::generator::Sizes;

/// An integer type of Rust. Implemented for all of them and for nothing else.
pub trait Integral: sealed::Sealed + Copy + Ord + Debug + 'static {
    /// The smallest value.
    const MINIMUM: Self;
    /// The largest value.
    const MAXIMUM: Self;
    /// Zero.
    const ZERO: Self;
    /// The width.
    const WIDTH_BITS: u32;
    /// Whether there are negative values.
    const IS_SIGNED: bool;
    /// The value below, if there is one.
    fn predecessor(self) -> Option<Self>;
    #[doc(hidden)]
    fn to_integer(self) -> Integer;
    #[doc(hidden)]
    fn from_integer(value: Integer) -> Option<Self>;
    /// Two's complement, sign- or zero-extended, low word first.
    #[doc(hidden)]
    fn to_words(self) -> [u64; 2];
    /// The value of the low bits.
    #[doc(hidden)]
    fn from_words(words: [u64; 2]) -> Self;
    #[doc(hidden)]
    fn draw(random: &mut impl DrawOffset, minimum: Self, maximum: Self, target: Self) -> Self;
    /// Whether this is `u8`: vectors of all its values are one choice.
    #[doc(hidden)]
    const IS_BYTE: bool;
    /// A vector of any values of a type with `IS_BYTE`.
    #[doc(hidden)]
    fn draw_bytes(source: &mut Source, sizes: Sizes) -> Vec<Self>;
}

/// What [`Integral::draw`] needs of a random source. Hides the type of the latter.
#[doc(hidden)]
pub trait DrawOffset {
    /// See `Random::offset`.
    fn narrow(&mut self, minimum: u64, last: u64, target: u64) -> u64;
    /// See `Random::offset_wide`.
    fn wide(&mut self, minimum: u128, last: u128, target: u128) -> u128;
}

impl DrawOffset for Random {
    #[inline]
    fn narrow(&mut self, minimum: u64, last: u64, target: u64) -> u64 {
        self.offset(minimum, last, target)
    }

    fn wide(&mut self, minimum: u128, last: u128, target: u128) -> u128 {
        self.offset_wide(minimum, last, target)
    }
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! integral {
    ($type:ident, $signed:literal, $draw:ident, $is_byte:literal, $draw_bytes:ident) => {
        impl sealed::Sealed for $type {}

        impl Integral for $type {
            const MINIMUM: Self = <$type>::MIN;
            const MAXIMUM: Self = <$type>::MAX;
            const ZERO: Self = 0;
            const WIDTH_BITS: u32 = <$type>::BITS;
            const IS_SIGNED: bool = $signed;

            #[inline]
            fn predecessor(self) -> Option<Self> {
                self.checked_sub(1)
            }

            #[inline]
            fn to_integer(self) -> Integer {
                Integer::from(self)
            }

            fn from_integer(value: Integer) -> Option<Self> {
                match value.to_i128() {
                    Some(value) => Self::try_from(value).ok(),
                    None => Self::try_from(value.to_u128()?).ok(),
                }
            }

            #[inline]
            fn to_words(self) -> [u64; 2] {
                // Casts extend by the sign of the type they start from.
                let wide = self as i128;
                [wide as u64, (wide >> 64) as u64]
            }

            #[inline]
            fn from_words(words: [u64; 2]) -> Self {
                (u128::from(words[0]) | u128::from(words[1]) << 64) as Self
            }

            #[inline]
            fn draw(
                random: &mut impl DrawOffset,
                minimum: Self,
                maximum: Self,
                target: Self,
            ) -> Self {
                $draw!(random, minimum, maximum, target)
            }

            const IS_BYTE: bool = $is_byte;

            #[inline]
            fn draw_bytes(source: &mut Source, sizes: Sizes) -> Vec<Self> {
                $draw_bytes!(source, sizes)
            }
        }
    };
}

macro_rules! draw_narrow {
    ($random:ident, $minimum:ident, $maximum:ident, $target:ident) => {{
        let base = $minimum as u64;
        let last = ($maximum as u64).wrapping_sub(base);
        let target = ($target as u64).wrapping_sub(base);
        base.wrapping_add($random.narrow(base, last, target)) as Self
    }};
}

macro_rules! draw_wide {
    ($random:ident, $minimum:ident, $maximum:ident, $target:ident) => {{
        let base = $minimum as u128;
        let last = ($maximum as u128).wrapping_sub(base);
        let target = ($target as u128).wrapping_sub(base);
        base.wrapping_add($random.wide(base, last, target)) as Self
    }};
}

macro_rules! one_by_one {
    ($source:ident, $sizes:ident) => {{ unreachable!("{:?} are not bytes: {:?}", $sizes, $source) }};
}

macro_rules! as_bytes {
    ($source:ident, $sizes:ident) => {
        $source.choose_bytes($sizes.minimum(), $sizes.maximum())
    };
}

integral!(i8, true, draw_narrow, false, one_by_one);
integral!(i16, true, draw_narrow, false, one_by_one);
integral!(i32, true, draw_narrow, false, one_by_one);
integral!(i64, true, draw_narrow, false, one_by_one);
integral!(isize, true, draw_narrow, false, one_by_one);
integral!(i128, true, draw_wide, false, one_by_one);
integral!(u8, false, draw_narrow, true, as_bytes);
integral!(u16, false, draw_narrow, false, one_by_one);
integral!(u32, false, draw_narrow, false, one_by_one);
integral!(u64, false, draw_narrow, false, one_by_one);
integral!(usize, false, draw_narrow, false, one_by_one);
integral!(u128, false, draw_wide, false, one_by_one);

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Integral>(value: T) {
        assert_eq!(T::from_words(value.to_words()), value);
        assert_eq!(T::from_integer(value.to_integer()), Some(value));
        let integer = Integer::from_words(value.to_words(), T::IS_SIGNED);
        assert_eq!(integer, value.to_integer());
        let mut random = Random::new(5, 0);
        for _ in 0..100 {
            let target = T::ZERO.clamp(T::MINIMUM, value);
            let drawn = T::draw(&mut random, T::MINIMUM, value, target);
            assert!(drawn <= value);
        }
    }

    #[test]
    fn every_type_agrees_with_its_words_and_integers() {
        check(i8::MIN);
        check(-1i16);
        check(i32::MAX);
        check(i64::MIN);
        check(-7isize);
        check(i128::MIN);
        check(u8::MAX);
        check(300u16);
        check(u32::MAX);
        check(u64::MAX);
        check(9usize);
        check(u128::MAX);
        assert_eq!(u128::MAX.to_words(), [u64::MAX; 2]);
        assert_eq!(u64::MAX.to_words(), [u64::MAX, 0]);
        assert_eq!((-1i8).to_words(), [u64::MAX; 2]);
    }

    #[test]
    fn integers_of_other_types_are_refused() {
        assert_eq!(i8::from_integer(Integer::from(128)), None);
        assert_eq!(u8::from_integer(Integer::from(-1)), None);
        assert_eq!(i128::from_integer(Integer::from(u128::MAX)), None);
    }
}
