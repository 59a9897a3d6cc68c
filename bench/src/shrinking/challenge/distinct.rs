//! A list with three different elements.

use std::collections::BTreeSet;

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct Distinct;

impl Problem for Distinct {
    type Input = Vec<i64>;
    const NAME: &'static str = "distinct";
    const FAILS_WHEN: &'static str = "a list holds three different integers";
    const MINIMUM: &'static str = "[0, 1, -1] or [0, 1, 2], in any order, with either sign";

    fn judge(list: &Self::Input) -> Judgement {
        let different: BTreeSet<&i64> = list.iter().collect();
        Judgement::fails_if(different.len() >= 3)
    }

    fn is_minimal(list: &Self::Input) -> bool {
        let mut list = list.clone();
        list.sort_unstable();
        [[-1, 0, 1], [0, 1, 2], [-2, -1, 0]]
            .iter()
            .any(|minimum| list == *minimum)
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

impl StandsFor<Distinct> for Vec<i64> {
    fn input(self) -> Vec<i64> {
        self
    }
}
