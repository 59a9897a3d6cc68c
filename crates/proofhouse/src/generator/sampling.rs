//! Several of given values: drawn, chosen and shuffled.

use std::fmt;

use proofhouse_choice::SpanKind;

use super::{Draw, Generate, Generator, Select, Sizes, Vector, select, vec};
use crate::encoding::look_alike;
use crate::{EncodeError, Encoded, Encoding, Source};

/// Vectors of given values, in which a value may come several times: `sample(["a", "b"], 0..9)`. For
/// one of them see [`select`], for each at most once [`subset`].
///
/// ```
/// use proofhouse::prelude::*;
///
/// let moves = sample(["left", "right"], 0..20);
/// ```
///
/// # Panics
///
/// If there are no values.
#[track_caller]
pub fn sample<T: Clone + fmt::Debug, V: AsRef<[T]>>(
    values: V,
    sizes: impl Into<Sizes>,
) -> Vector<Select<V>>
where
    Select<V>: Draw<Value = T>,
{
    vec(select(values), sizes)
}

/// See [`subset`].
#[derive(Debug, Clone)]
pub struct Subset<V> {
    values: V,
    sizes: Sizes,
}

/// Vectors of some of the given values, each at most once and in the given order:
/// `subset(["a", "b", "c"], 1..=2)`. Every subset of a size is as likely. The simplest are the
/// first values.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let features = subset(["simd", "std", "unstable"], 1..=2);
/// ```
pub fn subset<V>(values: V, sizes: impl Into<Sizes>) -> Subset<V> {
    Subset {
        values,
        sizes: sizes.into(),
    }
}

impl<V> Subset<V> {
    /// Draws which of `count` values are in it, in their order.
    fn draw_members(&self, source: &mut Source, count: usize, mut add: impl FnMut(usize)) {
        let minimum = self.sizes.minimum();
        assert!(
            minimum <= count,
            "a subset of {minimum} of {count} values does not exist"
        );
        let maximum = self.sizes.maximum().min(count);
        let (mut drawn, mut next) = (0, 0);
        source.collection(minimum, maximum, "member", |source, size| {
            let member = source.choose_member(next, count, size - drawn);
            add(member);
            (drawn, next) = (drawn + 1, member + 1);
        });
    }
}

impl<T: Clone + fmt::Debug, const N: usize> Draw for Subset<[T; N]> {
    type Value = Vec<T>;

    fn draw_from(&self, source: &mut Source) -> Vec<T> {
        draw_subset(self, &self.values, source)
    }

    fn encode(&self, value: &Vec<T>, encoding: &mut Encoding) -> Encoded {
        encode_subset(self.sizes, &self.values, value, encoding)
    }
}

impl<T: Clone + fmt::Debug> Draw for Subset<&[T]> {
    type Value = Vec<T>;

    fn draw_from(&self, source: &mut Source) -> Vec<T> {
        draw_subset(self, self.values, source)
    }

    fn encode(&self, value: &Vec<T>, encoding: &mut Encoding) -> Encoded {
        encode_subset(self.sizes, self.values, value, encoding)
    }
}

impl<T: Clone + fmt::Debug> Draw for Subset<Vec<T>> {
    type Value = Vec<T>;

    fn draw_from(&self, source: &mut Source) -> Vec<T> {
        draw_subset(self, &self.values, source)
    }

    fn encode(&self, value: &Vec<T>, encoding: &mut Encoding) -> Encoded {
        encode_subset(self.sizes, &self.values, value, encoding)
    }
}

fn draw_subset<V, T: Clone>(subset: &Subset<V>, values: &[T], source: &mut Source) -> Vec<T> {
    let mut drawn = Vec::new();
    subset.draw_members(source, values.len(), |at| drawn.push(values[at].clone()));
    drawn
}

/// Takes for each member the first place that is left, so that values that look alike are no trouble.
fn encode_subset<T: fmt::Debug>(
    sizes: Sizes,
    values: &[T],
    members: &[T],
    encoding: &mut Encoding,
) -> Encoded {
    let of = "the values of `subset`, in their order";
    let maximum = sizes.maximum().min(values.len());
    encoding.length(members.len(), sizes.minimum(), maximum)?;
    let mut next = 0;
    for (at, member) in members.iter().enumerate() {
        let last = values.len() - (members.len() - at);
        let place = (next..=last).find(|place| look_alike(&values[*place], member));
        let place = place.ok_or(EncodeError::NotAValue { of })?;
        encoding.integer(place, next, last)?;
        next = place + 1;
    }
    Ok(())
}

impl<V> Generator for Subset<V> where Self: Draw {}

/// See [`shuffled`].
#[derive(Debug, Clone)]
pub struct Shuffled<D>(D);

/// The values of a generator of vectors, in any order: `shuffled(just(vec![1, 2, 3]))`. The simplest
/// order is the given one. A vector of `n` elements asks `n - 1` questions.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let order = shuffled(just(vec![1, 2, 3]));
/// let some_order = shuffled(subset(["a", "b", "c"], ..));
/// ```
pub fn shuffled<T, D: Draw<Value = Vec<T>>>(vectors: D) -> Shuffled<D> {
    Shuffled(vectors)
}

impl<T, D: Draw<Value = Vec<T>>> Draw for Shuffled<D> {
    type Value = Vec<T>;

    fn draw_from(&self, source: &mut Source) -> Vec<T> {
        let mut values = source.draw(&self.0);
        source.span(SpanKind::Value, "order", |source| {
            // Fisher and Yates: each place gets one of the values that are left.
            for at in 0..values.len().saturating_sub(1) {
                let other = source.choose_integer(at, values.len() - 1, at);
                values.swap(at, other);
            }
        });
        values
    }

    /// Only an order that the inner generator makes itself is recognised.
    fn encode(&self, value: &Vec<T>, encoding: &mut Encoding) -> Encoded {
        let generator = "shuffled";
        let inner = encoding.attempt(|encoding| encoding.value(&self.0, value));
        inner.map_err(|_| EncodeError::NotInvertible { generator })?;
        let mut places = 0..value.len().saturating_sub(1);
        places.try_for_each(|at| encoding.integer(at, at, value.len() - 1))
    }
}

impl<T, D: Draw<Value = Vec<T>>> Generator for Shuffled<D> {}

/// A place in a collection whose size is not known yet.
///
/// ```
/// use proofhouse::prelude::*;
/// use proofhouse::generator::Index;
///
/// /// What is removed was there.
/// #[property]
/// fn prop_remove(#[from(vec(any::<u8>(), 1..))] mut bytes: Vec<u8>, index: Index) {
///     let at = index.of(bytes.len());
///     let expected = bytes[at];
///     assert_eq!(bytes.remove(at), expected);
/// }
/// # fn main() {}
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Index(usize);

impl Index {
    /// The place in a collection of `length` elements. Small places stay as they are while they are
    /// below the length.
    ///
    /// # Panics
    ///
    /// If the collection is empty.
    #[track_caller]
    #[must_use]
    pub fn of(self, length: usize) -> usize {
        assert!(length > 0, "an empty collection has no places");
        self.0 % length
    }

    /// The element at the place.
    ///
    /// # Panics
    ///
    /// If there are no elements.
    #[track_caller]
    #[must_use]
    pub fn get<T>(self, elements: &[T]) -> &T {
        &elements[self.of(elements.len())]
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Index({})", self.0)
    }
}

/// The generator of every [`Index`].
#[derive(Debug, Clone, Copy)]
pub struct AnyIndex;

impl Draw for AnyIndex {
    type Value = Index;

    fn draw_from(&self, source: &mut Source) -> Index {
        Index(source.choose_integer(0, usize::MAX, 0))
    }

    fn encode(&self, value: &Index, encoding: &mut Encoding) -> Encoded {
        encoding.integer(value.0, 0, usize::MAX)
    }
}

impl Generator for AnyIndex {}

impl Generate for Index {
    type Generator = AnyIndex;

    fn generator() -> AnyIndex {
        AnyIndex
    }
}
