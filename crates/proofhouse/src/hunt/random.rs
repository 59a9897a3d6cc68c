//! The random engine: cases by a seed, and for properties with targets a climb between them.
//!
//! # Invariants
//!
//! - A random case is a function of the seed and its number among the random ones; climbing does
//!   not shift the numbers.
//! - A passing case that nobody looks at is run without a record.
//! - A limit ends the run early, and its counts say how early.

use std::time::{Duration, Instant};

use proofhouse_choice::{Choice, Record};

use super::climb::Climb;
use super::{CASES_BETWEEN_PROGRESS, Confirmed, FLAKY_MAX, Hunt, Search};
use crate::case_context::{self, CaseEnd};
use crate::health::{Complaint, Sample};
use crate::observe;
use crate::source::Source;

/// What the random engine should do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RandomPlan {
    pub(crate) seed: u64,
    /// How many cases should run to their end.
    pub(crate) cases: u64,
    /// No case but the first begins after so long.
    pub(crate) time_max: Option<Duration>,
}

/// The random engine gives up when so many times the wanted cases were rejected.
const REJECTED_PER_CASE_MAX: u64 = 10;

/// So many cases without an end are enough to complain.
const OVERRUNS_MAX: u64 = 2;

/// How far a random run has come.
struct Progress {
    climb: Climb,
    sample: Sample,
    held: u64,
    rejected: u64,
    /// How many random cases were drawn; the number of the next one.
    drawn: u64,
    flaky: u64,
}

impl Hunt<'_> {
    /// Random cases: the simplest one, then those of the seed.
    pub(crate) fn random(&mut self, plan: RandomPlan) -> Search {
        let mut progress = Progress {
            climb: Climb::new(plan.seed),
            sample: Sample::default(),
            held: 0,
            rejected: 0,
            drawn: 0,
            flaky: 0,
        };
        observe::listen(true);
        let failed = self.random_cases(plan, &mut progress);
        observe::listen(false);
        let Progress {
            held,
            rejected,
            sample,
            ..
        } = progress;
        self.statistics.generated += held + progress.flaky + u64::from(failed.is_some());
        self.statistics.discarded += rejected;
        self.held = held;
        self.complaints = sample.complaints();
        if let Some(failed) = failed {
            return failed;
        }
        if rejected >= rejected_max(plan.cases) {
            self.complaints.push(Complaint::TooManyRejections {
                held,
                wanted: plan.cases,
                rejected,
            });
        }
        match self.flaky.take() {
            Some(flaky) => Search::Flaky(flaky),
            None if held == 0 => Search::Vacuous { rejected },
            None => Search::Held { cases: held },
        }
    }

    /// Runs cases until one fails or it is enough.
    fn random_cases(&mut self, plan: RandomPlan, progress: &mut Progress) -> Option<Search> {
        let deadline = plan
            .time_max
            .and_then(|time| Instant::now().checked_add(time));
        let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        let rejected_max = rejected_max(plan.cases);
        let mut ran = 0_u64;
        while progress.held < plan.cases && progress.rejected < rejected_max {
            let is_enough = progress.flaky >= FLAKY_MAX || progress.sample.overruns >= OVERRUNS_MAX;
            if is_enough || (ran > 0 && is_late()) {
                break;
            }
            let climber = progress.climb.propose();
            let (end, record) = self.random_case(plan.seed, climber.as_deref(), progress);
            if self.tally.end_case(end == CaseEnd::Held) {
                progress.climb.learn(self.tally.scores(), record.as_ref());
            }
            match end {
                CaseEnd::Held => progress.held += 1,
                CaseEnd::Rejected => progress.rejected += 1,
                CaseEnd::Failed(failure) => {
                    let source = source_of(plan.seed, climber.as_deref(), progress.drawn);
                    match self.confirm(failure, source).0 {
                        Confirmed::Fails(failing) => return Some(Search::Failed(failing)),
                        Confirmed::Flaky(flaky) => self.flaky.get_or_insert(flaky),
                    };
                    progress.flaky += 1;
                    observe::listen(true);
                }
            }
            ran += 1;
            progress.drawn += u64::from(climber.is_none());
            if ran.is_multiple_of(CASES_BETWEEN_PROGRESS) {
                self.tell(ran);
            }
        }
        None
    }

    /// Runs one case, with a record only if somebody needs it.
    fn random_case(
        &mut self,
        seed: u64,
        climber: Option<&[Choice]>,
        progress: &mut Progress,
    ) -> (CaseEnd, Option<Record>) {
        let mut source = source_of(seed, climber, progress.drawn);
        let is_sampled = climber.is_none() && progress.drawn.is_power_of_two();
        // Only a record has a limit. The first case shows a generator that never ends, and where one
        // case had no end another may have none.
        let is_limited = progress.drawn == 0 || progress.sample.overruns > 0;
        if is_sampled || is_limited || progress.climb.wants_records() {
            let (end, finished) = self.trial(source.recording());
            if is_sampled || finished.is_overrun {
                progress.sample.cases += 1;
                progress.sample.choices += finished.record.nodes().len() as u64;
                progress.sample.overruns += u64::from(finished.is_overrun);
            }
            (end, Some(finished.record))
        } else if self.case_file.is_some() {
            (self.trial(source).0, None)
        } else {
            let end = case_context::run_case(|| (self.case)(&mut source));
            (end, None)
        }
    }
}

fn rejected_max(cases: u64) -> u64 {
    cases.max(100).saturating_mul(REJECTED_PER_CASE_MAX)
}

/// A climber's case, or the random one of a number. The first is the simplest one: it is what a
/// reader would try first, too.
fn source_of(seed: u64, climber: Option<&[Choice]>, drawn: u64) -> Source {
    match climber {
        Some(choices) => Source::replay(choices.to_vec()),
        None if drawn == 0 => Source::replay(Vec::new()),
        None => Source::random(seed, drawn),
    }
}
