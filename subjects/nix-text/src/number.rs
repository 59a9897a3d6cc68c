//! Emits whole numbers.
//!
//! Nix numbers have 64 bits and a sign, but literals have none: `-5` is a negation, which binds more
//! loosely than a function call, so that `f -5` is a subtraction. Negative numbers therefore stand in
//! parentheses. The smallest number has no literal to negate and is written as a difference.
//!
//! # Invariants
//!
//! - Every literal in what is emitted is at most 2^63 - 1.
//! - What is emitted is one operand wherever it is put: digits, or parentheses around them.
//!
//! # Not here
//!
//! Floats.

/// Emits a number as a Nix expression with that value.
///
/// ```
/// use nix_text::emit_number;
/// assert_eq!(emit_number(42), "42");
/// assert_eq!(emit_number(-5), "(-5)");
/// assert_eq!(emit_number(i64::MIN), "(-9223372036854775807 - 1)");
/// ```
pub fn emit_number(number: i64) -> String {
    if number == i64::MIN {
        return "(-9223372036854775807 - 1)".to_owned();
    }
    let mut text = String::with_capacity(22);
    if number < 0 {
        text.push_str("(-");
    }
    push_digits(&mut text, number.unsigned_abs());
    if number < 0 {
        text.push(')');
    }
    text
}

fn push_digits(text: &mut String, mut number: u64) {
    // The largest has 20 digits; they come last one first.
    let mut digits = [0; 20];
    let mut count = 0;
    loop {
        digits[count] = b'0' + (number % 10) as u8;
        count += 1;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    for &digit in digits[..count].iter().rev() {
        text.push(char::from(digit));
    }
}
