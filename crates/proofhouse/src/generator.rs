//! Generators: how a value is made of choices.
//!
//! A generator asks a [`Source`] for choices and builds something of the answers. [`any`] makes
//! every value of a type, ranges of integers and characters make what is in them, tuples make
//! tuples, and the methods of [`Generator`] change and combine all these.
//!
//! ```
//! use proofhouse::prelude::*;
//!
//! /// An even number, and a list that is as long as it says.
//! fn counted() -> impl Generator<Value = (u8, Vec<bool>)> {
//!     range(0..=9u8)
//!         .filter(|length| length % 2 == 0)
//!         .flat_map(|length| (just(length), vec(any::<bool>(), usize::from(length))))
//! }
//! ```
//!
//! # What there is
//!
//! | for | generators |
//! | --- | --- |
//! | all values of a type | [`any`]: numbers, `bool`, `char`, texts, options, results, tuples, arrays, pointers, collections, ranges, addresses, times, paths, and what [derives](macro@crate::Generate) it |
//! | numbers, characters, durations, addresses | ranges: `0..9`, `0.0..=1.0`, `'a'..='z'`; [`AnyFloat::finite`]; [`Characters`]; [`probably`] |
//! | texts | [`text()`], with [`Text::of`] some characters |
//! | collections | [`vec()`], [`array()`], [`deque`], [`btree_set`], [`hash_set`], [`btree_map`], [`hash_map`], [`Vector::collect`] |
//! | given values | [`just`], [`select`], [`sample`], [`subset`], [`shuffled`], [`Index`] |
//! | alternatives | [`one_of`], [`optional`], [`result`], each with weights |
//! | values in values | [`recursive`] |
//! | the rest | [`from_fn`], and the methods of [`Generator`] |
//! | with a feature of the crate | `regex`: texts that match an expression; `arbitrary`: what implements `arbitrary::Arbitrary` |
//!
//! Two traits share the work, for the sake of ranges. `0..9` is an iterator too, and
//! `(0..9).map(..)` has to stay one in a file that imports our prelude. So a range can be drawn
//! from ([`Draw`]) wherever a generator can, but it has no [`Generator::map`]; [`range`] makes a
//! generator of it that has.
//!
//! # Invariants
//!
//! - A generator asks the same questions after the same answers; it reads no clock, counter or
//!   environment. Else a case could not be replayed.
//! - The simplest answers (0, `false`, empty, the first branch) give the simplest value.
//!
//! # Not here
//!
//! Shrinking: it works on choices, so no generator needs to know of it.

mod alternatives;
#[cfg(feature = "arbitrary")]
mod arbitrary;
mod collections;
mod combinators;
mod derived;
mod floats;
mod generate;
mod network;
mod numbers;
mod optional;
mod paths;
mod pointers;
mod ranges;
mod recursion;
mod recursive;
#[cfg(feature = "regex")]
mod regex;
mod sampling;
mod scalars;
mod sequences;
mod sets;
mod text;
mod time;
mod tuples;

pub use alternatives::{Alternatives, OneOf, Select, Weighted, one_of, select};
#[cfg(feature = "arbitrary")]
pub use arbitrary::{AnyArbitrary, arbitrary};
pub use collections::{Array, Sizes, Vector, array, vec};
pub use combinators::{
    Boxed, Converted, Filter, FlatMap, FromFn, Inverse, Inverted, Just, Map, from_fn, just,
};
pub use derived::Derived;
#[doc(hidden)]
pub use derived::{Derive, Level};
pub use floats::AnyFloat;
pub use generate::{AnyArray, Generate, any};
pub use numbers::{AnyNonZero, AnyWrapped};
pub use optional::{Optional, Results, optional, result};
pub use ranges::{AnyBound, AnyRange, Ranged};
#[doc(hidden)]
pub use recursion::{Describe, Explorer, Shapes};
pub use recursive::{Inner, Recursive, recursive};
#[cfg(feature = "regex")]
pub use regex::{Regex, regex};
pub use sampling::{AnyIndex, Index, Shuffled, Subset, sample, shuffled, subset};
pub use scalars::{AnyBoolean, AnyCharacter, AnyInteger, Probably, Within, probably, range};
pub use sequences::{Collected, Deque, deque};
pub use sets::{Mapping, Set, btree_map, btree_set, hash_map, hash_set};
pub use text::{Characters, Text, text};

use std::marker::PhantomData;

use crate::{EncodeError, Encoded, Encoding, Source};

/// What values can be drawn from: every generator, and every range of integers or characters.
#[diagnostic::on_unimplemented(
    message = "values can't be drawn from `{Self}`",
    label = "not a generator",
    note = "generators are `any::<T>()`, ranges as `0..=9u8`, tuples of generators, `vec(..)`, \
            `just(value)`, `from_fn(|source| ..)` and what their methods return",
    note = "`(0..9).map(..)` is an iterator; the generator is `range(0..9).map(..)`"
)]
pub trait Draw {
    /// What is drawn.
    type Value;

    /// Draws one value. Call [`Source::draw`] instead: it also marks which choices belong to it.
    fn draw_from(&self, source: &mut Source) -> Self::Value;

    /// Adds the choices of which [`Draw::draw_from`] would make `value`, so that values from
    /// elsewhere can be stored, replayed and shrunk; see [`encode`](crate::encode()).
    ///
    /// # Errors
    ///
    /// If the generator does not make the value, or, as without an implementation of this method,
    /// does not tell how.
    fn encode(&self, value: &Self::Value, encoding: &mut Encoding) -> Encoded {
        let _ = (value, encoding);
        let generator = std::any::type_name::<Self>();
        Err(EncodeError::NotInvertible { generator })
    }

    /// Draws all elements of a vector. Only where vectors are one choice is it done differently.
    #[doc(hidden)]
    #[inline]
    fn draw_many(&self, source: &mut Source, sizes: Sizes) -> Vec<Self::Value> {
        let mut values = Vec::new();
        let label = std::any::type_name::<Self::Value>();
        source.collection(sizes.minimum(), sizes.maximum(), label, |source, length| {
            if values.capacity() == 0 {
                values.reserve_exact(length.min(1024));
            }
            values.push(self.draw_from(source));
        });
        values
    }

    /// Encodes what [`Draw::draw_many`] draws.
    #[doc(hidden)]
    fn encode_many(
        &self,
        values: &mut dyn ExactSizeIterator<Item = &Self::Value>,
        sizes: Sizes,
        encoding: &mut Encoding,
    ) -> Encoded {
        encoding.length(values.len(), sizes.minimum(), sizes.maximum())?;
        for value in values {
            self.encode(value, encoding)?;
        }
        Ok(())
    }
}

impl<D: Draw + ?Sized> Draw for &D {
    type Value = D::Value;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> Self::Value {
        (**self).draw_from(source)
    }

    #[inline]
    fn draw_many(&self, source: &mut Source, sizes: Sizes) -> Vec<Self::Value> {
        (**self).draw_many(source, sizes)
    }

    fn encode(&self, value: &Self::Value, encoding: &mut Encoding) -> Encoded {
        (**self).encode(value, encoding)
    }

    fn encode_many(
        &self,
        values: &mut dyn ExactSizeIterator<Item = &Self::Value>,
        sizes: Sizes,
        encoding: &mut Encoding,
    ) -> Encoded {
        (**self).encode_many(values, sizes, encoding)
    }
}

/// What can be drawn from, changed and combined. To make one by hand, implement [`Draw`], and this
/// with an empty body; [`from_fn`] is shorter.
pub trait Generator: Draw {
    /// The values that `change` makes of this generator's.
    ///
    /// ```
    /// use proofhouse::prelude::*;
    ///
    /// let even = any::<u32>().map(|number| number & !1);
    /// ```
    fn map<T, F: Fn(Self::Value) -> T>(self, change: F) -> Map<Self, F>
    where
        Self: Sized,
    {
        Map {
            generator: self,
            change,
        }
    }

    /// As [`Generator::map`], with a function that undoes `change`, so that values can also be
    /// [encoded](crate::encode()): it returns what `change` would make the value of, or `None` where
    /// there is nothing.
    ///
    /// ```
    /// use proofhouse::prelude::*;
    ///
    /// let even = range(0..100u8).map_invertible(
    ///     |half| half * 2,
    ///     |number| (number % 2 == 0).then_some(number / 2),
    /// );
    /// assert!(proofhouse::encode(&even, &44).is_ok());
    /// assert!(proofhouse::encode(&even, &45).is_err());
    /// ```
    fn map_invertible<T, F, B>(self, change: F, undo: B) -> Inverse<Self, F, B>
    where
        Self: Sized,
        F: Fn(Self::Value) -> T,
        B: Fn(&T) -> Option<Self::Value>,
    {
        Inverse {
            generator: self,
            change,
            undo,
        }
    }

    /// The values that this generator's turn [into](Into).
    ///
    /// ```
    /// use proofhouse::prelude::*;
    ///
    /// let shared = text(1..9).map_into::<std::rc::Rc<str>>();
    /// ```
    fn map_into<T: From<Self::Value>>(self) -> Converted<Self, T>
    where
        Self: Sized,
    {
        Converted {
            generator: self,
            undo: None,
            target: PhantomData,
        }
    }

    /// Only the values that `keep` wants. Natively a few values are tried before the whole case is
    /// rejected; a generator that makes only good values is faster.
    ///
    /// ```
    /// use proofhouse::prelude::*;
    ///
    /// let odd = any::<u32>().filter(|number| number % 2 == 1);
    /// ```
    fn filter<F: Fn(&Self::Value) -> bool>(self, keep: F) -> Filter<Self, F>
    where
        Self: Sized,
    {
        Filter {
            generator: self,
            keep,
        }
    }

    /// The values of the generator that `next` makes of this generator's value.
    ///
    /// ```
    /// use proofhouse::prelude::*;
    ///
    /// let square = range(1..5usize).flat_map(|side| vec(vec(any::<bool>(), side), side));
    /// ```
    fn flat_map<D: Draw, F: Fn(Self::Value) -> D>(self, next: F) -> FlatMap<Self, F>
    where
        Self: Sized,
    {
        FlatMap {
            generator: self,
            next,
        }
    }

    /// The same generator under a type that only tells the value.
    ///
    /// ```
    /// use proofhouse::prelude::*;
    ///
    /// let either = [range(0..9u8).boxed(), just(255).boxed()];
    /// ```
    fn boxed(self) -> Boxed<Self::Value>
    where
        Self: Sized + 'static,
    {
        Boxed::new(self)
    }
}

impl<G: Generator + ?Sized> Generator for &G {}

#[cfg(test)]
mod tests;
