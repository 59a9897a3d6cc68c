//! Random floats in formulas.
//!
//! Where the theory leaves a result open, two solvers may differ: those operators are guarded, so
//! that their open results are never looked at.

use super::formula::Writer;

/// Bits of exponent and significand.
pub(super) type Format = (u32, u32);

/// Mostly formats of a few bits, so that both solvers come to an end.
pub(super) const FORMATS: &[Format] = &[
    (3, 3),
    (3, 4),
    (3, 4),
    (4, 3),
    (4, 5),
    (5, 2),
    (4, 7),
    (5, 11),
    (8, 24),
    (11, 53),
];

/// Products of longer significands keep both solvers busy for too long.
const PRODUCT_PRECISION_MAX: u32 = 5;
/// Remainders and fused operations, even more so.
const REMAINDER_PRECISION_MAX: u32 = 3;

const MODES: &[&str] = &["RNE", "RNE", "RNA", "RTP", "RTN", "RTZ"];

impl Writer {
    fn format(&mut self) -> Format {
        if !self.floats.is_empty() && self.random.u32(..4) > 0 {
            return self.floats[self.random.usize(..self.floats.len())].1;
        }
        FORMATS[self.random.usize(..FORMATS.len())]
    }

    fn float_leaf(&mut self, format: Format) -> String {
        let (exponent, precision) = format;
        let own: Vec<String> = self
            .floats
            .iter()
            .filter(|(_, other)| *other == format)
            .map(|(name, _)| name.clone())
            .collect();
        if !own.is_empty() && self.random.u32(..4) > 0 {
            return own[self.random.usize(..own.len())].clone();
        }
        if self.random.bool() {
            let name = self.pick(&["+oo", "-oo", "+zero", "-zero", "NaN"]);
            return format!("(_ {name} {exponent} {precision})");
        }
        if self.random.bool() {
            let [sign, field, fraction] =
                [1, exponent, precision - 1].map(|width| self.constant(width));
            return format!("(fp {sign} {field} {fraction})");
        }
        let bits = self.constant(exponent + precision);
        format!("((_ to_fp {exponent} {precision}) {bits})")
    }

    pub(super) fn float(&mut self, format: Format, depth: u32) -> String {
        if depth == 0 {
            return self.float_leaf(format);
        }
        let depth = depth - 1;
        let (exponent, precision) = format;
        let mode = self.pick(MODES);
        match self.random.u32(..12) {
            0 | 1 => {
                let operator = self.pick(&["fp.add", "fp.sub"]);
                let (a, b) = (self.float(format, depth), self.float(format, depth));
                format!("({operator} {mode} {a} {b})")
            }
            2 | 3 => self.float_product(format, depth),
            4 => {
                let a = self.float(format, depth);
                format!("(fp.roundToIntegral {mode} {a})")
            }
            5 => {
                let operator = self.pick(&["fp.abs", "fp.neg"]);
                format!("({operator} {})", self.float(format, depth))
            }
            6 => {
                let operator = self.pick(&["fp.min", "fp.max"]);
                let (a, b) = (self.float(format, depth), self.float(format, depth));
                format!(
                    "(let ((fa {a}) (fb {b})) \
                     (ite (and (fp.isZero fa) (fp.isZero fb)) fa ({operator} fa fb)))"
                )
            }
            7 => {
                let condition = self.condition(depth);
                let (a, b) = (self.float(format, depth), self.float(format, depth));
                format!("(ite {condition} {a} {b})")
            }
            8 => {
                let other = self.format();
                let a = self.float(other, depth);
                format!("((_ to_fp {exponent} {precision}) {mode} {a})")
            }
            9 => {
                let bits = self.term(exponent + precision, depth);
                format!("((_ to_fp {exponent} {precision}) {bits})")
            }
            10 => {
                let operator = self.pick(&["to_fp", "to_fp_unsigned"]);
                let width = self.width().min(70);
                let integer = self.term(width, depth);
                format!("((_ {operator} {exponent} {precision}) {mode} {integer})")
            }
            _ => self.float_leaf(format),
        }
    }

    fn float_product(&mut self, format: Format, depth: u32) -> String {
        let mode = self.pick(MODES);
        let precision = format.1;
        if precision > PRODUCT_PRECISION_MAX {
            // By a power of two, or of a known number.
            let operator = self.pick(&["fp.mul", "fp.div"]);
            let known = self.float_constant(format);
            let a = self.float(format, depth);
            return format!("({operator} {mode} {a} {known})");
        }
        let (a, b) = (self.float(format, depth), self.float(format, depth));
        if precision <= REMAINDER_PRECISION_MAX && self.random.bool() {
            let c = self.float(format, depth);
            return match self.random.u32(..2) {
                0 => format!("(fp.rem {a} {b})"),
                _ => format!("(fp.fma {mode} {a} {b} {c})"),
            };
        }
        match self.random.u32(..5) {
            0 | 1 => format!("(fp.mul {mode} {a} {b})"),
            2 | 3 => format!("(fp.div {mode} {a} {b})"),
            _ => format!("(fp.sqrt {mode} {a})"),
        }
    }

    fn float_constant(&mut self, (exponent, precision): Format) -> String {
        let number = self.random.u32(..10);
        format!("((_ to_fp {exponent} {precision}) RNE (_ bv{number} 8))")
    }

    pub(super) fn float_condition(&mut self, depth: u32) -> String {
        let format = self.format();
        let a = self.float(format, depth);
        if self.random.u32(..3) == 0 {
            let class = self.pick(&[
                "fp.isNormal",
                "fp.isSubnormal",
                "fp.isZero",
                "fp.isInfinite",
                "fp.isNaN",
                "fp.isNegative",
                "fp.isPositive",
            ]);
            return format!("({class} {a})");
        }
        let operator = self.pick(&[
            "fp.lt", "fp.leq", "fp.gt", "fp.geq", "fp.eq", "=", "distinct",
        ]);
        let b = self.float(format, depth);
        format!("({operator} {a} {b})")
    }

    /// A float as an integer of `width` bits, where it surely is one.
    pub(super) fn integer_of_float(&mut self, width: u32, depth: u32) -> String {
        let format = self.format();
        let (exponent, precision) = format;
        let mode = self.pick(MODES);
        let a = self.float(format, depth);
        let half = format!("((_ to_fp_unsigned {exponent} {precision}) RTZ {})", {
            let bits: String = (0..width)
                .map(|place| if place == 2 { '1' } else { '0' })
                .collect();
            format!("#b{bits}")
        });
        let operator = self.pick(&["fp.to_ubv", "fp.to_sbv"]);
        let zero = format!("(_ +zero {exponent} {precision})");
        let guard = if operator == "fp.to_ubv" {
            format!("(and (fp.leq {zero} fa) (fp.leq fa {half}))")
        } else {
            format!("(fp.leq (fp.abs fa) {half})")
        };
        format!("(let ((fa {a})) ((_ {operator} {width}) {mode} (ite {guard} fa {zero})))")
    }
}
