//! A length that was drawn apart from the bytes that it is the length of.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct LengthPrefix;

impl Problem for LengthPrefix {
    type Input = (u8, Vec<u8>);
    const NAME: &'static str = "length-prefix";
    const FAILS_WHEN: &'static str = "a number is the length of bytes of which one is above 127";
    const MINIMUM: &'static str = "(1, [128])";

    fn judge((length, bytes): &Self::Input) -> Judgement {
        let is_length = usize::from(*length) == bytes.len();
        Judgement::fails_if(is_length && bytes.iter().any(|byte| *byte > 127))
    }

    fn is_minimal((length, bytes): &Self::Input) -> bool {
        *length == 1 && *bytes == [128]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        (0..=31u8, proofhouse::vec(proofhouse::any::<u8>(), 0..=20))
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        (0..=31u8, vec(any::<u8>(), 0..=20))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let length = gs::integers::<u8>().max_value(31);
        case.draw_silent(hegel::tuples!(length, gs::binary().max_size(20)))
    }
}
