//! How a counterexample comes to its failure, step by step.

use crate::Site;

/// The steps of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Trace {
    /// The token of the counterexample.
    pub token: String,
    /// The steps in order; of a long run the first and the last ones.
    pub steps: Vec<TraceStep>,
    /// How many steps are left out in the middle.
    pub left_out: u64,
    /// Behind how many steps they are left out.
    pub left_out_after: u64,
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TraceStep {
    /// How many calls of the package, or of crates that it uses, are under way.
    pub depth: u32,
    /// Where, with the file's whole path if it is none of the workspace: the place of the call, of the request for a choice, or of the failure.
    pub site: Option<Site>,
    /// What happens.
    pub what: Action,
}

/// What happens in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "action", rename_all = "kebab-case"))]
pub enum Action {
    /// A choice is made.
    Chooses {
        /// What is chosen: `integer`, `length`, `text`.
        what: String,
        /// The choice, as a reader writes it; a long one is cut.
        value: String,
        /// The argument of the property that it is a part of; none within the body, nor where an optimised
        /// build has left no call that could tell.
        #[cfg_attr(
            feature = "serde",
            serde(default, skip_serializing_if = "Option::is_none")
        )]
        argument: Option<String>,
    },
    /// A function is called.
    Calls {
        /// Its Rust path.
        function: String,
    },
    /// The run fails.
    Fails {
        /// The first line of what is wrong.
        message: String,
    },
    /// The machine can't follow the run any further.
    Stops {
        /// Why.
        reason: String,
    },
}
