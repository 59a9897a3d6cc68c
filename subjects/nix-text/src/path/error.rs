//! Why a path was refused.

use std::fmt;

/// Why a path, or a part of one, was refused. Positions count bytes of the text that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PathError {
    /// There is no name.
    Empty,
    /// There are too many bytes.
    TooLong {
        /// How many.
        length: usize,
        /// How many there may be.
        length_max: usize,
    },
    /// A NUL, where systems end a name.
    ContainsNul {
        /// Its place.
        position: usize,
    },
    /// A control character, or one that reorders text or separates lines.
    UnprintableCharacter {
        /// Its place.
        position: usize,
    },
    /// A `/` or `\` in a name.
    Separator {
        /// Its place.
        position: usize,
    },
    /// A name that is `.` or `..`.
    DotName,
    /// A name that starts with `-`, which programs take for an option.
    LeadingDash,
    /// White space at the start or the end of a name.
    OuterWhiteSpace,
    /// The policy takes ASCII alone.
    NotAscii {
        /// The first other byte's place.
        position: usize,
    },
    /// The policy takes no hidden names.
    LeadingDot,
    /// The policy takes no name that Windows would change or take for a device.
    NotPortable,
    /// A path that should be absolute is not, or the other way round.
    Absoluteness,
    /// A separator at the end, which would say that it must be a directory.
    TrailingSeparator,
    /// The path does not lie under its root.
    OutsideRoot,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "there is no name"),
            Self::TooLong { length, length_max } => {
                write!(f, "{length} bytes are more than {length_max}")
            }
            Self::ContainsNul { position } => write!(f, "a NUL at byte {position}"),
            Self::UnprintableCharacter { position } => {
                write!(f, "a control or formatting character at byte {position}")
            }
            Self::Separator { position } => write!(f, "a separator at byte {position}"),
            Self::DotName => write!(f, "`.` or `..` instead of a name"),
            Self::LeadingDash => write!(f, "a dash at the start of a name"),
            Self::OuterWhiteSpace => write!(f, "white space around a name"),
            Self::NotAscii { position } => write!(f, "a byte beyond ASCII at byte {position}"),
            Self::LeadingDot => write!(f, "a dot at the start of a name"),
            Self::NotPortable => write!(f, "a name that Windows changes or reserves"),
            Self::Absoluteness => write!(f, "an absolute path for a relative one, or reversed"),
            Self::TrailingSeparator => write!(f, "a separator at the end"),
            Self::OutsideRoot => write!(f, "a path outside of its root"),
        }
    }
}

impl std::error::Error for PathError {}

impl PathError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "path/empty",
            Self::TooLong { .. } => "path/too-long",
            Self::ContainsNul { .. } => "path/contains-nul",
            Self::UnprintableCharacter { .. } => "path/unprintable-character",
            Self::Separator { .. } => "path/separator",
            Self::DotName => "path/dot-name",
            Self::LeadingDash => "path/leading-dash",
            Self::OuterWhiteSpace => "path/outer-white-space",
            Self::NotAscii { .. } => "path/not-ascii",
            Self::LeadingDot => "path/leading-dot",
            Self::NotPortable => "path/not-portable",
            Self::Absoluteness => "path/absoluteness",
            Self::TrailingSeparator => "path/trailing-separator",
            Self::OutsideRoot => "path/outside-root",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Empty => "ask for a name",
            Self::TooLong { .. } => "ask for a shorter name; cutting it could make two names one",
            Self::ContainsNul { .. } | Self::UnprintableCharacter { .. } => {
                "remove the character; nobody could see it"
            }
            Self::Separator { .. } => "take a path apart with `RelativePath` first",
            Self::DotName => "name the entry itself; going up is never allowed",
            Self::LeadingDash => "put a letter first",
            Self::OuterWhiteSpace => "let the user remove it; trimming could make two names one",
            Self::NotAscii { .. } => "use ASCII, or a policy that takes Unicode",
            Self::LeadingDot => "put a letter first, or use a policy that takes hidden names",
            Self::NotPortable => "use another name, or a policy for Unix alone",
            Self::Absoluteness => "start with `/` where an absolute path is wanted, and only there",
            Self::TrailingSeparator => "remove the separator at the end",
            Self::OutsideRoot => "start the path with the components of its root",
        }
    }
}
