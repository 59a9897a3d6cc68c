//! Values: the simplest ones.

use std::rc::Rc;

use crate::shrink::best::Best;
use crate::shrink::edit::Edit;
use crate::shrink::gallop;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;

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
        let best = search.best();
        if best.values().is_empty() || search.consider(simplified(&best, best.values())) {
            return;
        }
        let mut next = 0;
        loop {
            let best = search.best();
            let values = &best.values()[best.values().partition_point(|at| *at < next)..];
            if values.is_empty() {
                return;
            }
            let run = gallop::largest(values.len() as u128, |amount| {
                search.consider(simplified(&best, &values[..amount as usize]))
            });
            // The value after the run was part of a failing try in which all before it were
            // simplest already; it matters.
            next = values
                .get(run as usize)
                .map_or(best.nodes().len(), |at| at + 1);
        }
    }
}

fn simplified(best: &Rc<Best>, values: &[usize]) -> Edit {
    let simplest = |edit: Edit, at: &usize| {
        let choice = best.nodes()[*at].domain.simplest();
        edit.replace(*at, choice)
    };
    values.iter().fold(Edit::of(best), simplest)
}
