//! Float operations on terms.
//!
//! LLVM and Rust leave some bits open: sign and payload of a NaN that an operation makes, which of two
//! zeros is the smaller one, the last digits of a sine. The bits that a processor would give are one
//! choice of many, so here they are unknowns, and what is proved holds for each choice. The caller
//! provides them ([`Unspecified`]).
//!
//! # Invariants
//!
//! - Agrees with [`super::float`] on every pair of numbers, but for those bits (`tests`).
//!
//! # Source
//!
//! LLVM Language Reference, "Behavior of Floating-Point NaN values"; Rust's documentation of `f32`,
//! "NaN bit patterns", and of `f32::min`.

use proofhouse_solver::{Extreme, Format, Rounding, TermId, Terms};

use super::symbolic::Operated;
use crate::program::{Conversion, FloatComparison, FloatOperation, Scalar};

/// The bits of one result that nothing promises, as an unknown of the result's width.
pub(super) type Unspecified = TermId;

/// The format of a float scalar.
pub(super) fn format_of(scalar: Scalar) -> Format {
    match scalar {
        Scalar::Float32 => Format::SINGLE,
        _ => Format::DOUBLE,
    }
}

/// An operation on as many floats as it has operands.
pub(super) fn operate(
    terms: &mut Terms,
    operation: FloatOperation,
    format: Format,
    operands: &[TermId],
    unspecified: Unspecified,
) -> TermId {
    use FloatOperation as Op;
    use proofhouse_solver::FloatOperation as Solved;
    let nearest = Rounding::NearestEven;
    let a = operands[0];
    let b = operands.get(1).copied().unwrap_or(a);
    let result = match operation {
        Op::Negate => return terms.float_negate(format, a),
        Op::Absolute => return terms.float_absolute(format, a),
        Op::CopySign => return terms.float_copy_sign(format, a, b),
        // What the host's library says is not promised to the last bit, and neither to the first.
        Op::Library(_) => return unspecified,
        Op::Subtract => terms.float_sub(format, nearest, a, b),
        Op::Add => terms.float_operation(Solved::Add, format, nearest, operands),
        Op::Multiply => terms.float_operation(Solved::Multiply, format, nearest, operands),
        Op::Divide => terms.float_operation(Solved::Divide, format, nearest, operands),
        Op::Remainder => terms.float_operation(Solved::Remainder, format, nearest, operands),
        Op::SquareRoot => terms.float_operation(Solved::SquareRoot, format, nearest, operands),
        Op::MultiplyAdd => terms.float_operation(Solved::MultiplyAdd, format, nearest, operands),
        Op::Floor => whole(terms, format, Rounding::Down, a),
        Op::Ceiling => whole(terms, format, Rounding::Up, a),
        Op::Truncate => whole(terms, format, Rounding::Zero, a),
        Op::Round => whole(terms, format, Rounding::NearestAway, a),
        Op::RoundTiesEven => whole(terms, format, nearest, a),
        Op::Minimum => terms.float_extreme(format, Extreme::Least, a, b),
        Op::Maximum => terms.float_extreme(format, Extreme::Greatest, a, b),
        Op::MinimumNumber | Op::MaximumNumber => {
            let extreme = if operation == Op::MinimumNumber {
                Extreme::Least
            } else {
                Extreme::Greatest
            };
            let zero_sign = terms.float_sign(format, unspecified);
            terms.float_extreme_number(format, extreme, [a, b], zero_sign)
        }
    };
    terms.float_with_any_nan(format, result, unspecified)
}

fn whole(terms: &mut Terms, format: Format, rounding: Rounding, a: TermId) -> TermId {
    let operation = proofhouse_solver::FloatOperation::RoundToIntegral;
    terms.float_operation(operation, format, rounding, &[a])
}

/// A comparison, one bit.
pub(super) fn compare(
    terms: &mut Terms,
    comparison: FloatComparison,
    format: Format,
    a: TermId,
    b: TermId,
) -> TermId {
    let FloatComparison {
        less,
        equal,
        greater,
        unordered,
    } = comparison;
    let relations = match (less, equal, greater) {
        (false, false, false) => terms.false_(),
        (true, false, false) => terms.float_lt(format, a, b),
        (false, true, false) => terms.float_eq(format, a, b),
        (false, false, true) => terms.float_lt(format, b, a),
        (true, true, false) => terms.float_le(format, a, b),
        (false, true, true) => terms.float_le(format, b, a),
        (true, false, true) | (true, true, true) => {
            let are_unordered = terms.float_is_unordered(format, a, b);
            let are_ordered = terms.not(are_unordered);
            if equal {
                are_ordered
            } else {
                let are_equal = terms.float_eq(format, a, b);
                let differ = terms.not(are_equal);
                terms.and(are_ordered, differ)
            }
        }
    };
    if !unordered {
        return relations;
    }
    let are_unordered = terms.float_is_unordered(format, a, b);
    terms.or(are_unordered, relations)
}

/// Whether a float is of one of the classes in LLVM's mask.
pub(super) fn is_of_class(terms: &mut Terms, format: Format, mask: u16, a: TermId) -> TermId {
    let mut found = terms.false_();
    let nans = mask & 3;
    if nans != 0 {
        let mut is_nan = terms.float_is_nan(format, a);
        if nans != 3 {
            let quiet = terms.extract(a, format.fraction_bits() - 1, 1);
            let wanted = if nans == 2 { quiet } else { terms.not(quiet) };
            is_nan = terms.and(is_nan, wanted);
        }
        found = terms.or(found, is_nan);
    }
    let sign = terms.float_sign(format, a);
    let classes: [fn(&mut Terms, Format, TermId) -> TermId; 4] = [
        Terms::float_is_zero,
        Terms::float_is_subnormal,
        Terms::float_is_normal,
        Terms::float_is_infinite,
    ];
    for (distance, class) in classes.into_iter().enumerate() {
        let [negative, positive] = [5 - distance, 6 + distance].map(|place| mask & 1 << place != 0);
        if !negative && !positive {
            continue;
        }
        let mut is_of_class = class(terms, format, a);
        if negative != positive {
            let wanted = if negative { sign } else { terms.not(sign) };
            is_of_class = terms.and(is_of_class, wanted);
        }
        found = terms.or(found, is_of_class);
    }
    found
}

/// A conversion from or to a float.
pub(super) fn convert(
    terms: &mut Terms,
    conversion: Conversion,
    (from, to): (Scalar, Scalar),
    operand: TermId,
    unspecified: Unspecified,
) -> Operated {
    let nearest = Rounding::NearestEven;
    let sure = |term| Operated { term, poison: None };
    let width = to.width_bits();
    match conversion {
        Conversion::FloatToFloat => {
            let (from, to) = (format_of(from), format_of(to));
            let operation = proofhouse_solver::FloatOperation::Convert(to);
            let term = terms.float_operation(operation, from, nearest, &[operand]);
            sure(terms.float_with_any_nan(to, term, unspecified))
        }
        Conversion::SignedToFloat | Conversion::UnsignedToFloat => {
            let is_signed = conversion == Conversion::SignedToFloat;
            sure(terms.float_from_integer(format_of(to), nearest, is_signed, operand))
        }
        _ => {
            let is_signed = matches!(
                conversion,
                Conversion::FloatToSigned | Conversion::FloatToSignedSaturating
            );
            let (format, zero) = (format_of(from), Rounding::Zero);
            let term = terms.float_to_integer(format, zero, is_signed, operand, width);
            let is_promised = matches!(
                conversion,
                Conversion::FloatToSigned | Conversion::FloatToUnsigned
            );
            if !is_promised {
                return sure(term);
            }
            let fits = terms.float_fits_integer(format, zero, is_signed, operand, width);
            let poison = Some(terms.not(fits));
            Operated { term, poison }
        }
    }
}

#[cfg(test)]
mod tests {
    use proofhouse_solver::{Model, Value};

    use super::super::float;
    use super::*;

    const SCALARS: [Scalar; 2] = [Scalar::Float32, Scalar::Float64];

    /// Bits of floats of every class, near the limits of integers, and of both signs.
    fn samples(scalar: Scalar) -> Vec<u64> {
        let numbers = [
            0.0,
            1e-310,
            1e-40,
            0.3,
            0.5,
            1.0,
            1.5,
            2.0,
            2.5,
            3.0,
            127.0,
            128.0,
            255.5,
            256.0,
            1e9,
            3e38,
            f64::INFINITY,
            f64::NAN,
        ];
        let bits = numbers.map(|number| match scalar {
            Scalar::Float32 => u64::from((number as f32).to_bits()),
            _ => number.to_bits(),
        });
        let sign = 1 << (scalar.width_bits() - 1);
        bits.into_iter()
            .flat_map(|bits| [bits, bits | sign])
            .collect()
    }

    /// Terms of an operation on three unknowns and on what is left open.
    struct Bench {
        terms: Terms,
        symbols: [TermId; 4],
    }

    impl Bench {
        fn new(width: u32, open_width: u32) -> Self {
            let mut terms = Terms::new();
            let symbols = [width, width, width, open_width].map(|width| terms.symbol(width));
            Self { terms, symbols }
        }

        fn evaluate(&self, term: TermId, numbers: [u64; 3], open: u64) -> u64 {
            let mut model = Model::new();
            let [a, b, c] = numbers;
            for (&symbol, number) in self.symbols.iter().zip([a, b, c, open]) {
                let width = self.terms.width(symbol);
                let symbol = self.terms.as_symbol(symbol).unwrap();
                model.set(symbol, Value::new(width, number.into()));
            }
            let value = model.evaluate(&self.terms, term).to_u128();
            u64::try_from(value.unwrap()).unwrap()
        }
    }

    fn is_nan(scalar: Scalar, bits: u64) -> bool {
        format_of(scalar).is_nan(bits.into())
    }

    #[test]
    fn operations_agree_with_numbers() {
        use FloatOperation as Op;
        let operations = [
            Op::Add,
            Op::Subtract,
            Op::Multiply,
            Op::Divide,
            Op::Remainder,
            Op::Negate,
            Op::Absolute,
            Op::CopySign,
            Op::SquareRoot,
            Op::Floor,
            Op::Ceiling,
            Op::Truncate,
            Op::Round,
            Op::RoundTiesEven,
            Op::MultiplyAdd,
            Op::MinimumNumber,
            Op::MaximumNumber,
            Op::Minimum,
            Op::Maximum,
        ];
        for scalar in SCALARS {
            let samples = samples(scalar);
            for operation in operations {
                let width = scalar.width_bits();
                let mut bench = Bench::new(width, width);
                let [a, b, c, open] = bench.symbols;
                let operands = &[a, b, c][..operation.operand_count().unwrap()];
                let format = format_of(scalar);
                let term = operate(&mut bench.terms, operation, format, operands, open);
                for (place, &first) in samples.iter().enumerate() {
                    for &second in &samples {
                        let numbers = [first, second, samples[(place * 7 + 3) % samples.len()]];
                        let expected = float::operate(operation, scalar, numbers);
                        let found = [0, u64::MAX >> (64 - width)]
                            .map(|open| bench.evaluate(term, numbers, open));
                        let are_nan = found.iter().all(|&bits| is_nan(scalar, bits));
                        let is_right =
                            found.contains(&expected) || is_nan(scalar, expected) && are_nan;
                        assert!(
                            is_right,
                            "{operation:?} of {numbers:x?}: {found:x?}, {expected:x}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn comparisons_agree_with_numbers() {
        for scalar in SCALARS {
            let samples = samples(scalar);
            for mask in 0..16 {
                let is_set = |place: u32| mask >> place & 1 == 1;
                let comparison = FloatComparison {
                    less: is_set(0),
                    equal: is_set(1),
                    greater: is_set(2),
                    unordered: is_set(3),
                };
                let mut bench = Bench::new(scalar.width_bits(), 1);
                let [a, b, ..] = bench.symbols;
                let term = compare(&mut bench.terms, comparison, format_of(scalar), a, b);
                for &left in &samples {
                    for &right in &samples {
                        let found = bench.evaluate(term, [left, right, 0], 0) == 1;
                        let expected = float::compare(comparison, scalar, left, right);
                        assert_eq!(found, expected, "{comparison:?} of {left:x} and {right:x}");
                    }
                }
            }
        }
    }

    #[test]
    fn classes_agree_with_numbers() {
        for scalar in SCALARS {
            let format = format_of(scalar);
            let signalling = (format.infinity() | 1) as u64;
            for mask in (0..1024).step_by(7).chain([1, 2, 3, 1023]) {
                let mut bench = Bench::new(scalar.width_bits(), 1);
                let a = bench.symbols[0];
                let term = is_of_class(&mut bench.terms, format, mask, a);
                for bits in samples(scalar).into_iter().chain([signalling]) {
                    let found = bench.evaluate(term, [bits, 0, 0], 0) == 1;
                    let expected = mask & 1 << float::class(scalar, bits) != 0;
                    assert_eq!(found, expected, "{mask:#x} of {bits:x}");
                }
            }
        }
    }

    #[test]
    fn conversions_agree_with_numbers() {
        use Conversion as C;
        let (single, double) = (Scalar::Float32, Scalar::Float64);
        let integers = [1, 8, 32, 64].map(Scalar::Integer);
        let mut rows = vec![
            (C::FloatToFloat, single, double),
            (C::FloatToFloat, double, single),
        ];
        for float in SCALARS {
            for integer in integers {
                for conversion in [C::SignedToFloat, C::UnsignedToFloat] {
                    rows.push((conversion, integer, float));
                }
                for conversion in [
                    C::FloatToSigned,
                    C::FloatToUnsigned,
                    C::FloatToSignedSaturating,
                    C::FloatToUnsignedSaturating,
                ] {
                    rows.push((conversion, float, integer));
                }
            }
        }
        for (conversion, from, to) in rows {
            let mut bench = Bench::new(from.width_bits(), to.width_bits());
            let [a, .., open] = bench.symbols;
            let operated = convert(&mut bench.terms, conversion, (from, to), a, open);
            let all = u64::MAX >> (64 - from.width_bits());
            let numbers = match from {
                Scalar::Integer(_) => [0, 1, 5, all / 2, all / 2 + 1, all - 1, all]
                    .map(|number| number & all)
                    .to_vec(),
                _ => samples(from),
            };
            for number in numbers {
                let numbers = [number, 0, 0];
                let expected = float::convert(conversion, from, to, number.into());
                let poison = operated.poison;
                let is_poison =
                    poison.is_some_and(|poison| bench.evaluate(poison, numbers, 0) == 1);
                assert_eq!(
                    is_poison,
                    expected.is_none(),
                    "{conversion:?} of {number:x} to {to:?}"
                );
                let Some(expected) = expected.filter(|_| !is_poison) else {
                    continue;
                };
                let found = u128::from(bench.evaluate(operated.term, numbers, 0));
                let both_nan = conversion == C::FloatToFloat
                    && [found, expected]
                        .iter()
                        .all(|&bits| format_of(to).is_nan(bits));
                let is_right = found == expected || both_nan;
                assert!(
                    is_right,
                    "{conversion:?} of {number:x} to {to:?}: {found:x}, {expected:x}"
                );
            }
        }
    }
}
