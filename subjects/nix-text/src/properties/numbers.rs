//! Numbers, judged by a small evaluator of what is emitted.

use proofhouse::prelude::*;

use crate::emit_number;

/// What a literal is worth: digits alone, without a needless zero, and at most 2^63 - 1.
fn literal(text: &str) -> i128 {
    assert!(!text.is_empty() && (text.len() == 1 || !text.starts_with('0')));
    let mut value = 0;
    for byte in text.bytes() {
        assert!(byte.is_ascii_digit());
        value = 10 * value + i128::from(byte - b'0');
        assert!(value < 1 << 63, "no literal is that large");
    }
    value
}

/// What an emitted number is worth: a literal, or a negation or its difference in parentheses.
fn value(text: &str) -> i128 {
    let Some(inside) = text.strip_prefix("(-") else {
        return literal(text);
    };
    let inside = inside.strip_suffix(')').expect("the parenthesis is closed");
    match inside.split_once(" - ") {
        Some((left, right)) => -literal(left) - literal(right),
        None => -literal(inside),
    }
}

/// Every number is emitted as an expression of literals in range that is worth it.
#[property]
fn number_literal_in_range(number: i64) {
    assert_eq!(value(&emit_number(number)), i128::from(number));
}

/// The same for all numbers of 16 bits.
#[property]
fn number_literal_in_range_of_small(number: i16) {
    assert_eq!(value(&emit_number(number.into())), i128::from(number));
}

/// The same at the ends of the range and around powers of ten.
#[property]
fn number_literal_in_range_at_limits(
    #[from(0..=20_u32)] exponent: u32,
    #[from(-3..=3_i64)] distance: i64,
    is_negative: bool,
) {
    let limit = 10_i64.checked_pow(exponent).unwrap_or(i64::MAX);
    let limit = if is_negative { -limit } else { limit };
    let number = limit.saturating_add(distance);
    assert_eq!(value(&emit_number(number)), i128::from(number));
}
