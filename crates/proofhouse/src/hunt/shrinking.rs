//! Making a failing case simple.
//!
//! # Invariants
//!
//! - What is returned failed when it was run last, in the way in which it failed at first.

use std::time::{Duration, Instant};

use proofhouse_choice::Record;
use proofhouse_choice::shrink::{Limits, Outcome, shrink};

use super::{Failing, Hunt, has_same_origin};
use crate::case_context::CaseEnd;
use crate::source::Source;

/// How many failures of different origins one search reports.
const FINDINGS_MAX: usize = 4;

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
    /// The simplest cases that fail as `failing` does, and those of other failures met on the way.
    ///
    /// Each is shrunk by itself, and only to cases of its own origin: a shrink that slipped from one
    /// failure to another would hide the first.
    pub(crate) fn shrink(&mut self, failing: Failing) -> Vec<Failing> {
        let time_max = self.shrink_limits.time_max;
        let deadline = time_max.and_then(|time| Instant::now().checked_add(time));
        let mut found = vec![failing];
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
        let (end, finished) = self.trial(Source::replay(failing.choices.clone()).recording());
        if !matches!(&end, CaseEnd::Failed(again) if has_same_origin(again, &failing.failure)) {
            return None;
        }
        let mut last = failing.failure.clone();
        // A run that decides more choices than the shortest failing one is never adopted.
        let mut length_max = finished.record.nodes().len();
        let (mut executions, mut is_late) = (0, false);
        let shrunk = shrink(finished.record, self.shrink_limits.limits, |choices| {
            is_late = is_late || deadline.is_some_and(|deadline| Instant::now() >= deadline);
            if is_late {
                // The passes come to their end, each candidate refused, without running anything.
                return Outcome {
                    fails: false,
                    is_execution: false,
                    record: Record::new(),
                };
            }
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
            executions += u64::from(finished.has_entered_body);
            if let Some(on_shrink) = &mut self.on_shrink {
                on_shrink(executions, length_max);
            }
            Outcome {
                fails,
                is_execution: finished.has_entered_body,
                record: finished.record,
            }
        });
        self.is_simplest &= shrunk.is_complete && !is_late;
        self.statistics.shrink_executions += shrunk.executions;
        Some(Failing {
            failure: last,
            choices: shrunk.record.choices(),
        })
    }
}
