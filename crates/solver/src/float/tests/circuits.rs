//! Circuits against exact arithmetic.

use super::*;

/// Rows are evaluated in pieces of so many.
const PIECE: usize = 8192;

fn check(
    operation: FloatOperation,
    format: Format,
    rounding: Rounding,
    widths: (u32, u32),
    rows: &[Vec<u128>],
) {
    let bench = Bench::new(operation, format, rounding, widths.0, widths.1);
    for piece in rows.chunks(PIECE) {
        for (row, found) in piece.iter().zip(bench.results(piece)) {
            let expected = expected(operation, format, rounding, widths, row);
            assert_eq!(
                found, expected,
                "{operation:?} {rounding:?} in {format:?} of {row:x?} is {expected:x}, not {found:x}"
            );
        }
    }
}

/// All rows of `count` operands of `width` bits.
fn all_rows(width: u32, count: usize) -> Vec<Vec<u128>> {
    let row = |number: u128| {
        (0..count as u32)
            .map(|place| number >> (place * width) & ((1 << width) - 1))
            .collect()
    };
    (0..1u128 << (width * count as u32)).map(row).collect()
}

#[test]
fn circuits_are_exact_for_all_operands_of_small_formats() {
    for format in [small(3, 4), small(2, 2), small(3, 2)] {
        let width = format.width();
        for rounding in Rounding::ALL {
            for operation in WITHIN {
                let is_large = width > 5;
                if is_large && (operation.arity() == 3 || rounding > Rounding::NearestAway) {
                    continue;
                }
                let rows = all_rows(width, operation.arity());
                check(operation, format, rounding, (width, width), &rows);
            }
        }
    }
}

#[test]
fn multiply_add_is_exact_for_all_operands_of_six_bits() {
    let format = small(3, 3);
    for rounding in [Rounding::NearestEven, Rounding::Down] {
        let rows = all_rows(6, 3);
        check(FloatOperation::MultiplyAdd, format, rounding, (6, 6), &rows);
    }
}

#[test]
fn conversions_are_exact_for_all_operands_of_small_formats() {
    let formats = [
        small(3, 4),
        small(2, 2),
        small(4, 3),
        small(4, 6),
        small(5, 2),
    ];
    for from in formats {
        for to in formats {
            for rounding in Rounding::ALL {
                let widths = (from.width(), to.width());
                let rows = all_rows(from.width(), 1);
                check(FloatOperation::Convert(to), from, rounding, widths, &rows);
            }
        }
    }
}

#[test]
fn integers_are_converted_exactly_for_all_operands_of_small_formats() {
    use FloatOperation as Op;
    for format in [small(3, 4), small(2, 2), small(4, 3), small(4, 5)] {
        for rounding in Rounding::ALL {
            for integer in [1, 2, 3, 5, 8, 9] {
                let (rows, bits) = (all_rows(integer, 1), all_rows(format.width(), 1));
                for operation in [Op::FromSigned, Op::FromUnsigned] {
                    check(
                        operation,
                        format,
                        rounding,
                        (integer, format.width()),
                        &rows,
                    );
                }
                for operation in [Op::ToSigned, Op::ToUnsigned] {
                    check(
                        operation,
                        format,
                        rounding,
                        (format.width(), integer),
                        &bits,
                    );
                }
            }
        }
    }
}

/// The rows that a large format is tried with.
fn rows_of(format: Format, arity: usize, random: &mut Random) -> Vec<Vec<u128>> {
    let edges = edges(format);
    let mut rows: Vec<Vec<u128>> = match arity {
        1 => edges.iter().map(|&a| vec![a]).collect(),
        2 => edges
            .iter()
            .flat_map(|&a| edges.iter().map(move |&b| vec![a, b]))
            .collect(),
        _ => (0..2000)
            .map(|_| (0..3).map(|_| random.pick(&edges)).collect())
            .collect(),
    };
    rows.extend((0..3000).map(|_| (0..arity).map(|_| random_bits(format, random)).collect()));
    // Neighbours cancel.
    rows.extend((0..1000).map(|_| {
        let near = random_bits(format, random);
        let other = |random: &mut Random| {
            let moved = near.wrapping_add(random.below(5).into()).wrapping_sub(2);
            let sign = u128::from(random.below(2)) * format.sign_bit();
            (moved ^ sign) & (2 * format.sign_bit() - 1)
        };
        (0..arity).map(|_| other(random)).collect()
    }));
    rows
}

fn check_large(format: Format, operations: &[FloatOperation], roundings: &[Rounding]) {
    let mut random = Random::new(41);
    for &operation in operations {
        let rows = rows_of(format, operation.arity(), &mut random);
        let width = operation.result(format).unwrap().width();
        for &rounding in roundings {
            check(operation, format, rounding, (format.width(), width), &rows);
        }
    }
}

const USUAL: [FloatOperation; 6] = [
    FloatOperation::Add,
    FloatOperation::Multiply,
    FloatOperation::Divide,
    FloatOperation::MultiplyAdd,
    FloatOperation::SquareRoot,
    FloatOperation::RoundToIntegral,
];

#[test]
fn circuits_are_exact_for_edges_and_random_operands_of_f32() {
    check_large(Format::SINGLE, &USUAL, &[Rounding::NearestEven]);
    check_large(
        Format::SINGLE,
        &[FloatOperation::RoundToIntegral],
        &Rounding::ALL,
    );
    let convert = FloatOperation::Convert(Format::DOUBLE);
    check_large(Format::SINGLE, &[convert], &[Rounding::NearestEven]);
}

/// Circuits over exact products have more than 128 bits, which lanes can't hold: so each operand is
/// evaluated alone here.
#[test]
fn circuits_are_exact_for_edges_and_random_operands_of_f64() {
    let format = Format::DOUBLE;
    let mut random = Random::new(43);
    let convert = FloatOperation::Convert(Format::SINGLE);
    for operation in USUAL.into_iter().chain([convert]) {
        let width = operation.result(format).unwrap().width();
        let mut terms = Terms::new();
        let rounding = Rounding::NearestEven;
        let (term, symbols) = unknown(&mut terms, operation, format, rounding, 64, width);
        let circuit = terms.float_circuit(term);
        let rows = rows_of(format, operation.arity(), &mut random);
        let step = if operation.arity() == 1 { 1 } else { 7 };
        for row in rows.iter().step_by(step) {
            let mut model = crate::Model::new();
            for (&symbol, &bits) in symbols.iter().zip(row) {
                model.set(terms.as_symbol(symbol).unwrap(), Value::new(64, bits));
            }
            let found = model.evaluate(&terms, circuit).to_u128().unwrap();
            let expected = expected(operation, format, rounding, (64, width), row);
            assert_eq!(found, expected, "{operation:?} of {row:x?}");
        }
    }
}

#[test]
fn integers_are_converted_exactly_to_and_from_large_formats() {
    use FloatOperation as Op;
    let mut random = Random::new(47);
    for format in [Format::SINGLE, Format::DOUBLE] {
        for integer in [1, 8, 16, 31, 32, 64] {
            let integers: Vec<Vec<u128>> = (0..2000)
                .map(|_| vec![random.edge_biased(integer)])
                .collect();
            let rounding = Rounding::NearestEven;
            for operation in [Op::FromSigned, Op::FromUnsigned] {
                check(
                    operation,
                    format,
                    rounding,
                    (integer, format.width()),
                    &integers,
                );
            }
            let mut floats = rows_of(format, 1, &mut random);
            // Near the ends of the range.
            let end = format.power_of_two(integer);
            floats.extend((0..9).map(|near| vec![end - 4 + near]));
            floats.extend((0..9).map(|near| vec![(end - 4 + near) | format.sign_bit()]));
            for operation in [Op::ToSigned, Op::ToUnsigned] {
                check(
                    operation,
                    format,
                    Rounding::Zero,
                    (format.width(), integer),
                    &floats,
                );
            }
        }
    }
}

#[test]
fn remainders_are_exact_for_some_operands_of_f32() {
    let mut random = Random::new(53);
    let format = Format::SINGLE;
    for operation in [FloatOperation::Remainder, FloatOperation::RemainderNearest] {
        let rows = rows_of(format, 2, &mut random);
        let rows: Vec<_> = rows.into_iter().step_by(9).collect();
        check(operation, format, Rounding::NearestEven, (32, 32), &rows);
    }
}
