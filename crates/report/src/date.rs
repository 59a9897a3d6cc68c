//! Times as people read them, without a library and without time zones: everything is UTC.

/// A time as `2026-11-21 13:45`, in UTC.
///
/// Source: "chrono-Compatible Low-Level Date Algorithms" by Howard Hinnant, `civil_from_days`, with
/// days from 1970 that are never negative.
pub fn date(unix_ms: u64) -> String {
    let minutes = unix_ms / 60_000;
    let (days, minute_of_day) = (minutes / 1440, minutes % 1440);
    // Years begin in March, so that the leap day is the last one.
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute) = (minute_of_day / 60, minute_of_day % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_calendars_do() {
        const DAY: u64 = 86_400_000;
        let rows = [
            (0, "1970-01-01 00:00"),
            (59 * DAY, "1970-03-01 00:00"),
            (11_016 * DAY, "2000-02-29 00:00"),
            (1_790_000_000_000, "2026-09-21 14:13"),
            (20_513 * DAY + DAY - 1, "2026-03-01 23:59"),
        ];
        for (unix_ms, expected) in rows {
            assert_eq!(date(unix_ms), expected);
        }
    }

    /// Each day follows the one before it, as a plain walk over months says.
    #[test]
    fn a_walk_over_two_centuries_agrees() {
        let (mut year, mut month, mut day) = (1970_u64, 1_u64, 1_u64);
        for days in 0..73_000 {
            let expected = format!("{year:04}-{month:02}-{day:02} 00:00");
            assert_eq!(date(days * 86_400_000), expected);
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                2 => 28 + u64::from(is_leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > length {
                day = 1;
                month += 1;
            }
            if month > 12 {
                month = 1;
                year += 1;
            }
        }
    }
}
