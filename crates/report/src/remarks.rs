//! Below the table: what each verdict rests on, in full.
//!
//! A cell has room for a few words. Bounds, obstacles, reasons and remarks are listed here, one line
//! each; results that say the same about several properties share a line.

use proofhouse_evidence::{Complaint, Proof, Verdict};

use crate::document::{CheckReport, EngineResult, Outcome};
use crate::quantity::counted;
use crate::style::{Paint, Tone};
use crate::words::{bound_words, obstacle_words};

/// Property paths named on one line before the rest is only counted.
const PATHS_SHOWN_MAX: usize = 3;

/// The remarks, ending in a newline; empty when there is nothing to add.
pub(crate) fn remarks(report: &CheckReport, paint: Paint) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (_, property) in report.properties() {
        for result in &property.results {
            for sentence in sentences(result) {
                let sentence = format!("{}: {sentence}", result.engine.name());
                let path = property.description.path.clone();
                match groups.iter_mut().find(|(known, _)| *known == sentence) {
                    Some((_, paths)) => paths.push(path),
                    None => groups.push((sentence, vec![path])),
                }
            }
        }
    }
    let mut text = String::new();
    for (sentence, paths) in groups {
        text.push_str("  ");
        text.push_str(&paint.paint(Tone::Faint, &format!("{}:", shown(&paths))));
        text.push_str(&format!(" {sentence}\n"));
    }
    text
}

fn shown(paths: &[String]) -> String {
    let rest = paths.len().saturating_sub(PATHS_SHOWN_MAX);
    let names = paths[..paths.len() - rest].join(", ");
    match rest {
        0 => names,
        rest => format!("{names} and {} more", rest),
    }
}

fn sentences(result: &EngineResult) -> Vec<String> {
    let mut sentences = match &result.outcome {
        Outcome::NotRun { reason } => vec![format!("did not run: {reason}")],
        Outcome::Concluded { verdict } => verdict_sentences(verdict),
    };
    for complaint in &result.complaints {
        let Complaint {
            message,
            help,
            code,
            ..
        } = complaint;
        sentences.push(format!("{message} ({code}); {help}"));
    }
    sentences.extend(result.remarks.iter().cloned());
    sentences
}

pub(crate) fn verdict_sentences(verdict: &Verdict) -> Vec<String> {
    match verdict {
        Verdict::Proved {
            proof: Proof::Bounded { bounds },
        } => {
            let bounds: Vec<String> = bounds.iter().map(bound_words).collect();
            vec![format!("proved for {}", bounds.join(", "))]
        }
        Verdict::Vacuous { rejected } => vec![format!(
            "nothing was tested: {} failed an assumption, none satisfied all",
            counted(*rejected, "attempts")
        )],
        Verdict::Inconclusive { obstacles } => {
            let mut sentences = Vec::new();
            for obstacle in obstacles {
                sentences.push(obstacle_words(obstacle));
                if let proofhouse_evidence::Obstacle::NotReproduced { token, .. } = obstacle {
                    sentences.push(format!("the input that did not fail: {token}"));
                }
            }
            sentences
        }
        Verdict::Refuted { .. }
        | Verdict::Unhealthy { .. }
        | Verdict::Passed { .. }
        | Verdict::NotApplicable { .. }
        | Verdict::Proved {
            proof: Proof::AllInputs { .. } | Proof::Complete,
        } => Vec::new(),
    }
}
