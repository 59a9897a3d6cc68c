//! Why the workspace's settings are not understood.

use std::fmt;
use std::path::PathBuf;

use crate::suggestion::suggestion;

/// Why the workspace's settings are not understood.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read, or is no TOML.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// There is a file, and the manifest has settings too.
    Twice {
        /// The file.
        path: PathBuf,
    },
    /// A key, or a name in a list, that does not exist.
    UnknownKey {
        /// Where it stands.
        place: String,
        /// What was written.
        key: String,
        /// What exists there.
        known: Vec<String>,
    },
    /// A value of another sort than its key takes.
    BadValue {
        /// The key.
        place: String,
        /// What it takes.
        expected: &'static str,
    },
    /// Nobody defines the profile.
    UnknownProfile {
        /// What was asked for.
        name: String,
        /// The profiles that there are.
        known: Vec<String>,
    },
}

impl ConfigError {
    /// A stable name for documents, tests and scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "config/unreadable",
            Self::Twice { .. } => "config/twice",
            Self::UnknownKey { .. } => "config/unknown-key",
            Self::BadValue { .. } => "config/bad-value",
            Self::UnknownProfile { .. } => "config/unknown-profile",
        }
    }

    /// What the user can do next.
    pub fn help(&self) -> String {
        match self {
            Self::Unreadable { .. } => {
                "the file is TOML, as `[profile.ci]` and below it `time = 30`".to_owned()
            }
            Self::Twice { .. } => {
                "keep the settings in one of the two, the file or the manifest".to_owned()
            }
            Self::UnknownKey { key, known, .. } => suggestion(key, known),
            Self::BadValue { .. } => {
                "as `time = 30`, `fail-fast = true`, `engines = [\"random\"]`".to_owned()
            }
            Self::UnknownProfile { name, known } => suggestion(name, known),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, reason } => write!(f, "{}: {reason}", path.display()),
            Self::Twice { path } => write!(
                f,
                "there are settings in {} and in `[workspace.metadata.proofhouse]`",
                path.display()
            ),
            Self::UnknownKey { place, key, .. } => write!(f, "{place}: there is no `{key}`"),
            Self::BadValue { place, expected } => write!(f, "{place}: this takes {expected}"),
            Self::UnknownProfile { name, .. } => write!(f, "there is no profile `{name}`"),
        }
    }
}

impl std::error::Error for ConfigError {}
