//! From what a search came to, to a verdict with its findings.
//!
//! # Invariants
//!
//! - A finding holds a case that failed when it was run last, with the arguments of that very run.
//! - Nothing is made stronger than the search said.

use proofhouse_choice::{Choice, token};
use proofhouse_evidence::{
    Counterexample, Engine, Failure, Finding, Obstacle, Proof, Replay, Verdict,
};

use crate::hunt::{Failing, Hunt, Search, Shown};

/// Whose search is concluded, and how.
pub(crate) struct Concluding<'a> {
    pub(crate) package: &'a str,
    pub(crate) property: &'a str,
    pub(crate) engine: Engine,
    pub(crate) shrinks: bool,
}

impl Concluding<'_> {
    /// The verdict, and the choices of its first finding. `on_first_sight` hears of a failure
    /// before it is shrunk.
    pub(crate) fn conclude(
        &self,
        hunt: &mut Hunt<'_>,
        search: Search,
        on_first_sight: impl FnOnce(&Failing),
    ) -> (Verdict, Vec<Choice>) {
        let verdict = match search {
            Search::Failed(failing) => {
                on_first_sight(&failing);
                return self.refute(hunt, failing);
            }
            Search::Flaky(failing) => self.flaky(&failing),
            Search::Held { cases } => Verdict::Passed { cases },
            Search::AllHeld { inputs } => Verdict::Proved {
                proof: Proof::AllInputs { inputs },
            },
            Search::Vacuous { rejected } => Verdict::Vacuous { rejected },
            Search::TooMany { inputs_max } => Verdict::NotApplicable {
                reason: format!("there are more than {inputs_max} inputs"),
            },
            Search::Diverged => {
                let what = "a generator that asks different questions after the same answers";
                let obstacle = Obstacle::Unsupported {
                    what: what.to_owned(),
                    called_from: None,
                };
                Verdict::Inconclusive {
                    obstacles: vec![obstacle],
                }
            }
        };
        (verdict, Vec::new())
    }

    fn refute(&self, hunt: &mut Hunt<'_>, failing: Failing) -> (Verdict, Vec<Choice>) {
        let found = if self.shrinks {
            hunt.shrink(failing)
        } else {
            vec![failing]
        };
        let mut findings = Vec::new();
        let mut choices = Vec::new();
        for failing in &found {
            if let Some(shown) = hunt.show(failing) {
                if findings.is_empty() {
                    choices.clone_from(&shown.failing.choices);
                }
                findings.push(self.finding(shown));
            }
        }
        if findings.is_empty() {
            return (self.flaky(&found[0]), Vec::new());
        }
        (Verdict::Refuted { findings }, choices)
    }

    fn finding(&self, shown: Shown) -> Finding {
        let token = self.token(&shown.failing.choices);
        let Shown {
            failing,
            arguments,
            notes,
        } = shown;
        Finding {
            failure: failing.failure,
            counterexample: Counterexample {
                token,
                arguments,
                notes,
            },
            found_by: self.engine,
            replay: Replay::Pending,
        }
    }

    /// A case that failed and then did not has a cause outside of its input.
    fn flaky(&self, failing: &Failing) -> Verdict {
        let failure = in_words(&failing.failure);
        let token = self.token(&failing.choices);
        Verdict::Inconclusive {
            obstacles: vec![Obstacle::NotReproduced { failure, token }],
        }
    }

    pub(crate) fn token(&self, choices: &[Choice]) -> String {
        token::encode(self.package, self.property, choices)
    }
}

/// A failure in one line or more, with its place.
pub(crate) fn in_words(failure: &Failure) -> String {
    match &failure.site {
        Some(site) => {
            format!(
                "{} (at {}:{}:{})",
                failure.message, site.file, site.line, site.column
            )
        }
        None => failure.message.clone(),
    }
}
