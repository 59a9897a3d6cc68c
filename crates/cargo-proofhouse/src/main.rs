//! The program; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_proofhouse::main(std::env::args_os().skip(1).collect())
}
