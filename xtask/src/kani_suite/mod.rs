//! Runs Kani's own test suite through the compatibility crate `kani`, and compares the verdicts.
//!
//! The suite is somebody else's idea of what harnesses look like and of what must be found in them. Its
//! sources are no part of this repository: whoever runs this check fetches them. Each file of the suite
//! says in a comment whether its verification must fail; each is compiled, unmodified, by stock stable
//! rustc with our `kani` in the place of Kani's, and its harnesses are explored by the machine.
//!
//! A file is *right*, *inconclusive* (with the reason), or *wrong*, which fails this check. A file that
//! a stable compiler refuses is counted and left out.
//!
//! # Not here
//!
//! The native engines, and the tests of Kani that compare its output word by word.

mod build;
mod case;
mod judge;
mod table;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use build::{Scaffold, Unit};
use case::Case;
use judge::Judgement;
pub use judge::{SUBCOMMAND, judge_and_print};

use crate::places::Places;

/// What the command line says.
pub struct Wishes {
    /// The folder that holds `tests/kani` and its neighbours.
    pub sources: PathBuf,
    /// Only files whose path contains this.
    pub filter: Option<String>,
    /// How long one file may take.
    pub seconds: u64,
    /// How many files at a time.
    pub jobs: usize,
    /// Where the table is written.
    pub write: Option<PathBuf>,
}

/// One file and what came of it.
struct Row {
    case: Case,
    outcome: Outcome,
}

/// What came of a file.
enum Outcome {
    /// A stable compiler refuses it, with the first line of why.
    NotCompiled(String),
    /// Its harnesses were explored.
    Judged(Judgement),
}

/// Runs the suite.
pub fn check(wishes: &Wishes) -> Result<String, String> {
    let cases = case::find(&wishes.sources, wishes.filter.as_deref())?;
    if cases.is_empty() {
        return Err(format!("{}: no harnesses there", wishes.sources.display()));
    }
    let scaffold = Scaffold::prepare()?;
    let mut rows = run_all(cases, &scaffold, wishes);
    let places = Places::new(&[&wishes.sources.join("tests"), &wishes.sources]);
    for row in &mut rows {
        let (Outcome::NotCompiled(reason) | Outcome::Judged(Judgement { detail: reason, .. })) =
            &mut row.outcome;
        *reason = places.taken_out(reason);
    }
    let table = table::Table::new(rows);
    print!("{}", table.failures());
    if let Some(path) = &wishes.write {
        fs::write(path, table.markdown(wishes.seconds))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let summary = table.summary();
    if table.wrong() == 0 {
        Ok(summary)
    } else {
        Err(format!(
            "{summary}\n{} files got a wrong verdict",
            table.wrong()
        ))
    }
}

fn run_all(cases: Vec<Case>, scaffold: &Scaffold, wishes: &Wishes) -> Vec<Row> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..wishes.jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(at) else {
                        return;
                    };
                    let outcome = run(at, case, scaffold, wishes.seconds);
                    eprintln!("{}", table::line(case, &outcome));
                    outcomes
                        .lock()
                        .expect("no thread panics")
                        .push((at, outcome));
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().expect("no thread panics");
    outcomes.sort_by_key(|(at, _)| *at);
    let outcomes = outcomes.into_iter().map(|(_, outcome)| outcome);
    let rows = cases.into_iter().zip(outcomes);
    rows.map(|(case, outcome)| Row { case, outcome }).collect()
}

fn run(at: usize, case: &Case, scaffold: &Scaffold, seconds: u64) -> Outcome {
    match scaffold.compile(at, case) {
        Err(reason) => Outcome::NotCompiled(reason),
        Ok(Unit { manifest, folder }) => {
            let judgement = judge::in_own_process(&manifest, case.harness.as_deref(), seconds);
            drop(fs::remove_dir_all(folder));
            Outcome::Judged(judgement)
        }
    }
}

/// A path below a folder, with forward slashes.
fn relative(path: &Path, folder: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}
