//! One property with the symbolic engine, from the first size to the confirmed verdict.

use proofhouse_evidence::{Finding, Obstacle, Statistics, Verdict};

use crate::campaign::confirm::{Candidate, Replayer};
use crate::campaign::deepen::Deepened;
use crate::campaign::native_check::{Confirmed, confirm_all};
use crate::campaign::{CheckResult, INTERRUPTED};
use crate::engines::worker::Contracts;
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
        lines,
        starts,
        contracts,
    } = deepened;
    let confirmed = match verdict {
        Some(Verdict::Refuted { findings }) => {
            let candidates = findings.into_iter().map(candidate).collect();
            let confirmed = confirm_all(candidates, replay)?;
            confirmed.map(|confirmed| blame(confirmed, &contracts))
        }
        other => other.map(|verdict| Confirmed {
            verdict,
            explanations: Vec::new(),
        }),
    };
    Ok(match confirmed {
        Some(Confirmed {
            verdict,
            explanations,
        }) => CheckResult {
            remarks,
            explanations,
            lines,
            starts,
            contracts_checked: contracts.checked.into_iter().collect(),
            ..CheckResult::concluded(verdict, statistics)
        },
        None => CheckResult::not_run(INTERRUPTED, statistics),
    })
}

/// Where contracts stood for bodies, an input that does not fail natively shows that one of them allows
/// what its function never does.
fn blame(mut confirmed: Confirmed, contracts: &Contracts) -> Confirmed {
    if let Verdict::Inconclusive { obstacles } = &mut confirmed.verdict
        && !contracts.assumed.is_empty()
    {
        for obstacle in obstacles {
            if let Obstacle::NotReproduced { failure, token } = obstacle {
                *obstacle = Obstacle::ContractTooWeak {
                    contracts: contracts.assumed.iter().cloned().collect(),
                    failure: std::mem::take(failure),
                    token: std::mem::take(token),
                };
            }
        }
    }
    confirmed
}

fn candidate(finding: Finding) -> Candidate {
    Candidate {
        token: finding.counterexample.token,
        found_by: finding.found_by,
        // Natively undefined behaviour may look like anything. Shrinking would follow whatever it
        // looks like.
        may_shrink: !finding.failure.kind.is_seen_by_machine_alone(),
        failure: finding.failure,
    }
}

/// The result when the property's program cannot be explored at all.
pub(crate) fn unavailable(reason: String) -> CheckResult {
    let obstacle = Obstacle::Unsupported {
        what: reason,
        called_from: None,
    };
    let obstacles = vec![obstacle];
    CheckResult::concluded(Verdict::Inconclusive { obstacles }, Statistics::default())
}
