//! A matrix whose rows have a width that was drawn before them.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct TwinInColumn;

impl Problem for TwinInColumn {
    type Input = Vec<Vec<u8>>;
    const NAME: &'static str = "twin-in-column";
    const FAILS_WHEN: &'static str = "a column of a matrix of digits holds a digit but 0 twice";
    const MINIMUM: &'static str = "[[1], [1]]";

    fn judge(rows: &Self::Input) -> Judgement {
        let width = rows.first().map_or(0, Vec::len);
        let has_twin = |column: usize| {
            let mut counts = [0; 10];
            rows.iter()
                .for_each(|row| counts[usize::from(row[column])] += 1);
            counts[1..].iter().any(|count| *count >= 2)
        };
        Judgement::fails_if((0..width).any(has_twin))
    }

    fn is_minimal(rows: &Self::Input) -> bool {
        *rows == [[1], [1]]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        use proofhouse::Generator as _;

        proofhouse::range(0..=6usize)
            .flat_map(|width| proofhouse::vec(proofhouse::vec(0..=9u8, width), 0..=8))
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        (0..=6usize).prop_flat_map(|width| vec(vec(0..=9u8, width), 0..=8))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators::{self as gs, Generator as _};
        case.draw_silent(gs::integers::<usize>().max_value(6).flat_map(|width| {
            let row = gs::vecs(gs::integers::<u8>().max_value(9))
                .min_size(width)
                .max_size(width);
            gs::vecs(row).max_size(8)
        }))
    }
}
