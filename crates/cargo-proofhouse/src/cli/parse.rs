//! From words to a task.
//!
//! Mistakes on the command line become [`CommandError`]s like all others, so that every message of
//! the command has one form and every unknown name gets its nearest known one.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, Parser as _};

use crate::cli::{Cli, Task};
use crate::error::CommandError;

/// What came of parsing the command line.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it in a run")]
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
    match Cli::try_parse_from(&words) {
        Ok(cli) => Ok(Parsed::Task(cli.task)),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                Ok(Parsed::Text(error.render()))
            }
            _ => Err(command_error(&error, &words)),
        },
    }
}

fn command_error(error: &clap::Error, words: &[OsString]) -> CommandError {
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
        ErrorKind::MissingRequiredArgument => CommandError::Usage {
            reason: format!(
                "{} is missing",
                texts(ContextKind::InvalidArg).join(" and ")
            ),
            help: help_for(words),
        },
        _ => CommandError::Usage {
            reason: first_clause(&error.to_string()),
            help: help_for(words),
        },
    }
}

/// Where to read on: the help of the subcommand that was named, if one was.
fn help_for(words: &[OsString]) -> String {
    let command = Cli::command();
    let named = words.get(1).and_then(|word| word.to_str());
    match named.and_then(|name| command.find_subcommand(name)) {
        Some(subcommand) => format!(
            "`cargo proofhouse {} --help` says what it takes",
            subcommand.get_name()
        ),
        None => "`cargo proofhouse --help` says what there is".to_owned(),
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
    use proofhouse_evidence::Engine;

    use super::*;
    use crate::cli::CheckArguments;

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
            assert_eq!(check_arguments(words).engines(), []);
        }
    }

    #[test]
    fn engines_may_be_named_in_one_option_or_several() {
        let arguments =
            check_arguments(&["check", "--engine", "symbolic,random", "--engine=random"]);
        let expected = [Engine::Symbolic, Engine::Random, Engine::Random];
        assert_eq!(arguments.engines(), expected);
    }

    #[test]
    fn patterns_may_stand_alone_or_with_their_option() {
        let arguments = check_arguments(&["check", "roundtrip", "--property", "text::*", "b"]);
        let patterns = arguments.campaign.patterns();
        assert_eq!(patterns, ["roundtrip", "b", "text::*"]);
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
        let selection = arguments.campaign.selection.to_selection();
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
        let selection = check_arguments(&["check"])
            .campaign
            .selection
            .to_selection();
        assert_eq!(selection.target_options, ["--tests"]);
    }

    #[test]
    fn mistakes_get_codes_and_near_names() {
        let rows: [(&[&str], &str, &str); 8] = [
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
            (&["check", "--cases", "0"], "usage", "check --help"),
            (&["check", "--jobs", "0"], "usage", "check --help"),
            (&["check", "--time", "soon"], "usage", "check --help"),
            (&["replay"], "usage", "replay --help"),
        ];
        for (words, code, help) in rows {
            let error = parse_words(words).unwrap_err();
            assert_eq!(error.code(), code, "{words:?}: {error}");
            assert!(error.help().contains(help), "{words:?}: {}", error.help());
        }
        let missing = parse_words(&["completions"]).unwrap_err();
        assert_eq!(missing.to_string(), "<SHELL> is missing");
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
