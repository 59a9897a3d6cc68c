//! Decimal text to a two's complement integer of any width.
//!
//! LLVM's C interface gives wide integer constants as text only.

/// The words, least significant first, of a decimal integer taken modulo 2^`width_bits`; `None`
/// when the text is no decimal integer.
pub(crate) fn words_of_decimal(text: &str, width_bits: u32) -> Option<Vec<u64>> {
    let (digits, is_negative) = match text.strip_prefix('-') {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    if digits.is_empty() {
        return None;
    }
    let mut words = vec![0_u64; width_bits.div_ceil(64) as usize];
    for digit in digits.chars() {
        multiply_add(&mut words, 10, u64::from(digit.to_digit(10)?));
    }
    if is_negative {
        negate(&mut words);
    }
    mask(&mut words, width_bits);
    Some(words)
}

/// `words = words * factor + summand`, modulo the words' width.
fn multiply_add(words: &mut [u64], factor: u64, summand: u64) {
    let mut carry = summand;
    for word in words {
        let product = u128::from(*word) * u128::from(factor) + u128::from(carry);
        *word = product as u64;
        carry = (product >> 64) as u64;
    }
}

/// `words = -words`, modulo the words' width.
fn negate(words: &mut [u64]) {
    let mut carry = true;
    for word in words {
        (*word, carry) = (!*word).overflowing_add(u64::from(carry));
    }
}

/// Clears the bits from `width_bits` on.
fn mask(words: &mut [u64], width_bits: u32) {
    let used_bits = width_bits % 64;
    if let (Some(last), 1..) = (words.last_mut(), used_bits) {
        *last &= u64::MAX >> (64 - used_bits);
    }
}

#[cfg(test)]
mod tests {
    use super::words_of_decimal;

    fn check(value: i128) {
        let bits = value.cast_unsigned();
        let expected = vec![bits as u64, (bits >> 64) as u64];
        assert_eq!(
            words_of_decimal(&value.to_string(), 128),
            Some(expected),
            "{value}"
        );
    }

    #[test]
    fn agrees_with_the_compiler_on_128_bits() {
        for value in [
            0,
            1,
            -1,
            10,
            -10,
            i128::MAX,
            i128::MIN,
            1 << 64,
            -(1 << 64),
            (1 << 65) - 3,
        ] {
            check(value);
        }
    }

    #[test]
    fn keeps_only_the_bits_of_the_width() {
        assert_eq!(words_of_decimal("-1", 65), Some(vec![u64::MAX, 1]));
        assert_eq!(
            words_of_decimal("1267650600228229401496703205376", 200),
            Some(vec![0, 1 << 36, 0, 0])
        );
    }

    #[test]
    fn refuses_what_is_no_decimal_integer() {
        for text in ["", "-", "0x1", "1.5", "undef"] {
            assert_eq!(words_of_decimal(text, 128), None, "{text}");
        }
    }
}
