//! Seeded mutants: each is built in a scratch copy, every engine runs on it, and the matrix says who
//! noticed.
//!
//! A mutant is a patch `subjects/<name>/mutants/<mutant>.patch` against the clean source. Its header,
//! the lines before the diff, says in words what it breaks, after `Killed by:` which engines must
//! notice, and after `Properties:` by which properties: only these are run. The source itself carries no
//! mutant code.
//!
//! # Invariants
//!
//! - The work tree is never touched: everything happens in a copy of what git tracks.
//! - A mutant counts as killed by an engine only when that engine's verdict is `Refuted`.
//! - The token of a counterexample must reproduce the failure natively.
//! - Engines that refute the same property may have shrunk to different counterexamples, as each begins
//!   somewhere else; that is told, and is no fault.
//!
//! # Source
//!
//! DeMillo, Lipton, Sayward, "Hints on Test Data Selection" (1978), with mutants written by hand.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use proofhouse_evidence::{Engine, Verdict};
use proofhouse_report::CheckReport;

mod matrix;
mod scratch;

use matrix::{Cell, Cells, Matrix};
use scratch::Scratch;

/// A patch with what its header promises.
#[derive(Debug)]
struct Mutant {
    subject: String,
    name: String,
    patch: PathBuf,
    killers: Vec<Engine>,
    /// Parts of the paths of the properties that should notice; all properties if there are none.
    properties: Vec<String>,
}

impl Mutant {
    /// Its subject and its name: `byte-buffer/order-reversed`.
    fn place(&self) -> String {
        format!("{}/{}", self.subject, self.name)
    }
}

/// Runs every mutant, or those whose place contains one of `filters`, and prints the matrix; `write` names a file
/// that gets it as Markdown.
///
/// A mutant that can't be built or checked is a fault of its own; the others are run all the same.
///
/// # Errors
///
/// A text that names every mutant that survived an engine which must kill it, or survived them all, and
/// every token that does not reproduce.
pub(crate) fn check(filters: &[String], write: Option<&Path>) -> Result<String, String> {
    let root = root();
    let mutants: Vec<Mutant> = mutants(&root)?
        .into_iter()
        .filter(|mutant| {
            let is_meant = |part: &String| mutant.place().contains(part);
            filters.is_empty() || filters.iter().any(is_meant)
        })
        .collect();
    let scratch = Scratch::of(&root)?;
    let (mut faults, mut notes) = (String::new(), String::new());
    let mut matrix = Matrix::default();
    println!("{}", Matrix::head());
    for mutant in &mutants {
        let began = Instant::now();
        match noticed(&scratch, mutant, &mut faults, &mut notes) {
            Ok(cells) => println!("{}", matrix.add(mutant.place(), cells, began.elapsed())),
            Err(problem) => {
                let _ = writeln!(faults, "`{}` was not checked: {problem}", mutant.place());
            }
        }
    }
    if let Some(file) = write {
        fs::write(file, matrix.markdown())
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    print!("{notes}{}", matrix.summary());
    if faults.is_empty() {
        let count = mutants.len();
        Ok(format!("mutants: {count} killed as their headers say"))
    } else {
        Err(format!("mutants:\n{faults}"))
    }
}

/// What every engine did with one mutant; broken promises of its header go to `faults`.
fn noticed(
    scratch: &Scratch,
    mutant: &Mutant,
    faults: &mut String,
    notes: &mut String,
) -> Result<Cells, String> {
    let report = scratch.run(mutant)?;
    let cells = matrix::cells(&report);
    judge(mutant, &cells, faults);
    compare(mutant, &report, notes);
    scratch.replay(mutant, &report, faults)?;
    Ok(cells)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace")
        .to_owned()
}

/// All mutants of all subjects, by subject and name.
fn mutants(root: &Path) -> Result<Vec<Mutant>, String> {
    let mut mutants = Vec::new();
    for subject in entries(&root.join("subjects"))? {
        let folder = subject.join("mutants");
        if !folder.is_dir() {
            continue;
        }
        for patch in entries(&folder)?
            .into_iter()
            .filter(|path| path.extension() == Some("patch".as_ref()))
        {
            let text = fs::read_to_string(&patch)
                .map_err(|error| format!("{}: {error}", patch.display()))?;
            mutants.push(Mutant {
                subject: file_name(&subject),
                name: file_name(&patch).trim_end_matches(".patch").to_owned(),
                killers: killers(&text).map_err(|error| format!("{}: {error}", patch.display()))?,
                properties: properties(&text),
                patch,
            });
        }
    }
    Ok(mutants)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let read = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = read.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The lines before the diff, as one.
fn header(patch: &str) -> String {
    let lines: Vec<&str> = patch
        .lines()
        .take_while(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim())
        .collect();
    lines.join(" ")
}

/// The names of properties after `Properties:`: words with an underscore. A name stands for its twins,
/// too, whose names begin with it.
fn properties(patch: &str) -> Vec<String> {
    let header = header(patch);
    let rest = header
        .split_once("Properties:")
        .map_or("", |(_, rest)| rest);
    let sentence = rest.split_once(". ").map_or(rest, |(sentence, _)| sentence);
    sentence
        .split(|letter: char| letter.is_whitespace() || letter == ',')
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| word.contains('_'))
        .map(str::to_owned)
        .collect()
}

/// The engines that a patch's header names after `Killed by:`, up to the full stop; remarks in
/// parentheses are left out.
fn killers(patch: &str) -> Result<Vec<Engine>, String> {
    let header = header(patch);
    let (_, sentence) = header
        .split_once("Killed by:")
        .ok_or("the header does not say `Killed by: ENGINE, …`")?;
    let mut depth = 0;
    let plain: String = sentence
        .chars()
        .filter(|letter| {
            depth += i32::from(*letter == '(');
            let is_outside = depth == 0;
            depth -= i32::from(*letter == ')');
            is_outside
        })
        .take_while(|letter| *letter != '.')
        .collect();
    let engine = |name: &str| {
        Engine::SELECTABLE
            .into_iter()
            .find(|engine| engine.name() == name.trim())
            .ok_or_else(|| format!("`{}` is no engine", name.trim()))
    };
    plain.split(',').map(engine).collect()
}

/// Adds a line to `faults` for every broken promise.
fn judge(mutant: &Mutant, cells: &Cells, faults: &mut String) {
    for engine in &mutant.killers {
        if cells.get(engine) != Some(&Cell::Killed) {
            let (place, engine) = (mutant.place(), engine.name());
            let _ = writeln!(faults, "`{place}` survived the {engine} engine");
        }
    }
    if !cells.values().any(|cell| *cell == Cell::Killed) {
        let _ = writeln!(faults, "`{}` survived every engine", mutant.place());
    }
}

/// Adds a line to `notes` for every property of which engines found different counterexamples.
fn compare(mutant: &Mutant, report: &CheckReport, notes: &mut String) {
    for (_, property) in report.properties() {
        let mut tokens: Vec<&str> = property
            .results
            .iter()
            .filter_map(|result| match result.outcome.verdict() {
                Some(Verdict::Refuted { findings }) => findings.first(),
                _ => None,
            })
            .map(|finding| finding.counterexample.token.as_str())
            .collect();
        tokens.dedup();
        if tokens.len() > 1 {
            let path = &property.description.path;
            let place = mutant.place();
            let _ = writeln!(notes, "`{place}`: counterexamples of `{path}`: {tokens:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_names_the_engines_that_must_notice() {
        let patch = "# Breaks: the device.\n# Killed by: random (texts, not bytes), \
                     symbolic (from 3.\n# bytes). Words.\n--- a/x\n";
        assert_eq!(killers(patch).unwrap(), [Engine::Random, Engine::Symbolic]);
    }

    #[test]
    fn the_header_names_the_properties_that_are_run() {
        let patch = "# Killed by: random.\n# Properties: prop_a and its twins, prop_b\n# near it. See \
                     no_property.\n--- a/x\n";
        assert_eq!(properties(patch), ["prop_a", "prop_b"]);
        assert_eq!(
            properties("# Killed by: random.\n# Properties: the sequences.\n"),
            [""; 0]
        );
    }

    #[test]
    fn a_header_without_engines_or_with_a_stranger_is_refused() {
        assert!(killers("# words\n--- a/x\n# Killed by: random.\n").is_err());
        assert!(
            killers("# Killed by: luck.\n--- a/x\n")
                .unwrap_err()
                .contains("luck")
        );
    }
}
