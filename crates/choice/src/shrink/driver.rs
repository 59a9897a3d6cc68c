//! Which pass runs when, and when it is enough.

use super::passes;
use super::search::{Oracle, Search};
use super::{Outcome, Probe};
use crate::Record;

/// How much work a shrink may be. Counts, not time, so that the answer is the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Runs of the code under test.
    pub executions_max: u64,
    /// Calls of the oracle, those included that end before the code under test runs.
    pub calls_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            executions_max: 10_000,
            calls_max: 50_000,
        }
    }
}

/// What a shrink came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shrunk {
    /// The simplest failing run that was found.
    pub record: Record,
    /// Runs of the code under test.
    pub executions: u64,
    /// Calls of the oracle.
    pub calls: u64,
    /// Whether all passes were done; otherwise a limit ended the work.
    pub is_complete: bool,
    /// What each pass did, in the order of the passes.
    pub passes: Vec<PassWork>,
}

/// What one pass did, in all its runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassWork {
    /// The pass.
    pub name: &'static str,
    /// Runs of the code under test.
    pub executions: u64,
    /// Sequences that were adopted.
    pub adopted: u64,
}

/// Shrinks a failing run against an oracle that accepts its failure.
///
/// The oracle replays a sequence as `Replay` does, and leaves the record of the run in the probe. It
/// may give up a run that decides more choices than the shortest failing one so far, as no such run
/// is ever adopted.
pub fn shrink(
    start: Record,
    limits: Limits,
    mut oracle: impl FnMut(&mut Probe) -> Outcome,
) -> Shrunk {
    let oracle: &mut Oracle<'_> = &mut oracle;
    let mut search = Search::new(oracle, start, limits);
    let mut work: Vec<PassWork> = passes::ALL
        .iter()
        .map(|pass| PassWork {
            name: pass.name(),
            executions: 0,
            adopted: 0,
        })
        .collect();
    // The state that each pass left behind when it had found nothing.
    let mut done = [None; passes::ALL.len()];
    loop {
        let before = search.adopted;
        let rows = passes::ALL.iter().zip(&mut work).zip(&mut done);
        for ((pass, work), done) in rows {
            // A pass that made no progress makes none when it is repeated.
            if *done == Some(search.state()) {
                continue;
            }
            let (executions, adopted) = (search.executions, search.adopted);
            pass.run(&mut search);
            work.executions += search.executions - executions;
            work.adopted += search.adopted - adopted;
            *done = (search.adopted == adopted).then(|| search.state());
        }
        if search.adopted == before || search.is_exhausted() {
            break;
        }
    }
    let (executions, calls) = (search.executions, search.calls);
    let is_complete = !search.is_exhausted();
    Shrunk {
        record: search.into_best(),
        executions,
        calls,
        is_complete,
        passes: work,
    }
}
