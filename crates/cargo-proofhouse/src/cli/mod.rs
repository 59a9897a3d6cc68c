//! The command line: what may be asked for, and the help texts that teach it.

mod parse;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use proofhouse_evidence::Engine;

use crate::build::cargo::Selection;

pub use parse::{Parsed, parse};

const ABOUT: &str = "Write a property once; every engine tries to break it.";

const LONG_ABOUT: &str = "\
Write a property once; every engine tries to break it.

A property is an ordinary test, marked with `#[property]`, whose arguments stand for every value \
of their types. `cargo test` runs each with a handful of random inputs. `cargo proofhouse check` \
runs each with every engine:

  random      draws inputs from a seeded generator that likes edges
  exhaustive  tries every input, where there are few enough
  symbolic    executes the compiled code with unknowns: a proof, or an input that fails

Whatever fails is run again in a fresh process, made as simple as possible, kept in the package's \
folder `.proofhouse`, and printed with a token: one line that names property and input and that \
`cargo proofhouse replay` and `PROOFHOUSE_REPLAY=… cargo test` accept.";

const AFTER_HELP: &str = "\
Start with: cargo proofhouse check
Exit codes: 0 nothing refuted, 1 something refuted or unhealthy, 2 impossible request, 3 internal failure, 130 \
interrupted";

const CHECK_HELP: &str = "\
What the table says:
  proved                   holds for every input
  proved: all 256 inputs   every input was run
  proved to 7 bytes        holds for every input up to that size; the bounds are listed below it
  passed 256 cases         these inputs did not fail; others may
  REFUTED                  an input fails; it is shown below the table
  UNHEALTHY: …             these inputs did not fail, but they are not what the property asks for
  vacuous                  no input satisfied the assumptions: nothing was tested
  inconclusive: …          the engine cannot say, and why
  –                        nothing to do for this engine

Examples:
  cargo proofhouse check                                    this package, every engine
  cargo proofhouse check --workspace --engine random        one engine, all packages
  cargo proofhouse check --property roundtrip --time 120    more time to prove what has `roundtrip`
                                                            in its path
  cargo proofhouse check --format json > report.json        for programs";

/// What the user asks for.
#[derive(Debug, Parser)]
#[command(
    name = "cargo proofhouse",
    bin_name = "cargo proofhouse",
    version,
    about = ABOUT,
    long_about = LONG_ABOUT,
    after_help = AFTER_HELP,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// The subcommand.
    #[command(subcommand)]
    pub task: Task,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Check properties with every engine
    #[command(after_help = CHECK_HELP)]
    Check(Box<CheckArguments>),
    /// Run the case of one token again and show what happens
    #[command(after_help = "Exit codes: 1 the case still fails, 0 it no longer does")]
    Replay(ReplayArguments),
    /// List the properties without running any
    List(ListArguments),
}

/// What to check, and how hard.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Check only properties whose path contains PATTERN
    #[arg(long, value_name = "PATTERN")]
    pub property: Option<String>,

    /// Engines to use, separated by commas; may be given several times [default: all]
    #[arg(long, value_name = "ENGINE", value_delimiter = ',', action = ArgAction::Append)]
    pub engine: Vec<EngineName>,

    /// Also run properties that are marked `#[ignore]`
    #[arg(long)]
    pub include_ignored: bool,

    /// Random cases for each property [default: what the property says, else 256]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub cases: Option<u64>,

    /// Seed of the random engine [default: a new one, printed in the report]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,

    /// Seconds that the symbolic engine may spend on one property
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub time: std::time::Duration,

    /// Largest size (bytes of a text, elements of a list) to prove up to [default: as time permits]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub size_max: Option<u64>,

    /// Seconds after which one native case counts as hanging
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub case_time: std::time::Duration,

    /// Seconds that a native engine may spend on one property
    #[arg(long, value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub native_time: std::time::Duration,

    /// Memory for each worker of the symbolic engine, in MiB
    #[arg(long, value_name = "MIB", default_value = "4096")]
    #[arg(value_parser = clap::value_parser!(u64).range(64..))]
    pub memory: u64,

    /// Properties to check at the same time [default: the number of processors]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,

    /// Form of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Write what engines say while they run to FILE, one JSON object a line (`-`: standard output,
    /// in place of the report)
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,

    /// Which packages and targets.
    #[command(flatten)]
    pub selection: SelectionArguments,
}

/// What to replay.
#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// The token, as a report prints it: `ph1:package:path:choices:checksum`
    pub token: String,

    /// Seconds after which the case counts as hanging
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub case_time: std::time::Duration,

    /// Form of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Which workspace and features; the package is the token's.
    #[command(flatten)]
    pub workspace: WorkspaceArguments,

    /// Which features.
    #[command(flatten)]
    pub features: FeatureArguments,
}

/// What to list.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// List only properties whose path contains PATTERN
    #[arg(long, value_name = "PATTERN")]
    pub property: Option<String>,

    /// Form of the list
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Which packages and targets.
    #[command(flatten)]
    pub selection: SelectionArguments,
}

/// Which workspace, and how cargo resolves it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cargo options")]
pub struct WorkspaceArguments {
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
    /// Require that Cargo.lock is up to date
    #[arg(long)]
    pub locked: bool,
    /// Work without network access
    #[arg(long)]
    pub offline: bool,
    /// Both of the above
    #[arg(long)]
    pub frozen: bool,
}

/// Which features.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cargo options")]
pub struct FeatureArguments {
    /// Features to activate
    #[arg(short = 'F', long, value_name = "FEATURES", action = ArgAction::Append)]
    pub features: Vec<String>,
    /// Activate all features
    #[arg(long)]
    pub all_features: bool,
    /// Do not activate the `default` feature
    #[arg(long)]
    pub no_default_features: bool,
}

/// Which packages and targets, in cargo's own terms.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cargo options")]
pub struct SelectionArguments {
    /// Package to check; may be given several times
    #[arg(short, long, value_name = "PACKAGE", action = ArgAction::Append)]
    pub package: Vec<String>,
    /// All packages of the workspace
    #[arg(long, visible_alias = "all")]
    pub workspace: bool,
    /// Packages to leave out, with `--workspace`
    #[arg(long, value_name = "PACKAGE", requires = "workspace", action = ArgAction::Append)]
    pub exclude: Vec<String>,
    /// Only the library
    #[arg(long)]
    pub lib: bool,
    /// Only this test target (a file in `tests/`); may be given several times
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    pub test: Vec<String>,
    /// Only this binary's tests; may be given several times
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    pub bin: Vec<String>,
    /// Which workspace.
    #[command(flatten)]
    pub workspace_options: WorkspaceArguments,
    /// Which features.
    #[command(flatten)]
    pub features: FeatureArguments,
}

/// The engines by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EngineName {
    /// Seeded random inputs.
    Random,
    /// Every input of a small domain.
    Exhaustive,
    /// The compiled code, executed with unknowns.
    Symbolic,
}

impl From<EngineName> for Engine {
    fn from(name: EngineName) -> Self {
        match name {
            EngineName::Random => Self::Random,
            EngineName::Exhaustive => Self::Exhaustive,
            EngineName::Symbolic => Self::Symbolic,
        }
    }
}

/// The form of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: one versioned document.
    Json,
}

fn seconds(text: &str) -> Result<std::time::Duration, String> {
    let number: f64 = text
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    let duration = std::time::Duration::try_from_secs_f64(number)
        .map_err(|_| "not a number of seconds".to_owned())?;
    if duration.is_zero() {
        return Err("at least some time is needed".to_owned());
    }
    Ok(duration)
}

impl CheckArguments {
    /// The chosen engines, in the order in which reports list them; all when none was chosen.
    pub fn engines(&self) -> Vec<Engine> {
        let chosen: Vec<Engine> = self.engine.iter().copied().map(Engine::from).collect();
        let is_wanted = |engine: &Engine| chosen.is_empty() || chosen.contains(engine);
        Engine::SELECTABLE.into_iter().filter(is_wanted).collect()
    }

    /// Whether the user named the engine.
    pub fn names_engine(&self, engine: Engine) -> bool {
        self.engine.iter().any(|name| Engine::from(*name) == engine)
    }
}

impl WorkspaceArguments {
    fn options(&self) -> Vec<OsString> {
        let mut options = Vec::new();
        if let Some(path) = &self.manifest_path {
            options.push("--manifest-path".into());
            options.push(path.into());
        }
        let flags = [
            (self.locked, "--locked"),
            (self.offline, "--offline"),
            (self.frozen, "--frozen"),
        ];
        options.extend(
            flags
                .into_iter()
                .filter(|flag| flag.0)
                .map(|flag| flag.1.into()),
        );
        options
    }
}

impl FeatureArguments {
    fn options(&self) -> Vec<OsString> {
        let mut options = Vec::new();
        for features in &self.features {
            options.push("--features".into());
            options.push(features.into());
        }
        if self.all_features {
            options.push("--all-features".into());
        }
        if self.no_default_features {
            options.push("--no-default-features".into());
        }
        options
    }
}

impl SelectionArguments {
    /// The same in cargo's words.
    pub fn to_selection(&self) -> Selection {
        let mut target_options = Vec::new();
        if self.workspace {
            target_options.push("--workspace".into());
        }
        for (option, names) in [
            ("--exclude", &self.exclude),
            ("--test", &self.test),
            ("--bin", &self.bin),
        ] {
            for name in names {
                target_options.push(option.into());
                target_options.push(name.into());
            }
        }
        if self.lib {
            target_options.push("--lib".into());
        } else if self.test.is_empty() && self.bin.is_empty() {
            // Cargo's own default, without building the examples.
            target_options.push("--tests".into());
        }
        target_options.extend(self.features.options());
        Selection {
            workspace_options: self.workspace_options.options(),
            packages: self.package.clone(),
            target_options,
        }
    }
}

impl ReplayArguments {
    /// The selection of the token's package.
    pub fn to_selection(&self, package: &str) -> Selection {
        let mut target_options: Vec<OsString> = vec!["--tests".into()];
        target_options.extend(self.features.options());
        Selection {
            workspace_options: self.workspace.options(),
            packages: vec![package.to_owned()],
            target_options,
        }
    }
}
