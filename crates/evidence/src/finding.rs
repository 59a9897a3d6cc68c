//! One way in which a property fails, with the input that shows it.

use crate::Engine;

/// A failure with the counterexample that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Finding {
    /// What went wrong.
    pub failure: Failure,
    /// The simplest input known that makes it go wrong.
    pub counterexample: Counterexample,
    /// The engine that found it first.
    pub found_by: Engine,
    /// Whether the counterexample was run again natively, in a fresh process.
    pub replay: Replay,
}

/// What went wrong in the program under test.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Failure {
    /// The class of failure.
    pub kind: FailureKind,
    /// The panic message, or one sentence that says what happened.
    pub message: String,
    /// Where, if known. Two findings with the same kind and site are the same finding.
    pub site: Option<Site>,
}

/// The class of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum FailureKind {
    /// A panic that left the property.
    Panic,
    /// The property returned an error.
    ReturnedError,
    /// The process ended itself: `abort`, `exit`, a stack overflow, an uncaught signal.
    ProcessEnded,
    /// A case ran longer than allowed.
    Timeout,
    /// A memory error or another undefined behaviour that the machine saw.
    UndefinedBehaviour,
    /// A loop that went round more often than the property says that any does.
    LoopBound,
    /// A function whose contract is checked changed what the contract does not name.
    OutsideOfContract,
}

impl FailureKind {
    /// Whether only the machine sees such a failure: natively the program goes on, somehow.
    pub fn is_seen_by_machine_alone(self) -> bool {
        matches!(
            self,
            Self::UndefinedBehaviour | Self::LoopBound | Self::OutsideOfContract
        )
    }
}

/// A place in the source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Site {
    /// The file as the compiler names it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1; 0 when unknown.
    pub column: u32,
}

/// An input that breaks a property.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Counterexample {
    /// The one-line token that every front end accepts for a replay.
    pub token: String,
    /// The values of the property's arguments, in order, as `Debug` prints them. Empty when the
    /// input has not been run natively yet.
    pub arguments: Vec<Argument>,
    /// Notes that the property left while it failed.
    #[cfg_attr(feature = "serde", serde(default))]
    pub notes: Vec<String>,
}

/// One argument of a property and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Argument {
    /// The argument's name in the source.
    pub name: String,
    /// Its value, as `Debug` prints it; for the steps of a stateful test, a program of whole lines.
    pub value: String,
}

impl Argument {
    /// Whether the value is a text of whole lines, to be shown below its name.
    pub fn is_block(&self) -> bool {
        self.value.ends_with('\n')
    }
}

/// Whether a counterexample was run again natively, in a fresh process.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "replay", rename_all = "kebab-case"))]
pub enum Replay {
    /// Not yet.
    Pending,
    /// It failed again in the same way.
    Reproduced,
    /// It did not fail, or failed otherwise; `instead` says what happened.
    NotReproduced {
        /// What happened instead.
        instead: String,
    },
}
