//! Names of store paths: what `/nix/store/<hash>-<name>` may have behind the hash.
//!
//! # Invariants
//!
//! - A [`StoreName`] is a name that the Nix store accepts; one made by [`StoreName::for_write_text`]
//!   still is with `.drv` behind it.
//!
//! # Not here
//!
//! Hashes and whole store paths.
//!
//! # Source
//!
//! Nix, `src/libstore/path.cc`: `checkName`.

use std::fmt;

/// The longest name, in bytes.
pub const STORE_NAME_MAX: usize = 211;

/// What a derivation's own store path has behind the name of what it makes.
const DERIVATION_SUFFIX: &str = ".drv";

/// A name that the Nix store accepts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreName(String);

impl StoreName {
    /// A name, if the store accepts it.
    ///
    /// # Errors
    ///
    /// See [`StoreNameError`].
    ///
    /// ```
    /// use nix_text::{StoreName, StoreNameError};
    /// assert_eq!(StoreName::new("vm-1.yaml").unwrap().as_str(), "vm-1.yaml");
    /// assert_eq!(StoreName::new("a b"), Err(StoreNameError::IllegalByte { position: 1 }));
    /// ```
    pub fn new(name: &str) -> Result<Self, StoreNameError> {
        Self::bounded(name, STORE_NAME_MAX)
    }

    /// The name of a file that `writeText` makes: a stem and a suffix. It leaves room for the name of
    /// the derivation, which has `.drv` behind it.
    ///
    /// # Errors
    ///
    /// See [`StoreNameError`]; positions count from the start of the stem.
    pub fn for_write_text(stem: &str, suffix: &str) -> Result<Self, StoreNameError> {
        let mut name = String::with_capacity(stem.len() + suffix.len());
        name.push_str(stem);
        name.push_str(suffix);
        Self::bounded(&name, STORE_NAME_MAX - DERIVATION_SUFFIX.len())
    }

    fn bounded(name: &str, length_max: usize) -> Result<Self, StoreNameError> {
        let bytes = name.as_bytes();
        if bytes.is_empty() {
            return Err(StoreNameError::Empty);
        }
        if bytes.len() > length_max {
            return Err(StoreNameError::TooLong {
                length: bytes.len(),
                length_max,
            });
        }
        if let Some(position) = bytes.iter().position(|&byte| !is_legal(byte)) {
            return Err(StoreNameError::IllegalByte { position });
        }
        match *bytes {
            [b'.'] | [b'.', b'-', ..] | [b'.', b'.'] | [b'.', b'.', b'-', ..] => {
                Err(StoreNameError::DotsFirst)
            }
            _ => Ok(Self(name.to_owned())),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_legal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_' | b'?' | b'=')
}

/// Why a name is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreNameError {
    /// There is nothing.
    Empty,
    /// There is too much.
    TooLong {
        /// Its length, in bytes.
        length: usize,
        /// The greatest length.
        length_max: usize,
    },
    /// A byte that is no letter, no digit and none of `+-._?=`.
    IllegalByte {
        /// The first one's place.
        position: usize,
    },
    /// The part before the first dash, or the whole, is `.` or `..`.
    DotsFirst,
}

impl fmt::Display for StoreNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the name is empty"),
            Self::TooLong { length, length_max } => {
                write!(f, "the name has {length} bytes, more than {length_max}")
            }
            Self::IllegalByte { position } => write!(f, "an illegal byte at byte {position}"),
            Self::DotsFirst => write!(f, "the name starts with dots alone"),
        }
    }
}

impl std::error::Error for StoreNameError {}

impl StoreNameError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "nix/store-name-empty",
            Self::TooLong { .. } => "nix/store-name-too-long",
            Self::IllegalByte { .. } => "nix/store-name-illegal-byte",
            Self::DotsFirst => "nix/store-name-dots-first",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Empty => "give the file a name",
            Self::TooLong { .. } => "shorten the stem, or use a hash of it",
            Self::IllegalByte { .. } => "use letters, digits and `+-._?=` only",
            Self::DotsFirst => "put a letter first",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_accepted_and_refused_as_in_the_store() {
        for name in ["a", ".a", "...", "..a", ".a-", "-", "a?b=c+d_e.f-g", "9"] {
            assert!(StoreName::new(name).is_ok(), "{name}");
        }
        for name in [".", "..", ".-", "..-", ".-a", "..-a"] {
            assert_eq!(
                StoreName::new(name),
                Err(StoreNameError::DotsFirst),
                "{name}"
            );
        }
        for error in [
            StoreName::new("").unwrap_err(),
            StoreName::new("ä").unwrap_err(),
            StoreName::new(&"a".repeat(212)).unwrap_err(),
            StoreName::new(".").unwrap_err(),
        ] {
            assert!(error.code().starts_with("nix/store-name-"));
            assert!(!error.help().is_empty() && !error.to_string().is_empty());
        }
    }

    #[test]
    fn write_text_leaves_room_for_the_derivation() {
        let suffix = "-cloud-init.yaml";
        assert!(StoreName::for_write_text(&"a".repeat(191), suffix).is_ok());
        assert!(StoreName::for_write_text(&"a".repeat(192), suffix).is_err());
        assert!(StoreName::new(&format!("{}{suffix}", "a".repeat(195))).is_ok());
    }
}
