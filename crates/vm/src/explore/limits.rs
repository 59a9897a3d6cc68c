//! How far an exploration may go.

/// How paths are explored. All strategies give the same answers; they differ in what they take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// Both in turns, until one of them has the answer.
    Portfolio,
    /// Each path alone: many simple questions.
    Paths,
    /// Paths that meet again are merged: few, but harder questions.
    Merging,
}

/// Limits of one exploration. Reaching one is reported as an obstacle or a bound, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Milliseconds of wall-clock time.
    pub time_ms_max: u64,
    /// Instructions, over all paths.
    pub steps_max: u64,
    /// Paths that come to an end.
    pub paths_max: u64,
    /// Bytes that the program may have allocated at a time.
    pub memory_bytes_max: u64,
    /// Active calls.
    pub stack_depth_max: u64,
    /// The length of generated collections, byte strings and texts (elements and bytes).
    pub size_max: u64,
    /// Work that one question to the solver may take, in the solver's own unit.
    pub solver_work_max: u64,
    /// Distinct failures after which the exploration ends.
    pub findings_max: u64,
    /// How paths are explored.
    pub strategy: Strategy,
    /// In a portfolio, the strategy that is known to get furthest, such as the one that had the answer at
    /// a smaller size; it gets nearly all of the time.
    pub leader: Option<Strategy>,
}

impl Limits {
    /// The solver's limits.
    pub(crate) fn solver(&self) -> proofhouse_solver::Limits {
        proofhouse_solver::Limits {
            conflicts_max: self.solver_work_max,
            ..proofhouse_solver::Limits::default()
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time_ms_max: 10_000,
            steps_max: 1_000_000_000,
            paths_max: 1_000_000,
            memory_bytes_max: 1 << 30,
            // Frames of the smallest size overflow a native stack at about 130,000.
            stack_depth_max: 150_000,
            size_max: 4,
            solver_work_max: 1_000_000,
            findings_max: 10,
            strategy: Strategy::Portfolio,
            leader: None,
        }
    }
}
