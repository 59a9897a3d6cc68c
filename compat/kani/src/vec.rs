//! Any vector of a bounded or an exact length.

use crate::choose::up_to;
use crate::{Arbitrary, any};

/// Any vector of at most `LENGTH_MAX` elements, without spare capacity.
#[must_use]
pub fn any_vec<T: Arbitrary, const LENGTH_MAX: usize>() -> Vec<T> {
    let length = up_to(LENGTH_MAX);
    let mut vector = exact_vec::<T, LENGTH_MAX>();
    vector.truncate(length);
    vector.shrink_to_fit();
    vector
}

/// Any vector of exactly so many elements.
#[must_use]
pub fn exact_vec<T: Arbitrary, const LENGTH: usize>() -> Vec<T> {
    let array: Box<[T; LENGTH]> = Box::new(any());
    let slice: Box<[T]> = array;
    slice.into_vec()
}
