//! The random engine: cases by a seed, and for properties with targets a climb between them.
//!
//! # Invariants
//!
//! - A random case is a function of the seed, its number among the random ones and the pool of
//!   constants; climbing does not shift the numbers.
//! - A passing case that nobody looks at is run without a record.
//! - A limit ends the run early, and its counts say how early.

use std::time::{Duration, Instant};

use proofhouse_choice::{Choice, Record};

use super::climb::Climb;
use super::others::Unfinished;
use super::{CASES_BETWEEN_PROGRESS, Confirmed, FLAKY_MAX, Hunt, Search};
use crate::case_context::{self, CaseEnd};
use crate::constants::Pool;
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
    /// Constants of the code under test.
    pub(crate) pool: Option<Pool>,
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
            let (end, record) = self.random_case(plan, climber.as_deref(), progress);
            if self.tally.end_case(end == CaseEnd::Held) {
                progress.climb.learn(self.tally.scores(), record.as_ref());
            }
            match end {
                CaseEnd::Held => progress.held += 1,
                CaseEnd::Rejected => progress.rejected += 1,
                CaseEnd::Failed(failure) => {
                    let source = source_of(plan, climber.as_deref(), progress.drawn);
                    match self.confirm(failure, source).0 {
                        Confirmed::Fails(failing) => {
                            self.unfinished = Some(Unfinished::Random {
                                plan,
                                next: progress.drawn + u64::from(climber.is_none()),
                                left: plan.cases - progress.held - 1,
                                deadline,
                            });
                            return Some(Search::Failed(failing));
                        }
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
        plan: RandomPlan,
        climber: Option<&[Choice]>,
        progress: &mut Progress,
    ) -> (CaseEnd, Option<Record>) {
        let mut source = source_of(plan, climber, progress.drawn);
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
pub(super) fn source_of(plan: RandomPlan, climber: Option<&[Choice]>, drawn: u64) -> Source {
    match climber {
        Some(choices) => Source::replay(choices.to_vec()),
        None if drawn == 0 => Source::replay(Vec::new()),
        None => Source::random_with(plan.pool, plan.seed, drawn),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::generator::{Generate as _, any, text, vec};
    use crate::property::CaseOutcome;

    /// A package in a folder of its own, with this source.
    fn package(name: &str, source: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(folder.join("src/lib.rs"), source).unwrap();
        folder
    }

    /// How many of 20 seeds find a failure within the default number of cases.
    fn found(pool: Option<Pool>, body: fn(&mut Source)) -> u64 {
        let finds = |seed: &u64| {
            let plan = RandomPlan {
                seed: *seed,
                cases: crate::run::CASES,
                time_max: None,
                pool,
            };
            let mut case = |source: &mut Source| {
                body(source);
                CaseOutcome::Held
            };
            matches!(Hunt::new(&mut case).random(plan), Search::Failed(_))
        };
        (0..20).filter(finds).count() as u64
    }

    const BODIES: [fn(&mut Source); 6] = [
        |source| assert_ne!(source.draw(u64::generator()), 0xdead_beef_cafe),
        |source| assert_ne!(source.draw(any::<i64>()), -0xdead_beef_cafe),
        |source| assert_ne!(source.draw(text(..40)), "--frobnicate"),
        |source| assert!(!source.draw(vec(any::<u8>(), ..)).starts_with(b"MAGIC")),
        |source| assert_ne!(source.draw(any::<f64>()), 1234.5),
        |source| {
            let (left, right) = source.draw((any::<bool>(), any::<u32>()));
            assert!(!left || right != 0x00c0_ffee);
        },
    ];

    #[test]
    fn constants_of_the_sources_are_found() {
        let filling: String = (0..10)
            .map(|n| format!("let x = ({}, \"word{n}\", {n}9.75);", 5_000 + 7 * n))
            .collect();
        let literals = r#"(0x_dead_beef_cafe, "--frobnicate", b"MAGIC", 1234.5, 0x00c0_ffee)"#;
        let with = package("proofhouse-with", &format!("{filling} let y = {literals};"));
        let without = package("proofhouse-without", &filling);
        let lib = Path::new("src/lib.rs");
        let [with_pool, without_pool] =
            [&with, &without].map(|folder| Pool::of_package(folder, lib));
        for (at, body) in BODIES.into_iter().enumerate() {
            assert_eq!(found(with_pool, body), 20, "body {at}");
            assert_eq!(found(without_pool, body), 0, "body {at}");
            assert_eq!(found(None, body), 0, "body {at}");
        }
        for folder in [with, without] {
            fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn a_case_is_a_function_of_seed_index_and_pool() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let pool = Pool::of_package(here, Path::new("src/hunt/random.rs"));
        assert!(pool.is_some());
        let draw = |pool, index| {
            let mut source = Source::random_with(pool, 9, index);
            source.draw((any::<u64>(), text(..), vec(any::<u8>(), ..), any::<char>()))
        };
        let mut differing = 0;
        for index in 1..400 {
            assert_eq!(draw(pool, index), draw(pool, index));
            differing += u32::from(draw(pool, index) != draw(None, index));
        }
        assert!((50..=100).contains(&differing), "{differing} of 400");
    }
}
