//! A length that counts itself and what comes before it.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct WholeLength;

impl Problem for WholeLength {
    type Input = Vec<u8>;
    const NAME: &'static str = "whole-length";
    const FAILS_WHEN: &'static str = "the second of four or more bytes is the number of all";
    const MINIMUM: &'static str = "[0, 4, 0, 0]";

    fn judge(bytes: &Self::Input) -> Judgement {
        let is_whole = bytes
            .get(1)
            .is_some_and(|length| usize::from(*length) == bytes.len());
        Judgement::fails_if(bytes.len() >= 4 && is_whole)
    }

    fn is_minimal(bytes: &Self::Input) -> bool {
        *bytes == [0, 4, 0, 0]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::vec(proofhouse::any::<u8>(), 0..=16)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        vec(any::<u8>(), 0..=16)
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        case.draw_silent(gs::binary().max_size(16))
    }
}
