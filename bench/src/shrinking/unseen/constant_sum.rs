//! A list whose sum has to stay as it is while elements go.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct ConstantSum;

impl Problem for ConstantSum {
    type Input = Vec<u32>;
    const NAME: &'static str = "constant-sum";
    const FAILS_WHEN: &'static str = "two or more numbers up to 30 sum to exactly 50";
    const MINIMUM: &'static str = "[20, 30]";

    fn judge(list: &Self::Input) -> Judgement {
        Judgement::fails_if(list.len() >= 2 && list.iter().sum::<u32>() == 50)
    }

    fn is_minimal(list: &Self::Input) -> bool {
        *list == [20, 30]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::vec(0..=30u32, 0..=20)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        vec(0..=30u32, 0..=20)
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let number = gs::integers::<u32>().max_value(30);
        case.draw_silent(gs::vecs(number).max_size(20))
    }
}
