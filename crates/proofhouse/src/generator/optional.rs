//! Options and results.

use proofhouse_choice::Chance;

use super::derived::{Derive, Level};
use super::recursion::{Describe, Explorer, Shapes};
use super::{Derived, Draw, Generate, Generator};
use crate::{Encoded, Encoding, Source};

/// See [`optional`].
#[derive(Debug, Clone)]
pub struct Optional<D> {
    values: D,
    chance: Chance,
}

/// `None`, or `Some` value of a generator.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let retries = optional(1..=5u32);
/// let rarely = optional(any::<u64>()).weighted([99, 1]);
/// ```
pub fn optional<D: Draw>(values: D) -> Optional<D> {
    // There is only one `None`, and many of the other.
    let chance = Chance::of_65536(49_152);
    Optional { values, chance }
}

impl<D> Optional<D> {
    /// The same values, drawn in relation to weights of `None` and `Some`: `optional(0..9u8)
    /// .weighted([9, 1])`. Both stay possible, whatever the weights.
    ///
    /// # Panics
    ///
    /// If both weights are 0.
    #[must_use]
    #[track_caller]
    pub fn weighted(self, [none, some]: [u32; 2]) -> Self {
        let total = u64::from(none) + u64::from(some);
        assert!(total > 0, "weights must not all be 0");
        let times = u64::from(some) * 65_536 / total;
        Self {
            chance: Chance::of_65536(times.min(65_535) as u16),
            ..self
        }
    }
}

impl<D: Draw> Draw for Optional<D> {
    type Value = Option<D::Value>;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> Self::Value {
        let is_some = source.choose_presence(self.chance);
        is_some.then(|| source.draw(&self.values))
    }

    fn encode(&self, value: &Self::Value, encoding: &mut Encoding) -> Encoded {
        encoding.presence(value.is_some())?;
        match value {
            Some(value) => encoding.value(&self.values, value),
            None => Ok(()),
        }
    }
}

/// See [`result`].
#[derive(Debug, Clone)]
pub struct Results<D, E> {
    values: D,
    errors: E,
    weights: [u32; 2],
}

/// `Ok` value of one generator, or `Err` value of another; `Ok` is the simpler one.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let replies = result(any::<u8>(), select(["refused", "timeout"])).weighted([9, 1]);
/// ```
pub fn result<D: Draw, E: Draw>(values: D, errors: E) -> Results<D, E> {
    Results {
        values,
        errors,
        weights: [1, 1],
    }
}

impl<D, E> Results<D, E> {
    /// The same results, drawn in relation to weights of `Ok` and `Err`. Both stay possible; a
    /// weight of 0 counts as the smallest there is.
    #[must_use]
    pub fn weighted(self, weights: [u32; 2]) -> Self {
        Self {
            weights: weights.map(|weight| weight.max(1)),
            ..self
        }
    }
}

impl<D: Draw, E: Draw> Draw for Results<D, E> {
    type Value = Result<D::Value, E::Value>;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> Self::Value {
        match source.choose_weighted(&self.weights) {
            0 => Ok(source.draw(&self.values)),
            _ => Err(source.draw(&self.errors)),
        }
    }

    fn encode(&self, value: &Self::Value, encoding: &mut Encoding) -> Encoded {
        encoding.branch(u32::from(value.is_err()), 2)?;
        match value {
            Ok(value) => encoding.value(&self.values, value),
            Err(error) => encoding.value(&self.errors, error),
        }
    }
}

impl<T: Generate> Generate for Option<T> {
    type Generator = Optional<T::Generator>;

    #[inline]
    fn generator() -> Self::Generator {
        optional(T::generator())
    }

    fn explore(explorer: &mut Explorer) {
        explorer.optional::<T>();
    }
}

/// As if it were derived, because either side may lead back to a type that holds it.
impl<T: Generate, E: Generate> Generate for Result<T, E> {
    type Generator = Derived<Self>;

    fn generator() -> Self::Generator {
        Derived::new()
    }

    fn explore(explorer: &mut Explorer) {
        explorer.derived::<Self>();
    }
}

impl<T: Generate, E: Generate> Describe for Result<T, E> {
    fn describe(explorer: &mut Explorer) {
        explorer.variant();
        explorer.field::<T>();
        explorer.variant();
        explorer.field::<E>();
    }
}

impl<T: Generate, E: Generate> Derive for Result<T, E> {
    const IS_FLAT: bool = false;
    const LEVELS: &'static str = "nesting in `Result`";

    fn shapes() -> &'static Shapes {
        static SHAPES: Shapes = Shapes::new();
        &SHAPES
    }

    fn derive(source: &mut Source, level: Level) -> Self {
        match level.variant(source, 2, &[]) {
            0 => Ok(level.every(source, 0, 0)),
            _ => Err(level.every(source, 1, 0)),
        }
    }

    fn encode(&self, encoding: &mut Encoding, level: Level) -> Encoded {
        level.encode_variant(encoding, u32::from(self.is_err()), 2)?;
        match self {
            Ok(value) => level.encode_every(encoding, 0, 0, value),
            Err(error) => level.encode_every(encoding, 1, 0, error),
        }
    }
}

impl<D: Draw> Generator for Optional<D> {}
impl<D: Draw, E: Draw> Generator for Results<D, E> {}
