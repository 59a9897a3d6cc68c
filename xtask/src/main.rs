//! Checks on the house itself, run as `cargo xtask NAME`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod layers;
mod mutants;

/// Checks on the house itself.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    check: Check,
}

#[derive(Subcommand)]
enum Check {
    /// Every dependency between the crates of this workspace points to a lower layer.
    Layers,
    /// Every seeded mutant of the subjects is noticed by the engines that its header names.
    Mutants {
        /// Only mutants whose name contains this.
        filter: Option<String>,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().check {
        Check::Layers => layers::check(),
        Check::Mutants { filter } => mutants::check(filter.as_deref()),
    };
    match outcome {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}
