//! Whether places of a program can be reached, as far as an exploration tells.

/// Whether something can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Reach {
    /// An input is known that leads there.
    Reachable,
    /// No input within the bounds of the exploration leads there.
    Unreachable,
    /// Nothing is known: the exploration was not complete, or a question was left open.
    Unknown,
}

/// Whether a situation that a property wants to be covered can occur.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CoverReach {
    /// The label of the situation.
    pub label: String,
    /// Whether it can occur.
    pub reach: Reach,
}

/// A place that made work for an exploration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Hotspot {
    /// `file:line`.
    pub place: String,
    /// Paths that parted there: each case but the first is one.
    pub splits: u64,
    /// Questions for the solver.
    pub questions: u64,
    /// Time in the solver, in microseconds.
    pub solver_us: u64,
}
