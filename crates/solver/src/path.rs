//! What is known on one path of a program: the conjunction of the conditions taken so far.

use std::sync::Arc;

use crate::model::Model;
use crate::terms::TermId;

/// The constraints of one path. A clone is cheap and independent.
#[derive(Clone)]
pub struct PathCondition {
    pub(crate) state: Arc<State>,
}

#[derive(Clone, Default)]
pub(crate) struct State {
    /// In the order in which they were assumed.
    pub(crate) constraints: Vec<TermId>,
    /// Satisfies every constraint, if it is known.
    pub(crate) model: Option<Model>,
    /// Whether the constraints are known to contradict each other.
    pub(crate) is_contradiction: bool,
}

impl Default for PathCondition {
    fn default() -> Self {
        Self::new()
    }
}

impl PathCondition {
    /// No constraints.
    pub fn new() -> Self {
        let state = State {
            model: Some(Model::new()),
            ..State::default()
        };
        Self {
            state: Arc::new(state),
        }
    }

    /// The constraints, in the order in which they were assumed.
    pub fn constraints(&self) -> &[TermId] {
        &self.state.constraints
    }

    /// A model that satisfies every constraint, if one is at hand.
    pub fn last_model(&self) -> Option<&Model> {
        self.state.model.as_ref()
    }

    /// Whether the constraints are known to contradict each other.
    pub fn is_contradiction(&self) -> bool {
        self.state.is_contradiction
    }

    pub(crate) fn state_mut(&mut self) -> &mut State {
        Arc::make_mut(&mut self.state)
    }
}
