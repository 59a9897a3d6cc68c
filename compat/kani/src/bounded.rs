//! Types without a largest value: any value up to a size that the caller says.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, DefaultHasher, Hash};

use crate::choose::up_to;
use crate::{Arbitrary, any};

/// A type of which [`bounded_any`](crate::bounded_any) can make every value up to a size.
pub trait BoundedArbitrary {
    /// Any value whose size is at most `N`.
    fn bounded_any<const N: usize>() -> Self;
}

impl<T: BoundedArbitrary> BoundedArbitrary for Option<T> {
    fn bounded_any<const N: usize>() -> Self {
        bool::any().then(T::bounded_any::<N>)
    }
}

impl<T: BoundedArbitrary, E: BoundedArbitrary> BoundedArbitrary for Result<T, E> {
    fn bounded_any<const N: usize>() -> Self {
        if bool::any() {
            Ok(T::bounded_any::<N>())
        } else {
            Err(E::bounded_any::<N>())
        }
    }
}

impl<T: Arbitrary> BoundedArbitrary for Vec<T> {
    fn bounded_any<const N: usize>() -> Self {
        crate::vec::any_vec::<T, N>()
    }
}

impl<T: Arbitrary> BoundedArbitrary for Box<[T]> {
    fn bounded_any<const N: usize>() -> Self {
        crate::vec::any_vec::<T, N>().into_boxed_slice()
    }
}

impl BoundedArbitrary for String {
    /// Any text of at most `N` bytes: the longest valid beginning of `N` bytes.
    fn bounded_any<const N: usize>() -> Self {
        let bytes: [u8; N] = any();
        let length = up_to(N);
        match std::str::from_utf8(&bytes[..length]) {
            Ok(text) => text.to_owned(),
            Err(error) => String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned(),
        }
    }
}

type Fixed = BuildHasherDefault<DefaultHasher>;

impl<K: Arbitrary + Eq + Hash, V: Arbitrary> BoundedArbitrary for HashMap<K, V, Fixed> {
    fn bounded_any<const N: usize>() -> Self {
        (0..N)
            .filter(|_| bool::any())
            .map(|_| (K::any(), V::any()))
            .collect()
    }
}

impl<T: Arbitrary + Eq + Hash> BoundedArbitrary for HashSet<T, Fixed> {
    fn bounded_any<const N: usize>() -> Self {
        (0..N).filter(|_| bool::any()).map(|_| T::any()).collect()
    }
}
