//! A product that has to stay as it is.

use proofhouse::Draw;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct CertainProduct;

impl Problem for CertainProduct {
    type Input = (u32, u32);
    const NAME: &'static str = "certain-product";
    const FAILS_WHEN: &'static str = "the product of two numbers from 2 to 60 is 720";
    const MINIMUM: &'static str = "(12, 60)";

    fn judge((left, right): &Self::Input) -> Judgement {
        Judgement::fails_if(left * right == 720)
    }

    fn is_minimal((left, right): &Self::Input) -> bool {
        (*left, *right) == (12, 60)
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        (2..=60u32, 2..=60u32)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        (2..=60u32, 2..=60u32)
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let number = || gs::integers::<u32>().min_value(2).max_value(60);
        case.draw_silent(hegel::tuples!(number(), number()))
    }
}
