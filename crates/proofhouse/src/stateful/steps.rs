//! Running a state machine: the generator that draws and runs one step after the other.
//!
//! # Invariants
//!
//! - The number of steps is one choice before them, so shrinking, enumerating and proving bound it
//!   as they do the length of a list. It is an upper limit: steps end when no action is enabled.
//! - A passing step costs no memory but what its action and its bundles need.

use std::fmt;
use std::marker::PhantomData;

use proofhouse_choice::SpanKind;

use super::{StateMachine, Step};
use crate::generator::{Draw, Generate, Generator, Sizes};
use crate::source::{ACTIONS_MAX, Source};

/// A run of a [`StateMachine`] that went well, as an argument of a property: the state it ended in.
///
/// All values are drawn from at most 50 steps; [`steps`] has other limits.
pub struct Steps<M> {
    state: M,
    count: usize,
    /// Empty unless somebody wants to see it.
    listing: String,
}

impl<M> Steps<M> {
    /// The state after the last step.
    pub fn state(&self) -> &M {
        &self.state
    }

    /// The state after the last step.
    pub fn into_state(self) -> M {
        self.state
    }

    /// How many steps there were.
    pub fn count(&self) -> usize {
        self.count
    }
}

impl<M> fmt::Debug for Steps<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.listing.is_empty() {
            write!(f, "{} steps", self.count)
        } else {
            f.write_str(&self.listing)
        }
    }
}

/// See [`steps`].
pub struct AnySteps<M> {
    sizes: Sizes,
    machine: PhantomData<fn() -> M>,
}

impl<M> fmt::Debug for AnySteps<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnySteps")
            .field("sizes", &self.sizes)
            .finish()
    }
}

/// Runs of a [`StateMachine`] with so many steps: `#[from(steps(..=200))] run: Steps<Bank>`.
///
/// Drawing such a value runs the machine, so it fails when a step does. A run has fewer steps than
/// it should if no action is enabled any more.
pub fn steps<M: StateMachine>(sizes: impl Into<Sizes>) -> AnySteps<M> {
    AnySteps {
        sizes: sizes.into(),
        machine: PhantomData,
    }
}

impl<M: StateMachine> Generate for Steps<M> {
    type Generator = AnySteps<M>;

    fn generator() -> AnySteps<M> {
        steps(..=50)
    }
}

impl<M: StateMachine> Generator for AnySteps<M> {}

impl<M: StateMachine> Draw for AnySteps<M> {
    type Value = Steps<M>;

    fn draw_from(&self, source: &mut Source) -> Steps<M> {
        const {
            assert!(M::ACTIONS > 0, "a state machine needs an action");
            assert!(M::ACTIONS <= ACTIONS_MAX, "at most 64 actions are possible");
        }
        source.begin_running();
        source.begin_listing(M::NAME);
        let mut step = Step { source };
        let mut state = M::initial(&mut step);
        step.held();
        state.check(&mut step);
        let count = run(&mut state, self.sizes, source);
        Steps {
            state,
            count,
            listing: source.end_listing(),
        }
    }
}

/// Runs steps from a state on, and returns how many there were.
fn run<M: StateMachine>(state: &mut M, sizes: Sizes, source: &mut Source) -> usize {
    let label = std::any::type_name::<M>();
    source.open(SpanKind::Collection, label);
    let length = source.choose_step_count(sizes.minimum(), sizes.maximum());
    source.begin_actions(M::ACTIONS);
    let mut bundles = M::Bundles::default();
    let mut enabled = [false; ACTIONS_MAX];
    let enabled = &mut enabled[..M::ACTIONS];
    let mut count = 0;
    while count < length {
        // Counted without a branch: in the machine, conditions may be unknown.
        let mut possible = 0;
        for (action, is_enabled) in enabled.iter_mut().enumerate() {
            *is_enabled = state.is_enabled(&bundles, action);
            possible += usize::from(*is_enabled);
        }
        if possible == 0 {
            // The shortest run that is allowed, and not shorter than this one, is the same.
            if length > count.max(sizes.minimum()) && source.tries_everything() {
                source.assume(false);
            }
            break;
        }
        source.step(label, |source| {
            let action = source.choose_favoured_action(enabled, M::WEIGHTS);
            let mut step = Step { source };
            state.act(&mut bundles, action, &mut step);
            step.held();
            state.check(&mut step);
        });
        count += 1;
    }
    source.close(false);
    count
}
