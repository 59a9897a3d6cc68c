//! A counterexample is run again with its choices as constants before it is believed; and so are some
//! inputs on which the property was found to hold, before a proof is.
//!
//! # Invariants
//!
//! - What is reported is what the plain run showed: its failure, its site.
//! - A counterexample that fails in no plain run is reported as an obstacle, never as a refutation.
//! - A plain run that fails where an exploration is complete and found nothing is a contradiction, and
//!   the exploration no proof.

use proofhouse_choice::Choice;
use proofhouse_evidence::Obstacle;

use crate::machine::{Ended, Group, Machine, Pause, Refutation, Script, State, Stop};

/// States of one plain run; it splits only where the program looks at an unspecified value.
const STATES_MAX: usize = 64;
/// Instructions between two looks at the number of states.
const SLICE_STEPS: u64 = 10_000_000;

/// The plain runs of probes end after so many instructions, which take some milliseconds, ...
const PROBE_STEPS: u64 = 200_000;
/// ... or, where the exploration took long, one for so many of its instructions.
const PROBE_STEPS_SHARE: u64 = 4;

impl Machine<'_> {
    /// Checks an exploration that says of itself that it is complete and that nothing fails: all probes
    /// have arrived, and those that arrived where the property holds hold plainly.
    pub(super) fn confirm_completeness(&mut self, start: &State) {
        if !self.journal.gaps.is_complete() || !self.journal.refutations.is_empty() {
            return;
        }
        self.watch_all_arrived();
        let steps_max = PROBE_STEPS.max(self.journal.steps / PROBE_STEPS_SHARE);
        let mut steps = 0;
        for choices in std::mem::take(&mut self.journal.probes_held) {
            let (found, taken) = self.failures_of_plain_run(start, choices);
            if let Some(refutation) = found.first() {
                self.watch_plain_failure(&refutation.failure.message);
            }
            steps += taken;
            if steps > steps_max || self.is_out_of_time() {
                break;
            }
        }
    }

    /// Runs every refutation that has not been confirmed yet from `start` on.
    pub(super) fn confirm_refutations(&mut self, start: &State) {
        while let Some(candidate) = self.journal.candidates.pop() {
            match self.run_plainly(start, &candidate) {
                Some(failure) => {
                    let confirmed = Refutation {
                        failure,
                        ..candidate
                    };
                    self.journal.confirm(confirmed);
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
        let (found, _) = self.failures_of_plain_run(start, candidate.script.clone());
        let same = found.iter().find(|other| {
            other.failure.kind == candidate.failure.kind
                && other.failure.site == candidate.failure.site
        });
        same.or(found.first())
            .map(|refutation| refutation.failure.clone())
    }

    /// The failures of a run with these choices, and how many instructions it took.
    fn failures_of_plain_run(
        &mut self,
        start: &State,
        choices: Vec<Choice>,
    ) -> (Vec<Refutation>, u64) {
        let journal = std::mem::take(&mut self.journal);
        self.script = Some(Script::new(choices));
        let mut start = start.clone();
        start.probes = Group::NONE;
        let mut pending = vec![start];
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
        let run = std::mem::replace(&mut self.journal, journal);
        (run.candidates, run.steps)
    }
}
