//! Checks on the house itself, run as `cargo xtask NAME`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod crosscheck;
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
    /// Random formulas have the answers that Z3 gives; fetches Z3 if it is not installed.
    Crosscheck {
        /// How many formulas.
        #[arg(long, default_value_t = 100_000)]
        formulas: u64,
        /// The first formula's seed; each one's is the next number.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Every seeded mutant of the subjects is noticed by the engines that its header names.
    Mutants {
        /// Only mutants whose name contains this.
        filter: Option<String>,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().check {
        Check::Crosscheck { formulas, seed } => crosscheck::check(formulas, seed),
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
