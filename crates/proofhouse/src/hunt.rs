//! The native engines: running a case many times, each time on another input.
//!
//! A hunt owns what is counted and written ahead while cases run; the engines are its methods. It
//! works on any function from a source to an outcome and knows neither the environment nor how
//! anything is shown.
//!
//! # Invariants
//!
//! - A failure is believed when it happened five times: as found, and whenever its case was run
//!   again (`Search::Failed`); otherwise the case is not a function of its choices. The search
//!   then goes on, and ends as `Search::Flaky` unless it finds a failure that always happens.
//! - Counts are of what ran. `AllHeld` is said only when the odometer ran through, every run met
//!   the questions it had to, and no limit was reached.
//! - A passing random case costs one unwinding guard and no memory.

mod climb;
mod exhaustive;
mod explain;
mod others;
mod random;
mod shrinking;
mod vary;

pub(crate) use explain::Explained;
pub(crate) use random::RandomPlan;
pub(crate) use shrinking::ShrinkLimits;
pub(crate) use vary::VaryPlan;

use proofhouse_choice::{Choice, Odometer, Record};
use proofhouse_evidence::{Argument, Failure, Statistics};

use crate::case_context::{self, CaseEnd};
use crate::case_file::CaseFile;
use crate::health::Complaint;
use crate::observe::{self, Tally};
use crate::property::CaseOutcome;
use crate::source::{Finished, Source};
use others::Unfinished;

/// One case, given who decides.
pub(crate) type Case<'a> = dyn FnMut(&mut Source) -> CaseOutcome + 'a;

/// A running search for failures of one property.
pub(crate) struct Hunt<'a> {
    case: &'a mut Case<'a>,
    pub(crate) case_file: Option<CaseFile>,
    on_progress: Option<Box<dyn FnMut(u64) + 'a>>,
    on_shrink: Option<Box<dyn FnMut(u64, usize) + 'a>>,
    shrink_limits: ShrinkLimits,
    /// What ran so far.
    pub(crate) statistics: Statistics,
    /// What the cases reported of themselves.
    pub(crate) tally: Tally,
    /// What is wrong with the inputs.
    pub(crate) complaints: Vec<Complaint>,
    /// The first failure that did not always happen, if the search went on to another end.
    pub(crate) flaky: Option<Flaky>,
    /// Cases that held, in a search through many.
    pub(crate) held: u64,
    /// The record of the failure that was confirmed last: shrinking begins with it.
    confirmed: Option<Record>,
    /// The arguments of the failure that was confirmed last, before shrinking.
    pub(crate) first_seen: Vec<Argument>,
    /// Whether no shrink was ended by its limits.
    pub(crate) is_simplest: bool,
    /// How many failures of different origins are looked for.
    failures_max: usize,
    /// How many cases had run when the search went on for other failures.
    pub(crate) first_after: Option<u64>,
    /// Where the search stopped that found a failure.
    unfinished: Option<Unfinished>,
}

/// What a search came to.
#[derive(Debug)]
pub(crate) enum Search {
    /// This case fails, each time.
    Failed(Failing),
    /// This case failed, but not each time.
    Flaky(Flaky),
    /// So many cases held, at least one.
    Held { cases: u64 },
    /// So many cases held, and there are no others.
    AllHeld { inputs: u64 },
    /// No case was tested.
    Vacuous { rejected: u64 },
    /// There are more inputs than allowed.
    TooMany { inputs_max: u64 },
    /// The generators asked different questions after the same answers.
    Diverged,
}

/// A case that fails.
#[derive(Debug, Clone)]
pub(crate) struct Failing {
    pub(crate) failure: Failure,
    pub(crate) choices: Vec<Choice>,
}

/// A case that does not always fail.
#[derive(Debug, Clone)]
pub(crate) struct Flaky {
    pub(crate) failing: Failing,
    pub(crate) arguments: Vec<Argument>,
    /// How often it failed.
    pub(crate) failed: u32,
    /// How often it ran.
    pub(crate) runs: u32,
}

/// What came of running a failing case again.
#[derive(Debug)]
pub(crate) enum Confirmed {
    Fails(Failing),
    Flaky(Flaky),
}

/// What is shown of a failing case.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) failing: Failing,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) notes: Vec<String>,
}

/// How often a new failure is run again before it is believed.
pub(crate) const RERUNS: u32 = 4;

/// After so many failures that did not always happen, a search stops looking for one that does.
const FLAKY_MAX: u64 = 16;

/// How many failures of different origins one search reports where nothing else is asked for.
pub(crate) const FAILURES_MAX: usize = 4;

/// How often a random search looks up from its work.
const CASES_BETWEEN_PROGRESS: u64 = 256;

impl<'a> Hunt<'a> {
    pub(crate) fn new(case: &'a mut Case<'a>) -> Self {
        Self {
            case,
            case_file: None,
            on_progress: None,
            statistics: Statistics::default(),
            tally: Tally::default(),
            complaints: Vec::new(),
            flaky: None,
            on_shrink: None,
            shrink_limits: ShrinkLimits::default(),
            held: 0,
            confirmed: None,
            first_seen: Vec::new(),
            is_simplest: true,
            failures_max: FAILURES_MAX,
            first_after: None,
            unfinished: None,
        }
    }

    /// The same hunt, writing each case ahead.
    pub(crate) fn written_ahead(mut self, case_file: Option<CaseFile>) -> Self {
        self.case_file = case_file;
        self
    }

    /// The same hunt, for at most so many failures of different origins; the first is always told.
    pub(crate) fn finding_at_most(mut self, failures_max: usize) -> Self {
        self.failures_max = failures_max;
        self
    }

    /// The same hunt, telling now and then how many cases ran.
    pub(crate) fn telling(mut self, on_progress: impl FnMut(u64) + 'a) -> Self {
        self.on_progress = Some(Box::new(on_progress));
        self
    }

    /// The same hunt with other limits on shrinking.
    pub(crate) fn shrinking_within(mut self, limits: ShrinkLimits) -> Self {
        self.shrink_limits = limits;
        self
    }

    /// The same hunt, telling now and then how many executions shrinking took, and how many choices
    /// are left.
    pub(crate) fn telling_of_shrinks(mut self, on_shrink: impl FnMut(u64, usize) + 'a) -> Self {
        self.on_shrink = Some(Box::new(on_shrink));
        self
    }

    /// Runs one case and keeps what its source kept.
    fn trial(&mut self, mut source: Source) -> (CaseEnd, Finished) {
        if let Some(case_file) = self.case_file.take() {
            source = source.written_ahead(case_file);
        }
        let end = case_context::run_case(|| (self.case)(&mut source));
        let mut finished = source.finish();
        self.case_file = finished.case_file.take();
        if finished.is_overrun {
            // Whatever became of a case that was abandoned.
            return (CaseEnd::Rejected, finished);
        }
        (end, finished)
    }

    /// One stored case. Also says whether its choices are what the generators ask for.
    pub(crate) fn replay(&mut self, choices: Vec<Choice>) -> (Search, bool) {
        let (end, finished) = self.trial(Source::replay(choices).recording());
        self.statistics.replayed += 1;
        let search = match end {
            CaseEnd::Held => Search::Held { cases: 1 },
            CaseEnd::Rejected => {
                self.statistics.discarded += 1;
                Search::Vacuous { rejected: 1 }
            }
            CaseEnd::Failed(failure) => Search::Failed(Failing {
                failure,
                choices: finished.record.choices(),
            }),
        };
        (search, finished.fit.is_exact())
    }

    /// The arguments of one stored case as text, without running the property. `None` when the
    /// generators ask for other choices.
    pub(crate) fn arguments(&mut self, choices: Vec<Choice>) -> Option<Vec<Argument>> {
        let source = Source::replay(choices).observed().stopping_at_body();
        let (_, finished) = self.trial(source);
        (finished.has_entered_body && finished.fit.is_exact()).then_some(finished.arguments)
    }

    /// Runs a failing case again and again, to learn its choices and whether it always fails. Gives
    /// back the odometer that was in the source.
    pub(crate) fn confirm(
        &mut self,
        failure: Failure,
        source: Source,
    ) -> (Confirmed, Option<Odometer>) {
        // What these runs report of themselves would be counted twice.
        observe::listen(false);
        let (end, finished) = self.trial(source.observed());
        let choices = finished.record.choices();
        let mut failing = Failing { failure, choices };
        let fails_again = |end: CaseEnd, failing: &mut Failing| match end {
            CaseEnd::Failed(again) if has_same_origin(&again, &failing.failure) => {
                failing.failure = again;
                1
            }
            _ => 0,
        };
        let mut failed = 1 + fails_again(end, &mut failing);
        let mut choices = failing.choices.clone();
        for _ in 1..RERUNS {
            let (end, finished) = self.trial(Source::replay(choices));
            failed += fails_again(end, &mut failing);
            choices = finished.replayed;
        }
        let runs = 1 + RERUNS;
        let confirmed = if failed == runs {
            self.first_seen = finished.arguments;
            self.confirmed = Some(finished.record);
            Confirmed::Fails(failing)
        } else {
            Confirmed::Flaky(Flaky {
                failing,
                arguments: finished.arguments,
                failed,
                runs,
            })
        };
        (confirmed, finished.odometer)
    }

    /// Runs a failing case a last time, to learn what people want to see. `None` when it did not
    /// fail in the same way.
    pub(crate) fn show(&mut self, failing: &Failing) -> Option<Shown> {
        let source = Source::replay(failing.choices.clone()).observed();
        let ((end, finished), notes) = case_context::with_notes(|| self.trial(source));
        let CaseEnd::Failed(failure) = end else {
            return None;
        };
        let choices = finished.record.choices();
        has_same_origin(&failure, &failing.failure).then_some(Shown {
            failing: Failing { failure, choices },
            arguments: finished.arguments,
            notes,
        })
    }

    fn tell(&mut self, done: u64) {
        if let Some(on_progress) = &mut self.on_progress {
            on_progress(done);
        }
    }
}

/// Whether two failures are the same finding. Messages differ with the values in them.
pub(crate) fn has_same_origin(left: &Failure, right: &Failure) -> bool {
    left.kind == right.kind && left.site == right.site
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::{any, vec};

    fn plan(cases: u64) -> RandomPlan {
        RandomPlan {
            seed: 1,
            cases,
            time_max: None,
            pool: None,
        }
    }

    fn hunt_for(
        mut case: impl FnMut(&mut Source) -> CaseOutcome,
        search: impl FnOnce(&mut Hunt<'_>) -> Search,
    ) -> (Search, Statistics) {
        let mut hunt = Hunt::new(&mut case);
        let search = search(&mut hunt);
        (search, hunt.statistics)
    }

    #[test]
    fn the_odometer_proves_and_counts_what_ran() {
        let mut seen = Vec::new();
        let (search, statistics) = hunt_for(
            |source| {
                let value = source.draw(any::<u8>());
                case_context::assume(value % 2 == 0);
                seen.push(value);
                CaseOutcome::Held
            },
            |hunt| hunt.exhaustive(256),
        );
        assert!(
            matches!(search, Search::AllHeld { inputs: 128 }),
            "{search:?}"
        );
        assert_eq!((statistics.generated, statistics.discarded), (128, 128));
        seen.sort_unstable();
        assert_eq!(seen, (0..=255).step_by(2).collect::<Vec<u8>>());
    }

    #[test]
    fn a_large_domain_is_left_at_once() {
        let check = |inputs_max, ran_max, draw: fn(&mut Source)| {
            let mut ran = 0;
            let (search, _) = hunt_for(
                |source| {
                    draw(source);
                    ran += 1;
                    CaseOutcome::Held
                },
                |hunt| hunt.exhaustive(inputs_max),
            );
            assert!(matches!(search, Search::TooMany { .. }), "{search:?}");
            assert!(ran <= ran_max, "{ran} cases ran");
        };
        check(255, 1, |source| assert!(source.draw(any::<u8>()) < 9));
        check(1_000_000, 1, |source| {
            assert!(source.draw(any::<u64>()) < 9)
        });
        check(1_000_000, 2, |source| {
            drop(source.draw(vec(any::<u32>(), 0..9)))
        });
    }

    #[test]
    fn a_generator_that_changes_its_mind_proves_nothing() {
        let mut asked = 0;
        let (search, _) = hunt_for(
            |source| {
                asked += 1;
                source.draw(0..=asked % 3);
                CaseOutcome::Held
            },
            |hunt| hunt.exhaustive(1000),
        );
        assert!(matches!(search, Search::Diverged), "{search:?}");
    }

    #[test]
    fn nothing_tested_is_vacuous() {
        for search in [
            (|hunt, inputs| hunt.exhaustive(inputs)) as fn(&mut Hunt<'_>, u64) -> Search,
            |hunt, cases| hunt.random(plan(cases)),
        ] {
            let (search, statistics) = hunt_for(
                |source| {
                    source.draw(any::<u8>());
                    source.reject()
                },
                |hunt| search(hunt, 256),
            );
            assert!(matches!(search, Search::Vacuous { .. }), "{search:?}");
            assert_eq!(statistics.generated, 0);
        }
    }

    #[test]
    fn a_failure_is_believed_only_when_it_happens_again() {
        let mut runs = 0;
        let (search, _) = hunt_for(
            |_| {
                runs += 1;
                assert!(runs != 5, "only once");
                CaseOutcome::Held
            },
            |hunt| hunt.random(plan(100)),
        );
        let Search::Flaky(flaky) = search else {
            panic!("{search:?}")
        };
        assert_eq!((flaky.failed, flaky.runs), (1, 5));

        let (search, statistics) = hunt_for(
            |source| {
                assert!(source.draw(any::<u8>()) < 200);
                CaseOutcome::Held
            },
            |hunt| hunt.random(plan(10_000)),
        );
        assert!(matches!(search, Search::Failed(_)), "{search:?}");
        assert!(statistics.generated > 0);
    }
}
