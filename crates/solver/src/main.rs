//! `proofhouse-smt`: the solver on SMT-LIB text, from a file or from standard input.
//!
//! Prints what the script's commands print. Exits with 0 when all were carried out, 2 when one could
//! not be; questions whose limits were reached are answered with `unknown`.

use std::io::{Read as _, Write as _};
use std::process::ExitCode;

use proofhouse_solver::Limits;
use proofhouse_solver::smtlib::Session;

const USAGE: &str = "usage: proofhouse-smt [--conflicts N] [FILE]

Answers an SMT-LIB 2 script: booleans, bit-vectors, IEEE floats, arrays of bit-vectors.

  FILE            the script; standard input without it
  --conflicts N   conflicts after which a question is `unknown` (default 1,000,000)";

/// What the arguments ask for.
struct Request {
    path: Option<String>,
    conflicts_max: u64,
}

fn main() -> ExitCode {
    let request = match parse(std::env::args().skip(1)) {
        Ok(Some(request)) => request,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => return fail("usage/arguments", &problem, USAGE),
    };
    let script = match read(request.path.as_deref()) {
        Ok(script) => script,
        Err(error) => {
            let path = request.path.as_deref().unwrap_or("standard input");
            return fail(
                "smt/unreadable",
                &format!("{path}: {error}"),
                "name a text file, or write the script to standard input",
            );
        }
    };
    let mut session = Session::new();
    session.set_limits(Limits {
        conflicts_max: request.conflicts_max,
        propagations_max: request.conflicts_max.saturating_mul(1_000),
        ..Limits::default()
    });
    let mut output = String::new();
    let outcome = session.run_into(&script, &mut output);
    // Whoever closed the pipe has seen enough.
    let _ = std::io::stdout().write_all(output.as_bytes());
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(error.code(), &error.to_string(), error.help()),
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Request>, String> {
    let mut request = Request {
        path: None,
        conflicts_max: 1_000_000,
    };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--conflicts" => {
                let count = arguments.next().and_then(|count| count.parse().ok());
                request.conflicts_max = count.ok_or("`--conflicts` takes a number")?;
            }
            option if option.starts_with("--") => {
                return Err(format!("there is no option `{option}`"));
            }
            _ if request.path.is_some() => return Err("there is more than one file".to_owned()),
            _ => request.path = Some(argument),
        }
    }
    Ok(Some(request))
}

fn read(path: Option<&str>) -> std::io::Result<String> {
    match path {
        Some(path) => std::fs::read_to_string(path),
        None => {
            let mut script = String::new();
            std::io::stdin().read_to_string(&mut script)?;
            Ok(script)
        }
    }
}

fn fail(code: &str, problem: &str, help: &str) -> ExitCode {
    eprintln!("error[{code}]: {problem}\nhelp: {help}");
    ExitCode::from(2)
}
