//! Two texts that must stay equal while both get simpler.

use proofhouse::Draw;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};
use crate::shrinking::ranged::Letters;

pub(crate) struct EqualTexts;

impl Problem for EqualTexts {
    type Input = (String, String);
    const NAME: &'static str = "equal-texts";
    const FAILS_WHEN: &'static str = "two texts of a, b, c are equal and have two letters or more";
    const MINIMUM: &'static str = r#"("aa", "aa")"#;

    fn judge((left, right): &Self::Input) -> Judgement {
        Judgement::fails_if(left == right && left.len() >= 2)
    }

    fn is_minimal((left, right): &Self::Input) -> bool {
        left == "aa" && right == "aa"
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        (
            proofhouse::text(0..=8).of(['a'..='c']),
            proofhouse::text(0..=8).of(['a'..='c']),
        )
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        ("[a-c]{0,8}", "[a-c]{0,8}")
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quickcheck::run::<Self, (Letters, Letters)>(9, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let text = || gs::text().alphabet("abc").max_size(8);
        case.draw_silent(hegel::tuples!(text(), text()))
    }
}

impl StandsFor<EqualTexts> for (Letters, Letters) {
    fn input(self) -> (String, String) {
        (self.0.0, self.1.0)
    }
}
