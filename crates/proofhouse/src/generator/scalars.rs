//! Booleans, integers, characters and options.

use std::marker::PhantomData;
use std::ops::{Range, RangeFrom, RangeInclusive, RangeToInclusive};

use proofhouse_choice::Chance;

use super::{Draw, Generator, Sizes};
use crate::Source;
use crate::source::Integral;

/// Every `bool`; `false` is the simpler one.
#[derive(Debug, Clone, Copy)]
pub struct AnyBoolean;

impl Draw for AnyBoolean {
    type Value = bool;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> bool {
        source.choose_boolean(Chance::EVEN)
    }
}

/// Every value of an integer type; 0 is the simplest.
#[derive(Debug, Clone, Copy)]
pub struct AnyInteger<T>(pub(super) PhantomData<T>);

impl<T: Integral> Draw for AnyInteger<T> {
    type Value = T;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> T {
        source.choose_integer(T::MINIMUM, T::MAXIMUM, T::ZERO)
    }

    #[inline]
    fn draw_many(&self, source: &mut Source, sizes: Sizes) -> Vec<T> {
        if T::IS_BYTE {
            T::draw_bytes(source, sizes)
        } else {
            Elements(self).draw_many(source, sizes)
        }
    }
}

/// A generator whose vectors are drawn element by element.
struct Elements<'a, D>(&'a D);

impl<D: Draw> Draw for Elements<'_, D> {
    type Value = D::Value;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> D::Value {
        self.0.draw_from(source)
    }
}

/// See [`range`].
#[derive(Debug, Clone)]
pub struct Within<D>(D);

/// The values of a range of integers or characters, as a generator: `range(0..9).map(..)`. Where
/// nothing is combined, the range alone will do.
pub fn range<D: Draw>(values: D) -> Within<D> {
    Within(values)
}

impl<D: Draw> Draw for Within<D> {
    type Value = D::Value;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> D::Value {
        self.0.draw_from(source)
    }
}

/// `3..9`: the integers from 3 to 8; the simplest is the one nearest to 0.
impl<T: Integral> Draw for Range<T> {
    type Value = T;

    #[inline]
    #[track_caller]
    fn draw_from(&self, source: &mut Source) -> T {
        let last = self
            .end
            .predecessor()
            .expect("an empty range holds no integer");
        source.choose_integer(self.start, last, T::ZERO)
    }
}

/// `3..=9`: the integers from 3 to 9; the simplest is the one nearest to 0.
impl<T: Integral> Draw for RangeInclusive<T> {
    type Value = T;

    #[inline]
    #[track_caller]
    fn draw_from(&self, source: &mut Source) -> T {
        source.choose_integer(*self.start(), *self.end(), T::ZERO)
    }
}

/// `3..`: the integers from 3 to the largest one of their type.
impl<T: Integral> Draw for RangeFrom<T> {
    type Value = T;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> T {
        source.choose_integer(self.start, T::MAXIMUM, T::ZERO)
    }
}

/// `..=9`: the integers from the smallest one of their type to 9.
impl<T: Integral> Draw for RangeToInclusive<T> {
    type Value = T;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> T {
        source.choose_integer(T::MINIMUM, self.end, T::ZERO)
    }
}

/// Every `char`; `a` is the simplest.
#[derive(Debug, Clone, Copy)]
pub struct AnyCharacter;

impl Draw for AnyCharacter {
    type Value = char;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> char {
        ('\0'..=char::MAX).draw_from(source)
    }
}

/// `'a'..='z'`: the characters of a range. The simplest is `a`, `0` or `A` if one of them is in the
/// range, else the first; then those near to it.
impl Draw for RangeInclusive<char> {
    type Value = char;

    #[track_caller]
    fn draw_from(&self, source: &mut Source) -> char {
        // Without the gap of the surrogates, characters are the integers of one range.
        const GAP: u32 = 0x800;
        let close = |character: char| {
            let code = u32::from(character);
            if code < 0xd800 { code } else { code - GAP }
        };
        let simplest = ['a', '0', 'A']
            .into_iter()
            .find(|letter| self.contains(letter));
        let simplest = close(simplest.unwrap_or(*self.start()));
        let code = source.choose_integer(close(*self.start()), close(*self.end()), simplest);
        let code = if code < 0xd800 { code } else { code + GAP };
        char::from_u32(code).expect("the gap was opened again")
    }
}

/// See [`optional`].
#[derive(Debug, Clone)]
pub struct Optional<D>(D);

/// `None`, or `Some` value of a generator.
pub fn optional<D: Draw>(values: D) -> Optional<D> {
    Optional(values)
}

impl<D: Draw> Draw for Optional<D> {
    type Value = Option<D::Value>;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> Self::Value {
        // There is only one `None`, and many of the other.
        let is_some = source.choose_presence(Chance::of_65536(49_152));
        is_some.then(|| source.draw(&self.0))
    }
}

impl Generator for AnyBoolean {}
impl Generator for AnyCharacter {}
impl<T: Integral> Generator for AnyInteger<T> {}
impl<D: Draw> Generator for Within<D> {}
impl<D: Draw> Generator for Optional<D> {}
