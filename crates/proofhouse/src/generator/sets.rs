//! Sets and maps: collections whose elements differ.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use proofhouse_choice::{Choice, token};

use super::recursion::Explorer;
use super::{Draw, Generate, Generator, Sizes};
use crate::{Encoded, Encoding, Source};

/// A collection that keeps each element once.
#[doc(hidden)]
pub trait Distinct: Default {
    type Element;

    /// Whether the elements come in an order of their own, and not in that of this process.
    const IS_ORDERED: bool;

    fn elements(&self) -> impl Iterator<Item = &Self::Element>;

    /// Adds an element and says whether it is new.
    fn add(&mut self, element: Self::Element) -> bool;
}

impl<T: Ord> Distinct for BTreeSet<T> {
    type Element = T;
    const IS_ORDERED: bool = true;

    fn elements(&self) -> impl Iterator<Item = &T> {
        self.iter()
    }

    fn add(&mut self, element: T) -> bool {
        self.insert(element)
    }
}

impl<T: Eq + Hash, S: BuildHasher + Default> Distinct for HashSet<T, S> {
    type Element = T;
    const IS_ORDERED: bool = false;

    fn elements(&self) -> impl Iterator<Item = &T> {
        self.iter()
    }

    fn add(&mut self, element: T) -> bool {
        self.insert(element)
    }
}

/// A collection that keeps one value for each key.
#[doc(hidden)]
pub trait Keyed: Default {
    type Key;
    type Value;

    /// Whether the keys come in an order of their own, and not in that of this process.
    const IS_ORDERED: bool;

    fn entries(&self) -> impl Iterator<Item = (&Self::Key, &Self::Value)>;

    fn has(&self, key: &Self::Key) -> bool;

    /// Adds a value for a key that is new.
    fn add(&mut self, key: Self::Key, value: Self::Value);
}

impl<K: Ord, V> Keyed for BTreeMap<K, V> {
    type Key = K;
    type Value = V;
    const IS_ORDERED: bool = true;

    fn entries(&self) -> impl Iterator<Item = (&K, &V)> {
        self.iter()
    }

    fn has(&self, key: &K) -> bool {
        self.contains_key(key)
    }

    fn add(&mut self, key: K, value: V) {
        self.insert(key, value);
    }
}

impl<K: Eq + Hash, V, S: BuildHasher + Default> Keyed for HashMap<K, V, S> {
    type Key = K;
    type Value = V;
    const IS_ORDERED: bool = false;

    fn entries(&self) -> impl Iterator<Item = (&K, &V)> {
        self.iter()
    }

    fn has(&self, key: &K) -> bool {
        self.contains_key(key)
    }

    fn add(&mut self, key: K, value: V) {
        self.insert(key, value);
    }
}

/// See [`btree_set`] and [`hash_set`].
#[derive(Debug)]
pub struct Set<D, C> {
    elements: D,
    sizes: Sizes,
    set: PhantomData<fn() -> C>,
}

/// See [`btree_map`] and [`hash_map`].
#[derive(Debug)]
pub struct Mapping<K, V, C> {
    keys: K,
    values: V,
    sizes: Sizes,
    map: PhantomData<fn() -> C>,
}

/// Sets of a generator's values: `btree_set(0..100u8, 1..=5)`. An element that was drawn before is
/// drawn again, a few times; then the set stays smaller, or the case is rejected if it would have
/// too few elements.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let ports = btree_set(1024..=u16::MAX, 1..=5);
/// ```
pub fn btree_set<D: Draw<Value: Ord>>(
    elements: D,
    sizes: impl Into<Sizes>,
) -> Set<D, BTreeSet<D::Value>> {
    Set {
        elements,
        sizes: sizes.into(),
        set: PhantomData,
    }
}

/// As [`btree_set`]. The standard library's hash sets order their elements differently in each
/// process, so a property should not depend on it.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let names = hash_set(text(1..4), 0..10);
/// ```
pub fn hash_set<D: Draw<Value: Eq + Hash>>(
    elements: D,
    sizes: impl Into<Sizes>,
) -> Set<D, HashSet<D::Value>> {
    Set {
        elements,
        sizes: sizes.into(),
        set: PhantomData,
    }
}

/// Maps from the values of one generator to those of another: `btree_map(text(1..4), 0..9u8, 0..9)`.
/// Keys are drawn as the elements of [`btree_set`].
///
/// ```
/// use proofhouse::prelude::*;
///
/// let prices = btree_map(text(1..4), 0..1000u32, 0..10);
/// ```
pub fn btree_map<K: Draw<Value: Ord>, V: Draw>(
    keys: K,
    values: V,
    sizes: impl Into<Sizes>,
) -> Mapping<K, V, BTreeMap<K::Value, V::Value>> {
    Mapping {
        keys,
        values,
        sizes: sizes.into(),
        map: PhantomData,
    }
}

/// As [`btree_map`]. The standard library's hash maps order their keys differently in each process,
/// so a property should not depend on it.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let ages = hash_map(text(1..4), 0..150u8, 0..10);
/// ```
pub fn hash_map<K: Draw<Value: Eq + Hash>, V: Draw>(
    keys: K,
    values: V,
    sizes: impl Into<Sizes>,
) -> Mapping<K, V, HashMap<K::Value, V::Value>> {
    Mapping {
        keys,
        values,
        sizes: sizes.into(),
        map: PhantomData,
    }
}

impl<D: Draw, C: Distinct<Element = D::Value>> Draw for Set<D, C> {
    type Value = C;

    fn draw_from(&self, source: &mut Source) -> C {
        let mut set = C::default();
        let label = std::any::type_name::<D::Value>();
        let (minimum, maximum) = (self.sizes.minimum(), self.sizes.maximum());
        source.distinct(minimum, maximum, label, |source| {
            set.add(self.elements.draw_from(source))
        });
        set
    }

    fn encode(&self, value: &C, encoding: &mut Encoding) -> Encoded {
        let elements = value.elements();
        let parts = elements
            .map(|element| encoding.apart(|part| part.value(&self.elements, element)))
            .collect::<Result<_, _>>()?;
        encode_distinct(parts, C::IS_ORDERED, self.sizes, encoding)
    }
}

impl<K: Draw, V: Draw, C: Keyed<Key = K::Value, Value = V::Value>> Draw for Mapping<K, V, C> {
    type Value = C;

    fn draw_from(&self, source: &mut Source) -> C {
        let mut map = C::default();
        let label = std::any::type_name::<(K::Value, V::Value)>();
        let (minimum, maximum) = (self.sizes.minimum(), self.sizes.maximum());
        source.distinct(minimum, maximum, label, |source| {
            let key = source.draw(&self.keys);
            let is_new = !map.has(&key);
            if is_new {
                map.add(key, source.draw(&self.values));
            }
            is_new
        });
        map
    }

    fn encode(&self, value: &C, encoding: &mut Encoding) -> Encoded {
        let entries = value.entries().map(|(key, value)| {
            encoding.apart(|part| {
                part.value(&self.keys, key)?;
                part.value(&self.values, value)
            })
        });
        let parts = entries.collect::<Result<_, _>>()?;
        encode_distinct(parts, C::IS_ORDERED, self.sizes, encoding)
    }
}

/// Adds the choices of elements. Those without an order of their own come in that of their choices,
/// so that a collection has one encoding in every process.
fn encode_distinct(
    mut parts: Vec<Vec<Choice>>,
    is_ordered: bool,
    sizes: Sizes,
    encoding: &mut Encoding,
) -> Encoded {
    if !is_ordered {
        parts.sort_by_cached_key(|part| {
            let text = token::encode("", "", part);
            (text.len(), text)
        });
    }
    encoding.length(parts.len(), sizes.minimum(), sizes.maximum())?;
    encoding.add(parts.into_iter().flatten());
    Ok(())
}

impl<D: Clone, C> Clone for Set<D, C> {
    fn clone(&self) -> Self {
        Self {
            elements: self.elements.clone(),
            ..*self
        }
    }
}

impl<K: Clone, V: Clone, C> Clone for Mapping<K, V, C> {
    fn clone(&self) -> Self {
        Self {
            keys: self.keys.clone(),
            values: self.values.clone(),
            ..*self
        }
    }
}

impl<D: Draw, C: Distinct<Element = D::Value>> Generator for Set<D, C> {}
impl<K: Draw, V: Draw, C: Keyed<Key = K::Value, Value = V::Value>> Generator for Mapping<K, V, C> {}

macro_rules! generate_sets {
    ($([$($parameters:tt)*] $type:ty;)*) => {
        $(impl<T: Generate, $($parameters)*> Generate for $type
        where
            Self: Distinct<Element = T>,
        {
            type Generator = Set<T::Generator, Self>;

            fn generator() -> Self::Generator {
                Set {
                    elements: T::generator(),
                    sizes: Sizes::ANY,
                    set: PhantomData,
                }
            }

            fn explore(explorer: &mut Explorer) {
                explorer.optional::<T>();
            }
        })*
    };
}

macro_rules! generate_maps {
    ($([$($parameters:tt)*] $type:ty;)*) => {
        $(impl<K: Generate, V: Generate, $($parameters)*> Generate for $type
        where
            Self: Keyed<Key = K, Value = V>,
        {
            type Generator = Mapping<K::Generator, V::Generator, Self>;

            fn generator() -> Self::Generator {
                Mapping {
                    keys: K::generator(),
                    values: V::generator(),
                    sizes: Sizes::ANY,
                    map: PhantomData,
                }
            }

            fn explore(explorer: &mut Explorer) {
                explorer.optional::<(K, V)>();
            }
        })*
    };
}

generate_sets! {
    [] BTreeSet<T>;
    [S] HashSet<T, S>;
}
generate_maps! {
    [] BTreeMap<K, V>;
    [S] HashMap<K, V, S>;
}
