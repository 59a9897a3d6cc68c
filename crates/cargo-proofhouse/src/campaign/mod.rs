//! A campaign: every chosen property with every chosen engine, side by side, each verdict confirmed.
//!
//! Work is cut into jobs, one property with one engine. Native jobs come first because they are
//! short and their findings are early news; symbolic jobs follow binary by binary, so that a worker
//! which has loaded a program explores all it can with it. A property is explored after its native jobs, so that what
//! they found counts the same however many jobs run at once (`schedule`).
//!
//! # Not here
//!
//! Building, which happens before, and showing, which happens after; what an observer hears meanwhile
//! is up to it.

mod confirm;
mod contracts;
mod deepen;
mod follow_up;
mod job;
mod native_check;
mod proof_cache;
mod schedule;
mod shrink_lost;
mod subject;
mod symbolic_check;
mod symbolic_worker;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use proofhouse_evidence::{
    Complaint, Engine, Event, FileLines, Observations, PropertyDescription, Statistics, Trace,
    Verdict,
};
use proofhouse_report::{EngineResult, Explanation, Outcome};

use crate::build::cargo::TestBinary;
use crate::build::manifest::Manifest;
use crate::engines::native::NativeLimits;

pub use confirm::{ReplayEnd, drawn_arguments, replay_end};
pub use proof_cache::{KeptVerdict, ProgramHasher, ProgramNames, ProofCache, ProofKey};
pub use schedule::{Completed, run};
pub use subject::Folders;

/// Why a job has no verdict when its property is left out.
const IGNORED: &str = "it is marked `#[ignore]` (`--include-ignored` runs it)";

/// Why a job has no verdict after the first failure.
const FAILED_FAST: &str = "a property has failed before (`--fail-fast`)";

/// Why a job has no verdict when time is up for all.
const BUDGET_SPENT: &str = "the time for everything is spent (`--budget`)";

/// Why a job has no verdict after Ctrl-C.
const INTERRUPTED: &str = "the check was interrupted";

/// A test binary with the properties that are to be checked in it.
#[derive(Debug)]
pub struct CheckedBinary {
    /// The binary.
    pub binary: TestBinary,
    /// Its chosen properties.
    pub properties: Vec<PropertyDescription>,
    /// The paths of those that are marked `#[ignore]` and are therefore left out.
    pub ignored: BTreeSet<String>,
    /// The same program as bitcode.
    pub bitcode: Bitcode,
    /// What that program and its prover are called, if all of it can be read.
    pub names: Option<ProgramNames>,
}

/// A test binary as bitcode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bitcode {
    /// Nobody asked for it.
    NotBuilt,
    /// It cannot be had.
    Missing {
        /// Why, as one clause.
        reason: String,
    },
    /// It is there.
    Built(Manifest),
}

/// What to check, and how hard.
#[derive(Debug, Clone)]
pub struct CampaignSettings {
    /// The engines, in the order of the report.
    pub engines: Vec<Engine>,
    /// The seed of everything random.
    pub seed: u64,
    /// Random cases for each property; `None`: what the property says.
    pub cases: Option<u64>,
    /// Limits of native processes.
    pub native: NativeLimits,
    /// Limits of the symbolic engine.
    pub symbolic: SymbolicLimits,
    /// What `rustc --print sysroot` says.
    pub sysroot: PathBuf,
    /// Jobs at the same time.
    pub jobs: NonZeroUsize,
    /// Whether nothing new is begun once a job has failed.
    pub fail_fast: bool,
    /// The time for all jobs together.
    pub budget: Option<Duration>,
    /// Where proofs, and attempts at them, are kept.
    pub proofs: ProofCache,
    /// Whether those of earlier checks are taken over, and new ones kept.
    pub keeps_proofs: bool,
    /// Cargo's profile of the native binaries; `None`: that of tests.
    pub native_profile: Option<String>,
    /// Where the workspace's files are.
    pub folders: Folders,
}

/// How far the symbolic engine may go with one property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SymbolicLimits {
    /// For all sizes together; reading the program is not counted.
    pub time_max: Duration,
    /// The largest size; `None`: as time permits.
    pub size_max: Option<u64>,
    /// The memory of a worker.
    pub memory_bytes_max: u64,
}

/// Hears what happens while a campaign runs, from several threads at once.
pub trait Observer: Sync {
    /// A job begins.
    fn job_started(&self, label: &JobLabel<'_>);
    /// The engine of a running job says something.
    fn engine_said(&self, label: &JobLabel<'_>, event: &Event);
    /// A job has ended.
    fn job_ended(&self, label: &JobLabel<'_>, result: &CheckResult);
    /// A job that has ended found something later, with the help of another one.
    fn found_later(&self, label: &JobLabel<'_>, result: &CheckResult);
}

/// Which job.
#[derive(Debug, Clone, Copy)]
pub struct JobLabel<'campaign> {
    /// The binary.
    pub binary: &'campaign TestBinary,
    /// The property.
    pub property: &'campaign PropertyDescription,
    /// The engine.
    pub engine: Engine,
}

/// What came of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// How it ended.
    pub outcome: Outcome,
    /// What was executed.
    pub statistics: Statistics,
    /// What else is to be said, one sentence each.
    pub remarks: Vec<String>,
    /// What the cases were like.
    pub observations: Option<Observations>,
    /// What is wrong with the inputs.
    pub complaints: Vec<Complaint>,
    /// Which arguments of the counterexamples do not matter.
    pub explanations: Vec<Explanation>,
    /// Which lines of the package were executed.
    pub lines: Vec<FileLines>,
    /// How counterexamples come to their failures, its own and those of other engines.
    pub traces: Vec<Trace>,
    /// Inputs that another engine may begin with, as tokens.
    pub starts: Vec<String>,
    /// The functions whose contract was checked.
    pub contracts_checked: Vec<String>,
}

impl CheckResult {
    fn new(outcome: Outcome, statistics: Statistics) -> Self {
        Self {
            outcome,
            statistics,
            remarks: Vec::new(),
            observations: None,
            complaints: Vec::new(),
            explanations: Vec::new(),
            lines: Vec::new(),
            traces: Vec::new(),
            starts: Vec::new(),
            contracts_checked: Vec::new(),
        }
    }

    fn concluded(verdict: Verdict, statistics: Statistics) -> Self {
        Self::new(Outcome::Concluded { verdict }, statistics)
    }

    fn not_run(reason: &str, statistics: Statistics) -> Self {
        let reason = reason.to_owned();
        Self::new(Outcome::NotRun { reason }, statistics)
    }

    /// Whether it is a reason for the check to fail.
    pub fn is_failure(&self) -> bool {
        self.clone().of_engine(Engine::Replay).is_failure()
    }

    /// The same as part of a report.
    fn of_engine(self, engine: Engine) -> EngineResult {
        let Self {
            outcome,
            statistics,
            remarks,
            observations,
            complaints,
            explanations,
            lines,
            traces,
            starts: _,
            contracts_checked,
        } = self;
        EngineResult {
            engine,
            outcome,
            statistics,
            remarks,
            observations,
            complaints,
            explanations,
            lines,
            traces,
            contracts_checked,
        }
    }
}
