//! Lists of lists with more than ten elements in all: many small minima, one smallest.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct NestedLists;

impl Problem for NestedLists {
    type Input = Vec<Vec<i64>>;
    const NAME: &'static str = "nested-lists";
    const FAILS_WHEN: &'static str = "lists have more than ten elements in all";
    const MINIMUM: &'static str = "one list of eleven zeros";

    fn judge(lists: &Self::Input) -> Judgement {
        Judgement::fails_if(lists.iter().map(Vec::len).sum::<usize>() > 10)
    }

    fn is_minimal(lists: &Self::Input) -> bool {
        *lists == [vec![0; 11]]
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

impl StandsFor<NestedLists> for Vec<Vec<i64>> {
    fn input(self) -> Vec<Vec<i64>> {
        self
    }
}
