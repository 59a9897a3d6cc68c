//! A list that is not its own mirror image.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct Reverse;

impl Problem for Reverse {
    type Input = Vec<i64>;
    const NAME: &'static str = "reverse";
    const FAILS_WHEN: &'static str = "a list differs from its reverse";
    const MINIMUM: &'static str = "[0, 1], in any order, with either sign";

    fn judge(list: &Self::Input) -> Judgement {
        Judgement::fails_if(!list.iter().eq(list.iter().rev()))
    }

    fn is_minimal(list: &Self::Input) -> bool {
        let mut sizes: Vec<u64> = list.iter().map(|value| value.unsigned_abs()).collect();
        sizes.sort_unstable();
        sizes == [0, 1]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::vec(proofhouse::any::<i64>(), 0..=20)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        vec(any::<i64>(), 0..=20)
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quickcheck::run::<Self, Vec<i64>>(21, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        case.draw_silent(gs::vecs(gs::integers::<i64>()).max_size(20))
    }
}

impl StandsFor<Reverse> for Vec<i64> {
    fn input(self) -> Vec<i64> {
        self
    }
}
