//! What fails is shrunk to one answer, whatever random case it came from, for values of every sort.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Debug;
use std::net::IpAddr;
use std::num::NonZero;
use std::time::Duration;

use proofhouse::generator::Draw;
use proofhouse::prelude::*;
use proofhouse::{Run, RunEngine};

/// Whatever a random search finds that is not `good` shrinks to the value that is printed so.
#[track_caller]
fn check<D: Draw<Value: Debug>>(values: D, good: impl Fn(&D::Value) -> bool, expected: &str) {
    for seed in 0..20 {
        let run = Run::new()
            .seed(seed)
            .cases(20_000)
            .engine(RunEngine::Random);
        let outcome = run.check(&values, |value| if good(&value) { Ok(()) } else { Err(()) });
        let found = outcome.counterexample.expect("a case fails");
        assert_eq!(
            format!("{found:?}"),
            expected,
            "seed {seed}: {:?}",
            outcome.choices
        );
    }
}

#[test]
fn floats() {
    check(any::<f64>(), |_| false, "0.0");
    check(any::<f64>(), |value| *value < 1000.5, "1001.0");
    check(any::<f64>(), |value| *value > -1000.5, "-1001.0");
    check(any::<f64>(), |value| value.abs() < 1e30, "1e30");
    check(any::<f64>(), |value| value.fract() == 0.0, "0.5");
    check(
        any::<f64>(),
        |value| value.fract() == 0.0 || *value < 77.0,
        "77.5",
    );
    check(any::<f32>(), |value| !value.is_nan(), "NaN");
    check(any::<f64>(), |value| value.is_finite(), "inf");
    check(
        any::<f64>(),
        |value| *value != 0.0 || value.is_sign_positive(),
        "-0.0",
    );
    check(0.1..=0.2f64, |_| false, "0.125");
    check(
        any::<(f64, f64)>(),
        |(left, right)| left + right == right + left,
        "(0.0, NaN)",
    );
    check(
        (0.0..100.0, 0.0..100.0f64),
        |(left, right)| left + right < 90.0,
        "(0.0, 90.0)",
    );
}

#[test]
fn scalars() {
    check(any::<NonZero<i8>>(), |_| false, "1");
    check(any::<NonZero<i8>>(), |value| value.get() > 0, "-1");
    check(
        Characters::letters(),
        |letter| letter.is_ascii_lowercase(),
        "'A'",
    );
    check(any::<Option<u8>>(), |value| value.is_none(), "Some(0)");
    check(any::<Result<u8, char>>(), Result::is_ok, "Err('a')");
    check(
        any::<IpAddr>(),
        |address| address.is_ipv4() || !address.is_loopback(),
        "::1",
    );
    check(any::<Duration>(), |duration| duration.as_secs() < 90, "90s");
    let limit = Duration::from_millis(7);
    check(Duration::ZERO.., |duration| *duration < limit, "7ms");
}

#[test]
fn collections() {
    check(any::<BTreeSet<u16>>(), |set| set.len() < 3, "{0, 1, 2}");
    check(
        btree_set(any::<i8>(), 2..),
        |set| set.iter().all(|v| *v >= 0),
        "{-1, 0}",
    );
    check(
        any::<BTreeMap<u8, bool>>(),
        |map| !map.values().any(|v| *v),
        "{0: true}",
    );
    check(
        any::<VecDeque<u8>>(),
        |deque| deque.as_slices().1.is_empty(),
        "[0, 0]",
    );
    check(
        any::<VecDeque<u16>>(),
        |deque| deque.iter().all(|v| *v < 300),
        "[300]",
    );
    check(
        any::<Box<[bool]>>(),
        |slice| slice.len() < 3,
        "[false, false, false]",
    );
}

#[test]
fn given_values() {
    check(
        subset(['a', 'b', 'c', 'd'], ..),
        |some| some.len() < 2,
        "['a', 'b']",
    );
    check(
        subset(['a', 'b', 'c', 'd'], ..),
        |some| !some.contains(&'c'),
        "['c']",
    );
    check(
        shuffled(just(vec![1, 2, 3, 4])),
        |order| order[0] == 1,
        "[2, 1, 3, 4]",
    );
    check(
        sample(["a", "b"], ..),
        |some| !some.contains(&"b"),
        "[\"b\"]",
    );
    let weighted = one_of((0..10u8, 100..=255)).weighted([99, 1]);
    check(weighted, |value| *value < 10, "100");
}

/// A type that holds itself.
#[derive(Debug, Clone, PartialEq, Generate)]
enum Tree {
    Fork(Box<Tree>, Box<Tree>),
    Leaf(u8),
    List(Vec<Tree>),
}

impl Tree {
    fn leaves(&self) -> Vec<u8> {
        match self {
            Self::Leaf(value) => vec![*value],
            Self::Fork(left, right) => [left.leaves(), right.leaves()].concat(),
            Self::List(trees) => trees.iter().flat_map(Tree::leaves).collect(),
        }
    }
}

/// A type that holds itself in a list alone.
#[derive(Debug, Clone, Generate)]
struct Folder {
    size: u32,
    folders: Vec<Folder>,
}

impl Folder {
    fn total(&self) -> u64 {
        u64::from(self.size) + self.folders.iter().map(Self::total).sum::<u64>()
    }

    fn count(&self) -> usize {
        1 + self.folders.iter().map(Self::count).sum::<usize>()
    }
}

#[test]
fn recursive_values() {
    check(any::<Tree>(), |_| false, "Leaf(0)");
    check(
        any::<Tree>(),
        |tree| tree.leaves().iter().all(|leaf| *leaf < 100),
        "Leaf(100)",
    );
    check(
        any::<Tree>(),
        |tree| !matches!(tree, Tree::Fork(..)),
        "Fork(Leaf(0), Leaf(0))",
    );
    check(
        any::<Folder>(),
        |folder| folder.total() < 1000,
        "Folder { size: 1000, folders: [] }",
    );
    check(
        any::<Folder>(),
        |folder| folder.count() < 2,
        "Folder { size: 0, folders: [Folder { size: 0, folders: [] }] }",
    );
}

#[cfg(feature = "regex")]
#[test]
fn texts_of_expressions() {
    check(regex("[a-z]+@[a-z]+\\.(com|org)"), |_| false, "\"a@a.com\"");
    check(
        regex("[a-z]+@[a-z]+\\.(com|org)"),
        |text| !text.contains("x@") || text.ends_with("com"),
        "\"x@a.org\"",
    );
}
