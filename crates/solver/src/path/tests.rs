//! Slices against a naive partition.

use super::*;
use crate::test_random::Random;

/// Adds constraints over random pairs of symbols and compares the slices with components that are
/// computed from scratch.
#[test]
fn slices_partition_the_constraints() {
    let mut random = Random::new(11);
    for _ in 0..50 {
        let mut terms = Terms::new();
        let symbols: Vec<TermId> = (0..12).map(|_| terms.symbol(8)).collect();
        let mut path = PathCondition::new();
        let mut added: Vec<(TermId, Vec<SymbolId>)> = Vec::new();
        for _ in 0..10 {
            let (a, b) = (random.pick(&symbols), random.pick(&symbols));
            let constant = terms.constant(8, random.below(256).into());
            let sum = terms.add(a, b);
            let constraint = terms.ult(sum, constant);
            let mentioned = terms.symbols_of(constraint);
            if mentioned.is_empty() || added.iter().any(|(known, _)| *known == constraint) {
                continue;
            }
            let before = path.clone();
            path.add(constraint, &mentioned, |_| {});
            assert_eq!(before.constraints().len() + 1, path.constraints().len());
            added.push((constraint, mentioned));
        }
        for (constraint, mentioned) in &added {
            let slice = path.slice(path.slice_of(mentioned[0]).unwrap());
            let expected = component(&added, mentioned[0]);
            assert_eq!(slice.symbols(), expected);
            assert!(slice.contains(*constraint) && path.contains(&terms, *constraint));
        }
        let total: usize = path.slices().map(|slice| slice.constraints().len()).sum();
        assert_eq!(total, added.len());
    }
}

/// The symbols reachable from `start` by repeated scanning.
fn component(added: &[(TermId, Vec<SymbolId>)], start: SymbolId) -> Vec<SymbolId> {
    let mut reached = vec![start];
    loop {
        let before = reached.len();
        for (_, symbols) in added {
            if symbols.iter().any(|symbol| reached.contains(symbol)) {
                reached.extend_from_slice(symbols);
                reached.sort_unstable();
                reached.dedup();
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}
