//! A tree of which only one branch is needed.

use proofhouse::Draw;
use proptest::option::of;
use proptest::prelude::any;
use proptest::strategy::{BoxedStrategy, Just, Strategy};

use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct DeepTree;

/// A binary tree with numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tree {
    value: u16,
    left: Option<Box<Tree>>,
    right: Option<Box<Tree>>,
}

const DEPTH_MAX: u32 = 7;

fn depth(tree: Option<&Tree>) -> u32 {
    tree.map_or(0, |t| {
        1 + depth(t.left.as_deref()).max(depth(t.right.as_deref()))
    })
}

/// How many values there are, and their sum.
fn weight(tree: Option<&Tree>) -> (u32, u64) {
    tree.map_or((0, 0), |tree| {
        let (left, right) = (weight(tree.left.as_deref()), weight(tree.right.as_deref()));
        (
            1 + left.0 + right.0,
            u64::from(tree.value) + left.1 + right.1,
        )
    })
}

impl Problem for DeepTree {
    type Input = Option<Box<Tree>>;
    const NAME: &'static str = "deep-tree";
    const FAILS_WHEN: &'static str = "a binary tree is four or more values deep";
    const MINIMUM: &'static str = "a path of four zeros";

    fn judge(tree: &Self::Input) -> Judgement {
        Judgement::fails_if(depth(tree.as_deref()) >= 4)
    }

    fn is_minimal(tree: &Self::Input) -> bool {
        weight(tree.as_deref()) == (4, 0)
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        use proofhouse::Generator as _;

        fn tree(source: &mut proofhouse::Source, depth: u32) -> Option<Box<Tree>> {
            if depth == 0 {
                return None;
            }
            let child = || proofhouse::from_fn(move |source| tree(source, depth - 1));
            let node = (proofhouse::any::<u16>(), child(), child());
            source.draw(proofhouse::optional(
                node.map(|(value, left, right)| Box::new(Tree { value, left, right })),
            ))
        }
        proofhouse::from_fn(|source| tree(source, DEPTH_MAX))
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        fn tree(depth: u32) -> BoxedStrategy<Option<Box<Tree>>> {
            if depth == 0 {
                return Just(None).boxed();
            }
            let some = (any::<u16>(), tree(depth - 1), tree(depth - 1))
                .prop_map(|(value, left, right)| Box::new(Tree { value, left, right }));
            of(some).boxed()
        }
        tree(DEPTH_MAX)
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators::{self as gs, BoxedGenerator, Generator as _};
        fn tree(depth: u32) -> BoxedGenerator<'static, Option<Box<Tree>>> {
            if depth == 0 {
                return gs::just(None).boxed();
            }
            let node = hegel::tuples!(gs::integers::<u16>(), tree(depth - 1), tree(depth - 1))
                .map(|(value, left, right)| Box::new(Tree { value, left, right }));
            gs::optional(node).boxed()
        }
        case.draw_silent(tree(DEPTH_MAX))
    }
}
