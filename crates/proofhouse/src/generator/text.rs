//! Texts, and the sets of characters that they are made of.

use std::ops::RangeInclusive;
use std::sync::OnceLock;

use proofhouse_choice::Alphabet;

use super::{Draw, Generator, Sizes};
use crate::{Encoded, Encoding, Source};

/// A set of characters. It is a generator of one of them, and [`Text::of`] takes it for all of a
/// text. Ranges, arrays of ranges and the characters of a `&str` are sets, too.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let words = text(1..=8).of(['a'..='z', '0'..='9']);
/// let names = text(1..=8).of(Characters::alphanumeric().or("_-"));
/// let grade = Characters::from("ABCDEF");
/// ```
#[derive(Debug, Clone)]
pub struct Characters(Ranges);

#[derive(Debug, Clone)]
enum Ranges {
    /// Inclusive ranges of code points, ascending, disjoint, without surrogates.
    Fixed(&'static [[u32; 2]]),
    /// The same, and the same set in the order of simplicity, once that was asked for.
    Made(Vec<[u32; 2]>, OnceLock<Alphabet>),
}

const ANY: &[[u32; 2]] = &[[0, 0xd7ff], [0xe000, 0x10_ffff]];

/// Classes of characters. Those of ASCII are named after the methods of `char`.
impl Characters {
    /// Every character.
    pub const fn any() -> Self {
        Self(Ranges::Fixed(ANY))
    }

    /// ASCII, control characters included.
    pub const fn ascii() -> Self {
        Self(Ranges::Fixed(&[[0, 0x7f]]))
    }

    /// What ASCII can print, the space included.
    pub const fn printable() -> Self {
        Self(Ranges::Fixed(&[[0x20, 0x7e]]))
    }

    /// `0` to `9`.
    pub const fn digits() -> Self {
        Self(Ranges::Fixed(&[[0x30, 0x39]]))
    }

    /// `0` to `9` and `a` to `f`.
    pub const fn hexadecimal() -> Self {
        Self(Ranges::Fixed(&[[0x30, 0x39], [0x61, 0x66]]))
    }

    /// `a` to `z`.
    pub const fn lowercase() -> Self {
        Self(Ranges::Fixed(&[[0x61, 0x7a]]))
    }

    /// `A` to `Z`.
    pub const fn uppercase() -> Self {
        Self(Ranges::Fixed(&[[0x41, 0x5a]]))
    }

    /// The letters of ASCII.
    pub const fn letters() -> Self {
        Self(Ranges::Fixed(&[[0x41, 0x5a], [0x61, 0x7a]]))
    }

    /// The letters and digits of ASCII.
    pub const fn alphanumeric() -> Self {
        Self(Ranges::Fixed(&[[0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a]]))
    }

    /// The punctuation of ASCII.
    pub const fn punctuation() -> Self {
        Self(Ranges::Fixed(&[
            [0x21, 0x2f],
            [0x3a, 0x40],
            [0x5b, 0x60],
            [0x7b, 0x7e],
        ]))
    }

    /// What `char::is_whitespace` says of all of Unicode.
    pub const fn whitespace() -> Self {
        Self(Ranges::Fixed(&[
            [0x09, 0x0d],
            [0x20, 0x20],
            [0x85, 0x85],
            [0xa0, 0xa0],
            [0x1680, 0x1680],
            [0x2000, 0x200a],
            [0x2028, 0x2029],
            [0x202f, 0x202f],
            [0x205f, 0x205f],
            [0x3000, 0x3000],
        ]))
    }

    /// The control characters of Unicode.
    pub const fn control() -> Self {
        Self(Ranges::Fixed(&[[0, 0x1f], [0x7f, 0x9f]]))
    }
}

impl Characters {
    /// The characters of some ranges.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn of(ranges: impl IntoIterator<Item = RangeInclusive<char>>) -> Self {
        let ranges = ranges.into_iter();
        Self::of_codes(
            ranges
                .map(|range| [u32::from(*range.start()), u32::from(*range.end())])
                .collect(),
        )
    }

    /// The same characters and those of another set.
    #[must_use]
    pub fn or(self, other: impl Into<Self>) -> Self {
        Self::of_codes([self.ranges(), other.into().ranges()].concat())
    }

    /// The same characters without those of another set.
    ///
    /// # Panics
    ///
    /// If none is left.
    #[must_use]
    pub fn without(self, other: impl Into<Self>) -> Self {
        let mut left = self.ranges().to_vec();
        for [first, last] in other.into().ranges() {
            let cut = |[from, to]: [u32; 2]| {
                let below = [from, to.min(first.wrapping_sub(1))];
                let above = [from.max(last + 1), to];
                let below = (*first > from).then_some(below);
                below.into_iter().chain((*last < to).then_some(above))
            };
            left = left.into_iter().flat_map(cut).collect();
        }
        Self::of_codes(left)
    }

    pub(super) fn of_codes(mut sorted: Vec<[u32; 2]>) -> Self {
        sorted.retain(|[first, last]| first <= last);
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
        Self(Ranges::Made(disjoint, OnceLock::new()))
    }

    /// Inclusive ranges of code points, ascending, disjoint, without surrogates.
    pub(crate) fn ranges(&self) -> &[[u32; 2]] {
        match &self.0 {
            Ranges::Fixed(ranges) => ranges,
            Ranges::Made(ranges, _) => ranges,
        }
    }

    pub(crate) fn contains(&self, code: u32) -> bool {
        let ranges = self.ranges();
        // Unicode's letters are some hundred ranges.
        let after = ranges.partition_point(|[first, _]| *first <= code);
        after > 0 && code <= ranges[after - 1][1]
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
            Ranges::Made(ranges, alphabet) => alphabet
                .get_or_init(|| Alphabet::from_ranges(ranges))
                .clone(),
            Ranges::Fixed(ranges) if *ranges == ANY => Alphabet::any(),
            Ranges::Fixed(ranges) => Alphabet::from_ranges(ranges),
        }
    }
}

impl From<RangeInclusive<char>> for Characters {
    fn from(range: RangeInclusive<char>) -> Self {
        Self::of([range])
    }
}

impl<const N: usize> From<[RangeInclusive<char>; N]> for Characters {
    fn from(ranges: [RangeInclusive<char>; N]) -> Self {
        Self::of(ranges)
    }
}

impl From<Vec<RangeInclusive<char>>> for Characters {
    fn from(ranges: Vec<RangeInclusive<char>>) -> Self {
        Self::of(ranges)
    }
}

/// The characters that occur in the text.
impl From<&str> for Characters {
    fn from(text: &str) -> Self {
        Self::of(text.chars().map(|character| character..=character))
    }
}

impl From<&Self> for Characters {
    fn from(characters: &Self) -> Self {
        characters.clone()
    }
}

/// One character of the set; the simplest as in texts: letters, digits, then the others.
impl Draw for Characters {
    type Value = char;

    fn draw_from(&self, source: &mut Source) -> char {
        source.choose_character(self)
    }

    fn encode(&self, value: &char, encoding: &mut Encoding) -> Encoded {
        encoding.character(*value, self)
    }
}

impl Generator for Characters {}

/// See [`text`].
#[derive(Debug, Clone)]
pub struct Text {
    characters: Characters,
    sizes: Sizes,
}

/// Texts with a number of characters (not bytes): `text(0..=10)`. A text is one choice.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let line = text(0..=80);
/// let word = text(..).non_empty().of('a'..='z');
/// ```
pub fn text(sizes: impl Into<Sizes>) -> Text {
    Text {
        characters: Characters::any(),
        sizes: sizes.into(),
    }
}

impl Text {
    /// The same sizes, but only characters of a set: a range, an array of ranges, the characters of
    /// a `&str`, or [`Characters`].
    ///
    /// # Panics
    ///
    /// If the set is empty.
    #[must_use]
    pub fn of(self, characters: impl Into<Characters>) -> Self {
        Self {
            characters: characters.into(),
            ..self
        }
    }
}

impl Text {
    /// The same texts, but not empty.
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
}

impl Text {
    /// Encodes a text in any type that has one.
    pub(super) fn encode_text<T: std::ops::Deref<Target: AsRef<str>>>(
        &self,
        text: &T,
        encoding: &mut Encoding,
    ) -> Encoded {
        let Self { characters, sizes } = self;
        let text = (**text).as_ref();
        encoding.text(text, sizes.minimum(), sizes.maximum(), characters)
    }
}

impl Draw for Text {
    type Value = String;

    fn draw_from(&self, source: &mut Source) -> String {
        source.choose_text(self.sizes.minimum(), self.sizes.maximum(), &self.characters)
    }

    fn encode(&self, value: &String, encoding: &mut Encoding) -> Encoded {
        self.encode_text(value, encoding)
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
    fn sets_are_joined_and_cut() {
        let letters =
            |set: &Characters| -> String { (0..set.count()).map(|i| set.nth(i)).collect() };
        let set = Characters::digits().or("_z").or('x'..='z');
        assert_eq!(letters(&set), "0123456789_xyz");
        assert_eq!(letters(&set.clone().without('3'..='8')), "0129_xyz");
        assert_eq!(letters(&set.without("z01_").without("2")), "3456789xy");
        let rest = Characters::any().without(Characters::control());
        assert_eq!(rest.count(), Characters::any().count() - 65);
    }

    #[test]
    fn classes_are_those_of_the_standard_library() {
        let check = |set: Characters, is_member: fn(&char) -> bool| {
            for character in '\0'..=char::MAX {
                let code = u32::from(character);
                assert_eq!(set.contains(code), is_member(&character), "{character:?}");
            }
        };
        check(Characters::ascii(), char::is_ascii);
        check(Characters::printable(), |c| {
            c.is_ascii_graphic() || *c == ' '
        });
        check(Characters::digits(), char::is_ascii_digit);
        check(Characters::lowercase(), char::is_ascii_lowercase);
        check(Characters::uppercase(), char::is_ascii_uppercase);
        check(Characters::letters(), char::is_ascii_alphabetic);
        check(Characters::alphanumeric(), char::is_ascii_alphanumeric);
        check(Characters::punctuation(), char::is_ascii_punctuation);
        check(Characters::whitespace(), |c| c.is_whitespace());
        check(Characters::control(), |c| c.is_control());
        check(Characters::hexadecimal(), |c| {
            c.is_ascii_hexdigit() && !c.is_ascii_uppercase()
        });
    }

    #[test]
    #[should_panic(expected = "must not be empty")]
    fn an_empty_set_is_refused() {
        Characters::of(['b'..='a']);
    }
}
