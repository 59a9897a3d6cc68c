//! A product above a bound: one factor must grow before the other can fall.

use proofhouse::Draw;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};
use crate::shrinking::ranged::Ranged;

pub(crate) struct Product;

impl Problem for Product {
    type Input = (u32, u32);
    const NAME: &'static str = "product";
    const FAILS_WHEN: &'static str = "the product of two numbers up to 1000 is above 500,000";
    const MINIMUM: &'static str = "(501, 999), in any order";

    fn judge((left, right): &Self::Input) -> Judgement {
        Judgement::fails_if(left * right > 500_000)
    }

    /// The smallest factor that there is an other for, and the smallest other.
    fn is_minimal((left, right): &Self::Input) -> bool {
        (*left.min(right), *left.max(right)) == (501, 999)
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        (0..=1000u32, 0..=1000u32)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        (0..=1000u32, 0..=1000u32)
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quickcheck::run::<Self, Numbers>(100, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let number = || gs::integers::<u32>().max_value(1000);
        case.draw_silent(hegel::tuples!(number(), number()))
    }
}

type Numbers = (Ranged<0, 1000>, Ranged<0, 1000>);

impl StandsFor<Product> for Numbers {
    fn input(self) -> (u32, u32) {
        (self.0.0 as u32, self.1.0 as u32)
    }
}
