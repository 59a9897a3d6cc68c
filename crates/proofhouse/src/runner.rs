//! The life of a property in a test process: what is asked, which engine runs, what is kept, said
//! and written.
//!
//! # Invariants
//!
//! - Verdicts are the engines'; the runner only passes them on: to the journal, the store, the
//!   standard error output, and to the test harness by unwinding.
//! - A test fails if its property is refuted or a case of it could not be reproduced, or if the
//!   environment asks for something impossible; never for being slow.
//!
//! # Not here
//!
//! Other processes. A property that kills this one is the business of whoever started it.

mod error;
mod journal;
mod report;
mod settings;
mod store;

use std::hash::{BuildHasher as _, RandomState};
use std::time::Instant;

use proofhouse_choice::token::Token;
use proofhouse_evidence::{Engine, Event, Statistics, Verdict};

use error::RunnerError;
use journal::Journal;
use settings::{EngineChoice, Settings};
use store::Store;

use crate::Property;
use crate::case_file::CaseFile;
use crate::conclusion::Concluding;
use crate::hunt::{Hunt, Search};
use crate::run::{AUTOMATIC_INPUTS_MAX, CASES, INPUTS_MAX};

/// Checks a property as the environment asks for.
///
/// # Panics
///
/// If the test has to fail; the reason was printed then.
pub(crate) fn run_test(property: &'static Property) {
    let result =
        Settings::from_environment().and_then(|settings| Session::open(property, settings));
    match result.and_then(Session::run) {
        Ok(None) => {}
        Ok(Some(reason)) => fail(reason),
        Err(error) => {
            let reason = format!("error[{}]: {error}\nhelp: {}", error.code(), error.help());
            eprintln!("{reason}");
            fail(reason);
        }
    }
}

/// Fails the test past the panic hook: the report was printed, a second message would bury it.
fn fail(reason: String) -> ! {
    std::panic::resume_unwind(Box::new(reason))
}

/// One property in one test process.
struct Session {
    property: &'static Property,
    settings: Settings,
    seed: u64,
    journal: Option<Journal>,
    case_file: Option<CaseFile>,
    store: Store,
}

/// Why a test fails, in one line, if it does.
type Reason = Option<String>;

/// What an engine should do.
enum Task {
    Random { cases: u64 },
    Exhaustive { inputs_max: u64 },
    Replay { token: Token, is_stored: bool },
}

impl Session {
    fn open(property: &'static Property, settings: Settings) -> Result<Self, RunnerError> {
        let journal = settings
            .events
            .as_deref()
            .map(Journal::append_to)
            .transpose()?;
        let case_file =
            match &settings.case_file {
                Some(path) => Some(CaseFile::create(path, property).map_err(|error| {
                    RunnerError::BadFile {
                        path: path.clone(),
                        error,
                    }
                })?),
                None => None,
            };
        // The library has no other source of entropy, and needs none that is better.
        let seed = settings
            .seed
            .unwrap_or_else(|| RandomState::new().hash_one(0));
        Ok(Self {
            property,
            settings,
            seed,
            journal,
            case_file,
            store: Store::of(property),
        })
    }

    fn run(mut self) -> Result<Reason, RunnerError> {
        let reason = match self.settings.engine {
            Some(EngineChoice::Replay) => match self.settings.replay.take() {
                Some(token) => self.replay_one(token),
                None => self.replay_stored(),
            },
            Some(EngineChoice::Random) => self.random(),
            Some(EngineChoice::Exhaustive) => {
                let inputs_max = self.settings.inputs_max.unwrap_or(INPUTS_MAX);
                Ok(self.work(Task::Exhaustive { inputs_max })?.0)
            }
            None => self.automatic(),
        };
        if let Some((case_file, path)) = self.case_file.take().zip(self.settings.case_file) {
            case_file
                .close()
                .map_err(|error| RunnerError::BadFile { path, error })?;
        }
        reason
    }

    /// As on plain `cargo test`: what failed before, then everything or a sample.
    fn automatic(&mut self) -> Result<Reason, RunnerError> {
        let reason = self.replay_stored()?;
        if reason.is_some() {
            return Ok(reason);
        }
        let inputs_max = self.settings.inputs_max.unwrap_or(AUTOMATIC_INPUTS_MAX);
        let (reason, verdict) = self.work(Task::Exhaustive { inputs_max })?;
        match verdict {
            Verdict::NotApplicable { .. } => self.random(),
            _ => Ok(reason),
        }
    }

    fn random(&mut self) -> Result<Reason, RunnerError> {
        let cases = self.settings.cases.or(self.property.cases).unwrap_or(CASES);
        Ok(self.work(Task::Random { cases })?.0)
    }

    fn replay_one(&mut self, token: Token) -> Result<Reason, RunnerError> {
        let Property { package, path, .. } = *self.property;
        if (&*token.package, &*token.property) != (package, path) {
            eprintln!(
                "property {path}: skipped, PROOFHOUSE_REPLAY names {}",
                token.property
            );
            return Ok(None);
        }
        Ok(self
            .work(Task::Replay {
                token,
                is_stored: false,
            })?
            .0)
    }

    /// Replays what is stored, until something fails.
    fn replay_stored(&mut self) -> Result<Reason, RunnerError> {
        let contents = self.store.load();
        for complaint in contents.complaints {
            eprintln!("property {}: {complaint}", self.property.path);
        }
        for token in contents.tokens {
            let (reason, _) = self.work(Task::Replay {
                token,
                is_stored: true,
            })?;
            if reason.is_some() {
                return Ok(reason);
            }
        }
        Ok(None)
    }

    /// Lets one engine work, and tells all who listen.
    fn work(&mut self, task: Task) -> Result<(Reason, Verdict), RunnerError> {
        let started = Instant::now();
        let engine = task.engine();
        let seed = if engine == Engine::Random {
            self.seed
        } else {
            0
        };
        self.tell(&Event::Started {
            property: self.property.description(),
            engine,
            seed,
        })?;
        let (verdict, mut statistics) = self.engine(&task)?;
        statistics.elapsed_us = started.elapsed().as_micros() as u64;
        let property = self.property.path.to_owned();
        if let Verdict::Refuted { findings } = &verdict {
            for finding in findings {
                let finding = finding.clone();
                self.tell(&Event::Found {
                    property: property.clone(),
                    finding,
                })?;
            }
        }
        self.keep(&task, &verdict);
        let finished = Event::Finished {
            property,
            engine,
            verdict: verdict.clone(),
            statistics,
        };
        self.tell(&finished)?;
        Ok((self.say(&task, &verdict, &statistics), verdict))
    }

    /// Runs the engine of a task to its verdict.
    fn engine(&mut self, task: &Task) -> Result<(Verdict, Statistics), RunnerError> {
        let concluding = Concluding {
            package: self.property.package,
            property: self.property.path,
            engine: task.engine(),
            shrinks: self
                .settings
                .shrinks
                .unwrap_or(task.engine() != Engine::Replay),
        };
        let path = self.property.path;
        let mut case = self.property.case;
        let journal = std::cell::RefCell::new(self.journal.as_mut());
        let mut hunt = Hunt::new(&mut case)
            .written_ahead(self.case_file.take())
            .telling(|done| {
                if let Some(journal) = journal.borrow_mut().as_mut() {
                    journal.progress(path, done);
                }
            });
        let mut is_exact = true;
        let search = match task {
            Task::Random { cases } => hunt.random(self.seed, *cases),
            Task::Exhaustive { inputs_max } => hunt.exhaustive(*inputs_max),
            Task::Replay { token, .. } => {
                let search;
                (search, is_exact) = hunt.replay(token.choices.clone());
                search
            }
        };
        let is_stale = !is_exact && !matches!(search, Search::Failed(_));
        let mut told = Ok(());
        let (verdict, _) = concluding.conclude(&mut hunt, search, |failing| {
            if let Some(journal) = journal.borrow_mut().as_mut() {
                told = journal.write(&Event::Failed {
                    property: path.to_owned(),
                    failure: failing.failure.clone(),
                    token: concluding.token(&failing.choices),
                });
            }
        });
        let (statistics, case_file) = hunt.finish();
        self.case_file = case_file;
        told?;
        match task {
            Task::Replay { token, is_stored } if is_stale => {
                let error = RunnerError::StaleToken {
                    token: token.to_string(),
                };
                if *is_stored {
                    eprintln!("property {path}: {error}");
                    Ok((verdict, statistics))
                } else {
                    Err(error)
                }
            }
            _ => Ok((verdict, statistics)),
        }
    }

    /// Keeps new findings for the next run.
    fn keep(&self, task: &Task, verdict: &Verdict) {
        let (Verdict::Refuted { findings }, false) = (verdict, task.is_stored()) else {
            return;
        };
        for finding in findings {
            if let Err(error) = self.store.add(finding) {
                eprintln!(
                    "property {}: the failure is not stored, {error}",
                    self.property.path
                );
            }
        }
    }

    /// Prints the verdict and says why the test fails, if it does.
    fn say(&self, task: &Task, verdict: &Verdict, statistics: &Statistics) -> Reason {
        let text = report::render(self.property, task.engine(), self.seed, verdict, statistics);
        let is_silent = match verdict {
            // Stored cases that hold, and an engine that leaves the work to the next one.
            Verdict::Passed { .. } | Verdict::Vacuous { .. } => task.is_stored(),
            Verdict::NotApplicable { .. } => self.settings.engine.is_none(),
            _ => false,
        };
        if !is_silent {
            eprintln!("{text}");
        }
        match verdict {
            Verdict::Refuted { findings } => {
                Some(format!("refuted: {}", findings[0].failure.message))
            }
            Verdict::Inconclusive { .. } => Some("inconclusive".to_owned()),
            _ => None,
        }
    }

    fn tell(&mut self, event: &Event) -> Result<(), RunnerError> {
        self.journal
            .as_mut()
            .map_or(Ok(()), |journal| journal.write(event))
    }
}

impl Task {
    fn engine(&self) -> Engine {
        match self {
            Self::Random { .. } => Engine::Random,
            Self::Exhaustive { .. } => Engine::Exhaustive,
            Self::Replay { .. } => Engine::Replay,
        }
    }

    fn is_stored(&self) -> bool {
        matches!(
            self,
            Self::Replay {
                is_stored: true,
                ..
            }
        )
    }
}
