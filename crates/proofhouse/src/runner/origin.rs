//! Where the cases of one piece of work come from, in the words of reports.

use super::report::count;

/// Where cases come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The random engine.
    Random,
    /// The odometer.
    Exhaustive,
    /// A token that the environment gives.
    Token,
    /// The store of failures.
    Stored,
    /// The committed file of regressions.
    Committed,
    /// A `#[regression(..)]` in the source.
    Regression,
    /// An `#[example(..)]` in the source, numbered from 1.
    Example(usize),
    /// The choices of an `#[example(..)]`.
    ImportedExample(usize),
}

impl Origin {
    /// Whether a failure from there is not kept anywhere yet.
    pub(crate) fn is_news(self) -> bool {
        matches!(
            self,
            Self::Random | Self::Exhaustive | Self::Token | Self::ImportedExample(_)
        )
    }

    /// Whether a failure from there may be kept with the source: not if it is there already.
    pub(crate) fn may_be_kept(self) -> bool {
        self.is_news() || self == Self::Stored
    }

    /// Whether success is what everybody expects, and not worth a line.
    pub(crate) fn is_silent(self) -> bool {
        matches!(
            self,
            Self::Stored
                | Self::Committed
                | Self::Regression
                | Self::Example(_)
                | Self::ImportedExample(_)
        )
    }

    /// Whether it is one case that was known before.
    pub(crate) fn is_replay(self) -> bool {
        !matches!(self, Self::Random | Self::Exhaustive)
    }

    /// What stands after "is refuted".
    pub(crate) fn refuted_how(self, seed: u64, generated: u64) -> String {
        match self {
            Self::Random => format!("after {} (random, seed {seed})", count(generated, "case")),
            Self::Exhaustive => format!("after {} (exhaustive)", count(generated, "input")),
            Self::Token => "by replay".to_owned(),
            Self::Stored => "by a stored failure".to_owned(),
            Self::Committed => "by a committed regression".to_owned(),
            Self::Regression => "by a regression in its source".to_owned(),
            Self::Example(number) | Self::ImportedExample(number) => {
                format!("by example {number}")
            }
        }
    }
}
