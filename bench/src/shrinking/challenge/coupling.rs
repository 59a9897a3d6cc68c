//! Two elements that name each other's places: removing another element breaks the pair.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};
use crate::shrinking::ranged::Ranged;

pub(crate) struct Coupling;

impl Problem for Coupling {
    type Input = Vec<usize>;
    const NAME: &'static str = "coupling";
    const FAILS_WHEN: &'static str = "two elements of a list of places are each other's place";
    const MINIMUM: &'static str = "[1, 0]";

    fn judge(list: &Self::Input) -> Judgement {
        if list.iter().any(|place| *place >= list.len()) {
            return Judgement::Rejected;
        }
        let is_coupled = |(at, place): (usize, &usize)| *place != at && list[*place] == at;
        Judgement::fails_if(list.iter().enumerate().any(is_coupled))
    }

    fn is_minimal(list: &Self::Input) -> bool {
        *list == [1, 0]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::vec(0..=10usize, 0..=20)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        vec(0..=10usize, 0..=20)
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quickcheck::run::<Self, Vec<Ranged<0, 10>>>(21, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        case.draw_silent(gs::vecs(gs::integers::<usize>().max_value(10)).max_size(20))
    }
}

impl StandsFor<Coupling> for Vec<Ranged<0, 10>> {
    fn input(self) -> Vec<usize> {
        self.into_iter().map(|value| value.0 as usize).collect()
    }
}
