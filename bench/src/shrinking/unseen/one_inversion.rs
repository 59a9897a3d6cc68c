//! Different numbers of which two are the wrong way round.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct OneInversion;

impl Problem for OneInversion {
    type Input = Vec<u8>;
    const NAME: &'static str = "one-inversion";
    const FAILS_WHEN: &'static str = "three or more different numbers have one inversion";
    const MINIMUM: &'static str = "[0, 2, 1] or [1, 0, 2]";

    fn judge(list: &Self::Input) -> Judgement {
        let mut sorted = list.clone();
        sorted.sort_unstable();
        let are_different = sorted.is_sorted_by(|left, right| left < right);
        let later = |at: usize| {
            list[at + 1..]
                .iter()
                .filter(move |later| **later < list[at])
        };
        let inversions: usize = (0..list.len()).map(|at| later(at).count()).sum();
        Judgement::fails_if(list.len() >= 3 && are_different && inversions == 1)
    }

    fn is_minimal(list: &Self::Input) -> bool {
        *list == [0, 2, 1] || *list == [1, 0, 2]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::vec(0..=9u8, 0..=8)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        vec(0..=9u8, 0..=8)
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let number = gs::integers::<u8>().max_value(9);
        case.draw_silent(gs::vecs(number).max_size(8))
    }
}
