//! Two intervals that hold each other by their ends.

use proofhouse::Draw;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct Overlap;

impl Problem for Overlap {
    type Input = [(u32, u32); 2];
    const NAME: &'static str = "overlap";
    const FAILS_WHEN: &'static str =
        "the second interval begins within the first and ends after it";
    const MINIMUM: &'static str = "(0, 2) and (1, 2)";

    fn judge([first, second]: &Self::Input) -> Judgement {
        let [(first, first_end), (second, second_end)] =
            [first, second].map(|(start, length)| (*start, start + length));
        let begins_within = first < second && second < first_end;
        Judgement::fails_if(begins_within && first_end < second_end)
    }

    fn is_minimal(intervals: &Self::Input) -> bool {
        *intervals == [(0, 2), (1, 2)]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::array::<_, 2>((0..=1000u32, 0..=100u32))
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        proptest::array::uniform2((0..=1000u32, 0..=100u32))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let number = |most| gs::integers::<u32>().max_value(most);
        let mut interval = || case.draw_silent(hegel::tuples!(number(1000), number(100)));
        [interval(), interval()]
    }
}
