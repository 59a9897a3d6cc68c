//! For which reasons a property fails a check, in plain words: what tools want that have their own way
//! of showing things.

use proofhouse_evidence::{Complaint, Verdict};

use crate::document::PropertyReport;
use crate::finding::plain_finding;
use crate::merge::merged_findings;

/// One reason for which a property fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed {
    /// What happened, as one line.
    pub(crate) what: String,
    /// Everything that is known of it, in lines.
    pub(crate) details: String,
}

/// Every reason, each once, whichever engine gave it.
pub(crate) fn failures(property: &PropertyReport) -> Vec<Failed> {
    let mut failures: Vec<Failed> = merged_findings(property)
        .iter()
        .map(|merged| {
            let message = &merged.finding.failure.message;
            Failed {
                what: format!("refuted: {}", message.lines().next().unwrap_or_default()),
                details: plain_finding(property, merged),
            }
        })
        .collect();
    for result in property.results.iter().filter(|one| one.is_failure()) {
        let complaints: &[Complaint] = match result.outcome.verdict() {
            Some(Verdict::Unhealthy { complaints }) => complaints,
            Some(Verdict::Vacuous { .. }) => &result.complaints,
            _ => &[],
        };
        for Complaint {
            code,
            message,
            help,
            ..
        } in complaints.iter().filter(|complaint| complaint.is_grave)
        {
            failures.push(Failed {
                what: format!("{}: {message}", result.engine.name()),
                details: format!("{message} ({code})\nhelp: {help}\n"),
            });
        }
    }
    failures
}
