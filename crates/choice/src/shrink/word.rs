//! Byte strings and texts alike, as words of letters that are numbered by their simplicity.

use crate::{Choice, Domain, Node, TextDomain};

/// The letters of a word by their ranks; none for what is no word.
pub(super) fn letters(node: &Node) -> Vec<u32> {
    match (&node.domain, &node.choice) {
        (Domain::Text(domain), Choice::Text(text)) => text
            .chars()
            .filter_map(|letter| domain.alphabet().rank(letter))
            .collect(),
        (_, Choice::Bytes(bytes)) => bytes.iter().map(|byte| u32::from(*byte)).collect(),
        _ => Vec::new(),
    }
}

/// The word of some letters; `None` where no word is asked for, or none of these letters: they may be
/// those of a word that was here before.
pub(super) fn of(domain: &Domain, letters: &[u32]) -> Option<Choice> {
    match domain {
        Domain::Bytes(_) => {
            let bytes: Result<_, _> = letters.iter().map(|letter| u8::try_from(*letter)).collect();
            bytes.ok().map(Choice::Bytes)
        }
        Domain::Text(domain) => {
            let letters = letters.iter().map(|letter| character(domain, *letter));
            letters.collect::<Option<String>>().map(Choice::Text)
        }
        _ => None,
    }
}

fn character(domain: &TextDomain, letter: u32) -> Option<char> {
    let alphabet = domain.alphabet();
    (letter < alphabet.letter_count()).then(|| alphabet.nth(letter))
}

/// The shortest and the longest word; `None` where no word is asked for.
pub(super) fn lengths(domain: &Domain) -> Option<(usize, usize)> {
    match domain {
        Domain::Bytes(domain) => Some((domain.minimum(), domain.maximum())),
        Domain::Text(domain) => Some((domain.minimum(), domain.maximum())),
        _ => None,
    }
}

/// The number that a letter stands for: a byte is one, and so is a digit.
pub(super) fn number(domain: &Domain, letter: u32) -> Option<u32> {
    match domain {
        Domain::Bytes(_) => Some(letter),
        Domain::Text(domain) => character(domain, letter)?.to_digit(10),
        _ => None,
    }
}

/// The letter that stands for a number.
pub(super) fn digit(domain: &Domain, number: u32) -> Option<u32> {
    match domain {
        Domain::Bytes(_) => Some(number).filter(|number| *number <= u32::from(u8::MAX)),
        Domain::Text(domain) => domain.alphabet().rank(char::from_digit(number, 10)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Alphabet, BytesDomain};

    #[test]
    fn a_word_is_that_of_its_letters() {
        let bytes = Domain::Bytes(BytesDomain::new(1, 4));
        let text = Domain::Text(TextDomain::new(0, 4, Alphabet::any()));
        for (domain, choice) in [
            (bytes.clone(), Choice::Bytes(vec![0, 7, 255])),
            (text.clone(), Choice::Text("a7é".to_owned())),
            (text.clone(), Choice::Text(String::new())),
        ] {
            let node = Node { choice, domain };
            let again = of(&node.domain, &letters(&node));
            assert_eq!(again.as_ref(), Some(&node.choice));
        }
        for number_meant in 0..10 {
            for domain in [&bytes, &text] {
                let letter = digit(domain, number_meant).unwrap();
                assert_eq!(number(domain, letter), Some(number_meant));
            }
        }
        assert_eq!(digit(&text, 10), None);
        let few = Domain::Text(TextDomain::new(
            0,
            4,
            Alphabet::from_ranges(&[[0x61, 0x63]]),
        ));
        assert_eq!(of(&few, &[2, 0]), Some(Choice::Text("ca".to_owned())));
        assert_eq!((of(&few, &[3]), number(&few, 3)), (None, None));
        assert_eq!(of(&bytes, &[256]), None);
        assert_eq!(lengths(&bytes), Some((1, 4)));
        assert_eq!(lengths(&Domain::Branch { count: 2 }), None);
    }
}
