//! The command line: what may be asked for, and the help texts that teach it.

mod campaign;
mod cargo_options;
mod help;
mod parse;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use campaign::{CampaignArguments, CheckArguments, EngineName, OutputArguments};
pub use cargo_options::{BuildArguments, SelectionArguments, WorkspaceArguments};
pub use parse::{Parsed, parse};

/// What the user asks for.
#[derive(Debug, Parser)]
#[command(
    name = "cargo proofhouse",
    bin_name = "cargo proofhouse",
    version,
    about = help::ABOUT,
    long_about = help::LONG_ABOUT,
    after_help = help::AFTER_HELP,
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
    #[command(after_help = help::CHECK_HELP)]
    Check(Box<CheckArguments>),
    /// Prove properties, with more time than a check takes
    #[command(after_help = help::PROVE_HELP)]
    Prove(Box<CampaignArguments>),
    /// Run the case of one token again and show what happens
    #[command(after_help = "Exit codes: 1 the case still fails, 0 it no longer does")]
    Replay(ReplayArguments),
    /// Write a counterexample into the source as a test that fails
    Promote(PromoteArguments),
    /// List the properties without running any
    List(ListArguments),
    /// Render the report of the last check again
    #[command(after_help = help::CONFIG_HELP)]
    Report(ReportArguments),
    /// Say what an error, a verdict or a failure means, with an example
    Explain(ExplainArguments),
    /// Add the library, a first property and a CI job to a package
    Init(InitArguments),
    /// Find out what works here and what is missing
    Doctor(DoctorArguments),
    /// Remove what checks have left in the target folder
    Clean(CleanArguments),
    /// Print the completions of a shell
    Completions(CompletionsArguments),
    /// Print the manual page
    Man,
}

/// What to replay.
#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// The token, as a report prints it: `ph1:package:path:choices:checksum`
    pub token: String,

    /// Seconds after which the case counts as hanging
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub case_time: Duration,

    /// Form of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Which workspace and features; the package is the token's.
    #[command(flatten)]
    pub workspace: WorkspaceArguments,

    /// Which features.
    #[command(flatten)]
    pub features: BuildArguments,
}

/// What to promote.
#[derive(Debug, Args)]
pub struct PromoteArguments {
    /// The token, as a report prints it
    pub token: String,

    /// Print what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Which workspace and features; the package is the token's.
    #[command(flatten)]
    pub workspace: WorkspaceArguments,

    /// Which features.
    #[command(flatten)]
    pub features: BuildArguments,
}

/// What to list.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// List only properties whose path contains PATTERN, in which `*` stands for anything
    #[arg(value_name = "PATTERN")]
    pub pattern: Vec<String>,

    /// The same as PATTERN; may be given several times
    #[arg(long, value_name = "PATTERN", action = clap::ArgAction::Append)]
    pub property: Vec<String>,

    /// Form of the list
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Which packages and targets.
    #[command(flatten)]
    pub selection: SelectionArguments,
}

/// Which report, and how.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// Form of the report
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,

    /// Where to write it [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// A report that `check --json` wrote [default: that of the last check]
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,

    /// Which workspace.
    #[command(flatten)]
    pub workspace: WorkspaceArguments,
}

/// What to explain.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// The code, as `load/no-llvm`, `verdict/vacuous` or what stands in `error[…]` [default: lists all]
    pub code: Option<String>,
}

/// What to prepare.
#[derive(Debug, Args)]
pub struct InitArguments {
    /// The package [default: that of the current folder]
    #[arg(short, long, value_name = "PACKAGE")]
    pub package: Option<String>,

    /// Take the library from this folder and not from the registry
    #[arg(long, value_name = "PATH")]
    pub library: Option<PathBuf>,

    /// Write no CI job
    #[arg(long)]
    pub no_ci: bool,

    /// Which workspace.
    #[command(flatten)]
    pub workspace: WorkspaceArguments,
}

/// How to look.
#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// Form of the findings
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// What to remove.
#[derive(Debug, Args)]
pub struct CleanArguments {
    /// Also remove the stored failures of all packages (`.proofhouse`)
    #[arg(long)]
    pub failures: bool,

    /// Which workspace.
    #[command(flatten)]
    pub workspace: WorkspaceArguments,
}

/// Whose completions.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// The form of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: one versioned document.
    Json,
}

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For a terminal.
    Text,
    /// For programs: one versioned document.
    Json,
    /// For a browser: one file.
    Html,
    /// For tools that collect test results.
    Junit,
    /// For GitHub's view of a change.
    Github,
}

fn at_least_one(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .map_err(|_| "not a whole number from 1 on".to_owned())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    let duration =
        Duration::try_from_secs_f64(number).map_err(|_| "not a number of seconds".to_owned())?;
    if duration.is_zero() {
        return Err("at least some time is needed".to_owned());
    }
    Ok(duration)
}
