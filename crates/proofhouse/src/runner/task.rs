//! One piece of work for one engine.

use std::time::Duration;

use proofhouse_choice::Choice;
use proofhouse_choice::token::{self, Token};
use proofhouse_evidence::Engine;

use super::origin::Origin;
use crate::Property;
use crate::property::Example;

/// What an engine should do.
pub(super) enum Task {
    Random {
        cases: u64,
        time_max: Option<Duration>,
    },
    /// Cases that another engine gives, and variations of them.
    Vary {
        starts: Vec<Vec<Choice>>,
        cases: u64,
        time_max: Option<Duration>,
    },
    Exhaustive {
        inputs_max: u64,
    },
    Replay {
        token: Token,
        origin: Origin,
    },
    Example {
        number: usize,
        /// Whether a failure is turned into a case of choices, and shrunk.
        imports: bool,
    },
}

impl Task {
    pub(super) fn engine(&self) -> Engine {
        match self {
            Self::Random { .. } | Self::Vary { .. } => Engine::Random,
            Self::Exhaustive { .. } => Engine::Exhaustive,
            Self::Replay { .. } | Self::Example { .. } => Engine::Replay,
        }
    }

    /// The example that is run, if it is one.
    pub(super) fn example_of(&self, property: &'static Property) -> Option<&'static Example> {
        match self {
            Self::Example { number, .. } => Some(&property.examples[number - 1]),
            _ => None,
        }
    }

    pub(super) fn origin(&self) -> Origin {
        match self {
            Self::Random { .. } | Self::Vary { .. } => Origin::Random,
            Self::Exhaustive { .. } => Origin::Exhaustive,
            Self::Replay { origin, .. } => *origin,
            Self::Example { number, .. } => Origin::Example(*number),
        }
    }

    /// What tokens of this task name: an example that was not imported is no sequence of choices of
    /// its property, so its tokens say which example it is.
    pub(super) fn property_name(&self, path: &str) -> String {
        match self {
            Self::Example { number, .. } => token::example_name(path, *number),
            _ => path.to_owned(),
        }
    }
}
