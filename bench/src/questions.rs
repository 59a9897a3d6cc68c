//! `questions`: small questions to the solver, as a path through a program asks them, beside Z3.
//!
//! A path has eight inputs, two each of 8, 16, 32 and 64 bits, and 25 branches. At each branch both sides
//! are asked for, then one that is possible is taken. A condition compares two nested expressions of
//! sums, differences, bitwise operations, extensions and products with a constant. 40 paths are 2,000
//! questions.
//!
//! Z3 reads the same conditions as text, in one process for all paths: one `push` for each path and
//! one more for each side.
//!
//! # Invariants
//!
//! - Each condition is built as a tree first, from which our terms and Z3's text are both made; our
//!   rewriting does not help Z3, and building our terms is counted.
//! - Both must give the same answers, or the benchmark fails.
//!
//! # Not here
//!
//! Larger workloads: `cargo run --release -p proofhouse-solver --example workloads`.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use proofhouse_solver::{Answer, PathCondition, Solver, TermId, Terms};

use crate::error::BenchError;
use crate::registry::{Benchmark, Effort};
use crate::report::{Cell, Column, Goal, Report, Table};

/// See the module.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "questions",
    about: "Time for small questions to the solver, beside Z3 where it is installed",
    run,
};

const PATHS: usize = 40;
const BRANCHES: usize = 25;
const WIDTHS: [u32; 8] = [8, 8, 16, 16, 32, 32, 64, 64];
/// How deep expressions nest.
const DEPTH: u32 = 2;
/// The mean that is asked for.
const MICROSECONDS_MAX: f64 = 200.0;
/// Measured for our notes with Z3 5.4, 2026-11-20, one solver a path, on another workload of this form.
const Z3_KNOWN: &str = "Z3 5.4 by its Python package: mean 1,904, median 627";

fn run(_: &Effort) -> Result<Report, BenchError> {
    let paths = paths();
    let ours = ask_ourselves(&paths);
    let z3 = match Z3::start() {
        Some(mut z3) => Some(z3.ask(&paths, &ours)?),
        None => None,
    };
    let columns = vec![
        Column::new("solver", "solver"),
        Column::new("questions", "questions"),
        Column::new("mean_us", "mean µs"),
        Column::new("median_us", "median µs"),
        Column::new("p99_us", "p99 µs"),
    ];
    let mut table = Table::new("questions", columns);
    let mean = push_row(&mut table, "ours", &ours.times);
    if let Some(times) = &z3 {
        push_row(&mut table, "z3", times);
    }
    let mut report = Report::new(BENCHMARK.name);
    if z3.is_none() {
        report.note("no `z3` on the PATH, so it was not asked");
    }
    report.tables.push(table);
    let what = "mean microseconds for a small question".to_owned();
    report
        .goals
        .push(Goal::at_most(what, MICROSECONDS_MAX, Some(mean)));
    report.note("elapsed time of each question, ours with building its terms, Z3's with its text");
    report.note(format!("measured elsewhere: {Z3_KNOWN}"));
    Ok(report)
}

fn push_row(table: &mut Table, solver: &str, times: &[Duration]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let total: Duration = sorted.iter().sum();
    let mean = micros(total) / sorted.len() as f64;
    table.push(vec![
        Cell::text(solver),
        Cell::Number(sorted.len() as f64),
        Cell::Number(mean),
        Cell::Number(micros(sorted[sorted.len() / 2])),
        Cell::Number(micros(sorted[sorted.len() * 99 / 100])),
    ]);
    mean
}

/// An expression or a condition.
enum Tree {
    Input(usize),
    Constant(u64),
    /// Zero-extended or cut to another width.
    Resized(u32, Box<Tree>),
    Operation(&'static str, Box<Tree>, Box<Tree>),
}

/// A condition: both sides of a comparison at one width.
struct Condition {
    comparison: &'static str,
    width: u32,
    left: Tree,
    right: Tree,
}

/// The conditions of each path's branches.
fn paths() -> Vec<Vec<Condition>> {
    let mut random = Random(0x1234_5678_9abc_def1);
    (0..PATHS)
        .map(|_| (0..BRANCHES).map(|_| condition(&mut random)).collect())
        .collect()
}

fn condition(random: &mut Random) -> Condition {
    let width = [8, 16, 32, 64][random.below(4)];
    let left = expression(random, DEPTH);
    let right = expression(random, DEPTH - 1);
    let comparisons = ["=", "bvslt", "bvsle", "bvule", "bvult", "bvult"];
    Condition {
        comparison: comparisons[random.below(comparisons.len())],
        width,
        left,
        right,
    }
}

fn expression(random: &mut Random, depth: u32) -> Tree {
    if depth == 0 || random.below(5) == 0 {
        if random.below(4) == 0 {
            return Tree::Constant(random.below(1 << 16) as u64);
        }
        let input = random.below(WIDTHS.len());
        return Tree::Resized(WIDTHS[input], Box::new(Tree::Input(input)));
    }
    let left = Box::new(expression(random, depth - 1));
    let operations = ["bvadd", "bvadd", "bvsub", "bvxor", "bvand", "bvor", "bvmul"];
    let operation = operations[random.below(operations.len())];
    let right = if operation == "bvmul" {
        Tree::Constant(3 + random.below(40) as u64)
    } else {
        expression(random, depth - 1)
    };
    Tree::Operation(operation, left, Box::new(right))
}

impl Tree {
    fn term(&self, terms: &mut Terms, inputs: &[TermId], width: u32) -> TermId {
        match self {
            Self::Input(input) => inputs[*input],
            Self::Constant(number) => terms.constant(width, (*number).into()),
            Self::Resized(own, tree) => {
                let term = tree.term(terms, inputs, *own);
                if *own <= width {
                    terms.zero_extend(term, width)
                } else {
                    terms.truncate(term, width)
                }
            }
            Self::Operation(operation, left, right) => {
                let left = left.term(terms, inputs, width);
                let right = right.term(terms, inputs, width);
                match *operation {
                    "bvadd" => terms.add(left, right),
                    "bvsub" => terms.sub(left, right),
                    "bvxor" => terms.xor(left, right),
                    "bvand" => terms.and(left, right),
                    "bvor" => terms.or(left, right),
                    "bvmul" => terms.mul(left, right),
                    other => unreachable!("no operation is called {other}"),
                }
            }
        }
    }

    fn write(&self, text: &mut String, width: u32) {
        let written = match self {
            Self::Input(input) => write!(text, "i{input}"),
            Self::Constant(number) => {
                let low = u128::from(*number) & ((1 << width) - 1);
                write!(text, "(_ bv{low} {width})")
            }
            Self::Resized(own, tree) => {
                if *own <= width {
                    write!(text, "((_ zero_extend {}) ", width - own).expect("texts grow");
                } else {
                    write!(text, "((_ extract {} 0) ", width - 1).expect("texts grow");
                }
                tree.write(text, *own);
                write!(text, ")")
            }
            Self::Operation(operation, left, right) => {
                write!(text, "({operation} ").expect("texts grow");
                left.write(text, width);
                text.push(' ');
                right.write(text, width);
                write!(text, ")")
            }
        };
        written.expect("texts grow");
    }
}

impl Condition {
    fn term(&self, terms: &mut Terms, inputs: &[TermId]) -> TermId {
        let left = self.left.term(terms, inputs, self.width);
        let right = self.right.term(terms, inputs, self.width);
        match self.comparison {
            "=" => terms.eq(left, right),
            "bvslt" => terms.slt(left, right),
            "bvsle" => terms.sle(left, right),
            "bvule" => terms.ule(left, right),
            "bvult" => terms.ult(left, right),
            other => unreachable!("no comparison is called {other}"),
        }
    }

    fn text(&self) -> String {
        let mut text = format!("({} ", self.comparison);
        self.left.write(&mut text, self.width);
        text.push(' ');
        self.right.write(&mut text, self.width);
        text.push(')');
        text
    }
}

/// Our answers, two for each branch, and how long each took.
struct Asked {
    /// Whether the condition, and whether its opposite can hold.
    answers: Vec<[bool; 2]>,
    times: Vec<Duration>,
}

fn ask_ourselves(paths: &[Vec<Condition>]) -> Asked {
    let (mut terms, mut solver) = (Terms::new(), Solver::new());
    let (mut answers, mut times) = (Vec::new(), Vec::new());
    for conditions in paths {
        let inputs: Vec<TermId> = WIDTHS.iter().map(|width| terms.symbol(*width)).collect();
        let mut path = PathCondition::new();
        for condition in conditions {
            let start = Instant::now();
            let condition = condition.term(&mut terms, &inputs);
            let decision = solver.decide(&mut terms, &mut path, condition);
            let half = start.elapsed() / 2;
            times.extend([half, half]);
            let may = [&decision.may_be_true, &decision.may_be_false].map(Answer::is_yes);
            answers.push(may);
            let opposite = terms.not(condition);
            let (side, answer) = if takes_first(&answers, may) {
                (condition, decision.may_be_true)
            } else {
                (opposite, decision.may_be_false)
            };
            solver.assume(&mut terms, &mut path, side, answer.model());
        }
    }
    Asked { answers, times }
}

/// Which side of a branch is followed: in turns, where both are possible.
fn takes_first(answers: &[[bool; 2]], may: [bool; 2]) -> bool {
    may[0] && (!may[1] || answers.len().is_multiple_of(2))
}

/// A running Z3.
struct Z3 {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Z3 {
    /// `None` if it is not installed.
    fn start() -> Option<Self> {
        let mut child = Command::new("z3")
            .arg("-in")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let (input, output) = (child.stdin.take()?, child.stdout.take()?);
        Some(Self {
            child,
            input,
            output: BufReader::new(output),
        })
    }

    /// Asks the same questions along the same paths.
    fn ask(&mut self, paths: &[Vec<Condition>], ours: &Asked) -> Result<Vec<Duration>, BenchError> {
        let mut times = Vec::new();
        let mut answers: Vec<[bool; 2]> = Vec::new();
        for conditions in paths {
            self.tell("(push)")?;
            for (index, width) in WIDTHS.iter().enumerate() {
                self.tell(&format!("(declare-const i{index} (_ BitVec {width}))"))?;
            }
            for (number, condition) in conditions.iter().enumerate() {
                let start = Instant::now();
                let text = condition.text();
                self.tell(&format!("(define-const c{number} Bool {text})"))?;
                let first = self.check(&format!("c{number}"))?;
                let second = self.check(&format!("(not c{number})"))?;
                let half = start.elapsed() / 2;
                times.extend([half, half]);
                let may = [first, second];
                if ours.answers[answers.len()] != may {
                    let question = format!("{text}, branch {number}");
                    return Err(BenchError::Disagreement { question });
                }
                answers.push(may);
                let side = if takes_first(&answers, may) {
                    format!("c{number}")
                } else {
                    format!("(not c{number})")
                };
                self.tell(&format!("(assert {side})"))?;
            }
            self.tell("(pop)")?;
        }
        self.tell("(exit)")?;
        let _ = self.child.wait();
        Ok(times)
    }

    fn tell(&mut self, line: &str) -> Result<(), BenchError> {
        writeln!(self.input, "{line}").map_err(|cause| BenchError::Z3Gone { cause })
    }

    fn check(&mut self, literal: &str) -> Result<bool, BenchError> {
        self.tell(&format!("(push)\n(assert {literal})\n(check-sat)\n(pop)"))?;
        self.input
            .flush()
            .map_err(|cause| BenchError::Z3Gone { cause })?;
        let mut line = String::new();
        self.output
            .read_line(&mut line)
            .map_err(|cause| BenchError::Z3Gone { cause })?;
        match line.trim() {
            "sat" => Ok(true),
            "unsat" => Ok(false),
            other => Err(BenchError::Disagreement {
                question: format!("{literal}: Z3 says `{other}`"),
            }),
        }
    }
}

/// A fixed sequence of numbers (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let wide = u128::from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)) * limit as u128;
        usize::try_from(wide >> 64).expect("below a usize")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_answers_name_a_possible_side_at_every_branch() {
        let paths = paths();
        let asked = ask_ourselves(&paths[..4]);
        assert_eq!(asked.times.len(), 2 * asked.answers.len());
        assert_eq!(asked.answers.len(), 4 * BRANCHES);
        assert!(asked.answers.iter().all(|may| may[0] || may[1]));
        assert!(asked.answers.iter().any(|may| !may[0] || !may[1]));
    }
}
