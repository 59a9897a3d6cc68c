//! Random formulas, answered by our solver and by Z3.
//!
//! Each formula is made as text, so that our rewriting stands between it and our answer, and nothing
//! of ours between it and Z3's. Two questions are asked of it: whether its assertions can hold, to both;
//! and, of Z3 alone, whether what we rewrote a term into can differ from the term.
//!
//! # Invariants
//!
//! - One disagreement fails the check and is kept as a script that shows it.
//! - A limit on either side is counted, never taken for agreement.
//!
//! # Source
//!
//! Brummayer and Biere, "Fuzzing and Delta-Debugging SMT Solvers" (SMT 2009).

mod floats;
mod formula;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use proofhouse_solver::smtlib::{CheckResult, Session, write_terms};
use proofhouse_solver::{Limits, Statistics};

use self::formula::Formula;

/// How many formulas one process of Z3 answers.
const BATCH: u64 = 500;

/// Questions to Z3 end after so many milliseconds.
const Z3_MS_MAX: u32 = 250;

/// What was counted.
#[derive(Default)]
struct Tally {
    satisfiable: u64,
    unsatisfiable: u64,
    we_gave_up: u64,
    z3_gave_up: u64,
    rewritings: u64,
    rewritings_unknown: u64,
    searches: u64,
    disagreements: Vec<PathBuf>,
}

/// A formula with our answer and the script that asks Z3.
struct Asked {
    ours: CheckResult,
    /// Two questions, one after the other.
    script: String,
}

/// Asks `formulas` random formulas and compares.
///
/// # Errors
///
/// A text that says where the disagreements are kept, or why Z3 can't be asked.
pub(crate) fn check(formulas: u64, seed: u64) -> Result<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/crosscheck");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let z3 = find_z3(&folder)?;
    let mut tally = Tally::default();
    for first in (0..formulas).step_by(BATCH as usize) {
        let batch = first..formulas.min(first + BATCH);
        let asked: Vec<Asked> = batch
            .map(|number| ask_ourselves(seed.wrapping_add(number), &mut tally))
            .collect::<Result<_, _>>()?;
        compare(&z3, &folder, &asked, &mut tally)?;
        eprint!("\r{} of {formulas} formulas", formulas.min(first + BATCH));
    }
    eprintln!();
    tally.conclude(seed)
}

impl Tally {
    fn conclude(&self, seed: u64) -> Result<String, String> {
        let summary = format!(
            "crosscheck: {} satisfiable, {} unsatisfiable, {} rewritings right; \
             given up: {} by us, {} by Z3, {} rewritings; {} searches; seed {seed}",
            self.satisfiable,
            self.unsatisfiable,
            self.rewritings,
            self.we_gave_up,
            self.z3_gave_up,
            self.rewritings_unknown,
            self.searches,
        );
        if self.disagreements.is_empty() {
            return Ok(summary);
        }
        let mut problem = format!("{summary}\n{} disagreements:", self.disagreements.len());
        for path in &self.disagreements {
            problem.push_str(&format!("\n  {}", path.display()));
        }
        Err(problem)
    }
}

/// Our answer to a formula, and what Z3 is to be asked.
fn ask_ourselves(seed: u64, tally: &mut Tally) -> Result<Asked, String> {
    let formula = Formula::random(seed);
    let mut session = Session::new();
    session.set_limits(Limits {
        conflicts_max: 20_000,
        ..Limits::default()
    });
    let assertions = format!(
        "{}{}(check-sat)\n",
        formula.declarations, formula.assertions
    );
    let run = |session: &mut Session, script: &str| {
        let outcome = session.run(script);
        outcome.map_err(|error| format!("seed {seed}: {error}: {script}"))
    };
    run(&mut session, &assertions)?;
    let ours = session.last_result().expect("a question was asked");
    let Statistics { searches, .. } = session.statistics();
    tally.searches += searches;

    let declared: Vec<String> = formula.names.clone();
    let mut rewriting = Session::new();
    let width = formula.term_width;
    let original = format!(
        "(define-fun original () (_ BitVec {width}) {})\n",
        formula.term
    );
    run(
        &mut rewriting,
        &format!("{}{original}", formula.bit_declarations),
    )?;
    let term = rewriting.term("original").expect("it was defined");
    // Further symbols stand for what the theory of floats leaves open, where nothing looks at it.
    let name = |symbol: proofhouse_solver::SymbolId| match declared.get(symbol.index()) {
        Some(name) => name.clone(),
        None => format!("open-{}", symbol.index()),
    };
    let terms = rewriting.terms();
    let mut open = String::new();
    for symbol in terms.symbols_of(term) {
        if symbol.index() >= declared.len() {
            let width = terms.width(terms.symbol_term(symbol));
            let name = name(symbol);
            open.push_str(&format!("(declare-const {name} (_ BitVec {width}))\n"));
        }
    }
    let (text, roots) = write_terms(terms, &[term], "rewritten-", &name);
    let text = format!("{open}{text}");
    let script = format!(
        "(push)\n{assertions}(pop)\n(push)\n{}{original}{text}(assert (distinct original {}))\n(check-sat)\n(pop)\n",
        formula.bit_declarations, roots[0]
    );
    Ok(Asked { ours, script })
}

/// Asks Z3 all questions of a batch.
fn compare(z3: &Path, folder: &Path, batch: &[Asked], tally: &mut Tally) -> Result<(), String> {
    let scripts: String = batch.iter().map(|asked| asked.script.as_str()).collect();
    let answers = answers_of(z3, &format!("(set-option :timeout {Z3_MS_MAX})\n{scripts}"))?;
    if answers.len() != 2 * batch.len() {
        let odd = answers.iter().find(|answer| answer.starts_with('('));
        let path = folder.join("unanswered.smt2");
        fs::write(&path, &scripts).map_err(|error| format!("{}: {error}", path.display()))?;
        return Err(format!(
            "Z3 gave {} answers to {} questions in {}: {}",
            answers.len(),
            2 * batch.len(),
            path.display(),
            odd.map_or("", |answer| answer.as_str())
        ));
    }
    for (asked, answers) in batch.iter().zip(answers.chunks(2)) {
        let agrees = tally.count(asked.ours, &answers[0], &answers[1]);
        if !agrees {
            let path = folder.join(format!("disagreement-{}.smt2", tally.disagreements.len()));
            let text = format!(
                "; ours: {}\n; Z3: {answers:?}\n{}",
                asked.ours.word(),
                asked.script
            );
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
            tally.disagreements.push(path);
        }
    }
    Ok(())
}

impl Tally {
    /// Whether Z3 agrees, as far as both know.
    fn count(&mut self, ours: CheckResult, theirs: &str, rewriting: &str) -> bool {
        match rewriting {
            "unsat" => self.rewritings += 1,
            "sat" => return false,
            _ => self.rewritings_unknown += 1,
        }
        match (ours, theirs) {
            (CheckResult::Unknown, _) => self.we_gave_up += 1,
            (CheckResult::Satisfiable, "sat") => self.satisfiable += 1,
            (CheckResult::Unsatisfiable, "unsat") => self.unsatisfiable += 1,
            (_, "sat" | "unsat") => return false,
            _ => self.z3_gave_up += 1,
        }
        true
    }
}

fn answers_of(z3: &Path, script: &str) -> Result<Vec<String>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", z3.display());
    let mut child: Child = Command::new(z3)
        .arg("-in")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut input = child.stdin.take().expect("it is piped");
    let output = std::thread::scope(|scope| {
        let writer = scope.spawn(move || input.write_all(script.as_bytes()));
        let output = child.wait_with_output();
        writer.join().expect("writing does not panic")?;
        output
    });
    let output = output.map_err(failed)?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(str::to_owned).collect())
}

/// Z3 as it is installed, or else from its Python wheel in a folder of ours.
fn find_z3(folder: &Path) -> Result<PathBuf, String> {
    let runs = |path: &Path| {
        let ran = Command::new(path).arg("--version").output();
        ran.is_ok_and(|output| output.status.success())
    };
    let own = folder.join("z3/bin/z3");
    for candidate in [PathBuf::from("z3"), own.clone()] {
        if runs(&candidate) {
            return Ok(candidate);
        }
    }
    eprintln!(
        "Z3 is not installed: fetching its Python wheel into {}",
        folder.display()
    );
    let target = folder.join("z3");
    let fetched = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--target"])
        .arg(&target)
        .arg("z3-solver")
        .status();
    match fetched {
        Ok(status) if status.success() && runs(&own) => Ok(own),
        _ => Err(
            "Z3 can't be had: install `z3`, or Python 3 with pip, and run this again".to_owned(),
        ),
    }
}
