//! Every constructor against the values it should have.
//!
//! Random terms are built through the constructors. Beside each term runs a list of values, one
//! for each of some assignments, computed directly on values and never on terms. After every step
//! the term must evaluate to exactly these values, and they must lie within the term's facts.
//! Operands are drawn so that rules find something to do: few symbols, repeated operands,
//! constants that are masks, powers of two or neighbours of a value that really occurs.

use crate::evaluate::{Evaluator, Lanes};
use crate::model::Model;
use crate::terms::{TermId, Terms};
use crate::test_random::Random;
use crate::value::{INLINE_BITS, Value};

/// A term with its value under each assignment.
#[derive(Clone)]
struct Tracked {
    term: TermId,
    values: Vec<Value>,
}

struct Pool {
    terms: Terms,
    random: Random,
    evaluators: Vec<Evaluator>,
    tracked: Vec<Tracked>,
    widths: &'static [u32],
}

type TermUnary = fn(&mut Terms, TermId) -> TermId;
type TermBinary = fn(&mut Terms, TermId, TermId) -> TermId;
type ValueUnary = fn(&Value) -> Value;
type ValueBinary = fn(&Value, &Value) -> Value;

const UNARY: [(&str, TermUnary, ValueUnary); 8] = [
    ("not", Terms::not, Value::not),
    ("neg", Terms::neg, Value::negate),
    ("abs", Terms::abs, |a| {
        if a.sign() { a.negate() } else { a.clone() }
    }),
    ("sign", Terms::sign, |a| Value::boolean(a.sign())),
    ("popcount", Terms::popcount, |a| {
        count(a, (0..a.width()).filter(|&i| a.bit(i)).count())
    }),
    ("leading_zeros", Terms::leading_zeros, |a| {
        count(a, a.leading_zeros() as usize)
    }),
    ("trailing_zeros", Terms::trailing_zeros, |a| {
        count(a, (0..a.width()).take_while(|&i| !a.bit(i)).count())
    }),
    ("bit_reverse", Terms::bit_reverse, |a| reverse(a, 1)),
];

const BINARY: [(&str, TermBinary, ValueBinary); 36] = [
    ("add", Terms::add, Value::add),
    ("sub", Terms::sub, Value::subtract),
    ("mul", Terms::mul, Value::multiply),
    ("udiv", Terms::udiv, Value::unsigned_divide),
    ("urem", Terms::urem, Value::unsigned_remainder),
    ("sdiv", Terms::sdiv, Value::signed_divide),
    ("srem", Terms::srem, Value::signed_remainder),
    ("and", Terms::and, Value::and),
    ("or", Terms::or, Value::or),
    ("xor", Terms::xor, Value::xor),
    ("shl", Terms::shl, Value::shift_left),
    ("lshr", Terms::lshr, Value::shift_right),
    ("ashr", Terms::ashr, Value::shift_right_signed),
    ("eq", Terms::eq, |a, b| Value::boolean(a == b)),
    ("ne", Terms::ne, |a, b| Value::boolean(a != b)),
    ("ult", Terms::ult, |a, b| Value::boolean(a.is_less(b))),
    ("ule", Terms::ule, |a, b| Value::boolean(!b.is_less(a))),
    ("ugt", Terms::ugt, |a, b| Value::boolean(b.is_less(a))),
    ("uge", Terms::uge, |a, b| Value::boolean(!a.is_less(b))),
    ("slt", Terms::slt, |a, b| {
        Value::boolean(a.is_less_signed(b))
    }),
    ("sle", Terms::sle, |a, b| {
        Value::boolean(!b.is_less_signed(a))
    }),
    ("sgt", Terms::sgt, |a, b| {
        Value::boolean(b.is_less_signed(a))
    }),
    ("sge", Terms::sge, |a, b| {
        Value::boolean(!a.is_less_signed(b))
    }),
    ("umin", Terms::umin, |a, b| {
        if a.is_less(b) { a.clone() } else { b.clone() }
    }),
    ("umax", Terms::umax, |a, b| {
        if a.is_less(b) { b.clone() } else { a.clone() }
    }),
    ("smin", Terms::smin, |a, b| {
        if a.is_less_signed(b) {
            a.clone()
        } else {
            b.clone()
        }
    }),
    ("smax", Terms::smax, |a, b| {
        if a.is_less_signed(b) {
            b.clone()
        } else {
            a.clone()
        }
    }),
    ("concat", Terms::concat, Value::concat),
    ("rotate_left", Terms::rotate_left, |a, b| rotate(a, b, true)),
    ("rotate_right", Terms::rotate_right, |a, b| {
        rotate(a, b, false)
    }),
    (
        "unsigned_add_overflows",
        Terms::unsigned_add_overflows,
        |a, b| Value::boolean(a.add(b).is_less(a)),
    ),
    (
        "unsigned_sub_overflows",
        Terms::unsigned_sub_overflows,
        |a, b| Value::boolean(a.is_less(b)),
    ),
    (
        "unsigned_mul_overflows",
        Terms::unsigned_mul_overflows,
        |a, b| {
            let zeros = Value::zero(a.width());
            let product = zeros.concat(a).multiply(&zeros.concat(b));
            Value::boolean(!product.extract(a.width(), a.width()).is_zero())
        },
    ),
    (
        "signed_add_overflows",
        Terms::signed_add_overflows,
        |a, b| overflows_signed(a, b, &a.add(b), Value::add),
    ),
    (
        "signed_sub_overflows",
        Terms::signed_sub_overflows,
        |a, b| overflows_signed(a, b, &a.subtract(b), Value::subtract),
    ),
    (
        "signed_mul_overflows",
        Terms::signed_mul_overflows,
        |a, b| overflows_signed(a, b, &a.multiply(b), Value::multiply),
    ),
];

fn count(a: &Value, number: usize) -> Value {
    Value::new(a.width(), number as u128)
}

fn reverse(a: &Value, part: u32) -> Value {
    let parts: Vec<Value> = (0..a.width() / part)
        .map(|index| a.extract(index * part, part))
        .collect();
    parts[1..]
        .iter()
        .fold(parts[0].clone(), |high, low| high.concat(low))
}

fn rotate(a: &Value, amount: &Value, left: bool) -> Value {
    let width = a.width();
    // Limbs of the amount modulo the width, most significant first.
    let modulus = u128::from(width);
    let distance = amount
        .to_limbs()
        .iter()
        .rev()
        .fold(0, |rest, &limb| ((rest << 64) + u128::from(limb)) % modulus)
        as u32;
    let low_width = if left { width - distance } else { distance };
    if low_width == 0 || low_width == width {
        return a.clone();
    }
    a.extract(0, low_width)
        .concat(&a.extract(low_width, width - low_width))
}

/// Whether `narrow` differs from the result at twice the width.
fn overflows_signed(a: &Value, b: &Value, narrow: &Value, operation: ValueBinary) -> Value {
    let wide = 2 * a.width();
    let exact = operation(&a.sign_extend(wide), &b.sign_extend(wide));
    Value::boolean(exact != narrow.sign_extend(wide))
}

impl Pool {
    /// `symbols` are widths; `assignments` gives each symbol one value per assignment.
    fn new(random: Random, widths: &'static [u32], assignments: &[Vec<Value>]) -> Self {
        let mut terms = Terms::new();
        let count = assignments[0].len();
        let mut models = vec![Model::new(); count];
        let mut tracked = Vec::new();
        for values in assignments {
            let term = terms.symbol(values[0].width());
            for (model, value) in models.iter_mut().zip(values) {
                model.set(terms.as_symbol(term).unwrap(), value.clone());
            }
            tracked.push(Tracked {
                term,
                values: values.clone(),
            });
        }
        let evaluators = models.into_iter().map(Evaluator::new).collect();
        Self {
            terms,
            random,
            evaluators,
            tracked,
            widths,
        }
    }

    fn any(&mut self) -> Tracked {
        // Half of the time something recent, so that terms grow deep.
        let count = self.tracked.len() as u64;
        let recent = count.min(6);
        let index = if self.random.below(2) == 0 {
            count - 1 - self.random.below(recent)
        } else {
            self.random.below(count)
        };
        self.tracked[index as usize].clone()
    }

    fn constant(&mut self, width: u32, near: Option<&Value>) -> Tracked {
        let value = match near {
            Some(near) if self.random.below(2) == 0 => {
                let step = Value::new(width, u128::from(self.random.below(3)));
                near.add(&step).subtract(&Value::new(width, 1))
            }
            _ => {
                let low = Value::new(INLINE_BITS, self.random.edge_biased(width.min(INLINE_BITS)));
                if width <= INLINE_BITS {
                    low.extract(0, width)
                } else {
                    low.sign_extend(width)
                }
            }
        };
        let term = self.terms.value(value.clone());
        Tracked {
            term,
            values: vec![value; self.evaluators.len()],
        }
    }

    /// Something of `width` bits: a pool member, cut or extended, or a constant.
    fn of_width(&mut self, width: u32) -> Tracked {
        for _ in 0..4 {
            let candidate = self.any();
            if self.terms.width(candidate.term) == width {
                return candidate;
            }
        }
        let candidate = self.any();
        let own = self.terms.width(candidate.term);
        if own == width {
            candidate
        } else if own > width {
            let low_bit = self.random.below(u64::from(own - width + 1)) as u32;
            self.extract(&candidate, low_bit, width)
        } else if self.random.below(2) == 0 {
            let term = self.terms.zero_extend(candidate.term, width);
            let high = Value::zero(width - own);
            self.check(
                "zero_extend",
                term,
                map(&candidate, |value| high.concat(value)),
            )
        } else {
            let term = self.terms.sign_extend(candidate.term, width);
            self.check(
                "sign_extend",
                term,
                map(&candidate, |value| value.sign_extend(width)),
            )
        }
    }

    fn extract(&mut self, from: &Tracked, low_bit: u32, width: u32) -> Tracked {
        let term = self.terms.extract(from.term, low_bit, width);
        self.check(
            "extract",
            term,
            map(from, |value| value.extract(low_bit, width)),
        )
    }

    /// A partner for a binary operation: a constant near a value that occurs, or a pool member.
    fn partner(&mut self, of: &Tracked) -> Tracked {
        let width = self.terms.width(of.term);
        match self.random.below(8) {
            0 => of.clone(),
            1..=3 => {
                let near = of.values[self.random.below(of.values.len() as u64) as usize].clone();
                self.constant(width, Some(&near))
            }
            _ => self.of_width(width),
        }
    }

    fn step(&mut self) -> Tracked {
        match self.random.below(12) {
            0 => {
                let a = self.any();
                let (name, build, apply) = self.random.pick(&UNARY);
                let term = build(&mut self.terms, a.term);
                self.check(name, term, map(&a, apply))
            }
            1 | 2 => {
                let a = self.any();
                let own = self.terms.width(a.term);
                let width = 1 + self.random.below(u64::from(own)) as u32;
                let low_bit = self.random.below(u64::from(own - width + 1)) as u32;
                self.extract(&a, low_bit, width)
            }
            3 => {
                let width = self.random.pick(self.widths);
                self.of_width(width)
            }
            4 | 5 => {
                let condition = self.of_width(1);
                let then = self.any();
                let otherwise = self.partner(&then);
                let term = self.terms.ite(condition.term, then.term, otherwise.term);
                let values = (0..self.evaluators.len())
                    .map(|i| {
                        if condition.values[i].is_true() {
                            &then
                        } else {
                            &otherwise
                        }
                        .values[i]
                            .clone()
                    })
                    .collect();
                self.check("ite", term, values)
            }
            6 => self.bytes(),
            _ => {
                let a = self.any();
                let b = self.partner(&a);
                let (a, b) = if self.random.below(3) == 0 {
                    (b, a)
                } else {
                    (a, b)
                };
                let (name, build, apply) = self.random.pick(&BINARY);
                let term = build(&mut self.terms, a.term, b.term);
                let values = a
                    .values
                    .iter()
                    .zip(&b.values)
                    .map(|(x, y)| apply(x, y))
                    .collect();
                self.check(name, term, values)
            }
        }
    }

    /// Cuts a term into parts and puts them together again, as memory does; or swaps its bytes.
    fn bytes(&mut self) -> Tracked {
        let a = self.any();
        let width = self.terms.width(a.term);
        if width.is_multiple_of(8) && self.random.below(2) == 0 {
            let term = self.terms.byte_swap(a.term);
            return self.check("byte_swap", term, map(&a, |value| reverse(value, 8)));
        }
        let part = if width.is_multiple_of(8) { 8 } else { 1 };
        let mut whole = self.terms.extract(a.term, 0, part);
        for index in 1..width / part {
            let next = self.terms.extract(a.term, index * part, part);
            whole = self.terms.concat(next, whole);
        }
        self.check("parts", whole, a.values)
    }

    fn check(&mut self, name: &str, term: TermId, values: Vec<Value>) -> Tracked {
        let width = self.terms.width(term);
        let facts = *self.terms.facts(term);
        for (evaluator, expected) in self.evaluators.iter_mut().zip(&values) {
            let found = evaluator.evaluate(&self.terms, term);
            if found != *expected {
                let model = evaluator.model();
                panic!(
                    "{name}: {} is {found:?}, not {expected:?}, under {model:?}",
                    self.terms.show(term)
                );
            }
            let fits = width > INLINE_BITS || facts.contains(expected.to_u128().unwrap());
            assert!(
                fits,
                "{name}: {} is {expected:?}, outside {facts:?}",
                self.terms.show(term)
            );
        }
        Tracked { term, values }
    }

    fn grow(&mut self, steps: usize, width_max: u32) {
        for _ in 0..steps {
            let new = self.step();
            if self.terms.width(new.term) <= width_max {
                self.tracked.push(new);
            }
        }
    }
}

fn map(from: &Tracked, apply: impl Fn(&Value) -> Value) -> Vec<Value> {
    from.values.iter().map(apply).collect()
}

/// Random terms of mixed widths under random and edge-case assignments.
#[test]
pub(crate) fn constructors_agree_with_values() {
    const WIDTHS: [u32; 18] = [
        1, 1, 1, 3, 5, 8, 8, 8, 13, 16, 21, 32, 32, 64, 64, 127, 128, 130,
    ];
    for seed in 0..600 {
        let mut random = Random::new(seed);
        let assignments: Vec<Vec<Value>> = (0..4)
            .map(|_| {
                let width = random.pick(&WIDTHS);
                (0..8)
                    .map(|_| {
                        let low = random.edge_biased(width.min(INLINE_BITS));
                        Value::new(width, low)
                    })
                    .collect()
            })
            .collect();
        Pool::new(random, &WIDTHS, &assignments).grow(100, 140);
    }
}

/// Random terms of few bits under every assignment of their symbols.
#[test]
pub(crate) fn constructors_agree_with_all_values_of_small_symbols() {
    const WIDTHS: [u32; 8] = [1, 1, 2, 3, 3, 4, 5, 6];
    for seed in 0..200 {
        let mut random = Random::new(1_000 + seed);
        let widths = [
            random.pick(&[1, 2, 3]),
            random.pick(&[2, 3]),
            random.pick(&[1, 2]),
        ];
        let total: u32 = widths.iter().sum();
        let mut shift = 0;
        let assignments: Vec<Vec<Value>> = widths
            .iter()
            .map(|&width| {
                let low_bit = shift;
                shift += width;
                (0..1u128 << total)
                    .map(|all| Value::new(width, all >> low_bit))
                    .collect()
            })
            .collect();
        Pool::new(random, &WIDTHS, &assignments).grow(80, 12);
    }
}

/// Small terms with all kinds of inner terms and constants, under every assignment of two symbols
/// of three or four bits and one of a single bit. Two levels are enough to meet nearly every rule with
/// nearly every neighbour.
#[test]
fn two_levels_of_operations_agree_with_all_values() {
    for seed in 0..60 {
        // Some rules need a factor that is even, but no power of two and no small negative number.
        let width = if seed % 4 == 0 { 4 } else { 3 };
        check_two_levels(seed, 2_000, width);
    }
}

fn check_two_levels(seed: u64, rounds: usize, width: u32) {
    let mut random = Random::new(2_000 + seed);
    let mut terms = Terms::new();
    let (x, y, flag) = (terms.symbol(width), terms.symbol(width), terms.symbol(1));
    let count = 1usize << (2 * width + 1);
    let lanes_of = |symbol: TermId, from: u32, width: u32| {
        let values: Vec<u128> = (0..count as u128)
            .map(|lane| lane >> from & ((1 << width) - 1))
            .collect();
        (symbol, values)
    };
    let symbols = [
        lanes_of(x, 0, width),
        lanes_of(y, width, width),
        lanes_of(flag, 2 * width, 1),
    ];
    let mut lanes = Lanes::new(count);
    let mut leaves = Vec::new();
    for (symbol, values) in symbols {
        lanes.set(terms.as_symbol(symbol).unwrap(), values.clone());
        leaves.push((
            symbol,
            values
                .into_iter()
                .map(|v| Value::new(terms.width(symbol), v))
                .collect(),
        ));
    }
    let mut small = Small {
        terms,
        lanes,
        leaves,
        width,
        count,
    };
    for _ in 0..rounds {
        let depth = 2 + random.below(2) as u32;
        let (term, values) = small.draw(&mut random, depth);
        let found = small.lanes.evaluate(&small.terms, term, usize::MAX);
        let found = found.expect("small terms have lanes").to_vec();
        for (lane, (found, expected)) in found.iter().zip(&values).enumerate() {
            let shown = small.terms.show(term);
            assert_eq!(Some(*found), expected.to_u128(), "{shown} in lane {lane}");
        }
        small.lanes.forget();
    }
}

struct Small {
    terms: Terms,
    lanes: Lanes,
    leaves: Vec<(TermId, Vec<Value>)>,
    width: u32,
    count: usize,
}

impl Small {
    /// A random term at most `depth` operations deep, with its values.
    fn draw(&mut self, random: &mut Random, depth: u32) -> (TermId, Vec<Value>) {
        if depth == 0 || random.below(8) == 0 {
            return self.leaf(random);
        }
        let (a, a_values) = self.draw(random, depth - 1);
        let width = self.terms.width(a);
        match random.below(8) {
            0 => {
                let (_, build, apply) = random.pick(&UNARY);
                (
                    build(&mut self.terms, a),
                    a_values.iter().map(apply).collect(),
                )
            }
            1 => {
                let part = 1 + random.below(u64::from(width)) as u32;
                let low_bit = random.below(u64::from(width - part + 1)) as u32;
                let values = a_values
                    .iter()
                    .map(|value| value.extract(low_bit, part))
                    .collect();
                (self.terms.extract(a, low_bit, part), values)
            }
            2 => {
                let more = width + 1 + random.below(3) as u32;
                if random.below(2) == 0 {
                    let values = a_values
                        .iter()
                        .map(|value| value.sign_extend(more))
                        .collect();
                    return (self.terms.sign_extend(a, more), values);
                }
                let high = Value::zero(more - width);
                let values = a_values.iter().map(|value| high.concat(value)).collect();
                (self.terms.zero_extend(a, more), values)
            }
            3 => {
                let (b, b_values) = self.fitting(random, depth - 1, width);
                let (c, c_values) = self.fitting(random, depth - 1, 1);
                let sides = a_values.iter().zip(&b_values).zip(&c_values);
                let values = sides.map(|((a, b), c)| if c.is_true() { a } else { b }.clone());
                (self.terms.ite(c, a, b), values.collect())
            }
            _ => {
                let (b, b_values) = self.fitting(random, depth - 1, width);
                let (_, build, apply) = random.pick(&BINARY);
                let swap = random.below(2) == 0;
                let (a, b, a_values, b_values) = if swap {
                    (b, a, b_values, a_values)
                } else {
                    (a, b, a_values, b_values)
                };
                let values = a_values
                    .iter()
                    .zip(&b_values)
                    .map(|(x, y)| apply(x, y))
                    .collect();
                (build(&mut self.terms, a, b), values)
            }
        }
    }

    fn leaf(&mut self, random: &mut Random) -> (TermId, Vec<Value>) {
        if random.below(2) == 0 {
            let index = random.below(self.leaves.len() as u64);
            return self.leaves[index as usize].clone();
        }
        self.constant(random, self.width)
    }

    fn constant(&mut self, random: &mut Random, width: u32) -> (TermId, Vec<Value>) {
        let value = Value::new(width, random.edge_biased(width));
        (self.terms.value(value.clone()), vec![value; self.count])
    }

    /// A random term of `width` bits.
    fn fitting(&mut self, random: &mut Random, depth: u32, width: u32) -> (TermId, Vec<Value>) {
        for _ in 0..10 {
            let (term, values) = self.draw(random, depth);
            if self.terms.width(term) == width {
                return (term, values);
            }
        }
        self.constant(random, width)
    }
}
