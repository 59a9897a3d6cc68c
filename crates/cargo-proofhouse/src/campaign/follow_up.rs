//! What the solver could not finish, natively: the inputs of its paths, run and varied.
//!
//! The machine ends a path at what it can't execute, such as a file of the host. The inputs that lead
//! there got past every check before; natively the rest just runs. So the random engine, which has run its
//! cases by then, runs those inputs and as many variations of them as it ran cases.
//!
//! # Invariants
//!
//! - Nothing is begun with that is proved: neither a property that is proved for all inputs, nor inputs
//!   within the bounds of a proof. A variation of an input beyond the bounds may fall within them, when it
//!   makes a text shorter, say; natively nobody knows which choices a bound is about. That costs a case.
//! - A property of which a counterexample is known is left alone.
//! - What comes of it is a part of the random engine's result, whose verdict only a refutation changes.

use std::fs;

use proofhouse_evidence::{Engine, Event, Proof, Verdict};

use crate::campaign::deepen::add;
use crate::campaign::job::{Allowance, JobContext, Others, counterexamples, within};
use crate::campaign::{CheckResult, JobLabel, native_check};
use crate::engines::native::NativeTask;
use crate::error::CommandError;

/// What is said of a counterexample that was found so.
const FOUND_NEAR: &str = "found by varying inputs that the symbolic engine's paths need";

impl JobContext<'_> {
    /// Runs and varies the inputs that the symbolic engine has left; `None` if there is no use in it.
    pub(crate) fn follow_up(
        &self,
        label: &JobLabel<'_>,
        explored: &CheckResult,
        others: &Others,
        allowance: Allowance,
    ) -> Result<Option<CheckResult>, CommandError> {
        let has_random = self.settings.engines.contains(&Engine::Random);
        let is_decided = others.is_proved || !others.counterexamples.is_empty();
        let starts = &explored.starts;
        if !has_random || is_decided || starts.is_empty() || self.interrupt.is_requested() {
            return Ok(None);
        }
        let label = JobLabel {
            engine: Engine::Random,
            ..*label
        };
        let file = self.write_starts(starts)?;
        let task = NativeTask::Vary {
            starts: file.path().to_owned(),
            cases: self.settings.cases,
            seed: self.settings.seed,
        };
        let limits = within(self.settings.native, Some(allowance.time_max));
        let mut hear = |event: &Event| {
            // The first run's counts stand; what this one counts is added to them.
            if matches!(event, Event::Failed { .. }) {
                self.observer.engine_said(&label, event);
            }
        };
        let run = self.run_natively(&label, &task, limits, &mut hear)?;
        let mut replay = |token: &str, how| self.replay(&label, token, how);
        let mut result = native_check::conclude(&run, &task, limits, &mut replay)?;
        if result.is_refuted() {
            result.remarks.push(FOUND_NEAR.to_owned());
            self.observer.found_later(&label, &result);
        }
        Ok(Some(self.keep(&label, result)))
    }

    /// A file with a token on each line.
    fn write_starts(&self, starts: &[String]) -> Result<tempfile::NamedTempFile, CommandError> {
        let failed = |source| CommandError::Io {
            doing: "writing inputs for the random engine",
            path: self.scratch.to_owned(),
            source,
        };
        let file = tempfile::NamedTempFile::new_in(self.scratch).map_err(failed)?;
        fs::write(file.path(), starts.join("\n") + "\n").map_err(failed)?;
        Ok(file)
    }
}

impl Others {
    /// Takes in what came of a job.
    pub(crate) fn learn(&mut self, result: &CheckResult) {
        self.counterexamples.extend(counterexamples(result));
        if let Some(Verdict::Proved {
            proof: Proof::AllInputs { .. } | Proof::Complete,
        }) = result.outcome.verdict()
        {
            self.is_proved = true;
        }
    }
}

impl CheckResult {
    fn is_refuted(&self) -> bool {
        matches!(self.outcome.verdict(), Some(Verdict::Refuted { .. }))
    }

    /// Adds what the random engine's second run came to.
    pub(crate) fn absorb(&mut self, later: Self) {
        add(&mut self.statistics, &later.statistics);
        if later.is_refuted() && !self.is_refuted() {
            self.outcome = later.outcome;
            self.remarks.extend(later.remarks);
            self.explanations.extend(later.explanations);
        }
    }
}

#[cfg(test)]
mod tests {
    use proofhouse_evidence::{Failure, FailureKind, Finding, Statistics};

    use super::*;

    fn refuted() -> Verdict {
        let finding = Finding {
            failure: Failure {
                kind: FailureKind::Panic,
                message: "broken".to_owned(),
                site: None,
            },
            counterexample: proofhouse_evidence::Counterexample {
                token: "ph1:t".to_owned(),
                arguments: vec![],
                notes: vec![],
            },
            found_by: Engine::Random,
            replay: proofhouse_evidence::Replay::Reproduced,
        };
        Verdict::Refuted {
            findings: vec![finding],
        }
    }

    fn check(later: Verdict, expected: &Verdict) {
        let statistics = |generated| Statistics {
            generated,
            ..Statistics::default()
        };
        let passed = Verdict::Passed { cases: 256 };
        let mut result = CheckResult::concluded(passed, statistics(256));
        result.absorb(CheckResult::concluded(later, statistics(40)));
        assert_eq!(result.outcome.verdict(), Some(expected));
        assert_eq!(result.statistics.generated, 296);
    }

    #[test]
    fn only_a_refutation_changes_what_the_first_run_said() {
        let passed = Verdict::Passed { cases: 256 };
        check(Verdict::Passed { cases: 40 }, &passed);
        check(Verdict::Vacuous { rejected: 3 }, &passed);
        check(Verdict::Inconclusive { obstacles: vec![] }, &passed);
        check(refuted(), &refuted());
    }

    #[test]
    fn proofs_and_counterexamples_are_learned() {
        let mut others = Others::default();
        let learn = |others: &mut Others, verdict| {
            others.learn(&CheckResult::concluded(verdict, Statistics::default()));
        };
        let bounded = Proof::Bounded {
            bounds: vec![],
            contracts: vec![],
        };
        learn(&mut others, Verdict::Passed { cases: 1 });
        learn(&mut others, Verdict::Proved { proof: bounded });
        assert!(!others.is_proved && others.counterexamples.is_empty());
        learn(&mut others, refuted());
        assert_eq!(others.counterexamples, ["ph1:t"]);
        let proof = Proof::AllInputs { inputs: 2 };
        learn(&mut others, Verdict::Proved { proof });
        assert!(others.is_proved);
    }
}
