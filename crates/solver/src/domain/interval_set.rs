//! Sets of values of a symbol of at most 128 bits, as intervals.

use crate::value::mask;

/// A set that would need more intervals than this is not kept.
const INTERVALS_MAX: usize = 64;

/// A set of numbers of a fixed width: disjoint intervals with gaps between them, in increasing
/// order, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IntervalSet {
    width: u32,
    intervals: Vec<(u128, u128)>,
}

impl IntervalSet {
    /// All numbers of `width` bits.
    pub(crate) fn all(width: u32) -> Self {
        Self {
            width,
            intervals: vec![(0, mask(width))],
        }
    }

    /// The numbers from `first` to `last`; none if `first` exceeds `last`.
    pub(crate) fn between(width: u32, first: u128, last: u128) -> Self {
        debug_assert!(last <= mask(width), "a number of {width} bits");
        let intervals = if first <= last {
            vec![(first, last)]
        } else {
            Vec::new()
        };
        Self { width, intervals }
    }

    /// The union of `intervals`, in any order; `None` if that is too many.
    pub(crate) fn union_of(width: u32, mut intervals: Vec<(u128, u128)>) -> Option<Self> {
        intervals.retain(|(first, last)| first <= last);
        intervals.sort_unstable();
        let mut joined: Vec<(u128, u128)> = Vec::with_capacity(intervals.len());
        for (first, last) in intervals {
            debug_assert!(last <= mask(width), "a number of {width} bits");
            match joined.last_mut() {
                Some(previous) if first <= previous.1.saturating_add(1) => {
                    previous.1 = previous.1.max(last);
                }
                _ => joined.push((first, last)),
            }
        }
        (joined.len() <= INTERVALS_MAX).then_some(Self {
            width,
            intervals: joined,
        })
    }

    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    /// The intervals, in increasing order.
    pub(crate) fn intervals(&self) -> &[(u128, u128)] {
        &self.intervals
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }

    /// The smallest number.
    pub(crate) fn first(&self) -> Option<u128> {
        Some(self.intervals.first()?.0)
    }

    /// The largest number.
    pub(crate) fn last(&self) -> Option<u128> {
        Some(self.intervals.last()?.1)
    }

    pub(crate) fn contains(&self, number: u128) -> bool {
        self.intervals
            .iter()
            .any(|&(first, last)| first <= number && number <= last)
    }

    /// All numbers that are not in this set. One interval more at most, and that is not refused.
    pub(crate) fn complement(&self) -> Self {
        let mut intervals = Vec::with_capacity(self.intervals.len() + 1);
        let mut next = Some(0);
        for &(first, last) in &self.intervals {
            if let Some(start) = next.filter(|&start| start < first) {
                intervals.push((start, first - 1));
            }
            next = last
                .checked_add(1)
                .filter(|&start| start <= mask(self.width));
        }
        if let Some(start) = next {
            intervals.push((start, mask(self.width)));
        }
        Self {
            width: self.width,
            intervals,
        }
    }

    /// The numbers in both sets; `None` if that takes too many intervals.
    pub(crate) fn and(&self, other: &Self) -> Option<Self> {
        assert_eq!(self.width, other.width, "sets of one symbol have one width");
        let mut intervals = Vec::new();
        let (mut ours, mut theirs) = (self.intervals.iter(), other.intervals.iter());
        let (mut our, mut their) = (ours.next(), theirs.next());
        while let (Some(a), Some(b)) = (our, their) {
            let (first, last) = (a.0.max(b.0), a.1.min(b.1));
            if first <= last {
                intervals.push((first, last));
            }
            if a.1 < b.1 {
                our = ours.next();
            } else {
                their = theirs.next();
            }
        }
        (intervals.len() <= INTERVALS_MAX).then_some(Self {
            width: self.width,
            intervals,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_random::Random;

    fn random_set(random: &mut Random) -> IntervalSet {
        let intervals = (0..random.below(5))
            .map(|_| (u128::from(random.below(32)), u128::from(random.below(32))))
            .collect();
        IntervalSet::union_of(5, intervals).unwrap()
    }

    #[test]
    fn set_operations_agree_with_membership() {
        let mut random = Random::new(8);
        for _ in 0..2_000 {
            let (a, b) = (random_set(&mut random), random_set(&mut random));
            let (both, not_a) = (a.and(&b).unwrap(), a.complement());
            for number in 0..32 {
                assert_eq!(
                    both.contains(number),
                    a.contains(number) && b.contains(number)
                );
                assert_eq!(not_a.contains(number), !a.contains(number));
            }
            assert_eq!(not_a.complement(), a, "one form for one set");
            assert_eq!(a.first(), (0..32).find(|&number| a.contains(number)));
            assert_eq!(a.last(), (0..32).rfind(|&number| a.contains(number)));
        }
    }

    #[test]
    fn the_widest_numbers_do_not_overflow() {
        let all = IntervalSet::all(128);
        assert!(all.complement().is_empty());
        let top = IntervalSet::between(128, u128::MAX, u128::MAX);
        assert_eq!(
            top.complement(),
            IntervalSet::between(128, 0, u128::MAX - 1)
        );
        let joined = IntervalSet::union_of(128, vec![(5, u128::MAX), (7, 9)]).unwrap();
        assert_eq!(joined, IntervalSet::between(128, 5, u128::MAX));
    }

    #[test]
    fn too_many_intervals_are_refused() {
        let many = (0..100).map(|index| (2 * index, 2 * index)).collect();
        assert!(IntervalSet::union_of(32, many).is_none());
    }
}
