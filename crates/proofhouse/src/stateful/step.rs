//! What one step of a stateful test can ask for and has to tell.

use std::fmt::{self, Debug};

use super::Call;
use crate::case_context;
use crate::generator::Draw;
use crate::source::Source;

/// One step of a stateful test, as its [`StateMachine`](super::StateMachine) sees it.
pub struct Step<'a> {
    pub(super) source: &'a mut Source,
}

impl Step<'_> {
    /// Draws an argument. Reports and bounds call it by its name.
    #[inline]
    pub fn draw<G: Draw>(&mut self, name: &'static str, generator: G) -> G::Value {
        self.source.draw_argument(name, generator)
    }

    /// Says which call comes next, after its arguments were drawn. `call` is only asked for when the
    /// program will be shown.
    #[inline]
    pub fn runs(&mut self, call: impl FnOnce() -> Call) {
        self.source.run_call(call);
    }

    /// Says that the call has returned, and all is well.
    #[inline]
    pub fn held(&mut self) {
        if let Some(listing) = self.source.listing() {
            listing.held();
        }
    }

    /// The value of a call that may have failed; if it has, the property is refuted.
    #[track_caller]
    pub fn settle<T, E: Debug>(&mut self, result: Result<T, E>) -> T {
        let caller = std::panic::Location::caller();
        self.settle_at(result, (caller.file(), caller.line(), caller.column()))
    }

    #[doc(hidden)]
    pub fn settle_at<T, E: Debug>(
        &mut self,
        result: Result<T, E>,
        place: (&'static str, u32, u32),
    ) -> T {
        match result {
            Ok(value) => value,
            Err(_) if self.source.is_machine() => {
                const MESSAGE: &str = "a step returned an error";
                crate::machine::fail(MESSAGE.as_ptr(), MESSAGE.len())
            }
            // Shrinking runs many failing cases and reads the message of the last one only.
            Err(_) if !self.source.is_observed() => case_context::fail(String::new(), place),
            Err(error) => case_context::fail(format!("{error:?}"), place),
        }
    }
}

impl Debug for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("source", self.source).finish()
    }
}
