//! Which job runs when, and the collection of their results.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::thread;

use proofhouse_evidence::{Engine, Statistics};
use proofhouse_report::{BinaryReport, EngineResult, PropertyReport};

use crate::campaign::job::JobContext;
use crate::campaign::{CampaignSettings, CheckResult, CheckedBinary, JobLabel, Observer};
use crate::error::CommandError;
use crate::interrupt::Interrupt;

/// What a campaign came to.
#[derive(Debug)]
pub struct Completed {
    /// The results, with one entry for every job that there was.
    pub binaries: Vec<BinaryReport>,
    /// Jobs that failed for reasons of ours. Their results say so, too.
    pub failures: Vec<CommandError>,
}

/// Runs a campaign to its end, or until the user ends it.
///
/// # Errors
///
/// [`CommandError::Io`] when there is no place for temporary files.
pub fn run(
    settings: &CampaignSettings,
    binaries: &[CheckedBinary],
    interrupt: &Interrupt,
    observer: &dyn Observer,
) -> Result<Completed, CommandError> {
    let scratch = tempfile::tempdir().map_err(|source| CommandError::Io {
        doing: "making a folder for temporary files",
        path: std::env::temp_dir(),
        source,
    })?;
    let context = JobContext {
        settings,
        scratch: scratch.path(),
        interrupt,
        observer,
    };
    let queue = Mutex::new(Queue::fill(settings, binaries));
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..settings.jobs.get() {
            scope.spawn(|| work(&context, binaries, &queue, &done));
        }
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(collect(settings, binaries, done))
}

/// Where a job stands in the campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    binary: usize,
    property: usize,
    engine: Engine,
}

impl Place {
    fn label(self, binaries: &[CheckedBinary]) -> JobLabel<'_> {
        let binary = &binaries[self.binary];
        JobLabel {
            binary: &binary.binary,
            property: &binary.properties[self.property],
            engine: self.engine,
        }
    }
}

/// The jobs that nobody has begun, in the order in which they should begin.
#[derive(Debug)]
struct Queue {
    waiting: VecDeque<Place>,
}

impl Queue {
    fn fill(settings: &CampaignSettings, binaries: &[CheckedBinary]) -> Self {
        let is_native = |engine: &Engine| *engine != Engine::Symbolic;
        let native = settings
            .engines
            .iter()
            .copied()
            .filter(is_native)
            .collect::<Vec<_>>();
        let mut waiting = VecDeque::new();
        for (binary, checked) in binaries.iter().enumerate() {
            for property in 0..checked.properties.len() {
                waiting.extend(native.iter().map(|&engine| Place {
                    binary,
                    property,
                    engine,
                }));
            }
        }
        Self { waiting }
    }

    fn next(&mut self) -> Option<Place> {
        self.waiting.pop_front()
    }
}

type Done = (Place, Result<CheckResult, CommandError>);

/// What one thread does: one job after the other.
fn work(
    context: &JobContext<'_>,
    binaries: &[CheckedBinary],
    queue: &Mutex<Queue>,
    done: &Mutex<Vec<Done>>,
) {
    loop {
        let place = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some(place) = place else { return };
        let label = place.label(binaries);
        context.observer.job_started(&label);
        let result = context.check_natively(&label);
        if let Ok(result) = &result {
            context.observer.job_ended(&label, result);
        }
        done.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((place, result));
    }
}

/// Puts the results in the order of the source, whatever order they came in.
fn collect(
    settings: &CampaignSettings,
    binaries: &[CheckedBinary],
    mut done: Vec<Done>,
) -> Completed {
    done.sort_by_key(|(place, _)| *place);
    let mut failures = Vec::new();
    let mut results = done.into_iter().map(|(place, result)| {
        let result = result.unwrap_or_else(|error| {
            let reason = format!("internal failure: {error}");
            failures.push(error);
            CheckResult::not_run(&reason, Statistics::default())
        });
        (place, result)
    });
    let mut engine_result = |engine| {
        let (place, result) = results.next().expect("every job has a result");
        assert_eq!(
            place.engine, engine,
            "results come in the order of the report"
        );
        EngineResult {
            engine,
            outcome: result.outcome,
            statistics: result.statistics,
            remarks: result.remarks,
        }
    };
    let mut reports = Vec::new();
    for checked in binaries {
        let mut properties = Vec::new();
        for description in &checked.properties {
            properties.push(PropertyReport {
                description: description.clone(),
                results: settings
                    .engines
                    .iter()
                    .map(|engine| engine_result(*engine))
                    .collect(),
            });
        }
        reports.push(BinaryReport {
            package: checked.binary.package.clone(),
            target: checked.binary.target.clone(),
            properties,
        });
    }
    Completed {
        binaries: reports,
        failures,
    }
}
