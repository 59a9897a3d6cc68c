//! What literals mean.
//!
//! # Not here
//!
//! Whether a literal is allowed: the compiler has seen to that. What is not understood has no value.

/// The value of an integer literal; `None` for floats and what does not fit 128 bits.
pub(super) fn integer(digits: &str) -> Option<u128> {
    let (radix, digits) = match digits.get(..2) {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ => (10, digits),
    };
    let is_digit = |character: char| character == '_' || character.is_digit(radix);
    let end = digits.find(|character| !is_digit(character));
    let (digits, suffix) = digits.split_at(end.unwrap_or(digits.len()));
    if !suffix.is_empty() && !suffix.starts_with(['u', 'i']) {
        return None;
    }
    u128::from_str_radix(&digits.replace('_', ""), radix).ok()
}

/// The value of a float literal.
pub(super) fn float(digits: &str) -> Option<f64> {
    let digits = digits.strip_suffix("f64").unwrap_or(digits);
    let digits = digits.strip_suffix("f32").unwrap_or(digits);
    let number: f64 = digits.replace('_', "").parse().ok()?;
    number.is_finite().then_some(number)
}

/// The text that stands in quotes.
pub(super) fn text(escaped: &str) -> Option<String> {
    let mut text = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(place) = rest.find('\\') {
        text.push_str(&rest[..place]);
        let (meant, after) = escape(&rest[place + 1..])?;
        if let Some(code) = meant {
            text.push(char::from_u32(code)?);
        }
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

/// The bytes that stand in quotes after `b`.
pub(super) fn bytes(escaped: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(place) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..place]);
        let (meant, after) = escape(&rest[place + 1..])?;
        bytes.extend(meant.map(|code| code as u8));
        rest = after;
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(bytes)
}

/// What an escape means, if it means anything, and what comes after it; the backslash is gone
/// already.
fn escape(rest: &str) -> Option<(Option<u32>, &str)> {
    let after = rest.get(1..);
    let simple = |code: char| Some((Some(u32::from(code)), after?));
    match rest.chars().next()? {
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        '0' => simple('\0'),
        mark @ ('\\' | '\'' | '"') => simple(mark),
        'x' => {
            let code = u32::from_str_radix(rest.get(1..3)?, 16).ok()?;
            Some((Some(code), &rest[3..]))
        }
        'u' => {
            let (digits, after) = after?.strip_prefix('{')?.split_once('}')?;
            let code = u32::from_str_radix(&digits.replace('_', ""), 16).ok()?;
            Some((Some(code), after))
        }
        // A line that goes on in the next one.
        '\n' | '\r' => Some((None, rest.trim_start())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_prefixes_underscores_and_suffixes() {
        let check = |digits, expected| assert_eq!(integer(digits), expected, "{digits}");
        check("1_000u64", Some(1000));
        check("0xdead_BEEF_i128", Some(0xdead_beef));
        check("0b1010_1010u8", Some(0xaa));
        check("0o17", Some(15));
        check("340282366920938463463374607431768211455", Some(u128::MAX));
        check("340282366920938463463374607431768211456", None);
        check("1.5", None);
        check("2e5", None);
        check("3f32", None);
    }

    #[test]
    fn floats_are_those_of_the_compiler() {
        let check = |digits, expected| assert_eq!(float(digits), expected, "{digits}");
        check("1.", Some(1.0));
        check("1_0.5e-3f64", Some(0.0105));
        check("3f32", Some(3.0));
        check("2e5", Some(2e5));
        check("0x1p3", None);
    }

    #[test]
    fn escapes_mean_what_they_mean_to_the_compiler() {
        assert_eq!(
            text(r#"a\n\r\t\0\\\'\"\x41\u{e9}"#).unwrap(),
            "a\n\r\t\0\\'\"Aé"
        );
        assert_eq!(text("one \\\n    two").unwrap(), "one two");
        assert_eq!(text(r"\q"), None);
        assert_eq!(text(r"\u{d800}"), None);
        assert_eq!(text("\\"), None);
        assert_eq!(bytes(r"\x7fELF\xff\0").unwrap(), b"\x7fELF\xff\0");
    }
}
