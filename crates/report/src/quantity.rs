//! Counts and times as people read them.

/// A count with its thousands set apart: `65,536`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and its noun, which loses its final `s` when there is one: `1 case`, `256 cases`.
pub(crate) fn counted(number: u64, plural: &str) -> String {
    let noun = if number == 1 {
        plural.strip_suffix('s').unwrap_or(plural)
    } else {
        plural
    };
    format!("{} {noun}", count(number))
}

/// A share in percent with one digit behind the point; the whole of nothing is nothing.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "one digit is shown")]
    let share = 100.0 * part as f64 / whole.max(1) as f64;
    format!("{share:.1} %")
}

/// A duration with three significant digits at most: `<1 ms`, `12 ms`, `1.25 s`, `3 min 20 s`.
pub fn duration(microseconds: u64) -> String {
    let milliseconds = microseconds.div_ceil(1000);
    match microseconds {
        0..1_000 => "<1 ms".to_owned(),
        1_000..1_000_000 => format!("{} ms", milliseconds.min(999)),
        1_000_000..10_000_000 => format!("{:.2} s", seconds(microseconds)),
        10_000_000..100_000_000 => format!("{:.1} s", seconds(microseconds)),
        _ => {
            let whole = microseconds / 1_000_000;
            format!("{} min {} s", whole / 60, whole % 60)
        }
    }
}

/// Seconds, cut (not rounded) to hundredths so that 9.999 s does not become ten.
fn seconds(microseconds: u64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "at most 10,000 hundredths are left"
    )]
    let hundredths = (microseconds / 10_000) as f64;
    hundredths / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        let cases = [
            (0, "0"),
            (12, "12"),
            (999, "999"),
            (1000, "1,000"),
            (65_536, "65,536"),
            (1_234_567, "1,234,567"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ];
        for (number, text) in cases {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn one_of_something_is_singular() {
        assert_eq!(counted(1, "cases"), "1 case");
        assert_eq!(counted(0, "cases"), "0 cases");
        assert_eq!(counted(2000, "paths"), "2,000 paths");
    }

    #[test]
    fn durations_change_their_unit_with_their_size() {
        let cases = [
            (0, "<1 ms"),
            (999, "<1 ms"),
            (1_000, "1 ms"),
            (12_345, "13 ms"),
            (999_999, "999 ms"),
            (1_000_000, "1.00 s"),
            (9_999_999, "9.99 s"),
            (20_000_000, "20.0 s"),
            (200_000_000, "3 min 20 s"),
        ];
        for (microseconds, text) in cases {
            assert_eq!(duration(microseconds), text, "{microseconds}");
        }
    }
}
