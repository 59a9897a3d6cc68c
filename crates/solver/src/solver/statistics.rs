//! Counts of what was asked, and of which rung answered.

/// Counts since a solver was made. The caller measures time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Calls of `decide`.
    pub decisions: u64,
    /// Sides that were asked about: two for a decision, one for a call of `satisfy`.
    pub sides: u64,
    /// Answered because the condition or the path is a constant, or was assumed before.
    pub by_constant: u64,
    /// Answered by the last model.
    pub by_model: u64,
    /// Answered by known bits and ranges.
    pub by_facts: u64,
    /// Answered by the values left for a single symbol.
    pub by_domain: u64,
    /// Answered by what is below what.
    pub by_order: u64,
    /// Answered by the last model with one symbol changed.
    pub by_repair: u64,
    /// Answered by the last model with some symbols changed, which inverting operations found.
    pub by_inversion: u64,
    /// Answered by an earlier search.
    pub by_cache: u64,
    /// Answered by adding up what comparisons of sums say.
    pub by_sums: u64,
    /// Answered by a search among small numbers, after one among all had not ended soon.
    pub by_small_numbers: u64,
    /// Answered by random values or by substitution, after a search had not ended soon.
    pub without_search: u64,
    /// Searches of the SAT solver.
    pub searches: u64,
    /// Searches that ended at a limit.
    pub gave_up: u64,
    /// Conflicts in all searches.
    pub conflicts: u64,
    /// Times that a SAT solver was built anew instead of being used again.
    pub sessions: u64,
}
