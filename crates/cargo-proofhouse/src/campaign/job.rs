//! One job: one property with one engine.

use std::path::Path;

use proofhouse_evidence::{Engine, Event, FailureKind, Finding, Replay, Statistics, Verdict};

use crate::campaign::symbolic_worker::{Explored, LoadedProgram};
use crate::campaign::{
    CampaignSettings, CheckResult, INTERRUPTED, JobLabel, Observer, native_check, store,
    symbolic_check,
};
use crate::engines::native::{self, NativeRun, NativeTask};
use crate::error::CommandError;
use crate::interrupt::Interrupt;

/// What every job of a campaign shares.
pub(crate) struct JobContext<'campaign> {
    pub(crate) settings: &'campaign CampaignSettings,
    pub(crate) scratch: &'campaign Path,
    pub(crate) interrupt: &'campaign Interrupt,
    pub(crate) observer: &'campaign dyn Observer,
}

impl JobContext<'_> {
    /// Does a native job.
    pub(crate) fn check_natively(&self, label: &JobLabel<'_>) -> Result<CheckResult, CommandError> {
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
        let run = self.run_natively(label, &task)?;
        for event in &run.events {
            self.observer.engine_said(label, event);
        }
        let result =
            native_check::conclude(&run, &task, self.settings.native, &mut |token, shrink| {
                self.replay(label, token, shrink)
            })?;
        Ok(self.keep(label, result))
    }

    /// Does a symbolic job with a program that may have to be loaded first.
    pub(crate) fn check_symbolically(
        &self,
        label: &JobLabel<'_>,
        program: &mut LoadedProgram,
    ) -> Result<CheckResult, CommandError> {
        let mut on_progress = |done, waiting| {
            let property = label.property.path.clone();
            self.observer.engine_said(
                label,
                &Event::Progress {
                    property,
                    done,
                    waiting,
                },
            );
        };
        let limits = self.settings.symbolic;
        match program.explore(label, limits, self.interrupt, &mut on_progress)? {
            Explored::Unavailable(reason) => Ok(symbolic_check::unavailable(reason)),
            Explored::Interrupted => Ok(CheckResult::not_run(INTERRUPTED, Statistics::default())),
            Explored::Deepened(deepened) => {
                let result = symbolic_check::conclude(deepened, &mut |token, shrink| {
                    self.replay(label, token, shrink)
                })?;
                Ok(self.keep(label, result))
            }
        }
    }

    /// Runs one token in a fresh process.
    pub(crate) fn replay(
        &self,
        label: &JobLabel<'_>,
        token: &str,
        shrink: bool,
    ) -> Result<NativeRun, CommandError> {
        let task = NativeTask::Replay {
            token: token.to_owned(),
            shrink,
        };
        self.run_natively(label, &task)
    }

    fn run_natively(
        &self,
        label: &JobLabel<'_>,
        task: &NativeTask,
    ) -> Result<NativeRun, CommandError> {
        native::run(
            label.binary,
            &label.property.path,
            task,
            self.settings.native,
            self.scratch,
            self.interrupt,
        )
    }

    /// Stores the findings that the test process could not store. A store that cannot be written
    /// does not change the verdict, but it is said.
    pub(crate) fn keep(&self, label: &JobLabel<'_>, mut result: CheckResult) -> CheckResult {
        let Some(Verdict::Refuted { findings }) = result.outcome.verdict() else {
            return result;
        };
        let folder = &label.binary.package_folder;
        let path = &label.property.path;
        let failed = findings
            .iter()
            .filter(|finding| needs_storing(finding))
            .find_map(|finding| store::add(folder, path, finding).err());
        if let Some(error) = failed {
            let file = store::path_of(folder, path);
            let remark = format!(
                "the counterexample was not stored: {}: {error}",
                file.display()
            );
            result.remarks.push(remark);
        }
        result
    }
}

fn needs_storing(finding: &Finding) -> bool {
    let is_lost = matches!(
        finding.failure.kind,
        FailureKind::ProcessEnded | FailureKind::Timeout
    );
    is_lost || finding.replay != Replay::Reproduced
}
