//! A wrong way to sort by a binary heap. Small failing heaps are sparse.

use proofhouse::Draw;
use proptest::option::weighted;
use proptest::strategy::{BoxedStrategy, Just, Strategy};
use quickcheck::{Arbitrary, Gen};

use crate::shrinking::libraries::quickcheck::{self as quick, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct BinaryHeap;

/// A heap: no key is smaller than its parent's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heap {
    key: i32,
    left: Tree,
    right: Tree,
}

type Tree = Option<Box<Heap>>;

const KEY_MAX: i32 = 1_000_000;
/// The size halves at each level: at most six levels.
const SIZE_MAX: u32 = 32;
const BRANCH_CHANCE: f64 = 0.5;

fn heap(key: i32, left: Tree, right: Tree) -> Tree {
    Some(Box::new(Heap { key, left, right }))
}

/// The keys, a parent first, then those of the right, then those of the left.
fn keys(tree: &Tree, keys_so_far: &mut Vec<i32>) {
    if let Some(heap) = tree {
        keys_so_far.push(heap.key);
        keys(&heap.right, keys_so_far);
        keys(&heap.left, keys_so_far);
    }
}

fn merge(left: &Tree, right: &Tree) -> Tree {
    let (Some(a), Some(b)) = (left, right) else {
        return left.as_ref().or(right.as_ref()).cloned();
    };
    if a.key <= b.key {
        heap(a.key, merge(&a.right, right), a.left.clone())
    } else {
        heap(b.key, merge(&b.right, left), b.left.clone())
    }
}

/// The mistake: only the first key is taken off by the rules.
fn wrongly_sorted(tree: &Tree) -> Vec<i32> {
    let mut sorted = Vec::new();
    if let Some(heap) = tree {
        sorted.push(heap.key);
        keys(&merge(&heap.left, &heap.right), &mut sorted);
    }
    sorted
}

/// The tree with each key raised by its parent's.
fn raised(tree: Tree, by: i32) -> Tree {
    let Heap { key, left, right } = *tree?;
    let key = key + by;
    heap(key, raised(left, key), raised(right, key))
}

impl Problem for BinaryHeap {
    type Input = Tree;
    const NAME: &'static str = "binary-heap";
    const FAILS_WHEN: &'static str = "a wrong heap sort does not sort";
    const MINIMUM: &'static str = "a heap of the keys 0, 0, 0, 1";

    fn judge(tree: &Self::Input) -> Judgement {
        let mut expected = Vec::new();
        keys(tree, &mut expected);
        expected.sort_unstable();
        Judgement::fails_if(wrongly_sorted(tree) != expected)
    }

    fn is_minimal(tree: &Self::Input) -> bool {
        let mut all = Vec::new();
        keys(tree, &mut all);
        all.sort_unstable();
        all == [0, 0, 0, 1]
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        fn tree(source: &mut proofhouse::Source, minimum: i32, size: u32) -> Tree {
            if size == 0 {
                return None;
            }
            source.draw(proofhouse::optional(proofhouse::from_fn(move |source| {
                let key = source.draw(minimum..=KEY_MAX);
                let child = || proofhouse::from_fn(move |source| tree(source, key, size / 2));
                let (left, right) = source.draw((child(), child()));
                Box::new(Heap { key, left, right })
            })))
        }
        proofhouse::from_fn(|source| tree(source, 0, SIZE_MAX))
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        // Keys as distances from the parent's, summed up afterwards: a key that is bound to its
        // parent's would be drawn anew with each parent, and shrinking would not end.
        fn tree(size: u32) -> BoxedStrategy<Tree> {
            if size == 0 {
                return Just(None).boxed();
            }
            let some = (0..=KEY_MAX / 6, tree(size / 2), tree(size / 2))
                .prop_map(|(key, left, right)| Box::new(Heap { key, left, right }));
            weighted(BRANCH_CHANCE, some).boxed()
        }
        tree(SIZE_MAX).prop_map(|tree| raised(tree, 0))
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quick::run::<Self, QuickTree>(SIZE_MAX as usize, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators::{self as gs, BoxedGenerator, Generator as _};
        fn tree(minimum: i32, size: u32) -> BoxedGenerator<'static, Tree> {
            hegel::compose!(|case| {
                if size == 0 || !case.draw_silent(gs::weighted_booleans(BRANCH_CHANCE)) {
                    return None;
                }
                let key = case.draw_silent(gs::integers().min_value(minimum).max_value(KEY_MAX));
                let left = case.draw_silent(tree(key, size / 2));
                heap(key, left, case.draw_silent(tree(key, size / 2)))
            })
            .boxed()
        }
        case.draw_silent(tree(0, SIZE_MAX))
    }
}

/// A tree with a shrinker.
#[derive(Debug, Clone)]
struct QuickTree(Tree);

impl StandsFor<BinaryHeap> for QuickTree {
    fn input(self) -> Tree {
        self.0
    }
}

impl Arbitrary for QuickTree {
    fn arbitrary(random: &mut Gen) -> Self {
        fn tree(random: &mut Gen, minimum: i32, size: usize) -> Tree {
            if size == 0 || bool::arbitrary(random) {
                return None;
            }
            let room = (KEY_MAX - minimum) as u32 + 1;
            let key = minimum + (u32::arbitrary(random) % room) as i32;
            let left = tree(random, key, size / 2);
            heap(key, left, tree(random, key, size / 2))
        }
        let size = random.size();
        Self(tree(random, 0, size))
    }

    /// Its parts first, then each part shrunk, then the key down to the parent's.
    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        Box::new(shrunk(&self.0, 0).map(Self))
    }
}

fn shrunk(tree: &Tree, minimum: i32) -> Box<dyn Iterator<Item = Tree>> {
    let Some(heap_) = tree else {
        return Box::new(std::iter::empty());
    };
    let Heap { key, left, right } = (**heap_).clone();
    let parts = [None, left.clone(), right.clone()].into_iter();
    let (kept_left, kept_right) = (left.clone(), right.clone());
    let lefts = shrunk(&left, key).map(move |left| heap(key, left, kept_right.clone()));
    let rights = shrunk(&right, key).map(move |right| heap(key, kept_left.clone(), right));
    let above = (key - minimum).shrink().filter(|above| *above >= 0);
    let keys = above.map(move |above| heap(minimum + above, left.clone(), right.clone()));
    Box::new(parts.chain(lefts).chain(rights).chain(keys))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_minimum_fails_and_no_smaller_heap_does() {
        let leaf = |key| heap(key, None, None);
        let published = heap(0, None, heap(0, leaf(0), leaf(1)));
        assert_eq!(BinaryHeap::judge(&published), Judgement::Fails);
        assert!(BinaryHeap::is_minimal(&published));
        let smaller = [
            heap(0, leaf(1), leaf(0)),
            heap(0, heap(1, leaf(2), None), None),
        ];
        for tree in smaller {
            assert_eq!(BinaryHeap::judge(&tree), Judgement::Holds, "{tree:?}");
        }
    }
}
