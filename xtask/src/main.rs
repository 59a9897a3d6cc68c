//! Checks on the house itself, run as `cargo xtask NAME`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bless;
mod crosscheck;
mod instructions;
mod kani_suite;
mod layers;
mod mutants;
mod places;
mod regressions;
mod suites;

/// Checks on the house itself.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    check: Check,
}

#[derive(Subcommand)]
enum Check {
    /// Writes expected results anew, the machine's and the guide's, to be read in review.
    Bless,
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
        /// How many are asked at a time.
        #[arg(long, default_value_t = 2)]
        jobs: usize,
        /// A file in which finished seeds are written down; those that it has are not asked again.
        #[arg(long)]
        record: Option<PathBuf>,
    },
    /// Random functions over LLVM's instructions give in the machine what the processor gives.
    Instructions {
        /// How many functions.
        #[arg(long, default_value_t = 100_000)]
        functions: u64,
        /// The first function's seed; each one's is the next number.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Every seeded mutant of the subjects is noticed by the engines that its header names.
    Mutants {
        /// Only mutants whose place, as `byte-buffer/order-reversed`, contains one of these.
        filters: Vec<String>,
        /// Writes the matrix to this file.
        #[arg(long)]
        write: Option<PathBuf>,
    },
    /// Kani's own tests have the verdicts that they expect.
    KaniSuite {
        /// A folder with `tests/kani`, `tests/smack` and `tests/prusti` of Kani's repository.
        #[arg(long)]
        sources: PathBuf,
        /// Only files whose path contains this.
        filter: Option<String>,
        /// Seconds for one harness.
        #[arg(long, default_value_t = 15)]
        seconds: u64,
        /// How many files at a time.
        #[arg(long, default_value_t = 1)]
        jobs: usize,
        /// Writes the table to this file.
        #[arg(long)]
        write: Option<PathBuf>,
    },
    /// Regression tests of other solvers have the answers that they expect.
    Regressions {
        /// A folder with SMT-LIB scripts; several are checked one after the other.
        #[arg(long, required = true)]
        sources: Vec<PathBuf>,
        /// Only files whose path contains this.
        filter: Option<String>,
        /// Seconds for one script.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        /// Writes the table to this file.
        #[arg(long)]
        write: Option<PathBuf>,
    },
    /// The test suites of published crates end in the machine as they do natively.
    Suites {
        /// Only these crates; any published crate can be named.
        crates: Vec<String>,
        /// Keeps the sources in this folder, so that they are not fetched again.
        #[arg(long)]
        folder: Option<PathBuf>,
        /// Million instructions for one test.
        #[arg(long, default_value_t = 300)]
        million_steps: u64,
        /// Renews the rows of these crates in this file.
        #[arg(long)]
        write: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    // The bitcode build of `suites` has rustc run this executable as its wrapper and as its linker.
    if std::env::var_os(cargo_proofhouse::build::wrapper::ROLE).is_some() {
        return cargo_proofhouse::main(std::env::args_os().skip(1).collect());
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some(cargo_proofhouse::engines::guard::SUBCOMMAND) => {
            return cargo_proofhouse::main(std::env::args_os().skip(1).collect());
        }
        Some(kani_suite::SUBCOMMAND) => return kani_suite::judge_and_print(&arguments[1..]),
        _ => {}
    }
    let outcome = match Arguments::parse().check {
        Check::Bless => bless::write(),
        Check::Crosscheck {
            formulas,
            seed,
            jobs,
            record,
        } => crosscheck::check(crosscheck::Wishes {
            formulas,
            seed,
            jobs,
            record,
        }),
        Check::Instructions { functions, seed } => instructions::check(functions, seed),
        Check::Layers => layers::check(),
        Check::Mutants { filters, write } => mutants::check(&filters, write.as_deref()),
        Check::KaniSuite {
            sources,
            filter,
            seconds,
            jobs,
            write,
        } => kani_suite::check(&kani_suite::Wishes {
            sources,
            filter,
            seconds,
            jobs,
            write,
        }),
        Check::Regressions {
            sources,
            filter,
            seconds,
            write,
        } => regressions::check(&regressions::Wishes {
            sources,
            filter,
            seconds,
            write,
        }),
        Check::Suites {
            crates,
            folder,
            million_steps,
            write,
        } => suites::check(&suites::Wishes {
            crates,
            folder,
            steps: million_steps.saturating_mul(1_000_000),
            write,
        }),
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
