//! What constructors know without computing, and that it is so.

use super::*;

const NEAREST: Rounding = Rounding::NearestEven;

/// Floats of a small format and what is made of them.
struct Sheet {
    terms: Terms,
    format: Format,
    x: TermId,
    y: TermId,
}

impl Sheet {
    fn new() -> Self {
        let format = small(3, 3);
        let mut terms = Terms::new();
        let [x, y] = [(); 2].map(|()| terms.symbol(format.width()));
        Self {
            terms,
            format,
            x,
            y,
        }
    }

    fn operate(&mut self, operation: FloatOperation, operands: &[TermId]) -> TermId {
        self.terms
            .float_operation(operation, self.format, NEAREST, operands)
    }

    fn constant(&mut self, bits: u128) -> TermId {
        self.terms.constant(self.format.width(), bits)
    }

    /// The values of some terms for all floats `x` and `y`.
    fn rows(&self, terms: &[TermId]) -> Vec<Vec<u128>> {
        let width = self.format.width();
        let mut lanes = Lanes::new(1 << (2 * width));
        let all = || 0..1u128 << (2 * width);
        let symbol = |term| self.terms.as_symbol(term).unwrap();
        lanes.set(symbol(self.x), all().map(|row| row >> width).collect());
        let low = (1 << width) - 1;
        lanes.set(symbol(self.y), all().map(|row| row & low).collect());
        let mut values = |term| {
            lanes
                .evaluate(&self.terms, term, usize::MAX)
                .unwrap()
                .to_vec()
        };
        terms.iter().map(|&term| values(term)).collect()
    }

    /// Both terms have the same values.
    fn assert_same(&self, a: TermId, b: TermId) {
        let rows = self.rows(&[a, b]);
        assert_eq!(
            rows[0],
            rows[1],
            "{} and {}",
            self.terms.show(a),
            self.terms.show(b)
        );
    }

    /// The operation as a node, without any rule.
    fn node(&mut self, operation: FloatOperation, operands: &[TermId]) -> TermId {
        let application = FloatApplication::new(operation, self.format, NEAREST, operands);
        let width = operation.result(self.format).unwrap().width();
        self.terms.intern(Node::Float(application), width)
    }
}

#[test]
fn operands_that_may_change_places_do_not_matter() {
    let mut sheet = Sheet::new();
    let (x, y) = (sheet.x, sheet.y);
    for operation in [FloatOperation::Add, FloatOperation::Multiply] {
        let [forward, back] = [[x, y], [y, x]].map(|pair| sheet.operate(operation, &pair));
        assert_eq!(forward, back);
        let node = sheet.node(operation, &[y, x]);
        sheet.assert_same(node, forward);
    }
    let [forward, back] = [[x, y], [y, x]].map(|pair| sheet.operate(FloatOperation::Divide, &pair));
    assert_ne!(forward, back);
}

#[test]
fn neutral_operands_leave_the_number() {
    let mut sheet = Sheet::new();
    let x = sheet.x;
    let one = sheet.constant(sheet.format.one());
    let zero = sheet.constant(0);
    let minus_zero = sheet.constant(sheet.format.sign_bit());
    let rows = [
        (FloatOperation::Multiply, one, true),
        (FloatOperation::Divide, one, true),
        (FloatOperation::Add, minus_zero, true),
        (FloatOperation::Add, zero, false),
    ];
    for (operation, operand, is_neutral) in rows {
        let made = sheet.operate(operation, &[x, operand]);
        let node = sheet.node(operation, &[x, operand]);
        assert_eq!(made != node, is_neutral, "{operation:?}");
        sheet.assert_same(made, node);
        // Other operations see the number itself.
        let y = sheet.y;
        let outer = sheet.operate(FloatOperation::Add, &[made, y]);
        let direct = sheet.operate(FloatOperation::Add, &[x, y]);
        assert_eq!(outer == direct, is_neutral, "{operation:?}");
    }
}

#[test]
fn fused_operations_with_a_neutral_operand_are_plain_ones() {
    let mut sheet = Sheet::new();
    let (x, y) = (sheet.x, sheet.y);
    let one = sheet.constant(sheet.format.one());
    let zero = sheet.constant(0);
    let minus_zero = sheet.constant(sheet.format.sign_bit());
    let sum = sheet.operate(FloatOperation::Add, &[x, y]);
    let product = sheet.operate(FloatOperation::Multiply, &[x, y]);
    let rows = [
        ([x, one, y], Some(sum)),
        ([one, x, y], Some(sum)),
        ([x, y, minus_zero], Some(product)),
        ([x, y, zero], None),
    ];
    for (operands, expected) in rows {
        let made = sheet.operate(FloatOperation::MultiplyAdd, &operands);
        let node = sheet.node(FloatOperation::MultiplyAdd, &operands);
        assert_eq!(made, expected.unwrap_or(node));
        sheet.assert_same(made, node);
    }
}

#[test]
fn whole_numbers_are_not_rounded_again() {
    let mut sheet = Sheet::new();
    let x = sheet.x;
    let whole = sheet.operate(FloatOperation::RoundToIntegral, &[x]);
    let again = sheet.operate(FloatOperation::RoundToIntegral, &[whole]);
    assert_eq!(again, whole);
    let node = sheet.node(FloatOperation::RoundToIntegral, &[whole]);
    sheet.assert_same(node, whole);
}

#[test]
fn conversions_without_loss_are_taken_back() {
    let mut sheet = Sheet::new();
    let (x, wide) = (sheet.x, small(4, 5));
    let widened = sheet.operate(FloatOperation::Convert(wide), &[x]);
    let narrow = FloatOperation::Convert(sheet.format);
    let back = sheet
        .terms
        .float_operation(narrow, wide, NEAREST, &[widened]);
    assert!(!matches!(sheet.terms.node(back), Node::Float(_)));
    let application = FloatApplication::new(narrow, wide, NEAREST, &[widened]);
    let node = sheet
        .terms
        .intern(Node::Float(application), sheet.format.width());
    sheet.assert_same(node, back);
    // With loss, they are not.
    let small = FloatOperation::Convert(small(3, 2));
    let less = sheet.operate(small, &[x]);
    let back = FloatOperation::Convert(sheet.format);
    let back = sheet
        .terms
        .float_operation(back, super::small(3, 2), NEAREST, &[less]);
    assert!(matches!(sheet.terms.node(back), Node::Float(_)));
}

#[test]
fn integers_that_fit_come_back() {
    let mut terms = Terms::new();
    let byte = terms.symbol(8);
    let wide = terms.sign_extend(byte, 32);
    let float = terms.float_from_integer(Format::SINGLE, NEAREST, true, wide);
    let back = terms.float_to_integer(Format::SINGLE, Rounding::Zero, true, float, 32);
    assert_eq!(back, wide);
    let wide = terms.zero_extend(byte, 32);
    let float = terms.float_from_integer(Format::SINGLE, NEAREST, true, wide);
    let back = terms.float_to_integer(Format::SINGLE, Rounding::Zero, true, float, 32);
    assert_eq!(back, wide);
    // 25 bits and a sign are too many for a significand of 24.
    let long = terms.symbol(26);
    let float = terms.float_from_integer(Format::SINGLE, NEAREST, true, long);
    let back = terms.float_to_integer(Format::SINGLE, Rounding::Zero, true, float, 26);
    assert_ne!(back, long);
}

#[test]
fn it_is_known_when_a_result_is_no_number() {
    let mut sheet = Sheet::new();
    let (x, y, format) = (sheet.x, sheet.y, sheet.format);
    for operation in WITHIN {
        let operands = &[x, y, x][..operation.arity()];
        let result = sheet.operate(operation, operands);
        let known = sheet.terms.float_is_nan(format, result);
        let by_bits = sheet.terms.bits_are_nan(format, result);
        sheet.assert_same(known, by_bits);
    }
}

#[test]
fn comparisons_are_those_of_numbers() {
    let mut sheet = Sheet::new();
    let (x, y, format) = (sheet.x, sheet.y, sheet.format);
    let terms = &mut sheet.terms;
    let conditions = [
        terms.float_lt(format, x, y),
        terms.float_le(format, x, y),
        terms.float_eq(format, x, y),
        terms.float_same(format, x, y),
        terms.float_is_unordered(format, x, y),
        terms.float_is_zero(format, x),
        terms.float_is_subnormal(format, x),
        terms.float_is_normal(format, x),
        terms.float_is_infinite(format, x),
    ];
    let rows = sheet.rows(&[&[x, y][..], &conditions].concat());
    // Every float of six bits is one of 32.
    let number = |bits: u128| {
        let convert = FloatOperation::Convert(Format::SINGLE);
        let bits = expected(convert, format, NEAREST, (6, 32), &[bits]);
        f32::from_bits(bits as u32)
    };
    for (row, (&a, &b)) in rows[0].iter().zip(&rows[1]).enumerate() {
        let (a, b) = (number(a), number(b));
        let smallest_normal = number(1 << format.fraction_bits());
        let is_subnormal = a != 0.0 && a.abs() < smallest_normal;
        let expected = [
            a < b,
            a <= b,
            a == b,
            a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(),
            a.is_nan() || b.is_nan(),
            a == 0.0,
            is_subnormal,
            a.is_finite() && a.abs() >= smallest_normal,
            a.is_infinite(),
        ];
        for (place, expected) in expected.into_iter().enumerate() {
            assert_eq!(rows[place + 2][row] == 1, expected, "{place}: {a} and {b}");
        }
    }
}

#[test]
fn a_float_that_equals_itself_is_a_number() {
    let mut terms = Terms::new();
    let x = terms.symbol(32);
    let format = Format::SINGLE;
    let is_nan = terms.float_is_nan(format, x);
    let is_number = terms.not(is_nan);
    assert_eq!(terms.float_eq(format, x, x), is_number);
    assert_eq!(terms.float_le(format, x, x), is_number);
    let is_less = terms.float_lt(format, x, x);
    assert_eq!(terms.as_boolean(is_less), Some(false));
}

/// Operations do not see which NaN an operand is, also behind a flipped sign, and programs see any.
#[test]
fn any_nan_is_one_nan_to_operations() {
    let mut sheet = Sheet::new();
    let (x, y, format) = (sheet.x, sheet.y, sheet.format);
    let sum = sheet.operate(FloatOperation::Add, &[x, y]);
    let bits = sheet.terms.symbol(format.width());
    let seen = sheet.terms.float_with_any_nan(format, sum, bits);
    assert_ne!(seen, sum);
    let [plain, other] = [sum, seen].map(|sum| sheet.operate(FloatOperation::Multiply, &[sum, y]));
    assert_eq!(plain, other);
    let [plain, other] = [sum, seen].map(|sum| {
        let negated = sheet.terms.float_negate(format, sum);
        sheet.operate(FloatOperation::Multiply, &[negated, y])
    });
    assert_eq!(plain, other);
    let [plain, other] = [sum, seen].map(|sum| sheet.terms.float_lt(format, sum, y));
    assert_eq!(plain, other);
    // Every NaN is among what is seen, and nothing but NaNs where the sum is one.
    let mut found = std::collections::BTreeSet::new();
    for seen_bits in 0..1 << format.width() {
        let mut model = crate::Model::new();
        let mut set = |term, bits| {
            let symbol = sheet.terms.as_symbol(term).unwrap();
            model.set(symbol, Value::new(format.width(), bits));
        };
        set(x, format.nan());
        set(y, 0);
        set(bits, seen_bits);
        let seen = model.evaluate(&sheet.terms, seen).to_u128().unwrap();
        assert!(format.is_nan(seen), "{seen:#x}");
        found.insert(seen);
    }
    assert_eq!(
        found.len(),
        (0..1 << format.width())
            .filter(|&bits| format.is_nan(bits))
            .count()
    );
}

#[test]
fn extremes_are_those_of_the_standards() {
    use crate::Extreme;
    let mut sheet = Sheet::new();
    let (x, y, format) = (sheet.x, sheet.y, sheet.format);
    let terms = &mut sheet.terms;
    let sign = terms.symbol(1);
    let all = [Extreme::Least, Extreme::Greatest].map(|extreme| {
        let total = terms.float_extreme(format, extreme, x, y);
        let number = terms.float_extreme_number(format, extreme, [x, y], sign);
        (extreme, total, number)
    });
    // The unknown sign is positive in these rows.
    for (extreme, total, number) in all {
        let rows = sheet.rows(&[x, y, total, number]);
        for (row, (&a, &b)) in rows[0].iter().zip(&rows[1]).enumerate() {
            let [total, number] = [2, 3].map(|place| rows[place][row]);
            let is_nan = [a, b].map(|bits| format.is_nan(bits));
            // Sign and magnitude as one number, minus zero below zero.
            let order = |bits: u128| match bits & format.sign_bit() {
                0 => bits as i128,
                _ => -1 - (bits & (format.sign_bit() - 1)) as i128,
            };
            let first_is_less = order(a) < order(b);
            let wanted = if first_is_less == (extreme == Extreme::Least) {
                a
            } else {
                b
            };
            let open = [a, b].contains(&0) && [a, b].contains(&format.sign_bit());
            let (expected_total, expected_number) = match is_nan {
                [true, true] => (format.nan(), format.nan()),
                [true, false] => (format.nan(), b),
                [false, true] => (format.nan(), a),
                [false, false] => (wanted, if open { 0 } else { wanted }),
            };
            assert_eq!(total, expected_total, "{extreme:?} of {a:x} and {b:x}");
            assert_eq!(
                number, expected_number,
                "{extreme:?} number of {a:x} and {b:x}"
            );
        }
    }
}

/// Whether a float fits is what a comparison of exact values says.
#[test]
fn integers_fit_where_nothing_is_clamped() {
    for format in [small(3, 4), small(4, 2), small(2, 2)] {
        for rounding in Rounding::ALL {
            for (width, is_signed) in [(1, true), (3, true), (3, false), (8, true), (20, false)] {
                let mut terms = Terms::new();
                let x = terms.symbol(format.width());
                let fits = terms.float_fits_integer(format, rounding, is_signed, x, width);
                for bits in 0..1 << format.width() {
                    let mut model = crate::Model::new();
                    model.set(
                        terms.as_symbol(x).unwrap(),
                        Value::new(format.width(), bits),
                    );
                    let found = model.holds(&terms, fits);
                    // In more bits, the number is itself where it fits, and another elsewhere.
                    let in_width = |width| {
                        let operation = FloatOperation::ToSigned;
                        let operands = [Value::new(format.width(), bits)];
                        let value = exact::evaluate(operation, format, rounding, width, &operands);
                        value.to_u128().unwrap().cast_signed() << (128 - width) >> (128 - width)
                    };
                    let magnitude = bits & (format.sign_bit() - 1);
                    let wide = in_width(64);
                    let range = if is_signed {
                        -(1i128 << (width - 1))..1i128 << (width - 1)
                    } else {
                        0..1 << width
                    };
                    let expected = magnitude < format.infinity() && range.contains(&wide);
                    assert_eq!(found, expected, "{bits:#x} in {width} bits, {rounding:?}");
                }
            }
        }
    }
}

/// A search finds what evaluation says, through the circuit.
#[test]
fn searches_go_through_circuits() {
    let mut sheet = Sheet::new();
    let (x, y, format) = (sheet.x, sheet.y, sheet.format);
    let mut solver = crate::Solver::new();
    for operation in WITHIN {
        let result = sheet.operate(operation, &[x, y, x][..operation.arity()]);
        let values = sheet.rows(&[result]).remove(0);
        for bits in 0..1 << format.width() {
            let wanted = sheet.constant(bits);
            let is_wanted = sheet.terms.eq(result, wanted);
            let mut path = crate::PathCondition::new();
            let answer = solver.satisfy(&mut sheet.terms, &mut path, is_wanted);
            let expected = values.contains(&bits);
            assert_eq!(
                answer.model().is_some(),
                expected,
                "{operation:?} is {bits:#x}"
            );
        }
    }
}

#[test]
fn bits_made_in_another_way_are_read_as_any_others() {
    let mut sheet = Sheet::new();
    let (x, other) = (sheet.x, small(4, 2));
    assert_eq!(other.width(), sheet.format.width());
    let wide = sheet.terms.symbol(Format::SINGLE.width());
    let to_integer = FloatOperation::ToSigned;
    let integer = FloatApplication::new(to_integer, Format::SINGLE, NEAREST, &[wide]);
    let integer = sheet.terms.intern(Node::Float(integer), other.width());
    let of_other = FloatApplication::new(FloatOperation::RoundToIntegral, other, NEAREST, &[x]);
    let of_other = sheet
        .terms
        .intern(Node::Float(of_other), sheet.format.width());
    for bits in [integer, of_other] {
        let is_nan = sheet.terms.float_is_nan(sheet.format, bits);
        let naive = sheet.terms.bits_are_nan(sheet.format, bits);
        assert_eq!(is_nan, naive);
        // Whole in one format is nothing of the kind in the other.
        let rounded = sheet.operate(FloatOperation::RoundToIntegral, &[bits]);
        assert_ne!(rounded, bits);
        // A NaN with a payload is replaced.
        let one = sheet.constant(sheet.format.one());
        let product = sheet.operate(FloatOperation::Multiply, &[bits, one]);
        assert_ne!(product, bits);
    }
}
