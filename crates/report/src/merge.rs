//! One failure that several engines found is one finding.
//!
//! Each engine's verdict keeps its own findings, because that is the evidence. People want to read a
//! failure once, with its simplest counterexample and the names of all engines that found it.

use proofhouse_evidence::{Engine, Failure, Finding};

use crate::document::PropertyReport;

/// A failure, its simplest counterexample, and who found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedFinding<'report> {
    /// The finding with the shortest token.
    pub finding: &'report Finding,
    /// Every engine that found the failure, in the order of the columns.
    pub engines: Vec<Engine>,
}

/// The distinct failures of a property, in the order in which the engines' columns show them.
///
/// Two findings are the same when kind and site agree; without a site, when the first lines of the
/// messages do.
pub fn merged_findings(property: &PropertyReport) -> Vec<MergedFinding<'_>> {
    let mut merged: Vec<MergedFinding<'_>> = Vec::new();
    for result in &property.results {
        let findings = match result.outcome.verdict() {
            Some(proofhouse_evidence::Verdict::Refuted { findings }) => findings.as_slice(),
            _ => &[],
        };
        for finding in findings {
            let known = merged
                .iter_mut()
                .find(|known| are_same(&known.finding.failure, &finding.failure));
            match known {
                Some(known) => known.absorb(finding, result.engine),
                None => merged.push(MergedFinding {
                    finding,
                    engines: vec![result.engine],
                }),
            }
        }
    }
    merged
}

impl<'report> MergedFinding<'report> {
    fn absorb(&mut self, other: &'report Finding, engine: Engine) {
        if is_simpler(other, self.finding) {
            self.finding = other;
        }
        if !self.engines.contains(&engine) {
            self.engines.push(engine);
        }
    }
}

/// Shorter tokens first; a counterexample whose values are known goes before one that was never run.
fn is_simpler(left: &Finding, right: &Finding) -> bool {
    let key = |finding: &Finding| {
        (
            finding.counterexample.arguments.is_empty(),
            finding.counterexample.token.len(),
        )
    };
    key(left) < key(right)
}

fn are_same(left: &Failure, right: &Failure) -> bool {
    left.kind == right.kind
        && match (&left.site, &right.site) {
            (Some(left), Some(right)) => left == right,
            _ => left.message.lines().next() == right.message.lines().next(),
        }
}

#[cfg(test)]
mod tests {
    use proofhouse_evidence::{
        Argument, Counterexample, FailureKind, PropertyDescription, Replay, Site, Statistics,
        Verdict,
    };

    use super::*;
    use crate::document::{EngineResult, Outcome};

    fn finding(line: u32, token: &str) -> Finding {
        Finding {
            failure: Failure {
                kind: FailureKind::Panic,
                message: format!("failed with {token}"),
                site: Some(Site {
                    file: "src/lib.rs".to_owned(),
                    line,
                    column: 5,
                }),
            },
            counterexample: Counterexample {
                token: token.to_owned(),
                arguments: vec![Argument {
                    name: "x".to_owned(),
                    value: "1".to_owned(),
                }],
                notes: vec![],
            },
            found_by: Engine::Random,
            replay: Replay::Reproduced,
        }
    }

    fn property(results: Vec<(Engine, Vec<Finding>)>) -> PropertyReport {
        let results = results
            .into_iter()
            .map(|(engine, findings)| EngineResult {
                engine,
                outcome: Outcome::Concluded {
                    verdict: Verdict::Refuted { findings },
                },
                statistics: Statistics::default(),
                remarks: vec![],
                observations: None,
                complaints: vec![],
                explanations: vec![],
                lines: vec![],
                traces: vec![],
                contracts_checked: vec![],
            })
            .collect();
        PropertyReport {
            description: PropertyDescription {
                path: "prop".to_owned(),
                statement: String::new(),
                file: "src/lib.rs".to_owned(),
                line: 1,
                arguments: vec!["x".to_owned()],
            },
            results,
        }
    }

    #[test]
    fn the_same_site_is_one_finding_with_the_simplest_token() {
        let report = property(vec![
            (Engine::Random, vec![finding(7, "long-token")]),
            (
                Engine::Symbolic,
                vec![finding(7, "short"), finding(9, "other")],
            ),
        ]);
        let merged = merged_findings(&report);
        let shown: Vec<_> = merged
            .iter()
            .map(|one| {
                (
                    one.finding.counterexample.token.as_str(),
                    one.engines.as_slice(),
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("short", &[Engine::Random, Engine::Symbolic][..]),
                ("other", &[Engine::Symbolic][..]),
            ]
        );
    }

    #[test]
    fn an_input_whose_values_are_unknown_never_hides_one_with_values() {
        let mut bare = finding(7, "a");
        bare.counterexample.arguments.clear();
        let report = property(vec![
            (Engine::Random, vec![finding(7, "long-token")]),
            (Engine::Symbolic, vec![bare]),
        ]);
        let token = &merged_findings(&report)[0].finding.counterexample.token;
        assert_eq!(token, "long-token");
    }

    #[test]
    fn without_a_site_the_message_decides() {
        let mut first = finding(1, "a");
        let mut second = finding(1, "b");
        first.failure.site = None;
        second.failure.site = None;
        let report = property(vec![(Engine::Random, vec![first, second])]);
        assert_eq!(merged_findings(&report).len(), 2);
    }
}
