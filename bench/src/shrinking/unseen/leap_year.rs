//! A date whose parts depend on each other by the rules of the calendar.

use proofhouse::Draw;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct LeapYear;

impl Problem for LeapYear {
    type Input = (u16, u8, u8);
    const NAME: &'static str = "leap-year";
    const FAILS_WHEN: &'static str = "a day is the last of its month in a leap year";
    const MINIMUM: &'static str = "(1904, 1, 31)";

    fn judge((year, month, day): &Self::Input) -> Judgement {
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        Judgement::fails_if(is_leap && *day == last)
    }

    fn is_minimal((year, month, day): &Self::Input) -> bool {
        (*year, *month, *day) == (1904, 1, 31)
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        (1900..=2100u16, 1..=12u8, 1..=31u8)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        (1900..=2100u16, 1..=12u8, 1..=31u8)
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let year = gs::integers::<u16>().min_value(1900).max_value(2100);
        let of = |most| gs::integers::<u8>().min_value(1).max_value(most);
        case.draw_silent(hegel::tuples!(year, of(12), of(31)))
    }
}
