//! What a running case leaves behind on its thread: panics, notes and rejections.
//!
//! The code under test may panic in any way, and so may helper functions that reject a case; none
//! of them has a handle to the runner. So the runner marks its thread as running a case. While the
//! mark is there, a process-wide panic hook keeps message and place instead of printing them.
//! Panics of other threads, and of this one outside of cases, print as always.
//!
//! # Invariants
//!
//! - The hook that was installed before ours still sees every panic that is not a case's.
//! - Thousands of failing cases, as in shrinking, print nothing.
//!
//! # Not here
//!
//! Anything under the machine: it sees panics itself.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::{self, AssertUnwindSafe, Location, PanicHookInfo};
use std::sync::Once;

use proofhouse_evidence::{Failure, FailureKind, Site};

use crate::machine;
use crate::property::CaseOutcome;

thread_local! {
    static RUNS_CASE: Cell<bool> = const { Cell::new(false) };
    static LAST_PANIC: RefCell<Option<Failure>> = const { RefCell::new(None) };
    static NOTES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// How one case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CaseEnd {
    /// The property holds for it.
    Held,
    /// An assumption or a generator did not want it.
    Rejected,
    /// The property does not hold for it.
    Failed(Failure),
}

/// The payload that unwinds a rejected case. Private, so that only the runner can tell.
struct Rejection;

/// The payload that unwinds a case in which a step returned an error.
struct ReturnedError {
    message: String,
    site: Site,
}

/// Ends the current case as failed, because what is at `place` returned an error.
pub(crate) fn fail(message: String, place: (&str, u32, u32)) -> ! {
    let (file, line, column) = place;
    let file = file.to_owned();
    let site = Site { file, line, column };
    panic::resume_unwind(Box::new(ReturnedError { message, site }))
}

/// Whether a payload is that of a rejected case, which no failure may be made of.
pub(crate) fn is_rejection(payload: &(dyn Any + Send)) -> bool {
    payload.is::<Rejection>()
}

/// Ends the current case as rejected.
pub(crate) fn reject() -> ! {
    panic::resume_unwind(Box::new(Rejection))
}

/// Continues only if `condition` holds; otherwise the case is rejected and another one tried.
///
/// Works in the property as well as in any function that it calls, natively and in the machine.
/// Natively a rejection unwinds, so a `catch_unwind` around it must pass it on.
#[inline]
pub fn assume(condition: bool) {
    if machine::is_active() {
        machine::assume(condition);
    } else if !condition {
        reject();
    }
}

/// Keeps a note for the report if this case turns out to be the counterexample. See [`note!`].
///
/// [`note!`]: crate::note
#[doc(hidden)]
pub fn note(text: fmt::Arguments<'_>) {
    if machine::is_active() {
        return;
    }
    // Only the final run of a counterexample listens; in all others the text is not even formatted.
    let is_wanted = NOTES.with_borrow(Option::is_some);
    if is_wanted {
        let text = text.to_string();
        NOTES.with_borrow_mut(|notes| notes.as_mut().expect("someone listens").push(text));
    }
}

/// Runs `case` and also returns the notes that it left.
pub(crate) fn with_notes<R>(case: impl FnOnce() -> R) -> (R, Vec<String>) {
    NOTES.set(Some(Vec::new()));
    let result = case();
    (result, NOTES.take().unwrap_or_default())
}

/// Runs one case to its end, whatever that is.
pub(crate) fn run_case(case: impl FnOnce() -> CaseOutcome) -> CaseEnd {
    install_hook();
    // A case may run another one, to see what it does.
    let runs_around = RUNS_CASE.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(case));
    RUNS_CASE.set(runs_around);
    match result {
        Ok(CaseOutcome::Held) => CaseEnd::Held,
        Ok(CaseOutcome::ReturnedError(message)) => CaseEnd::Failed(Failure {
            kind: FailureKind::ReturnedError,
            message,
            site: None,
        }),
        Ok(CaseOutcome::Rejected) => CaseEnd::Rejected,
        Err(payload) if is_rejection(&*payload) => CaseEnd::Rejected,
        Err(payload) => CaseEnd::Failed(failure_of(payload)),
    }
}

fn failure_of(payload: Box<dyn Any + Send>) -> Failure {
    match payload.downcast::<ReturnedError>() {
        Ok(returned) => Failure {
            kind: FailureKind::ReturnedError,
            message: returned.message,
            site: Some(returned.site),
        },
        Err(payload) => failure_of_panic(&*payload),
    }
}

fn failure_of_panic(payload: &(dyn Any + Send)) -> Failure {
    // What the hook saw last may have been caught; a payload that was thrown past the hook, by
    // `resume_unwind`, has no place of its own. The message tells them apart.
    let message = message_of(payload);
    let seen = LAST_PANIC
        .take()
        .filter(|failure| failure.message == message);
    seen.unwrap_or(Failure {
        kind: FailureKind::Panic,
        message,
        site: None,
    })
}

fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // The thread-local may be gone in a thread that is just ending.
            if RUNS_CASE.try_with(Cell::get).unwrap_or(false) {
                keep(info);
            } else {
                previous(info);
            }
        }));
    });
}

fn keep(info: &PanicHookInfo<'_>) {
    let failure = Failure {
        kind: FailureKind::Panic,
        message: message_of(info.payload()),
        site: info.location().map(site_of),
    };
    LAST_PANIC.set(Some(failure));
}

fn site_of(location: &Location<'_>) -> Site {
    let (line, column) = (location.line(), location.column());
    Site {
        file: location.file().to_owned(),
        line,
        column,
    }
}

fn message_of(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic whose payload is not a text".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_kept_with_its_place() {
        let end = run_case(|| panic!("of {}", 3));
        let CaseEnd::Failed(failure) = end else {
            panic!("{end:?}")
        };
        assert_eq!(
            (failure.kind, &*failure.message),
            (FailureKind::Panic, "of 3")
        );
        let site = failure.site.unwrap();
        assert_eq!((&*site.file, site.line > 0), (file!(), true));
    }

    #[test]
    fn a_panic_that_was_caught_inside_is_no_failure() {
        let end = run_case(|| {
            let inner = panic::catch_unwind(|| panic!("inner"));
            assert!(inner.is_err());
            CaseOutcome::Held
        });
        assert_eq!(end, CaseEnd::Held);
        let end = run_case(|| panic::resume_unwind(Box::new(7)));
        let CaseEnd::Failed(failure) = end else {
            panic!("{end:?}")
        };
        assert_eq!(failure.message, "a panic whose payload is not a text");
    }

    #[test]
    fn an_assumption_rejects_from_a_helper_function() {
        fn helper(value: u8) {
            assume(value > 3);
        }
        assert_eq!(
            run_case(|| {
                helper(4);
                CaseOutcome::Held
            }),
            CaseEnd::Held
        );
        assert_eq!(
            run_case(|| {
                helper(3);
                CaseOutcome::Held
            }),
            CaseEnd::Rejected
        );
    }

    #[test]
    fn notes_are_kept_only_for_those_who_listen() {
        note(format_args!("unheard"));
        let ((), notes) = with_notes(|| note(format_args!("heard {}", 1)));
        assert_eq!(notes, ["heard 1"]);
    }
}
