//! Why a value has no choices.

use std::fmt;

/// Whether the choices of a value were added.
pub type Encoded = Result<(), EncodeError>;

/// Why a value could not be turned into choices.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// A generator does not know how to undo itself.
    NotInvertible {
        /// The combinator or type of generator.
        generator: &'static str,
    },
    /// The value is none of the generator's.
    NotAValue {
        /// What the value should have been one of.
        of: &'static str,
    },
    /// The value is nested deeper than generated values ever are.
    TooDeep,
    /// The choices make another value: an inverse does not undo its function.
    Mismatch {
        /// The type of the whole generator.
        generator: &'static str,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInvertible { generator } => {
                write!(f, "`{generator}` does not tell how it makes a value")
            }
            Self::NotAValue { of } => write!(f, "the value is not among {of}"),
            Self::TooDeep => write!(f, "the value is nested too deep"),
            Self::Mismatch { generator } => {
                write!(
                    f,
                    "`{generator}` makes another value of the choices that it gives for this one"
                )
            }
        }
    }
}

impl std::error::Error for EncodeError {}

impl EncodeError {
    /// A stable name for docs, tests and scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotInvertible { .. } => "encode/not-invertible",
            Self::NotAValue { .. } => "encode/not-a-value",
            Self::TooDeep => "encode/too-deep",
            Self::Mismatch { .. } => "encode/mismatch",
        }
    }

    /// What the author can do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotInvertible { .. } => {
                "use `map_invertible` instead of `map`, give `from_fn` its `inverted_by`, or \
                 implement `Draw::encode`"
            }
            Self::NotAValue { .. } => "widen the generator, or choose another value",
            Self::TooDeep => "values nest at most 128 levels deep; choose a flatter one",
            Self::Mismatch { .. } => {
                "check the inverses given to `map_invertible` and `inverted_by`: each must undo its \
                 function"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_says_what_to_do() {
        let generator = "map";
        for error in [
            EncodeError::NotInvertible { generator },
            EncodeError::NotAValue { of: "a range" },
            EncodeError::TooDeep,
            EncodeError::Mismatch { generator },
        ] {
            assert!(error.code().starts_with("encode/"));
            assert!(!error.help().is_empty() && !error.to_string().ends_with('.'));
        }
    }
}
