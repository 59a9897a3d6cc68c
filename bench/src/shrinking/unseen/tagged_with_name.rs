//! Equal texts in fields of different depth.

use proofhouse::Draw;
use proptest::collection::vec;
use proptest::strategy::Strategy;

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct TaggedWithName;

impl Problem for TaggedWithName {
    type Input = (String, Vec<String>);
    const NAME: &'static str = "tagged-with-name";
    const FAILS_WHEN: &'static str = "one of the tags is the name, of two letters or more";
    const MINIMUM: &'static str = r#"("aa", ["aa"])"#;

    fn judge((name, tags): &Self::Input) -> Judgement {
        Judgement::fails_if(name.len() >= 2 && tags.contains(name))
    }

    fn is_minimal((name, tags): &Self::Input) -> bool {
        name == "aa" && *tags == ["aa"]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        let text = || proofhouse::text(0..=4).of(['a'..='c']);
        (text(), proofhouse::vec(text(), 0..=6))
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        ("[a-c]{0,4}", vec("[a-c]{0,4}", 0..=6))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        let text = || gs::text().alphabet("abc").max_size(4);
        case.draw_silent(hegel::tuples!(text(), gs::vecs(text()).max_size(6)))
    }
}
