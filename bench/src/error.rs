//! Why a benchmark could not be run.

use std::fmt;
use std::io;

/// Why a benchmark could not be run. A rival that is slow or wrong is a result, not an error.
#[derive(Debug)]
#[non_exhaustive]
pub(crate) enum BenchError {
    /// A temporary folder could not be used.
    Folder { path: String, cause: io::Error },
    /// cargo could not be started.
    NoCargo { cause: io::Error },
    /// cargo ended with a failure.
    CargoFailed { arguments: String, output: String },
    /// What cargo printed is not what it is documented to print.
    CargoOutput { cause: serde_json::Error },
    /// The toolchain does not say where it is.
    Toolchain {
        cause: cargo_proofhouse::error::CommandError,
    },
    /// The tests of a package could not be built.
    Build {
        cause: cargo_proofhouse::error::CommandError,
    },
    /// A program for the machine could not be read.
    Load {
        cause: proofhouse_vm::load::LoadError,
    },
    /// The machine ended a run otherwise than it should.
    Machine { entry: String, end: String },
    /// Z3 ended in the middle of its questions.
    Z3Gone { cause: io::Error },
    /// Two solvers give different answers.
    Disagreement { question: String },
}

impl fmt::Display for BenchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder { path, cause } => write!(f, "`{path}` could not be used: {cause}"),
            Self::NoCargo { cause } => write!(f, "cargo could not be started: {cause}"),
            Self::CargoFailed { arguments, output } => {
                write!(f, "`cargo {arguments}` failed\n{output}")
            }
            Self::CargoOutput { cause } => write!(f, "cargo's output could not be read: {cause}"),
            Self::Toolchain { cause } => write!(f, "the toolchain was not found: {cause}"),
            Self::Build { cause } => write!(f, "the tests could not be built: {cause}"),
            Self::Load { cause } => write!(f, "the program could not be loaded: {cause}"),
            Self::Machine { entry, end } => write!(f, "`{entry}` ended so: {end}"),
            Self::Z3Gone { cause } => write!(f, "Z3 is gone: {cause}"),
            Self::Disagreement { question } => write!(f, "Z3 answers otherwise: {question}"),
        }
    }
}

impl BenchError {
    /// A stable name.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "bench/folder",
            Self::NoCargo { .. } => "bench/no-cargo",
            Self::CargoFailed { .. } => "bench/cargo-failed",
            Self::CargoOutput { .. } => "bench/cargo-output",
            Self::Toolchain { .. } => "bench/toolchain",
            Self::Build { .. } => "bench/build",
            Self::Load { .. } => "bench/load",
            Self::Machine { .. } => "bench/machine",
            Self::Z3Gone { .. } => "bench/z3-gone",
            Self::Disagreement { .. } => "bench/disagreement",
        }
    }

    /// What to do next.
    pub(crate) fn help(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "set TMPDIR to a folder with room for a build",
            Self::NoCargo { .. } => "start the benchmarks by `cargo run`, or set CARGO to cargo",
            Self::CargoFailed { .. } | Self::Build { .. } => {
                "builds are offline; `cargo fetch` in the workspace brings in what they need"
            }
            Self::CargoOutput { .. } | Self::Toolchain { .. } | Self::Load { .. } => {
                "use the toolchain that the workspace asks for"
            }
            Self::Machine { .. } => "run the tests of proofhouse-vm: the machine is wrong",
            Self::Z3Gone { .. } => "the `z3` on the PATH must read SMT-LIB 2 with `-in`",
            Self::Disagreement { .. } => "one of the solvers is wrong; `cargo xtask crosscheck`",
        }
    }
}
