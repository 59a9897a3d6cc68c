//! A harness as a property without arguments: what its attributes ask for, and how one case runs.
//!
//! # Invariants
//!
//! - A harness whose attributes ask for what an engine cannot do is rejected natively and unsupported
//!   in the machine, both before its body starts.

use proofhouse::__private::Options;
use proofhouse::{Source, machine};

use crate::choose;

/// What the attributes of a harness ask for. Made by `#[kani::proof]`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Harness {
    /// `#[kani::unwind(n)]`.
    pub unwind: Option<u32>,
    /// `#[kani::should_panic]`.
    pub should_panic: bool,
    /// What no engine can do for this harness, as a clause.
    pub unsupported: Option<&'static str>,
}

/// The options of a harness's property.
#[doc(hidden)]
pub const OPTIONS: Options = Options {
    cases: None,
    time_ms: None,
    inputs_max: None,
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
pub fn run(harness: &Harness, source: &mut Source, body: impl FnOnce()) {
    source.enter_body();
    if let Some(what) = harness.unsupported {
        unsupported(what);
    }
    if !source.is_machine() {
        choose::lend(source, body);
        return;
    }
    if let Some(most) = harness.unwind {
        machine::bound_loops(most as usize);
    }
    body();
}

/// Ends the case: nothing can be said about it, for this reason.
pub(crate) fn unsupported(what: &str) -> ! {
    if machine::is_active() {
        machine::unsupported(what.as_ptr(), what.len());
    }
    proofhouse::assume(false);
    unreachable!("a rejected case goes no further")
}
