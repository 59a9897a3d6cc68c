//! The host's floats against exact arithmetic.

use super::*;
use crate::float::native;

fn check(
    operation: FloatOperation,
    format: Format,
    rounding: Rounding,
    (operand_width, width): (u32, u32),
    row: &[u128],
) {
    let operands: Vec<Value> = row
        .iter()
        .map(|&bits| Value::new(operand_width, bits))
        .collect();
    let host = native::evaluate(operation, format, rounding, width, &operands);
    let host = host
        .expect("the host has this operation")
        .to_u128()
        .unwrap();
    let expected = expected(operation, format, rounding, (operand_width, width), row);
    assert_eq!(host, expected, "{operation:?} {rounding:?} of {row:x?}");
}

#[test]
fn the_host_agrees_with_exact_arithmetic() {
    use FloatOperation as Op;
    let mut random = Random::new(61);
    for (format, other) in [
        (Format::SINGLE, Format::DOUBLE),
        (Format::DOUBLE, Format::SINGLE),
    ] {
        let width = format.width();
        let edges = edges(format);
        for _ in 0..3000 {
            let mut operand = || match random.below(2) {
                0 => random.pick(&edges),
                _ => random_bits(format, &mut random),
            };
            let row = [operand(), operand(), operand()];
            for operation in WITHIN {
                if operation == Op::RemainderNearest {
                    continue;
                }
                let row = &row[..operation.arity()];
                check(
                    operation,
                    format,
                    Rounding::NearestEven,
                    (width, width),
                    row,
                );
            }
            for rounding in Rounding::ALL {
                check(
                    Op::RoundToIntegral,
                    format,
                    rounding,
                    (width, width),
                    &row[..1],
                );
            }
            let widths = (width, other.width());
            check(
                Op::Convert(other),
                format,
                Rounding::NearestEven,
                widths,
                &row[..1],
            );
            for integer in [8, 32, 64, 128] {
                let bits = [random.edge_biased(integer)];
                for operation in [Op::FromSigned, Op::FromUnsigned] {
                    check(
                        operation,
                        format,
                        Rounding::NearestEven,
                        (integer, width),
                        &bits,
                    );
                }
                for operation in [Op::ToSigned, Op::ToUnsigned] {
                    check(
                        operation,
                        format,
                        Rounding::Zero,
                        (width, integer),
                        &row[..1],
                    );
                }
            }
        }
    }
}

/// What Rust's own `as` and operators say, a few times over: the meaning that programs rely on.
#[test]
fn known_results_are_those_of_rust() {
    let check = |operation, operands: &[f32], expected: f32| {
        let row: Vec<u128> = operands
            .iter()
            .map(|number| number.to_bits().into())
            .collect();
        let rounding = Rounding::NearestEven;
        let found = super::expected(operation, Format::SINGLE, rounding, (32, 32), &row);
        assert_eq!(
            found,
            u128::from(expected.to_bits()),
            "{operation:?} of {operands:?}"
        );
    };
    check(FloatOperation::Add, &[0.1, 0.2], 0.1 + 0.2);
    check(FloatOperation::Add, &[1e38, 3e38], f32::INFINITY);
    check(FloatOperation::Add, &[1.0, -1.0], 0.0);
    check(FloatOperation::Divide, &[1.0, 3.0], 1.0 / 3.0);
    check(FloatOperation::SquareRoot, &[2.0], std::f32::consts::SQRT_2);
    check(FloatOperation::SquareRoot, &[-0.0], -0.0);
    check(FloatOperation::Remainder, &[-5.5, 2.0], -1.5);
    check(FloatOperation::RemainderNearest, &[5.0, 3.0], -1.0);
    check(
        FloatOperation::MultiplyAdd,
        &[0.1, 10.0, -1.0],
        0.1f32.mul_add(10.0, -1.0),
    );
}
