//! The value of a float operation on known operands: exact arithmetic on integers, rounded once.
//!
//! This is what the operations mean. A finite number is a whole number times a power of two; sums
//! and products of such are computed without any loss, quotients and roots with two bits more than
//! the result keeps and a flag for the rest. The circuits and the host's own floats are both
//! measured against it.
//!
//! # Invariants
//!
//! - A NaN result is [`Format::nan`], whatever the operands' signs and payloads were.
//!
//! # Not here
//!
//! Speed: `native` answers for `f32` and `f64`.
//!
//! # Source
//!
//! IEEE 754-2019, sections 4.3, 5 and 6.

use super::{FloatOperation, Format, Rounding};
use crate::value::Value;

/// What the bits of a float say.
#[derive(Debug, Clone)]
enum Number {
    Nan,
    Infinite { is_negative: bool },
    Finite(Finite),
}

/// `magnitude * 2^scale`, with a sign that zero has, too.
#[derive(Debug, Clone)]
struct Finite {
    is_negative: bool,
    magnitude: Value,
    scale: i64,
}

/// The result of an operation, `width` bits wide.
pub(crate) fn evaluate(
    operation: FloatOperation,
    format: Format,
    rounding: Rounding,
    width: u32,
    operands: &[Value],
) -> Value {
    use FloatOperation as Op;
    let target = operation.result(format).unwrap_or(format);
    let calculator = Calculator { target, rounding };
    if let Op::FromSigned | Op::FromUnsigned = operation {
        return calculator.of_integer(operation == Op::FromSigned, &operands[0]);
    }
    let numbers: Vec<Number> = operands
        .iter()
        .map(|operand| Number::decode(format, operand))
        .collect();
    if let Op::ToSigned | Op::ToUnsigned = operation {
        return to_integer(operation == Op::ToSigned, width, rounding, &numbers[0]);
    }
    if numbers.iter().any(|number| matches!(number, Number::Nan)) {
        return calculator.nan();
    }
    match (operation, &numbers[..]) {
        (Op::Add, [a, b]) => calculator.add(a, b),
        (Op::Multiply, [a, b]) => calculator.multiply(a, b),
        (Op::Divide, [a, b]) => calculator.divide(a, b),
        (Op::Remainder, [a, b]) => calculator.remainder(a, b, false),
        (Op::RemainderNearest, [a, b]) => calculator.remainder(a, b, true),
        (Op::MultiplyAdd, [a, b, c]) => calculator.multiply_add(a, b, c),
        (Op::SquareRoot, [a]) => calculator.root(a),
        (Op::RoundToIntegral, [a]) => calculator.integral(a),
        (Op::Convert(_), [a]) => calculator.convert(a),
        _ => unreachable!("{operation:?} has other operands"),
    }
}

impl Number {
    fn decode(format: Format, bits: &Value) -> Self {
        let bits = bits.to_u128().expect("formats have at most 128 bits");
        let is_negative = bits & format.sign_bit() != 0;
        let magnitude = bits & (format.sign_bit() - 1);
        if magnitude > format.infinity() {
            return Self::Nan;
        }
        if magnitude == format.infinity() {
            return Self::Infinite { is_negative };
        }
        let hidden = 1u128 << format.fraction_bits();
        let (field, fraction) = (magnitude / hidden, magnitude % hidden);
        let lowest = format.exponent_min() - i64::from(format.fraction_bits());
        let (significand, scale) = match field {
            0 => (fraction, lowest),
            _ => (fraction | hidden, lowest + field as i64 - 1),
        };
        Self::Finite(Finite {
            is_negative,
            magnitude: Value::new(128, significand),
            scale,
        })
    }

    fn is_negative(&self) -> bool {
        match self {
            Self::Nan => false,
            Self::Infinite { is_negative } => *is_negative,
            Self::Finite(finite) => finite.is_negative,
        }
    }
}

/// The float nearest to a quotient of whole numbers times a power of two.
///
/// The divisor is not zero. A dividend of zero is plus zero.
pub(crate) fn quotient_as_float(
    format: Format,
    rounding: Rounding,
    is_negative: bool,
    [dividend, divisor]: [&Value; 2],
    power: i64,
) -> Value {
    assert!(!divisor.is_zero(), "a quotient is a number");
    let finite = |magnitude: &Value, is_negative, scale| {
        Number::Finite(Finite {
            is_negative,
            magnitude: magnitude.clone(),
            scale,
        })
    };
    let is_negative = is_negative && !dividend.is_zero();
    let calculator = Calculator {
        target: format,
        rounding,
    };
    let dividend = finite(dividend, is_negative, power);
    calculator.divide(&dividend, &finite(divisor, false, 0))
}

/// `value * 2^distance`, wider.
fn raised(value: &Value, distance: u32) -> Value {
    match distance {
        0 => value.clone(),
        _ => value.concat(&Value::zero(distance)),
    }
}

/// The same number with at least `width` bits.
fn extended(value: &Value, width: u32) -> Value {
    match width.saturating_sub(value.width()) {
        0 => value.clone(),
        missing => Value::zero(missing).concat(value),
    }
}

/// Both numbers with the same width, and room for a sum.
fn with_one_width(a: &Value, b: &Value) -> (Value, Value) {
    let width = a.width().max(b.width()) + 1;
    (extended(a, width), extended(b, width))
}

/// The bits that a number needs.
fn length(value: &Value) -> u32 {
    value.width() - value.leading_zeros()
}

/// Both magnitudes at the lower of two scales.
fn aligned(a: &Finite, b: &Finite) -> (Value, Value, i64) {
    let scale = a.scale.min(b.scale);
    let up = |number: &Finite| raised(&number.magnitude, distance(number.scale - scale));
    let (a, b) = with_one_width(&up(a), &up(b));
    (a, b, scale)
}

fn distance(difference: i64) -> u32 {
    u32::try_from(difference).expect("exponents are near enough")
}

/// Rounds to a format.
struct Calculator {
    target: Format,
    rounding: Rounding,
}

impl Calculator {
    fn bits(&self, is_negative: bool, magnitude: u128) -> Value {
        let sign = if is_negative {
            self.target.sign_bit()
        } else {
            0
        };
        Value::new(self.target.width(), sign | magnitude)
    }

    fn nan(&self) -> Value {
        self.bits(false, self.target.nan())
    }

    fn infinity(&self, is_negative: bool) -> Value {
        self.bits(is_negative, self.target.infinity())
    }

    fn zero(&self, is_negative: bool) -> Value {
        self.bits(is_negative, 0)
    }

    /// The number nearest to a finite one, as the mode of rounding has it. `has_rest` adds less than
    /// the last bit of the magnitude, which must then have two bits more than the result keeps.
    fn rounded(&self, finite: &Finite, has_rest: bool) -> Value {
        let Finite {
            is_negative,
            magnitude,
            scale,
        } = finite;
        if magnitude.is_zero() {
            return self.zero(*is_negative);
        }
        let format = self.target;
        let exponent = i64::from(length(magnitude)) - 1 + scale;
        let mut quantum = exponent.max(format.exponent_min()) - i64::from(format.fraction_bits());
        let (mut kept, is_half, has_rest) = cut(magnitude, quantum - scale, has_rest);
        let is_odd = kept & 1 == 1;
        if self
            .rounding
            .moves_away(*is_negative, is_odd, is_half, has_rest)
        {
            kept += 1;
        }
        let hidden = 1u128 << format.fraction_bits();
        if kept == 2 * hidden {
            kept = hidden;
            quantum += 1;
        }
        if kept < hidden {
            return self.bits(*is_negative, kept);
        }
        let exponent = quantum + i64::from(format.fraction_bits());
        if exponent > format.bias() {
            let is_infinite = self.rounding.overflows_to_infinity(*is_negative);
            let magnitude = if is_infinite {
                format.infinity()
            } else {
                format.greatest()
            };
            return self.bits(*is_negative, magnitude);
        }
        let field = (exponent + format.bias()) as u128;
        self.bits(*is_negative, field * hidden + (kept - hidden))
    }

    fn of_integer(&self, is_signed: bool, integer: &Value) -> Value {
        let is_negative = is_signed && integer.sign();
        let magnitude = if is_negative {
            integer.negate()
        } else {
            integer.clone()
        };
        let finite = Finite {
            is_negative,
            magnitude: extended(&magnitude, 128),
            scale: 0,
        };
        self.rounded(&finite, false)
    }

    fn add(&self, a: &Number, b: &Number) -> Value {
        match (a, b) {
            (Number::Finite(a), Number::Finite(b)) => self.add_finite(a, b),
            (Number::Infinite { is_negative: a }, Number::Infinite { is_negative: b })
                if a != b =>
            {
                self.nan()
            }
            (Number::Infinite { is_negative }, _) | (_, Number::Infinite { is_negative }) => {
                self.infinity(*is_negative)
            }
            _ => self.nan(),
        }
    }

    fn add_finite(&self, a: &Finite, b: &Finite) -> Value {
        let (left, right, scale) = aligned(a, b);
        let (is_negative, magnitude) = if a.is_negative == b.is_negative {
            (a.is_negative, left.add(&right))
        } else if left.is_less(&right) {
            (b.is_negative, right.subtract(&left))
        } else if left == right {
            (self.rounding == Rounding::Down, Value::zero(left.width()))
        } else {
            (a.is_negative, left.subtract(&right))
        };
        let sum = Finite {
            is_negative,
            magnitude,
            scale,
        };
        self.rounded(&sum, false)
    }

    fn multiply(&self, a: &Number, b: &Number) -> Value {
        let is_negative = a.is_negative() != b.is_negative();
        match (a, b) {
            (Number::Finite(a), Number::Finite(b)) => self.rounded(&product(a, b), false),
            (Number::Finite(zero), _) | (_, Number::Finite(zero)) if zero.magnitude.is_zero() => {
                self.nan()
            }
            _ => self.infinity(is_negative),
        }
    }

    fn multiply_add(&self, a: &Number, b: &Number, c: &Number) -> Value {
        match (a, b, c) {
            (Number::Finite(a), Number::Finite(b), Number::Finite(c)) => {
                self.add_finite(&product(a, b), c)
            }
            (Number::Finite(_), Number::Finite(_), _) => self.infinity(c.is_negative()),
            (Number::Finite(zero), _, _) | (_, Number::Finite(zero), _)
                if zero.magnitude.is_zero() =>
            {
                self.nan()
            }
            _ => {
                let is_negative = a.is_negative() != b.is_negative();
                self.add(&Number::Infinite { is_negative }, c)
            }
        }
    }

    fn divide(&self, a: &Number, b: &Number) -> Value {
        let is_negative = a.is_negative() != b.is_negative();
        let (a, b) = match (a, b) {
            (Number::Finite(a), Number::Finite(b)) => (a, b),
            (Number::Infinite { .. }, Number::Finite(_)) => return self.infinity(is_negative),
            (Number::Finite(_), _) => return self.zero(is_negative),
            _ => return self.nan(),
        };
        match (a.magnitude.is_zero(), b.magnitude.is_zero()) {
            (true, true) => return self.nan(),
            (true, false) => return self.zero(is_negative),
            (false, true) => return self.infinity(is_negative),
            (false, false) => {}
        }
        // So far up that the quotient has more bits than the result keeps.
        let up = length(&b.magnitude) + self.target.precision() + 3;
        let (dividend, divisor) = with_one_width(&raised(&a.magnitude, up), &b.magnitude);
        let quotient = Finite {
            is_negative,
            magnitude: dividend.unsigned_divide(&divisor),
            scale: a.scale - b.scale - i64::from(up),
        };
        let has_rest = !dividend.unsigned_remainder(&divisor).is_zero();
        self.rounded(&quotient, has_rest)
    }

    fn remainder(&self, a: &Number, b: &Number, is_nearest: bool) -> Value {
        let (a, b) = match (a, b) {
            (Number::Finite(a), Number::Infinite { .. }) => return self.rounded(a, false),
            (Number::Finite(a), Number::Finite(b)) if !b.magnitude.is_zero() => (a, b),
            _ => return self.nan(),
        };
        let (dividend, divisor, scale) = aligned(a, b);
        let mut is_negative = a.is_negative;
        let mut magnitude = dividend.unsigned_remainder(&divisor);
        if is_nearest {
            let doubled = magnitude.add(&magnitude);
            let is_odd = dividend.unsigned_divide(&divisor).bit(0);
            if divisor.is_less(&doubled) || divisor == doubled && is_odd {
                magnitude = divisor.subtract(&magnitude);
                is_negative = !is_negative;
            }
        }
        let remainder = Finite {
            // A remainder of zero has the sign of the dividend.
            is_negative: if magnitude.is_zero() {
                a.is_negative
            } else {
                is_negative
            },
            magnitude,
            scale,
        };
        self.rounded(&remainder, false)
    }

    fn root(&self, a: &Number) -> Value {
        let a = match a {
            Number::Finite(a) => a,
            Number::Infinite { is_negative: false } => return self.infinity(false),
            _ => return self.nan(),
        };
        if a.magnitude.is_zero() {
            return self.zero(a.is_negative);
        }
        if a.is_negative {
            return self.nan();
        }
        // An even scale, and so far up that the root has more bits than the result keeps.
        let up = 2 * self.target.precision() + 4;
        let up = up + u32::from((a.scale - i64::from(up)) % 2 != 0);
        let (root, is_exact) = whole_root(&raised(&a.magnitude, up));
        let root = Finite {
            is_negative: false,
            magnitude: root,
            scale: (a.scale - i64::from(up)) / 2,
        };
        self.rounded(&root, !is_exact)
    }

    fn integral(&self, a: &Number) -> Value {
        let a = match a {
            Number::Finite(a) if a.scale < 0 => a,
            Number::Finite(a) => return self.rounded(a, false),
            other => return self.infinity(other.is_negative()),
        };
        let whole = Finite {
            is_negative: a.is_negative,
            magnitude: Value::new(128, whole_magnitude(a, self.rounding)),
            scale: 0,
        };
        self.rounded(&whole, false)
    }

    fn convert(&self, a: &Number) -> Value {
        match a {
            Number::Finite(a) => self.rounded(a, false),
            other => self.infinity(other.is_negative()),
        }
    }
}

fn product(a: &Finite, b: &Finite) -> Finite {
    let width = a.magnitude.width() + b.magnitude.width();
    let [left, right] = [a, b].map(|number| extended(&number.magnitude, width));
    Finite {
        is_negative: a.is_negative != b.is_negative,
        magnitude: left.multiply(&right),
        scale: a.scale + b.scale,
    }
}

/// The magnitude without its lowest `dropped` bits (with more, if that is negative), the highest of
/// those, and whether one of the others is set.
fn cut(magnitude: &Value, dropped: i64, has_rest: bool) -> (u128, bool, bool) {
    let whole = |value: &Value| value.to_u128().expect("a significand has at most 113 bits");
    if dropped <= 0 {
        assert!(!has_rest || dropped == 0, "a rest is below what is kept");
        return (
            whole(&raised(magnitude, distance(-dropped))),
            false,
            has_rest,
        );
    }
    let dropped = distance(dropped);
    let magnitude = extended(magnitude, dropped + 1);
    let is_half = magnitude.bit(dropped - 1);
    let below = dropped > 1 && !magnitude.extract(0, dropped - 1).is_zero();
    let kept = magnitude.extract(dropped, magnitude.width() - dropped);
    (whole(&kept), is_half, below || has_rest)
}

/// The magnitude of a number with a negative scale, rounded to a whole number.
fn whole_magnitude(finite: &Finite, rounding: Rounding) -> u128 {
    let (whole, is_half, has_rest) = cut(&finite.magnitude, -finite.scale, false);
    let away = rounding.moves_away(finite.is_negative, whole & 1 == 1, is_half, has_rest);
    whole + u128::from(away)
}

/// The greatest whole number whose square is at most `square`, and whether it is the root.
fn whole_root(square: &Value) -> (Value, bool) {
    let width = square.width() + 2;
    let square = extended(square, width);
    let mut root = Value::zero(width);
    for place in (0..=width / 2).rev() {
        let bit = Value::new(width, 1).shift_left(&Value::new(width, place.into()));
        let next = root.or(&bit);
        // The square of a number of half the bits does not wrap.
        if length(&next) * 2 <= width && !square.is_less(&next.multiply(&next)) {
            root = next;
        }
    }
    let is_exact = root.multiply(&root) == square;
    (root, is_exact)
}

fn to_integer(is_signed: bool, width: u32, rounding: Rounding, number: &Number) -> Value {
    let (least, most) = if is_signed {
        let least = Value::signed_min(width);
        (least.clone(), least.not())
    } else {
        (Value::zero(width), Value::ones(width))
    };
    let limit = |is_negative: bool| {
        if is_negative {
            least.clone()
        } else {
            most.clone()
        }
    };
    let finite = match number {
        Number::Nan => return Value::zero(width),
        Number::Infinite { is_negative } => return limit(*is_negative),
        Number::Finite(finite) => finite,
    };
    let magnitude = if finite.scale < 0 {
        Value::new(128, whole_magnitude(finite, rounding))
    } else {
        raised(&finite.magnitude, distance(finite.scale))
    };
    let (magnitude, most_magnitude) = with_one_width(
        &magnitude,
        &limit_magnitude(is_signed, finite.is_negative, width),
    );
    if most_magnitude.is_less(&magnitude) {
        return limit(finite.is_negative);
    }
    let magnitude = magnitude.extract(0, width);
    if finite.is_negative {
        magnitude.negate()
    } else {
        magnitude
    }
}

/// The greatest magnitude that an integer of a sign can have.
fn limit_magnitude(is_signed: bool, is_negative: bool, width: u32) -> Value {
    match (is_signed, is_negative) {
        (true, true) => Value::signed_min(width),
        (true, false) => Value::signed_min(width).not(),
        (false, true) => Value::zero(width),
        (false, false) => Value::ones(width),
    }
}
