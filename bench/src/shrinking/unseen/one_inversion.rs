//! A permutation in which two places are the wrong way round.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct OneInversion;

impl Problem for OneInversion {
    type Input = Vec<u8>;
    const NAME: &'static str = "one-inversion";
    const FAILS_WHEN: &'static str = "a permutation of three or more places has one inversion";
    const MINIMUM: &'static str = "[0, 2, 1] or [1, 0, 2]";

    fn judge(list: &Self::Input) -> Judgement {
        let mut sorted = list.clone();
        sorted.sort_unstable();
        let is_permutation = sorted.iter().copied().eq(0..list.len() as u8);
        let later = |at: usize| {
            list[at + 1..]
                .iter()
                .filter(move |later| **later < list[at])
        };
        let inversions: usize = (0..list.len()).map(|at| later(at).count()).sum();
        Judgement::fails_if(list.len() >= 3 && is_permutation && inversions == 1)
    }

    fn is_minimal(list: &Self::Input) -> bool {
        *list == [0, 2, 1] || *list == [1, 0, 2]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::vec(0..=3u8, 0..=4)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        vec(0..=3u8, 0..=4)
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let place = gs::integers::<u8>().max_value(3);
        case.draw_silent(gs::vecs(place).max_size(4))
    }
}
