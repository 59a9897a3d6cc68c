//! A random formula over all operators and mixed widths.

use std::collections::BTreeSet;

use fastrand::Rng;

use super::floats::{FORMATS, Format};

/// A formula as text.
pub(super) struct Formula {
    /// Declarations of all names.
    pub(super) declarations: String,
    /// The same with floats as definitions over their bits, which are declared.
    pub(super) bit_declarations: String,
    /// All names.
    pub(super) declared: Vec<String>,
    /// The names of the bit-vectors and then of the floats' bits, in the order of their declaration.
    pub(super) names: Vec<String>,
    /// Their widths.
    pub(super) widths: Vec<u32>,
    /// Some assertions.
    pub(super) assertions: String,
    /// A term without reads of arrays, whose rewriting can be held against it.
    pub(super) term: String,
    /// Its width.
    pub(super) term_width: u32,
}

const WIDTHS: &[u32] = &[
    1, 2, 3, 4, 5, 7, 8, 8, 8, 9, 12, 16, 16, 17, 24, 31, 32, 32, 33, 48, 63, 64, 64, 65, 96, 127,
    128, 129, 160, 192, 255, 256,
];

/// Every operator that our reader knows, but for `bvite`, which Z3 does not. A check in which one of them never occurs fails.
pub(super) const OPERATORS: &[&str] = &[
    "=",
    "=>",
    "and",
    "bvadd",
    "bvand",
    "bvashr",
    "bvcomp",
    "bvlshr",
    "bvmul",
    "bvnand",
    "bvneg",
    "bvnego",
    "bvnor",
    "bvnot",
    "bvor",
    "bvsaddo",
    "bvsdiv",
    "bvsdivo",
    "bvsge",
    "bvsgt",
    "bvshl",
    "bvsle",
    "bvslt",
    "bvsmod",
    "bvsmulo",
    "bvsrem",
    "bvssubo",
    "bvsub",
    "bvuaddo",
    "bvudiv",
    "bvuge",
    "bvugt",
    "bvule",
    "bvult",
    "bvumulo",
    "bvurem",
    "bvusubo",
    "bvxnor",
    "bvxor",
    "concat",
    "distinct",
    "extract",
    "fp",
    "fp.abs",
    "fp.add",
    "fp.div",
    "fp.eq",
    "fp.fma",
    "fp.geq",
    "fp.gt",
    "fp.isInfinite",
    "fp.isNaN",
    "fp.isNegative",
    "fp.isNormal",
    "fp.isPositive",
    "fp.isSubnormal",
    "fp.isZero",
    "fp.leq",
    "fp.lt",
    "fp.max",
    "fp.min",
    "fp.mul",
    "fp.neg",
    "fp.rem",
    "fp.roundToIntegral",
    "fp.sqrt",
    "fp.sub",
    "fp.to_sbv",
    "fp.to_ubv",
    "ite",
    "not",
    "or",
    "repeat",
    "rotate_left",
    "rotate_right",
    "select",
    "sign_extend",
    "store",
    "to_fp",
    "to_fp_unsigned",
    "xor",
    "zero_extend",
];

/// Products and quotients of unknowns wider than this mostly keep both solvers busy for too long.
const PRODUCT_WIDTH_MAX: u32 = 10;

/// Quotients by a constant are hard from here on, unless it is a power of two.
const QUOTIENT_WIDTH_MAX: u32 = 33;

/// One in so many is wider nevertheless, and most of these are given up.
const HARD_ONES: u32 = 100;

/// What formulas are made of.
pub(super) struct Writer {
    pub(super) random: Rng,
    /// Names with their widths.
    symbols: Vec<(String, u32)>,
    /// An array's name with the widths of its index and its elements.
    array: Option<(String, u32, u32)>,
    /// Names of floats with their formats.
    pub(super) floats: Vec<(String, Format)>,
    /// Whether there are operations on floats.
    has_floats: bool,
}

impl Formula {
    pub(super) fn random(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let narrow = random.bool();
        let symbols: Vec<(String, u32)> = (0..random.u32(1..=4))
            .map(|number| {
                let limit = if narrow { 13 } else { WIDTHS.len() };
                let width = match random.u32(..8) {
                    0 if !narrow => random.u32(1..=256),
                    _ => WIDTHS[random.usize(..limit)],
                };
                (format!("x{number}"), width)
            })
            .collect();
        let has_array = random.u32(..8) == 0;
        let array = has_array.then(|| ("a".to_owned(), random.u32(1..=8), random.u32(1..=9)));
        let mut declarations: String = symbols
            .iter()
            .map(|(name, width)| format!("(declare-const {name} (_ BitVec {width}))\n"))
            .collect();
        if let Some((name, index, element)) = &array {
            declarations.push_str(&format!(
                "(declare-const {name} (Array (_ BitVec {index}) (_ BitVec {element})))\n"
            ));
        }
        let has_floats = random.bool();
        let floats: Vec<(String, Format)> = (0..if has_floats { random.u32(1..=3) } else { 0 })
            .map(|number| {
                let format = FORMATS[random.usize(..FORMATS.len())];
                (format!("f{number}"), format)
            })
            .collect();
        let mut bit_declarations = declarations.clone();
        for (name, (exponent, precision)) in &floats {
            let sort = format!("(_ FloatingPoint {exponent} {precision})");
            declarations.push_str(&format!("(declare-const {name} {sort})\n"));
            let width = exponent + precision;
            bit_declarations.push_str(&format!(
                "(declare-const {name}-bits (_ BitVec {width}))\n\
                 (define-fun {name} () {sort} ((_ to_fp {exponent} {precision}) {name}-bits))\n"
            ));
        }
        let names = symbols.iter().map(|(name, _)| name);
        let names = names.chain(array.iter().map(|(name, ..)| name));
        let declared = names.chain(floats.iter().map(|(name, _)| name)).cloned();
        let declared = declared.collect();
        let names = symbols.iter().map(|(name, _)| name.clone());
        let names = names.chain(floats.iter().map(|(name, _)| format!("{name}-bits")));
        let names = names.collect();
        let widths = symbols.iter().map(|(_, width)| *width);
        let widths = widths.chain(floats.iter().map(|(_, (exponent, bits))| exponent + bits));
        let widths = widths.collect();
        let mut writer = Writer {
            random,
            symbols,
            array,
            floats,
            has_floats,
        };
        let assertions = (0..writer.random.u32(1..=4))
            .map(|_| {
                let depth = writer.depth(&[1, 2, 2, 2, 3, 3, 4]);
                format!("(assert {})\n", writer.condition(depth))
            })
            .collect();
        writer.array = None;
        let term_width = writer.width();
        let depth = writer.depth(&[1, 2, 2, 3, 3, 4, 5]);
        Self {
            declarations,
            bit_declarations,
            declared,
            names,
            widths,
            assertions,
            term: writer.term(term_width, depth),
            term_width,
        }
    }

    /// The operators that occur in it.
    pub(super) fn operators(&self) -> BTreeSet<&str> {
        [&self.assertions, &self.term]
            .into_iter()
            .flat_map(|text| text.split(['(', ')', ' ', '\n']))
            .filter(|word| OPERATORS.binary_search(word).is_ok())
            .collect()
    }
}

impl Writer {
    pub(super) fn pick<'a>(&mut self, options: &[&'a str]) -> &'a str {
        options[self.random.usize(..options.len())]
    }

    fn depth(&mut self, options: &[u32]) -> u32 {
        options[self.random.usize(..options.len())]
    }

    /// Mostly a width that there is a symbol of.
    pub(super) fn width(&mut self) -> u32 {
        if self.random.u32(..3) > 0 {
            let place = self.random.usize(..self.symbols.len());
            return self.symbols[place].1;
        }
        WIDTHS[self.random.usize(..WIDTHS.len())]
    }

    pub(super) fn constant(&mut self, width: u32) -> String {
        let style = self.random.u32(..8);
        let single = self.random.u32(..width);
        let bits: String = (0..width)
            .rev()
            .map(|place| match style {
                0 => place == 0,
                1 => false,
                2 => true,
                3 => place == width - 1,
                4 => place == single,
                5 => place < single,
                _ => self.random.bool(),
            })
            .map(|bit| if bit { '1' } else { '0' })
            .collect();
        format!("#b{bits}")
    }

    /// A symbol brought to a width.
    fn leaf(&mut self, width: u32) -> String {
        if self.random.u32(..4) == 0 {
            return self.constant(width);
        }
        let (name, own) = self.symbols[self.random.usize(..self.symbols.len())].clone();
        self.resized(&name, own, width)
    }

    fn resized(&mut self, term: &str, own: u32, width: u32) -> String {
        if own == width {
            return term.to_owned();
        }
        if own > width {
            let low = self.random.u32(0..=own - width);
            return format!("((_ extract {} {low}) {term})", low + width - 1);
        }
        let operator = self.pick(&["zero_extend", "sign_extend"]);
        format!("((_ {operator} {}) {term})", width - own)
    }

    pub(super) fn term(&mut self, width: u32, depth: u32) -> String {
        if depth == 0 {
            return self.leaf(width);
        }
        let depth = depth - 1;
        if self.has_floats && width > 2 && self.random.u32(..6) == 0 {
            return self.integer_of_float(width, depth);
        }
        match self.random.u32(..14) {
            0 | 1 => {
                let operator = self.pick(&["bvadd", "bvsub", "bvadd"]);
                let (a, b) = (self.term(width, depth), self.term(width, depth));
                format!("({operator} {a} {b})")
            }
            2 | 3 => {
                let operator = self.pick(&["bvand", "bvor", "bvxor", "bvnand", "bvnor", "bvxnor"]);
                let (a, b) = (self.term(width, depth), self.term(width, depth));
                format!("({operator} {a} {b})")
            }
            4 => self.product(width, depth),
            5 => {
                let operator = self.pick(&["bvshl", "bvlshr", "bvashr"]);
                let a = self.term(width, depth);
                let b = if self.random.bool() {
                    let small = self.random.u32(0..=width.min(40));
                    format!("(_ bv{small} {width})")
                } else {
                    self.term(width, depth)
                };
                format!("({operator} {a} {b})")
            }
            6 => {
                let operator = self.pick(&["bvnot", "bvneg"]);
                format!("({operator} {})", self.term(width, depth))
            }
            7 | 8 => {
                let condition = self.condition(depth);
                let (a, b) = (self.term(width, depth), self.term(width, depth));
                format!("(ite {condition} {a} {b})")
            }
            9 if width > 1 => {
                let low = self.random.u32(1..width);
                let (a, b) = (self.term(width - low, depth), self.term(low, depth));
                format!("(concat {a} {b})")
            }
            10 => {
                let operator = self.pick(&["rotate_left", "rotate_right"]);
                let by = self.random.u32(0..=width + 1);
                format!("((_ {operator} {by}) {})", self.term(width, depth))
            }
            11 => {
                let inner = self.width();
                let term = self.term(inner, depth);
                self.resized(&term, inner, width)
            }
            12 if self.array.is_some() => self.read(width, depth),
            12 if width == 1 => {
                let inner = self.width();
                let (a, b) = (self.term(inner, depth), self.term(inner, depth));
                format!("(bvcomp {a} {b})")
            }
            12 if width.is_multiple_of(3) => {
                format!("((_ repeat 3) {})", self.term(width / 3, depth))
            }
            _ => self.leaf(width),
        }
    }

    fn product(&mut self, width: u32, depth: u32) -> String {
        let operator = self.pick(&[
            "bvmul", "bvmul", "bvudiv", "bvurem", "bvsdiv", "bvsrem", "bvsmod",
        ]);
        let a = self.term(width, depth);
        let is_hard_one = self.random.u32(..HARD_ONES) == 0;
        let b = if width <= PRODUCT_WIDTH_MAX || is_hard_one {
            self.term(width, depth)
        } else {
            // A power of two, zero or a small number: what rewriting has rules for.
            let place = self.random.u32(..width.min(16));
            let mut number = (1u32 << place) * self.random.u32(..2);
            if operator == "bvmul" || width <= QUOTIENT_WIDTH_MAX {
                number += self.random.u32(..3);
            }
            format!("(_ bv{number} {width})")
        };
        format!("({operator} {a} {b})")
    }

    fn read(&mut self, width: u32, depth: u32) -> String {
        let (name, index, element) = self.array.clone().expect("there is an array");
        let mut array = name.clone();
        for _ in 0..self.random.u32(..3) {
            let (place, value) = (self.term(index, depth), self.term(element, depth));
            array = if self.random.u32(..4) == 0 {
                let condition = self.condition(depth);
                format!("(ite {condition} {array} (store {name} {place} {value}))")
            } else {
                format!("(store {array} {place} {value})")
            };
        }
        let read = format!("(select {array} {})", self.term(index, depth));
        self.resized(&read, element, width)
    }

    pub(super) fn condition(&mut self, depth: u32) -> String {
        let depth = depth.saturating_sub(1);
        if self.has_floats && self.random.bool() {
            return self.float_condition(depth);
        }
        match self.random.u32(..12) {
            0..=6 => {
                let operator = self.pick(&[
                    "=", "distinct", "bvult", "bvule", "bvugt", "bvuge", "bvslt", "bvsle", "bvsgt",
                    "bvsge", "=",
                ]);
                let width = self.width();
                let (a, b) = (self.term(width, depth), self.term(width, depth));
                format!("({operator} {a} {b})")
            }
            7 => {
                let mut operators = vec!["bvuaddo", "bvsaddo", "bvusubo", "bvssubo", "bvsdivo"];
                let mut width = self.width();
                if self.random.bool() {
                    width = width.min(PRODUCT_WIDTH_MAX);
                    operators.extend(["bvumulo", "bvsmulo"]);
                }
                let operator = self.pick(&operators);
                let (a, b) = (self.term(width, depth), self.term(width, depth));
                format!("({operator} {a} {b})")
            }
            8 => format!("(not {})", self.condition(depth)),
            9 => {
                let width = self.width();
                format!("(bvnego {})", self.term(width, depth))
            }
            _ => {
                let operator = self.pick(&["and", "or", "xor", "=>", "="]);
                let (a, b) = (self.condition(depth), self.condition(depth));
                format!("({operator} {a} {b})")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_hundred_formulas_have_all_operators() {
        assert!(OPERATORS.is_sorted(), "they are searched in order");
        let formulas: Vec<Formula> = (0..500).map(Formula::random).collect();
        let found: BTreeSet<&str> = formulas.iter().flat_map(Formula::operators).collect();
        assert_eq!(found, OPERATORS.iter().copied().collect());
    }

    #[test]
    fn a_formula_is_a_function_of_its_seed() {
        let texts = |seed| {
            let formula = Formula::random(seed);
            (formula.declarations, formula.assertions, formula.term)
        };
        assert_eq!(texts(7), texts(7));
        assert_ne!(texts(7), texts(8));
    }
}
