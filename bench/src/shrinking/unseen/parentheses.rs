//! A text whose characters have to go in matching pairs.

use proofhouse::Draw;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct Parentheses;

impl Problem for Parentheses {
    type Input = String;
    const NAME: &'static str = "parentheses";
    const FAILS_WHEN: &'static str =
        "a text of parentheses is balanced and three or more levels deep";
    const MINIMUM: &'static str = "((()))";

    fn judge(text: &Self::Input) -> Judgement {
        let depth = |(depth, deepest): (i32, i32), letter: char| {
            let depth = if letter == '(' { depth + 1 } else { depth - 1 };
            (depth >= 0).then_some((depth, deepest.max(depth)))
        };
        let end = text.chars().try_fold((0, 0), depth);
        Judgement::fails_if(end.is_some_and(|(depth, deepest)| depth == 0 && deepest >= 3))
    }

    fn is_minimal(text: &Self::Input) -> bool {
        text == "((()))"
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        proofhouse::text(0..=12).of(['('..=')'])
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        "[()]{0,12}"
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        case.draw_silent(gs::text().alphabet("()").max_size(12))
    }
}
