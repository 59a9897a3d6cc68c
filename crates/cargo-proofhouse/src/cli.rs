//! The command line: what may be asked for, and the help texts that teach it.
//!
//! Mistakes on the command line become [`CommandError`]s like all others, so that every message of
//! the command has one form and every unknown name gets its nearest known one.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use proofhouse_evidence::Engine;

use crate::build::cargo::Selection;
use crate::error::CommandError;

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
Exit codes: 0 nothing refuted, 1 something refuted, 2 impossible request, 3 internal failure, 130 \
interrupted";

const CHECK_HELP: &str = "\
What the table says:
  proved                   holds for every input
  proved: all 256 inputs   every input was run
  proved to 7 bytes        holds for every input up to that size; the bounds are listed below it
  passed 256 cases         these inputs did not fail; others may
  REFUTED                  an input fails; it is shown below the table
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
    /// Which packages and targets.
    #[command(flatten)]
    pub selection: SelectionArguments,

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
}

/// What to replay.
#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// The token, as a report prints it: `ph1:package:path:choices:checksum`
    pub token: String,

    /// Which workspace and features; the package is the token's.
    #[command(flatten)]
    pub workspace: WorkspaceArguments,

    /// Which features.
    #[command(flatten)]
    pub features: FeatureArguments,

    /// Seconds after which the case counts as hanging
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub case_time: std::time::Duration,

    /// Form of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// What to list.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// Which packages and targets.
    #[command(flatten)]
    pub selection: SelectionArguments,

    /// List only properties whose path contains PATTERN
    #[arg(long, value_name = "PATTERN")]
    pub property: Option<String>,

    /// Form of the list
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
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

/// What came of parsing the command line.
#[derive(Debug)]
pub enum Parsed {
    /// A task.
    Task(Task),
    /// A help text or the version, to be printed as it is.
    Text(clap::builder::StyledStr),
}

/// Parses the arguments after the program's name. Cargo puts the name of the subcommand first.
///
/// # Errors
///
/// [`CommandError::Usage`], [`CommandError::UnknownValue`] and [`CommandError::UnknownName`].
pub fn parse(mut arguments: Vec<OsString>) -> Result<Parsed, CommandError> {
    if arguments.first().is_some_and(|first| first == "proofhouse") {
        arguments.remove(0);
    }
    let mut words = vec![OsString::from("cargo proofhouse")];
    words.extend(arguments);
    match Cli::try_parse_from(words) {
        Ok(cli) => Ok(Parsed::Task(cli.task)),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                Ok(Parsed::Text(error.render()))
            }
            _ => Err(command_error(&error)),
        },
    }
}

fn command_error(error: &clap::Error) -> CommandError {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let texts = |kind| match error.get(kind) {
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    match error.kind() {
        ErrorKind::InvalidValue if !texts(ContextKind::ValidValue).is_empty() => {
            let option = text(ContextKind::InvalidArg).unwrap_or_default();
            CommandError::UnknownValue {
                option: option.split(' ').next().unwrap_or_default().to_owned(),
                value: text(ContextKind::InvalidValue).unwrap_or_default(),
                known: texts(ContextKind::ValidValue),
            }
        }
        ErrorKind::InvalidSubcommand => CommandError::UnknownName {
            kind: "subcommand",
            name: text(ContextKind::InvalidSubcommand).unwrap_or_default(),
            known: Cli::command()
                .get_subcommands()
                .map(|command| command.get_name().to_owned())
                .collect(),
        },
        ErrorKind::UnknownArgument => CommandError::UnknownName {
            kind: "option",
            name: text(ContextKind::InvalidArg).unwrap_or_default(),
            known: known_options(),
        },
        _ => CommandError::Usage {
            reason: first_clause(&error.to_string()),
            help: "`cargo proofhouse --help` and `cargo proofhouse check --help` say what there is"
                .to_owned(),
        },
    }
}

/// The options of all subcommands, each once.
fn known_options() -> Vec<String> {
    let mut command = Cli::command();
    command.build();
    let mut options: Vec<String> = command
        .get_subcommands()
        .flat_map(clap::Command::get_arguments)
        .filter_map(|argument| argument.get_long())
        .map(|name| format!("--{name}"))
        .collect();
    options.sort();
    options.dedup();
    options
}

/// The first line of clap's message, as a clause.
fn first_clause(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    line.trim_start_matches("error: ")
        .trim_end_matches('.')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &[&str]) -> Result<Parsed, CommandError> {
        parse(words.iter().map(OsString::from).collect())
    }

    fn check_arguments(words: &[&str]) -> CheckArguments {
        match parse_words(words) {
            Ok(Parsed::Task(Task::Check(arguments))) => *arguments,
            other => panic!("not a check: {other:?}"),
        }
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn cargo_and_people_may_both_call_it() {
        for words in [&["proofhouse", "check"][..], &["check"]] {
            assert_eq!(check_arguments(words).engines(), Engine::SELECTABLE);
        }
    }

    #[test]
    fn engines_are_listed_in_one_order_and_once() {
        let arguments =
            check_arguments(&["check", "--engine", "symbolic,random", "--engine=random"]);
        assert_eq!(arguments.engines(), [Engine::Random, Engine::Symbolic]);
        assert!(arguments.names_engine(Engine::Symbolic));
        assert!(!arguments.names_engine(Engine::Exhaustive));
    }

    #[test]
    fn a_selection_is_passed_on_in_cargos_words() {
        let arguments = check_arguments(&[
            "check",
            "-p",
            "one",
            "--package=two",
            "--test",
            "windows",
            "--manifest-path",
            "a folder/Cargo.toml",
            "-F",
            "fast",
            "--no-default-features",
            "--offline",
        ]);
        let selection = arguments.selection.to_selection();
        assert_eq!(selection.packages, ["one", "two"]);
        let expected = ["--manifest-path", "a folder/Cargo.toml", "--offline"];
        assert_eq!(selection.workspace_options, expected);
        let expected = [
            "--test",
            "windows",
            "--features",
            "fast",
            "--no-default-features",
        ];
        assert_eq!(selection.target_options, expected);
        let selection = check_arguments(&["check"]).selection.to_selection();
        assert_eq!(selection.target_options, ["--tests"]);
    }

    #[test]
    fn mistakes_get_codes_and_near_names() {
        let rows: [(&[&str], &str, &str); 7] = [
            (
                &["check", "--engine", "symbollic"],
                "usage/unknown-value",
                "did you mean `symbolic`?",
            ),
            (&["chekc"], "usage/unknown-name", "did you mean `check`?"),
            (
                &["check", "--proprety", "x"],
                "usage/unknown-name",
                "did you mean `--property`?",
            ),
            (
                &["check", "--format", "jsno"],
                "usage/unknown-value",
                "did you mean `json`?",
            ),
            (&["check", "--cases", "0"], "usage", "--help"),
            (&["check", "--time", "soon"], "usage", "--help"),
            (&["replay"], "usage", "--help"),
        ];
        for (words, code, help) in rows {
            let error = parse_words(words).unwrap_err();
            assert_eq!(error.code(), code, "{words:?}: {error}");
            assert!(error.help().contains(help), "{words:?}: {}", error.help());
        }
    }

    #[test]
    fn help_is_text_and_names_every_engine() {
        let Ok(Parsed::Text(text)) = parse_words(&["--help"]) else {
            panic!("help is not an error");
        };
        let text = text.to_string();
        for engine in Engine::SELECTABLE {
            assert!(text.contains(engine.name()));
        }
        assert!(matches!(parse_words(&[]), Ok(Parsed::Text(_))));
        assert!(matches!(
            parse_words(&["check", "--help"]),
            Ok(Parsed::Text(_))
        ));
    }
}
