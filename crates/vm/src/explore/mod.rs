//! The path explorer: forks the machine wherever a symbolic condition can go both ways, joins paths
//! again where they meet, and turns the ended paths into a verdict.
//!
//! Paths are explored depth first. Where paths part at a branch, a *region* opens that ends at the
//! branch's immediate postdominator; the paths of a region are run to that place, merged there as far
//! as they can be, and only then go on. Parsers and formatters, which branch at every byte, would
//! otherwise have exponentially many paths.
//!
//! # Invariants
//!
//! - Every input belongs to exactly one of the states that are waiting or to a path that ended.
//! - Merging changes how much work there is, never a verdict (`tests` compare both).
//! - Nothing converts "not explored" into "holds": what was cut is named as a bound or an obstacle.
//!
//! # Not here
//!
//! How an instruction is executed ([`crate::machine`]).

mod confirm;
mod driver;
mod exploration;
mod limits;
mod liveness;
mod merge;
mod merge_memory;
mod regions;
#[cfg(test)]
mod tests;

pub use crate::machine::Refutation;
pub use driver::explore;
pub use exploration::{Exploration, Progress};
pub use limits::{Limits, Strategy};
pub(crate) use liveness::LivenessCache;
