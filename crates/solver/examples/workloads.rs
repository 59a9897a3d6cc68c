//! Measures the solver on small questions, as a symbolic executor asks them.
//!
//! ```text
//! cargo run --release -p proofhouse-solver --example workloads
//! ```
//!
//! - `linear`: 40 paths over 8 inputs (two each of 8, 16, 32, 64 bits), 25 branches a path; both
//!   sides are asked, one is assumed. Conditions compare nested sums, bitwise operations,
//!   extensions and products with constants.
//! - `deep`: the same with larger conditions.
//! - `products`: 20 paths, with products of unknowns up to 16 bits.
//! - `tree`: all paths of a random binary tree of 7 such branches.
//! - `utf8`: all paths of a UTF-8 validator over four unknown bytes.
//! - `decimal`: all paths of a parser of up to four decimal digits that then compares the number.
//! - `sorting`: all paths of an insertion sort of four unknown 32-bit numbers.
//!
//! The figures are per question, that is per side of a branch.

#![allow(missing_docs, reason = "an example has no interface")]

use std::time::{Duration, Instant};

use proofhouse_solver::{Decision, PathCondition, Solver, TermId, Terms};

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((u128::from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)) * u128::from(limit)) >> 64) as u64
    }
}

/// A solver with a stopwatch around each decision.
struct Bench {
    terms: Terms,
    solver: Solver,
    times: Vec<Duration>,
    satisfiable: u64,
    gave_up: u64,
}

impl Bench {
    fn new() -> Self {
        Self {
            terms: Terms::new(),
            solver: Solver::new(),
            times: Vec::new(),
            satisfiable: 0,
            gave_up: 0,
        }
    }

    fn decide(&mut self, path: &mut PathCondition, condition: TermId) -> Decision {
        let start = Instant::now();
        let decision = self.solver.decide(&mut self.terms, path, condition);
        self.times.push(start.elapsed());
        for answer in [&decision.may_be_true, &decision.may_be_false] {
            self.satisfiable += u64::from(answer.is_yes());
            self.gave_up += u64::from(!answer.is_yes() && !answer.is_no());
        }
        decision
    }

    /// Both sides of a branch, as far as they are possible.
    fn branch(&mut self, path: &PathCondition, condition: TermId) -> Vec<(bool, PathCondition)> {
        let mut path = path.clone();
        let decision = self.decide(&mut path, condition);
        let negated = self.terms.not(condition);
        let sides = [
            (true, condition, decision.may_be_true),
            (false, negated, decision.may_be_false),
        ];
        let mut followed = Vec::new();
        for (truth, side, answer) in sides {
            if !answer.is_no() {
                let mut next = path.clone();
                self.solver
                    .assume(&mut self.terms, &mut next, side, answer.model());
                followed.push((truth, next));
            }
        }
        followed
    }

    fn report(mut self, name: &str, processor_seconds: f64) {
        self.times.sort_unstable();
        let count = self.times.len();
        let micros = |time: Duration| time.as_secs_f64() * 1e6 / 2.0;
        let total: Duration = self.times.iter().sum();
        println!(
            "{name:9} {:6} questions, {:6} satisfiable, {} gave up: mean {:7.1} us, median {:6.1}, p99 {:8.1}; processor time with building terms: {:.1} us",
            2 * count,
            self.satisfiable,
            self.gave_up,
            micros(total) / count as f64,
            micros(self.times[count / 2]),
            micros(self.times[count * 99 / 100]),
            processor_seconds * 1e6 / (2 * count) as f64,
        );
        println!("          {:?}", self.solver.statistics());
    }
}

/// Processor time of this process so far, where the system tells; unlike the clock, it does not
/// count time that other processes took.
fn processor_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    told.split(' ')
        .next()
        .and_then(|nanos| nanos.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1e9
}

fn measure(name: &str, run: impl FnOnce(&mut Bench)) {
    if std::env::args().nth(1).is_some_and(|only| only != name) {
        return;
    }
    let mut bench = Bench::new();
    let start = processor_seconds();
    run(&mut bench);
    bench.report(name, processor_seconds() - start);
}

/// A random term of `width` bits over the inputs.
fn expression(
    bench: &mut Bench,
    random: &mut Random,
    inputs: &[TermId],
    width: u32,
    depth: u32,
    product_bits_max: u32,
) -> TermId {
    if depth == 0 || random.below(5) == 0 {
        if random.below(4) == 0 {
            let value = random.below(1 << 16);
            return bench.terms.constant(width, value.into());
        }
        let input = inputs[random.below(inputs.len() as u64) as usize];
        let own = bench.terms.width(input);
        return if own <= width {
            bench.terms.zero_extend(input, width)
        } else {
            bench.terms.truncate(input, width)
        };
    }
    let a = expression(bench, random, inputs, width, depth - 1, product_bits_max);
    let b = expression(bench, random, inputs, width, depth - 1, product_bits_max);
    let terms = &mut bench.terms;
    match random.below(7) {
        0 | 1 => terms.add(a, b),
        2 => terms.sub(a, b),
        3 => terms.xor(a, b),
        4 => terms.and(a, b),
        5 => terms.or(a, b),
        _ if width <= product_bits_max => terms.mul(a, b),
        _ => {
            let factor = 3 + random.below(40);
            let factor = terms.constant(width, factor.into());
            terms.mul(a, factor)
        }
    }
}

fn inputs(bench: &mut Bench) -> Vec<TermId> {
    [8, 8, 16, 16, 32, 32, 64, 64]
        .iter()
        .map(|&width| bench.terms.symbol(width))
        .collect()
}

fn condition(
    bench: &mut Bench,
    random: &mut Random,
    inputs: &[TermId],
    depth: u32,
    product_bits_max: u32,
) -> TermId {
    let width = [8, 16, 32, 64][random.below(4) as usize];
    let a = expression(bench, random, inputs, width, depth, product_bits_max);
    let b = expression(bench, random, inputs, width, depth - 1, product_bits_max);
    match random.below(6) {
        0 => bench.terms.eq(a, b),
        1 => bench.terms.slt(a, b),
        2 => bench.terms.sle(a, b),
        3 => bench.terms.ule(a, b),
        _ => bench.terms.ult(a, b),
    }
}

fn random_tree(bench: &mut Bench) {
    let mut random = Random(0x1234_5678_9abc_def1);
    for _ in 0..4 {
        let inputs = inputs(bench);
        let mut pending = vec![(PathCondition::new(), 0)];
        while let Some((path, depth)) = pending.pop() {
            if depth < 7 {
                let condition = condition(bench, &mut random, &inputs, 2, 8);
                let sides = bench.branch(&path, condition);
                pending.extend(sides.into_iter().map(|(_, path)| (path, depth + 1)));
            }
        }
    }
}

fn random_paths(bench: &mut Bench, paths: u32, depth: u32, product_bits_max: u32) {
    let mut random = Random(0x1234_5678_9abc_def1);
    for _ in 0..paths {
        let inputs = inputs(bench);
        let mut path = PathCondition::new();
        for _ in 0..25 {
            let condition = condition(bench, &mut random, &inputs, depth, product_bits_max);
            let mut sides = bench.branch(&path, condition);
            let chosen = random.below(sides.len() as u64) as usize;
            path = sides.swap_remove(chosen).1;
        }
    }
}

/// Follows every path of a validator; returns how many accept.
fn utf8(bench: &mut Bench) -> u64 {
    let bytes: Vec<TermId> = (0..4).map(|_| bench.terms.symbol(8)).collect();
    let mut accepted = 0;
    let mut pending = vec![(PathCondition::new(), 0)];
    while let Some((path, index)) = pending.pop() {
        if index == bytes.len() {
            accepted += 1;
            continue;
        }
        // (first byte range, allowed range of the second byte, length)
        const FORMS: [(u8, u8, u8, u8, usize); 9] = [
            (0x00, 0x7f, 0, 0, 1),
            (0xc2, 0xdf, 0x80, 0xbf, 2),
            (0xe0, 0xe0, 0xa0, 0xbf, 3),
            (0xe1, 0xec, 0x80, 0xbf, 3),
            (0xed, 0xed, 0x80, 0x9f, 3),
            (0xee, 0xef, 0x80, 0xbf, 3),
            (0xf0, 0xf0, 0x90, 0xbf, 4),
            (0xf1, 0xf3, 0x80, 0xbf, 4),
            (0xf4, 0xf4, 0x80, 0x8f, 4),
        ];
        let mut open = vec![path];
        for (first, last, second_first, second_last, length) in FORMS {
            let mut still_open = Vec::new();
            for path in open {
                for (truth, path) in within(bench, &path, bytes[index], first, last) {
                    if !truth {
                        still_open.push(path);
                    } else if index + length <= bytes.len() {
                        let rest = &bytes[index + 1..index + length];
                        let ranges = std::iter::once((second_first, second_last))
                            .chain(std::iter::repeat((0x80, 0xbf)));
                        let mut valid = vec![path];
                        for (&byte, (low, high)) in rest.iter().zip(ranges) {
                            valid = valid
                                .iter()
                                .flat_map(|path| within(bench, path, byte, low, high))
                                .filter(|(truth, _)| *truth)
                                .map(|(_, path)| path)
                                .collect();
                        }
                        pending.extend(valid.into_iter().map(|path| (path, index + length)));
                    }
                }
            }
            open = still_open;
        }
    }
    accepted
}

fn within(
    bench: &mut Bench,
    path: &PathCondition,
    byte: TermId,
    first: u8,
    last: u8,
) -> Vec<(bool, PathCondition)> {
    let first = bench.terms.constant(8, first.into());
    let last = bench.terms.constant(8, last.into());
    let from = bench.terms.uge(byte, first);
    let up_to = bench.terms.ule(byte, last);
    let mut found = Vec::new();
    for (truth, path) in bench.branch(path, from) {
        if truth {
            found.extend(bench.branch(&path, up_to));
        } else {
            found.push((false, path));
        }
    }
    found
}

/// Parses digits until something else, then compares the number with limits.
fn decimal(bench: &mut Bench) -> u64 {
    let bytes: Vec<TermId> = (0..4).map(|_| bench.terms.symbol(8)).collect();
    let zero = bench.terms.constant(32, 0);
    let mut ends = 0;
    let mut pending = vec![(PathCondition::new(), 0, zero)];
    while let Some((path, index, number)) = pending.pop() {
        if index < bytes.len() {
            for (is_digit, path) in within(bench, &path, bytes[index], b'0', b'9') {
                let next = if is_digit {
                    let terms = &mut bench.terms;
                    let (ten, offset) = (terms.constant(32, 10), terms.constant(8, 48));
                    let digit = terms.sub(bytes[index], offset);
                    let digit = terms.zero_extend(digit, 32);
                    let shifted = terms.mul(number, ten);
                    (path, index + 1, terms.add(shifted, digit))
                } else {
                    (path, bytes.len(), number)
                };
                pending.push(next);
            }
            continue;
        }
        let mut open = vec![path];
        for limit in [7, 42, 255, 1_000, 9_999, 10_000] {
            let limit = bench.terms.constant(32, limit);
            let exceeds = bench.terms.ugt(number, limit);
            open = open
                .iter()
                .flat_map(|path| bench.branch(path, exceeds))
                .map(|(_, path)| path)
                .collect();
        }
        ends += open.len() as u64;
    }
    ends
}

/// Insertion sort; then each neighbouring pair must be in order.
fn sorting(bench: &mut Bench) -> u64 {
    let numbers: Vec<TermId> = (0..4).map(|_| bench.terms.symbol(32)).collect();
    let mut states = vec![(PathCondition::new(), Vec::new())];
    for &number in &numbers {
        let mut next = Vec::new();
        for (path, sorted) in states {
            let mut open = vec![(path, sorted.len())];
            while let Some((path, place)) = open.pop() {
                if place == 0 {
                    let mut sorted: Vec<TermId> = sorted.clone();
                    sorted.insert(0, number);
                    next.push((path, sorted));
                    continue;
                }
                let is_less = bench.terms.ult(number, sorted[place - 1]);
                for (truth, path) in bench.branch(&path, is_less) {
                    if truth {
                        open.push((path, place - 1));
                    } else {
                        let mut sorted = sorted.clone();
                        sorted.insert(place, number);
                        next.push((path, sorted));
                    }
                }
            }
        }
        states = next;
    }
    let count = states.len() as u64;
    for (path, sorted) in states {
        for pair in sorted.windows(2) {
            let in_order = bench.terms.ule(pair[0], pair[1]);
            let mut path = path.clone();
            assert!(
                bench.decide(&mut path, in_order).may_be_false.is_no(),
                "sorted is sorted"
            );
        }
    }
    count
}

fn main() {
    measure("linear", |bench| random_paths(bench, 40, 2, 8));
    measure("deep", |bench| random_paths(bench, 40, 3, 8));
    measure("products", |bench| random_paths(bench, 20, 2, 16));
    measure("tree", random_tree);
    measure("utf8", |bench| {
        // Sequences of lengths 1 (1 form), 2 (1), 3 (4), 4 (3) that fill four bytes.
        let ways = utf8(bench);
        println!("          {ways} accepting paths");
    });
    measure("decimal", |bench| {
        let ways = decimal(bench);
        println!("          {ways} paths");
    });
    measure("sorting", |bench| {
        assert_eq!(sorting(bench), 24, "orders of four numbers")
    });
}
