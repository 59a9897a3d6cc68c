//! Recursive values without a type that derives its generator.

use std::fmt;
use std::rc::{Rc, Weak};

use super::{Boxed, Draw, Generator};
use crate::source::Variants;
use crate::{Encoded, Encoding, Source};

/// See [`recursive`]. Cloning is cheap.
pub struct Recursive<T>(Rc<Recursion<T>>);

/// The values of the recursion itself, within its step. Cloning is cheap.
pub struct Inner<T>(Weak<Recursion<T>>);

struct Recursion<T> {
    base: Boxed<T>,
    step: Boxed<T>,
}

/// Values that hold values of the same sort: those of `base`, which hold none, and those that
/// `step` makes of a generator of all of them.
///
/// The outermost value first chooses how many levels may follow, which a proof names as a bound. On
/// the last one only `base` is left. Random values are steered to some size, so that a step may
/// draw any number of inner values.
///
/// ```
/// use proofhouse::prelude::*;
///
/// #[derive(Debug, Clone)]
/// enum Json {
///     Number(i64),
///     Array(Vec<Json>),
/// }
///
/// fn json() -> impl Generator<Value = Json> {
///     recursive(any::<i64>().map(Json::Number), |inner| {
///         vec(inner, 0..10).map(Json::Array)
///     })
/// }
/// ```
///
/// For a type of one's own, `#[derive(Generate)]` does the same.
pub fn recursive<T, B, S>(base: B, step: impl FnOnce(Inner<T>) -> S) -> Recursive<T>
where
    T: 'static,
    B: Draw<Value = T> + 'static,
    S: Draw<Value = T> + 'static,
{
    Recursive(Rc::new_cyclic(|recursion| Recursion {
        base: Boxed::new(base),
        step: Boxed::new(step(Inner(recursion.clone()))),
    }))
}

const VARIANTS: Variants<'_> = Variants {
    count: 2,
    closing: 1,
    weights: &[],
    order: &[],
};

impl<T> Recursion<T> {
    fn draw_level(&self, source: &mut Source) -> T {
        match source.choose_variant(VARIANTS) {
            0 => source.draw_part(0, &self.base),
            // How many inner values a step draws is not known; two are a guess for their sizes.
            _ => source.draw_part(2, &self.step),
        }
    }

    fn encode_level(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        let base = encoding.attempt(|encoding| {
            encoding.variant(0, VARIANTS)?;
            encoding.part(0, &self.base, value)
        });
        if base.is_ok() {
            return base;
        }
        encoding.variant(1, VARIANTS)?;
        encoding.part(2, &self.step, value)
    }
}

impl<T> Draw for Recursive<T> {
    type Value = T;

    fn draw_from(&self, source: &mut Source) -> T {
        let type_name = std::any::type_name::<T>();
        source.descend("nesting", type_name, |source| self.0.draw_level(source))
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        encoding.descend(|encoding| self.0.encode_level(value, encoding))
    }
}

impl<T> Inner<T> {
    fn whole(&self) -> Recursive<T> {
        let recursion = self.0.upgrade();
        Recursive(recursion.expect("an inner generator is used within its recursion"))
    }
}

impl<T> Draw for Inner<T> {
    type Value = T;

    fn draw_from(&self, source: &mut Source) -> T {
        // The step may have been left through a type of its own that starts from scratch.
        self.whole().draw_from(source)
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        self.whole().encode(value, encoding)
    }
}

impl<T> Clone for Recursive<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> Clone for Inner<T> {
    fn clone(&self) -> Self {
        Self(Weak::clone(&self.0))
    }
}

impl<T> fmt::Debug for Recursive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recursive").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Inner<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").finish_non_exhaustive()
    }
}

impl<T> Generator for Recursive<T> {}
impl<T> Generator for Inner<T> {}
