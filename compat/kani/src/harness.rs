//! A harness as a property without arguments: what its attributes ask for, and how one case runs.
//!
//! # Invariants
//!
//! - A harness whose attributes ask for what an engine cannot do is rejected natively and unsupported
//!   in the machine, both before its body starts.

use proofhouse::__private::{Asked, CaseOutcome, Options, must_panic};
use proofhouse::{Source, machine};

use crate::choose;
use crate::contracts::NEVER_CALLED;

/// What the attributes of a harness ask for. Made by `#[kani::proof]`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Harness {
    /// `#[kani::unwind(n)]`.
    pub unwind: Option<u32>,
    /// `#[kani::should_panic]`.
    pub should_panic: bool,
    /// Replaces the functions of `#[kani::stub(original, replacement)]`.
    pub replace: Option<fn()>,
    /// Says of which functions the contracts are checked, and stand for bodies.
    pub ask: Option<fn() -> Asked>,
    /// `#[kani::proof_for_contract(function)]`.
    pub checks_contract: bool,
}

/// The options of a harness's property.
#[doc(hidden)]
pub const OPTIONS: Options = Options {
    cases: None,
    time_ms: None,
    inputs_max: None,
    failures_max: None,
    is_health_checked: false,
};

/// What cargo says of the package that is compiled; nothing, where cargo does not compile it.
#[doc(hidden)]
#[must_use]
pub const fn package(variable: Option<&'static str>) -> &'static str {
    match variable {
        Some(text) => text,
        None => "",
    }
}

/// Whether a harness was called by another one, which then just runs its body.
#[doc(hidden)]
#[must_use]
pub fn skips_registration() -> bool {
    choose::is_running()
}

/// Runs one case of a harness.
#[doc(hidden)]
pub fn run(harness: &Harness, source: &mut Source, body: impl FnOnce()) -> CaseOutcome {
    if !source.enter_body() {
        return CaseOutcome::Rejected;
    }
    let _asked = harness.ask.map(|ask| ask());
    let should_panic = harness.should_panic;
    if !source.is_machine() {
        if harness.replace.is_some() {
            unsupported("`#[kani::stub(..)]` outside of the machine");
        }
        choose::lend(source, || run_body(should_panic, body));
        return CaseOutcome::Held;
    }
    if let Some(replace) = harness.replace {
        replace();
    }
    if let Some(most) = harness.unwind {
        machine::bound_loops(most as usize);
    }
    if harness.checks_contract {
        machine::require_once(false, NEVER_CALLED.as_ptr(), NEVER_CALLED.len());
        machine::leave_statics_open();
    }
    run_body(should_panic, body);
    CaseOutcome::Held
}

/// What no case of a harness did that should panic.
const NEVER_PANICS: &str =
    "no input makes it panic, but `#[kani::should_panic]` says that some does";

fn run_body(should_panic: bool, body: impl FnOnce()) {
    if !should_panic {
        return body();
    }
    let has_panicked = must_panic(body).is_ok();
    if machine::is_active() {
        machine::require_once(has_panicked, NEVER_PANICS.as_ptr(), NEVER_PANICS.len());
    }
    // Chance alone may miss the inputs that panic; an enumeration may not.
    proofhouse::__private::cover(has_panicked, "the harness panics", Some(1e-4));
}

/// Ends the case: nothing can be said about it, for this reason.
pub(crate) fn unsupported(what: &str) -> ! {
    if machine::is_active() {
        machine::unsupported(what.as_ptr(), what.len());
    }
    proofhouse::assume(false);
    unreachable!("a rejected case goes no further")
}
