//! Below the table: what each verdict rests on, in full.
//!
//! A cell has room for a few words. Bounds, obstacles, reasons and remarks are listed here, one line
//! each; results that say the same about several properties share a line. A program that asks for a
//! hundred files meets a hundred obstacles, of which the first few say enough: the JSON form has all.

use proofhouse_evidence::{Complaint, Obstacle, Proof, Verdict};

use crate::document::{CheckReport, EngineResult, Outcome};
use crate::quantity::counted;
use crate::style::{Paint, Tone};
use crate::words::{bound_words, obstacle_words};

/// Property paths named on one line before the rest is only counted.
const PATHS_SHOWN_MAX: usize = 3;

/// Obstacles of one result that are listed before the rest is only counted.
const OBSTACLES_SHOWN_MAX: usize = 8;

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
            proof: Proof::Bounded { bounds, .. },
        } if !bounds.is_empty() => {
            let bounds: Vec<String> = bounds.iter().map(bound_words).collect();
            vec![format!("proved for {}", bounds.join(", "))]
        }
        Verdict::Vacuous { rejected } => vec![format!(
            "nothing was tested: {} failed an assumption, none satisfied all",
            counted(*rejected, "attempts")
        )],
        Verdict::Inconclusive { obstacles } => {
            let mut sentences = Vec::new();
            for obstacle in obstacles.iter().take(OBSTACLES_SHOWN_MAX) {
                sentences.push(obstacle_words(obstacle));
                if let Obstacle::NotReproduced { token, .. }
                | Obstacle::ContractTooWeak { token, .. } = obstacle
                {
                    sentences.push(format!("the input that did not fail: {token}"));
                }
            }
            let rest = obstacles.len().saturating_sub(OBSTACLES_SHOWN_MAX);
            if rest > 0 {
                let more = counted(rest as u64, "more obstacles");
                sentences.push(format!("{more}, which the JSON form lists"));
            }
            sentences
        }
        Verdict::Refuted { .. }
        | Verdict::Unhealthy { .. }
        | Verdict::Passed { .. }
        | Verdict::NotApplicable { .. }
        | Verdict::Proved {
            proof: Proof::AllInputs { .. } | Proof::Complete | Proof::Bounded { .. },
        } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_obstacles_are_counted_and_few_are_listed() {
        let obstacle = |number: usize| Obstacle::Unsupported {
            what: format!("open64 of `{number}`"),
            called_from: Some("load".to_owned()),
        };
        for (count, last) in [(8, "open64 of `7`"), (256, "248 more obstacles")] {
            let obstacles = (0..count).map(obstacle).collect();
            let sentences = verdict_sentences(&Verdict::Inconclusive { obstacles });
            assert_eq!(sentences.len(), count.min(OBSTACLES_SHOWN_MAX + 1));
            let found = sentences
                .last()
                .is_some_and(|sentence| sentence.contains(last));
            assert!(found, "{sentences:?}");
        }
    }
}
