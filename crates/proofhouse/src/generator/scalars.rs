//! Booleans, integers and characters.

use std::marker::PhantomData;

use proofhouse_choice::Chance;

use super::{Draw, Generator, Sizes};
use crate::source::Integral;
use crate::{Encoded, Encoding, Source};

/// Every `bool`; `false` is the simpler one.
#[derive(Debug, Clone, Copy)]
pub struct AnyBoolean;

impl Draw for AnyBoolean {
    type Value = bool;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> bool {
        source.choose_boolean(Chance::EVEN)
    }

    fn encode(&self, value: &bool, encoding: &mut Encoding) -> Encoded {
        encoding.boolean(*value);
        Ok(())
    }
}

/// See [`probably`].
#[derive(Debug, Clone, Copy)]
pub struct Probably(Chance);

/// Booleans that are `true` with a probability; `false` is the simpler one. Both stay possible even
/// for 0 and 1: the probability is how often, not whether.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let is_retried = probably(0.1);
/// ```
///
/// # Panics
///
/// If the probability is not from 0 to 1.
#[track_caller]
pub fn probably(probability: f64) -> Probably {
    assert!(
        (0.0..=1.0).contains(&probability),
        "a probability lies between 0 and 1"
    );
    Probably(Chance::of_65536((probability * 65_535.0) as u16))
}

impl Draw for Probably {
    type Value = bool;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> bool {
        source.choose_boolean(self.0)
    }

    fn encode(&self, value: &bool, encoding: &mut Encoding) -> Encoded {
        encoding.boolean(*value);
        Ok(())
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
            return T::draw_bytes(source, sizes);
        }
        let at_once = source.integers_at_once(sizes);
        at_once.unwrap_or_else(|| Elements(self).draw_many(source, sizes))
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        encoding.integer(*value, T::MINIMUM, T::MAXIMUM)
    }

    fn encode_many(
        &self,
        values: &mut dyn ExactSizeIterator<Item = &T>,
        sizes: Sizes,
        encoding: &mut Encoding,
    ) -> Encoded {
        if T::IS_BYTE {
            let bytes: Vec<u8> = values.map(|value| value.to_words()[0] as u8).collect();
            encoding.bytes(&bytes, sizes.minimum(), sizes.maximum())
        } else {
            Elements(self).encode_many(values, sizes, encoding)
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

    fn encode(&self, value: &D::Value, encoding: &mut Encoding) -> Encoded {
        self.0.encode(value, encoding)
    }
}

/// See [`range`].
#[derive(Debug, Clone)]
pub struct Within<D>(D);

/// The values of a range of integers or characters, as a generator: `range(0..9).map(..)`. Where
/// nothing is combined, the range alone will do.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let even = range(0..100u32).map(|number| number * 2);
/// ```
pub fn range<D: Draw>(values: D) -> Within<D> {
    Within(values)
}

impl<D: Draw> Draw for Within<D> {
    type Value = D::Value;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> D::Value {
        self.0.draw_from(source)
    }

    fn encode(&self, value: &D::Value, encoding: &mut Encoding) -> Encoded {
        self.0.encode(value, encoding)
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

    fn encode(&self, value: &char, encoding: &mut Encoding) -> Encoded {
        ('\0'..=char::MAX).encode(value, encoding)
    }
}

impl Generator for AnyBoolean {}
impl Generator for AnyCharacter {}
impl Generator for Probably {}
impl<T: Integral> Generator for AnyInteger<T> {}
impl<D: Draw> Generator for Within<D> {}
