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
    /// A regression in the source can't be read, or belongs to another property.
    BadRegression {
        token: String,
        reason: RegressionFault,
    },
    /// A file that the environment names can't be written.
    BadFile { path: PathBuf, error: io::Error },
}

/// What is wrong with a regression in the source.
#[derive(Debug)]
pub(crate) enum RegressionFault {
    /// It is no token, or a damaged one.
    Unreadable(TokenError),
    /// It is a case of this other property.
    Foreign { property: String },
    /// The generators ask for other choices now.
    Stale,
}

impl fmt::Display for RegressionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.fmt(f),
            Self::Foreign { property } => write!(f, "it is a case of `{property}`"),
            Self::Stale => f.write_str("the generators changed since it was printed"),
        }
    }
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
            Self::BadRegression { token, reason } => {
                write!(f, "`#[regression({token:?})]` can't be replayed: {reason}")
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
            Self::BadRegression { .. } => "runner/bad-regression",
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
            Self::BadRegression { reason, .. } => match reason {
                RegressionFault::Unreadable(error) => error.help(),
                RegressionFault::Foreign { .. } => {
                    "move it to that property, or correct the name if that changed".to_owned()
                }
                RegressionFault::Stale => {
                    "write the input that it stood for as an `#[example(..)]`, or remove it"
                        .to_owned()
                }
            },
            Self::BadFile { .. } => "choose a path in a folder that can be written to".to_owned(),
        }
    }
}
