//! The words for a verdict: short for a cell of the table, whole for the remarks below it.
//!
//! # Invariants
//!
//! - `proved` stands alone only for [`Proof::Complete`]; every other proof names its reach.
//! - A verdict that is not a proof never contains the word.

use proofhouse_evidence::{Bound, Obstacle, Proof, Statistics, Verdict};

use crate::document::{EngineResult, Outcome};
use crate::quantity::{count, counted, duration};
use crate::style::Tone;

/// What a cell of the table says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    /// The verdict.
    pub(crate) verdict: String,
    /// The work and the time behind it; may be empty.
    pub(crate) work: String,
    /// What it means to the reader.
    pub(crate) tone: Tone,
}

/// The cell for one engine's result.
pub(crate) fn cell(result: &EngineResult) -> Cell {
    match &result.outcome {
        Outcome::NotRun { .. } => Cell {
            verdict: "not run".to_owned(),
            work: String::new(),
            tone: Tone::Unsure,
        },
        Outcome::Concluded {
            verdict: Verdict::NotApplicable { .. },
        } => Cell {
            verdict: "–".to_owned(),
            work: String::new(),
            tone: Tone::Faint,
        },
        Outcome::Concluded { verdict } => Cell {
            verdict: verdict_words(verdict),
            work: work(verdict, &result.statistics),
            tone: tone(verdict),
        },
    }
}

/// A verdict in a few words.
pub fn verdict_words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Refuted { .. } => "REFUTED".to_owned(),
        Verdict::Proved { proof } => match proof {
            Proof::Complete => "proved".to_owned(),
            Proof::AllInputs { inputs: 1 } => "proved: the only input".to_owned(),
            Proof::AllInputs { inputs } => format!("proved: all {} inputs", count(*inputs)),
            Proof::Bounded { bounds, contracts } => {
                let extent = match bounds.as_slice() {
                    [] => String::new(),
                    bounds => format!(" to {}", reach(bounds)),
                };
                format!("proved{extent}{}", given(contracts))
            }
        },
        Verdict::Passed { cases } => format!("passed {}", counted(*cases, "cases")),
        Verdict::Unhealthy { complaints } => match complaints.first() {
            Some(complaint) => format!("UNHEALTHY: {}", health_word(&complaint.code)),
            None => "UNHEALTHY".to_owned(),
        },
        Verdict::Vacuous { .. } => "vacuous".to_owned(),
        Verdict::Inconclusive { obstacles } => match obstacles.split_first() {
            None => "inconclusive".to_owned(),
            Some((first, [])) => format!("inconclusive: {}", obstacle_words(first)),
            Some((first, rest)) => {
                format!(
                    "inconclusive: {} (+{} more)",
                    obstacle_words(first),
                    rest.len()
                )
            }
        },
        Verdict::NotApplicable { reason } => reason.clone(),
    }
}

/// `too rare` for `health/too-rare`.
fn health_word(code: &str) -> String {
    let name = code.rsplit('/').next().unwrap_or(code);
    name.replace('-', " ")
}

/// The reach of a bounded proof: each distinct extent once, in the order of the bounds.
fn reach(bounds: &[Bound]) -> String {
    let mut extents: Vec<String> = Vec::new();
    for bound in bounds {
        let extent = counted(bound.most, &bound.unit);
        if !extents.contains(&extent) {
            extents.push(extent);
        }
    }
    match extents.as_slice() {
        [] => "unnamed bounds".to_owned(),
        [all] => all.clone(),
        [first, second] => format!("{first}, {second}"),
        [first, rest @ ..] => format!("{first} and {} other bounds", rest.len()),
    }
}

/// What a proof rests on: the functions whose contract stood for their body.
fn given(contracts: &[String]) -> String {
    match contracts {
        [] => String::new(),
        [one] => format!(" given `{}`", last_segment(one)),
        many => format!(" given {}", counted(many.len() as u64, "contracts")),
    }
}

/// `divide` for `demo::math::divide`, and `push` for `<demo::Ring>::push`.
fn last_segment(path: &str) -> &str {
    // What is generic has its types behind it.
    let end = match path.strip_suffix('>') {
        Some(_) => path
            .find("::<")
            .or_else(|| path.find('<'))
            .unwrap_or(path.len()),
        None => path.len(),
    };
    let name = &path[..end];
    name.rsplit("::").next().unwrap_or(name)
}

/// A bound as a clause.
pub(crate) fn bound_words(bound: &Bound) -> String {
    format!("{} up to {}", bound.what, counted(bound.most, &bound.unit))
}

/// An obstacle as a clause.
pub fn obstacle_words(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::Unsupported {
            what,
            called_from: Some(caller),
        } => format!("unsupported: {what}, called from {caller}"),
        Obstacle::Unsupported {
            what,
            called_from: None,
        } => format!("unsupported: {what}"),
        Obstacle::LimitReached {
            limit,
            allowed,
            unit,
        } => format!("limit of {limit} reached: {}", counted(*allowed, unit)),
        Obstacle::SolverGaveUp { questions } => {
            format!("the solver left {} open", counted(*questions, "questions"))
        }
        Obstacle::NotReproduced { failure, .. } => {
            format!("not reproduced natively: {failure}")
        }
        Obstacle::ContractTooWeak {
            contracts, failure, ..
        } => {
            let names: Vec<String> = contracts.iter().map(|name| format!("`{name}`")).collect();
            format!("contract of {} too weak: {failure}", names.join(" or "))
        }
        Obstacle::Contradiction { what } => {
            format!("the engine contradicts itself, please report it: {what}")
        }
        Obstacle::WorkerLost { how } => format!("worker lost: {how}"),
    }
}

fn tone(verdict: &Verdict) -> Tone {
    match verdict {
        Verdict::Refuted { .. } | Verdict::Unhealthy { .. } => Tone::Bad,
        Verdict::Proved { .. } => Tone::Good,
        Verdict::Passed { .. } => Tone::Fair,
        Verdict::Vacuous { .. } | Verdict::Inconclusive { .. } => Tone::Unsure,
        Verdict::NotApplicable { .. } => Tone::Faint,
    }
}

/// Cases or paths, unless the verdict already counts them, and the time.
fn work(verdict: &Verdict, statistics: &Statistics) -> String {
    let counts_itself = matches!(
        verdict,
        Verdict::Passed { .. }
            | Verdict::Proved {
                proof: Proof::AllInputs { .. }
            }
    );
    let time = duration(statistics.elapsed_us);
    match executed(statistics) {
        Some(executed) if !counts_itself => format!("{executed}, {time}"),
        _ => time,
    }
}

/// What was executed, in the engine's own unit; `None` when nothing was.
fn executed(statistics: &Statistics) -> Option<String> {
    let paths = statistics.paths;
    let cases = statistics.generated + statistics.replayed + statistics.discarded;
    match (paths, cases) {
        (0, 0) => None,
        (0, cases) => Some(counted(cases, "cases")),
        (paths, _) => Some(counted(paths, "paths")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(most: u64, unit: &str) -> Bound {
        Bound {
            what: "length of `text`".to_owned(),
            most,
            unit: unit.to_owned(),
        }
    }

    fn proved(proof: Proof) -> Verdict {
        Verdict::Proved { proof }
    }

    fn inconclusive(obstacles: Vec<Obstacle>) -> Verdict {
        Verdict::Inconclusive { obstacles }
    }

    fn open64() -> Obstacle {
        Obstacle::Unsupported {
            what: "open64".to_owned(),
            called_from: Some("settings::load".to_owned()),
        }
    }

    #[test]
    fn each_verdict_has_its_words() {
        let bounded = |bounds: &[Bound]| {
            proved(Proof::Bounded {
                bounds: bounds.to_vec(),
                contracts: Vec::new(),
            })
        };
        let given = |bounds: &[Bound], contracts: &[&str]| {
            proved(Proof::Bounded {
                bounds: bounds.to_vec(),
                contracts: contracts.iter().map(|name| (*name).to_owned()).collect(),
            })
        };
        let rows = [
            (proved(Proof::Complete), "proved"),
            (
                proved(Proof::AllInputs { inputs: 65_536 }),
                "proved: all 65,536 inputs",
            ),
            (
                proved(Proof::AllInputs { inputs: 1 }),
                "proved: the only input",
            ),
            (bounded(&[bound(7, "bytes")]), "proved to 7 bytes"),
            (
                bounded(&[bound(7, "bytes"), bound(7, "bytes")]),
                "proved to 7 bytes",
            ),
            (
                bounded(&[bound(7, "bytes"), bound(1, "elements")]),
                "proved to 7 bytes, 1 element",
            ),
            (given(&[], &["demo::divide"]), "proved given `divide`"),
            (
                given(&[bound(7, "bytes")], &["demo::halve::<u8>"]),
                "proved to 7 bytes given `halve`",
            ),
            (
                given(&[], &["demo::divide", "demo::halve"]),
                "proved given 2 contracts",
            ),
            (Verdict::Passed { cases: 256 }, "passed 256 cases"),
            (Verdict::Vacuous { rejected: 9 }, "vacuous"),
            (
                inconclusive(vec![open64()]),
                "inconclusive: unsupported: open64, called from settings::load",
            ),
            (
                inconclusive(vec![Obstacle::SolverGaveUp { questions: 1 }, open64()]),
                "inconclusive: the solver left 1 question open (+1 more)",
            ),
        ];
        for (verdict, words) in rows {
            assert_eq!(verdict_words(&verdict), words);
        }
    }

    #[test]
    fn only_a_proof_says_proved() {
        let others = [
            Verdict::Passed { cases: 1 },
            Verdict::Vacuous { rejected: 1 },
            Verdict::Refuted { findings: vec![] },
            inconclusive(vec![open64()]),
            inconclusive(vec![]),
        ];
        for verdict in others {
            assert!(!verdict_words(&verdict).contains("proved"), "{verdict:?}");
        }
    }

    #[test]
    fn every_obstacle_is_named() {
        let rows = [
            (
                Obstacle::LimitReached {
                    limit: "time".to_owned(),
                    allowed: 20_000,
                    unit: "milliseconds".to_owned(),
                },
                "limit of time reached: 20,000 milliseconds",
            ),
            (
                Obstacle::NotReproduced {
                    failure: "index out of bounds".to_owned(),
                    token: "ph1:a:b:-:00000000".to_owned(),
                },
                "not reproduced natively: index out of bounds",
            ),
            (
                Obstacle::ContractTooWeak {
                    contracts: vec!["demo::divide".to_owned()],
                    failure: "too large (natively, the property held)".to_owned(),
                    token: "ph1:a:b:-:00000000".to_owned(),
                },
                "contract of `demo::divide` too weak: too large (natively, the property held)",
            ),
            (
                Obstacle::WorkerLost {
                    how: "killed by signal 9".to_owned(),
                },
                "worker lost: killed by signal 9",
            ),
        ];
        for (obstacle, words) in rows {
            assert_eq!(obstacle_words(&obstacle), words);
        }
    }

    #[test]
    fn work_counts_what_the_verdict_does_not() {
        let statistics = Statistics {
            paths: 14,
            paths_rejected: 2,
            elapsed_us: 1_000_000,
            ..Statistics::default()
        };
        assert_eq!(
            work(&proved(Proof::Complete), &statistics),
            "14 paths, 1.00 s"
        );
        let statistics = Statistics {
            generated: 256,
            elapsed_us: 2_000,
            ..Statistics::default()
        };
        assert_eq!(work(&Verdict::Passed { cases: 256 }, &statistics), "2 ms");
    }
}
