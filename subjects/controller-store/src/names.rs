//! Names, and the one text by which somebody means a machine: its number or its name.
//!
//! A name starts with a letter and a number with a digit, so that no text can be both: a machine that
//! is called like another one's number does not exist. Names are ASCII; whatever Unicode would have to
//! be normalised is refused, and so is NUL, at which SQLite's text functions stop.
//!
//! # Invariants
//!
//! - [`VmKey::parse`] accepts exactly what a [`Name`] or a number in its shortest form is.
//!
//! # Source
//!
//! The letters, digits and hyphens of host names (RFC 1035, section 2.3.1), in lower case only.

use std::fmt;

use crate::error::InputError;
use crate::ids::VmId;

/// A letter, then up to 62 letters, digits and hyphens; ASCII, lower case.
///
/// ```
/// use controller_store::Name;
///
/// assert!(Name::new("web-1").is_ok());
/// assert_eq!(Name::new("1-web").unwrap_err().code(), "input/name-character");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// The most bytes that a name has.
    pub const LENGTH_MAX: usize = 63;

    /// The text as a name.
    ///
    /// # Errors
    ///
    /// When it is not one; see [`InputError`].
    pub fn new(text: &str) -> Result<Self, InputError> {
        if text.is_empty() {
            return Err(InputError::NameEmpty);
        }
        if text.len() > Self::LENGTH_MAX {
            let length = text.len();
            return Err(InputError::NameTooLong { length });
        }
        let is_allowed = |position: usize, byte: u8| match byte {
            b'a'..=b'z' => true,
            b'0'..=b'9' | b'-' => position > 0,
            _ => false,
        };
        for (position, byte) in text.bytes().enumerate() {
            if !is_allowed(position, byte) {
                return Err(InputError::NameCharacter { position });
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What somebody types to mean a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VmKey {
    /// Its number.
    Id(VmId),
    /// Its name.
    Name(Name),
}

impl VmKey {
    /// The key that a text is.
    ///
    /// # Errors
    ///
    /// When it is neither a number in its shortest form nor a name.
    pub fn parse(text: &str) -> Result<Self, InputError> {
        match shortest_number(text.as_bytes()) {
            Some(number) => Ok(Self::Id(VmId(number))),
            None => Name::new(text).map(Self::Name),
        }
    }
}

impl fmt::Display for VmKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(vm) => vm.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

/// The number that these digits are; nothing for signs, and for zeros in front.
fn shortest_number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || (digits.len() > 1 && digits[0] == b'0') {
        return None;
    }
    let mut number = 0_u32;
    for digit in digits {
        let value = digit.checked_sub(b'0').filter(|value| *value <= 9)?;
        number = number.checked_mul(10)?.checked_add(u32::from(value))?;
    }
    Some(number)
}
