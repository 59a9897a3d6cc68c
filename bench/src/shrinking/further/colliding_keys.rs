//! A map with two keys in the same bucket of sixteen.

use std::collections::BTreeMap;

use proofhouse::Draw;
use proptest::collection::btree_map;
use proptest::prelude::any;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct CollidingKeys;

impl Problem for CollidingKeys {
    type Input = BTreeMap<u16, u8>;
    const NAME: &'static str = "colliding-keys";
    const FAILS_WHEN: &'static str = "two keys of a map are equal modulo 16";
    const MINIMUM: &'static str = "{0: 0, 16: 0}";

    fn judge(map: &Self::Input) -> Judgement {
        let mut buckets = [0; 16];
        map.keys()
            .for_each(|key| buckets[usize::from(key % 16)] += 1);
        Judgement::fails_if(buckets.iter().any(|count| *count >= 2))
    }

    fn is_minimal(map: &Self::Input) -> bool {
        map.iter().eq([(&0, &0), (&16, &0)])
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        use proofhouse::Generator as _;

        proofhouse::vec((proofhouse::any::<u16>(), proofhouse::any::<u8>()), 0..=20)
            .map(BTreeMap::from_iter)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        btree_map(any::<u16>(), any::<u8>(), 0..=20)
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quickcheck::run::<Self, BTreeMap<u16, u8>>(21, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        case.draw_silent(gs::btree_maps(gs::integers(), gs::integers()).max_size(20))
    }
}

impl StandsFor<CollidingKeys> for BTreeMap<u16, u8> {
    fn input(self) -> BTreeMap<u16, u8> {
        self
    }
}
