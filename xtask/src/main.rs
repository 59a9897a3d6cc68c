//! Checks on the house itself, run as `cargo xtask NAME`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod layers;

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
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().check {
        Check::Layers => layers::check(),
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
