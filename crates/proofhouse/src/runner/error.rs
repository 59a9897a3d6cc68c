//! Why a test process could not do what its environment asked for.

use std::path::PathBuf;
use std::{fmt, io};

use proofhouse_choice::token::TokenError;

/// Why nothing, or not everything, was checked. Never what the property did.
#[derive(Debug)]
#[non_exhaustive]
pub(crate) enum RunnerError {
    /// An environment variable has no meaning.
    BadVariable {
        name: &'static str,
        value: String,
        expected: &'static str,
    },
    /// The case to replay can't be read.
    BadToken(TokenError),
    /// The generators ask for other choices than the case to replay holds, and it holds now.
    StaleToken { token: String },
    /// A file that the environment names can't be written.
    BadFile { path: PathBuf, error: io::Error },
}

impl fmt::Display for RunnerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadVariable {
                name,
                value,
                expected,
            } => {
                write!(f, "{name} is `{value}`, but should be {expected}")
            }
            Self::BadToken(error) => write!(f, "PROOFHOUSE_REPLAY: {error}"),
            Self::StaleToken { token } => {
                write!(
                    f,
                    "the generators changed since this case was stored: {token}"
                )
            }
            Self::BadFile { path, error } => write!(f, "can't write {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for RunnerError {}

impl RunnerError {
    /// A stable name for docs, tests and scripts.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::BadVariable { .. } => "runner/bad-variable",
            Self::BadToken(error) => error.code(),
            Self::StaleToken { .. } => "runner/stale-token",
            Self::BadFile { .. } => "runner/bad-file",
        }
    }

    /// What the reader can do next.
    pub(crate) fn help(&self) -> String {
        match self {
            Self::BadVariable { name, .. } => format!("change or unset {name}"),
            Self::BadToken(error) => error.help(),
            Self::StaleToken { .. } => {
                "go back to the version that printed it, or run the property again".to_owned()
            }
            Self::BadFile { .. } => "choose a path in a folder that can be written to".to_owned(),
        }
    }
}
