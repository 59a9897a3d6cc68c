//! What an engine concludes about one property.

use crate::{Complaint, Finding};

/// Who decided the choices. See the table of engines in `ARCHITECTURE.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Engine {
    /// A stored sequence, run again.
    Replay,
    /// A seeded generator with edge bias.
    Random,
    /// An odometer over every sequence of a small domain.
    Exhaustive,
    /// A solver, over the program's LLVM IR.
    Symbolic,
}

impl Engine {
    /// All engines that a user may ask for by name, in the order in which reports list them.
    pub const SELECTABLE: [Self; 3] = [Self::Random, Self::Exhaustive, Self::Symbolic];

    /// The engine's name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replay => "replay",
            Self::Random => "random",
            Self::Exhaustive => "exhaustive",
            Self::Symbolic => "symbolic",
        }
    }
}

/// What one engine concludes about one property.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "verdict", rename_all = "kebab-case"))]
pub enum Verdict {
    /// At least one input breaks the property.
    Refuted {
        /// Distinct failures, in the order in which they were found. Never empty.
        findings: Vec<Finding>,
    },
    /// No input breaks the property, within what `proof` says.
    Proved {
        /// How far the proof reaches.
        proof: Proof,
    },
    /// The cases that ran did not break the property.
    Passed {
        /// Cases that satisfied every assumption and ran to their end.
        cases: u64,
    },
    /// The cases that ran did not break the property, but they were not what it asks for: too few, or
    /// without a situation that it requires to be covered. The test fails.
    Unhealthy {
        /// What is wrong, each of it grave. Never empty.
        complaints: Vec<Complaint>,
    },
    /// No case satisfied the assumptions, so the property was never tested.
    Vacuous {
        /// Cases or paths that an assumption rejected.
        rejected: u64,
    },
    /// The engine can't say, and this is why.
    Inconclusive {
        /// Every distinct reason, in the order in which it was met. Never empty.
        obstacles: Vec<Obstacle>,
    },
    /// The engine has nothing to do here; this is not an obstacle to the others.
    NotApplicable {
        /// One clause, as "the domain has more than 1,000,000 inputs".
        reason: String,
    },
}

impl Verdict {
    /// The functions whose contract a proof is given; none for any other verdict.
    pub fn given_contracts(&self) -> &[String] {
        match self {
            Self::Proved {
                proof: Proof::Bounded { contracts, .. },
            } => contracts,
            _ => &[],
        }
    }
}

/// How far a proof reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "reach", rename_all = "kebab-case"))]
pub enum Proof {
    /// Every input was executed natively.
    AllInputs {
        /// How many there are.
        inputs: u64,
    },
    /// Every path was explored and none was cut short: the property holds for every input.
    Complete,
    /// Every path within the bounds was explored, given the contracts. Never are both empty.
    Bounded {
        /// Each bound that cut something off, with its place.
        bounds: Vec<Bound>,
        /// The functions whose contract stood for their body, by their path: whether they keep it is
        /// another question.
        #[cfg_attr(
            feature = "serde",
            serde(default, skip_serializing_if = "Vec::is_empty")
        )]
        contracts: Vec<String>,
    },
}

/// A limit on the inputs or the execution that a proof depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Bound {
    /// What is bounded, as "length of `text`".
    pub what: String,
    /// The largest value that was explored.
    pub most: u64,
    /// The unit of `most`, in the plural: "bytes", "elements", "iterations".
    pub unit: String,
}

/// Why an engine can't say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "obstacle", rename_all = "kebab-case"))]
pub enum Obstacle {
    /// The program reached something that the engine can't execute.
    Unsupported {
        /// The call, instruction or situation by name, as `open64`.
        what: String,
        /// The innermost function of the user that led there, and from where, if known.
        called_from: Option<String>,
    },
    /// A limit ended the work before it was complete.
    LimitReached {
        /// The limit by name, as "time", "steps", "paths", "memory".
        limit: String,
        /// What was allowed, in the unit that `unit` names.
        allowed: u64,
        /// The unit of `allowed`, in the plural.
        unit: String,
    },
    /// The solver could not decide a question within its limits.
    SolverGaveUp {
        /// How many questions stayed open.
        questions: u64,
    },
    /// A counterexample was found that does not fail when it is run natively.
    NotReproduced {
        /// The failure that the engine saw.
        failure: String,
        /// The token of the counterexample.
        token: String,
    },
    /// A counterexample was found with contracts in place of bodies, and the bodies do not fail on it: a
    /// contract allows what its function never does.
    ContractTooWeak {
        /// The functions whose contract stood for their body.
        contracts: Vec<String>,
        /// The failure that the engine saw.
        failure: String,
        /// The token of the counterexample.
        token: String,
    },
    /// The engine's own checks contradict what it found, so nothing that it found is believed.
    Contradiction {
        /// What was noticed, as a clause.
        what: String,
    },
    /// The process that ran the engine ended before it answered.
    WorkerLost {
        /// How it ended, as "killed by signal 9".
        how: String,
    },
}
