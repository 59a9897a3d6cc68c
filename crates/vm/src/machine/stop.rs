//! Why the execution of a state pauses.

use proofhouse_solver::{Model, TermId};

/// One of the ways in which a state goes on after a split.
#[derive(Debug, Clone)]
pub struct Case {
    /// What holds in this case.
    pub condition: TermId,
    /// A model of the path with the condition, if one is at hand.
    pub model: Option<Model>,
    /// A term whose value the condition fixes, with the value.
    pub known: Option<(TermId, u128)>,
    /// Whether the solver gave up on whether this case is possible.
    pub is_doubtful: bool,
    /// The number that the split instruction is to take when it is executed again.
    pub taken: Option<u64>,
}

impl Case {
    /// A case that is certainly possible.
    pub fn new(condition: TermId, model: Option<Model>) -> Self {
        Self {
            condition,
            model,
            known: None,
            is_doubtful: false,
            taken: None,
        }
    }
}

/// How a path ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The property held.
    Held,
    /// An assumption or a generator rejected the input.
    Rejected,
    /// It failed; the journal has it.
    Failed,
    /// Something is not supported or a limit was reached; the journal says what.
    Cut,
    /// No input leads here after all.
    Impossible,
}

/// Why an instruction did not complete.
#[derive(Debug, Clone)]
pub enum Stop {
    /// The path ended.
    Ended(Ended),
    /// The instruction has to be executed again, in each of these cases. It changed nothing yet.
    Split {
        /// The cases; together they cover everything that the path allows.
        cases: Vec<Case>,
        /// Whether the cases are worth joining where the control flow meets again.
        may_join: bool,
    },
}

/// What an instruction did with the control flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Nothing: the next instruction follows.
    Next,
    /// The position has been set.
    Moved,
    /// The current call returned; the position in the caller has been set.
    Returned,
    /// Unwinding arrived at a landing pad; frames may be gone.
    Unwound,
}

/// The result of a step or of a part of it.
pub(crate) type Result<T> = std::result::Result<T, Box<Stop>>;

impl From<Ended> for Box<Stop> {
    fn from(ended: Ended) -> Self {
        Self::new(Stop::Ended(ended))
    }
}
