//! Any part of an array.

use crate::choose::up_to;

/// Any slice of an array: every start, every length, the empty ones included.
pub fn any_slice_of_array<T, const LENGTH: usize>(array: &[T; LENGTH]) -> &[T] {
    let (from, to) = any_range::<LENGTH>();
    &array[from..to]
}

/// Any mutable slice of an array.
pub fn any_slice_of_array_mut<T, const LENGTH: usize>(array: &mut [T; LENGTH]) -> &mut [T] {
    let (from, to) = any_range::<LENGTH>();
    &mut array[from..to]
}

fn any_range<const LENGTH: usize>() -> (usize, usize) {
    let to = up_to(LENGTH);
    (up_to(to), to)
}
