//! A program in a worker, loaded when it is first needed and again when the worker was lost.
//!
//! # Invariants
//!
//! - A worker that dies costs the property that it was exploring and no other.
//! - A program that cannot be loaded is not tried again; every property of it hears the same reason.

use std::collections::HashMap;

use proofhouse_evidence::Trace;
use proofhouse_vm::program::Fingerprint;

use crate::campaign::deepen::{Budget, Deepened, deepen};
use crate::campaign::{
    Bitcode, CampaignSettings, CheckedBinary, JobLabel, ProgramNames, ProofKey, SymbolicLimits,
};
use crate::engines::second;
use crate::engines::symbolic::{Gone, Target, Worker};
use crate::engines::worker::{ExploreLimits, ProgramInputs, SoFar};
use crate::error::CommandError;
use crate::interrupt::Interrupt;

/// The last segment of the path of the function where the machine enters a property.
const ENTRY_NAME: &str = "__proofhouse_entry";

/// A program, with its worker if one runs.
pub(crate) enum LoadedProgram {
    /// It cannot be loaded; this is why, as one clause.
    Unavailable(String),
    /// It can, as far as is known.
    Available {
        inputs: ProgramInputs,
        worker: Option<Box<Worker>>,
        /// What it and its prover are called, if its proofs may be kept.
        names: Option<ProgramNames>,
        /// What each entry reaches; empty until the program is loaded.
        fingerprints: HashMap<String, Fingerprint>,
    },
}

/// What came of exploring one property.
pub(crate) enum Explored {
    /// Its program cannot be explored.
    Unavailable(String),
    /// The user ended the command before it began.
    Interrupted,
    /// It was explored, to whatever end.
    Deepened(Box<Deepened>),
}

impl LoadedProgram {
    /// The program of a binary; nothing runs yet.
    pub(crate) fn of(checked: &CheckedBinary, settings: &CampaignSettings) -> Self {
        let manifest = match &checked.bitcode {
            Bitcode::Built(manifest) => manifest,
            Bitcode::Missing { reason } => return Self::Unavailable(reason.clone()),
            Bitcode::NotBuilt => {
                return Self::Unavailable("its bitcode, which was not built".to_owned());
            }
        };
        let paths = checked.properties.iter().map(|property| &property.path);
        // What another solver is to confirm is not taken from an earlier run, nor kept for a later.
        let keeps_proofs = settings.keeps_proofs && second::wanted().is_none();
        Self::Available {
            inputs: ProgramInputs {
                sysroot: settings.sysroot.clone(),
                objects: manifest.objects.clone(),
                archives: manifest.archives.clone(),
                entries: paths
                    .map(|path| entry_of(&checked.binary.crate_name, path))
                    .collect(),
                reader: checked.names.as_ref().map(|names| names.prover.clone()),
            },
            worker: None,
            names: checked.names.clone().filter(|_| keeps_proofs),
            fingerprints: HashMap::new(),
        }
    }

    /// The name of the proof of one property in this program as a whole, if it may be kept.
    pub(crate) fn whole_key(
        &self,
        label: &JobLabel<'_>,
        size_max: Option<u64>,
    ) -> Option<ProofKey> {
        let Self::Available {
            names: Some(names), ..
        } = self
        else {
            return None;
        };
        let entry = entry_of(&label.binary.crate_name, &label.property.path);
        Some(ProofKey::of_whole(&names.program, &entry, size_max))
    }

    /// The name of the proof of one property in whatever program reaches the same code, if it may be
    /// kept. Loads the program.
    ///
    /// # Errors
    ///
    /// [`CommandError::Io`] when a worker cannot be started.
    pub(crate) fn reached_key(
        &mut self,
        label: &JobLabel<'_>,
        limits: SymbolicLimits,
        interrupt: &Interrupt,
    ) -> Result<Option<ProofKey>, CommandError> {
        self.load(limits, interrupt)?;
        let Self::Available {
            names: Some(names),
            fingerprints,
            ..
        } = self
        else {
            return Ok(None);
        };
        let entry = entry_of(&label.binary.crate_name, &label.property.path);
        let key =
            |reached: &Fingerprint| ProofKey::of_reached(&names.prover, reached, limits.size_max);
        Ok(fingerprints.get(&entry).map(key))
    }

    /// Explores one property with growing sizes.
    ///
    /// # Errors
    ///
    /// [`CommandError::Io`] when a worker cannot be started.
    pub(crate) fn explore(
        &mut self,
        label: &JobLabel<'_>,
        limits: SymbolicLimits,
        interrupt: &Interrupt,
        on_progress: &mut dyn FnMut(SoFar),
    ) -> Result<Explored, CommandError> {
        self.load(limits, interrupt)?;
        let slot = match self {
            Self::Unavailable(reason) => return Ok(Explored::Unavailable(reason.clone())),
            Self::Available { worker, .. } => worker,
        };
        let Some(worker) = slot else {
            return Ok(Explored::Interrupted);
        };
        let target = Target {
            entry: entry_of(&label.binary.crate_name, &label.property.path),
            package: &label.binary.package,
            property: &label.property.path,
        };
        let budget = Budget {
            time_max: limits.time_max,
            size_max: limits.size_max,
            memory_bytes_max: limits.memory_bytes_max,
        };
        let mut is_gone = false;
        let deepened = deepen(budget, &mut |size_max, left| {
            let limits = ExploreLimits {
                time_ms_max: u64::try_from(left.as_millis()).unwrap_or(u64::MAX).max(1),
                size_max,
            };
            let explored = worker.explore(&target, limits, interrupt, on_progress);
            is_gone |= explored.is_err();
            explored
        });
        if is_gone {
            *slot = None;
        }
        Ok(Explored::Deepened(Box::new(deepened)))
    }

    /// Runs cases of one property step by step, as far as that can be done.
    ///
    /// # Errors
    ///
    /// [`CommandError::Io`] when a worker cannot be started.
    pub(crate) fn trace(
        &mut self,
        label: &JobLabel<'_>,
        tokens: &[String],
        limits: SymbolicLimits,
        interrupt: &Interrupt,
    ) -> Result<Vec<Trace>, CommandError> {
        let entry = entry_of(&label.binary.crate_name, &label.property.path);
        let mut traces = Vec::new();
        for token in tokens {
            self.load(limits, interrupt)?;
            let Self::Available {
                worker: slot @ Some(_),
                ..
            } = self
            else {
                break;
            };
            let worker = slot.as_mut().expect("it was seen above");
            match worker.trace(&entry, token, interrupt) {
                Ok(trace) => traces.extend(trace),
                Err(_) => {
                    *slot = None;
                    break;
                }
            }
        }
        Ok(traces)
    }

    /// Starts a worker and has it load the program, if none runs. Afterwards there is a worker, or the
    /// program is unavailable, or the user has ended the command.
    fn load(&mut self, limits: SymbolicLimits, interrupt: &Interrupt) -> Result<(), CommandError> {
        let Self::Available {
            inputs,
            worker: slot @ None,
            fingerprints,
            ..
        } = self
        else {
            return Ok(());
        };
        if interrupt.is_requested() {
            return Ok(());
        }
        let mut started = Worker::start(limits.memory_bytes_max)?;
        match started.load(inputs, interrupt) {
            Ok(Ok(found)) => {
                let entries = inputs.entries.iter().cloned().zip(found);
                *fingerprints = entries
                    .filter_map(|(entry, found)| Some((entry, found?)))
                    .collect();
                *slot = Some(Box::new(started));
            }
            Ok(Err(refusal)) => {
                *self = Self::Unavailable(format!(
                    "its program, which cannot be read: {} ({})",
                    refusal.message, refusal.code
                ));
            }
            Err(Gone::Interrupted) => {}
            Err(gone) => {
                *self = Self::Unavailable(format!("its program, {}", while_loading(&gone)));
            }
        }
        Ok(())
    }
}

fn while_loading(gone: &Gone) -> String {
    match gone {
        Gone::Lost { how } => format!("whose reader {how}"),
        Gone::OutOfMemory => {
            "which needs more memory than a worker is given (`--memory`)".to_owned()
        }
        Gone::OutOfTime => "which could not be read in time".to_owned(),
        Gone::Interrupted => "whose reading was interrupted".to_owned(),
    }
}

/// The Rust path of the function where the machine enters a property.
fn entry_of(crate_name: &str, property: &str) -> String {
    format!("{crate_name}::{property}::{ENTRY_NAME}")
}
