//! Exact arithmetic against a search among all numbers of a small format.
//!
//! Numbers are fractions of `i128`s here, and a result is the one that a comparison of fractions with
//! every number of the format picks.

use std::cmp::Ordering;

use super::*;

/// A fraction; the denominator is positive.
#[derive(Clone, Copy, Debug)]
struct Fraction(i128, i128);

impl Fraction {
    fn compare(self, other: Self) -> Ordering {
        (self.0 * other.1).cmp(&(other.0 * self.1))
    }

    fn minus(self, other: Self) -> Self {
        Self(self.0 * other.1 - other.0 * self.1, self.1 * other.1)
    }

    fn magnitude(self) -> Self {
        Self(self.0.abs(), self.1)
    }
}

/// The value of finite bits.
fn value(format: Format, bits: u128) -> Option<Fraction> {
    let magnitude = bits & (format.sign_bit() - 1);
    if magnitude >= format.infinity() {
        return None;
    }
    let hidden = 1i128 << format.fraction_bits();
    let (field, fraction) = (magnitude as i128 / hidden, magnitude as i128 % hidden);
    let significand = if field == 0 {
        fraction
    } else {
        fraction + hidden
    };
    // In units of the smallest number.
    let units = significand << (field - 1).max(0);
    let below_one = format.fraction_bits() as i64 - format.exponent_min();
    let sign = if bits & format.sign_bit() == 0 { 1 } else { -1 };
    Some(Fraction(sign * units, 1 << below_one))
}

/// The nearest number by looking at all of them; `is_negative` is the sign of a zero.
fn nearest(format: Format, rounding: Rounding, exact: Fraction, is_negative: bool) -> u128 {
    let sign = if is_negative { format.sign_bit() } else { 0 };
    if exact.0 == 0 {
        return sign;
    }
    // Beyond the greatest number there is, for this purpose, one more: infinity.
    let magnitude = exact.magnitude();
    let step = format.infinity();
    let size = |bits: u128| {
        let bits_below = bits.min(format.greatest());
        let size = value(format, bits_below).unwrap();
        match bits == step {
            false => size,
            true => {
                let before = value(format, bits_below - 1).unwrap();
                let gap = size.minus(before);
                Fraction(size.0 * gap.1 + gap.0 * size.1, size.1 * gap.1)
            }
        }
    };
    let below = (0..step)
        .rev()
        .find(|&bits| size(bits).compare(magnitude) != Ordering::Greater);
    let below = below.unwrap();
    if size(below).compare(magnitude) == Ordering::Equal {
        return sign | below;
    }
    let above = below + 1;
    let (to_below, to_above) = (magnitude.minus(size(below)), size(above).minus(magnitude));
    let picks_above = match rounding {
        Rounding::Zero => false,
        Rounding::Up => !is_negative,
        Rounding::Down => is_negative,
        Rounding::NearestEven => match to_above.compare(to_below) {
            Ordering::Equal => below & 1 == 1,
            order => order == Ordering::Less,
        },
        Rounding::NearestAway => to_above.compare(to_below) != Ordering::Greater,
    };
    sign | if picks_above { above } else { below }
}

fn check(
    operation: FloatOperation,
    format: Format,
    exact: impl Fn(&[Fraction]) -> Option<Fraction>,
) {
    let all = 1u128 << format.width();
    for rounding in Rounding::ALL {
        for a in 0..all {
            for b in 0..if operation.arity() > 1 { all } else { 1 } {
                let row = &[a, b][..operation.arity()];
                let values: Option<Vec<Fraction>> =
                    row.iter().map(|&bits| value(format, bits)).collect();
                let Some(result) = values.as_deref().and_then(&exact) else {
                    continue;
                };
                let width = format.width();
                let found = expected(operation, format, rounding, (width, width), row);
                let nearest = if result.0 == 0 {
                    // The sign of a zero has rules of its own.
                    found & format.sign_bit()
                } else {
                    nearest(format, rounding, result, result.0 < 0)
                };
                assert_eq!(
                    found, nearest,
                    "{operation:?} {rounding:?} of {row:x?}: {result:?}"
                );
            }
        }
    }
}

#[test]
fn exact_results_are_the_nearest_of_all_numbers() {
    for format in [small(3, 4), small(2, 2), small(4, 2)] {
        check(FloatOperation::Add, format, |operands| {
            let [a, b] = [operands[0], operands[1]];
            Some(a.minus(Fraction(-b.0, b.1)))
        });
        check(FloatOperation::Multiply, format, |operands| {
            let [a, b] = [operands[0], operands[1]];
            Some(Fraction(a.0 * b.0, a.1 * b.1))
        });
        check(FloatOperation::Divide, format, |operands| {
            let [a, b] = [operands[0], operands[1]];
            (b.0 != 0).then(|| Fraction(a.0 * b.1 * b.0.signum(), a.1 * b.0.abs()))
        });
        check(FloatOperation::Remainder, format, |operands| {
            let [a, b] = [operands[0], operands[1]];
            (b.0 != 0).then(|| Fraction(a.0 * b.1 % (b.0 * a.1), a.1 * b.1))
        });
    }
}

/// A root is the nearest number if its square is nearer than those of the middles around it.
#[test]
fn roots_are_the_nearest_of_all_numbers() {
    for format in [small(3, 4), small(4, 3)] {
        let width = format.width();
        for a in 1..format.infinity() {
            let square = value(format, a).unwrap();
            let row = [a];
            let root = |rounding| {
                let operation = FloatOperation::SquareRoot;
                value(
                    format,
                    expected(operation, format, rounding, (width, width), &row),
                )
                .unwrap()
            };
            let squared = |root: Fraction| Fraction(root.0 * root.0, root.1 * root.1);
            let [down, up] = [root(Rounding::Down), root(Rounding::Up)];
            assert_ne!(squared(down).compare(square), Ordering::Greater);
            assert_ne!(squared(up).compare(square), Ordering::Less);
            let middle = Fraction(down.0 * up.1 + up.0 * down.1, 2 * down.1 * up.1);
            let nearest = root(Rounding::NearestAway);
            let goes_up = squared(middle).compare(square) != Ordering::Greater;
            let expected = if goes_up { up } else { down };
            assert_eq!(nearest.compare(expected), Ordering::Equal, "{a:x}");
        }
    }
}
