//! One name of a path.
//!
//! Names are refused rather than repaired: a repair could make two names one.
//!
//! # Source
//!
//! POSIX for separators, dots and NUL; the Unicode properties `White_Space` and `Bidi_Control`;
//! Microsoft, "Naming Files, Paths, and Namespaces", for names that are not portable.

use super::{PathError, SEGMENT_LENGTH_MAX};

/// What is taken beyond what is safe everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Policy {
    /// The longest name, in bytes; at most [`SEGMENT_LENGTH_MAX`] counts.
    pub length_max: usize,
    /// Whether only ASCII is taken.
    pub ascii_only: bool,
    /// Whether names that start with a dot are taken.
    pub hidden_names: bool,
    /// Whether names are taken that Windows changes or reserves.
    pub unportable_names: bool,
}

impl Policy {
    /// Everything that is safe on Unix.
    pub const UNIX: Self = Self {
        length_max: SEGMENT_LENGTH_MAX,
        ascii_only: false,
        hidden_names: true,
        unportable_names: true,
    };

    /// What is safe and the same everywhere, with some room for a suffix.
    pub const STRICT: Self = Self {
        length_max: 200,
        ascii_only: true,
        hidden_names: false,
        unportable_names: false,
    };

    /// The same with another greatest length of a name.
    #[must_use]
    pub const fn with_length_max(self, length_max: usize) -> Self {
        Self { length_max, ..self }
    }
}

/// A name that is safe to look up in a directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Segment(String);

impl Segment {
    /// A name, if the policy takes it.
    ///
    /// # Errors
    ///
    /// See [`PathError`].
    ///
    /// ```
    /// use nix_text::path::{PathError, Policy, Segment};
    /// assert_eq!(Segment::new("a..b", Policy::STRICT).unwrap().as_str(), "a..b");
    /// assert_eq!(Segment::new("..", Policy::UNIX), Err(PathError::DotName));
    /// ```
    pub fn new(name: &str, policy: Policy) -> Result<Self, PathError> {
        check(name, policy)?;
        Ok(Self(name.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a policy takes a name.
pub(super) fn check(name: &str, policy: Policy) -> Result<(), PathError> {
    let length_max = policy.length_max.min(SEGMENT_LENGTH_MAX);
    let length = name.len();
    if length == 0 {
        return Err(PathError::Empty);
    }
    if length > length_max {
        return Err(PathError::TooLong { length, length_max });
    }
    for (position, character) in name.char_indices() {
        check_character(character, position, policy)?;
    }
    if name == "." || name == ".." {
        return Err(PathError::DotName);
    }
    if name.starts_with('-') {
        return Err(PathError::LeadingDash);
    }
    if name.starts_with(char::is_whitespace) || name.ends_with(char::is_whitespace) {
        return Err(PathError::OuterWhiteSpace);
    }
    if !policy.hidden_names && name.starts_with('.') {
        return Err(PathError::LeadingDot);
    }
    if !policy.unportable_names && !is_portable(name) {
        return Err(PathError::NotPortable);
    }
    Ok(())
}

fn check_character(character: char, position: usize, policy: Policy) -> Result<(), PathError> {
    match character {
        '\0' => Err(PathError::ContainsNul { position }),
        '/' | '\\' => Err(PathError::Separator { position }),
        _ if character.is_control() || is_formatting(character) => {
            Err(PathError::UnprintableCharacter { position })
        }
        _ if policy.ascii_only && !character.is_ascii() => Err(PathError::NotAscii { position }),
        _ => Ok(()),
    }
}

/// Whether a character separates lines or reorders text.
const fn is_formatting(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Whether Windows takes the name, as it is, for a file's.
fn is_portable(name: &str) -> bool {
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    let is_taken = |byte: u8| !matches!(byte, b':' | b'<' | b'>' | b'"' | b'|' | b'?' | b'*');
    if name.ends_with('.') || !name.bytes().all(is_taken) {
        return false;
    }
    // A device is one with any extension, and with spaces before it.
    let stem = name.split('.').next().unwrap_or(name).trim_end_matches(' ');
    let is_device = DEVICES
        .iter()
        .any(|device| stem.eq_ignore_ascii_case(device));
    let is_port = match *stem.as_bytes() {
        [a, b, c, b'0'..=b'9'] => {
            let name = [a, b, c].map(|byte| byte.to_ascii_lowercase());
            name == *b"com" || name == *b"lpt"
        }
        _ => false,
    };
    !is_device && !is_port
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_ways_around_a_gate_are_refused() {
        let unix = |name| Segment::new(name, Policy::UNIX).map(|_| ());
        let strict = |name| Segment::new(name, Policy::STRICT).map(|_| ());
        assert_eq!(unix("..\\x"), Err(PathError::Separator { position: 2 }));
        assert_eq!(unix("a\0.png"), Err(PathError::ContainsNul { position: 1 }));
        assert_eq!(
            unix("a\nb"),
            Err(PathError::UnprintableCharacter { position: 1 })
        );
        assert_eq!(
            unix("a\u{202e}b"),
            Err(PathError::UnprintableCharacter { position: 1 })
        );
        assert_eq!(
            unix("a\u{85}b"),
            Err(PathError::UnprintableCharacter { position: 1 })
        );
        assert_eq!(unix("-rf"), Err(PathError::LeadingDash));
        assert_eq!(unix(".. "), Err(PathError::OuterWhiteSpace));
        assert_eq!(unix("\u{a0}x"), Err(PathError::OuterWhiteSpace));
        assert_eq!(strict("nul.tar.gz"), Err(PathError::NotPortable));
        assert_eq!(strict("Com1"), Err(PathError::NotPortable));
        assert_eq!(strict("a."), Err(PathError::NotPortable));
        assert_eq!(strict("c:x"), Err(PathError::NotPortable));
        assert_eq!(strict(".profile"), Err(PathError::LeadingDot));
        assert_eq!(strict("ä"), Err(PathError::NotAscii { position: 0 }));
    }

    #[test]
    fn harmless_names_are_taken() {
        for name in [
            "a", "a..b", "....", "%2e%2e", "~", "$HOME", "a b", "com", "comet", "ä☃",
        ] {
            assert!(Segment::new(name, Policy::UNIX).is_ok(), "{name}");
        }
        assert!(Segment::new(&"a".repeat(255), Policy::UNIX).is_ok());
        assert!(Segment::new(&"a".repeat(256), Policy::UNIX).is_err());
        assert!(Segment::new(&"a".repeat(256), Policy::UNIX.with_length_max(999)).is_err());
        assert!(Segment::new(&"a".repeat(201), Policy::STRICT).is_err());
    }
}
