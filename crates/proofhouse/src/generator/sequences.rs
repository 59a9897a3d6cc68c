//! Collections in which elements may repeat, other than vectors and arrays.

use std::collections::{BinaryHeap, LinkedList, VecDeque};
use std::fmt;
use std::marker::PhantomData;

use super::combinators::Undo;
use super::recursion::Explorer;
use super::{Converted, Draw, Generate, Generator, Sizes, Vector, vec};
use crate::{EncodeError, Encoded, Encoding, Source};

/// See [`Vector::collect`].
pub struct Collected<D, C> {
    pub(super) vectors: Vector<D>,
    /// Encodes a collection by the vectors, where that is known.
    pub(super) undo: Option<Undo<Vector<D>, C>>,
    pub(super) target: PhantomData<fn() -> C>,
}

impl<D: Draw, C: FromIterator<D::Value>> Draw for Collected<D, C> {
    type Value = C;

    fn draw_from(&self, source: &mut Source) -> C {
        self.vectors.draw_from(source).into_iter().collect()
    }

    fn encode(&self, value: &C, encoding: &mut Encoding) -> Encoded {
        match self.undo {
            Some(undo) => undo(&self.vectors, value, encoding),
            None => Err(EncodeError::NotInvertible {
                generator: "collect",
            }),
        }
    }
}

impl<D: Draw, C: FromIterator<D::Value>> Generator for Collected<D, C> {}

impl<D: Clone, C> Clone for Collected<D, C> {
    fn clone(&self) -> Self {
        Self {
            vectors: self.vectors.clone(),
            undo: self.undo,
            target: PhantomData,
        }
    }
}

impl<D: fmt::Debug, C> fmt::Debug for Collected<D, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Collected").field(&self.vectors).finish()
    }
}

/// See [`deque`].
#[derive(Debug, Clone)]
pub struct Deque<D>(Vector<D>);

/// Double-ended queues of a generator's values: `deque(any::<u8>(), 0..100)`. After the elements,
/// one more choice says how many of them lie before the seam of the ring; without any, the elements
/// are one slice.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let jobs = deque(any::<u8>(), 0..100);
/// ```
pub fn deque<D: Draw>(elements: D, sizes: impl Into<Sizes>) -> Deque<D> {
    Deque(vec(elements, sizes))
}

impl<D: Draw> Draw for Deque<D> {
    type Value = VecDeque<D::Value>;

    fn draw_from(&self, source: &mut Source) -> Self::Value {
        let elements = source.draw(&self.0);
        if elements.len() < 2 {
            return elements.into();
        }
        let before_seam = source.choose_integer(0, elements.len() - 1, 0);
        let mut behind = elements;
        let after_seam = behind.split_off(before_seam);
        let mut deque = VecDeque::from(after_seam);
        // One reservation, as growing moves the seam.
        deque.reserve_exact(behind.len());
        for element in behind.into_iter().rev() {
            deque.push_front(element);
        }
        deque
    }

    fn encode(&self, value: &Self::Value, encoding: &mut Encoding) -> Encoded {
        self.0.encode_elements(value.iter(), encoding)?;
        if value.len() < 2 {
            return Ok(());
        }
        let (before_seam, after_seam) = value.as_slices();
        let before_seam = if after_seam.is_empty() {
            0
        } else {
            before_seam.len()
        };
        encoding.integer(before_seam, 0, value.len() - 1)
    }
}

impl<D: Draw> Generator for Deque<D> {}

impl<T: Generate> Generate for VecDeque<T> {
    type Generator = Deque<T::Generator>;

    fn generator() -> Self::Generator {
        deque(T::generator(), Sizes::ANY)
    }

    fn explore(explorer: &mut Explorer) {
        explorer.optional::<T>();
    }
}

impl<T: Generate> Generate for LinkedList<T> {
    type Generator = Collected<T::Generator, Self>;

    fn generator() -> Self::Generator {
        Collected {
            undo: Some(|vectors, list, encoding| vectors.encode_elements(list.iter(), encoding)),
            ..vec(T::generator(), Sizes::ANY).collect()
        }
    }

    fn explore(explorer: &mut Explorer) {
        explorer.optional::<T>();
    }
}

impl<T: Generate + Ord> Generate for BinaryHeap<T> {
    type Generator = Converted<Vector<T::Generator>, Self>;

    fn generator() -> Self::Generator {
        // A heap that is built of a heap's own order has that order.
        Converted::invertible(
            vec(T::generator(), Sizes::ANY),
            |vectors, heap, encoding| vectors.encode_elements(heap.iter(), encoding),
        )
    }

    fn explore(explorer: &mut Explorer) {
        explorer.optional::<T>();
    }
}
