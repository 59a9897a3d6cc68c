//! Another solver, asked in a process of its own for each question.
//!
//! Wanted by a variable of the environment and not by an option, so that a worker, whom nobody gives
//! options, sees it as well.
//!
//! # Invariants
//!
//! - Whoever does not answer `sat` or `unsat` in time does not know.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use crate::error::CommandError;

/// The program of the other solver: `z3`, `bitwuzla`, `cvc5`, or any that answers a script in a file.
pub(crate) const VARIABLE: &str = "PROOFHOUSE_CROSS_CHECK";

/// Solvers that are known to answer a script in a file.
pub(crate) const SOLVERS: [&str; 4] = ["bitwuzla", "cvc5", "z3", "yices-smt2"];

/// How long it may think about one question.
const QUESTION_MAX: Duration = Duration::from_secs(10);

/// The solver that is wanted, if one is.
pub(crate) fn wanted() -> Option<String> {
    env::var(VARIABLE).ok().filter(|solver| !solver.is_empty())
}

/// Fails if a solver is wanted that does not run.
///
/// # Errors
///
/// [`CommandError::UnknownValue`].
pub(crate) fn require_wanted() -> Result<(), CommandError> {
    match wanted() {
        Some(solver) if !runs(&solver) => Err(CommandError::UnknownValue {
            option: VARIABLE.to_owned(),
            value: solver,
            known: SOLVERS
                .into_iter()
                .filter(|known| runs(known))
                .map(str::to_owned)
                .collect(),
        }),
        _ => Ok(()),
    }
}

fn runs(solver: &str) -> bool {
    let ran = Command::new(solver).arg("--version").output();
    ran.is_ok_and(|output| output.status.success())
}

/// Whether a script's assertions can hold; `None` if the solver does not know.
pub(crate) fn ask(solver: &str, script: &str) -> Option<bool> {
    let path = env::temp_dir().join(format!("proofhouse-question-{}.smt2", process::id()));
    fs::write(&path, script).ok()?;
    let answer = answer_of(solver, &path);
    // Another one with this name overwrites it, should it stay.
    let _ = fs::remove_file(&path);
    match answer?.trim() {
        "sat" => Some(true),
        "unsat" => Some(false),
        _ => None,
    }
}

/// What a solver prints about a script.
fn answer_of(solver: &str, script: &Path) -> Option<String> {
    let answer: PathBuf = script.with_extension("answer");
    let file = fs::File::create(&answer).ok()?;
    let child = Command::new(solver)
        .arg(script)
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(Stdio::null())
        .spawn();
    let has_ended = child
        .ok()
        .is_some_and(|child| ends_in_time(child).is_some());
    let text = fs::read_to_string(&answer).ok();
    let _ = fs::remove_file(&answer);
    text.filter(|_| has_ended)
}

/// Waits for the end, and brings it about when the time is up.
fn ends_in_time(mut child: Child) -> Option<()> {
    let deadline = Instant::now() + QUESTION_MAX;
    loop {
        if child.try_wait().ok()?.is_some() {
            return Some(());
        }
        if Instant::now() >= deadline {
            // It is gone or it is killed; either way there is no answer.
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_says_something_else_does_not_know() {
        // `cat` repeats the script, `true` says nothing, and the last does not exist.
        assert_eq!(ask("cat", "sat\n"), Some(true));
        assert_eq!(ask("cat", "unsat\n"), Some(false));
        assert_eq!(ask("cat", "unknown\n"), None);
        assert_eq!(ask("true", "sat\n"), None);
        assert_eq!(ask("/no/such/solver", "sat\n"), None);
    }
}
