//! Vectors and arrays.

use std::marker::PhantomData;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use super::{Collected, Draw, Generator};
use crate::{Encoded, Encoding, Source};

/// How many elements a collection, bytes or characters may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    minimum: usize,
    maximum: usize,
}

impl Sizes {
    /// As many as memory holds. Natively few are drawn; a proof names its bound.
    pub const ANY: Self = Self {
        minimum: 0,
        maximum: isize::MAX as usize,
    };

    /// The smallest number.
    pub fn minimum(self) -> usize {
        self.minimum
    }

    /// The largest number.
    pub fn maximum(self) -> usize {
        self.maximum
    }

    #[track_caller]
    pub(super) fn non_empty(self) -> Self {
        assert!(self.maximum > 0, "nothing but an empty one is allowed");
        Self {
            minimum: self.minimum.max(1),
            ..self
        }
    }
}

/// Exactly so many.
impl From<usize> for Sizes {
    fn from(size: usize) -> Self {
        Self {
            minimum: size,
            maximum: size,
        }
    }
}

impl From<Range<usize>> for Sizes {
    #[track_caller]
    fn from(sizes: Range<usize>) -> Self {
        assert!(sizes.start < sizes.end, "an empty range holds no size");
        Self {
            minimum: sizes.start,
            maximum: sizes.end - 1,
        }
    }
}

impl From<RangeInclusive<usize>> for Sizes {
    #[track_caller]
    fn from(sizes: RangeInclusive<usize>) -> Self {
        assert!(sizes.start() <= sizes.end(), "an empty range holds no size");
        Self {
            minimum: *sizes.start(),
            maximum: *sizes.end(),
        }
    }
}

impl From<RangeFrom<usize>> for Sizes {
    fn from(sizes: RangeFrom<usize>) -> Self {
        Self {
            minimum: sizes.start,
            maximum: Self::ANY.maximum.max(sizes.start),
        }
    }
}

impl From<RangeTo<usize>> for Sizes {
    #[track_caller]
    fn from(sizes: RangeTo<usize>) -> Self {
        Self::from(0..sizes.end)
    }
}

impl From<RangeFull> for Sizes {
    fn from(_: RangeFull) -> Self {
        Self::ANY
    }
}

impl From<RangeToInclusive<usize>> for Sizes {
    fn from(sizes: RangeToInclusive<usize>) -> Self {
        Self {
            minimum: 0,
            maximum: sizes.end,
        }
    }
}

/// See [`vec()`].
#[derive(Debug, Clone)]
pub struct Vector<D> {
    elements: D,
    sizes: Sizes,
}

/// Vectors of a generator's values: `vec(any::<u32>(), 0..100)`, `vec('a'..='z', 3)`,
/// `vec(any::<bool>(), 1..)`. A vector of any bytes is one choice, its length included; all
/// others are a length and then the elements.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let numbers = vec(any::<u32>(), 0..100);
/// let letters = vec('a'..='z', 3);
/// let flags = vec(any::<bool>(), ..).non_empty();
/// ```
pub fn vec<D: Draw>(elements: D, sizes: impl Into<Sizes>) -> Vector<D> {
    Vector {
        elements,
        sizes: sizes.into(),
    }
}

impl<D> Vector<D> {
    /// The same vectors, but not empty.
    ///
    /// # Panics
    ///
    /// If nothing else is allowed.
    #[must_use]
    #[track_caller]
    pub fn non_empty(self) -> Self {
        let sizes = self.sizes.non_empty();
        Self { sizes, ..self }
    }

    /// Other collections with the elements of these vectors:
    /// `vec(any::<u8>(), 0..9).collect::<LinkedList<_>>()`. If equal elements fall together, the
    /// collection has fewer; see [`btree_set`](super::btree_set) for those.
    pub fn collect<C: FromIterator<D::Value>>(self) -> Collected<D, C>
    where
        D: Draw,
    {
        Collected {
            vectors: self,
            undo: None,
            target: PhantomData,
        }
    }
}

impl<D: Draw> Vector<D> {
    /// Encodes the elements of a vector, wherever they are.
    pub(super) fn encode_elements<'a>(
        &self,
        mut elements: impl ExactSizeIterator<Item = &'a D::Value>,
        encoding: &mut Encoding,
    ) -> Encoded
    where
        D::Value: 'a,
    {
        self.elements
            .encode_many(&mut elements, self.sizes, encoding)
    }
}

impl<D: Draw> Draw for Vector<D> {
    type Value = Vec<D::Value>;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> Self::Value {
        self.elements.draw_many(source, self.sizes)
    }

    fn encode(&self, value: &Self::Value, encoding: &mut Encoding) -> Encoded {
        self.encode_elements(value.iter(), encoding)
    }
}

/// See [`array()`].
#[derive(Debug, Clone)]
pub struct Array<D, const N: usize>(D);

/// Arrays of a generator's values.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let corner = array::<_, 3>(-1.0..=1.0);
/// ```
pub fn array<D: Draw, const N: usize>(elements: D) -> Array<D, N> {
    Array(elements)
}

impl<D: Draw, const N: usize> Draw for Array<D, N> {
    type Value = [D::Value; N];

    #[inline]
    fn draw_from(&self, source: &mut Source) -> Self::Value {
        std::array::from_fn(|_| source.draw(&self.0))
    }

    fn encode(&self, value: &Self::Value, encoding: &mut Encoding) -> Encoded {
        let mut elements = value.iter();
        elements.try_for_each(|element| encoding.value(&self.0, element))
    }
}

impl<D: Draw> Generator for Vector<D> {}
impl<D: Draw, const N: usize> Generator for Array<D, N> {}
