//! What came of one run, and of all runs of a library on a problem.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock;
use crate::report::Shrunk;

/// One run of one library on one problem with one seed. `None`: it found no failure.
pub(crate) type Run = Option<Outcome>;

/// A failure that was found and shrunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Calls of the property after the first that failed.
    pub(crate) executions: u64,
    /// Processor time of the library for them.
    pub(crate) engine: Duration,
    /// The final answer as `Debug` prints it.
    pub(crate) answer: String,
    /// Whether it is an accepted minimum.
    pub(crate) is_minimal: bool,
}

impl Outcome {
    /// Microseconds of the library for an execution.
    fn engine_us(&self) -> f64 {
        self.engine.as_secs_f64() * 1e6 / self.executions.max(1) as f64
    }
}

/// All runs of a library on a problem; `None` when it can't take it on.
pub(crate) fn summarize(runs: Vec<Option<Run>>) -> Option<Shrunk> {
    let runs: Vec<Run> = runs.into_iter().collect::<Option<_>>()?;
    let found: Vec<&Outcome> = runs.iter().flatten().collect();
    let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    let mut answers: BTreeMap<&str, usize> = BTreeMap::new();
    for outcome in &found {
        *answers.entry(&outcome.answer).or_default() += 1;
    }
    let answer = answers
        .iter()
        .max_by_key(|(_, count)| **count)
        .map_or("", |(answer, _)| answer);
    let executions: Vec<f64> = found
        .iter()
        .map(|outcome| outcome.executions as f64)
        .collect();
    let engine_us: Vec<f64> = found.iter().map(|outcome| outcome.engine_us()).collect();
    Some(Shrunk {
        found_percent: percent(found.len(), runs.len()),
        minimal_percent: percent(found.iter().filter(|o| o.is_minimal).count(), found.len()),
        answers: answers.len() as u64,
        executions: clock::median(&executions),
        engine_us: clock::median(&engine_us),
        answer: answer.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(executions: u64, engine_us: u64, answer: &str) -> Option<Run> {
        let engine = Duration::from_micros(engine_us);
        let is_minimal = answer == "0";
        Some(Some(Outcome {
            executions,
            engine,
            answer: answer.to_owned(),
            is_minimal,
        }))
    }

    #[test]
    fn runs_are_summed_up() {
        let runs = vec![
            outcome(10, 30, "0"),
            outcome(20, 30, "0"),
            outcome(70, 40, "8"),
            Some(None),
        ];
        let shrunk = summarize(runs).unwrap();
        assert_eq!((shrunk.found_percent, shrunk.answers), (75.0, 2));
        assert_eq!((shrunk.executions, shrunk.engine_us), (20.0, 1.5));
        assert_eq!(
            (shrunk.minimal_percent.round(), &*shrunk.answer),
            (67.0, "0")
        );
    }

    #[test]
    fn a_library_that_cannot_take_part_has_no_figures() {
        assert_eq!(summarize(vec![None, None]), None);
        let never_found = summarize(vec![Some(None)]).unwrap();
        assert_eq!((never_found.found_percent, never_found.answers), (0.0, 0));
    }
}
