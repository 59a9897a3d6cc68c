//! The operators of the theory FloatingPoint, as constructors of terms.
//!
//! A float is its bits, and its format is its sort. All NaNs of a format are one value here: equality
//! is that of the theory.
//!
//! Where the theory leaves a result open (which of two zeros is the smaller one, a number that is no
//! integer of so many bits), it still is a function of the operands. So it is a read of a declared
//! array of which nothing else is known.
//!
//! # Not here
//!
//! Unknown modes of rounding, and reals: each is an error with a name.
//!
//! # Source
//!
//! SMT-LIB, theory FloatingPoint.

use super::SmtError;
use super::arrays::ArraySort;
use super::operators::{Application, Meaning};
use crate::float::{Extreme, FloatOperation, Format, Rounding};
use crate::terms::{TermId, Terms};
use crate::value::Value;

/// The mode of rounding with this name.
pub(super) fn mode(name: &str) -> Option<Rounding> {
    Some(match name {
        "RNE" | "roundNearestTiesToEven" => Rounding::NearestEven,
        "RNA" | "roundNearestTiesToAway" => Rounding::NearestAway,
        "RTP" | "roundTowardPositive" => Rounding::Up,
        "RTN" | "roundTowardNegative" => Rounding::Down,
        "RTZ" | "roundTowardZero" => Rounding::Zero,
        _ => return None,
    })
}

/// The short name of a mode of rounding.
pub(super) fn mode_name(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::NearestEven => "RNE",
        Rounding::NearestAway => "RNA",
        Rounding::Up => "RTP",
        Rounding::Down => "RTN",
        Rounding::Zero => "RTZ",
    }
}

/// The format of a sort that has a name.
pub(super) fn named_format(name: &str) -> Option<Format> {
    Some(match name {
        "Float16" => Format::HALF,
        "Float32" => Format::SINGLE,
        "Float64" => Format::DOUBLE,
        "Float128" => Format::QUADRUPLE,
        _ => return None,
    })
}

/// The bits of a constant as `(_ +oo 8 24)`.
pub(super) fn named_constant(name: &str, format: Format) -> Option<u128> {
    Some(match name {
        "+oo" => format.infinity(),
        "-oo" => format.infinity() | format.sign_bit(),
        "+zero" => 0,
        "-zero" => format.sign_bit(),
        "NaN" => format.nan(),
        _ => return None,
    })
}

/// A float as the standard writes it.
pub(super) fn show_float(format: Format, value: &Value) -> String {
    let bits = value.to_u128().expect("formats have at most 128 bits");
    let (exponent, precision) = (format.exponent_bits(), format.precision());
    if format.is_nan(bits) {
        return format!("(_ NaN {exponent} {precision})");
    }
    let digits = |low: u32, width: u32| -> String {
        let digit = |place: u32| if bits >> place & 1 == 1 { '1' } else { '0' };
        (low..low + width).rev().map(digit).collect()
    };
    format!(
        "(fp #b{} #b{} #b{})",
        digits(format.width() - 1, 1),
        digits(format.fraction_bits(), exponent),
        digits(0, format.fraction_bits())
    )
}

type Compare = fn(&mut Terms, Format, TermId, TermId) -> TermId;
type Classify = fn(&mut Terms, Format, TermId) -> TermId;

impl Application<'_> {
    /// Operators on floats without numerals.
    pub(super) fn floats(&mut self) -> Result<Option<Meaning>, SmtError> {
        if self.name == "fp" {
            return self.float_of_parts().map(Some);
        }
        if !self.name.starts_with("fp.") {
            return Ok(None);
        }
        if let Some(truth) = self.float_truth()? {
            return Ok(Some(Meaning::Boolean(truth)));
        }
        if let Some((operation, has_mode)) = operation(self.name) {
            return self.float_operation(operation, has_mode).map(Some);
        }
        self.float_without_rounding()
    }

    fn float_of_parts(&mut self) -> Result<Meaning, SmtError> {
        let expected = "three bit-vectors, the first of one bit";
        let [sign, exponent, fraction] = self.vectors()?[..] else {
            return Err(self.ill_formed(expected));
        };
        let [sign_width, exponent_width, width] =
            [sign, exponent, fraction].map(|term| self.terms.width(term));
        if sign_width != 1 {
            return Err(self.ill_formed(expected));
        }
        let format = self.format(exponent_width, width + 1)?;
        let lower = self.terms.concat(exponent, fraction);
        Ok(Meaning::Float(format, self.terms.concat(sign, lower)))
    }

    fn format(&self, exponent: u32, precision: u32) -> Result<Format, SmtError> {
        Format::new(exponent, precision).ok_or_else(|| SmtError::Unsupported {
            what: format!("(_ FloatingPoint {exponent} {precision})"),
        })
    }

    /// The operands as floats of one format, behind a mode of rounding if there has to be one.
    fn float_operands(
        &self,
        has_mode: bool,
        count: usize,
    ) -> Result<(Rounding, Format, Vec<TermId>), SmtError> {
        let expected = "floats of one format, where it rounds behind a mode of rounding";
        let (rounding, rest) = match self.operands {
            [Meaning::Mode(rounding), rest @ ..] if has_mode => (*rounding, rest),
            rest if !has_mode => (Rounding::NearestEven, rest),
            _ => return Err(self.ill_formed(expected)),
        };
        let mut terms = Vec::new();
        let mut common = None;
        for operand in rest {
            match *operand {
                Meaning::Float(format, term) if common.is_none_or(|known| known == format) => {
                    common = Some(format);
                    terms.push(term);
                }
                _ => return Err(self.ill_formed(expected)),
            }
        }
        match common {
            Some(format) if terms.len() == count => Ok((rounding, format, terms)),
            _ => Err(self.ill_formed(expected)),
        }
    }

    fn float_operation(
        &mut self,
        operation: FloatOperation,
        has_mode: bool,
    ) -> Result<Meaning, SmtError> {
        let (rounding, format, operands) = self.float_operands(has_mode, operation.arity())?;
        let term = self
            .terms
            .float_operation(operation, format, rounding, &operands);
        Ok(Meaning::Float(format, term))
    }

    fn float_without_rounding(&mut self) -> Result<Option<Meaning>, SmtError> {
        let (format, term) = match self.name {
            "fp.sub" => {
                let (rounding, format, operands) = self.float_operands(true, 2)?;
                let term = self
                    .terms
                    .float_sub(format, rounding, operands[0], operands[1]);
                (format, term)
            }
            "fp.abs" | "fp.neg" => {
                let (_, format, operands) = self.float_operands(false, 1)?;
                let term = if self.name == "fp.abs" {
                    self.terms.float_absolute(format, operands[0])
                } else {
                    self.terms.float_negate(format, operands[0])
                };
                (format, term)
            }
            "fp.min" | "fp.max" => {
                let (_, format, operands) = self.float_operands(false, 2)?;
                let extreme = if self.name == "fp.min" {
                    Extreme::Least
                } else {
                    Extreme::Greatest
                };
                let first = self.terms.float_sign(format, operands[0]);
                let open = self.open_result(format!("{} {format:?}", self.name), first, 1);
                let operands = [operands[0], operands[1]];
                let term = self
                    .terms
                    .float_extreme_number(format, extreme, operands, open);
                (format, term)
            }
            _ => return Ok(None),
        };
        Ok(Some(Meaning::Float(format, term)))
    }

    /// What the theory leaves open about an operator's result, as a function of `index`.
    fn open_result(&mut self, operator: String, index: TermId, element: u32) -> TermId {
        let sort = ArraySort {
            index: self.terms.width(index),
            element,
        };
        let array = self.arrays.open_results(operator, sort);
        self.arrays.select(self.terms, array, index)
    }

    fn float_truth(&mut self) -> Result<Option<TermId>, SmtError> {
        let classify: Option<Classify> = match self.name {
            "fp.isNormal" => Some(Terms::float_is_normal),
            "fp.isSubnormal" => Some(Terms::float_is_subnormal),
            "fp.isZero" => Some(Terms::float_is_zero),
            "fp.isInfinite" => Some(Terms::float_is_infinite),
            "fp.isNaN" => Some(Terms::float_is_nan),
            "fp.isNegative" => Some(|terms, format, a| has_sign(terms, format, a, true)),
            "fp.isPositive" => Some(|terms, format, a| has_sign(terms, format, a, false)),
            _ => None,
        };
        if let Some(classify) = classify {
            let (_, format, operands) = self.float_operands(false, 1)?;
            return Ok(Some(classify(self.terms, format, operands[0])));
        }
        let compare: Option<Compare> = match self.name {
            "fp.eq" => Some(Terms::float_eq),
            "fp.lt" => Some(Terms::float_lt),
            "fp.leq" => Some(Terms::float_le),
            "fp.gt" => Some(|terms, format, a, b| terms.float_lt(format, b, a)),
            "fp.geq" => Some(|terms, format, a, b| terms.float_le(format, b, a)),
            _ => None,
        };
        let Some(compare) = compare else {
            return Ok(None);
        };
        let count = self.operands.len().max(2);
        let (_, format, operands) = self.float_operands(false, count)?;
        let mut all = self.terms.true_();
        for pair in operands.windows(2) {
            let next = compare(self.terms, format, pair[0], pair[1]);
            all = self.terms.and(all, next);
        }
        Ok(Some(all))
    }

    /// Conversions: operators with numerals.
    pub(super) fn indexed_floats(&mut self) -> Result<Option<Meaning>, SmtError> {
        match (self.name, self.numerals) {
            ("to_fp" | "to_fp_unsigned", &[exponent, precision]) => {
                let format = self.format(exponent, precision)?;
                self.as_float(format).map(Some)
            }
            ("fp.to_ubv" | "fp.to_sbv", &[width]) if width > 0 => self.as_integer(width).map(Some),
            ("to_fp" | "to_fp_unsigned" | "fp.to_ubv" | "fp.to_sbv", _) => {
                Err(self.ill_formed("the numbers of bits of its result"))
            }
            _ => Ok(None),
        }
    }

    fn as_float(&mut self, format: Format) -> Result<Meaning, SmtError> {
        let term = match (self.name, self.operands) {
            ("to_fp", &[Meaning::Bits(bits)]) if self.terms.width(bits) == format.width() => bits,
            ("to_fp", &[Meaning::Mode(rounding), Meaning::Float(from, a)]) => {
                let operation = FloatOperation::Convert(format);
                self.terms.float_operation(operation, from, rounding, &[a])
            }
            (name, &[Meaning::Mode(rounding), Meaning::Bits(integer)]) => {
                let is_signed = name == "to_fp";
                self.terms
                    .float_from_integer(format, rounding, is_signed, integer)
            }
            _ => {
                return Err(self.ill_formed(
                    "bits of its format, or a mode of rounding and a float or an integer",
                ));
            }
        };
        Ok(Meaning::Float(format, term))
    }

    fn as_integer(&mut self, width: u32) -> Result<Meaning, SmtError> {
        let (rounding, format, operands) = self.float_operands(true, 1)?;
        let (a, is_signed) = (operands[0], self.name == "fp.to_sbv");
        let fits = self
            .terms
            .float_fits_integer(format, rounding, is_signed, a, width);
        let integer = self
            .terms
            .float_to_integer(format, rounding, is_signed, a, width);
        if self.terms.as_boolean(fits) == Some(true) {
            return Ok(Meaning::Bits(integer));
        }
        // All NaNs are one operand.
        let is_nan = self.terms.float_is_nan(format, a);
        let nan = self.terms.constant(format.width(), format.nan());
        let index = self.terms.ite(is_nan, nan, a);
        let operator = format!("{} {width} {rounding:?} {format:?}", self.name);
        let open = self.open_result(operator, index, width);
        Ok(Meaning::Bits(self.terms.ite(fits, integer, open)))
    }
}

fn has_sign(terms: &mut Terms, format: Format, a: TermId, is_negative: bool) -> TermId {
    let sign = terms.float_sign(format, a);
    let sign = if is_negative { sign } else { terms.not(sign) };
    let is_nan = terms.float_is_nan(format, a);
    let is_number = terms.not(is_nan);
    terms.and(is_number, sign)
}

/// The operation of an operator, and whether it has a mode of rounding.
fn operation(name: &str) -> Option<(FloatOperation, bool)> {
    Some(match name {
        "fp.add" => (FloatOperation::Add, true),
        "fp.mul" => (FloatOperation::Multiply, true),
        "fp.div" => (FloatOperation::Divide, true),
        "fp.fma" => (FloatOperation::MultiplyAdd, true),
        "fp.sqrt" => (FloatOperation::SquareRoot, true),
        "fp.roundToIntegral" => (FloatOperation::RoundToIntegral, true),
        "fp.rem" => (FloatOperation::RemainderNearest, false),
        _ => return None,
    })
}
