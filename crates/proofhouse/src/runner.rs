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
mod import;
mod journal;
mod origin;
mod report;
mod settings;
mod task;
mod terminal;
mod work;

use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};
use std::time::Duration;

use proofhouse_choice::token::{self, Token};
use proofhouse_evidence::{Event, Verdict};
use proofhouse_store::Store;

use error::{RegressionFault, RunnerError};
use journal::Journal;
use origin::Origin;
use settings::{EngineChoice, Settings};
use task::Task;

use crate::Property;
use crate::case_file::CaseFile;
use crate::hunt::Hunt;
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
    regressions: Store,
}

/// Why a test fails, in one line, if it does.
type Reason = Option<String>;

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
        let folder = Path::new(property.manifest_dir);
        Ok(Self {
            property,
            settings,
            seed,
            journal,
            case_file,
            store: Store::local(folder, property.path),
            regressions: Store::committed(folder, property.path),
        })
    }

    fn run(mut self) -> Result<Reason, RunnerError> {
        let reason = self.check();
        if let Some((case_file, path)) = self.case_file.take().zip(self.settings.case_file) {
            case_file
                .close()
                .map_err(|error| RunnerError::BadFile { path, error })?;
        }
        reason
    }

    fn check(&mut self) -> Result<Reason, RunnerError> {
        if let Some(token) = self.settings.replay.take() {
            return self.replay_one(token);
        }
        if let (Some(EngineChoice::Random), Some(path)) =
            (self.settings.engine, self.settings.starts.take())
        {
            return self.vary(path);
        }
        let mut reason = self.fixed()?;
        // A tool that asks for one engine has plans of its own for the store.
        if matches!(self.settings.engine, None | Some(EngineChoice::Replay)) && reason.is_none() {
            reason = self.replay_stored(Origin::Stored)?;
        }
        if reason.is_some() {
            return Ok(reason);
        }
        match self.settings.engine {
            Some(EngineChoice::Replay) => Ok(None),
            Some(EngineChoice::Random) => self.random(),
            Some(EngineChoice::Exhaustive) => Ok(self.exhaustive(INPUTS_MAX)?.0),
            None => {
                let (reason, verdict) = self.exhaustive(AUTOMATIC_INPUTS_MAX)?;
                match verdict {
                    Verdict::NotApplicable { .. } => self.random(),
                    _ => Ok(reason),
                }
            }
        }
    }

    fn exhaustive(&mut self, default: u64) -> Result<(Reason, Verdict), RunnerError> {
        let wanted = self.settings.inputs_max;
        let inputs_max = wanted
            .or(self.property.options.inputs_max)
            .unwrap_or(default);
        self.work(Task::Exhaustive { inputs_max })
    }

    fn random(&mut self) -> Result<Reason, RunnerError> {
        let options = &self.property.options;
        let time_ms = self.settings.time_ms.or(options.time_ms);
        // Who gives a time and no number wants as many as fit.
        let default = if time_ms.is_some() { u64::MAX } else { CASES };
        let cases = self.settings.cases.or(options.cases).unwrap_or(default);
        let time_max = time_ms.map(Duration::from_millis);
        Ok(self.work(Task::Random { cases, time_max })?.0)
    }

    /// Runs the cases of a file, those of this property, and variations of them.
    fn vary(&mut self, path: PathBuf) -> Result<Reason, RunnerError> {
        let text = fs::read_to_string(&path);
        let text = text.map_err(|error| RunnerError::BadFile { path, error })?;
        let tokens = text.lines().map(str::parse::<Token>);
        let tokens = tokens.collect::<Result<Vec<_>, _>>();
        let Property { package, path, .. } = *self.property;
        let of_property = |token: &Token| token.package == package && token.property == path;
        let tokens = tokens.map_err(RunnerError::BadToken)?.into_iter();
        let starts = tokens.filter(of_property).map(|token| token.choices);
        let options = &self.property.options;
        let task = Task::Vary {
            starts: starts.collect(),
            cases: self.settings.cases.or(options.cases).unwrap_or(CASES),
            time_max: self
                .settings
                .time_ms
                .or(options.time_ms)
                .map(Duration::from_millis),
        };
        Ok(self.work(task)?.0)
    }

    fn replay_one(&mut self, token: Token) -> Result<Reason, RunnerError> {
        let text = token.to_string();
        let Some(task) = self.task_of(token)? else {
            return Ok(None);
        };
        if self.settings.only_draws {
            self.draw(&task, text)?;
            return Ok(None);
        }
        Ok(self.work(task)?.0)
    }

    /// The task that a token stands for; `None` when it belongs to another property.
    fn task_of(&self, token: Token) -> Result<Option<Task>, RunnerError> {
        let Property { package, path, .. } = *self.property;
        if token.package == package {
            if token.property == path {
                let origin = Origin::Token;
                return Ok(Some(Task::Replay { token, origin }));
            }
            if let Some(number) = token::example_of(path, &token.property) {
                return if (1..=self.property.examples.len()).contains(&number) {
                    let imports = false;
                    Ok(Some(Task::Example { number, imports }))
                } else {
                    let token = token.to_string();
                    Err(RunnerError::StaleToken { token })
                };
            }
        }
        eprintln!(
            "property {path}: skipped, PROOFHOUSE_REPLAY names {}",
            token.property
        );
        Ok(None)
    }

    /// Draws the arguments of one case and journals their values; the property does not run.
    fn draw(&mut self, task: &Task, token: String) -> Result<(), RunnerError> {
        let (mut case, choices) = match task {
            Task::Example { number, .. } => (self.property.examples[number - 1].case, Vec::new()),
            Task::Replay { token, .. } => (self.property.case, token.choices.clone()),
            Task::Random { .. } | Task::Vary { .. } | Task::Exhaustive { .. } => return Ok(()),
        };
        let arguments = Hunt::new(&mut case).arguments(choices);
        let Some(arguments) = arguments else {
            return Err(RunnerError::StaleToken { token });
        };
        let property = self.property.path.to_owned();
        self.tell(&Event::Drawn {
            property,
            token,
            arguments,
        })
    }

    /// Runs what the source and committed files say to try always, until something fails.
    fn fixed(&mut self) -> Result<Reason, RunnerError> {
        for number in 1..=self.property.examples.len() {
            let imports = true;
            let (reason, _) = self.work(Task::Example { number, imports })?;
            if reason.is_some() {
                return Ok(reason);
            }
        }
        for text in self.property.regressions {
            let token = self.regression(text)?;
            let origin = Origin::Regression;
            let (reason, _) = self.work(Task::Replay { token, origin })?;
            if reason.is_some() {
                return Ok(reason);
            }
        }
        self.replay_stored(Origin::Committed)
    }

    /// The case of a `#[regression(..)]`.
    fn regression(&self, text: &str) -> Result<Token, RunnerError> {
        let bad = |reason| RunnerError::BadRegression {
            token: text.to_owned(),
            reason,
        };
        let token: Token = text
            .parse()
            .map_err(|error| bad(RegressionFault::Unreadable(error)))?;
        // The package may have been renamed since; the path says which property it is.
        if token.property == self.property.path {
            Ok(token)
        } else {
            let property = token.property;
            Err(bad(RegressionFault::Foreign { property }))
        }
    }

    /// Replays what is stored, until something fails.
    fn replay_stored(&mut self, origin: Origin) -> Result<Reason, RunnerError> {
        let store = match origin {
            Origin::Committed => &self.regressions,
            _ => &self.store,
        };
        let contents = store.load();
        for complaint in contents.complaints {
            eprintln!("property {}: {complaint}", self.property.path);
        }
        for token in contents.tokens {
            let (reason, _) = self.work(Task::Replay { token, origin })?;
            if reason.is_some() {
                return Ok(reason);
            }
        }
        Ok(None)
    }
}
