//! A text in which two particular characters matter and no other.

use proofhouse::Draw;
use proptest::strategy::Strategy;
use quickcheck::{Arbitrary, Gen};

use crate::shrinking::libraries::quickcheck::{self as quick, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};
use crate::shrinking::ranged::Ranged;

pub(crate) struct TwoCharacters;

impl Problem for TwoCharacters {
    type Input = String;
    const NAME: &'static str = "two-characters";
    const FAILS_WHEN: &'static str = "a printable text holds `x` and `%`";
    const MINIMUM: &'static str = r#""x%" or "%x""#;

    fn judge(text: &Self::Input) -> Judgement {
        Judgement::fails_if(text.contains('x') && text.contains('%'))
    }

    fn is_minimal(text: &Self::Input) -> bool {
        text.len() == 2
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::text(0..=40).of([' '..='~'])
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        "[ -~]{0,40}"
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quick::run::<Self, Printable>(41, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        case.draw_silent(
            gs::text()
                .min_codepoint(0x20)
                .max_codepoint(0x7e)
                .max_size(40),
        )
    }
}

/// A text of printable characters of ASCII.
#[derive(Debug, Clone)]
struct Printable(Vec<Ranged<0x20, 0x7e>>);

impl Arbitrary for Printable {
    fn arbitrary(random: &mut Gen) -> Self {
        Self(Vec::arbitrary(random))
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        Box::new(self.0.shrink().map(Self))
    }
}

impl StandsFor<TwoCharacters> for Printable {
    fn input(self) -> String {
        self.0
            .into_iter()
            .map(|code| code.0 as u8 as char)
            .collect()
    }
}
