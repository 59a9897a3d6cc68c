//! The order in which choice sequences count as simpler.
//!
//! Shrinking needs one answer to "is this counterexample better?". We say: fewer choices first;
//! among equals, compare choice by choice, each by its rank in its domain (a natural number, 0 for
//! the simplest value). This is a well-order, hence every shrink ends.
//!
//! # Invariants
//!
//! - Total: any two sequences compare, and equal means identical (`laws::total`). Ranks are unique
//!   within a domain (5 and -5 differ); between domains, `Domain`'s own order breaks the tie.
//! - Stable on prefixes: replacing a suffix by a simpler one makes the whole simpler
//!   (`laws::suffix`). Passes rely on it when they work from left to right.
//! - Pure: depends on values and domains, never on spans, labels or the run's outcome.
//!
//! # Not here
//!
//! Judging *values*. Two sequences may build the same value; we do not look.
//!
//! # Source
//!
//! Shortlex order, as used for internal test-case reduction by MacIver and Donaldson, "Test-Case
//! Reduction via Test-Case Generation" (ECOOP 2020). We differ in one point: a choice is compared
//! by rank in its typed domain, not as raw bits.

use std::cmp::Ordering;

use crate::Node;

/// `Less` when `left` is the simpler one.
pub fn compare(left: &[Node], right: &[Node]) -> Ordering {
    let by_length = left.len().cmp(&right.len());
    by_length.then_with(|| {
        let pairs = left.iter().zip(right);
        // Equality is told faster than order, and most of two neighbours in a search is equal.
        let mut different = pairs.filter(|(left, right)| left != right);
        different
            .next()
            .map_or(Ordering::Equal, |(left, right)| compare_nodes(left, right))
    })
}

/// The numbers below `count` in an order; equal ones stay as they are.
///
/// Every sort by another closure is compiled by itself, the whole algorithm each time. One that calls
/// the closure through a pointer spares that to everybody who compiles this crate.
pub(crate) fn places_in_order(
    count: usize,
    compare: &mut dyn FnMut(usize, usize) -> Ordering,
) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|left, right| compare(*left, *right));
    places
}

fn compare_nodes(left: &Node, right: &Node) -> Ordering {
    let by_domain = left.domain.cmp(&right.domain);
    by_domain.then_with(|| left.domain.compare(&left.choice, &right.choice))
}

#[cfg(test)]
mod laws {
    use super::*;
    use crate::{Chance, Domain, Enabled, FaultDomain, IntegerDomain};

    /// All sequences of up to two nodes over a few small domains.
    fn sequences() -> Vec<Vec<Node>> {
        let domains = [
            Domain::Boolean(Chance::EVEN),
            Domain::Integer(IntegerDomain::new(-1, 1)),
            Domain::Integer(IntegerDomain::new(0, 2)),
            Domain::Branch { count: 2 },
            Domain::Action(Enabled::of(&[true, false, true])),
            Domain::Fault(FaultDomain::new(&["timeout"])),
        ];
        let nodes: Vec<Node> = domains
            .iter()
            .flat_map(|domain| {
                let values = (0..).map_while(|rank| domain.nth(rank));
                values.map(|choice| Node {
                    choice,
                    domain: domain.clone(),
                })
            })
            .collect();
        let mut sequences = vec![Vec::new()];
        for first in &nodes {
            sequences.push(vec![first.clone()]);
            sequences.extend(
                nodes
                    .iter()
                    .map(|second| vec![first.clone(), second.clone()]),
            );
        }
        sequences
    }

    #[test]
    fn total() {
        let sequences = sequences();
        for left in &sequences {
            for right in &sequences {
                assert_eq!(compare(left, right), compare(right, left).reverse());
                assert_eq!(compare(left, right).is_eq(), left == right);
            }
        }
    }

    #[test]
    fn transitive() {
        let mut sequences = sequences();
        sequences.sort_by(|left, right| compare(left, right));
        for (at, left) in sequences.iter().enumerate() {
            for right in &sequences[at + 1..] {
                assert!(compare(left, right).is_lt(), "{left:?} {right:?}");
            }
        }
    }

    #[test]
    fn suffix() {
        let sequences = sequences();
        let prefixes = sequences.iter().take(8);
        for prefix in prefixes {
            for left in &sequences {
                for right in &sequences {
                    let whole = |suffix: &[Node]| [prefix.as_slice(), suffix].concat();
                    assert_eq!(compare(&whole(left), &whole(right)), compare(left, right));
                }
            }
        }
    }
}
