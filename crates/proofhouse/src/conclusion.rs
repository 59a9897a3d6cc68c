//! From what a search came to, to a verdict with its findings.
//!
//! # Invariants
//!
//! - A finding holds a case that failed when it was run last, with the arguments of that very run.
//! - Nothing is made stronger than the search said.

use proofhouse_choice::{Choice, token};
use proofhouse_evidence::{
    Argument, Counterexample, Engine, Failure, Finding, Obstacle, Proof, Replay, Verdict,
};

use crate::hunt::{Confirmed, Explained, Failing, Flaky, Hunt, RERUNS, Search, Shown};
use crate::source::Source;

/// Whose search is concluded, and how.
pub(crate) struct Concluding<'a> {
    pub(crate) package: &'a str,
    pub(crate) property: &'a str,
    pub(crate) engine: Engine,
    pub(crate) shrinks: bool,
    /// Whether the search goes on for failures of other origins.
    pub(crate) seeks_others: bool,
    /// Whether it is found out, after shrinking, which arguments do not matter.
    pub(crate) explains: bool,
}

/// A verdict and what goes with it.
pub(crate) struct Concluded {
    pub(crate) verdict: Verdict,
    /// The choices of the first finding.
    pub(crate) choices: Vec<Choice>,
    /// What was learned about each finding.
    pub(crate) explained: Vec<Explained>,
}

impl Concluding<'_> {
    /// The verdict. `on_first_sight` hears of each failure, with its arguments as far as they
    /// are known, before it is shrunk.
    pub(crate) fn conclude(
        &self,
        hunt: &mut Hunt<'_>,
        search: Search,
        mut on_first_sight: impl FnMut(&Failing, &[Argument]),
    ) -> Concluded {
        let verdict = match search {
            Search::Failed(failing) => {
                on_first_sight(&failing, &hunt.first_seen);
                let mut found = vec![failing];
                if self.seeks_others {
                    let others = hunt.other_failures(&found[0]);
                    for (other, arguments) in others {
                        on_first_sight(&other, &arguments);
                        found.push(other);
                    }
                }
                return self.refute(hunt, found);
            }
            Search::Flaky(flaky) => {
                let verdict = self.flaky(&flaky);
                hunt.flaky = Some(flaky);
                verdict
            }
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
        Concluded {
            verdict,
            choices: Vec::new(),
            explained: Vec::new(),
        }
    }

    fn refute(&self, hunt: &mut Hunt<'_>, mut found: Vec<Failing>) -> Concluded {
        if self.shrinks {
            found = hunt.shrink(found);
        }
        let mut findings = Vec::new();
        let mut choices = Vec::new();
        let mut explained = Vec::new();
        for failing in &found {
            if let Some(shown) = hunt.show(failing) {
                if findings.is_empty() {
                    choices.clone_from(&shown.failing.choices);
                }
                explained.push(if self.shrinks && self.explains {
                    hunt.explain(&shown.failing)
                } else {
                    Explained::default()
                });
                findings.push(self.finding(shown));
            }
        }
        if findings.is_empty() {
            // It always failed, and then it did not: what ran in between has changed something.
            let Failing { failure, choices } = found[0].clone();
            let flaky = match hunt.confirm(failure, Source::replay(choices)).0 {
                Confirmed::Flaky(flaky) => flaky,
                Confirmed::Fails(failing) => Flaky {
                    arguments: Vec::new(),
                    failed: RERUNS + 1,
                    runs: RERUNS + 2,
                    failing,
                },
            };
            let verdict = self.flaky(&flaky);
            hunt.flaky = Some(flaky);
            return Concluded {
                verdict,
                choices: Vec::new(),
                explained,
            };
        }
        Concluded {
            verdict: Verdict::Refuted { findings },
            choices,
            explained,
        }
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
    fn flaky(&self, flaky: &Flaky) -> Verdict {
        let Flaky { failed, runs, .. } = flaky;
        let words = in_words(&flaky.failing.failure);
        let failure = format!("in {failed} of {runs} runs with the same input: {words}");
        let token = self.token(&flaky.failing.choices);
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
