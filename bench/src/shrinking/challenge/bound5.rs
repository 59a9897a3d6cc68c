//! Five lists whose sums are small one by one overflow when they are put together.

use proofhouse::Draw;
use proptest::array::uniform5;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct Bound5;

fn sum<'a>(values: impl IntoIterator<Item = &'a i16>) -> i16 {
    values
        .into_iter()
        .fold(0, |sum, value| sum.wrapping_add(*value))
}

fn is_small(list: &Vec<i16>) -> bool {
    sum(list) < 256
}

impl Problem for Bound5 {
    type Input = [Vec<i16>; 5];
    const NAME: &'static str = "bound5";
    const FAILS_WHEN: &'static str = "five lists that each sum below 256 sum to 5 * 256 or more";
    const MINIMUM: &'static str = "[-32768] and [-1], the others empty";

    fn judge(lists: &Self::Input) -> Judgement {
        if !lists.iter().all(is_small) {
            return Judgement::Rejected;
        }
        Judgement::fails_if(sum(lists.iter().flatten()) >= 5 * 256)
    }

    fn is_minimal(lists: &Self::Input) -> bool {
        let mut filled: Vec<&[i16]> = lists
            .iter()
            .map(Vec::as_slice)
            .filter(|list| !list.is_empty())
            .collect();
        filled.sort_unstable();
        filled == [&[-32768][..], &[-1][..]]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        use proofhouse::Generator as _;

        proofhouse::array(proofhouse::vec(proofhouse::any::<i16>(), 0..=10).filter(is_small))
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        uniform5(vec(any::<i16>(), 0..=10).prop_filter("small", is_small))
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quickcheck::run::<Self, Lists>(11, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators::{self as gs, Generator as _};
        let list = || {
            gs::vecs(gs::integers::<i16>())
                .max_size(10)
                .filter(is_small)
        };
        case.draw_silent(gs::arrays(list()))
    }
}

type Lists = (Vec<i16>, Vec<i16>, Vec<i16>, Vec<i16>, Vec<i16>);

impl StandsFor<Bound5> for Lists {
    fn input(self) -> [Vec<i16>; 5] {
        [self.0, self.1, self.2, self.3, self.4]
    }
}
