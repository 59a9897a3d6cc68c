//! The trait under `#[state_machine]`.

use super::Step;

/// A system under test, what may happen to it, and what must hold.
///
/// [`#[state_machine]`](macro@crate::state_machine) implements it; by hand it looks like this:
///
/// ```
/// use proofhouse::prelude::*;
/// use proofhouse::stateful::{Bundle, Call, Passing, StateMachine, Step};
///
/// struct Pool {
///     used: Vec<bool>,
/// }
///
/// impl Pool {
///     fn new() -> Self {
///         Pool { used: Vec::new() }
///     }
///     fn claim(&mut self) -> usize {
///         self.used.push(true);
///         self.used.len() - 1
///     }
///     fn free(&mut self, place: usize) {
///         assert!(std::mem::replace(&mut self.used[place], false), "it was in use");
///     }
/// }
///
/// struct Places {
///     places: Bundle<usize>,
/// }
///
/// impl Default for Places {
///     fn default() -> Self {
///         Places { places: Bundle::of("place") }
///     }
/// }
///
/// impl StateMachine for Pool {
///     type Bundles = Places;
///     const NAME: &'static str = "Pool";
///     const ACTIONS: usize = 2;
///
///     fn initial(step: &mut Step<'_>) -> Self {
///         step.runs(|| Call::initial("new"));
///         Pool::new()
///     }
///
///     fn is_enabled(&self, bundles: &Places, action: usize) -> bool {
///         action == 0 || !bundles.places.is_empty()
///     }
///
///     fn act(&mut self, bundles: &mut Places, action: usize, step: &mut Step<'_>) {
///         if action == 0 {
///             step.runs(|| Call::action("claim").changing().result(bundles.places.next_variable()));
///             let place = self.claim();
///             bundles.places.put(step, place);
///         } else {
///             let (place, variable) = bundles.places.take(step);
///             step.runs(|| Call::action("free").changing().variable(variable, Passing::Copied));
///             self.free(place);
///         }
///     }
/// }
///
/// /// What is in use can be freed.
/// #[property]
/// fn prop_pool(_: Steps<Pool>) {}
/// # fn main() {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no state machine",
    note = "`#[state_machine]` on an `impl` block of the type makes it one"
)]
pub trait StateMachine: Sized {
    /// Earlier results that actions use: a structure of [`Bundle`](super::Bundle)s, or `()`.
    type Bundles: Default;

    /// The type as it is written in printed programs.
    const NAME: &'static str;

    /// How many actions there are: at least one, and at most 64.
    const ACTIONS: usize;

    /// How often each action happens in random runs, compared to others; empty if all are alike.
    const WEIGHTS: &'static [u32] = &[];

    /// Makes the first state.
    fn initial(step: &mut Step<'_>) -> Self;

    /// Whether an action may happen next. Numbers are from 0 to below [`Self::ACTIONS`]; smaller ones
    /// are simpler.
    fn is_enabled(&self, bundles: &Self::Bundles, action: usize) -> bool {
        let _ = (bundles, action);
        true
    }

    /// Draws the arguments of an action that is enabled, says what [runs](Step::runs), and runs it.
    fn act(&mut self, bundles: &mut Self::Bundles, action: usize, step: &mut Step<'_>);

    /// Checks what must hold at first and after each step: for each invariant, say that it
    /// [runs](Step::runs), and afterwards that it [held](Step::held).
    fn check(&self, step: &mut Step<'_>) {
        let _ = step;
    }
}
