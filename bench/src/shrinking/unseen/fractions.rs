//! Two fractions that need each other.

use proofhouse::Draw;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct Fractions;

impl Problem for Fractions {
    type Input = (f64, f64);
    const NAME: &'static str = "fractions";
    const FAILS_WHEN: &'static str = "two numbers up to 100 are not whole and sum to more than 100";
    const MINIMUM: &'static str = "(0.5, 99.75)";

    fn judge((left, right): &Self::Input) -> Judgement {
        let are_fractions = left.fract() != 0.0 && right.fract() != 0.0;
        Judgement::fails_if(are_fractions && left + right > 100.0)
    }

    fn is_minimal((left, right): &Self::Input) -> bool {
        (*left, *right) == (0.5, 99.75)
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        (0.0..=100.0f64, 0.0..=100.0f64)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        (0.0..=100.0f64, 0.0..=100.0f64)
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let number = || gs::floats::<f64>().min_value(0.0).max_value(100.0);
        case.draw_silent(hegel::tuples!(number(), number()))
    }
}
