//! `cargo proofhouse replay TOKEN`: one case again, and what happens.

use std::time::Duration;

use proofhouse_choice::token::Token;
use proofhouse_evidence::{Counterexample, FORMAT_VERSION, PropertyDescription};
use proofhouse_report::{ReplayReport, replay_text};

use crate::campaign::{CheckedBinary, ReplayEnd, drawn_arguments, replay_end};
use crate::cli::{Format, ReplayArguments};
use crate::commands::build_for_token;
use crate::engines::native::{self, NativeLimits, NativeRun, NativeTask};
use crate::error::CommandError;
use crate::interrupt::Interrupt;
use crate::terminal::Terminal;

/// The exit code for "the case still fails".
const EXIT_FAILS: u8 = 1;

/// A replay runs one case, so its process is given that case's time and a little for its start.
const START_MAX: Duration = Duration::from_secs(10);

/// As much as a check gives by default.
const MEMORY_BYTES_MAX: u64 = 4 << 30;

/// What the library prints when a token's choices are not what the generators ask for.
const STALE_MARK: &str = "error[runner/stale-token]: ";

pub(crate) fn run(
    arguments: &ReplayArguments,
    terminal: &Terminal,
    interrupt: &Interrupt,
) -> Result<u8, CommandError> {
    let selection_of = |package: &str| {
        arguments
            .workspace
            .selection_of(package, &arguments.features)
    };
    let places = build_for_token(&arguments.token, selection_of, interrupt)?;
    let mut code = 0;
    for (checked, property) in places.iter() {
        let case = Case {
            checked,
            property,
            token: &places.token,
            case_time: arguments.case_time,
        };
        let report = case.replay(interrupt)?;
        if report.failure.is_some() {
            code = EXIT_FAILS;
        }
        terminal.print(&match arguments.format {
            Format::Text => replay_text(&report, terminal.report.colour),
            Format::Json => {
                let text = serde_json::to_string_pretty(&report)
                    .expect("plain data always has a JSON form");
                format!("{text}\n")
            }
        });
    }
    Ok(code)
}

/// One case of a property in one test binary.
pub(super) struct Case<'built> {
    pub(super) checked: &'built CheckedBinary,
    pub(super) property: &'built PropertyDescription,
    pub(super) token: &'built Token,
    pub(super) case_time: Duration,
}

impl Case<'_> {
    /// Runs the case and says what happens.
    pub(super) fn replay(&self, interrupt: &Interrupt) -> Result<ReplayReport, CommandError> {
        let Self {
            checked,
            property,
            token,
            case_time,
        } = *self;
        let text = token.to_string();
        let limits = NativeLimits {
            case_max: case_time,
            property_max: case_time + START_MAX,
            memory_bytes_max: MEMORY_BYTES_MAX,
        };
        let scratch = std::env::temp_dir();
        let run = |task: NativeTask| {
            native::run(
                &checked.binary,
                &property.path,
                &task,
                limits,
                &scratch,
                interrupt,
                &mut |_| {},
            )
        };
        let replayed = run(NativeTask::Replay {
            token: text.clone(),
            shrink: false,
        })?;
        if let Some(reason) = stale_reason(&replayed) {
            return Err(CommandError::StaleToken {
                property: token.property.clone(),
                reason,
            });
        }
        let (failure, mut counterexample) = match replay_end(&replayed, &text) {
            ReplayEnd::Interrupted => return Err(CommandError::Interrupted),
            ReplayEnd::Fails {
                failure,
                counterexample,
            } => (Some(failure), counterexample),
            ReplayEnd::Holds { .. } => (
                None,
                Counterexample {
                    token: text.clone(),
                    arguments: Vec::new(),
                    notes: Vec::new(),
                },
            ),
        };
        if counterexample.arguments.is_empty() {
            counterexample.arguments = drawn_arguments(&run(NativeTask::Draw { token: text })?);
        }
        Ok(ReplayReport {
            format_version: FORMAT_VERSION,
            package: checked.binary.package.clone(),
            target: checked.binary.target.clone(),
            property: property.clone(),
            counterexample,
            failure,
        })
    }
}

fn stale_reason(run: &NativeRun) -> Option<String> {
    run.stderr
        .lines()
        .find_map(|line| line.strip_prefix(STALE_MARK))
        .map(str::to_owned)
}
