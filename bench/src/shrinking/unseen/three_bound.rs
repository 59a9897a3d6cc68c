//! Three numbers of which the last is held by the others.

use proofhouse::Draw;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct ThreeBound;

impl Problem for ThreeBound {
    type Input = (u32, u32, u32);
    const NAME: &'static str = "three-bound";
    const FAILS_WHEN: &'static str =
        "the third of three numbers is the sum of the others, which rise from 5";
    const MINIMUM: &'static str = "(5, 6, 11)";

    fn judge((low, high, sum): &Self::Input) -> Judgement {
        Judgement::fails_if(5 <= *low && low < high && low + high == *sum)
    }

    fn is_minimal((low, high, sum): &Self::Input) -> bool {
        (*low, *high, *sum) == (5, 6, 11)
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        (0..=50u32, 0..=50u32, 0..=50u32)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        (0..=50u32, 0..=50u32, 0..=50u32)
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let number = || gs::integers::<u32>().max_value(50);
        case.draw_silent(hegel::tuples!(number(), number(), number()))
    }
}
