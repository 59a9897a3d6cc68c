//! A packet that says its own length: the byte and the length fall together or not at all.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct LengthField;

impl Problem for LengthField {
    type Input = Vec<u8>;
    const NAME: &'static str = "length-field";
    const FAILS_WHEN: &'static str = "the first byte is the number of those that follow, 3 or more";
    const MINIMUM: &'static str = "[3, 0, 0, 0]";

    fn judge(bytes: &Self::Input) -> Judgement {
        let is_whole = |(first, rest): (&u8, &[u8])| usize::from(*first) == rest.len();
        Judgement::fails_if(bytes.len() >= 4 && bytes.split_first().is_some_and(is_whole))
    }

    fn is_minimal(bytes: &Self::Input) -> bool {
        *bytes == [3, 0, 0, 0]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::vec(proofhouse::any::<u8>(), 0..=16)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        vec(any::<u8>(), 0..=16)
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quickcheck::run::<Self, Vec<u8>>(17, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        case.draw_silent(gs::binary().max_size(16))
    }
}

impl StandsFor<LengthField> for Vec<u8> {
    fn input(self) -> Vec<u8> {
        self
    }
}
