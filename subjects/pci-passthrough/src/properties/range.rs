//! Ranges: bounds, overlap, splitting.

use proofhouse::prelude::*;

use crate::{Alignment, Gpa, Range};

/// A start and a length make a range exactly when the length is not zero and the last address
/// exists; the range then has that start, that length, and its last address in the exact place.
#[property]
fn prop_range_inclusive_bounds(start: u64, length: u64) {
    check_bounds(start, length);
}

/// The same for ranges that end at most two addresses from the end of the space, or past it.
#[property]
fn prop_range_inclusive_bounds_at_the_top(length: u64, #[from(0..=4_u8)] past_end: u8) {
    let end = u64::from(past_end).wrapping_sub(2);
    check_bounds(end.wrapping_sub(length), length);
}

fn check_bounds(start: u64, length: u64) {
    // The address behind the last one, which 128 bits hold in any case.
    let end = u128::from(start) + u128::from(length);
    match Range::new(Gpa::new(start), length) {
        Ok(range) => {
            assert_eq!(range.first().get(), start);
            assert_eq!(range.length(), u128::from(length));
            assert_eq!(u128::from(range.last().get()) + 1, end);
        }
        Err(_) => assert!(length == 0 || end > 1 << 64),
    }
}

/// Two addresses bound a range exactly when they are in order; both ends belong to it, up to the
/// range of all 2^64 addresses.
#[property]
fn prop_range_from_bounds(first: u64, last: u64) {
    match Range::from_bounds(Gpa::new(first), Gpa::new(last)) {
        Ok(range) => {
            assert_eq!((range.first().get(), range.last().get()), (first, last));
            assert_eq!(range.length() + u128::from(first), u128::from(last) + 1);
        }
        Err(_) => assert!(last < first),
    }
}

/// Two ranges overlap, in either order, exactly when some point lies in both; what they share is
/// the range of those points. (Tried at both ends of the address space.)
#[property]
fn prop_range_overlap_symmetric(
    #[from(0..=15_u8)] a: u8,
    #[from(0..=15_u8)] b: u8,
    #[from(0..=15_u8)] c: u8,
    #[from(0..=15_u8)] d: u8,
    at_top: bool,
) {
    let left = SmallRange::between(a, b);
    let right = SmallRange::between(c, d);
    let shared = left.points() & right.points();
    let (left, right) = (left.place(at_top), right.place(at_top));

    assert_eq!(left.overlaps(right), shared != 0);
    assert_eq!(right.overlaps(left), shared != 0);
    let base = if at_top { u64::MAX - 15 } else { 0 };
    let points_of = |range| points_from(base, range);
    assert_eq!(left.intersection(right).map_or(0, points_of), shared);
    assert_eq!(left.contains_range(right), shared == points_of(right));
}

/// Overlapping ranges share the greater of their starts, and ranges that share any point overlap.
#[property]
fn prop_range_overlap_witness(left: (u64, u64), right: (u64, u64), point: u64) {
    let (left_first, left_last) = in_order(left);
    let (right_first, right_last) = in_order(right);
    let overlap = bounded(left_first, left_last).overlaps(bounded(right_first, right_last));

    let is_shared = |point| {
        left_first <= point && point <= left_last && right_first <= point && point <= right_last
    };
    if overlap {
        assert!(is_shared(left_first.max(right_first)));
    }
    if is_shared(point) {
        assert!(overlap);
    }
}

/// Splitting at an address inside gives two ranges that meet there and hold every address of the
/// whole once; where the whole and the place are aligned, so are the parts.
#[property]
fn prop_range_contains_split(
    bounds: (u64, u64),
    place: u64,
    point: u64,
    #[from(0..=63_u8)] exponent: u8,
) {
    let (first, last) = in_order(bounds);
    let whole = bounded(first, last);
    let contained = first <= point && point <= last;
    assert_eq!(whole.contains(Gpa::new(point)), contained);

    let Some((low, high)) = whole.split_at(Gpa::new(place)) else {
        assert!(
            place <= first || last < place,
            "an interior place was refused"
        );
        return;
    };
    assert!(first < place && place <= last);
    assert_eq!((low.first().get(), high.last().get()), (first, last));
    assert_eq!(high.first().get(), place);
    assert_eq!(low.last().get() + 1, place);
    assert_eq!(low.length() + high.length(), whole.length());
    let (below, above) = (
        low.contains(Gpa::new(point)),
        high.contains(Gpa::new(point)),
    );
    assert!(!(below && above));
    assert_eq!(below || above, contained);

    let alignment = Alignment::from_exponent(exponent).expect("exponents up to 63 are fine");
    if whole.is_aligned(alignment) && Gpa::new(place).is_aligned(alignment) {
        assert!(low.is_aligned(alignment));
        assert!(high.is_aligned(alignment));
    }
}

/// Splitting and alignment among sixteen points, at both ends of the address space: an address that
/// has points of the range on either side parts them into those below and the others; a range is
/// aligned exactly when its start and its length are multiples.
#[property]
fn prop_range_split_points(
    #[from(0..=15_u8)] a: u8,
    #[from(0..=15_u8)] b: u8,
    #[from(0..=15_u8)] place: u8,
    #[from(0..=4_u8)] exponent: u8,
    at_top: bool,
) {
    let small = SmallRange::between(a, b);
    let range = small.place(at_top);
    let below = small.points() & ((1 << place) - 1);
    let above = small.points() - below;
    let base = if at_top { u64::MAX - 15 } else { 0 };
    let parts = range.split_at(Gpa::new(base + u64::from(place)));
    let parts = parts.map(|(low, high)| (points_from(base, low), points_from(base, high)));
    let expected = (below != 0 && above != 0).then_some((below, above));
    assert_eq!(parts, expected);

    // The base is a multiple of 16.
    let alignment = Alignment::from_exponent(exponent).expect("exponents up to 63 are fine");
    let length = small.points().count_ones();
    let is_multiple = |number: u32| number.is_multiple_of(1 << exponent);
    let expected = is_multiple(u32::from(small.first)) && is_multiple(length);
    assert_eq!(range.is_aligned(alignment), expected);
}

/// A range is aligned exactly when its first address and its length are multiples.
#[property]
fn prop_range_aligned(bounds: (u64, u64), #[from(0..=63_u8)] exponent: u8) {
    let (first, last) = in_order(bounds);
    let length = u128::from(last) + 1 - u128::from(first);
    let is_multiple = |number: u128| number >> exponent << exponent == number;
    let alignment = Alignment::from_exponent(exponent).expect("exponents up to 63 are fine");
    let expected = is_multiple(u128::from(first)) && is_multiple(length);
    assert_eq!(bounded(first, last).is_aligned(alignment), expected);
}

/// The points of a range, counted from `base`, one bit each.
fn points_from(base: u64, range: Range<Gpa>) -> u64 {
    (range.first().get()..=range.last().get()).fold(0, |set, point| set | 1 << (point - base))
}

/// The range of the two numbers in ascending order.
fn bounded(first: u64, last: u64) -> Range<Gpa> {
    Range::from_bounds(Gpa::new(first), Gpa::new(last)).expect("the bounds are in order")
}

/// Two numbers, the smaller first.
fn in_order((a, b): (u64, u64)) -> (u64, u64) {
    if a <= b { (a, b) } else { (b, a) }
}

/// A range among sixteen points.
#[derive(Clone, Copy)]
struct SmallRange {
    first: u8,
    last: u8,
}

impl SmallRange {
    fn between(a: u8, b: u8) -> Self {
        if a <= b {
            Self { first: a, last: b }
        } else {
            Self { first: b, last: a }
        }
    }

    /// The points, one bit each.
    fn points(self) -> u64 {
        (self.first..=self.last).fold(0, |set, point| set | 1 << point)
    }

    /// The range among the first or the last sixteen addresses.
    fn place(self, at_top: bool) -> Range<Gpa> {
        let base = if at_top { u64::MAX - 15 } else { 0 };
        bounded(base + u64::from(self.first), base + u64::from(self.last))
    }
}
