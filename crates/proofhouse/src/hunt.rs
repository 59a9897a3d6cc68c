//! The native engines: running a case many times, each time on another input.
//!
//! A hunt owns what is counted and written ahead while cases run; the engines are its methods. It
//! works on any function from a source to an outcome and knows neither the environment nor how
//! anything is shown.
//!
//! # Invariants
//!
//! - A failure is believed when it happened twice: as found, and again with a record
//!   (`Search::Failed`); otherwise the case is not a function of its choices (`Search::Flaky`).
//! - Counts are of what ran. `AllHeld` is said only when the odometer ran through, every run met
//!   the questions it had to, and no limit was reached.
//! - A passing random case costs one unwinding guard and no memory.

use std::time::{Duration, Instant};

use proofhouse_choice::shrink::{Limits, Outcome, shrink};
use proofhouse_choice::{Choice, Odometer};
use proofhouse_evidence::{Argument, Failure, Statistics};

use crate::case_context::{self, CaseEnd};
use crate::case_file::CaseFile;
use crate::property::CaseOutcome;
use crate::source::{Finished, Source};

/// One case, given who decides.
pub(crate) type Case<'a> = dyn FnMut(&mut Source) -> CaseOutcome + 'a;

/// A running search for failures of one property.
pub(crate) struct Hunt<'a> {
    case: &'a mut Case<'a>,
    case_file: Option<CaseFile>,
    on_progress: Option<Box<dyn FnMut(u64) + 'a>>,
    /// What ran so far.
    pub(crate) statistics: Statistics,
}

/// What a search came to.
#[derive(Debug)]
pub(crate) enum Search {
    /// This case fails, each time.
    Failed(Failing),
    /// This case failed once, but not when it ran again.
    Flaky(Failing),
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

/// What is shown of a failing case.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) failing: Failing,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) notes: Vec<String>,
}

/// The random engine gives up when so many times the wanted cases were rejected.
const REJECTED_PER_CASE_MAX: u64 = 10;

/// How many failures of different origins one search reports.
const FINDINGS_MAX: usize = 4;

/// How often a random search looks up from its work.
const CASES_BETWEEN_PROGRESS: u64 = 256;

impl<'a> Hunt<'a> {
    pub(crate) fn new(case: &'a mut Case<'a>) -> Self {
        Self {
            case,
            case_file: None,
            on_progress: None,
            statistics: Statistics::default(),
        }
    }

    /// The same hunt, writing each case ahead.
    pub(crate) fn written_ahead(mut self, case_file: Option<CaseFile>) -> Self {
        self.case_file = case_file;
        self
    }

    /// The same hunt, telling now and then how many cases ran.
    pub(crate) fn telling(mut self, on_progress: impl FnMut(u64) + 'a) -> Self {
        self.on_progress = Some(Box::new(on_progress));
        self
    }

    /// Ends the hunt.
    pub(crate) fn finish(self) -> (Statistics, Option<CaseFile>) {
        (self.statistics, self.case_file)
    }

    /// Runs one case and keeps what its source kept.
    fn trial(&mut self, source: Source) -> (CaseEnd, Finished) {
        let mut source = source.written_ahead(self.case_file.take());
        let end = case_context::run_case(|| (self.case)(&mut source));
        let mut finished = source.finish();
        self.case_file = finished.case_file.take();
        (end, finished)
    }

    /// Random cases: the simplest one, then `cases - 1` by the seed. None but the first begins when
    /// the time is up.
    pub(crate) fn random(&mut self, seed: u64, cases: u64, time_max: Option<Duration>) -> Search {
        let deadline = time_max.and_then(|time| Instant::now().checked_add(time));
        let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        let rejected_max = cases.max(100).saturating_mul(REJECTED_PER_CASE_MAX);
        let (mut held, mut rejected) = (0, 0);
        let mut index = 0;
        while held < cases && rejected < rejected_max && (index == 0 || !is_late()) {
            let end = if self.case_file.is_none() {
                let mut source = random_source(seed, index);
                case_context::run_case(|| (self.case)(&mut source))
            } else {
                self.trial(random_source(seed, index)).0
            };
            match end {
                CaseEnd::Held => held += 1,
                CaseEnd::Rejected => rejected += 1,
                CaseEnd::Failed(failure) => {
                    self.statistics.generated += held + 1;
                    self.statistics.discarded += rejected;
                    return self.confirm(failure, random_source(seed, index));
                }
            }
            index += 1;
            if index.is_multiple_of(CASES_BETWEEN_PROGRESS) {
                self.tell(index);
            }
        }
        self.statistics.generated += held;
        self.statistics.discarded += rejected;
        if held == 0 {
            Search::Vacuous { rejected }
        } else {
            Search::Held { cases: held }
        }
    }

    /// Every input, if there are at most `inputs_max`.
    pub(crate) fn exhaustive(&mut self, inputs_max: u64) -> Search {
        let mut odometer = Odometer::new();
        let (mut held, mut rejected) = (0, 0);
        loop {
            let (end, finished) = self.trial(Source::odometer(odometer));
            odometer = finished.odometer.expect("an odometer went in");
            match end {
                CaseEnd::Held => held += 1,
                CaseEnd::Rejected => rejected += 1,
                CaseEnd::Failed(failure) => {
                    self.statistics.generated += held + 1;
                    self.statistics.discarded += rejected;
                    odometer.rewind();
                    return self.confirm(failure, Source::odometer(odometer));
                }
            }
            let is_vast = !odometer.cardinality().is_at_most(u128::from(inputs_max));
            let is_too_many = is_vast || held + rejected > inputs_max;
            let is_through = !odometer.advance();
            if is_too_many || is_through || odometer.has_diverged() {
                self.statistics.generated += held;
                self.statistics.discarded += rejected;
                return if odometer.has_diverged() {
                    Search::Diverged
                } else if is_too_many {
                    Search::TooMany { inputs_max }
                } else if held == 0 {
                    Search::Vacuous { rejected }
                } else {
                    Search::AllHeld { inputs: held }
                };
            }
            if (held + rejected).is_multiple_of(CASES_BETWEEN_PROGRESS) {
                self.tell(held + rejected);
            }
        }
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

    /// Runs a failing case once more, with a record, to learn its choices.
    fn confirm(&mut self, failure: Failure, source: Source) -> Search {
        let (end, finished) = self.trial(source.recording());
        let choices = finished.record.choices();
        match end {
            CaseEnd::Failed(again) if has_same_origin(&again, &failure) => {
                Search::Failed(Failing {
                    failure: again,
                    choices,
                })
            }
            _ => Search::Flaky(Failing { failure, choices }),
        }
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

    /// The simplest cases that fail as `failing` does, and those of other failures met on the way.
    ///
    /// Each is shrunk by itself, and only to cases of its own origin: a shrink that slipped from one
    /// failure to another would hide the first.
    pub(crate) fn shrink(&mut self, failing: Failing) -> Vec<Failing> {
        let mut found = vec![failing];
        let mut at = 0;
        while at < found.len() {
            let start = found[at].clone();
            if let Some(shrunk) = self.shrink_one(&start, &mut found) {
                found[at] = shrunk;
            }
            at += 1;
        }
        found
    }

    /// Shrinks one failing case, and adds failures of new origins to `found`.
    fn shrink_one(&mut self, failing: &Failing, found: &mut Vec<Failing>) -> Option<Failing> {
        let (end, finished) = self.trial(Source::replay(failing.choices.clone()).recording());
        if !matches!(&end, CaseEnd::Failed(again) if has_same_origin(again, &failing.failure)) {
            return None;
        }
        let mut last = failing.failure.clone();
        // A run that decides more choices than the shortest failing one is never adopted.
        let mut length_max = finished.record.nodes().len();
        let shrunk = shrink(finished.record, Limits::default(), |choices| {
            let (end, finished) = self.trial(Source::replay(choices.to_vec()).limited(length_max));
            let mut fails = false;
            if let CaseEnd::Failed(failure) = end {
                if has_same_origin(&failure, &failing.failure) {
                    fails = true;
                    length_max = length_max.min(finished.record.nodes().len());
                    last = failure;
                } else if found.len() < FINDINGS_MAX
                    && !found
                        .iter()
                        .any(|known| has_same_origin(&known.failure, &failure))
                {
                    found.push(Failing {
                        failure,
                        choices: finished.record.choices(),
                    });
                }
            }
            Outcome {
                fails,
                is_execution: finished.has_entered_body,
                record: finished.record,
            }
        });
        self.statistics.shrink_executions += shrunk.executions;
        Some(Failing {
            failure: last,
            choices: shrunk.record.choices(),
        })
    }

    fn tell(&mut self, done: u64) {
        if let Some(on_progress) = &mut self.on_progress {
            on_progress(done);
        }
    }
}

/// The first case is the simplest one: it is what a reader would try first, too.
fn random_source(seed: u64, index: u64) -> Source {
    if index == 0 {
        Source::replay(Vec::new())
    } else {
        Source::random(seed, index)
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
            |hunt, cases| hunt.random(1, cases, None),
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
            |hunt| hunt.random(1, 100, None),
        );
        assert!(matches!(search, Search::Flaky(_)), "{search:?}");

        let (search, statistics) = hunt_for(
            |source| {
                assert!(source.draw(any::<u8>()) < 200);
                CaseOutcome::Held
            },
            |hunt| hunt.random(1, 10_000, None),
        );
        assert!(matches!(search, Search::Failed(_)), "{search:?}");
        assert!(statistics.generated > 0);
    }
}
