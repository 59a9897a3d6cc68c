//! `cargo proofhouse check`: the campaign.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use proofhouse_evidence::{Engine, FORMAT_VERSION};
use proofhouse_report::{CheckReport, Settings, check_text};

use crate::campaign::{self, CampaignSettings, CheckedBinary, SymbolicLimits};
use crate::cli::{CheckArguments, Format};
use crate::commands::symbolic::{self, Preparation};
use crate::commands::{build, choose};
use crate::engines::native::{NativeLimits, ignored_tests};
use crate::error::{CommandError, EXIT_INTERNAL, EXIT_INTERRUPTED};
use crate::interrupt::Interrupt;
use crate::observers::{EventLog, Live, Observers};
use crate::terminal::Terminal;

/// The exit code for "something refuted", and for inputs that were not what a property asks for.
const EXIT_REFUTED: u8 = 1;

pub(crate) fn run(
    arguments: &CheckArguments,
    terminal: &Terminal,
    interrupt: &Interrupt,
) -> Result<u8, CommandError> {
    let selection = arguments.selection.to_selection();
    // An events file that cannot be written should be known before the long part.
    let event_log = arguments
        .events
        .as_deref()
        .map(EventLog::create)
        .transpose()?;
    let built = build(&selection, interrupt)?;
    let mut settings = settings(arguments, built.toolchain.sysroot.clone());
    let mut binaries = choose(built.binaries, arguments.property.as_deref())?;
    if !arguments.include_ignored {
        for checked in &mut binaries {
            checked.ignored = ignored_tests(&checked.binary, interrupt)?;
        }
    }
    let preparation = Preparation {
        workspace: &built.workspace,
        toolchain: &built.toolchain,
        selection: &selection,
        memory_bytes_max: settings.symbolic.memory_bytes_max,
    };
    let mut engines_missing = Vec::new();
    if settings.engines.contains(&Engine::Symbolic)
        && let Err(missing) = symbolic::prepare(&preparation, &mut binaries, terminal, interrupt)?
    {
        if arguments.names_engine(Engine::Symbolic) {
            return Err(CommandError::NoSymbolicEngine {
                reason: missing.reason,
                help: missing.help,
            });
        }
        settings
            .engines
            .retain(|engine| *engine != Engine::Symbolic);
        engines_missing.push(missing);
    }
    terminal.print_status("Checking", &what(&binaries, &settings));
    let started = Instant::now();
    let live = Live::new(terminal, jobs(&binaries, &settings));
    let observers = Observers::new(&live, event_log.as_ref());
    let completed = campaign::run(&settings, &binaries, interrupt, &observers)?;
    live.finish();
    let report = CheckReport {
        format_version: FORMAT_VERSION,
        proofhouse_version: env!("CARGO_PKG_VERSION").to_owned(),
        settings: report_settings(arguments, &settings),
        engines_missing,
        binaries: completed.binaries,
        interrupted: interrupt.is_requested(),
        elapsed_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
    };
    show(&report, arguments.format, event_log.as_ref(), terminal);
    for failure in &completed.failures {
        terminal.print_error(failure);
    }
    Ok(exit_code(&report, &completed.failures))
}

/// Prints the report, unless the events have taken its place.
fn show(report: &CheckReport, format: Format, event_log: Option<&EventLog>, terminal: &Terminal) {
    if event_log.is_some_and(EventLog::is_stdout) {
        return;
    }
    terminal.print(&match format {
        Format::Text => check_text(report, terminal.report),
        Format::Json => report.to_json(),
    });
}

/// A refutation counts most: it stands whatever else went wrong.
fn exit_code(report: &CheckReport, failures: &[CommandError]) -> u8 {
    if report.is_failure() {
        EXIT_REFUTED
    } else if !failures.is_empty() {
        EXIT_INTERNAL
    } else if report.interrupted {
        EXIT_INTERRUPTED
    } else {
        0
    }
}

fn settings(arguments: &CheckArguments, sysroot: PathBuf) -> CampaignSettings {
    CampaignSettings {
        engines: arguments.engines(),
        seed: arguments.seed.unwrap_or_else(fresh_seed),
        cases: arguments.cases,
        native: NativeLimits {
            case_max: arguments.case_time,
            property_max: arguments.native_time,
        },
        symbolic: SymbolicLimits {
            time_max: arguments.time,
            size_max: arguments.size_max,
            memory_bytes_max: arguments.memory.saturating_mul(1024 * 1024),
        },
        sysroot,
        jobs: arguments
            .jobs
            .unwrap_or_else(|| thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)),
    }
}

/// A seed that differs from run to run and is short enough to type.
fn fresh_seed() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::from(now.subsec_nanos()) ^ (now.as_secs() & 0xffff)
}

fn report_settings(arguments: &CheckArguments, settings: &CampaignSettings) -> Settings {
    Settings {
        engines: settings.engines.clone(),
        seed: settings.seed,
        cases: settings.cases,
        time_ms: u64::try_from(arguments.time.as_millis()).unwrap_or(u64::MAX),
        size_max: arguments.size_max,
    }
}

fn jobs(binaries: &[CheckedBinary], settings: &CampaignSettings) -> usize {
    let properties: usize = binaries
        .iter()
        .map(|checked| checked.properties.len())
        .sum();
    properties * settings.engines.len()
}

/// `28 properties with random, exhaustive and symbolic`.
fn what(binaries: &[CheckedBinary], settings: &CampaignSettings) -> String {
    let properties: usize = binaries
        .iter()
        .map(|checked| checked.properties.len())
        .sum();
    let noun = if properties == 1 {
        "property"
    } else {
        "properties"
    };
    let engines: Vec<_> = settings
        .engines
        .iter()
        .map(|engine| engine.name())
        .collect();
    format!("{properties} {noun} with {}", engines.join(", "))
}
