//! An element that is still there after it was removed, because it was there twice.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};
use crate::shrinking::ranged::Ranged;

pub(crate) struct Deletion;

impl Problem for Deletion {
    type Input = (Vec<i32>, usize);
    const NAME: &'static str = "deletion";
    const FAILS_WHEN: &'static str = "an element at a place of a list occurs twice";
    const MINIMUM: &'static str = "([0, 0], 0)";

    fn judge((list, at): &Self::Input) -> Judgement {
        let Some(value) = list.get(*at) else {
            return Judgement::Rejected;
        };
        let mut rest = list.clone();
        let first = rest
            .iter()
            .position(|other| other == value)
            .expect("it is in the list");
        rest.remove(first);
        Judgement::fails_if(rest.contains(value))
    }

    fn is_minimal((list, at): &Self::Input) -> bool {
        *list == [0, 0] && *at == 0
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        (proofhouse::vec(-1000..=1000i32, 0..=20), 0..=10usize)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        (vec(-1000..=1000i32, 0..=20), 0..=10usize)
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quickcheck::run::<Self, ListAndPlace>(21, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let value = gs::integers::<i32>().min_value(-1000).max_value(1000);
        let list = gs::vecs(value).max_size(20);
        case.draw_silent(hegel::tuples!(list, gs::integers::<usize>().max_value(10)))
    }
}

type ListAndPlace = (Vec<Ranged<-1000, 1000>>, Ranged<0, 10>);

impl StandsFor<Deletion> for ListAndPlace {
    fn input(self) -> (Vec<i32>, usize) {
        (
            self.0.into_iter().map(|value| value.0 as i32).collect(),
            self.1.0 as usize,
        )
    }
}
