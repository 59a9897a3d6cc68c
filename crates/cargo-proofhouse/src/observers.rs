//! Who listens to a campaign: a live line for people and a log of events for programs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use proofhouse_evidence::{Engine, Event, FORMAT_VERSION, Verdict};
use proofhouse_report::{Outcome, TargetLabel, count};
use serde::Serialize;

use crate::campaign::{CheckResult, JobLabel, Observer};
use crate::error::CommandError;
use crate::terminal::Terminal;

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

    fn job_ended(&self, label: &JobLabel<'_>, result: &CheckResult) {
        self.live.job_ended(label, result);
        if let Some(log) = self.log {
            log.job_ended(label, result);
        }
    }
}

/// One line that says how far the campaign is and what runs right now. Nothing when standard error is
/// no terminal.
pub(crate) struct Live {
    bar: ProgressBar,
    state: Mutex<LiveState>,
}

#[derive(Default)]
struct LiveState {
    refuted: u64,
    /// The jobs that run, and what is known of their progress.
    running: BTreeMap<(String, Engine), String>,
}

impl Live {
    /// Often enough to look alive.
    const BETWEEN_TICKS: Duration = Duration::from_millis(120);

    pub(crate) fn new(terminal: &Terminal, jobs: usize) -> Self {
        let target = if terminal.is_live {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(jobs as u64), target);
        let style = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_msg}")
            .expect("the template is constant");
        bar.set_style(style);
        if terminal.is_live {
            bar.enable_steady_tick(Self::BETWEEN_TICKS);
        }
        Self {
            bar,
            state: Mutex::default(),
        }
    }

    /// Takes the line away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn change(&self, change: impl FnOnce(&mut LiveState)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        self.bar.set_message(state.line());
    }
}

impl LiveState {
    fn line(&self) -> String {
        let mut parts = Vec::new();
        if self.refuted > 0 {
            parts.push(format!("{} REFUTED", count(self.refuted)));
        }
        for ((path, engine), progress) in &self.running {
            parts.push(format!("{path} ({}{progress})", engine.name()));
        }
        parts.join("  ")
    }
}

fn key(label: &JobLabel<'_>) -> (String, Engine) {
    (label.property.path.clone(), label.engine)
}

impl Observer for Live {
    fn job_started(&self, label: &JobLabel<'_>) {
        self.change(|state| {
            state.running.insert(key(label), String::new());
        });
    }

    fn engine_said(&self, label: &JobLabel<'_>, event: &Event) {
        if let Event::Progress { done, .. } = event {
            self.change(|state| {
                state
                    .running
                    .insert(key(label), format!(", {}", count(*done)));
            });
        }
    }

    fn job_ended(&self, label: &JobLabel<'_>, result: &CheckResult) {
        self.change(|state| {
            state.running.remove(&key(label));
            let is_refuted = matches!(result.outcome.verdict(), Some(Verdict::Refuted { .. }));
            state.refuted += u64::from(is_refuted);
        });
        self.bar.inc(1);
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
        let event = Event::Finished {
            property,
            engine: label.engine,
            verdict: verdict.clone(),
            statistics: result.statistics,
        };
        self.write(label, &event);
    }
}
