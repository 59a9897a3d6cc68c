//! Values: the simplest ones.

use crate::shrink::gallop;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::{choices, is_simplest, structure};

/// Makes runs of neighbouring values simplest, doubling the run while that works.
///
/// Finds:   values that do not matter, all at once or in runs of any length.
/// Misses:  values that matter a little; the passes that lower them come after.
/// Cost:    one failing call for all at once, one per value that matters, and O(log k) for a run
///          of `k`.
/// Stops:   it goes from the first value to the last once.
pub(in crate::shrink) struct SimplestRuns;

impl Pass for SimplestRuns {
    fn name(&self) -> &'static str {
        "simplest-runs"
    }

    fn run(&self, search: &mut Search<'_>) {
        if search.consider(simplified(search, &values(search, 0))) {
            return;
        }
        let mut next = 0;
        loop {
            let values = values(search, next);
            if values.is_empty() {
                return;
            }
            let base = Search::nodes(search).to_vec();
            let run = gallop::largest(values.len() as u128, |amount| {
                let mut candidate = choices(&base);
                for at in &values[..amount as usize] {
                    candidate[*at] = base[*at].domain.simplest();
                }
                search.consider(candidate)
            });
            // The value after the run was part of a failing try in which all before it were
            // simplest already; it matters.
            next = values.get(run as usize).map_or(base.len(), |at| at + 1);
        }
    }
}

/// The values from node `from` on that are not simplest and decide no structure.
fn values(search: &Search<'_>, from: usize) -> Vec<usize> {
    let is_structure = structure(search.best());
    let nodes = search.nodes().iter().enumerate().skip(from);
    nodes
        .filter(|(at, node)| !is_structure[*at] && !is_simplest(node))
        .map(|(at, _)| at)
        .collect()
}

fn simplified(search: &Search<'_>, values: &[usize]) -> Vec<crate::Choice> {
    let mut candidate = choices(search.nodes());
    for at in values {
        candidate[*at] = search.nodes()[*at].domain.simplest();
    }
    candidate
}
