//! Steps that refer to what earlier steps made.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct UsedAfterClose;

impl Problem for UsedAfterClose {
    type Input = Vec<(u8, u8)>;
    const NAME: &'static str = "used-after-close";
    const FAILS_WHEN: &'static str =
        "something is opened (0), closed (2) and then used (1), by its number";
    const MINIMUM: &'static str = "[(0, 0), (2, 0), (1, 0)]";

    fn judge(steps: &Self::Input) -> Judgement {
        // Of each opened thing whether it is closed.
        let mut things: Vec<bool> = Vec::new();
        let fails = steps.iter().any(|(step, number)| {
            let thing = things.get_mut(usize::from(*number));
            match (step, thing) {
                (0, _) => things.push(false),
                (1, Some(is_closed)) => return *is_closed,
                (2, Some(is_closed)) => *is_closed = true,
                _ => {}
            }
            false
        });
        Judgement::fails_if(fails)
    }

    fn is_minimal(steps: &Self::Input) -> bool {
        *steps == [(0, 0), (2, 0), (1, 0)]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::vec((0..=2u8, 0..=5u8), 0..=20)
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        vec((0..=2u8, 0..=5u8), 0..=20)
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let number = |most| gs::integers::<u8>().max_value(most);
        case.draw_silent(gs::vecs(hegel::tuples!(number(2), number(5))).max_size(20))
    }
}
