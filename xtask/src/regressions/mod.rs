//! Regression tests of other solvers, answered by `proofhouse-smt`.
//!
//! They are somebody else's idea of what a solver gets wrong. Their files are no part of this repository:
//! whoever runs this check fetches them, for example the folders `test/regress` of `bitwuzla/bitwuzla` and
//! `cvc5/cvc5`, `test/log` of `Boolector/boolector` and `regressions` of `Z3Prover/z3test`.
//!
//! Each script runs in a process of its own, with a limit on its time and memory. What it must answer is
//! what the file says; where it says nothing, what Z3 says, if Z3 is installed.
//!
//! # Invariants
//!
//! - One wrong answer fails the check, also where the script ends with an error later.
//! - What is not read is counted by what stopped it, and never as right.

mod expected;
mod script;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use self::expected::Expected;
use self::script::Ran;
use self::table::Table;

/// The logics without quantifiers that are about bit-vectors, arrays of them and floating-point numbers.
const LOGICS: [&str; 8] = [
    "QF_BV", "QF_ABV", "QF_AUFBV", "QF_UFBV", "QF_BVFP", "QF_ABVFP", "QF_FP", "QF_AX",
];

/// What the command line says.
pub(crate) struct Wishes {
    /// The folders that hold the files.
    pub(crate) sources: Vec<PathBuf>,
    /// Only files whose path contains this.
    pub(crate) filter: Option<String>,
    /// How long one script may take.
    pub(crate) seconds: u64,
    /// Where the table is written.
    pub(crate) write: Option<PathBuf>,
}

/// A script with its place.
struct Case {
    /// As it is written in the table: the source's name, and the path in it.
    name: String,
    path: PathBuf,
    logic: &'static str,
}

/// A script and what came of it.
struct Row {
    name: String,
    logic: &'static str,
    outcome: Outcome,
    milliseconds: u64,
}

/// What came of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    /// Every answer is the expected one.
    Right(Expected),
    /// No answer is wrong; a limit of ours left some open.
    Open,
    /// It took too long, or too much memory.
    OutOfTime,
    /// What stopped it. Answers before that were right.
    NotRead(String),
    /// Nobody says what is right, so nothing was compared.
    NotJudged,
    /// Ours, and what is right.
    Wrong(String),
}

/// Runs all scripts.
///
/// # Errors
///
/// A text that lists the wrong answers, or says why nothing could be run.
pub(crate) fn check(wishes: &Wishes) -> Result<String, String> {
    let solver = build()?;
    let has_z3 = Command::new("z3").arg("--version").output().is_ok();
    let mut table = Table::default();
    for case in cases(wishes)? {
        let row = judge(&solver, &case, wishes.seconds, has_z3)?;
        eprintln!("{}", table::line(&row));
        table.rows.push(row);
    }
    if let Some(path) = &wishes.write {
        fs::write(path, table.markdown(wishes.seconds))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let summary = table.summary();
    match table.wrong() {
        0 => Ok(summary),
        wrong => Err(format!("{summary}\n{wrong} scripts are answered wrongly")),
    }
}

fn judge(solver: &Path, case: &Case, seconds: u64, has_z3: bool) -> Result<Row, String> {
    let text = fs::read(&case.path).map_err(|error| format!("{}: {error}", case.path.display()))?;
    let text = String::from_utf8_lossy(&text);
    let Ran {
        answers,
        is_stopped,
        error,
        milliseconds,
    } = script::run(solver, &[], &case.path, seconds)?;
    let expected = match expected::of_text(&text) {
        Some(expected) => Some(expected),
        None if has_z3 && !answers.is_empty() => expected::of_z3(&case.path, seconds)?,
        None => None,
    };
    let outcome = outcome(&answers, is_stopped, error, expected);
    Ok(Row {
        name: case.name.clone(),
        logic: case.logic,
        outcome,
        milliseconds,
    })
}

fn outcome(
    answers: &[String],
    is_stopped: bool,
    error: Option<String>,
    expected: Option<Expected>,
) -> Outcome {
    if let Some(expected) = &expected
        && let Some(wrong) = expected.contradicted_by(answers)
    {
        return Outcome::Wrong(wrong);
    }
    if let Some(error) = error {
        return Outcome::NotRead(error);
    }
    if is_stopped {
        return Outcome::OutOfTime;
    }
    match expected {
        _ if answers.iter().any(|answer| answer == "unknown") => Outcome::Open,
        Some(expected) => Outcome::Right(expected),
        None => Outcome::NotJudged,
    }
}

/// Builds the solver's command.
fn build() -> Result<PathBuf, String> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .no_deps()
        .exec()
        .map_err(|error| error.to_string())?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--release"])
        .args(["--package", "proofhouse-solver", "--bin", "proofhouse-smt"])
        .status()
        .map_err(|error| format!("cargo: {error}"))?;
    if !built.success() {
        return Err("`proofhouse-smt` can't be built".to_owned());
    }
    Ok(metadata
        .target_directory
        .join("release/proofhouse-smt")
        .into_std_path_buf())
}

/// The scripts below the sources, in order.
fn cases(wishes: &Wishes) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for source in &wishes.sources {
        let mut paths = Vec::new();
        scripts_below(source, &mut paths)
            .map_err(|error| format!("{}: {error}", source.display()))?;
        paths.sort();
        for path in paths {
            let text = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let Some(logic) = logic_of(&String::from_utf8_lossy(&text)) else {
                continue;
            };
            let place = path.strip_prefix(source).expect("it lies below");
            let folder = source.file_name().unwrap_or_default();
            let name = format!("{}/{}", folder.to_string_lossy(), place.display());
            let is_wanted = |filter: &String| name.contains(filter.as_str());
            if wishes.filter.as_ref().is_none_or(is_wanted) {
                cases.push(Case { name, path, logic });
            }
        }
    }
    match cases.is_empty() {
        true => Err("no scripts there".to_owned()),
        false => Ok(cases),
    }
}

fn scripts_below(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            scripts_below(&path, found)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "smt2")
        {
            found.push(path);
        }
    }
    Ok(())
}

/// The logic that a script names, if it is one of ours.
fn logic_of(text: &str) -> Option<&'static str> {
    let (_, rest) = text.split_once("(set-logic")?;
    let name = rest.split_once(')')?.0.trim();
    LOGICS.into_iter().find(|logic| *logic == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answers: &[&str], error: Option<&str>, expected: &[&str]) -> Outcome {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let answers: Vec<String> = own(answers);
        let expected = Expected::new(own(expected), expected::Judge::File);
        outcome(&answers, false, error.map(str::to_owned), Some(expected))
    }

    #[test]
    fn an_answer_is_right_open_or_wrong() {
        assert!(matches!(check(&["sat"], None, &["sat"]), Outcome::Right(_)));
        assert!(matches!(
            check(&["unsat"], None, &["sat"]),
            Outcome::Wrong(_)
        ));
        assert_eq!(check(&["unknown"], None, &["sat"]), Outcome::Open);
        assert!(matches!(
            check(&["sat"], None, &["unknown"]),
            Outcome::Right(_)
        ));
    }

    #[test]
    fn an_error_does_not_hide_a_wrong_answer() {
        let error = Some("smt/unsupported");
        assert!(matches!(
            check(&["sat"], error, &["unsat", "sat"]),
            Outcome::Wrong(_)
        ));
        assert!(matches!(
            check(&["unsat"], error, &["unsat", "sat"]),
            Outcome::NotRead(_)
        ));
    }

    #[test]
    fn a_logic_is_named_exactly() {
        assert_eq!(logic_of("(set-logic QF_BV)"), Some("QF_BV"));
        assert_eq!(logic_of("(set-logic  QF_ABV )"), Some("QF_ABV"));
        assert_eq!(logic_of("(set-logic BV)"), None);
        assert_eq!(logic_of("(check-sat)"), None);
    }
}
