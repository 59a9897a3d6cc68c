//! A sorted list with a gap: what is drawn is not in the order of what is judged.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};
use crate::shrinking::ranged::Ranged;

pub(crate) struct Gap;

fn sorted(mut list: Vec<u32>) -> Vec<u32> {
    list.sort_unstable();
    list
}

impl Problem for Gap {
    type Input = Vec<u32>;
    const NAME: &'static str = "gap";
    const FAILS_WHEN: &'static str = "a sorted list of three or more has a gap above 100";
    const MINIMUM: &'static str = "[0, 0, 101]";

    fn judge(list: &Self::Input) -> Judgement {
        let has_gap = list.windows(2).any(|pair| pair[1] - pair[0] > 100);
        Judgement::fails_if(list.len() >= 3 && has_gap)
    }

    fn is_minimal(list: &Self::Input) -> bool {
        *list == [0, 0, 101]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        use proofhouse::Generator as _;

        proofhouse::vec(0..=1000u32, 0..=20).map(sorted)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        vec(0..=1000u32, 0..=20).prop_map(sorted)
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quickcheck::run::<Self, Vec<Ranged<0, 1000>>>(21, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators::{self as gs, Generator as _};
        let value = gs::integers::<u32>().max_value(1000);
        case.draw_silent(gs::vecs(value).max_size(20).map(sorted))
    }
}

impl StandsFor<Gap> for Vec<Ranged<0, 1000>> {
    fn input(self) -> Vec<u32> {
        sorted(self.into_iter().map(|value| value.0 as u32).collect())
    }
}
