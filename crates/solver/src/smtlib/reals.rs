//! Real numbers as they are written, rounded to floats.
//!
//! Reals are no sort here: they occur only below a conversion, which makes the nearest float of them,
//! `((_ to_fp 8 24) RNE 0.1)`. Z3's own tests write a power of two after the number, `1.5 (- 126)`.
//!
//! # Invariants
//!
//! - Rounded once, from the exact quotient of two whole numbers.
//! - The real zero has no sign: it becomes plus zero, also as `(- 0.0)`.

use super::floats;
use super::meaning::from_decimal;
use super::syntax::{Expression, Syntax};
use crate::float::{Format, Rounding, quotient_as_float};
use crate::value::Value;

/// Powers of two beyond this were hardly meant; no format that we know goes as far.
const POWER_MAX: i64 = 1 << 20;

/// A quotient of whole numbers.
struct Real {
    is_negative: bool,
    numerator: Value,
    denominator: Value,
}

/// The float that a conversion of a written number is; `None` for everything else.
pub(super) fn converted(syntax: &Syntax, expression: Expression) -> Option<(Format, Value)> {
    let parts = syntax.as_list(expression)?;
    let (&head, operands) = parts.split_first()?;
    let &[underscore, name, exponent, precision] = syntax.as_list(head)? else {
        return None;
    };
    if syntax.as_text(underscore) != Some("_") || syntax.as_text(name) != Some("to_fp") {
        return None;
    }
    let format = Format::new(syntax.as_number(exponent)?, syntax.as_number(precision)?)?;
    let (rounding, number, power) = match *operands {
        [rounding, number] => (rounding, number, 0),
        [rounding, number, power] => (rounding, number, whole(syntax, power)?),
        _ => return None,
    };
    let rounding = floats::mode(syntax.as_text(rounding)?)?;
    let bits = real(syntax, number)?.as_float(format, rounding, power);
    Some((format, bits))
}

/// `12`, `1.25`, `(- 1.25)`, `(/ 1 3)` and `(- (/ 1 3))`.
fn real(syntax: &Syntax, expression: Expression) -> Option<Real> {
    if let Some(text) = syntax.as_text(expression) {
        return unsigned(text);
    }
    let parts = syntax.as_list(expression)?;
    match (syntax.as_text(*parts.first()?)?, &parts[1..]) {
        ("-", &[inner]) => {
            // Only one sign, so that nothing nests.
            let inner = match syntax.as_text(inner) {
                Some(text) => unsigned(text)?,
                None => quotient(syntax, inner)?,
            };
            let is_negative = !inner.numerator.is_zero();
            Some(Real {
                is_negative,
                ..inner
            })
        }
        ("/", _) => quotient(syntax, expression),
        _ => None,
    }
}

fn quotient(syntax: &Syntax, expression: Expression) -> Option<Real> {
    let &[slash, dividend, divisor] = syntax.as_list(expression)? else {
        return None;
    };
    let [dividend, divisor] = [dividend, divisor].map(|part| unsigned(syntax.as_text(part)?));
    let (dividend, divisor) = (dividend?, divisor?);
    if syntax.as_text(slash) != Some("/") || divisor.numerator.is_zero() {
        return None;
    }
    Some(Real {
        is_negative: false,
        numerator: product(&dividend.numerator, &divisor.denominator),
        denominator: product(&dividend.denominator, &divisor.numerator),
    })
}

/// The number that decimal digits are, with or without a point.
fn unsigned(text: &str) -> Option<Real> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || text.ends_with('.') {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let power = format!("1{}", "0".repeat(fraction.len()));
    // A digit is less than four bits.
    let number = |digits: &str| from_decimal(digits, 4 * u32::try_from(digits.len()).ok()?);
    Some(Real {
        is_negative: false,
        numerator: number(&digits)?,
        denominator: number(&power)?,
    })
}

fn whole(syntax: &Syntax, expression: Expression) -> Option<i64> {
    let (is_negative, text) = match syntax.as_list(expression) {
        Some(&[sign, number]) if syntax.as_text(sign) == Some("-") => {
            (true, syntax.as_text(number)?)
        }
        _ => (false, syntax.as_text(expression)?),
    };
    let number = text.parse::<i64>().ok()?;
    (0..=POWER_MAX)
        .contains(&number)
        .then_some(if is_negative { -number } else { number })
}

/// The product, as wide as it can be.
fn product(a: &Value, b: &Value) -> Value {
    let width = a.width() + b.width();
    let wide = |value: &Value| Value::zero(width - value.width()).concat(value);
    wide(a).multiply(&wide(b))
}

impl Real {
    fn as_float(&self, format: Format, rounding: Rounding, power: i64) -> Value {
        let numbers = [&self.numerator, &self.denominator];
        quotient_as_float(format, rounding, self.is_negative, numbers, power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_random::Random;

    fn bits(text: &str) -> Option<u128> {
        let mut syntax = Syntax::default();
        let read = syntax.read(text).unwrap();
        let (_, bits) = converted(&syntax, read[0])?;
        bits.to_u128()
    }

    #[test]
    fn a_number_becomes_what_rust_reads() {
        let mut random = Random::new(1);
        for _ in 0..2_000 {
            let mut digits = |count: u64| -> String {
                let count = 1 + random.next() % count;
                (0..count)
                    .map(|_| char::from(b'0' + (random.next() % 10) as u8))
                    .collect()
            };
            let text = format!("{}.{}", digits(40), digits(60));
            let single = text.parse::<f32>().unwrap().to_bits();
            let double = text.parse::<f64>().unwrap().to_bits();
            let read = |format: &str| bits(&format!("((_ to_fp {format}) RNE {text})"));
            assert_eq!(read("8 24"), Some(single.into()), "{text}");
            assert_eq!(read("11 53"), Some(double.into()), "{text}");
        }
    }

    #[test]
    fn signs_quotients_and_powers_are_read() {
        let rows = [
            ("RNE 1", 1.0),
            ("RNE (- 1.5)", -1.5),
            ("RNE (- 0.0)", 0.0),
            ("RNE (/ 1 3)", 1.0 / 3.0),
            ("RNE (- (/ 1.0 8.0))", -0.125),
            ("RNE 1.5 (- 3)", 0.1875),
            ("RNE 1.5 2", 6.0),
            ("RTZ 1e", f64::NAN),
            ("RTZ 0.1", f64::from_bits(0.1f64.to_bits() - 1)),
            ("RTP (- 0.1)", -f64::from_bits(0.1f64.to_bits() - 1)),
            ("RNA 1.0 (- 1074)", f64::from_bits(1)),
            ("RNE 1.0 (- 1075)", 0.0),
            ("RNA 1.0 (- 1075)", f64::from_bits(1)),
            ("RNE 1.0 1024", f64::INFINITY),
            ("RTZ 1.0 1024", f64::MAX),
            ("RNE (/ 1 0)", f64::NAN),
            ("RNE (- (- 1))", f64::NAN),
            ("RNE x", f64::NAN),
            ("RNE 1.", f64::NAN),
        ];
        for (written, expected) in rows {
            let expected = (!expected.is_nan()).then_some(u128::from(expected.to_bits()));
            let read = bits(&format!("((_ to_fp 11 53) {written})"));
            assert_eq!(read, expected, "{written}");
        }
    }
}
