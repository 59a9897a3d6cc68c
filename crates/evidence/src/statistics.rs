//! Counts of what was really executed.

use std::time::Duration;

/// Counts that an engine kept while it ran. Never computed by multiplication.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct Statistics {
    /// Cases whose input was drawn by the engine and that ran to their end or failed.
    pub generated: u64,
    /// Cases that came from a store or a token.
    pub replayed: u64,
    /// Cases that an assumption or a generator rejected.
    pub discarded: u64,
    /// Executions spent on shrinking.
    pub shrink_executions: u64,
    /// Paths that the machine explored to their end.
    pub paths: u64,
    /// Paths that an assumption ended.
    pub paths_rejected: u64,
    /// Instructions that the machine executed.
    pub steps: u64,
    /// Questions that reached the solver's search.
    pub queries: u64,
    /// Time in the solver, in microseconds.
    pub solver_us: u64,
    /// Time from start to verdict, in microseconds.
    pub elapsed_us: u64,
}

/// A time in the unit in which times are kept; the largest number for what is longer than half a million years.
///
/// ```
/// use std::time::Duration;
/// assert_eq!(proofhouse_evidence::microseconds(Duration::from_millis(3)), 3_000);
/// assert_eq!(proofhouse_evidence::microseconds(Duration::MAX), u64::MAX);
/// ```
pub fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
