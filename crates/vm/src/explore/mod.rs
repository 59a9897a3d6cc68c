//! The path explorer: forks the machine wherever a symbolic condition can go both ways, joins paths
//! again where they meet, and turns the ended paths into a verdict.
//!
//! Paths are explored depth first. Where paths part at a branch, a *region* opens that ends at the
//! branch's immediate postdominator, and one at the head of each loop around the branch; the paths of
//! a region are run to that place, merged there as far as is good, and only then go on. Parsers and
//! formatters, which branch at every byte, would otherwise have exponentially many paths.
//!
//! States that differ in a length or an address are not merged: every access and every bound check
//! behind the place would be a question for the solver. They go on *side by side*, from one place to
//! the next, so that those whose lengths have become the same are merged there. A text of eight
//! characters of which each may become one or two has nine lengths, not 256 ways to get there.
//!
//! # Invariants
//!
//! - Every input belongs to exactly one of the states that are waiting or to a path that ended.
//! - Merging changes how much work there is, never a verdict (`tests` compare both).
//! - Nothing converts "not explored" into "holds": what was cut is named as a bound or an obstacle.
//!
//! # Not here
//!
//! How an instruction is executed (`crate::machine`).

mod confirm;
mod driver;
mod exploration;
mod limits;
mod liveness;
mod loops;
mod merge;
mod merge_memory;
mod portfolio;
mod regions;
#[cfg(test)]
mod tests;
mod trace;
mod unreached;

pub use crate::machine::{Contracts, Executed, Input, Refutation};
pub use exploration::{Exploration, Progress};
pub use limits::{Limits, Strategy};
pub(crate) use liveness::LivenessCache;
pub(crate) use loops::LoopCache;
pub use portfolio::{Explorer, OtherSolver, explore};
pub use proofhouse_solver::Opinions;
