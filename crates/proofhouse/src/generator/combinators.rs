//! Generators made of other generators and functions.

use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

use proofhouse_choice::SpanKind;

use super::{Draw, Generator, Sizes};
use crate::encoding::look_alike;
use crate::{EncodeError, Encoded, Encoding, Source};

/// See [`Generator::map`].
#[derive(Debug, Clone)]
pub struct Map<G, F> {
    pub(super) generator: G,
    pub(super) change: F,
}

impl<T, G: Draw, F: Fn(G::Value) -> T> Draw for Map<G, F> {
    type Value = T;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> T {
        (self.change)(source.draw(&self.generator))
    }

    fn encode(&self, _: &T, _: &mut Encoding) -> Encoded {
        Err(EncodeError::NotInvertible { generator: "map" })
    }
}

/// See [`Generator::map_invertible`].
#[derive(Debug, Clone)]
pub struct Inverse<G, F, B> {
    pub(super) generator: G,
    pub(super) change: F,
    pub(super) undo: B,
}

impl<T, G, F, B> Draw for Inverse<G, F, B>
where
    G: Draw,
    F: Fn(G::Value) -> T,
    B: Fn(&T) -> Option<G::Value>,
{
    type Value = T;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> T {
        (self.change)(source.draw(&self.generator))
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        let of = "what `map_invertible` makes";
        let original = (self.undo)(value).ok_or(EncodeError::NotAValue { of })?;
        encoding.value(&self.generator, &original)
    }
}

/// See [`Generator::map_into`].
pub struct Converted<G, T> {
    pub(super) generator: G,
    /// Encodes a value by the generator, where that is known.
    pub(super) undo: Option<Undo<G, T>>,
    pub(super) target: PhantomData<fn() -> T>,
}

/// Encodes a converted value by the generator of what it was converted from.
pub(super) type Undo<G, T> = fn(&G, &T, &mut Encoding) -> Encoded;

impl<G, T> Converted<G, T> {
    /// What a generator's values turn into, and how they turn back.
    #[inline]
    pub(super) const fn invertible(generator: G, undo: Undo<G, T>) -> Self {
        Self {
            generator,
            undo: Some(undo),
            target: PhantomData,
        }
    }
}

impl<G: Clone, T> Clone for Converted<G, T> {
    fn clone(&self) -> Self {
        Self {
            generator: self.generator.clone(),
            undo: self.undo,
            target: PhantomData,
        }
    }
}

impl<G: fmt::Debug, T> fmt::Debug for Converted<G, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Converted").field(&self.generator).finish()
    }
}

impl<G: Draw, T: From<G::Value>> Draw for Converted<G, T> {
    type Value = T;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> T {
        // No span of its own: around one value there would be two.
        T::from(self.generator.draw_from(source))
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        match self.undo {
            Some(undo) => undo(&self.generator, value, encoding),
            None => Err(EncodeError::NotInvertible {
                generator: "map_into",
            }),
        }
    }
}

/// See [`Generator::filter`].
#[derive(Debug, Clone)]
pub struct Filter<G, F> {
    pub(super) generator: G,
    pub(super) keep: F,
}

impl<G: Draw, F: Fn(&G::Value) -> bool> Draw for Filter<G, F> {
    type Value = G::Value;

    fn draw_from(&self, source: &mut Source) -> G::Value {
        for _ in 0..source.retries() {
            source.open(SpanKind::Attempt, "attempt");
            let value = source.draw(&self.generator);
            let is_wanted = (self.keep)(&value);
            source.close(!is_wanted);
            if is_wanted {
                return value;
            }
        }
        source.open(SpanKind::Attempt, "attempt");
        let value = source.draw(&self.generator);
        source.close(false);
        source.assume((self.keep)(&value));
        value
    }

    fn encode(&self, value: &G::Value, encoding: &mut Encoding) -> Encoded {
        if (self.keep)(value) {
            encoding.value(&self.generator, value)
        } else {
            let of = "what `filter` keeps";
            Err(EncodeError::NotAValue { of })
        }
    }
}

/// See [`Generator::flat_map`].
#[derive(Debug, Clone)]
pub struct FlatMap<G, F> {
    pub(super) generator: G,
    pub(super) next: F,
}

impl<G: Draw, H: Draw, F: Fn(G::Value) -> H> Draw for FlatMap<G, F> {
    type Value = H::Value;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> H::Value {
        let first = source.draw(&self.generator);
        source.draw((self.next)(first))
    }

    fn encode(&self, _: &H::Value, _: &mut Encoding) -> Encoded {
        let generator = "flat_map";
        Err(EncodeError::NotInvertible { generator })
    }
}

/// See [`just`].
#[derive(Debug, Clone)]
pub struct Just<T>(T);

/// Always the same value; asks for nothing.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let names = optional(just("default"));
/// ```
///
/// When a value is [encoded](crate::encode()), it is this one if `Debug` writes it alike.
pub fn just<T: Clone + fmt::Debug>(value: T) -> Just<T> {
    Just(value)
}

impl<T: Clone + fmt::Debug> Draw for Just<T> {
    type Value = T;

    #[inline]
    fn draw_from(&self, _: &mut Source) -> T {
        self.0.clone()
    }

    fn encode(&self, value: &T, _: &mut Encoding) -> Encoded {
        if look_alike(value, &self.0) {
            Ok(())
        } else {
            let of = "the one value of `just`";
            Err(EncodeError::NotAValue { of })
        }
    }
}

/// See [`from_fn`].
#[derive(Debug, Clone, Copy)]
pub struct FromFn<F>(F);

impl<F> FromFn<F> {
    /// The same generator with a function that undoes it: that adds, for a value, the choices of
    /// which the first function makes it.
    ///
    /// ```
    /// use proofhouse::prelude::*;
    ///
    /// /// A point on the diagonal.
    /// fn diagonal() -> impl Generator<Value = (u8, u8)> {
    ///     from_fn(|source: &mut Source| {
    ///         let at = source.draw(0..9u8);
    ///         (at, at)
    ///     })
    ///     .inverted_by(|point, encoding| encoding.value(&(0..9u8), &point.0))
    /// }
    ///
    /// assert!(proofhouse::encode(diagonal(), &(3, 3)).is_ok());
    /// assert!(proofhouse::encode(diagonal(), &(3, 9)).is_ok(), "only one part was looked at");
    /// ```
    pub fn inverted_by<T, E>(self, encode: E) -> Inverted<F, E>
    where
        F: Fn(&mut Source) -> T,
        E: Fn(&T, &mut Encoding) -> Encoded,
    {
        Inverted {
            make: self.0,
            encode,
        }
    }
}

/// See [`FromFn::inverted_by`].
#[derive(Debug, Clone, Copy)]
pub struct Inverted<F, E> {
    make: F,
    encode: E,
}

impl<T, F, E> Draw for Inverted<F, E>
where
    F: Fn(&mut Source) -> T,
    E: Fn(&T, &mut Encoding) -> Encoded,
{
    type Value = T;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> T {
        (self.make)(source)
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        (self.encode)(value, encoding)
    }
}

/// The generator that does what a function does; recursive values are made so, and so are those
/// whose parts depend on each other.
///
/// ```
/// use proofhouse::prelude::*;
///
/// #[derive(Debug)]
/// enum Tree {
///     Leaf(u8),
///     Fork(Box<Tree>, Box<Tree>),
/// }
///
/// fn tree(source: &mut Source, depth_max: u32) -> Tree {
///     if depth_max == 0 || source.draw(0..3u8) < 2 {
///         return Tree::Leaf(source.draw(any::<u8>()));
///     }
///     let left = source.draw(from_fn(|source| tree(source, depth_max - 1)));
///     let right = source.draw(from_fn(|source| tree(source, depth_max - 1)));
///     Tree::Fork(Box::new(left), Box::new(right))
/// }
///
/// fn trees() -> impl Generator<Value = Tree> {
///     from_fn(|source| tree(source, 4))
/// }
/// ```
pub fn from_fn<T, F: Fn(&mut Source) -> T>(make: F) -> FromFn<F> {
    FromFn(make)
}

impl<T, F: Fn(&mut Source) -> T> Draw for FromFn<F> {
    type Value = T;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> T {
        (self.0)(source)
    }

    fn encode(&self, _: &T, _: &mut Encoding) -> Encoded {
        let generator = "from_fn";
        Err(EncodeError::NotInvertible { generator })
    }
}

/// A generator of which only the type of its values is known. Cloning is cheap.
pub struct Boxed<T>(Rc<dyn Draw<Value = T>>);

impl<T> Boxed<T> {
    pub(super) fn new(generator: impl Draw<Value = T> + 'static) -> Self {
        Self(Rc::new(generator))
    }
}

impl<T> Clone for Boxed<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Boxed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Boxed").finish_non_exhaustive()
    }
}

impl<T> Draw for Boxed<T> {
    type Value = T;

    fn draw_from(&self, source: &mut Source) -> T {
        self.0.draw_from(source)
    }

    fn draw_many(&self, source: &mut Source, sizes: Sizes) -> Vec<T> {
        self.0.draw_many(source, sizes)
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        self.0.encode(value, encoding)
    }

    fn encode_many(
        &self,
        values: &mut dyn ExactSizeIterator<Item = &T>,
        sizes: Sizes,
        encoding: &mut Encoding,
    ) -> Encoded {
        self.0.encode_many(values, sizes, encoding)
    }
}

impl<T, D: Draw, F: Fn(D::Value) -> T> Generator for Map<D, F> {}
impl<D: Draw, T: From<D::Value>> Generator for Converted<D, T> {}
impl<D: Draw, F: Fn(&D::Value) -> bool> Generator for Filter<D, F> {}
impl<D: Draw, E: Draw, F: Fn(D::Value) -> E> Generator for FlatMap<D, F> {}
impl<T: Clone + fmt::Debug> Generator for Just<T> {}
impl<T, F: Fn(&mut Source) -> T> Generator for FromFn<F> {}
impl<T, D, F, B> Generator for Inverse<D, F, B>
where
    D: Draw,
    F: Fn(D::Value) -> T,
    B: Fn(&T) -> Option<D::Value>,
{
}
impl<T, F, E> Generator for Inverted<F, E>
where
    F: Fn(&mut Source) -> T,
    E: Fn(&T, &mut Encoding) -> Encoded,
{
}
impl<T> Generator for Boxed<T> {}
