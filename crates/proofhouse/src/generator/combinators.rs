//! Generators made of other generators and functions.

use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

use proofhouse_choice::SpanKind;

use super::{Draw, Generator, Sizes};
use crate::Source;

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
}

/// See [`Generator::map_into`].
pub struct Converted<G, T> {
    pub(super) generator: G,
    pub(super) target: PhantomData<fn() -> T>,
}

impl<G: Clone, T> Clone for Converted<G, T> {
    fn clone(&self) -> Self {
        Self {
            generator: self.generator.clone(),
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
pub fn just<T: Clone>(value: T) -> Just<T> {
    Just(value)
}

impl<T: Clone> Draw for Just<T> {
    type Value = T;

    #[inline]
    fn draw_from(&self, _: &mut Source) -> T {
        self.0.clone()
    }
}

/// See [`from_fn`].
#[derive(Debug, Clone, Copy)]
pub struct FromFn<F>(F);

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
}

impl<T, D: Draw, F: Fn(D::Value) -> T> Generator for Map<D, F> {}
impl<D: Draw, T: From<D::Value>> Generator for Converted<D, T> {}
impl<D: Draw, F: Fn(&D::Value) -> bool> Generator for Filter<D, F> {}
impl<D: Draw, E: Draw, F: Fn(D::Value) -> E> Generator for FlatMap<D, F> {}
impl<T: Clone> Generator for Just<T> {}
impl<T, F: Fn(&mut Source) -> T> Generator for FromFn<F> {}
impl<T> Generator for Boxed<T> {}
