//! Random texts.
//!
//! Texts come in manners, as bytes do: mostly what programs meet every day, now and then what they
//! forgot: quotes and control characters, characters of two to four bytes, combining marks, the
//! ends of the code space.

use super::random::Random;
use crate::generator::Characters;

/// Characters that break things: escapes, separators, case mappings that change the length,
/// combining and invisible ones, the byte order mark, the ends of each UTF-8 length.
#[rustfmt::skip]
const EDGES: [char; 32] = [
    '\0', '\t', '\n', '\r', ' ', '"', '\'', '\\', '/', '%', '$', '{', '}', '<', '&', '\u{7f}',
    '\u{80}', '\u{7ff}', '\u{800}', 'İ', 'ß', 'ı', '\u{301}', '\u{200b}', '\u{202e}', '\u{2028}',
    '\u{d7ff}', '\u{e000}', '\u{feff}', '\u{ffff}', '\u{10000}', '\u{10ffff}',
];

#[derive(Clone, Copy)]
enum Manner {
    /// A few letters only, so that they repeat.
    Few,
    /// Printable ASCII.
    Printable,
    /// Anything that is allowed.
    Any,
    /// What breaks things.
    Edges,
}

impl Random {
    /// A text of `length` characters.
    pub(super) fn text(&mut self, length: usize, characters: &Characters) -> String {
        let (manner, few_from) = self.manner();
        let mut text = String::with_capacity(length);
        for _ in 0..length {
            text.push(self.character(characters, manner, few_from));
        }
        text
    }

    /// One character, in any manner.
    pub(super) fn one_character(&mut self, characters: &Characters) -> char {
        let (manner, few_from) = self.manner();
        self.character(characters, manner, few_from)
    }

    fn manner(&mut self) -> (Manner, u32) {
        let manner = match self.next() >> 61 {
            0..=1 => Manner::Few,
            2..=5 => Manner::Printable,
            6 => Manner::Any,
            _ => Manner::Edges,
        };
        let few_from = u32::from(b'a') + self.uniform(20) as u32;
        (manner, few_from)
    }

    #[inline]
    fn character(&mut self, characters: &Characters, manner: Manner, few_from: u32) -> char {
        let bits = self.next();
        let wanted = match manner {
            Manner::Few => few_from + (bits >> 62) as u32,
            Manner::Printable => u32::from(b' ') + (((bits >> 32) * 95) >> 32) as u32,
            Manner::Edges if bits & 3 != 0 => u32::from(EDGES[(bits >> 59) as usize]),
            Manner::Edges | Manner::Any => (((bits >> 32) * 0x11_0000) >> 32) as u32,
        };
        if characters.contains(wanted) {
            return char::from_u32(wanted).expect("a set of characters holds no surrogates");
        }
        let last = characters.count() - 1;
        let last = if matches!(manner, Manner::Few) {
            last.min(3)
        } else {
            last
        };
        characters.nth(self.uniform(u64::from(last)) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_hold_only_what_is_allowed_and_all_of_it() {
        let characters = Characters::of(['b'..='d', 'x'..='x', '\u{d7fe}'..='\u{e001}']);
        let mut random = Random::new(2, 0);
        let mut seen: Vec<char> = (0..2_000)
            .flat_map(|_| random.text(5, &characters).chars().collect::<Vec<_>>())
            .collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(
            seen.iter().collect::<String>(),
            "bcdx\u{d7fe}\u{d7ff}\u{e000}\u{e001}"
        );
    }

    #[test]
    fn texts_have_as_many_characters_as_asked_for() {
        let mut random = Random::new(2, 0);
        for length in [0, 1, 40] {
            let text = random.text(length, &Characters::any());
            assert_eq!(text.chars().count(), length);
        }
    }

    #[test]
    fn what_programs_forget_occurs() {
        let mut random = Random::new(2, 0);
        let all: String = (0..500)
            .map(|_| random.text(10, &Characters::any()))
            .collect();
        for edge in EDGES {
            assert!(all.contains(edge), "{edge:?} never came");
        }
    }
}
