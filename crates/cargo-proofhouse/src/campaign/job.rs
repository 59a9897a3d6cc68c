//! One job: one property with one engine.

use std::path::Path;
use std::time::Duration;

use proofhouse_choice::token;
use proofhouse_evidence::{
    Engine, Event, FailureKind, Finding, Proof, Replay, Statistics, Verdict,
};
use proofhouse_report::{date, duration};
use proofhouse_store::Store;

use crate::campaign::confirm::Replaying;
use crate::campaign::symbolic_worker::{Explored, LoadedProgram};
use crate::campaign::{
    CampaignSettings, CheckResult, INTERRUPTED, JobLabel, KeptVerdict, Observer, ProofKey,
    native_check, symbolic_check,
};
use crate::engines::native::{self, NativeLimits, NativeRun, NativeTask};
use crate::engines::worker::SoFar;
use crate::error::CommandError;
use crate::interrupt::Interrupt;

/// More counterexamples of one property than these are not told step by step.
const TRACES_MAX: usize = 4;

/// Of a property whose inputs were all run, the symbolic engine may take one part in so many of what it
/// may take of another one. What is left for it to find is what no native run shows, such as undefined
/// behaviour, and on a domain that small it mostly needs much less.
pub(crate) const SHARE_OF_PROVED: u32 = 20;

/// It may take so long in any case, as far as it may take that at all: a proof at that price is welcome.
const LEAST_OF_PROVED: Duration = Duration::from_millis(250);

/// What other engines have found out about a property.
#[derive(Debug, Clone, Default)]
pub(crate) struct Others {
    /// The tokens of their counterexamples.
    pub(crate) counterexamples: Vec<String>,
    /// Whether one of them has run every input.
    pub(crate) is_proved: bool,
}

impl Others {
    /// How much of so much time the symbolic engine may take.
    fn worth(&self, time: Duration) -> Duration {
        if self.is_proved {
            (time / SHARE_OF_PROVED).max(LEAST_OF_PROVED.min(time))
        } else {
            time
        }
    }
}

/// What every job of a campaign shares.
pub(crate) struct JobContext<'campaign> {
    pub(crate) settings: &'campaign CampaignSettings,
    pub(crate) scratch: &'campaign Path,
    pub(crate) interrupt: &'campaign Interrupt,
    pub(crate) observer: &'campaign dyn Observer,
}

impl JobContext<'_> {
    /// Does a native job, in `time_max` if that is less than it may take.
    pub(crate) fn check_natively(
        &self,
        label: &JobLabel<'_>,
        time_max: Option<Duration>,
    ) -> Result<CheckResult, CommandError> {
        if self.interrupt.is_requested() {
            return Ok(CheckResult::not_run(INTERRUPTED, Statistics::default()));
        }
        let task = match label.engine {
            Engine::Exhaustive => NativeTask::Exhaustive { inputs_max: None },
            _ => NativeTask::Random {
                cases: self.settings.cases,
                seed: self.settings.seed,
            },
        };
        let limits = within(self.settings.native, time_max);
        let mut hear = |event: &Event| self.observer.engine_said(label, event);
        let run = self.run_natively(label, &task, limits, &mut hear)?;
        let result = native_check::conclude(&run, &task, limits, &mut |token, how| {
            self.replay(label, token, how)
        })?;
        Ok(self.keep(label, result))
    }

    /// Does a symbolic job with a program that may have to be loaded first, and what the random engine
    /// makes of its inputs.
    pub(crate) fn check_symbolically(
        &self,
        label: &JobLabel<'_>,
        program: &mut LoadedProgram,
        allowance: Allowance,
        others: &Others,
    ) -> Result<(CheckResult, Option<CheckResult>), CommandError> {
        let mut result = self.explore(label, program, allowance, others)?;
        let follow_up = self.follow_up(label, &result, others, allowance)?;
        let mut tokens = counterexamples(&result);
        tokens.extend(others.counterexamples.iter().cloned());
        tokens.extend(follow_up.iter().flat_map(counterexamples));
        tokens.sort();
        tokens.dedup();
        tokens.sort_by_key(String::len);
        tokens.truncate(TRACES_MAX);
        let limits = self.settings.symbolic;
        result.traces = program.trace(label, &tokens, limits, self.interrupt)?;
        self.settings.folders.rename_sites(&mut result.traces);
        Ok((result, follow_up))
    }

    /// Explores a property, unless a verdict about it is kept.
    fn explore(
        &self,
        label: &JobLabel<'_>,
        program: &mut LoadedProgram,
        allowance: Allowance,
        others: &Others,
    ) -> Result<CheckResult, CommandError> {
        let mut on_progress = |so_far: SoFar| {
            let event = Event::Progress {
                property: label.property.path.clone(),
                done: so_far.done,
                waiting: so_far.waiting,
                note: solver_words(so_far.solver_us, so_far.slowest.as_deref()),
            };
            self.observer.engine_said(label, &event);
        };
        let mut limits = self.settings.symbolic;
        let time_asked = others.worth(limits.time_max.min(allowance.fair_share));
        limits.time_max = others.worth(limits.time_max.min(allowance.time_max));
        let proofs = &self.settings.proofs;
        let whole = program.whole_key(label, limits.size_max);
        if let Some(kept) = proofs.find(whole.as_ref(), time_asked) {
            return Ok(kept_verdict(kept));
        }
        // Only now, as it takes having the program loaded.
        let reached = match whole {
            Some(_) => program.reached_key(label, limits, self.interrupt)?,
            None => None,
        };
        if let Some(kept) = proofs.find(reached.as_ref(), time_asked) {
            // The next check then finds it without loading anything.
            let _ = proofs.put(whole.as_slice(), &kept);
            return Ok(kept_verdict(kept));
        }
        match program.explore(label, limits, self.interrupt, &mut on_progress)? {
            Explored::Unavailable(reason) => Ok(symbolic_check::unavailable(reason)),
            Explored::Interrupted => Ok(CheckResult::not_run(INTERRUPTED, Statistics::default())),
            Explored::Deepened(mut deepened) => {
                deepened.lines = self
                    .settings
                    .folders
                    .lines_of(&label.binary.package_folder, deepened.lines);
                let mut result = symbolic_check::conclude(*deepened, &mut |token, how| {
                    self.replay(label, token, how)
                })?;
                result.remarks.extend(words_on_share(&result, others));
                let time = limits.time_max.max(time_asked);
                if let Some(kept) = KeptVerdict::new(&result, time) {
                    let keys: Vec<ProofKey> = whole.into_iter().chain(reached).collect();
                    // Without it the next check proves it again.
                    let _ = proofs.put(&keys, &kept);
                }
                Ok(self.keep(label, result))
            }
        }
    }

    /// Runs one token in a fresh process.
    pub(crate) fn replay(
        &self,
        label: &JobLabel<'_>,
        token: &str,
        how: Replaying,
    ) -> Result<NativeRun, CommandError> {
        let token = token.to_owned();
        let task = match how {
            Replaying::Once => NativeTask::Replay {
                token,
                shrink: false,
            },
            Replaying::Shrinking => NativeTask::Replay {
                token,
                shrink: true,
            },
            Replaying::OnlyDrawing => NativeTask::Draw { token },
        };
        self.run_natively(label, &task, self.settings.native, &mut |_| {})
    }

    pub(crate) fn run_natively(
        &self,
        label: &JobLabel<'_>,
        task: &NativeTask,
        limits: NativeLimits,
        hear: &mut dyn FnMut(&Event),
    ) -> Result<NativeRun, CommandError> {
        native::run(
            label.binary,
            &label.property.path,
            task,
            limits,
            self.scratch,
            self.interrupt,
            hear,
        )
    }

    /// Stores the findings that the test process could not store. A store that cannot be written
    /// does not change the verdict, but it is said.
    pub(crate) fn keep(&self, label: &JobLabel<'_>, mut result: CheckResult) -> CheckResult {
        let Some(Verdict::Refuted { findings }) = result.outcome.verdict() else {
            return result;
        };
        let store = Store::local(&label.binary.package_folder, &label.property.path);
        let failed = findings
            .iter()
            .filter(|finding| needs_storing(&label.property.path, finding))
            .find_map(|finding| store.add(finding).err());
        if let Some(error) = failed {
            let remark = format!(
                "the counterexample was not stored: {}: {error}",
                store.path().display()
            );
            result.remarks.push(remark);
        }
        result
    }
}

/// Why the engine had little time, where more might have come to more.
fn words_on_share(result: &CheckResult, others: &Others) -> Option<String> {
    let might_come_to_more = matches!(
        result.outcome.verdict(),
        Some(
            Verdict::Inconclusive { .. }
                | Verdict::Proved {
                    proof: Proof::Bounded { .. },
                }
        )
    );
    (others.is_proved && might_come_to_more).then(|| {
        "every input was run, so this engine had a small part of its time (`prove` gives it all)"
            .to_owned()
    })
}

/// What the solver has done so far; nothing if that is not worth a word.
fn solver_words(solver_us: u64, slowest: Option<&str>) -> String {
    const WORTH_A_WORD_US: u64 = 1_000_000;
    match slowest {
        Some(place) if solver_us >= WORTH_A_WORD_US => {
            format!("solver {}, slowest at {place}", duration(solver_us))
        }
        _ => String::new(),
    }
}

/// The tokens of what an engine found.
pub(crate) fn counterexamples(result: &CheckResult) -> Vec<String> {
    match result.outcome.verdict() {
        Some(Verdict::Refuted { findings }) => {
            let tokens = findings.iter().map(|one| one.counterexample.token.clone());
            tokens.collect()
        }
        _ => Vec::new(),
    }
}

/// The time of one symbolic job. Without a budget there is no end to either.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    /// What it may take now.
    pub(crate) time_max: Duration,
    /// What it would have if every property took its share of the budget. The same check asks for the
    /// same each time, whatever the others leave.
    pub(crate) fair_share: Duration,
}

/// The result of a property that is unchanged since it was explored: nothing was executed.
fn kept_verdict(kept: KeptVerdict) -> CheckResult {
    let KeptVerdict {
        verdict,
        mut remarks,
        found_unix_ms,
        lines,
        starts,
        contracts_checked,
        ..
    } = kept;
    let date = date(found_unix_ms);
    remarks.push(if matches!(verdict, Verdict::Proved { .. }) {
        format!(
            "unchanged since it was proved on {date} UTC, and not proved again (`--no-cache` does)"
        )
    } else {
        format!(
            "unchanged since it was tried on {date} UTC, and not tried again (`--no-cache` does, and \
             so does more time)"
        )
    });
    CheckResult {
        remarks,
        lines,
        starts,
        contracts_checked,
        ..CheckResult::concluded(verdict, Statistics::default())
    }
}

pub(crate) fn within(limits: NativeLimits, time_max: Option<Duration>) -> NativeLimits {
    NativeLimits {
        property_max: limits.property_max.min(time_max.unwrap_or(Duration::MAX)),
        ..limits
    }
}

/// What the test process has not stored: it did not live to do it, or it saw nothing wrong. An example
/// is kept by the source that it stands in.
fn needs_storing(path: &str, finding: &Finding) -> bool {
    let is_lost = matches!(
        finding.failure.kind,
        FailureKind::ProcessEnded | FailureKind::Timeout
    );
    let is_example = token::decode(&finding.counterexample.token)
        .is_ok_and(|token| token::example_of(path, &token.property).is_some());
    (is_lost || finding.replay != Replay::Reproduced) && !is_example
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proved_is_worth_a_small_part_of_the_time() {
        let worth = |is_proved, milliseconds| {
            let others = Others {
                is_proved,
                ..Others::default()
            };
            others
                .worth(Duration::from_millis(milliseconds))
                .as_millis()
        };
        assert_eq!(worth(true, 20_000), 1_000);
        assert_eq!(worth(true, 2_000), 250);
        assert_eq!(worth(true, 40), 40);
        assert_eq!(worth(false, 20_000), 20_000);
    }
}
