//! A counterexample is run again with its choices as constants before it is believed.
//!
//! # Invariants
//!
//! - What is reported is what the plain run showed: its failure, its site.
//! - A counterexample that fails in no plain run is reported as an obstacle, never as a refutation.

use proofhouse_evidence::Obstacle;

use crate::machine::{Ended, Machine, Pause, Refutation, Script, State, Stop};

/// States of one plain run; it splits only where the program looks at an unspecified value.
const STATES_MAX: usize = 64;
/// Instructions between two looks at the number of states.
const SLICE_STEPS: u64 = 10_000_000;

impl Machine<'_> {
    /// Runs every refutation that has not been confirmed yet from `start` on.
    pub(super) fn confirm_refutations(&mut self, start: &State) {
        while let Some(candidate) = self.journal.candidates.pop() {
            match self.run_plainly(start, &candidate) {
                Some(failure) => {
                    let choices = candidate.choices;
                    self.journal.confirm(Refutation { failure, choices });
                }
                None => {
                    let message = candidate.failure.message;
                    let place = candidate.failure.site.map_or_else(String::new, |site| {
                        format!(" at {}:{}", site.file, site.line)
                    });
                    let what =
                        format!("a failure that a plain run does not show: {message}{place}");
                    let unsupported = Obstacle::Unsupported {
                        what,
                        called_from: None,
                    };
                    self.journal.gaps.obstacles.insert(unsupported);
                }
            }
        }
    }

    /// The failure of a run with the candidate's choices; the candidate's own if it is among them.
    fn run_plainly(
        &mut self,
        start: &State,
        candidate: &Refutation,
    ) -> Option<proofhouse_evidence::Failure> {
        let journal = std::mem::take(&mut self.journal);
        self.script = Some(Script::new(candidate.choices.clone()));
        let mut pending = vec![start.clone()];
        let mut count = 0;
        while let Some(mut state) = pending.pop() {
            count += 1;
            match self.run(&mut state, &[], SLICE_STEPS) {
                Pause::Split(Stop::Split { cases, .. }) if count < STATES_MAX => {
                    for case in cases {
                        let mut forked = state.clone();
                        self.enter(&mut forked, case, 0);
                        pending.push(forked);
                    }
                }
                Pause::Ended(Ended::Failed) => break,
                Pause::Budget if !self.is_out_of_time() => pending.push(state),
                _ => {}
            }
        }
        self.script = None;
        let found = std::mem::replace(&mut self.journal, journal).candidates;
        let same = found.iter().find(|other| {
            other.failure.kind == candidate.failure.kind
                && other.failure.site == candidate.failure.site
        });
        same.or(found.first())
            .map(|refutation| refutation.failure.clone())
    }
}
