//! Two numbers at a distance that must be kept while both fall.

use proofhouse::Draw;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};
use crate::shrinking::ranged::Ranged;

pub(crate) struct Zero;
pub(crate) struct Small;
pub(crate) struct One;

const NUMBER_MAX: u32 = 1000;

type Numbers = (Ranged<1, 1000>, Ranged<1, 1000>);

/// The three problems differ only in what they say of the distance.
macro_rules! difference {
    ($problem:ident, $name:literal, $fails_when:literal, $minimum:expr, $is_wrong:expr) => {
        impl Problem for $problem {
            type Input = (u32, u32);
            const NAME: &'static str = $name;
            const FAILS_WHEN: &'static str = $fails_when;
            const MINIMUM: &'static str = stringify!($minimum);

            fn judge((first, second): &Self::Input) -> Judgement {
                let is_wrong: fn(u32) -> bool = $is_wrong;
                Judgement::fails_if(*first >= 10 && is_wrong(first.abs_diff(*second)))
            }

            fn is_minimal(input: &Self::Input) -> bool {
                *input == $minimum
            }

            fn proofhouse() -> impl Draw<Value = Self::Input> {
                (1..=NUMBER_MAX, 1..=NUMBER_MAX)
            }

            fn proptest() -> impl Strategy<Value = Self::Input> {
                (1..=NUMBER_MAX, 1..=NUMBER_MAX)
            }

            fn quickcheck(seed: u64) -> Option<Run> {
                Some(quickcheck::run::<Self, Numbers>(100, seed))
            }

            #[cfg(feature = "hegel")]
            fn hegel(case: &hegel::TestCase) -> Self::Input {
                use hegel::generators as gs;
                let number = || gs::integers::<u32>().min_value(1).max_value(NUMBER_MAX);
                case.draw_silent(hegel::tuples!(number(), number()))
            }
        }

        impl StandsFor<$problem> for Numbers {
            fn input(self) -> (u32, u32) {
                (self.0.0 as u32, self.1.0 as u32)
            }
        }
    };
}

difference!(
    Zero,
    "difference-zero",
    "the first is 10 or more and the second is the same",
    (10, 10),
    |d| d == 0
);
difference!(
    Small,
    "difference-small",
    "the first is 10 or more and the second is 1 to 4 away",
    (10, 6),
    |d| (1..=4).contains(&d)
);
difference!(
    One,
    "difference-one",
    "the first is 10 or more and the second is 1 away",
    (10, 9),
    |d| d == 1
);
