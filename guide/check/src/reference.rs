//! Pages that are made of sources: options of the argument parser, codes of the table that `explain`
//! prints, and the rest of the documentation that stands in the sources anyway.
//!
//! # Invariants
//!
//! - No fact is typed here: headings and sentences that introduce, and nothing else. The one exception
//!   is `prove-time`, which has no option of its own.
//! - The same sources give the same text.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use cargo_proofhouse::cli::Cli;
use cargo_proofhouse::config::{KEYS, Profile};
use clap::{Arg, Command, CommandFactory as _};
use regex::{Captures, Regex};

use crate::root;

/// A page that is made.
pub struct Made {
    /// Where, below the folder of pages.
    pub path: &'static str,
    /// All of it.
    pub text: String,
}

/// All of them.
pub fn pages() -> Vec<Made> {
    let made = |path, source: &str, text: String| Made {
        path,
        text: format!(
            "<!-- Made of {source} by `cargo xtask bless`. Change it there. -->\n\n{}\n",
            text.trim_end()
        ),
    };
    vec![
        made(
            "reference/commands.md",
            "crates/cargo-proofhouse/src/cli",
            commands(),
        ),
        made(
            "reference/codes.md",
            "crates/cargo-proofhouse/src/commands/explanations.md",
            codes(),
        ),
        made(
            "reference/settings.md",
            "crates/cargo-proofhouse/src/config",
            settings(),
        ),
        made(
            "reference/environment.md",
            "crates/proofhouse/src/lib.rs and crates/cargo-proofhouse/src/lib.rs",
            environment(),
        ),
        made(
            "reference/attributes.md",
            "crates/macros/src/lib.rs",
            attributes(),
        ),
        made(
            "reference/macros.md",
            "crates/proofhouse/src/lib.rs",
            macros(),
        ),
        made(
            "reference/generators.md",
            "crates/proofhouse/src/generator.rs",
            generators(),
        ),
        made(
            "reference/state-machines.md",
            "crates/proofhouse/src/stateful.rs",
            state_machines(),
        ),
        made(
            "reference/tokens.md",
            "crates/choice/src/token.rs",
            tokens(),
        ),
        made(
            "reference/files.md",
            "crates/store and crates/cargo-proofhouse/src",
            files(),
        ),
        made("reference/report.md", "crates/report/FORMAT.md", report()),
        made("reference/machine.md", "crates/vm/src/lib.rs", machine()),
    ]
}

fn source(path: &str) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The command's own help, then each subcommand with its options.
fn commands() -> String {
    let mut command = Cli::command();
    command.build();
    let mut text = String::from("# Commands and options\n\n");
    let help = command.clone().term_width(100).render_long_help();
    let _ = writeln!(text, "```text\n{}\n```\n", help.to_string().trim());
    for sub in command.get_subcommands() {
        let _ = writeln!(text, "## `cargo proofhouse {}`\n", sub.get_name());
        let _ = writeln!(
            text,
            "{}.\n",
            sub.get_about().map(ToString::to_string).unwrap_or_default()
        );
        let mut arguments: Vec<&Arg> = sub
            .get_arguments()
            .filter(|one| one.get_id() != "help")
            .collect();
        arguments.sort_by_key(|one| !one.is_positional());
        if !arguments.is_empty() {
            text.push_str("| option | meaning |\n| --- | --- |\n");
        }
        for argument in arguments {
            let _ = writeln!(text, "| {} | {} |", spelling(argument), meaning(argument));
        }
        text.push('\n');
        if let Some(after) = sub.get_after_help() {
            let _ = writeln!(text, "```text\n{}\n```\n", after.to_string().trim());
        }
    }
    text
}

/// `-p`, `--package PACKAGE`
fn spelling(argument: &Arg) -> String {
    let takes_value = argument.get_action().takes_values();
    let values = argument.get_value_names().unwrap_or_default();
    let value = values.first().map(ToString::to_string).unwrap_or_default();
    let Some(long) = argument.get_long() else {
        return format!("`{value}`");
    };
    let short = argument.get_short().map(|short| format!("`-{short}`, "));
    let value = if takes_value {
        format!(" {value}")
    } else {
        String::new()
    };
    format!("{}`--{long}{value}`", short.unwrap_or_default())
}

fn meaning(argument: &Arg) -> String {
    let mut text = argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|_| argument.get_action().takes_values())
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    if !values.is_empty() {
        let _ = write!(text, ": {}", values.join(", "));
    }
    let defaults: Vec<_> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy())
        .collect();
    if !defaults.is_empty() && argument.get_action().takes_values() {
        let _ = write!(text, " [default: {}]", defaults.join(", "));
    }
    text.replace('|', "\\|").replace('\n', " ")
}

fn codes() -> String {
    let mut text = String::from(
        "# Codes\n\nEvery error, verdict, obstacle and failure has a code that does not change between releases. \
         `cargo proofhouse explain CODE` prints its section.\n",
    );
    let mut group = "";
    for (code, explanation) in cargo_proofhouse::explanations() {
        let own = code.split('/').next().unwrap_or(code);
        if own != group {
            let _ = writeln!(text, "\n## {own}");
            group = own;
        }
        let _ = writeln!(text, "\n### `{code}`\n\n{explanation}");
    }
    text
}

fn settings() -> String {
    let config = module_docs("crates/cargo-proofhouse/src/config/mod.rs");
    let mut text = format!(
        "# Settings: `proofhouse.toml`\n\n{}\n",
        before_section(&config, "Invariants")
    );
    text.push_str("\n## Keys of a profile\n\n| key | meaning |\n| --- | --- |\n");
    let command = Cli::command();
    let check = command.find_subcommand("check").expect("there is a check");
    for key in KEYS {
        let _ = writeln!(text, "| `{key}` | {} |", key_meaning(check, key));
    }
    text.push_str("\n## Profiles that exist without being defined\n\n");
    for name in Profile::BUILT_IN {
        let profile = Profile::built_in(name).expect("it is built in");
        let _ = writeln!(text, "- `{name}`: {}", differences(&profile));
    }
    text
}

fn key_meaning(check: &Command, key: &str) -> String {
    if key == "prove-time" {
        return "As `time`, for `cargo proofhouse prove` [default: 300]".to_owned();
    }
    let long = if key == "engines" { "engine" } else { key };
    let option = check
        .get_arguments()
        .find(|argument| argument.get_long() == Some(long));
    let option = option.unwrap_or_else(|| panic!("no option for the key {key}"));
    meaning(option)
        .replace("; may be given several times", "")
        .replace(
            "Engines to use, separated by commas",
            "A list of the engines to use",
        )
}

fn differences(profile: &Profile) -> String {
    let seconds = |name: &str, time: Option<Duration>| {
        time.map(|time| format!("`{name} = {}`", time.as_secs()))
    };
    let named = [
        seconds("time", profile.time),
        seconds("prove-time", profile.prove_time),
        seconds("native-time", profile.native_time),
    ];
    let named: Vec<String> = named.into_iter().flatten().collect();
    if named.is_empty() {
        "nothing but the defaults".to_owned()
    } else {
        named.join(", ")
    }
}

fn environment() -> String {
    let docs = module_docs("crates/proofhouse/src/lib.rs");
    let command = module_docs("crates/cargo-proofhouse/src/lib.rs");
    format!(
        "# Environment and features\n\n## Variables that a test reads\n\n{}\n\n## Variables that the command reads\n\n{}\n\n## Features of the library\n\n{}\n",
        section(&docs, "Environment"),
        section(&command, "Environment"),
        section(&docs, "Features")
    )
}

fn attributes() -> String {
    let file = "crates/macros/src/lib.rs";
    let mut text = String::from("# Attributes\n");
    for (heading, item) in [
        ("`#[property]`", "pub fn property("),
        ("`#[derive(Generate)]`", "pub fn derive_generate("),
        ("`#[state_machine]`", "pub fn state_machine("),
        ("`#[requires(..)]`", "pub fn requires("),
        ("`#[ensures(..)]`", "pub fn ensures("),
        ("`#[modifies(..)]`", "pub fn modifies("),
        ("`#[keeps_invariant]`", "pub fn keeps_invariant("),
    ] {
        let _ = write!(
            text,
            "\n## {heading}\n\n{}\n",
            lowered(&item_docs(file, item), 2)
        );
    }
    text
}

fn macros() -> String {
    let mut text = String::from("# Macros\n");
    for name in [
        "assume",
        "note",
        "cover",
        "classify",
        "collect",
        "target",
        "loop_invariant",
    ] {
        let item = format!("macro_rules! {name} {{");
        let docs = item_docs("crates/proofhouse/src/lib.rs", &item);
        let _ = write!(text, "\n## `{name}!`\n\n{}\n", lowered(&docs, 2));
    }
    text
}

fn generators() -> String {
    let docs = module_docs("crates/proofhouse/src/generator.rs");
    format!("# Generators\n\n{}\n", before_section(&docs, "Not here"))
}

fn state_machines() -> String {
    let docs = module_docs("crates/proofhouse/src/stateful.rs");
    format!("# State machines\n\n{docs}\n")
}

fn tokens() -> String {
    let docs = module_docs("crates/choice/src/token.rs");
    format!("# Tokens\n\n{docs}\n")
}

fn files() -> String {
    format!(
        "# Files\n\n## Failures: `.proofhouse` and `proofhouse-regressions`\n\n{}\n\n## The ledger: `proofhouse.lock`\n\n{}\n\n## The target folder\n\n{}\n",
        lowered(&module_docs("crates/store/src/lib.rs"), 1),
        lowered(&module_docs("crates/cargo-proofhouse/src/ledger.rs"), 1),
        section(
            &module_docs("crates/cargo-proofhouse/src/lib.rs"),
            "Target folder"
        )
    )
}

fn report() -> String {
    source("crates/report/FORMAT.md")
}

fn machine() -> String {
    let docs = module_docs("crates/vm/src/lib.rs");
    let seen = docs
        .find("## What undefined behaviour is seen")
        .expect("the manual says what is seen");
    let text = before_section(&docs[seen..], "Not here");
    format!("# What the machine sees\n\n{text}\n")
}

/// The documentation of a module, as Markdown.
fn module_docs(path: &str) -> String {
    let source = source(path);
    let lines = source.lines().take_while(|line| line.starts_with("//!"));
    let docs: Vec<&str> = lines
        .map(|line| line.strip_prefix("//! ").unwrap_or(""))
        .collect();
    lowered(&docs.join("\n"), 1)
}

/// The documentation above an item.
fn item_docs(path: &str, item: &str) -> String {
    let source = source(path);
    let place = source
        .find(item)
        .unwrap_or_else(|| panic!("{path} has no `{item}`"));
    let mut docs: Vec<&str> = source[..place]
        .lines()
        .rev()
        .skip_while(|line| line.starts_with("#[") || line.trim().is_empty())
        .take_while(|line| line.starts_with("///"))
        .map(|line| line.strip_prefix("/// ").unwrap_or(""))
        .collect();
    docs.reverse();
    docs.join("\n")
}

/// The text below a heading, up to the next one.
fn section<'docs>(docs: &'docs str, heading: &str) -> &'docs str {
    let start = format!("\n## {heading}\n");
    let (_, rest) = docs
        .split_once(&start)
        .unwrap_or_else(|| panic!("no section {heading}"));
    rest.split("\n## ").next().unwrap_or(rest).trim()
}

fn before_section<'docs>(docs: &'docs str, heading: &str) -> &'docs str {
    let start = format!("# {heading}\n");
    let end = docs
        .find(&start)
        .unwrap_or_else(|| panic!("no section {heading}"));
    docs[..end].trim_end_matches('#').trim()
}

/// Rustdoc's Markdown as a book has it: headings so many levels lower, links within the library
/// without their brackets, code with its language and without hidden lines.
fn lowered(docs: &str, levels: usize) -> String {
    let mut text = String::new();
    let mut is_code = false;
    for line in docs.lines() {
        if line.starts_with("```") {
            let opens = !is_code;
            is_code = !is_code;
            text.push_str(if opens && line == "```" {
                "```rust,ignore"
            } else {
                line
            });
            text = text.replace("```sh", "```text");
        } else if is_code {
            if line == "#" || line.starts_with("# ") {
                continue;
            }
            text.push_str(line);
        } else if line.starts_with('#') {
            text.push_str(&"#".repeat(levels));
            text.push_str(line);
        } else {
            text.push_str(&without_links(line));
        }
        text.push('\n');
    }
    text.trim().to_owned()
}

fn without_links(line: &str) -> String {
    let link = Regex::new(r"\[(`[^`]+`)\](\([^)]*\))?").expect("the pattern is one");
    let plain = link.replace_all(line, |found: &Captures<'_>| {
        let is_web = found
            .get(2)
            .is_some_and(|target| target.as_str().contains("://"));
        if is_web {
            found[0].to_owned()
        } else {
            // Rustdoc is told so which of two items of one name is meant.
            found[1].replacen("macro@", "", 1)
        }
    });
    let words =
        Regex::new(r"\[([^\]`]+)\]\((?:macro@)?crate::[^)]*\)").expect("the pattern is one");
    words.replace_all(&plain, "$1").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rustdoc_becomes_a_book() {
        let docs = "See [`any`], [`macro@from`], [derives](macro@crate::Generate), [`a`](crate::a) and [web](https://a.b).\n\n# Part\n\n\
                    ```\n# hidden\nlet shown = 1;\n```\n```sh\ncargo\n```";
        let expected = "See `any`, `from`, derives, `a` and [web](https://a.b).\n\n## Part\n\n\
                        ```rust,ignore\nlet shown = 1;\n```\n```text\ncargo\n```";
        assert_eq!(lowered(docs, 1), expected);
    }
}
