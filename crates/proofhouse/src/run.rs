//! Checking a property that is a closure: for benchmarks, tools and tests of generators.
//!
//! The engines and the path of a passing case are those of `#[property]`. What is missing is all
//! that surrounds a test: nothing is read from the environment, printed, stored or journaled.

use std::time::Instant;

use proofhouse_choice::Choice;
use proofhouse_evidence::{Engine, Statistics, Verdict, microseconds};

use crate::case_context;
use crate::conclusion::{Concluded, Concluding};
use crate::generator::Draw;
use crate::hunt::{Hunt, RandomPlan, Search};
use crate::property::{CaseOutcome, Conclusion};
use crate::source::Source;

/// How a closure should be checked.
///
/// ```
/// use proofhouse::evidence::Verdict;
/// use proofhouse::prelude::*;
/// use proofhouse::Run;
///
/// let outcome = Run::new().seed(7).check(any::<u32>(), |value| assert!(value < 1000));
/// assert!(matches!(outcome.verdict, Verdict::Refuted { .. }));
/// assert_eq!(outcome.counterexample, Some(1000));
/// ```
#[derive(Debug, Clone)]
pub struct Run {
    engine: RunEngine,
    seed: u64,
    cases: u64,
    inputs_max: u64,
    shrinks: bool,
}

/// Which engine checks a closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RunEngine {
    /// Exhaustive where there are few inputs, else random.
    #[default]
    Automatic,
    /// Random cases.
    Random,
    /// Every input.
    Exhaustive,
}

/// What came of checking a closure.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome<T> {
    /// The conclusion. The token of a finding has neither package nor property in it.
    pub verdict: Verdict,
    /// What ran.
    pub statistics: Statistics,
    /// The value that refutes the property; none if drawing it is what fails, as with [`Steps`].
    ///
    /// [`Steps`]: crate::Steps
    pub counterexample: Option<T>,
    /// The choices that made it.
    pub choices: Vec<Choice>,
}

/// How many random cases are run where nothing else is asked for.
pub(crate) const CASES: u64 = 256;

/// How many inputs are enumerated before the automatic choice prefers random cases: enough for
/// a byte and a nibble, and with a body of a millisecond still done within seconds.
pub(crate) const AUTOMATIC_INPUTS_MAX: u64 = 4096;

/// How many inputs are enumerated when that was asked for.
pub(crate) const INPUTS_MAX: u64 = 1_000_000;

impl Default for Run {
    fn default() -> Self {
        let engine = RunEngine::Automatic;
        Self {
            engine,
            seed: 0,
            cases: CASES,
            inputs_max: INPUTS_MAX,
            shrinks: true,
        }
    }
}

impl Run {
    /// 256 cases of seed 0, or all inputs where these are few.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same run with another engine.
    #[must_use]
    pub fn engine(self, engine: RunEngine) -> Self {
        Self { engine, ..self }
    }

    /// The same run with another seed.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The same run with another number of random cases.
    #[must_use]
    pub fn cases(self, cases: u64) -> Self {
        Self { cases, ..self }
    }

    /// The same run with another limit on inputs to enumerate.
    #[must_use]
    pub fn inputs_max(self, inputs_max: u64) -> Self {
        Self { inputs_max, ..self }
    }

    /// The same run, shrinking what it finds or not.
    #[must_use]
    pub fn shrinking(self, shrinks: bool) -> Self {
        Self { shrinks, ..self }
    }

    /// Checks that `body` holds for every value of `generator`, until the first failure. Failures of
    /// other origins are reported, too, if shrinking meets them.
    pub fn check<G: Draw, R: Conclusion>(
        &self,
        generator: G,
        mut body: impl FnMut(G::Value) -> R,
    ) -> Outcome<G::Value> {
        let started = Instant::now();
        let mut case = |source: &mut Source| {
            let value = source.draw(&generator);
            if !source.enter_body() {
                return CaseOutcome::Rejected;
            }
            body(value).conclude(source)
        };
        let mut hunt = Hunt::new(&mut case);
        let (engine, search) = self.search(&mut hunt);
        let concluding = Concluding {
            package: "",
            property: "",
            engine,
            shrinks: self.shrinks,
            seeks_others: false,
            explains: false,
        };
        let Concluded {
            verdict, choices, ..
        } = concluding.conclude(&mut hunt, search, |_, _| {});
        let mut statistics = hunt.statistics;
        drop(hunt);
        statistics.elapsed_us = microseconds(started.elapsed());
        let is_refuted = matches!(verdict, Verdict::Refuted { .. });
        let mut counterexample = None;
        if is_refuted {
            // A generator may run the code under test, and then it fails here too.
            case_context::run_case(|| {
                counterexample = Some(Source::replay(choices.clone()).draw(&generator));
                CaseOutcome::Held
            });
        }
        Outcome {
            verdict,
            statistics,
            counterexample,
            choices,
        }
    }

    fn search(&self, hunt: &mut Hunt<'_>) -> (Engine, Search) {
        if self.engine != RunEngine::Random {
            let inputs_max = match self.engine {
                RunEngine::Automatic => self.inputs_max.min(AUTOMATIC_INPUTS_MAX),
                _ => self.inputs_max,
            };
            let search = hunt.exhaustive(inputs_max);
            if self.engine == RunEngine::Exhaustive || !matches!(search, Search::TooMany { .. }) {
                return (Engine::Exhaustive, search);
            }
        }
        let plan = RandomPlan {
            seed: self.seed,
            cases: self.cases,
            time_max: None,
            pool: None,
        };
        (Engine::Random, hunt.random(plan))
    }
}
