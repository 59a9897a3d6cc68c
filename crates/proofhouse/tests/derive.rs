//! `#[derive(Generate)]` on types as people write them, under the strictest lints.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, clippy::pedantic)]

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::rc::Rc;

use proofhouse::choice::Choice;
use proofhouse::evidence::Verdict;
use proofhouse::prelude::*;
use proofhouse::{Run, RunEngine};

/// Named fields, of which later ones depend on earlier ones.
#[derive(Debug, Clone, PartialEq, Eq, Generate)]
pub struct Window {
    length: u16,
    #[from(0..=length)]
    start: u16,
    #[from(start..=length)]
    end: u16,
    #[always(7)]
    version: u8,
    r#type: Kind,
}

/// A variant of each style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Generate)]
pub enum Kind {
    /// Without fields.
    Plain,
    /// With fields in parentheses.
    #[weight(3)]
    Pair(bool, #[from(0..3u8)] u8),
    /// Never made.
    #[skip]
    Hidden(u64),
    /// With named fields.
    Named {
        /// The only one.
        level: i8,
    },
}

/// No field at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Generate)]
pub struct Unit;

/// Type parameters, of which one is only drawn through an associated type.
#[derive(Debug, Generate)]
pub struct Generic<'a, T, I: Iterator, U, const N: usize>
where
    I::Item: Debug,
{
    array: [T; N],
    item: I::Item,
    #[generate(from(select(["a", "b"])))]
    name: &'a str,
    nothing: PhantomData<U>,
}

/// The variant that ends is neither the first nor the only one.
#[derive(Debug, Clone, PartialEq, Eq, Generate)]
pub enum Tree {
    /// Two more.
    Fork(Box<Tree>, Box<Tree>),
    /// The end.
    Leaf(u8),
    /// Any number of them.
    List(Vec<Self>),
}

/// Ends only where its list does.
#[derive(Debug, Clone, PartialEq, Eq, Generate)]
pub struct Rose {
    value: u8,
    children: Vec<Rose>,
    tags: Vec<u16>,
}

/// Recursion that shows in no field of the type itself.
#[derive(Debug, Clone, Generate)]
pub enum Expression {
    /// Through a structure.
    Binary(Binary),
    /// Through a type with a type parameter.
    Group(Wrapped<Rc<Expression>>),
    /// The end.
    Number(i32),
    /// Through a generator.
    Call(
        #[recursive]
        #[from(vec(any::<Expression>(), 0..3))]
        Vec<Expression>,
    ),
}

/// A part of an expression.
#[derive(Debug, Clone, Generate)]
pub struct Binary {
    left: Box<Expression>,
    operator: char,
    right: Box<Expression>,
}

/// Holds something.
#[derive(Debug, Clone, Generate)]
pub struct Wrapped<T> {
    inside: Option<T>,
}

trait Depth {
    fn depth(&self) -> usize;
}

fn deepest<'a, T: Depth + 'a>(parts: impl IntoIterator<Item = &'a T>) -> usize {
    parts
        .into_iter()
        .map(|part| 1 + part.depth())
        .max()
        .unwrap_or(0)
}

impl Depth for Tree {
    fn depth(&self) -> usize {
        match self {
            Self::Leaf(_) => 0,
            Self::Fork(left, right) => deepest([&**left, right]),
            Self::List(trees) => deepest(trees),
        }
    }
}

impl Depth for Rose {
    fn depth(&self) -> usize {
        deepest(&self.children)
    }
}

impl Depth for Expression {
    fn depth(&self) -> usize {
        match self {
            Self::Number(_) => 0,
            Self::Binary(Binary {
                left,
                operator,
                right,
            }) => deepest([&**left, right]) + usize::from(*operator <= char::MAX),
            Self::Group(Wrapped { inside }) => deepest(inside.iter().map(|inside| &**inside)) + 1,
            Self::Call(arguments) => deepest(arguments),
        }
    }
}

/// Fields keep to their generators.
#[property]
fn prop_fields_keep_to_their_generators(window: Window, unit: Unit) {
    assert!(window.start <= window.end && window.end <= window.length);
    assert_eq!((window.version, unit), (7, Unit));
    match window.r#type {
        Kind::Plain | Kind::Named { .. } => {}
        Kind::Pair(_, small) => assert!(small < 3),
        Kind::Hidden(_) => panic!("a skipped variant"),
    }
}

/// Type parameters work.
#[property]
fn prop_generic(value: Generic<'static, Kind, std::vec::IntoIter<u16>, Unknown, 3>) {
    assert_eq!(value.array.len(), 3);
    assert!(value.name == "a" || value.name == "b" || value.item == 0);
    let PhantomData = value.nothing;
}

/// A type that cannot be generated.
#[derive(Debug)]
pub struct Unknown;

/// Recursive values end.
#[property(cases = 2000)]
fn prop_recursive_values_end(tree: Tree, rose: Rose, expression: Expression) {
    assert!(tree.depth() < 30 && rose.depth() < 30 && expression.depth() < 60);
}

/// The value of the all-simplest sequence.
fn simplest<T: Generate + Debug>() -> String {
    let outcome = Run::new()
        .cases(1)
        .engine(RunEngine::Random)
        .check(any::<T>(), |_| Err("shown"));
    format!("{:?}", outcome.counterexample.expect("it was refuted"))
}

#[test]
fn the_simplest_value_is_the_first_that_ends() {
    assert_eq!(
        simplest::<Window>(),
        "Window { length: 0, start: 0, end: 0, version: 7, type: Plain }"
    );
    assert_eq!(simplest::<Tree>(), "Leaf(0)");
    assert_eq!(
        simplest::<Rose>(),
        "Rose { value: 0, children: [], tags: [] }"
    );
    assert_eq!(simplest::<Expression>(), "Number(0)");
    assert_eq!(
        simplest::<Binary>(),
        "Binary { left: Number(0), operator: 'a', right: Number(0) }"
    );
}

/// Values of 2,000 cases, grown at once.
fn values<T: Generate>() -> Vec<T> {
    let values = std::cell::RefCell::new(Vec::new());
    let run = Run::new().seed(3).cases(2_000).engine(RunEngine::Random);
    run.check(any::<T>(), |value| values.borrow_mut().push(value));
    values.into_inner()
}

#[test]
fn recursive_values_come_in_all_sizes() {
    fn size(tree: &Tree) -> usize {
        match tree {
            Tree::Leaf(_) => 1,
            Tree::Fork(left, right) => 1 + size(left) + size(right),
            Tree::List(trees) => 1 + trees.iter().map(size).sum::<usize>(),
        }
    }
    let trees = values::<Tree>();
    let sizes: Vec<usize> = trees.iter().map(size).collect();
    let share = |from, to| sizes.iter().filter(|s| (from..to).contains(*s)).count();
    assert!(share(1, 2) > 100, "leaves");
    assert!(share(2, 8) > 300, "small trees");
    assert!(share(8, 64) > 300, "large trees: {}", share(8, 64));
    assert!(share(1_000, usize::MAX) == 0, "huge trees");
    let depths: BTreeSet<usize> = trees.iter().map(Depth::depth).collect();
    assert!(depths.iter().copied().max() >= Some(8), "{depths:?}");
    let roses = values::<Rose>();
    assert!(roses.iter().any(|rose| rose.depth() >= 4));
    assert!(roses.iter().filter(|rose| !rose.tags.is_empty()).count() > 1_000);
}

#[test]
fn weights_are_relative_frequencies() {
    let kinds = values::<Kind>();
    let pairs = kinds.iter().filter(|kind| matches!(kind, Kind::Pair(..)));
    let pairs = pairs.count();
    assert!((1_100..1_300).contains(&pairs), "{pairs} of 2,000");
}

#[test]
fn small_types_are_enumerated() {
    let seen = std::cell::RefCell::new(BTreeSet::new());
    let outcome = Run::new()
        .engine(RunEngine::Exhaustive)
        .check(any::<Kind>(), |kind| {
            assert!(seen.borrow_mut().insert(kind), "{kind:?} came twice");
        });
    assert!(
        matches!(outcome.verdict, Verdict::Proved { .. }),
        "{outcome:?}"
    );
    assert_eq!(seen.into_inner().len(), 1 + 2 * 3 + 256);
}

#[test]
fn a_variant_is_a_branch_in_the_sequence() {
    let run = Run::new()
        .seed(1)
        .engine(RunEngine::Random)
        .shrinking(false);
    let outcome = run.check(any::<Tree>(), |tree| {
        let is_small =
            matches!(&tree, Tree::Fork(left, right) if left.depth() + right.depth() == 0);
        assert!(!is_small, "{tree:?}");
    });
    let Some(Tree::Fork(left, right)) = outcome.counterexample else {
        panic!("{outcome:?}")
    };
    let (Tree::Leaf(left), Tree::Leaf(right)) = (*left, *right) else {
        panic!("{:?}", outcome.choices)
    };
    let [Choice::Integer(levels), rest @ ..] = &outcome.choices[..] else {
        panic!("{:?}", outcome.choices)
    };
    assert!(levels.to_u128() >= Some(1));
    // Leaves come first, then forks, then lists, as only leaves end.
    let [left, right] = [left, right].map(|value| Choice::Integer(value.into()));
    let leaf = Choice::Branch(0);
    assert_eq!(rest, [Choice::Branch(1), leaf.clone(), left, leaf, right]);
}
