//! Texts, and the sets of characters that they are made of.

use std::ops::RangeInclusive;

use proofhouse_choice::Alphabet;

use super::{Draw, Generator, Sizes};
use crate::Source;

/// A set of characters.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let words = text(1..=8).of(['a'..='z', '0'..='9']);
/// ```
#[derive(Debug, Clone)]
pub struct Characters(Ranges);

#[derive(Debug, Clone)]
enum Ranges {
    Any,
    /// Inclusive ranges of code points, ascending, disjoint, without surrogates.
    Some(Vec<[u32; 2]>),
}

const ANY: &[[u32; 2]] = &[[0, 0xd7ff], [0xe000, 0x10_ffff]];

impl Characters {
    /// Every character.
    pub const fn any() -> Self {
        Self(Ranges::Any)
    }

    /// The characters of some ranges.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn of(ranges: impl IntoIterator<Item = RangeInclusive<char>>) -> Self {
        let mut sorted: Vec<[u32; 2]> = ranges
            .into_iter()
            .map(|range| [u32::from(*range.start()), u32::from(*range.end())])
            .filter(|[first, last]| first <= last)
            .collect();
        sorted.sort_unstable();
        let mut disjoint = Vec::new();
        let mut free_from = 0;
        for [first, last] in sorted {
            for [any_first, any_last] in ANY {
                let first = first.max(free_from).max(*any_first);
                let last = last.min(*any_last);
                if first <= last {
                    disjoint.push([first, last]);
                    free_from = last + 1;
                }
            }
        }
        assert!(
            !disjoint.is_empty(),
            "a set of characters must not be empty"
        );
        Self(Ranges::Some(disjoint))
    }

    /// Inclusive ranges of code points, ascending, disjoint, without surrogates.
    pub(crate) fn ranges(&self) -> &[[u32; 2]] {
        match &self.0 {
            Ranges::Any => ANY,
            Ranges::Some(ranges) => ranges,
        }
    }

    pub(crate) fn contains(&self, code: u32) -> bool {
        self.ranges()
            .iter()
            .any(|[first, last]| *first <= code && code <= *last)
    }

    pub(crate) fn count(&self) -> u32 {
        self.ranges()
            .iter()
            .map(|[first, last]| last - first + 1)
            .sum()
    }

    /// The character of an index below the count, in the order of code points.
    pub(crate) fn nth(&self, mut index: u32) -> char {
        for [first, last] in self.ranges() {
            let length = last - first + 1;
            if index < length {
                return char::from_u32(first + index).expect("the ranges hold no surrogates");
            }
            index -= length;
        }
        panic!(
            "a set of {} characters has none with index {index}",
            self.count()
        )
    }

    /// The same set in the order of simplicity. Only recorded cases need it.
    pub(crate) fn alphabet(&self) -> Alphabet {
        match &self.0 {
            Ranges::Any => Alphabet::any(),
            Ranges::Some(ranges) => Alphabet::from_ranges(ranges),
        }
    }
}

/// See [`text`].
#[derive(Debug, Clone)]
pub struct Text {
    characters: Characters,
    sizes: Sizes,
}

/// Texts with a number of characters (not bytes): `text(0..=10)`. A text is one choice.
pub fn text(sizes: impl Into<Sizes>) -> Text {
    Text {
        characters: Characters::any(),
        sizes: sizes.into(),
    }
}

impl Text {
    /// The same sizes, but only characters of some ranges.
    ///
    /// # Panics
    ///
    /// If the ranges hold no character.
    #[must_use]
    pub fn of(self, ranges: impl IntoIterator<Item = RangeInclusive<char>>) -> Self {
        Self {
            characters: Characters::of(ranges),
            ..self
        }
    }
}

impl Draw for Text {
    type Value = String;

    fn draw_from(&self, source: &mut Source) -> String {
        source.choose_text(self.sizes.minimum(), self.sizes.maximum(), &self.characters)
    }
}

impl Generator for Text {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_ranges_are_one_set_without_surrogates() {
        let set = Characters::of(['c'..='e', 'a'..='d', '\u{d000}'..='\u{f000}', 'b'..='b']);
        assert_eq!(
            set.ranges(),
            [
                [0x61, 0x64],
                [0x65, 0x65],
                [0xd000, 0xd7ff],
                [0xe000, 0xf000]
            ]
        );
        let letters: String = (0..6).map(|index| set.nth(index)).collect();
        assert_eq!(letters, "abcde\u{d000}");
        assert_eq!(set.nth(set.count() - 1), '\u{f000}');
        assert!(!set.contains(0xd800));
        assert_eq!(set.alphabet().letter_count(), set.count());
    }

    #[test]
    #[should_panic(expected = "must not be empty")]
    fn an_empty_set_is_refused() {
        Characters::of(['b'..='a']);
    }
}
