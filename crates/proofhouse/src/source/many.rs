//! The elements of a vector of integers, all at once.
//!
//! A random case that nobody looks at asks for thousands of integers of one type. Who answers, and
//! whether anybody keeps the answers, is the same for all of them; asked once, it leaves a loop of
//! arithmetic.
//!
//! # Invariants
//!
//! - What is drawn is what [`Source::collection`] draws one by one
//!   (`tests::at_once_is_as_one_by_one`), so that a failing case can be drawn again with a record.

use super::{Decider, Integral, Source};
use crate::generator::Sizes;

impl Source {
    /// A vector of any integers of a type; `None`, and no question asked, where they have to be drawn
    /// one by one.
    #[inline]
    pub(crate) fn integers_at_once<T: Integral>(&mut self, sizes: Sizes) -> Option<Vec<T>> {
        let is_plain = match &self.decider {
            Decider::Random(random) => self.watch.is_none() && !random.has_turn(),
            _ => false,
        };
        if !is_plain {
            return None;
        }
        let length = self.choose_length(sizes.minimum(), sizes.maximum());
        let size = self.share_size(length);
        let mut values = Vec::new();
        if let Decider::Random(random) = &mut self.decider {
            let draw = |_| T::draw(random, T::MINIMUM, T::MAXIMUM, T::ZERO);
            values.extend((0..length).map(draw));
        }
        self.restore_size(size);
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The naive twin.
    fn one_by_one<T: Integral>(source: &mut Source, sizes: Sizes) -> Vec<T> {
        let mut values = Vec::new();
        source.collection(sizes.minimum(), sizes.maximum(), "element", |source, _| {
            values.push(source.choose_integer(T::MINIMUM, T::MAXIMUM, T::ZERO));
        });
        values
    }

    fn check<T: Integral>() {
        for index in 0..500 {
            let sizes = [Sizes::ANY, Sizes::from(0..=99), Sizes::from(7)][index as usize % 3];
            let mut at_once = Source::random(5, index);
            let mut twin = Source::random(5, index);
            let mut elements = 0;
            for _ in 0..4 {
                let values = at_once.integers_at_once::<T>(sizes).expect("nobody looks");
                assert_eq!(values, one_by_one::<T>(&mut twin, sizes));
                elements += values.len();
            }
            // What comes afterwards is the same, too.
            let next = |source: &mut Source| source.choose_integer(0, u64::MAX, 0);
            assert_eq!(next(&mut at_once), next(&mut twin), "after {elements}");
        }
    }

    #[test]
    fn at_once_is_as_one_by_one() {
        check::<i8>();
        check::<u16>();
        check::<u32>();
        check::<i64>();
        check::<u128>();
    }

    #[test]
    fn who_looks_is_asked_one_by_one() {
        let sizes = Sizes::from(3);
        for mut source in [
            Source::random(1, 70).recording(),
            Source::replay(Vec::new()),
        ] {
            assert_eq!(source.integers_at_once::<u32>(sizes), None);
            assert_eq!(one_by_one::<u32>(&mut source, sizes).len(), 3);
        }
    }
}
