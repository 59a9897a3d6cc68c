//! What to check, and how hard.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum};
use proofhouse_evidence::Engine;

use super::cargo_options::SelectionArguments;
use super::{Format, at_least_one, seconds};

/// The arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Engines to use, separated by commas; may be given several times [default: all]
    #[arg(long, value_name = "ENGINE", value_delimiter = ',', action = ArgAction::Append)]
    pub engine: Vec<EngineName>,

    /// All others.
    #[command(flatten)]
    pub campaign: CampaignArguments,
}

/// What all campaigns may be told. An option that is not given is the profile's to decide.
#[derive(Debug, Args)]
pub struct CampaignArguments {
    /// Check only properties whose path contains PATTERN, in which `*` stands for anything
    #[arg(value_name = "PATTERN")]
    pub pattern: Vec<String>,

    /// The same as PATTERN; may be given several times
    #[arg(long, value_name = "PATTERN", action = ArgAction::Append)]
    pub property: Vec<String>,

    /// Check only packages that differ from the commit REV, and those that depend on them
    #[arg(long, value_name = "REV")]
    pub changed_since: Option<String>,

    /// The profile in `proofhouse.toml`: default, ci, nightly or your own
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,

    /// Also run properties that are marked `#[ignore]`
    #[arg(long)]
    pub include_ignored: bool,

    /// Begin nothing new once a property has failed
    #[arg(long)]
    pub fail_fast: bool,

    /// Random cases for each property [default: what the property says, else 256]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub cases: Option<u64>,

    /// Seed of the random engine [default: a new one, printed in the report]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,

    /// Seconds that the symbolic engine may spend on one property [default: 20]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub time: Option<Duration>,

    /// Seconds for everything together, builds excluded [default: none]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub budget: Option<Duration>,

    /// Largest size (bytes of a text, elements of a list) to prove up to [default: as time permits]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub size_max: Option<u64>,

    /// Seconds after which one native case counts as hanging [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub case_time: Option<Duration>,

    /// Seconds that a native engine may spend on one property [default: 120]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub native_time: Option<Duration>,

    /// Memory for each process that checks a property, in MiB [default: 4096]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(64..))]
    pub memory: Option<u64>,

    /// Properties to check at the same time [default: the number of processors]
    #[arg(short, long, value_name = "N", value_parser = at_least_one)]
    pub jobs: Option<NonZeroUsize>,

    /// Write the ledger `proofhouse.lock`: the verdict and the bounds of each property
    #[arg(long)]
    pub write_ledger: bool,

    /// Prove or try again what is unchanged since it was proved or tried
    #[arg(long)]
    pub no_cache: bool,

    /// What is printed and written.
    #[command(flatten)]
    pub output: OutputArguments,

    /// Which packages and targets.
    #[command(flatten)]
    pub selection: SelectionArguments,
}

/// What is printed and written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output options")]
pub struct OutputArguments {
    /// Form of the report that is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Also write the report as HTML to FILE
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,

    /// Also write the report as JUnit XML to FILE
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,

    /// Also write the report as JSON to FILE
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,

    /// Also print annotations for GitHub's view of a change
    #[arg(long)]
    pub github: bool,

    /// Write what engines say while they run to FILE, one JSON object a line (`-`: standard output,
    /// in place of the report)
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
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

impl CampaignArguments {
    /// The patterns, whichever way they were given.
    pub fn patterns(&self) -> Vec<String> {
        self.pattern.iter().chain(&self.property).cloned().collect()
    }
}

impl CheckArguments {
    /// The engines that were named, in any order.
    pub fn engines(&self) -> Vec<Engine> {
        self.engine.iter().copied().map(Engine::from).collect()
    }
}
