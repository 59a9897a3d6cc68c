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
//! - Engines that refute the same property must have arrived at the same counterexample, and its
//!   token must reproduce the failure natively.
//!
//! # Source
//!
//! DeMillo, Lipton, Sayward, "Hints on Test Data Selection" (1978), with mutants written by hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proofhouse_evidence::{Engine, Verdict};
use proofhouse_report::{CheckReport, Outcome};

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

/// What one engine did with one mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    NotApplicable,
    Inconclusive,
    Survived,
    Killed,
}

impl Cell {
    fn word(self) -> &'static str {
        match self {
            Self::NotApplicable => "–",
            Self::Inconclusive => "inconclusive",
            Self::Survived => "survived",
            Self::Killed => "killed",
        }
    }

    /// How an engine did on one property.
    fn of(outcome: &Outcome) -> Self {
        match outcome.verdict() {
            Some(Verdict::Refuted { .. }) => Self::Killed,
            Some(Verdict::Proved { .. } | Verdict::Passed { .. }) => Self::Survived,
            Some(
                Verdict::Inconclusive { .. } | Verdict::Vacuous { .. } | Verdict::Unhealthy { .. },
            ) => Self::Inconclusive,
            Some(Verdict::NotApplicable { .. }) | None => Self::NotApplicable,
        }
    }
}

/// Runs every mutant, or those whose place contains `filter`, and prints the matrix.
///
/// # Errors
///
/// A text that names every mutant that survived an engine which must kill it, every pair of engines
/// that disagree about a counterexample, and every token that does not reproduce.
pub(crate) fn check(filter: Option<&str>) -> Result<String, String> {
    let root = root();
    let mutants: Vec<Mutant> = mutants(&root)?
        .into_iter()
        .filter(|mutant| filter.is_none_or(|part| mutant.place().contains(part)))
        .collect();
    let scratch = Scratch::of(&root)?;
    let mut faults = String::new();
    println!(
        "{:<34}{:<14}{:<14}{:<14}",
        "mutant", "random", "exhaustive", "symbolic"
    );
    for mutant in &mutants {
        let report = scratch.run(mutant)?;
        let row = row(&report);
        let cells =
            Engine::SELECTABLE.map(|engine| row.get(&engine).map_or("–", |cell| cell.word()));
        println!(
            "{:<34}{:<14}{:<14}{:<14}",
            mutant.name, cells[0], cells[1], cells[2]
        );
        judge(mutant, &row, &report, &mut faults);
        scratch.replay(mutant, &report, &mut faults)?;
    }
    if faults.is_empty() {
        Ok(format!(
            "mutants: {} of {} killed as their headers say",
            mutants.len(),
            mutants.len()
        ))
    } else {
        Err(format!("mutants:\n{faults}"))
    }
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

/// The best that each engine did on any property.
fn row(report: &CheckReport) -> BTreeMap<Engine, Cell> {
    let mut row = BTreeMap::new();
    for (_, property) in report.properties() {
        for result in &property.results {
            let best = row.entry(result.engine).or_insert(Cell::NotApplicable);
            *best = (*best).max(Cell::of(&result.outcome));
        }
    }
    row
}

/// Adds a line to `faults` for every broken promise.
fn judge(mutant: &Mutant, row: &BTreeMap<Engine, Cell>, report: &CheckReport, faults: &mut String) {
    for engine in &mutant.killers {
        if row.get(engine) != Some(&Cell::Killed) {
            let _ = writeln!(
                faults,
                "`{}` survived the {} engine",
                mutant.name,
                engine.name()
            );
        }
    }
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
            let _ = writeln!(
                faults,
                "`{}`: engines disagree on `{path}`: {tokens:?}",
                mutant.name
            );
        }
    }
}

/// A copy of what git tracks, with a target directory that outlives it.
struct Scratch {
    folder: PathBuf,
    root: PathBuf,
    command: PathBuf,
}

impl Scratch {
    fn of(root: &Path) -> Result<Self, String> {
        let folder = root.join("target/mutants/source");
        let _ = fs::remove_dir_all(&folder);
        let tracked = output(
            Command::new("git")
                .args(["ls-files", "-z"])
                .current_dir(root),
        )?;
        for file in tracked.split('\0').filter(|file| !file.is_empty()) {
            copy(&root.join(file), &folder.join(file))?;
        }
        run(Command::new("cargo")
            .args([
                "build",
                "--quiet",
                "--release",
                "--package",
                "cargo-proofhouse",
            ])
            .current_dir(root))?;
        let command = root.join("target/release/cargo-proofhouse");
        Ok(Self {
            folder,
            root: root.to_owned(),
            command,
        })
    }

    /// Applies the mutant, checks its subject, and puts the source back.
    fn run(&self, mutant: &Mutant) -> Result<CheckReport, String> {
        self.apply(mutant, &[])?;
        let check = self.check(mutant);
        self.apply(mutant, &["--reverse"])?;
        check
    }

    fn apply(&self, mutant: &Mutant, options: &[&str]) -> Result<(), String> {
        // The copy lies inside the work tree; git must not take it for a part of that.
        run(Command::new("git")
            .arg("apply")
            .args(options)
            .arg(&mutant.patch)
            .current_dir(&self.folder)
            .env(
                "GIT_CEILING_DIRECTORIES",
                self.folder.parent().expect("the copy has a parent"),
            ))
    }

    fn cargo(&self) -> Command {
        let mut command = Command::new(&self.command);
        command
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.root.join("target/mutants/build"));
        command
    }

    fn check(&self, mutant: &Mutant) -> Result<CheckReport, String> {
        let mut command = self.cargo();
        command.args(["check", "-p", &mutant.subject, "--format", "json"]);
        command.args(&mutant.properties);
        let output = command
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        CheckReport::from_json(&text).map_err(|error| format!("`{}`: {error}", mutant.name))
    }

    /// Replays the first token of every refuted property; each must fail again.
    fn replay(
        &self,
        mutant: &Mutant,
        report: &CheckReport,
        faults: &mut String,
    ) -> Result<(), String> {
        const STILL_FAILS: Option<i32> = Some(1);
        self.apply(mutant, &[])?;
        for (_, property) in report.properties() {
            let finding =
                property
                    .results
                    .iter()
                    .find_map(|result| match result.outcome.verdict() {
                        Some(Verdict::Refuted { findings }) => findings.first(),
                        _ => None,
                    });
            let Some(finding) = finding else { continue };
            let token = &finding.counterexample.token;
            let mut command = self.cargo();
            command
                .args(["replay", token])
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            let status = command.status().map_err(|error| error.to_string())?;
            if status.code() != STILL_FAILS {
                let _ = writeln!(
                    faults,
                    "`{}`: {token} gives {status} on replay",
                    mutant.name
                );
            }
        }
        self.apply(mutant, &["--reverse"])
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let folder = to.parent().expect("a file lies in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::copy(from, to))
        .map(|_| ())
        .map_err(|error| format!("{}: {error}", from.display()))
}

fn run(command: &mut Command) -> Result<(), String> {
    output(command).map(|_| ())
}

fn output(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!(
            "{command:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        ))
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
