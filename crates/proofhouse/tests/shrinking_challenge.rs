//! The public shrinking challenge: thirteen small properties that are hard to shrink, each with its
//! exact smallest counterexamples, from many random failures.
//!
//! Source: the collection at <https://github.com/jlink/shrinking-challenge>. The problems are its,
//! the code is ours.

use std::collections::BTreeSet;
use std::fmt::Debug;

use proofhouse::evidence::Verdict;
use proofhouse::prelude::*;
use proofhouse::{Run, RunEngine};

/// From how many random failures each problem is shrunk.
const SEEDS: u64 = 20;

/// Shrinks a problem from every seed; every answer must be one of the smallest.
fn check<D>(name: &str, values: D, holds: impl Fn(&D::Value) -> bool, minima: &[&str])
where
    D: Draw<Value: Debug> + Copy,
{
    let mut executions = Vec::new();
    let mut answers = BTreeSet::new();
    for seed in 0..SEEDS {
        let run = Run::new()
            .engine(RunEngine::Random)
            .seed(seed)
            .cases(20_000);
        let outcome = run.check(values, |value| if holds(&value) { Ok(()) } else { Err(()) });
        assert!(
            matches!(outcome.verdict, Verdict::Refuted { .. }),
            "{name}: {:?}",
            outcome.verdict
        );
        let answer = format!("{:?}", outcome.counterexample.expect("it is refuted"));
        if !minima.contains(&answer.as_str()) {
            println!("{name}, seed {seed}: {answer}");
        }
        executions.push(outcome.statistics.shrink_executions);
        answers.insert(answer);
    }
    executions.sort_unstable();
    let (median, most) = (
        executions[executions.len() / 2],
        executions[executions.len() - 1],
    );
    println!("{name}: median {median} executions, at most {most}, answers {answers:?}");
    for answer in &answers {
        assert!(
            minima.contains(&answer.as_str()),
            "{name}: {answer} is not minimal"
        );
    }
}

/// Five lists, the sum of each below 256: then their sum is below 5 * 256 (it wraps around).
#[test]
fn bound5() {
    fn sum(list: &[i16]) -> i16 {
        list.iter().fold(0, |sum, number| sum.wrapping_add(*number))
    }
    fn five(source: &mut Source) -> [Vec<i16>; 5] {
        source.draw(array(
            vec(any::<i16>(), 0..=10).filter(|list| sum(list) < 256),
        ))
    }
    let holds = |lists: &[Vec<i16>; 5]| sum(&lists.concat()) < 5 * 256;
    check(
        "bound5",
        from_fn(five),
        holds,
        &["[[], [], [], [-1], [-32768]]"],
    );
}

/// Four numbers are all that lists of lists hold.
#[test]
fn large_union_list() {
    fn lists(source: &mut Source) -> Vec<Vec<i64>> {
        source.draw(vec(vec(any::<i64>(), 0..=10), 0..=10))
    }
    let holds = |lists: &Vec<Vec<i64>>| lists.concat().iter().collect::<BTreeSet<_>>().len() < 5;
    check(
        "large union list",
        from_fn(lists),
        holds,
        &["[[0, 1, -1, 2, -2]]"],
    );
}

/// A list is its own reverse.
#[test]
fn reverse() {
    fn list(source: &mut Source) -> Vec<i32> {
        source.draw(vec(any::<i32>(), 0..=30))
    }
    let holds = |list: &Vec<i32>| list.iter().eq(list.iter().rev());
    check("reverse", from_fn(list), holds, &["[0, 1]"]);
}

#[derive(Debug, Clone, PartialEq)]
enum Expression {
    Number(i32),
    Add(Box<Expression>, Box<Expression>),
    Divide(Box<Expression>, Box<Expression>),
}

impl Expression {
    fn draw(source: &mut Source, depth_max: u32) -> Self {
        let part = |source: &mut Source| {
            Box::new(source.draw(from_fn(|source| Self::draw(source, depth_max - 1))))
        };
        let ways = if depth_max == 0 { 1 } else { 3 };
        match source.choose_branch(ways) {
            0 => Self::Number(source.draw(any::<i32>())),
            1 => Self::Add(part(source), part(source)),
            _ => Self::Divide(part(source), part(source)),
        }
    }

    fn divides_by_literal_zero(&self) -> bool {
        match self {
            Self::Number(_) => false,
            Self::Add(left, right) => {
                left.divides_by_literal_zero() || right.divides_by_literal_zero()
            }
            Self::Divide(left, right) => {
                **right == Self::Number(0)
                    || left.divides_by_literal_zero()
                    || right.divides_by_literal_zero()
            }
        }
    }

    fn evaluate(&self) -> Option<i32> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Add(left, right) => Some(left.evaluate()?.wrapping_add(right.evaluate()?)),
            Self::Divide(left, right) => {
                let (left, right) = (left.evaluate()?, right.evaluate()?);
                (right != 0).then(|| left.wrapping_div(right))
            }
        }
    }
}

/// Without a literal division by zero, nothing is divided by zero.
#[test]
fn calculator() {
    fn expression(source: &mut Source) -> Expression {
        Expression::draw(source, 5)
    }
    let holds = |expression: &Expression| {
        expression.divides_by_literal_zero() || expression.evaluate().is_some()
    };
    let minimum = "Divide(Number(0), Add(Number(0), Number(0)))";
    check("calculator", from_fn(expression), holds, &[minimum]);
}

/// A list whose length is drawn before has no element from 900 on.
#[test]
fn length_list() {
    fn list(source: &mut Source) -> Vec<u16> {
        source.draw(range(1..=100usize).flat_map(|length| vec(0..=1000u16, length)))
    }
    check(
        "length list",
        from_fn(list),
        |list| list.iter().all(|n| *n < 900),
        &["[900]"],
    );
}

fn pair(source: &mut Source) -> (u32, u32) {
    source.draw((1..=i32::MAX as u32, 1..=i32::MAX as u32))
}

/// Two numbers from 10 on are not equal.
#[test]
fn difference_must_not_be_zero() {
    let holds = |(left, right): &(u32, u32)| *left < 10 || left != right;
    check("difference zero", from_fn(pair), holds, &["(10, 10)"]);
}

/// Two numbers from 10 on don't lie near to each other.
#[test]
fn difference_must_not_be_small() {
    let holds =
        |(left, right): &(u32, u32)| *left < 10 || !(1..=4).contains(&left.abs_diff(*right));
    check("difference small", from_fn(pair), holds, &["(10, 6)"]);
}

/// Two numbers from 10 on are not neighbours.
#[test]
fn difference_must_not_be_one() {
    let holds = |(left, right): &(u32, u32)| *left < 10 || left.abs_diff(*right) != 1;
    check("difference one", from_fn(pair), holds, &["(10, 9)"]);
}

#[derive(Clone)]
struct Heap(i32, Option<Box<Heap>>, Option<Box<Heap>>);

impl Debug for Heap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let side = |side: &Option<Box<Heap>>| {
            side.as_ref()
                .map_or("-".to_owned(), |heap| format!("{heap:?}"))
        };
        write!(f, "({} {} {})", self.0, side(&self.1), side(&self.2))
    }
}

impl Heap {
    fn draw(source: &mut Source, least: i32, depth_max: u32) -> Option<Box<Self>> {
        if depth_max == 0 || source.choose_branch(3) == 0 {
            return None;
        }
        let number = source.draw(least..=100);
        let side = |source: &mut Source| {
            source.draw(from_fn(|source| Self::draw(source, number, depth_max - 1)))
        };
        Some(Box::new(Self(number, side(source), side(source))))
    }

    fn merge(left: Option<Box<Self>>, right: Option<Box<Self>>) -> Option<Box<Self>> {
        let (Some(left), Some(right)) = (left.clone(), right.clone()) else {
            return left.or(right);
        };
        let (first, second) = if left.0 <= right.0 {
            (left, right)
        } else {
            (right, left)
        };
        let Self(number, one, other) = *first;
        Some(Box::new(Self(
            number,
            Self::merge(other, Some(second)),
            one,
        )))
    }

    fn list(heap: &Option<Box<Self>>) -> Vec<i32> {
        let mut list = Vec::new();
        let mut open: Vec<&Self> = heap.iter().map(AsRef::as_ref).collect();
        while let Some(Self(number, left, right)) = open.pop() {
            list.push(*number);
            open.extend(right.iter().chain(left).map(AsRef::as_ref));
        }
        list
    }

    /// The mistake: only the first number is taken off, the rest is listed as it lies there.
    fn wrongly_sorted(heap: &Option<Box<Self>>) -> Vec<i32> {
        let Some(heap) = heap.clone() else {
            return Vec::new();
        };
        let Self(number, left, right) = *heap;
        let mut list = vec![number];
        list.extend(Self::list(&Self::merge(left, right)));
        list
    }
}

/// The list of a heap, as the wrong function makes it, is sorted.
#[test]
fn binary_heap() {
    fn heap(source: &mut Source) -> Option<Box<Heap>> {
        Heap::draw(source, 0, 6)
    }
    let holds = |heap: &Option<Box<Heap>>| {
        let mut sorted = Heap::list(heap);
        sorted.sort_unstable();
        sorted == Heap::wrongly_sorted(heap)
    };
    // Four numbers are needed, and they fit together in three ways.
    let minima = [
        "Some((0 - (0 (1 - -) (0 - -))))",
        "Some((0 (0 (0 - -) -) (1 - -)))",
        "Some((0 (1 - -) (0 (0 - -) -)))",
    ];
    check("binary heap", from_fn(heap), holds, &minima);
}

/// No two elements of a list of places are each other's place.
#[test]
fn coupling() {
    fn list(source: &mut Source) -> Vec<usize> {
        source.draw(vec(0..=10usize, 0..=20))
    }
    let holds = |list: &Vec<usize>| {
        assume!(list.iter().all(|place| *place < list.len()));
        !list
            .iter()
            .enumerate()
            .any(|(at, place)| *place != at && list[*place] == at)
    };
    check("coupling", from_fn(list), holds, &["[1, 0]"]);
}

/// After an element is removed from a list, the list does not hold it.
#[test]
fn deletion() {
    fn list(source: &mut Source) -> (Vec<i32>, usize) {
        let list = source.draw(vec(any::<i32>(), 1..=20));
        let last = list.len() - 1;
        (list, source.draw(0..=last))
    }
    let holds = |(list, at): &(Vec<i32>, usize)| {
        let mut rest = list.clone();
        rest.remove(*at);
        !rest.contains(&list[*at])
    };
    check("deletion", from_fn(list), holds, &["([0, 0], 0)"]);
}

/// A list has at most two distinct elements.
#[test]
fn distinct() {
    fn list(source: &mut Source) -> Vec<i32> {
        source.draw(vec(any::<i32>(), 0..=30))
    }
    let holds = |list: &Vec<i32>| list.iter().collect::<BTreeSet<_>>().len() < 3;
    check("distinct", from_fn(list), holds, &["[0, 1, -1]"]);
}

/// Lists of lists hold at most ten elements.
#[test]
fn nested_lists() {
    fn lists(source: &mut Source) -> Vec<Vec<i32>> {
        source.draw(vec(vec(any::<i32>(), 0..=20), 0..=20))
    }
    let holds = |lists: &Vec<Vec<i32>>| lists.iter().map(Vec::len).sum::<usize>() <= 10;
    check(
        "nested lists",
        from_fn(lists),
        holds,
        &["[[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]"],
    );
}
