//! `cargo proofhouse check` and `prove`: the campaign, from its settings to its exit code.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use proofhouse_evidence::{Engine, FORMAT_VERSION, microseconds};
use proofhouse_report::{CheckReport, EngineMissing, Settings, check_text, github_text};

use crate::build::cargo::{Selection, Workspace};
use crate::campaign::{self, CampaignSettings, CheckedBinary, Folders, ProofCache, SymbolicLimits};
use crate::cli::{CampaignArguments, CheckArguments, Format};
use crate::commands::changed::{changed_members, narrowed};
use crate::commands::output::{self, History};
use crate::commands::symbolic::{self, Preparation};
use crate::commands::{build, choose};
use crate::config::{Config, Profile};
use crate::engines::native::{NativeLimits, ignored_tests};
use crate::engines::second;
use crate::error::{CommandError, EXIT_INTERNAL, EXIT_INTERRUPTED};
use crate::interrupt::Interrupt;
use crate::ledger::{self, Ledger};
use crate::live::Live;
use crate::observers::{EventLog, Observers};
use crate::terminal::Terminal;

/// The exit code for "something refuted", for inputs that were not what a property asks for, and for
/// what is weaker than the ledger.
const EXIT_REFUTED: u8 = 1;

/// What a check does where nothing else is said.
const CHECK_TIME: Duration = Duration::from_secs(20);
const PROVE_TIME: Duration = Duration::from_secs(300);
const CASE_TIME: Duration = Duration::from_secs(10);
const NATIVE_TIME: Duration = Duration::from_secs(120);
const MEMORY_MIB: u64 = 4096;

/// A campaign as it was asked for.
struct Request<'command> {
    arguments: &'command CampaignArguments,
    /// The engines that were named; none: the profile's.
    engines: Vec<Engine>,
    /// Whether it is to prove, for which there is more time.
    proves: bool,
    terminal: &'command Terminal,
    interrupt: &'command Interrupt,
}

/// What is left to do when everything is built.
struct Prepared {
    settings: CampaignSettings,
    binaries: Vec<CheckedBinary>,
    missing: Option<EngineMissing>,
}

pub(crate) fn check(
    arguments: &CheckArguments,
    terminal: &Terminal,
    interrupt: &Interrupt,
) -> Result<u8, CommandError> {
    let request = Request {
        arguments: &arguments.campaign,
        engines: arguments.engines(),
        proves: false,
        terminal,
        interrupt,
    };
    request.run()
}

pub(crate) fn prove(
    arguments: &CampaignArguments,
    terminal: &Terminal,
    interrupt: &Interrupt,
) -> Result<u8, CommandError> {
    let request = Request {
        arguments,
        engines: vec![Engine::Symbolic],
        proves: true,
        terminal,
        interrupt,
    };
    request.run()
}

impl Request<'_> {
    fn run(&self) -> Result<u8, CommandError> {
        let Self {
            arguments,
            terminal,
            ..
        } = *self;
        let output = &arguments.output;
        // Files that cannot be written should be known before the long part.
        let event_log = output.events.as_deref().map(EventLog::create).transpose()?;
        output::require_writable(output)?;
        second::require_wanted()?;
        let selection = arguments.selection.to_selection();
        let workspace = Workspace::read(&selection)?;
        let profile = self.profile(&workspace)?;
        let ledger = Ledger::of(workspace.root());
        let recorded = ledger.read()?;
        let Some(selection) = self.narrow(&workspace, selection)? else {
            terminal.print_status("Unchanged", "nothing to check");
            return Ok(0);
        };
        let prepared = self.prepare(&workspace, &selection, &profile)?;
        let (mut report, failures) = self.carry_out(prepared, event_log.as_ref())?;
        let scope = self.scope(&workspace, &report);
        if self.compares_with_ledger() {
            report.weaker = recorded.weaker_than_recorded(&report, &scope);
        }
        self.deliver(&report, &workspace, event_log.as_ref())?;
        if arguments.write_ledger {
            ledger.write(&recorded.updated(&report, &scope))?;
            terminal.print_status("Written", &ledger.path().display().to_string());
        }
        for failure in &failures {
            terminal.print_error(failure);
        }
        Ok(exit_code(&report, &failures))
    }

    /// Whether a verdict that is weaker than the ledger's fails the check.
    fn compares_with_ledger(&self) -> bool {
        let options = &self.arguments.selection.workspace_options;
        options.locked || options.frozen
    }

    /// Builds what is to be checked, and makes the engines ready.
    fn prepare(
        &self,
        workspace: &Workspace,
        selection: &Selection,
        profile: &Profile,
    ) -> Result<Prepared, CommandError> {
        let built = build(workspace, selection, self.interrupt)?;
        let sysroot = built.toolchain.sysroot.clone();
        let mut settings = self.settings(profile, sysroot, workspace);
        let mut binaries = choose(built.binaries, &self.arguments.patterns())?;
        if !profile.include_ignored.unwrap_or(false) {
            for checked in &mut binaries {
                checked.ignored = ignored_tests(&checked.binary, self.interrupt)?;
            }
        }
        let preparation = Preparation {
            workspace,
            toolchain: &built.toolchain,
            selection,
            memory_bytes_max: settings.symbolic.memory_bytes_max,
        };
        let missing = self.prepare_symbolic(&preparation, &mut settings, &mut binaries)?;
        Ok(Prepared {
            settings,
            binaries,
            missing,
        })
    }

    /// Runs the campaign. The report does not yet know the ledger.
    fn carry_out(
        &self,
        prepared: Prepared,
        event_log: Option<&EventLog>,
    ) -> Result<(CheckReport, Vec<CommandError>), CommandError> {
        let Prepared {
            settings,
            binaries,
            missing,
        } = prepared;
        let terminal = self.terminal;
        terminal.print_status("Checking", &what(&binaries, &settings));
        let started = Instant::now();
        let started_unix_ms = unix_ms();
        let live = Live::new(terminal, jobs(&binaries, &settings), &settings);
        let observers = Observers::new(&live, event_log);
        let completed = campaign::run(&settings, &binaries, self.interrupt, &observers)?;
        live.finish();
        let report = CheckReport {
            format_version: FORMAT_VERSION,
            proofhouse_version: env!("CARGO_PKG_VERSION").to_owned(),
            started_unix_ms,
            settings: report_settings(&settings),
            engines_missing: missing.into_iter().collect(),
            binaries: completed.binaries,
            weaker: Vec::new(),
            interrupted: self.interrupt.is_requested(),
            elapsed_us: microseconds(started.elapsed()),
        };
        Ok((report, completed.failures))
    }

    /// The settings of the command line over those of the profile.
    fn profile(&self, workspace: &Workspace) -> Result<Profile, CommandError> {
        let arguments = self.arguments;
        let config = Config::read(workspace.root(), workspace.tool_metadata())
            .and_then(|config| config.profile(arguments.profile.as_deref()))
            .map_err(CommandError::Config)?;
        let named = Profile {
            engines: Some(self.engines.clone()).filter(|engines| !engines.is_empty()),
            include_ignored: arguments.include_ignored.then_some(true),
            fail_fast: arguments.fail_fast.then_some(true),
            cases: arguments.cases,
            seed: arguments.seed,
            time: arguments.time.filter(|_| !self.proves),
            prove_time: arguments.time.filter(|_| self.proves),
            budget: arguments.budget,
            size_max: arguments.size_max,
            case_time: arguments.case_time,
            native_time: arguments.native_time,
            memory: arguments.memory,
            jobs: arguments.jobs,
        };
        Ok(named.over(config))
    }

    fn settings(
        &self,
        profile: &Profile,
        sysroot: PathBuf,
        workspace: &Workspace,
    ) -> CampaignSettings {
        let time_max = if self.proves {
            profile.prove_time.unwrap_or(PROVE_TIME)
        } else {
            profile.time.unwrap_or(CHECK_TIME)
        };
        let wanted = profile.engines.clone().unwrap_or_default();
        let is_wanted = |engine: &Engine| wanted.is_empty() || wanted.contains(engine);
        let memory_mib = profile.memory.unwrap_or(MEMORY_MIB);
        let memory_bytes_max = memory_mib.saturating_mul(1024 * 1024);
        CampaignSettings {
            engines: Engine::SELECTABLE.into_iter().filter(is_wanted).collect(),
            seed: profile.seed.unwrap_or_else(fresh_seed),
            cases: profile.cases,
            native: NativeLimits {
                case_max: profile.case_time.unwrap_or(CASE_TIME),
                property_max: profile.native_time.unwrap_or(NATIVE_TIME),
                memory_bytes_max,
            },
            symbolic: SymbolicLimits {
                time_max,
                size_max: profile.size_max,
                memory_bytes_max,
            },
            sysroot,
            jobs: profile
                .jobs
                .unwrap_or_else(|| thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)),
            fail_fast: profile.fail_fast.unwrap_or(false),
            budget: profile.budget,
            proofs: self.proofs(workspace),
            keeps_proofs: !self.arguments.no_cache,
            native_profile: self.arguments.selection.features.native_profile(),
            folders: Folders {
                root: workspace.root().to_owned(),
                target: workspace.target_folder().to_owned(),
            },
        }
    }

    fn proofs(&self, workspace: &Workspace) -> ProofCache {
        let proofs = ProofCache::new(workspace.target_folder().join("proofhouse").join("proofs"));
        if self.compares_with_ledger() {
            proofs.trying_again()
        } else {
            proofs
        }
    }

    /// The part of the selection that has changed, if that is asked for.
    fn narrow(
        &self,
        workspace: &Workspace,
        selection: Selection,
    ) -> Result<Option<Selection>, CommandError> {
        let Some(revision) = &self.arguments.changed_since else {
            return Ok(Some(selection));
        };
        workspace.require_packages(&selection.packages)?;
        let changed = changed_members(workspace, revision)?;
        let chosen = &self.arguments.selection;
        let (is_whole, excluded) = (chosen.workspace, &chosen.exclude);
        Ok(narrowed(workspace, selection, is_whole, excluded, &changed))
    }

    /// Makes the symbolic engine ready, or says why it has to be done without.
    fn prepare_symbolic(
        &self,
        preparation: &Preparation<'_>,
        settings: &mut CampaignSettings,
        binaries: &mut [CheckedBinary],
    ) -> Result<Option<EngineMissing>, CommandError> {
        if !settings.engines.contains(&Engine::Symbolic) {
            return Ok(None);
        }
        let prepared = symbolic::prepare(preparation, binaries, self.terminal, self.interrupt)?;
        let Err(missing) = prepared else {
            return Ok(None);
        };
        if self.engines.contains(&Engine::Symbolic) {
            return Err(CommandError::NoSymbolicEngine {
                reason: missing.reason,
                help: missing.help,
            });
        }
        let engines = &mut settings.engines;
        engines.retain(|engine| *engine != Engine::Symbolic);
        Ok(Some(missing))
    }

    /// What the report speaks for.
    fn scope(&self, workspace: &Workspace, report: &CheckReport) -> ledger::Scope {
        let arguments = self.arguments;
        let is_partial = arguments.changed_since.is_some()
            || !arguments.patterns().is_empty()
            || arguments.selection.has_targets();
        let checked = report.binaries.iter().map(|binary| binary.package.clone());
        ledger::Scope {
            packages: checked.collect::<BTreeSet<_>>(),
            members: workspace.member_names().into_iter().collect(),
            is_partial,
        }
    }

    /// Prints the report, unless the events have taken its place, keeps it, and writes it to all files
    /// that were named.
    fn deliver(
        &self,
        report: &CheckReport,
        workspace: &Workspace,
        event_log: Option<&EventLog>,
    ) -> Result<(), CommandError> {
        let output = &self.arguments.output;
        let terminal = self.terminal;
        if !event_log.is_some_and(EventLog::is_stdout) {
            terminal.print(&match output.format {
                Format::Text => check_text(report, terminal.report),
                Format::Json => report.to_json(),
            });
            if output.github {
                terminal.print(&github_text(report));
            }
        }
        let history = History::of(workspace);
        let earlier = history.read();
        if let Err(error) = history.add(report) {
            let folder = history.folder().display();
            terminal.print_note(&format!("the report is not kept in {folder}: {error}"));
        }
        output::write_files(output, report, &earlier, workspace.root())
    }
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

fn unix_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    u64::try_from(now.unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
}

/// A seed that differs from run to run and is short enough to type.
fn fresh_seed() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::from(now.subsec_nanos()) ^ (now.as_secs() & 0xffff)
}

fn report_settings(settings: &CampaignSettings) -> Settings {
    let milliseconds = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    Settings {
        engines: settings.engines.clone(),
        seed: settings.seed,
        cases: settings.cases,
        time_ms: milliseconds(settings.symbolic.time_max),
        size_max: settings.symbolic.size_max,
        budget_ms: settings.budget.map(milliseconds),
        native_profile: settings.native_profile.clone(),
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
