//! The facts of a result, from the facts of its operands; one function for each operation.

use super::Facts;
use crate::terms::{BinaryOperation, Node, TermId, UnaryOperation};
use crate::value::mask;

/// All operands and the result have at most 128 bits.
pub(super) fn of_node(node: &Node, width: u32, facts_of: impl Fn(TermId) -> Facts) -> Facts {
    match *node {
        Node::Constant(_) | Node::Symbol(_) => Facts::unknown(width),
        Node::Unary(UnaryOperation::Not, operand) => not(&facts_of(operand)),
        Node::Unary(UnaryOperation::Negate, operand) => negate(&facts_of(operand)),
        Node::Binary(operation, left, right) => {
            binary(operation, &facts_of(left), &facts_of(right), left == right)
        }
        Node::IfThenElse {
            condition,
            then,
            otherwise,
        } => match facts_of(condition).single() {
            Some(1) => facts_of(then),
            Some(_) => facts_of(otherwise),
            None => facts_of(then).join(&facts_of(otherwise)),
        },
        Node::Concat { high, low } => concat(&facts_of(high), &facts_of(low)),
        Node::Extract { term, low_bit } => extract(&facts_of(term), low_bit, width),
        Node::SignExtend(operand) => {
            let facts = facts_of(operand);
            Facts::signed_range(width, facts.signed_minimum, facts.signed_maximum)
        }
        Node::Float(_) => Facts::unknown(width),
    }
}

fn binary(operation: BinaryOperation, a: &Facts, b: &Facts, same: bool) -> Facts {
    match operation {
        BinaryOperation::And => and(a, b),
        BinaryOperation::Or => not(&and(&not(a), &not(b))),
        BinaryOperation::Xor => xor(a, b),
        BinaryOperation::Add => add(a, b),
        BinaryOperation::Multiply => multiply(a, b),
        BinaryOperation::UnsignedDivide => unsigned_divide(a, b),
        BinaryOperation::UnsignedRemainder => unsigned_remainder(a, b),
        BinaryOperation::ShiftLeft => shift_left(a, b),
        BinaryOperation::ShiftRight => shift_right(a, b),
        BinaryOperation::ShiftRightSigned => shift_right_signed(a, b),
        BinaryOperation::Equal => equal(a, b, same),
        BinaryOperation::Less => decided(a.maximum < b.minimum, a.minimum >= b.maximum || same),
        BinaryOperation::LessSigned => decided(
            a.signed_maximum < b.signed_minimum,
            a.signed_minimum >= b.signed_maximum || same,
        ),
    }
}

fn decided(is_true: bool, is_false: bool) -> Facts {
    match (is_true, is_false) {
        (true, _) => Facts::truth(true),
        (_, true) => Facts::truth(false),
        _ => Facts::unknown(1),
    }
}

fn equal(a: &Facts, b: &Facts, same: bool) -> Facts {
    let bits_differ = a.zeros & b.ones | a.ones & b.zeros != 0;
    let apart = a.maximum < b.minimum
        || b.maximum < a.minimum
        || a.signed_maximum < b.signed_minimum
        || b.signed_maximum < a.signed_minimum;
    decided(
        same || a.single().is_some() && a.single() == b.single(),
        bits_differ || apart,
    )
}

fn not(a: &Facts) -> Facts {
    let bits = mask(a.width);
    Facts {
        width: a.width,
        zeros: a.ones,
        ones: a.zeros,
        minimum: !a.maximum & bits,
        maximum: !a.minimum & bits,
        signed_minimum: !a.signed_maximum,
        signed_maximum: !a.signed_minimum,
    }
}

fn negate(a: &Facts) -> Facts {
    add(&not(a), &Facts::exactly(a.width, 1))
}

fn and(a: &Facts, b: &Facts) -> Facts {
    let by_bits = Facts::bits(a.width, a.zeros | b.zeros, a.ones & b.ones);
    let by_range = Facts::range(a.width, 0, a.maximum.min(b.maximum));
    sharpened(&by_bits, &by_range)
}

fn xor(a: &Facts, b: &Facts) -> Facts {
    let known = (a.zeros | a.ones) & (b.zeros | b.ones);
    let ones = (a.ones ^ b.ones) & known;
    Facts::bits(a.width, known & !ones, ones)
}

/// Both describe the same value, so they can't contradict each other.
fn sharpened(first: &Facts, second: &Facts) -> Facts {
    first
        .meet(second)
        .expect("two sound descriptions of one value agree")
}

fn add(a: &Facts, b: &Facts) -> Facts {
    let (width, bits) = (a.width, mask(a.width));
    // The smallest sum takes the smallest bits, the largest the largest. Where both operands'
    // bits are known and the carries into that place agree, the sum's bit is known.
    let smallest = a.ones.wrapping_add(b.ones);
    let largest = (!a.zeros & bits).wrapping_add(!b.zeros & bits);
    let carry_known = !(smallest ^ a.ones ^ b.ones ^ (largest ^ !a.zeros ^ !b.zeros));
    let known = (a.zeros | a.ones) & (b.zeros | b.ones) & carry_known & bits;
    let mut facts = Facts::bits(width, known & !smallest, known & smallest);

    let wraps = |x: u128, y: u128| x > bits - y;
    let (low_wraps, high_wraps) = (wraps(a.minimum, b.minimum), wraps(a.maximum, b.maximum));
    if low_wraps == high_wraps {
        let low = a.minimum.wrapping_add(b.minimum) & bits;
        let high = a.maximum.wrapping_add(b.maximum) & bits;
        facts = sharpened(&facts, &Facts::range(width, low, high));
    }
    let low = a.signed_minimum.checked_add(b.signed_minimum);
    let high = a.signed_maximum.checked_add(b.signed_maximum);
    if let (Some(low), Some(high)) = (low, high)
        && fits_signed(low, width)
        && fits_signed(high, width)
    {
        facts = sharpened(&facts, &Facts::signed_range(width, low, high));
    }
    facts
}

fn fits_signed(number: i128, width: u32) -> bool {
    let whole = Facts::unknown(width);
    (whole.signed_minimum..=whole.signed_maximum).contains(&number)
}

fn multiply(a: &Facts, b: &Facts) -> Facts {
    let (width, bits) = (a.width, mask(a.width));
    let zeros = (a.trailing_zeros() + b.trailing_zeros()).min(width);
    let mut facts = Facts::bits(width, mask_or_none(zeros), 0);
    if let Some(high) = a
        .maximum
        .checked_mul(b.maximum)
        .filter(|&high| high <= bits)
    {
        facts = sharpened(&facts, &Facts::range(width, a.minimum * b.minimum, high));
    }
    let mut corners = [0; 4];
    let ends = [
        (a.signed_minimum, b.signed_minimum),
        (a.signed_minimum, b.signed_maximum),
        (a.signed_maximum, b.signed_minimum),
        (a.signed_maximum, b.signed_maximum),
    ];
    for (corner, (x, y)) in corners.iter_mut().zip(ends) {
        match x.checked_mul(y) {
            Some(product) if fits_signed(product, width) => *corner = product,
            _ => return facts,
        }
    }
    let low = corners.into_iter().min().expect("four corners");
    let high = corners.into_iter().max().expect("four corners");
    sharpened(&facts, &Facts::signed_range(width, low, high))
}

/// `mask`, but zero bits for a width of zero.
fn mask_or_none(width: u32) -> u128 {
    if width == 0 { 0 } else { mask(width) }
}

fn unsigned_divide(a: &Facts, b: &Facts) -> Facts {
    let low = a.minimum.checked_div(b.maximum).unwrap_or(mask(a.width));
    // Division by zero gives all ones.
    let high = a.maximum.checked_div(b.minimum).unwrap_or(mask(a.width));
    Facts::range(a.width, low, high)
}

fn unsigned_remainder(a: &Facts, b: &Facts) -> Facts {
    if a.maximum < b.minimum {
        return *a;
    }
    // Division by zero leaves the dividend.
    let by_divisor = if b.minimum == 0 {
        a.maximum
    } else {
        b.maximum - 1
    };
    let facts = Facts::range(a.width, 0, a.maximum.min(by_divisor));
    // The low bits survive division by a multiple of a power of two.
    let kept = mask_or_none(b.trailing_zeros());
    sharpened(&facts, &Facts::bits(a.width, a.zeros & kept, a.ones & kept))
}

fn shift_left(a: &Facts, amount: &Facts) -> Facts {
    let width = a.width;
    if amount.minimum >= u128::from(width) {
        return Facts::exactly(width, 0);
    }
    let least = amount.minimum as u32;
    let zeros = (a.trailing_zeros() + least).min(width);
    let facts = Facts::bits(width, mask_or_none(zeros), 0);
    if amount.maximum < u128::from(a.leading_zeros()) + 1 && amount.maximum < u128::from(width) {
        let most = amount.maximum as u32;
        let range = Facts::range(width, a.minimum << least, a.maximum << most);
        return sharpened(&facts, &range);
    }
    facts
}

fn shift_right(a: &Facts, amount: &Facts) -> Facts {
    let shifted = |bits: u128, distance: u128| {
        if distance >= u128::from(a.width) {
            0
        } else {
            bits >> distance
        }
    };
    let low = shifted(a.minimum, amount.maximum);
    Facts::range(a.width, low, shifted(a.maximum, amount.minimum))
}

fn shift_right_signed(a: &Facts, amount: &Facts) -> Facts {
    let distance = |amount: u128| amount.min(u128::from(a.width - 1)) as u32;
    let (least, most) = (distance(amount.minimum), distance(amount.maximum));
    // A negative number grows by shifting, others shrink.
    let low = a.signed_minimum >> if a.signed_minimum < 0 { least } else { most };
    let high = a.signed_maximum >> if a.signed_maximum < 0 { most } else { least };
    Facts::signed_range(a.width, low, high)
}

fn concat(high: &Facts, low: &Facts) -> Facts {
    let width = high.width + low.width;
    let join = |above: u128, below: u128| above << low.width | below;
    let facts = Facts::bits(
        width,
        join(high.zeros, low.zeros),
        join(high.ones, low.ones),
    );
    let range = Facts::range(
        width,
        join(high.minimum, low.minimum),
        join(high.maximum, low.maximum),
    );
    sharpened(&facts, &range)
}

fn extract(a: &Facts, low_bit: u32, width: u32) -> Facts {
    let bits = mask(width);
    let facts = Facts::bits(width, a.zeros >> low_bit & bits, a.ones >> low_bit & bits);
    let (low, high) = (a.minimum >> low_bit, a.maximum >> low_bit);
    // If everything above the extracted bits is the same in both ends, order is preserved.
    if width < 128 && low >> width != high >> width {
        return facts;
    }
    sharpened(&facts, &Facts::range(width, low & bits, high & bits))
}
