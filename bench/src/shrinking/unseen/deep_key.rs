//! A tree that needs a depth and a value there.

use proofhouse::Draw;
use proptest::option::of;
use proptest::strategy::{BoxedStrategy, Just, Strategy};

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct DeepKey;

/// A binary tree with keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    key: u16,
    left: Option<Box<Node>>,
    right: Option<Box<Node>>,
}

/// The largest key that lies `level` levels deep or deeper.
fn largest_from(node: Option<&Node>, level: u32) -> Option<u16> {
    let node = node?;
    let level = level.saturating_sub(1);
    let children = [node.left.as_deref(), node.right.as_deref()];
    let below = children
        .into_iter()
        .filter_map(|child| largest_from(child, level));
    below.chain((level == 0).then_some(node.key)).max()
}

/// The keys, smallest first.
fn keys(node: Option<&Node>) -> Vec<u16> {
    let Some(node) = node else {
        return Vec::new();
    };
    let mut all = vec![node.key];
    all.extend(keys(node.left.as_deref()));
    all.extend(keys(node.right.as_deref()));
    all.sort_unstable();
    all
}

impl Problem for DeepKey {
    type Input = Option<Box<Node>>;
    const NAME: &'static str = "deep-key";
    const FAILS_WHEN: &'static str = "a key three or more levels deep is above 500";
    const MINIMUM: &'static str = "a path of the keys 0, 0, 501";

    fn judge(node: &Self::Input) -> Judgement {
        Judgement::fails_if(largest_from(node.as_deref(), 3).is_some_and(|key| key > 500))
    }

    fn is_minimal(node: &Self::Input) -> bool {
        keys(node.as_deref()) == [0, 0, 501]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        use proofhouse::Generator as _;

        fn node(source: &mut proofhouse::Source, depth: u32) -> Option<Box<Node>> {
            if depth == 0 {
                return None;
            }
            let child = || proofhouse::from_fn(move |source| node(source, depth - 1));
            let parts = (0..=1000u16, child(), child());
            source.draw(proofhouse::optional(
                parts.map(|(key, left, right)| Box::new(Node { key, left, right })),
            ))
        }
        proofhouse::from_fn(|source| node(source, 5))
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        fn node(depth: u32) -> BoxedStrategy<Option<Box<Node>>> {
            if depth == 0 {
                return Just(None).boxed();
            }
            let some = (0..=1000u16, node(depth - 1), node(depth - 1))
                .prop_map(|(key, left, right)| Box::new(Node { key, left, right }));
            of(some).boxed()
        }
        node(5)
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators as gs;
        use hegel::generators::{BoxedGenerator, Generator as _};
        fn node(depth: u32) -> BoxedGenerator<'static, Option<Box<Node>>> {
            if depth == 0 {
                return gs::just(None).boxed();
            }
            let key = gs::integers::<u16>().max_value(1000);
            let node = hegel::tuples!(key, node(depth - 1), node(depth - 1))
                .map(|(key, left, right)| Box::new(Node { key, left, right }));
            gs::optional(node).boxed()
        }
        case.draw_silent(node(5))
    }
}
