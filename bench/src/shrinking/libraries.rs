//! The libraries, each behind the same function: find a failure of a problem and shrink it.

#[cfg(feature = "hegel")]
mod hegel;
mod proofhouse;
mod proptest;
pub(crate) mod quickcheck;

use super::outcome::Run;
use super::problem::Problem;

/// How many cases a library may draw to find a failure.
const CASES_MAX: u32 = 20_000;

/// A library that takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Library {
    Proofhouse,
    Proptest,
    Quickcheck,
    #[cfg(feature = "hegel")]
    Hegel,
}

/// Ours first.
pub(crate) const LIBRARIES: &[Library] = &[
    Library::Proofhouse,
    Library::Proptest,
    Library::Quickcheck,
    #[cfg(feature = "hegel")]
    Library::Hegel,
];

impl Library {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Proofhouse => "proofhouse",
            Self::Proptest => "proptest",
            Self::Quickcheck => "quickcheck",
            #[cfg(feature = "hegel")]
            Self::Hegel => "hegel",
        }
    }

    /// How it was set up.
    pub(crate) fn how(self) -> &'static str {
        match self {
            Self::Proofhouse => {
                "`Run::check` with the random engine; failures and rejections are returned, not thrown"
            }
            Self::Proptest => {
                "up to 50,000 shrink iterations; failures and rejections are returned, not thrown"
            }
            Self::Quickcheck => {
                "no bind, so length-list is a plain list; trees shrink by functions written here"
            }
            #[cfg(feature = "hegel")]
            Self::Hegel => "static engine, no store; failures unwind without the panic hook",
        }
    }
}

/// Runs a library on a problem with a seed; `None` when it can't draw the inputs.
pub(crate) fn run<P: Problem>(library: Library, seed: u64) -> Option<Run> {
    match library {
        Library::Proofhouse => Some(proofhouse::run::<P>(seed)),
        Library::Proptest => Some(proptest::run::<P>(seed)),
        Library::Quickcheck => P::quickcheck(seed),
        #[cfg(feature = "hegel")]
        Library::Hegel => Some(hegel::run::<P>(seed)),
    }
}
