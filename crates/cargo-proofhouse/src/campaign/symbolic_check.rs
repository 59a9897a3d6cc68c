//! One property with the symbolic engine, from the first size to the confirmed verdict.

use proofhouse_evidence::{FailureKind, Obstacle, Statistics, Verdict};
use proofhouse_report::Outcome;

use crate::campaign::confirm::{Candidate, Replayer};
use crate::campaign::deepen::Deepened;
use crate::campaign::native_check::confirm_all;
use crate::campaign::{CheckResult, INTERRUPTED};
use crate::error::CommandError;

/// Turns what deepening came to into a result, replaying whatever was found.
///
/// # Errors
///
/// Whatever the replayer reports.
pub(crate) fn conclude(
    deepened: Deepened,
    replay: &mut Replayer<'_>,
) -> Result<CheckResult, CommandError> {
    let Deepened {
        verdict,
        statistics,
        remarks,
    } = deepened;
    let verdict = match verdict {
        Some(Verdict::Refuted { findings }) => {
            let candidates = findings
                .into_iter()
                .map(|finding| Candidate {
                    token: finding.counterexample.token,
                    found_by: finding.found_by,
                    // Natively undefined behaviour may look like anything. Shrinking would follow
                    // whatever it looks like.
                    may_shrink: finding.failure.kind != FailureKind::UndefinedBehaviour,
                    failure: finding.failure,
                })
                .collect();
            confirm_all(candidates, replay)?
        }
        other => other,
    };
    Ok(match verdict {
        Some(verdict) => CheckResult {
            outcome: Outcome::Concluded { verdict },
            statistics,
            remarks,
        },
        None => CheckResult::not_run(INTERRUPTED, statistics),
    })
}

/// The result when the property's program cannot be explored at all.
pub(crate) fn unavailable(reason: String) -> CheckResult {
    CheckResult {
        outcome: Outcome::Concluded {
            verdict: Verdict::Inconclusive {
                obstacles: vec![Obstacle::Unsupported {
                    what: reason,
                    called_from: None,
                }],
            },
        },
        statistics: Statistics::default(),
        remarks: Vec::new(),
    }
}
