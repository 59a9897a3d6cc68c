//! Random formulas, answered by our solver and by Z3.
//!
//! Each formula is made as text, so that our rewriting stands between it and our answer, and nothing
//! of ours between it and Z3's. Two questions are asked of it: whether its assertions can hold, to both;
//! and, of Z3 alone, whether what we rewrote a term into can differ from the term. Where we say that the
//! assertions can hold, Z3 is first asked whether they do under the values that we give; it searches by
//! itself only where it can't say.
//!
//! # Invariants
//!
//! - One disagreement fails the check and is kept as a script that shows it.
//! - A limit on either side is counted, never taken for agreement.
//! - A formula is a function of its seed, so a range of seeds says what was asked.
//!
//! # Source
//!
//! Brummayer and Biere, "Fuzzing and Delta-Debugging SMT Solvers" (SMT 2009).

mod floats;
mod formula;
mod tally;
mod z3;

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use proofhouse_evidence::microseconds;
use proofhouse_solver::smtlib::{CheckResult, Session, write_terms};
use proofhouse_solver::{Limits, Statistics, SymbolId};

use self::formula::Formula;
use self::tally::{Record, Tally};
use self::z3::Z3;

/// How many formulas a line of the record is about.
const BATCH: u64 = 50;

/// Questions to Z3 end after so much work in its own unit; 50,000 are about 0.05 seconds. A limit on time
/// would answer less the busier the machine is; it is here only for work that the unit does not count.
const Z3_WORK_MAX: u32 = 50_000;
/// What Z3 does not know soon of a rewriting it mostly does not know later: with five times the work it
/// knows 80 instead of 77 of 100, and all formulas together take twice as long.
const Z3_REWRITING_WORK_MAX: u32 = 2_500;
const Z3_MILLISECONDS_MAX: u32 = 5_000;

/// Ours end after so many conflicts and so many propagations: about as long.
const CONFLICTS_MAX: u64 = 5_000;
const PROPAGATIONS_MAX: u64 = 2_000_000;

/// What is to be asked.
pub(crate) struct Wishes {
    /// How many formulas.
    pub(crate) formulas: u64,
    /// The first one's seed.
    pub(crate) seed: u64,
    /// How many are asked at a time.
    pub(crate) jobs: usize,
    /// Where what is done is written down, to go on from there.
    pub(crate) record: Option<PathBuf>,
}

/// A formula with our answer and the scripts that ask Z3.
struct Asked {
    ours: CheckResult,
    /// The assertions.
    assertions: String,
    /// The assertions under the values that we give, where we say that they can hold.
    with_model: Option<String>,
    /// Whether a term can differ from what we rewrote it into.
    rewriting: String,
}

/// What Z3 says to them.
struct Told {
    assertions: String,
    /// Whether it was our values that were asked about.
    is_model_checked: bool,
    rewriting: String,
}

/// Asks random formulas and compares.
///
/// # Errors
///
/// A text that says where the disagreements are kept, or why Z3 can't be asked.
pub(crate) fn check(wishes: Wishes) -> Result<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/crosscheck");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let z3 = z3::find_z3(&folder)?;
    let record = Mutex::new(Record::read(wishes.record)?);
    let end = wishes.seed + wishes.formulas;
    let next = AtomicU64::new(wishes.seed);
    let work = || -> Result<(), String> {
        let options = format!("(set-option :timeout {Z3_MILLISECONDS_MAX})\n");
        let mut z3 = Z3::new(z3.clone(), options);
        loop {
            let first = next.fetch_add(BATCH, Ordering::Relaxed);
            if first >= end {
                return Ok(());
            }
            let seeds = first..end.min(first + BATCH);
            if lock(&record).has(&seeds) {
                continue;
            }
            let tally = ask_batch(&mut z3, &folder, seeds.clone())?;
            let mut record = lock(&record);
            record.add(seeds, &tally)?;
            eprint!("\r{} formulas", record.formulas());
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..wishes.jobs.max(1)).map(|_| scope.spawn(work)).collect();
        let mut ends = workers.into_iter().map(|worker| worker.join());
        ends.try_for_each(|end| end.expect("a worker does not panic"))
    })?;
    eprintln!();
    let record = lock(&record);
    record.total.conclude(record.formulas(), &folder)
}

fn lock(record: &Mutex<Record>) -> std::sync::MutexGuard<'_, Record> {
    record.lock().expect("no worker panics with the record")
}

fn ask_batch(z3: &mut Z3, folder: &Path, seeds: Range<u64>) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for seed in seeds {
        let formula = Formula::random(seed);
        tally.add_formula(&formula);
        let began = Instant::now();
        let asked = ask_ourselves(&formula, &mut tally)
            .map_err(|problem| format!("seed {seed}: {problem}"))?;
        tally.add(tally::OUR_MICROSECONDS, microseconds(began.elapsed()));
        let began = Instant::now();
        let told = ask_z3(z3, &asked)?;
        tally.add(tally::Z3_MICROSECONDS, microseconds(began.elapsed()));
        compare(&asked, &told, &mut tally).or_else(|()| {
            tally.add_disagreement();
            keep_disagreement(folder, seed, &asked, &told)
        })?;
    }
    Ok(tally)
}

/// Our answer to a formula, and what Z3 is to be asked.
fn ask_ourselves(formula: &Formula, tally: &mut Tally) -> Result<Asked, String> {
    let mut session = Session::new();
    session.set_limits(Limits {
        conflicts_max: CONFLICTS_MAX,
        propagations_max: PROPAGATIONS_MAX,
        ..Limits::default()
    });
    let assertions = format!("{}{}", formula.declarations, formula.assertions);
    run(&mut session, &format!("{assertions}(check-sat)\n"))?;
    let ours = session.last_result().expect("a question was asked");
    let Statistics { searches, .. } = session.statistics();
    tally.add(tally::SEARCHES, searches);
    let with_model = match ours {
        CheckResult::Satisfiable => {
            let values = values(&mut session, &formula.declared)?;
            Some(format!("{assertions}{values}(check-sat)\n"))
        }
        CheckResult::Unsatisfiable | CheckResult::Unknown => None,
    };
    Ok(Asked {
        ours,
        assertions: format!("{assertions}(check-sat)\n"),
        with_model,
        rewriting: rewriting(formula)?,
    })
}

fn run(session: &mut Session, script: &str) -> Result<String, String> {
    let outcome = session.run(script);
    outcome.map_err(|error| format!("{error}: {script}"))
}

/// Assertions that each name has its value in our model.
fn values(session: &mut Session, names: &[String]) -> Result<String, String> {
    let mut assertions = String::new();
    for name in names {
        let pair = run(session, &format!("(get-value ({name}))"))?;
        let value = pair.trim().strip_prefix(&format!("(({name} "));
        let value = value.and_then(|rest| rest.strip_suffix("))"));
        let value = value.ok_or_else(|| format!("the value of {name}: {pair}"))?;
        assertions.push_str(&format!("(assert (= {name} {value}))\n"));
    }
    Ok(assertions)
}

/// The question whether the formula's term can differ from what we rewrite it into.
fn rewriting(formula: &Formula) -> Result<String, String> {
    let mut session = Session::new();
    let (width, term) = (formula.term_width, &formula.term);
    let original = format!("(define-fun original () (_ BitVec {width}) {term})\n");
    let declarations = &formula.bit_declarations;
    run(&mut session, &format!("{declarations}{original}"))?;
    let term = session.term("original").expect("it was defined");
    let names = &formula.names;
    // Further symbols stand for what the theory of floats leaves open, where nothing looks at it.
    let name = |symbol: SymbolId| match names.get(symbol.index()) {
        Some(name) => name.clone(),
        None => format!("open-{}", symbol.index()),
    };
    let terms = session.terms();
    let mut open = String::new();
    for symbol in terms.symbols_of(term) {
        if symbol.index() >= names.len() {
            let width = terms.width(terms.symbol_term(symbol));
            let name = name(symbol);
            open.push_str(&format!("(declare-const {name} (_ BitVec {width}))\n"));
        }
    }
    let (text, roots) = write_terms(terms, &[term], "rewritten-", &name);
    Ok(format!(
        "{declarations}{original}{open}{text}(assert (distinct original {}))\n(check-sat)\n",
        roots[0]
    ))
}

fn ask_z3(z3: &mut Z3, asked: &Asked) -> Result<Told, String> {
    let answer = |z3: &mut Z3, work_max: u32, script: &str| -> Result<String, String> {
        let lines = z3.answers(&format!("(set-option :rlimit {work_max})\n{script}"))?;
        match lines.iter().find(|line| line.starts_with("(error")) {
            // A limit that is reached before the question is an error to Z3.
            Some(error) if !error.contains("canceled") && !error.contains("limit") => {
                Err(format!("Z3 can't read a script: {error}\n{script}"))
            }
            _ => Ok(lines.last().cloned().unwrap_or_default()),
        }
    };
    let with_model = match &asked.with_model {
        Some(script) => Some(answer(z3, Z3_WORK_MAX, script)?).filter(|answer| is_decided(answer)),
        None => None,
    };
    Ok(Told {
        is_model_checked: with_model.is_some(),
        assertions: match with_model {
            Some(answer) => answer,
            None => answer(z3, Z3_WORK_MAX, &asked.assertions)?,
        },
        rewriting: answer(z3, Z3_REWRITING_WORK_MAX, &asked.rewriting)?,
    })
}

fn is_decided(answer: &str) -> bool {
    answer == "sat" || answer == "unsat"
}

/// Counts what the two say; `Err` if they contradict each other.
fn compare(asked: &Asked, told: &Told, tally: &mut Tally) -> Result<(), ()> {
    let answer = answer_of(asked.ours, &told.assertions).ok_or(())?;
    let rewriting = rewriting_of(&told.rewriting).ok_or(())?;
    tally.add(answer, 1);
    tally.add(rewriting, 1);
    tally.add(tally::MODELS, u64::from(told.is_model_checked));
    Ok(())
}

/// The count to which two answers belong; `None` if they contradict each other.
fn answer_of(ours: CheckResult, theirs: &str) -> Option<&'static str> {
    match (ours, theirs) {
        (CheckResult::Satisfiable, "sat") => Some(tally::SATISFIABLE),
        (CheckResult::Unsatisfiable, "unsat") => Some(tally::UNSATISFIABLE),
        (CheckResult::Unknown, "sat" | "unsat") => Some(tally::OUR_LIMIT),
        (_, "sat" | "unsat") => None,
        (CheckResult::Unknown, _) => Some(tally::BOTH_LIMITS),
        _ => Some(tally::Z3_LIMIT),
    }
}

/// The count to which Z3's answer belongs; `None` if a term and its rewriting can differ.
fn rewriting_of(can_differ: &str) -> Option<&'static str> {
    match can_differ {
        "unsat" => Some(tally::REWRITING_RIGHT),
        "sat" => None,
        _ => Some(tally::REWRITING_LIMIT),
    }
}

fn keep_disagreement(folder: &Path, seed: u64, asked: &Asked, told: &Told) -> Result<(), String> {
    let path = folder.join(format!("disagreement-{seed}.smt2"));
    let Told {
        assertions,
        is_model_checked,
        rewriting,
    } = told;
    let text = format!(
        "; seed {seed}\n; ours: {}\n; Z3: {assertions}, of our values: {is_model_checked}\n{}\
         (reset)\n; our values\n{}(reset)\n; the rewriting, Z3: {rewriting}\n{}",
        asked.ours.word(),
        asked.assertions,
        asked.with_model.as_deref().unwrap_or_default(),
        asked.rewriting
    );
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_no_agreement_and_no_disagreement() {
        use CheckResult::{Satisfiable, Unknown, Unsatisfiable};
        assert_eq!(answer_of(Satisfiable, "sat"), Some(tally::SATISFIABLE));
        assert_eq!(answer_of(Satisfiable, "unsat"), None);
        assert_eq!(answer_of(Unsatisfiable, "sat"), None);
        assert_eq!(answer_of(Unsatisfiable, "timeout"), Some(tally::Z3_LIMIT));
        assert_eq!(answer_of(Unknown, "sat"), Some(tally::OUR_LIMIT));
        assert_eq!(answer_of(Unknown, "unknown"), Some(tally::BOTH_LIMITS));
    }
}
