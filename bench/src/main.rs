//! Benchmarks: every claim about speed, size and shrinking, measured beside its rivals.
//!
//! A figure from another day or another machine proves nothing, so each benchmark runs the rivals in
//! the same process, round by round with ours, and prints the ratio. `cargo run --release -p bench --
//! --help` lists them.
//!
//! # Invariants
//!
//! - No figure is written into this program, except published ones of tools that can't be run
//!   here; a report marks these as published.
//! - Whatever is said of a library was measured in this run, its mean size of inputs included.
//!
//! # Not here
//!
//! Judging. A goal that is missed is a line in the report, not a failure of the program.

mod clock;
mod command;
mod dependencies;
mod error;
mod expressions;
mod generation;
mod machine;
mod proofs;
mod questions;
mod registry;
mod render;
mod report;
mod shrinking;
mod subjects;

use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::error::BenchError;
use crate::registry::{BENCHMARKS, Benchmark, Effort};

fn main() -> ExitCode {
    // A bitcode build has rustc run this executable as its wrapper and as its linker.
    if std::env::var_os(cargo_proofhouse::build::wrapper::ROLE).is_some() {
        return cargo_proofhouse::main(std::env::args_os().skip(1).collect());
    }
    let matches = command().get_matches();
    match run(&matches) {
        Ok(output) => {
            print!("{output}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error[{}]: {error}\nhelp: {}", error.code(), error.help());
            ExitCode::FAILURE
        }
    }
}

/// The command line. clap names the nearest benchmark for an unknown name and ends with 2.
fn command() -> Command {
    let names = BENCHMARKS
        .iter()
        .map(|benchmark| PossibleValue::new(benchmark.name).help(benchmark.about));
    let parser = PossibleValuesParser::new(names)
        .map(|name| registry::find(&name).expect("clap accepts only names of the registry"));
    Command::new("bench")
        .about("Measures Proofhouse beside its rivals, in the same run.")
        .arg(
            Arg::new("name")
                .value_name("NAME")
                .required(true)
                .value_parser(parser),
        )
        .arg(flag("json", "Print one JSON document instead of tables"))
        .arg(flag(
            "quick",
            "Few rounds and seeds: shows that it runs, the figures are rough",
        ))
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(help)
}

fn run(matches: &ArgMatches) -> Result<String, BenchError> {
    let benchmark: &&Benchmark = matches.get_one("name").expect("the name is required");
    let effort = if matches.get_flag("quick") {
        Effort::QUICK
    } else {
        Effort::FULL
    };
    let mut report = (benchmark.run)(&effort)?;
    if matches.get_flag("quick") {
        report.note("a quick run: few rounds and seeds, so the figures are rough");
    }
    if cfg!(debug_assertions) {
        report.note("built without --release: these figures mean nothing");
    }
    if matches.get_flag("json") {
        let json = serde_json::to_string_pretty(&report).expect("a report has only string keys");
        Ok(json + "\n")
    } else {
        Ok(render::text(&report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest_one_and_exit_code_2() {
        let error = command()
            .try_get_matches_from(["bench", "generatoin"])
            .unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("'generation'"), "{error}");
    }

    #[test]
    fn the_help_lists_every_benchmark() {
        // The help is wrapped to the terminal.
        let help = command().render_long_help().to_string();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for benchmark in BENCHMARKS {
            assert!(help.contains(benchmark.name), "{help}");
            assert!(help.contains(benchmark.about), "{help}");
        }
    }

    #[test]
    fn the_command_is_well_formed() {
        command().debug_assert();
    }
}
