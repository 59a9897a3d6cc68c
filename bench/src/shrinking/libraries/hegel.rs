//! Hegel on a problem.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use hegel::{HealthCheck, Hegel, Phase, Settings, Verbosity};

use super::super::outcome::Run;
use super::super::problem::{Judgement, Problem};
use super::super::watch;
use super::CASES_MAX;

pub(super) fn run<P: Problem>(seed: u64) -> Run {
    let settings = Settings::from_profile("base")
        .test_cases(u64::from(CASES_MAX))
        .seed(Some(seed))
        .database(None)
        .verbosity(Verbosity::Quiet)
        .print_blob(false)
        .phases([Phase::Generate, Phase::Shrink])
        .suppress_health_check(HealthCheck::all());
    watch::start();
    let run = Hegel::new(
        |case: hegel::TestCase| match watch::judge::<P>(&P::hegel(&case)) {
            Judgement::Holds => {}
            // Unwinding is its only way to fail. Without the panic hook it is cheapest.
            Judgement::Fails => resume_unwind(Box::new("the property fails")),
            Judgement::Rejected => case.assume(false),
        },
    )
    .settings(settings);
    // It runs the answer again for its report, so the last failing input is the answer.
    let result = catch_unwind(AssertUnwindSafe(|| run.run()));
    result.err().and_then(|_| watch::finish::<P>(None))
}
