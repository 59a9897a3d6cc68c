//! What an exploration found, and what may be concluded from it.

use std::collections::BTreeSet;
use std::time::Duration;

use proofhouse_evidence::{
    Bound, Complaint, Counterexample, CoverReach, Engine, FileLines, Finding, Hotspot, Obstacle,
    Proof, Replay, Statistics, Verdict,
};

use proofhouse_solver::Opinions;

use super::limits::Strategy;
use crate::machine::{Contracts, Executed, Input, Refutation};
use crate::program::{FunctionId, Program};

/// The result of an exploration.
#[derive(Debug, Clone)]
pub struct Exploration {
    /// Distinct failures, each with the choices of an input that shows it.
    pub refutations: Vec<Refutation>,
    /// Bounds that cut something off.
    pub bounds: BTreeSet<Bound>,
    /// Why the exploration is not complete; empty when it is.
    pub obstacles: BTreeSet<Obstacle>,
    /// What was executed.
    pub statistics: Statistics,
    /// Paths on which the property held and that some input is known to take.
    pub paths_held: u64,
    /// Pairs of paths that were merged.
    pub paths_merged: u64,
    /// Whether what the property wants to be covered can occur.
    pub covers: Vec<CoverReach>,
    /// The places, as `file:line`, of assumptions that reject every input that comes to them; empty when
    /// the exploration is not complete.
    pub rejecting: Vec<String>,
    /// The strategy that had the answer, where others had tried in vain; see [`super::Limits::leader`].
    pub leader: Option<Strategy>,
    /// What another solver said, if one was asked.
    pub opinions: Opinions,
    /// What some path had to meet and none did.
    pub unmet: Vec<String>,
    /// Functions whose contract stood for their body, and those whose contract was checked.
    pub contracts: Contracts,
    /// The places that made most of the work, the slowest first.
    pub hotspots: Vec<Hotspot>,
    /// Inputs of explored paths that another engine may begin with, those of paths that could not be
    /// followed to their end first.
    pub inputs: Vec<Input>,
    /// Which instructions some input is known to execute; see [`Exploration::lines`].
    pub executed: Executed,
}

/// Work done so far, for a progress line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'program> {
    /// Paths that ended.
    pub paths: u64,
    /// States that wait.
    pub waiting: u64,
    /// Instructions executed.
    pub steps: u64,
    /// Time in the solver.
    pub in_solver: Duration,
    /// The file and the line that had the solver longest.
    pub slowest: Option<(&'program str, u32)>,
}

impl Exploration {
    /// Which lines were executed of the functions that the entry can reach (as
    /// [`Fingerprints::of`](crate::program::Fingerprints::of) tells), by file. Each is named
    /// by its whole path; those of the standard library are left out.
    pub fn lines(&self, program: &Program, reached: &[FunctionId]) -> Vec<FileLines> {
        self.executed.lines(program, reached)
    }

    /// What follows for the property. A refutation's choices become a token by `token`, which knows
    /// the property's name; its counterexample has not been replayed yet.
    pub fn verdict(&self, token: impl Fn(&[proofhouse_choice::Choice]) -> String) -> Verdict {
        if !self.refutations.is_empty() {
            let findings = self.refutations.iter().map(|refutation| Finding {
                failure: refutation.failure.clone(),
                counterexample: Counterexample {
                    token: token(&refutation.choices),
                    arguments: Vec::new(),
                    notes: Vec::new(),
                },
                found_by: Engine::Symbolic,
                replay: Replay::Pending,
            });
            return Verdict::Refuted {
                findings: findings.collect(),
            };
        }
        if !self.obstacles.is_empty() {
            return Verdict::Inconclusive {
                obstacles: self.obstacles.iter().cloned().collect(),
            };
        }
        if self.paths_held == 0 {
            return Verdict::Vacuous {
                rejected: self.statistics.paths_rejected,
            };
        }
        if !self.unmet.is_empty() && !self.bounds.is_empty() {
            // What was cut off may hold it.
            let obstacles = self.unmet.iter().map(|unmet| Obstacle::Unsupported {
                what: format!("a bound that was hit, and within it {unmet}"),
                called_from: None,
            });
            return Verdict::Inconclusive {
                obstacles: obstacles.collect(),
            };
        }
        if !self.unmet.is_empty() {
            let complaints = self
                .unmet
                .iter()
                .map(|unmet| Unmet(unmet).complaint())
                .collect();
            return Verdict::Unhealthy { complaints };
        }
        let proof = if self.bounds.is_empty() && self.contracts.assumed.is_empty() {
            Proof::Complete
        } else {
            Proof::Bounded {
                bounds: self.bounds.iter().cloned().collect(),
                contracts: self.contracts.assumed.iter().cloned().collect(),
            }
        };
        Verdict::Proved { proof }
    }
}

/// What some path had to meet and none did.
struct Unmet<'exploration>(&'exploration str);

impl Unmet<'_> {
    fn code(&self) -> &'static str {
        "health/never-covered"
    }

    fn complaint(&self) -> Complaint {
        Complaint {
            code: self.code().to_owned(),
            message: self.0.to_owned(),
            help: "weaken the assumptions, or change what has to be met".to_owned(),
            is_grave: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(unmet: &[&str], bounds: &[&str], expected: &str) {
        let bound = |what: &&str| Bound {
            what: (*what).to_owned(),
            most: 1,
            unit: "seeds".to_owned(),
        };
        let exploration = Exploration {
            refutations: Vec::new(),
            bounds: bounds.iter().map(bound).collect(),
            obstacles: BTreeSet::new(),
            statistics: Statistics::default(),
            paths_held: 1,
            paths_merged: 0,
            covers: Vec::new(),
            rejecting: Vec::new(),
            leader: None,
            opinions: Opinions::default(),
            contracts: Contracts::default(),
            unmet: unmet.iter().map(|label| (*label).to_owned()).collect(),
            hotspots: Vec::new(),
            inputs: Vec::new(),
            executed: Executed::default(),
        };
        let verdict = format!("{:?}", exploration.verdict(|_| String::new()));
        assert!(verdict.starts_with(expected), "{verdict}");
    }

    #[test]
    fn what_no_path_met_is_missing_only_if_every_path_was_seen() {
        check(&[], &[], "Proved");
        check(&["no input panics"], &[], "Unhealthy");
        check(&["no input panics"], &["keys"], "Inconclusive");
    }
}
