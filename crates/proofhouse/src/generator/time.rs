//! Durations and points in time.
//!
//! # Not here
//!
//! `Instant`: one can only be made from the clock, so a case could not be replayed. Draw a
//! [`Duration`] and add it to an instant of the test's own.

use std::time::{Duration, SystemTime};

use super::{Generate, Inverted, Ranged, from_fn};
use crate::{EncodeError, Encoded, Encoding, Source};

const NANOS: u32 = 1_000_000_000;

/// Units of time, and the ends of what other types hold in seconds, milli-, micro- and nanoseconds.
const SECONDS_HINTS: &[u64] = &[
    1,
    60,
    3_600,
    86_400,
    86_399,
    i32::MAX as u64,
    u32::MAX as u64,
    u64::MAX / 1_000,
    u64::MAX / 1_000_000,
    u64::MAX / 1_000_000_000,
    i64::MAX as u64,
    u64::MAX,
];

const NANOS_HINTS: &[u32] = &[1, 999, 1_000, 999_999, 1_000_000, 500_000_000, NANOS - 1];

/// Years 1 and 9999, in seconds from the epoch: what all systems, formats and calendars know.
const YEAR_1: i64 = -62_135_596_800;
const YEAR_9999_END: i64 = 253_402_300_799;

/// The epoch, leap days, the ends of 32 bits, and times before the epoch.
const TIME_HINTS: &[i64] = &[
    -1,
    1,
    951_782_400,
    951_868_799,
    4_107_542_399,
    i32::MAX as i64,
    i32::MAX as i64 + 1,
    i32::MIN as i64,
    u32::MAX as i64,
    YEAR_1,
    YEAR_9999_END,
];

/// Every duration, as seconds and nanoseconds.
impl Generate for Duration {
    type Generator = Inverted<fn(&mut Source) -> Self, fn(&Self, &mut Encoding) -> Encoded>;

    fn generator() -> Self::Generator {
        let draw: fn(&mut Source) -> Self = |source| {
            let seconds = source.choose_integer_hinted(0, u64::MAX, 0, SECONDS_HINTS);
            let nanos = source.choose_integer_hinted(0, NANOS - 1, 0, NANOS_HINTS);
            Self::new(seconds, nanos)
        };
        from_fn(draw).inverted_by(|duration, encoding| {
            encoding.integer(duration.as_secs(), 0, u64::MAX)?;
            encoding.integer(duration.subsec_nanos(), 0, NANOS - 1)
        })
    }
}

/// Points in time from the year 1 to 9999; the epoch is the simplest.
impl Generate for SystemTime {
    type Generator = Inverted<fn(&mut Source) -> Self, fn(&Self, &mut Encoding) -> Encoded>;

    fn generator() -> Self::Generator {
        let draw: fn(&mut Source) -> Self = |source| {
            let seconds = source.choose_integer_hinted(YEAR_1, YEAR_9999_END, 0, TIME_HINTS);
            let nanos = source.choose_integer_hinted(0, NANOS - 1, 0, NANOS_HINTS);
            let whole = Duration::from_secs(seconds.unsigned_abs());
            let time = if seconds < 0 {
                Self::UNIX_EPOCH - whole
            } else {
                Self::UNIX_EPOCH + whole
            };
            // Some systems count in hundreds of nanoseconds; the sum is rounded there.
            time + Duration::new(0, nanos)
        };
        from_fn(draw).inverted_by(|time, encoding| {
            let (seconds, nanos) = since_epoch(*time)?;
            encoding.integer(seconds, YEAR_1, YEAR_9999_END)?;
            encoding.integer(nanos, 0, NANOS - 1)
        })
    }
}

/// The whole seconds from the epoch to a time, below 0 before it, and the nanoseconds after those.
fn since_epoch(time: SystemTime) -> Result<(i64, u32), EncodeError> {
    let seconds = |whole: u64| {
        let of = "times in years 1 to 9999";
        i64::try_from(whole).map_err(|_| EncodeError::NotAValue { of })
    };
    Ok(match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => (seconds(after.as_secs())?, after.subsec_nanos()),
        Err(before) => {
            let before = before.duration();
            match before.subsec_nanos() {
                0 => (-seconds(before.as_secs())?, 0),
                nanos => (-seconds(before.as_secs())? - 1, NANOS - nanos),
            }
        }
    })
}

/// In nanoseconds, from the smallest one on.
impl Ranged for Duration {
    fn first() -> Self {
        Self::ZERO
    }

    fn last() -> Self {
        Self::MAX
    }

    fn before(&self) -> Option<Self> {
        self.checked_sub(Self::from_nanos(1))
    }

    #[track_caller]
    fn draw_between(source: &mut Source, minimum: &Self, maximum: &Self) -> Self {
        const HINTS: &[u128] = &[1, 1_000, 1_000_000, NANOS as u128, 60 * NANOS as u128];
        let (minimum, maximum) = (minimum.as_nanos(), maximum.as_nanos());
        let nanos = source.choose_integer_hinted(minimum, maximum, minimum, HINTS);
        let seconds = (nanos / u128::from(NANOS)) as u64;
        Self::new(seconds, (nanos % u128::from(NANOS)) as u32)
    }

    fn encode_between(&self, encoding: &mut Encoding, minimum: &Self, maximum: &Self) -> Encoded {
        encoding.integer(self.as_nanos(), minimum.as_nanos(), maximum.as_nanos())
    }
}
