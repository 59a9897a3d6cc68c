//! A process that checks one property, and what it leaves.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use proofhouse::choice::{Choice, token};
use proofhouse::evidence::{Engine, Event, Finding, Verdict, read_events};

pub(super) struct Child {
    pub(super) property: &'static str,
    pub(super) folder: PathBuf,
    pub(super) command: Command,
}

impl Child {
    /// A process that checks a fixture, with a fresh folder for its files and nothing stored.
    pub(super) fn checking(property: &'static str) -> Self {
        let child = Self::continuing(property);
        let _ = fs::remove_file(child.store());
        let _ = fs::remove_file(child.regressions());
        child
    }

    /// As `checking`, with what is stored.
    pub(super) fn continuing(property: &'static str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(property);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let mut command = Command::new(env::current_exe().unwrap());
        for (name, _) in env::vars().filter(|(name, _)| name.starts_with("PROOFHOUSE_")) {
            command.env_remove(name);
        }
        command.args(["--exact", &format!("fixture::{property}"), "--ignored"]);
        command.args(["--nocapture", "--test-threads=1"]);
        command.env("PROOFHOUSE_EVENTS", folder.join("events"));
        command.env("PROOFHOUSE_CASE_FILE", folder.join("case"));
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        Self {
            property,
            folder,
            command,
        }
    }

    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(super) fn store(&self) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".proofhouse/failures");
        folder.join(format!("fixture__{}.txt", self.property))
    }

    pub(super) fn regressions(&self) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofhouse-regressions");
        folder.join(format!("fixture__{}.txt", self.property))
    }

    pub(super) fn run(mut self) -> Ran {
        let output = self.command.output().unwrap();
        let events = fs::read(self.folder.join("events")).unwrap_or_default();
        let events = read_events(events.as_slice()).unwrap();
        let case = fs::read_to_string(self.folder.join("case")).unwrap_or_default();
        let store = fs::read_to_string(self.store()).unwrap_or_default();
        Ran {
            output,
            events,
            case,
            store,
        }
    }
}

/// What a child process left.
pub(super) struct Ran {
    pub(super) output: Output,
    pub(super) events: Vec<Event>,
    pub(super) case: String,
    pub(super) store: String,
}

impl Ran {
    pub(super) fn printed(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// The verdict of the last engine that finished.
    pub(super) fn verdict(&self) -> (Engine, &Verdict) {
        match self.events.last() {
            Some(Event::Finished {
                engine, verdict, ..
            }) => (*engine, verdict),
            other => panic!("the journal ends with {other:?}: {}", self.printed()),
        }
    }

    pub(super) fn finding(&self) -> &Finding {
        match self.verdict().1 {
            Verdict::Refuted { findings } => &findings[0],
            other => panic!("{other:?} is no refutation"),
        }
    }
}

/// The choices of a token.
pub(super) fn choices_of(token: &str) -> Vec<Choice> {
    token::decode(token).unwrap().choices
}
