//! A list whose length was drawn before it: the length can only fall together with the list.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};
use crate::shrinking::ranged::Ranged;

pub(crate) struct LengthList;

impl Problem for LengthList {
    type Input = Vec<u32>;
    const NAME: &'static str = "length-list";
    const FAILS_WHEN: &'static str = "a list of a length that was drawn first holds 900 or more";
    const MINIMUM: &'static str = "[900]";

    fn judge(list: &Self::Input) -> Judgement {
        Judgement::fails_if(list.iter().any(|value| *value >= 900))
    }

    fn is_minimal(list: &Self::Input) -> bool {
        *list == [900]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        use proofhouse::Generator as _;

        proofhouse::range(1..=100usize).flat_map(|length| proofhouse::vec(0..=1000u32, length))
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        (1..=100usize).prop_flat_map(|length| vec(0..=1000u32, length))
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quickcheck::run::<Self, Vec<Ranged<0, 1000>>>(101, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators::{self as gs, Generator as _};
        let length = gs::integers::<usize>().min_value(1).max_value(100);
        case.draw_silent(length.flat_map(|length| {
            let value = gs::integers::<u32>().max_value(1000);
            gs::vecs(value).min_size(length).max_size(length)
        }))
    }
}

impl StandsFor<LengthList> for Vec<Ranged<0, 1000>> {
    fn input(self) -> Vec<u32> {
        self.into_iter().map(|value| value.0 as u32).collect()
    }
}
