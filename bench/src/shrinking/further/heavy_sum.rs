//! A sum that can only be kept with fewer elements if the others grow.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};
use crate::shrinking::ranged::Ranged;

pub(crate) struct HeavySum;

impl Problem for HeavySum {
    type Input = Vec<u32>;
    const NAME: &'static str = "heavy-sum";
    const FAILS_WHEN: &'static str = "numbers of up to 100 sum to 1000 or more";
    const MINIMUM: &'static str = "ten times 100";

    fn judge(list: &Self::Input) -> Judgement {
        Judgement::fails_if(list.iter().sum::<u32>() >= 1000)
    }

    fn is_minimal(list: &Self::Input) -> bool {
        *list == [100; 10]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::vec(0..=100u32, 0..=40)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        vec(0..=100u32, 0..=40)
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quickcheck::run::<Self, Vec<Ranged<0, 100>>>(41, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        case.draw_silent(gs::vecs(gs::integers::<u32>().max_value(100)).max_size(40))
    }
}

impl StandsFor<HeavySum> for Vec<Ranged<0, 100>> {
    fn input(self) -> Vec<u32> {
        self.into_iter().map(|value| value.0 as u32).collect()
    }
}
