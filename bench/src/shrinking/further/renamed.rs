//! Records of which two share a number but not a name.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::strategy::Strategy;

use crate::shrinking::libraries::quickcheck::{self, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};
use crate::shrinking::ranged::{Letters, Ranged};

pub(crate) struct Renamed;

impl Problem for Renamed {
    type Input = Vec<(u8, String)>;
    const NAME: &'static str = "renamed";
    const FAILS_WHEN: &'static str = "two records have one number and different names";
    const MINIMUM: &'static str = r#"[(0, ""), (0, "a")], in any order"#;

    fn judge(records: &Self::Input) -> Judgement {
        let is_renamed = |(at, (number, name)): (usize, &(u8, String))| {
            records[..at]
                .iter()
                .any(|(other, its_name)| other == number && its_name != name)
        };
        Judgement::fails_if(records.iter().enumerate().any(is_renamed))
    }

    fn is_minimal(records: &Self::Input) -> bool {
        let mut records: Vec<(u8, &str)> = records.iter().map(|(n, name)| (*n, &**name)).collect();
        records.sort_unstable();
        records == [(0, ""), (0, "a")]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::vec((0..=50u8, proofhouse::text(0..=5).of(['a'..='c'])), 0..=10)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        vec((0..=50u8, "[a-c]{0,5}"), 0..=10)
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quickcheck::run::<Self, Records>(11, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let name = gs::text().alphabet("abc").max_size(5);
        let record = hegel::tuples!(gs::integers::<u8>().max_value(50), name);
        case.draw_silent(gs::vecs(record).max_size(10))
    }
}

type Records = Vec<(Ranged<0, 50>, Letters)>;

impl StandsFor<Renamed> for Records {
    fn input(self) -> Vec<(u8, String)> {
        self.into_iter()
            .map(|(number, name)| (number.0 as u8, name.0))
            .collect()
    }
}
