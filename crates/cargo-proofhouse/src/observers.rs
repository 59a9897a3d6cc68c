//! Who listens to a campaign: a live view for people and a log of events for programs.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use proofhouse_evidence::{Engine, Event, FORMAT_VERSION, Verdict};
use proofhouse_report::{Outcome, TargetLabel};
use serde::Serialize;

use crate::campaign::{CheckResult, JobLabel, Observer};
use crate::error::CommandError;
use crate::live::Live;

/// All who listen.
pub(crate) struct Observers<'campaign> {
    live: &'campaign Live,
    log: Option<&'campaign EventLog>,
}

impl<'campaign> Observers<'campaign> {
    pub(crate) fn new(live: &'campaign Live, log: Option<&'campaign EventLog>) -> Self {
        Self { live, log }
    }
}

impl Observer for Observers<'_> {
    fn job_started(&self, label: &JobLabel<'_>) {
        self.live.job_started(label);
        if let Some(log) = self.log {
            log.job_started(label);
        }
    }

    fn engine_said(&self, label: &JobLabel<'_>, event: &Event) {
        self.live.engine_said(label, event);
        if let Some(log) = self.log {
            log.engine_said(label, event);
        }
    }

    fn found_later(&self, label: &JobLabel<'_>, result: &CheckResult) {
        self.live.found_later(label, result);
        if let Some(log) = self.log {
            log.found_later(label, result);
        }
    }

    fn job_ended(&self, label: &JobLabel<'_>, result: &CheckResult) {
        self.live.job_ended(label, result);
        if let Some(log) = self.log {
            log.job_ended(label, result);
        }
    }
}

/// What engines say while they run, one JSON object a line. Verdicts are written when they are
/// confirmed, so a log never holds one that the report takes back.
pub(crate) struct EventLog {
    writer: Mutex<Box<dyn Write + Send>>,
    path: PathBuf,
}

/// One line of the log.
#[derive(Serialize)]
struct LogLine<'event> {
    format_version: u32,
    package: &'event str,
    target: &'event TargetLabel,
    engine: Engine,
    #[serde(flatten)]
    event: &'event Event,
}

impl EventLog {
    /// Creates the file; `-` is standard output.
    pub(crate) fn create(path: &Path) -> Result<Self, CommandError> {
        let writer: Box<dyn Write + Send> = if path == Path::new("-") {
            Box::new(io::stdout())
        } else {
            Box::new(File::create(path).map_err(|error| CommandError::Usage {
                reason: format!("cannot write to {}: {error}", path.display()),
                help:
                    "`--events` takes the path of a file in an existing folder, or `-`".to_owned(),
            })?)
        };
        Ok(Self {
            writer: Mutex::new(writer),
            path: path.to_owned(),
        })
    }

    /// Whether the log takes the place of the report.
    pub(crate) fn is_stdout(&self) -> bool {
        self.path == Path::new("-")
    }

    fn write(&self, label: &JobLabel<'_>, event: &Event) {
        let line = LogLine {
            format_version: FORMAT_VERSION,
            package: &label.binary.package,
            target: &label.binary.target,
            engine: label.engine,
            event,
        };
        let mut text = serde_json::to_vec(&line).expect("plain data always has a JSON form");
        text.push(b'\n');
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        // A reader that has gone away wants no more; the report does not depend on it.
        let _ = writer.write_all(&text).and_then(|()| writer.flush());
    }
}

impl Observer for EventLog {
    fn job_started(&self, label: &JobLabel<'_>) {
        self.write(
            label,
            &Event::Started {
                property: label.property.clone(),
                engine: label.engine,
                seed: 0,
            },
        );
    }

    fn engine_said(&self, label: &JobLabel<'_>, event: &Event) {
        // The others are written when the job has ended and its verdict is confirmed.
        let is_news = matches!(
            event,
            Event::Progress { .. }
                | Event::Failed { .. }
                | Event::Observed { .. }
                | Event::Unhealthy { .. }
                | Event::Explained { .. }
        );
        if is_news {
            self.write(label, event);
        }
    }

    fn found_later(&self, label: &JobLabel<'_>, result: &CheckResult) {
        self.job_ended(label, result);
    }

    fn job_ended(&self, label: &JobLabel<'_>, result: &CheckResult) {
        let Outcome::Concluded { verdict } = &result.outcome else {
            return;
        };
        let property = label.property.path.clone();
        if let Verdict::Refuted { findings } = verdict {
            for finding in findings {
                let event = Event::Found {
                    property: property.clone(),
                    finding: finding.clone(),
                };
                self.write(label, &event);
            }
        }
        if !result.lines.is_empty() {
            let event = Event::Executed {
                property: property.clone(),
                engine: label.engine,
                lines: result.lines.clone(),
            };
            self.write(label, &event);
        }
        let event = Event::Finished {
            property,
            engine: label.engine,
            verdict: verdict.clone(),
            statistics: result.statistics,
        };
        self.write(label, &event);
    }
}
