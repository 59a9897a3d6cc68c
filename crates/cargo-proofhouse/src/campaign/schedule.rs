//! Which job runs when, and the collection of their results.
//!
//! # Invariants
//!
//! - A property is explored once its native jobs have ended, however many workers there are: what they
//!   found decides how much time it is worth, and what is worth running again afterwards.
//! - A job that panics does not keep the others waiting.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use proofhouse_evidence::{Engine, Statistics};
use proofhouse_report::{BinaryReport, PropertyReport};

use crate::campaign::contracts::name_contracts;
use crate::campaign::job::{Allowance, JobContext, Others, SHARE_OF_PROVED};
use crate::campaign::symbolic_worker::LoadedProgram;
use crate::campaign::{
    BUDGET_SPENT, CampaignSettings, CheckResult, CheckedBinary, FAILED_FAST, IGNORED, JobLabel,
    Observer,
};
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
    let queue = Queue::fill(settings, binaries);
    let clock = Clock::start(settings, queue.waiting.len());
    let jobs = Jobs {
        queue: Mutex::new(queue),
        has_ended: Condvar::new(),
        found: Mutex::default(),
    };
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..settings.jobs.get() {
            scope.spawn(|| work(&context, &clock, binaries, &jobs, &done));
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
    /// The same property with the random engine.
    fn of_random(self) -> Self {
        Self {
            engine: Engine::Random,
            ..self
        }
    }

    /// The property, whatever the engine.
    fn property(self) -> (usize, usize) {
        (self.binary, self.property)
    }

    fn label(self, binaries: &[CheckedBinary]) -> JobLabel<'_> {
        let binary = &binaries[self.binary];
        JobLabel {
            binary: &binary.binary,
            property: &binary.properties[self.property],
            engine: self.engine,
        }
    }
}

/// What the workers share.
#[derive(Debug)]
struct Jobs {
    queue: Mutex<Queue>,
    /// Whenever a job has ended.
    has_ended: Condvar,
    found: Mutex<Found>,
}

/// A job that somebody does, until this is dropped, even by a panic.
struct Underway<'jobs> {
    jobs: &'jobs Jobs,
    place: Place,
}

impl Jobs {
    /// The next job, and how many shares of the time those behind it are worth; waits for it if it has to.
    fn next(&self, loaded_binary: Option<usize>) -> Option<(Underway<'_>, usize)> {
        let mut queue = lock(&self.queue);
        while !queue.waiting.is_empty() {
            if let Some((place, shares)) = queue.next(loaded_binary, &lock(&self.found)) {
                return Some((Underway { jobs: self, place }, shares));
            }
            let woken = self.has_ended.wait(queue);
            queue = woken.unwrap_or_else(PoisonError::into_inner);
        }
        None
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        lock(&self.jobs.queue)
            .underway
            .retain(|place| *place != self.place);
        self.jobs.has_ended.notify_all();
    }
}

/// The jobs that nobody has begun, in the order in which they should begin, and those that are done now.
#[derive(Debug)]
struct Queue {
    waiting: VecDeque<Place>,
    underway: Vec<Place>,
}

impl Queue {
    fn fill(settings: &CampaignSettings, binaries: &[CheckedBinary]) -> Self {
        let mut native = Vec::new();
        let mut symbolic = Vec::new();
        for (binary, checked) in binaries.iter().enumerate() {
            for property in 0..checked.properties.len() {
                for &engine in &settings.engines {
                    let place = Place {
                        binary,
                        property,
                        engine,
                    };
                    if engine == Engine::Symbolic {
                        symbolic.push(place);
                    } else {
                        native.push(place);
                    }
                }
            }
        }
        Self {
            waiting: native.into_iter().chain(symbolic).collect(),
            underway: Vec::new(),
        }
    }

    /// A job that can begin now, and how many shares of the time those behind it are worth; once only
    /// symbolic ones are left, one of this binary if there is any.
    fn next(&mut self, loaded_binary: Option<usize>, found: &Found) -> Option<(Place, usize)> {
        let is_ready = |place: &Place| {
            let is_same = |other: &Place| other.property() == place.property();
            place.engine != Engine::Symbolic || !self.underway.iter().any(is_same)
        };
        let first = self.waiting.iter().position(is_ready)?;
        let is_symbolic = self.waiting[first].engine == Engine::Symbolic;
        let preferred = self.waiting.iter().position(|place| {
            is_symbolic && Some(place.binary) == loaded_binary && is_ready(place)
        });
        let place = self.waiting.remove(preferred.unwrap_or(first))?;
        self.underway.push(place);
        Some((place, self.shares(found)))
    }

    /// How many shares of the time the jobs that wait are worth.
    fn shares(&self, found: &Found) -> usize {
        let is_small = |place: &&Place| {
            let is_proved = found
                .get(&place.property())
                .is_some_and(|others| others.is_proved);
            place.engine == Engine::Symbolic && is_proved
        };
        let small = self.waiting.iter().filter(is_small).count();
        self.waiting.len() - small + small.div_ceil(SHARE_OF_PROVED as usize)
    }
}

/// Exhausting one property may take one part in so many of what is left of the budget.
const EXHAUSTION_SHARE: u32 = 40;

/// What ends a campaign before its last job: a failure, or the end of its time.
struct Clock {
    deadline: Option<Instant>,
    fair_share: Duration,
    jobs: u32,
    fail_fast: bool,
    has_failed: AtomicBool,
}

impl Clock {
    fn start(settings: &CampaignSettings, waiting: usize) -> Self {
        let now = Instant::now();
        let jobs = u32::try_from(settings.jobs.get()).unwrap_or(u32::MAX);
        Self {
            deadline: settings.budget.and_then(|budget| now.checked_add(budget)),
            fair_share: settings
                .budget
                .map_or(Duration::MAX, |budget| budget / rounds(waiting, jobs)),
            jobs,
            fail_fast: settings.fail_fast,
            has_failed: AtomicBool::new(false),
        }
    }

    /// Why no job may begin any more.
    fn reason_to_stop(&self) -> Option<&'static str> {
        let is_late = self.deadline.is_some_and(|end| Instant::now() >= end);
        if self.fail_fast && self.has_failed.load(Ordering::Relaxed) {
            Some(FAILED_FAST)
        } else if is_late {
            Some(BUDGET_SPENT)
        } else {
            None
        }
    }

    /// The time that one job may take of what is left when so many wait behind it. The cases that were
    /// asked for are run whatever the others need, and what is small enough for that is exhausted: both
    /// are mostly done in no time. Proofs share the rest.
    fn time_for(&self, engine: Engine, waiting: usize) -> Option<Duration> {
        let left = self.deadline?.saturating_duration_since(Instant::now());
        // What one does not need of its share falls to the others.
        let share = left / rounds(waiting.saturating_add(1), self.jobs);
        Some(match engine {
            Engine::Random | Engine::Replay => left,
            Engine::Exhaustive => share.max(left / EXHAUSTION_SHARE),
            Engine::Symbolic => share,
        })
    }

    fn note(&self, result: &CheckResult) {
        if result.is_failure() {
            self.has_failed.store(true, Ordering::Relaxed);
        }
    }
}

/// How often each of so many workers has to begin for all of these jobs.
fn rounds(waiting: usize, workers: u32) -> u32 {
    let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
    waiting.div_ceil(workers).max(1)
}

/// What was found so far, by the numbers of the binary and the property.
type Found = HashMap<(usize, usize), Others>;

/// A job, whether this is what came of it later, and what came of it.
type Done = (Place, bool, Result<CheckResult, CommandError>);

/// What one thread does: one job after the other.
fn work(
    context: &JobContext<'_>,
    clock: &Clock,
    binaries: &[CheckedBinary],
    jobs: &Jobs,
    done: &Mutex<Vec<Done>>,
) {
    let mut loaded: Option<(usize, LoadedProgram)> = None;
    loop {
        let loaded_binary = loaded.as_ref().map(|(binary, _)| *binary);
        let Some((underway, waiting)) = jobs.next(loaded_binary) else {
            return;
        };
        let place = underway.place;
        let label = place.label(binaries);
        context.observer.job_started(&label);
        let is_ignored = binaries[place.binary]
            .ignored
            .contains(&label.property.path);
        let time_max = clock.time_for(place.engine, waiting);
        let result = if is_ignored {
            Ok(CheckResult::not_run(IGNORED, Statistics::default()))
        } else if let Some(reason) = clock.reason_to_stop() {
            Ok(CheckResult::not_run(reason, Statistics::default()))
        } else if place.engine == Engine::Symbolic {
            if loaded_binary != Some(place.binary) {
                let program = LoadedProgram::of(&binaries[place.binary], context.settings);
                loaded = Some((place.binary, program));
            }
            let (_, program) = loaded.as_mut().expect("it was made above");
            let allowance = Allowance {
                time_max: time_max.unwrap_or(Duration::MAX),
                fair_share: clock.fair_share,
            };
            let others = lock(&jobs.found).get(&place.property()).cloned();
            let others = others.unwrap_or_default();
            let both = context.check_symbolically(&label, program, allowance, &others);
            both.map(|(result, follow_up)| {
                if let Some(follow_up) = follow_up {
                    clock.note(&follow_up);
                    lock(done).push((place.of_random(), true, Ok(follow_up)));
                }
                result
            })
        } else {
            context.check_natively(&label, time_max)
        };
        if let Ok(result) = &result {
            clock.note(result);
            lock(&jobs.found)
                .entry(place.property())
                .or_default()
                .learn(result);
            context.observer.job_ended(&label, result);
        }
        lock(done).push((place, false, result));
    }
}

/// What is behind a lock; a thread that panicked with it has left nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts the results in the order of the source, whatever order they came in.
fn collect(
    settings: &CampaignSettings,
    binaries: &[CheckedBinary],
    mut done: Vec<Done>,
) -> Completed {
    done.sort_by_key(|(place, is_later, _)| (*place, *is_later));
    let mut failures = Vec::new();
    let mut results: Vec<(Place, CheckResult)> = Vec::new();
    for (place, is_later, result) in done {
        let result = result.unwrap_or_else(|error| {
            let reason = format!("internal failure: {error}");
            failures.push(error);
            CheckResult::not_run(&reason, Statistics::default())
        });
        match results.last_mut() {
            Some((first, known)) if is_later && *first == place => known.absorb(result),
            _ => results.push((place, result)),
        }
    }
    let mut results = results.into_iter();
    let mut engine_result = |engine| {
        let (place, result) = results.next().expect("every job has a result");
        assert_eq!(
            place.engine, engine,
            "results come in the order of the report"
        );
        result.of_engine(engine)
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
    name_contracts(&mut reports);
    Completed {
        binaries: reports,
        failures,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(binary: usize, property: usize, engine: Engine) -> Place {
        Place {
            binary,
            property,
            engine,
        }
    }

    #[test]
    fn native_jobs_come_first_and_workers_stay_with_their_binary() {
        let mut queue = Queue {
            waiting: VecDeque::from([
                place(1, 0, Engine::Random),
                place(0, 0, Engine::Symbolic),
                place(1, 0, Engine::Symbolic),
                place(1, 1, Engine::Symbolic),
            ]),
            underway: Vec::new(),
        };
        let mut order = Vec::new();
        for loaded_binary in [Some(0), Some(1), Some(1), Some(1), Some(1)] {
            let next = queue.next(loaded_binary, &Found::new());
            order.extend(next.map(|(place, _)| place));
            queue.underway.clear();
        }
        assert_eq!(
            order,
            [
                place(1, 0, Engine::Random),
                place(1, 0, Engine::Symbolic),
                place(1, 1, Engine::Symbolic),
                place(0, 0, Engine::Symbolic),
            ]
        );
    }

    #[test]
    fn a_property_is_explored_after_its_native_jobs_even_if_one_panics() {
        let waiting = [
            place(0, 0, Engine::Exhaustive),
            place(0, 0, Engine::Symbolic),
            place(0, 1, Engine::Symbolic),
        ];
        let jobs = Jobs {
            queue: Mutex::new(Queue {
                waiting: waiting.into(),
                underway: Vec::new(),
            }),
            has_ended: Condvar::new(),
            found: Mutex::default(),
        };
        let next = || jobs.next(None).expect("a job is left").0;
        let exhaustive = next();
        assert_eq!(exhaustive.place, waiting[0]);
        assert_eq!(next().place, waiting[2], "the other waits");
        thread::scope(|scope| {
            let waits = scope.spawn(|| next().place);
            let panics = scope.spawn(move || {
                let _exhaustive = exhaustive;
                std::panic::resume_unwind(Box::new("a mistake of ours"));
            });
            assert!(panics.join().is_err());
            assert_eq!(waits.join().expect("it was woken"), waiting[1]);
        });
        assert!(jobs.next(None).is_none());
    }

    #[test]
    fn what_is_proved_already_takes_little_time_from_the_others() {
        let proved = Others {
            is_proved: true,
            ..Others::default()
        };
        let found: Found = (0..30).map(|at| ((0, at), proved.clone())).collect();
        let shares = |engine, properties: std::ops::Range<usize>| {
            let waiting = properties.map(|property| place(0, property, engine));
            let waiting = waiting.collect();
            let underway = Vec::new();
            Queue { waiting, underway }.shares(&found)
        };
        assert_eq!(shares(Engine::Symbolic, 0..0), 0);
        assert_eq!(shares(Engine::Symbolic, 0..20), 1);
        assert_eq!(shares(Engine::Symbolic, 0..21), 2);
        assert_eq!(shares(Engine::Symbolic, 29..33), 4);
        // The cases that were asked for are run in any case.
        assert_eq!(shares(Engine::Random, 0..20), 20);
    }
}
