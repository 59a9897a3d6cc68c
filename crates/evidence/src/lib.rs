//! The one vocabulary of results: what every engine says and every report reads.
//!
//! Engines that know nothing of each other meet here. A verdict, a finding, a bound that was hit
//! and the counts of what ran are plain data with one JSON form, so a native test process, a
//! machine worker and the command can pass them through a pipe or a file unchanged.
//!
//! # Invariants
//!
//! - No function turns a verdict into a stronger one. [`Verdict::Proved`] is built only by an
//!   engine that has looked at every input, or at every input within the bounds that it lists.
//! - Everything here survives a round trip through JSON (`tests::every_event_survives_json`).
//! - [`FORMAT_VERSION`] grows with every change that an older reader would misread.
//!
//! # Not here
//!
//! How an engine works, and how anything is shown to a person.

#![warn(missing_docs)]

mod complaint;
mod event;
mod finding;
mod json;
mod lines;
mod observations;
mod property;
mod reach;
mod statistics;
mod trace;
mod verdict;

pub use complaint::Complaint;
#[cfg(feature = "serde")]
pub use event::read_events;
pub use event::{Event, write_event};
pub use finding::{Argument, Counterexample, Failure, FailureKind, Finding, Replay, Site};
pub use lines::{FileLines, Lines, NotLines};
pub use observations::{LabelCount, LabelKind, Observations, TargetBest};
pub use property::PropertyDescription;
pub use reach::{CoverReach, Hotspot, Reach};
pub use statistics::{Statistics, microseconds};
pub use trace::{Action, Trace, TraceStep};
pub use verdict::{Bound, Engine, Obstacle, Proof, Verdict};

/// The version of the JSON form of everything in this crate.
pub const FORMAT_VERSION: u32 = 3;
