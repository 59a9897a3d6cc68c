//! Making a failing case simple.
//!
//! # Invariants
//!
//! - What is returned failed when it was run last, in the way in which it failed at first.

use std::mem;
use std::time::{Duration, Instant};

use proofhouse_choice::Record;
use proofhouse_choice::shrink::{Limits, Outcome, Probe, shrink};
use proofhouse_evidence::Failure;

use super::{Failing, Hunt, has_same_origin};
use crate::case_context::CaseEnd;
use crate::source::Source;

/// When shrinking ends though it could go on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ShrinkLimits {
    limits: Limits,
    /// For all failures of one search together.
    time_max: Option<Duration>,
}

impl ShrinkLimits {
    /// So many executions and milliseconds, where these are given.
    pub(crate) fn of(executions_max: Option<u64>, time_ms: Option<u64>) -> Self {
        let limits = executions_max.map_or_else(Limits::default, |executions_max| Limits {
            executions_max,
            calls_max: executions_max.saturating_mul(5),
        });
        let time_max = Some(time_ms.map_or(SHRINK_TIME_MAX, Duration::from_millis));
        Self { limits, time_max }
    }
}

/// A person waits no longer than this for a simpler case, with a failing one at hand.
const SHRINK_TIME_MAX: Duration = Duration::from_secs(60);

impl Hunt<'_> {
    /// The simplest cases that fail as those in `found` do, and as others that were met on the way.
    ///
    /// Each is shrunk by itself, and only to cases of its own origin: a shrink that slipped from one
    /// failure to another would hide the first.
    pub(crate) fn shrink(&mut self, mut found: Vec<Failing>) -> Vec<Failing> {
        let time_max = self.shrink_limits.time_max;
        let deadline = time_max.and_then(|time| Instant::now().checked_add(time));
        let mut at = 0;
        while at < found.len() {
            let start = found[at].clone();
            if let Some(shrunk) = self.shrink_one(&start, deadline, &mut found) {
                found[at] = shrunk;
            }
            at += 1;
        }
        found
    }

    /// Shrinks one failing case, and adds failures of new origins to `found`.
    fn shrink_one(
        &mut self,
        failing: &Failing,
        deadline: Option<Instant>,
        found: &mut Vec<Failing>,
    ) -> Option<Failing> {
        let start = self.record_of(failing)?;
        let mut last = failing.failure.clone();
        // A run that decides more choices than the shortest failing one is never adopted.
        let mut length_max = start.nodes().len();
        let (mut executions, mut is_late) = (0, false);
        let failures_max = self.failures_max;
        let shrunk = shrink(start, self.shrink_limits.limits, |probe| {
            is_late = is_late || deadline.is_some_and(|deadline| Instant::now() >= deadline);
            if is_late {
                // The passes come to their end, each candidate refused, without running anything.
                return Outcome {
                    fails: false,
                    is_execution: false,
                };
            }
            let (failure, is_execution) = self.probe(probe, length_max);
            let is_same = |failure: &Failure| has_same_origin(failure, &failing.failure);
            let fails = failure.as_ref().is_some_and(is_same);
            match failure {
                Some(failure) if fails => {
                    length_max = length_max.min(probe.record.nodes().len());
                    last = failure;
                }
                Some(failure) => note_other(found, failures_max, failure, probe),
                None => {}
            }
            executions += u64::from(is_execution);
            if let Some(on_shrink) = &mut self.on_shrink {
                on_shrink(executions, length_max);
            }
            Outcome {
                fails,
                is_execution,
            }
        });
        self.is_simplest &= shrunk.is_complete && !is_late;
        self.statistics.shrink_executions += shrunk.executions;
        Some(Failing {
            failure: last,
            choices: shrunk.record.choices(),
        })
    }

    /// The record of a failing case: that of its confirmation, or of a run of it that fails again.
    fn record_of(&mut self, failing: &Failing) -> Option<Record> {
        let is_its = |record: &Record| {
            let decided = record.nodes().iter().map(|node| &node.choice);
            decided.eq(&failing.choices)
        };
        if let Some(record) = self.confirmed.take().filter(is_its) {
            return Some(record);
        }
        let (end, finished) = self.trial(Source::replay(failing.choices.clone()).recording());
        matches!(&end, CaseEnd::Failed(again) if has_same_origin(again, &failing.failure))
            .then_some(finished.record)
    }

    /// Runs a sequence of at most `length_max` choices. Says how it failed, and whether the body was
    /// entered.
    fn probe(&mut self, probe: &mut Probe, length_max: usize) -> (Option<Failure>, bool) {
        let choices = mem::take(&mut probe.choices);
        let source = Source::probe(choices, mem::take(&mut probe.record), length_max);
        let (end, finished) = self.trial(source);
        probe.choices = finished.replayed;
        probe.record = finished.record;
        let failure = match end {
            CaseEnd::Failed(failure) => Some(failure),
            CaseEnd::Held | CaseEnd::Rejected => None,
        };
        (failure, finished.has_entered_body)
    }
}

/// Keeps a failure that was met on the way, if none of its origin is known and there is room.
fn note_other(found: &mut Vec<Failing>, failures_max: usize, failure: Failure, probe: &Probe) {
    let is_known = |known: &Failing| has_same_origin(&known.failure, &failure);
    if found.len() < failures_max && !found.iter().any(is_known) {
        let choices = probe.record.choices();
        found.push(Failing { failure, choices });
    }
}
