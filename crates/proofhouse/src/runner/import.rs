//! From a failing example to a failing case of choices.
//!
//! An example is values in the source. If the generators can tell which choices make these values, a
//! failure can be shrunk and stored as every other. Otherwise it is reported as it was written.
//!
//! # Invariants
//!
//! - What is imported fails in the same way, with arguments that print the same. A generator whose
//!   inverse is wrong costs the shrinking, never the failure.

use std::cell::Cell;

use proofhouse_choice::Choice;

use crate::case_context::run_case;
use crate::hunt::{Failing, Hunt, Search, has_same_origin};
use crate::property::{CaseOutcome, Example};

/// The choices of a failing example, if they fail as it does. `runs_example` says which of the two
/// the hunt runs; it is left at what failed last.
pub(super) fn import(
    hunt: &mut Hunt<'_>,
    failing: &Failing,
    example: Option<&Example>,
    runs_example: &Cell<bool>,
) -> Option<Failing> {
    let written = hunt.show(failing)?;
    let choices = choices_of(example?)?;
    runs_example.set(false);
    let imported = fails_alike(hunt, &written.failing, choices)
        .filter(|(_, arguments)| *arguments == written.arguments);
    runs_example.set(imported.is_none());
    let (imported, arguments) = imported?;
    hunt.first_seen = arguments;
    Some(imported)
}

fn fails_alike(
    hunt: &mut Hunt<'_>,
    failing: &Failing,
    choices: Vec<Choice>,
) -> Option<(Failing, Vec<proofhouse_evidence::Argument>)> {
    let (Search::Failed(again), true) = hunt.replay(choices) else {
        return None;
    };
    let shown = hunt.show(&again)?;
    has_same_origin(&again.failure, &failing.failure).then_some((again, shown.arguments))
}

/// The values are expressions of the user's, and may panic.
fn choices_of(example: &Example) -> Option<Vec<Choice>> {
    let mut choices = None;
    run_case(|| {
        choices = (example.encode)().ok();
        CaseOutcome::Held
    });
    choices
}
