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

use proofhouse_solver::smtlib::{CheckResult, Session, write_terms};
use proofhouse_solver::{Limits, Statistics};

use self::formula::Formula;
use self::tally::{Record, Tally};

/// How many formulas one process of Z3 answers. With ten times as many it takes three times as long for
/// each (measured on 500 formulas): leaving a level does not give back all that it has taken.
const BATCH: u64 = 50;

/// Questions to Z3 end after so much work in its own unit, about 0.05 seconds. A limit on time would
/// answer less the busier the machine is.
const Z3_WORK_MAX: u32 = 50_000;

/// Ours end after so many conflicts and so many propagations: about as long.
const CONFLICTS_MAX: u64 = 5_000;
const PROPAGATIONS_MAX: u64 = 2_000_000;

/// What is to be asked.
pub(crate) struct Wishes {
    /// How many formulas.
    pub(crate) formulas: u64,
    /// The first one's seed.
    pub(crate) seed: u64,
    /// Where what is done is written down, to go on from there.
    pub(crate) record: Option<PathBuf>,
}

/// A formula with our answer and the script that asks Z3.
struct Asked {
    seed: u64,
    ours: CheckResult,
    /// Two questions, one after the other.
    script: String,
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
    let mut record = Record::read(wishes.record)?;
    let end = wishes.seed + wishes.formulas;
    for first in (wishes.seed..end).step_by(BATCH as usize) {
        let seeds = first..end.min(first + BATCH);
        if record.has(&seeds) {
            continue;
        }
        let tally = ask_batch(&z3, &folder, seeds.clone())?;
        record.add(seeds, &tally)?;
        eprint!("\r{} formulas", record.formulas());
    }
    eprintln!();
    record.total.conclude(record.formulas(), &folder)
}

fn ask_batch(z3: &Path, folder: &Path, seeds: Range<u64>) -> Result<Tally, String> {
    let mut tally = Tally::default();
    let asked: Vec<Asked> = seeds
        .map(|seed| ask_ourselves(seed, &mut tally))
        .collect::<Result<_, _>>()?;
    compare(z3, folder, &asked, &mut tally)?;
    Ok(tally)
}

/// Our answer to a formula, and what Z3 is to be asked.
fn ask_ourselves(seed: u64, tally: &mut Tally) -> Result<Asked, String> {
    let formula = Formula::random(seed);
    tally.add_formula(&formula);
    let mut session = Session::new();
    session.set_limits(Limits {
        conflicts_max: CONFLICTS_MAX,
        propagations_max: PROPAGATIONS_MAX,
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
    tally.add(tally::SEARCHES, searches);

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
    Ok(Asked { seed, ours, script })
}

/// Asks Z3 all questions of a batch.
fn compare(z3: &Path, folder: &Path, batch: &[Asked], tally: &mut Tally) -> Result<(), String> {
    let scripts: String = batch.iter().map(|asked| asked.script.as_str()).collect();
    let script = format!("(set-option :rlimit {Z3_WORK_MAX})\n{scripts}");
    let answers = z3::answers_of(z3, &script)?;
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
        let (Some(answer), Some(rewriting)) = (
            answer_of(asked.ours, &answers[0]),
            rewriting_of(&answers[1]),
        ) else {
            keep_disagreement(folder, asked, answers)?;
            tally.add_disagreement();
            continue;
        };
        tally.add(answer, 1);
        tally.add(rewriting, 1);
    }
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

fn keep_disagreement(folder: &Path, asked: &Asked, answers: &[String]) -> Result<(), String> {
    let path = folder.join(format!("disagreement-{}.smt2", asked.seed));
    let text = format!(
        "; seed {}\n; ours: {}\n; Z3: {answers:?}\n{}",
        asked.seed,
        asked.ours.word(),
        asked.script
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
