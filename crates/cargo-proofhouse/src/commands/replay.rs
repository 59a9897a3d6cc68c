//! `cargo proofhouse replay TOKEN`: one case again, and what happens.

use proofhouse_choice::token::{self, Token};
use proofhouse_evidence::{Counterexample, FORMAT_VERSION, PropertyDescription};
use proofhouse_report::{ReplayReport, replay_text};

use crate::build::cargo::Workspace;
use crate::campaign::{CheckedBinary, ReplayEnd, drawn_arguments, replay_end};
use crate::cli::{Format, ReplayArguments};
use crate::commands::{build, paths};
use crate::engines::native::{self, NativeLimits, NativeRun, NativeTask};
use crate::error::CommandError;
use crate::interrupt::Interrupt;
use crate::terminal::Terminal;

/// The exit code for "the case still fails".
const EXIT_FAILS: u8 = 1;

/// A replay runs one case, so its process is given that case's time and a little for its start.
const START_MAX: std::time::Duration = std::time::Duration::from_secs(10);

/// What the library prints when a token's choices are not what the generators ask for.
const STALE_MARK: &str = "error[runner/stale-token]: ";

pub(crate) fn run(
    arguments: &ReplayArguments,
    terminal: &Terminal,
    interrupt: &Interrupt,
) -> Result<u8, CommandError> {
    // A token is looked at before anything is built for it.
    let token = token::decode(&arguments.token).map_err(CommandError::Token)?;
    let selection = arguments.to_selection(&token.package);
    let known = Workspace::read(&selection)?.member_names();
    if !known.contains(&token.package) {
        return Err(CommandError::ForeignToken {
            package: token.package,
            known,
        });
    }
    let built = build(&selection, interrupt)?;
    let known = paths(&built.binaries);
    let places = places_of(&built.binaries, &token);
    if places.is_empty() {
        return Err(CommandError::TokenOfUnknownProperty {
            property: token.property,
            known,
        });
    }
    let mut code = 0;
    for (checked, property) in places {
        let report = replay(checked, property, &token, arguments, interrupt)?;
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

/// Every test binary of the package that has the property: two files in `tests/` may both.
fn places_of<'built>(
    binaries: &'built [CheckedBinary],
    token: &Token,
) -> Vec<(&'built CheckedBinary, &'built PropertyDescription)> {
    let mut places = Vec::new();
    for checked in binaries
        .iter()
        .filter(|checked| checked.binary.package == token.package)
    {
        let is_named = |one: &&PropertyDescription| {
            one.path == token.property || token::example_of(&one.path, &token.property).is_some()
        };
        let property = checked.properties.iter().find(is_named);
        places.extend(property.map(|property| (checked, property)));
    }
    places
}

fn replay(
    checked: &CheckedBinary,
    property: &PropertyDescription,
    token: &Token,
    arguments: &ReplayArguments,
    interrupt: &Interrupt,
) -> Result<ReplayReport, CommandError> {
    let text = token.to_string();
    let limits = NativeLimits {
        case_max: arguments.case_time,
        property_max: arguments.case_time + START_MAX,
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

fn stale_reason(run: &NativeRun) -> Option<String> {
    run.stderr
        .lines()
        .find_map(|line| line.strip_prefix(STALE_MARK))
        .map(str::to_owned)
}
