//! A list of lists that together hold five different numbers: joining lists must pay.

use std::collections::BTreeSet;

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct LargeUnionList;

impl Problem for LargeUnionList {
    type Input = Vec<Vec<i64>>;
    const NAME: &'static str = "large-union-list";
    const FAILS_WHEN: &'static str = "lists hold five different integers in all";
    const MINIMUM: &'static str = "[[0, 1, -1, 2, -2]], in any order";

    fn judge(lists: &Self::Input) -> Judgement {
        let different: BTreeSet<&i64> = lists.iter().flatten().collect();
        Judgement::fails_if(different.len() >= 5)
    }

    fn is_minimal(lists: &Self::Input) -> bool {
        let [list] = lists.as_slice() else {
            return false;
        };
        let mut list = list.clone();
        list.sort_unstable();
        list == [-2, -1, 0, 1, 2]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::vec(proofhouse::vec(proofhouse::any::<i64>(), 0..=20), 0..=20)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        vec(vec(any::<i64>(), 0..=20), 0..=20)
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quickcheck::run::<Self, Vec<Vec<i64>>>(21, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        case.draw_silent(gs::vecs(gs::vecs(gs::integers::<i64>()).max_size(20)).max_size(20))
    }
}

impl StandsFor<LargeUnionList> for Vec<Vec<i64>> {
    fn input(self) -> Vec<Vec<i64>> {
        self
    }
}
