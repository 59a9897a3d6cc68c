//! Every input of a random program, run plainly, against what exploring it with symbols says.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::time::Duration;

use proofhouse_choice::Choice;
use proofhouse_evidence::{FailureKind, Site};

use super::generate::random_program;
use crate::explore::portfolio::explore_in_turns;
use crate::explore::{Exploration, Limits, Strategy, explore};
use crate::machine::{Ended, Image, Machine, Pause, Script};
use crate::program::Program;

pub(super) type Failures = BTreeSet<(FailureKind, Option<Site>)>;

/// The failure of one plain run.
fn run_plainly(machine: &mut Machine<'_>, program: &Program, bytes: [u8; 2]) -> Failures {
    machine.script = Some(Script::new(vec![Choice::Bytes(bytes.to_vec())]));
    let entry = program
        .function_named("random::entry")
        .expect("every program has an entry");
    let mut state = machine.start(entry);
    match machine.run(&mut state, &[], 1_000_000) {
        Pause::Ended(Ended::Held | Ended::Failed) => {}
        other => panic!("a plain run ends, but: {other:?}"),
    }
    let found = machine.journal.candidates.drain(..);
    let found = found
        .map(|found| (found.failure.kind, found.failure.site))
        .collect();
    machine.journal = crate::machine::Journal::default();
    found
}

/// All failures of all inputs. The program looks at three bits of each byte.
pub(super) fn all_failures(program: &Program) -> Failures {
    let image = Rc::new(Image::new(program, false));
    let mut machine = Machine::new(program, &image, Limits::default());
    let inputs = (0..64u8).map(|input| [input & 7, input >> 3]);
    inputs
        .flat_map(|bytes| run_plainly(&mut machine, program, bytes))
        .collect()
}

pub(super) fn explored(program: &Program, strategy: Strategy) -> Exploration {
    let limits = Limits {
        strategy,
        findings_max: 1000,
        time_ms_max: 60_000,
        ..Limits::default()
    };
    explore(program, "random::entry", &limits, &mut |_| {
        ControlFlow::Continue(())
    })
}

/// What an exploration found.
pub(super) fn failures_of(exploration: &Exploration) -> Failures {
    let found = exploration.refutations.iter();
    found
        .map(|refutation| (refutation.failure.kind, refutation.failure.site.clone()))
        .collect()
}

/// Programs to try: more when asked for.
fn seeds() -> std::ops::Range<u64> {
    let count = std::env::var("PROOFHOUSE_RANDOM_PROGRAMS");
    let count = count
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(300);
    let first = std::env::var("PROOFHOUSE_FIRST_SEED");
    let first = first.ok().and_then(|first| first.parse().ok()).unwrap_or(0);
    first..first + count
}

/// Explores in turns so short that most are undone.
fn explored_in_short_turns(program: &Program) -> Exploration {
    let limits = Limits {
        findings_max: 1000,
        time_ms_max: 60_000,
        ..Limits::default()
    };
    let first_turn = Duration::from_micros(5);
    let image = Rc::new(Image::new(program, false));
    let laid_out = (program, &image);
    explore_in_turns(laid_out, "random::entry", &limits, first_turn, &mut |_| {
        ControlFlow::Continue(())
    })
}

fn check(strategy: Strategy) {
    let (mut failing, mut merged) = (0, 0);
    for seed in seeds() {
        let program = random_program(seed);
        let expected = all_failures(&program);
        let exploration = match strategy {
            Strategy::Portfolio => explored_in_short_turns(&program),
            only => explored(&program, only),
        };
        assert_eq!(
            failures_of(&exploration),
            expected,
            "seed {seed}, {:?}",
            exploration.obstacles
        );
        assert_eq!(exploration.obstacles, BTreeSet::new(), "seed {seed}");
        failing += usize::from(!expected.is_empty());
        merged += exploration.paths_merged;
    }
    // The programs have to be interesting: some fail, some do not.
    let count = seeds().count();
    assert!(
        failing > count / 10 && failing < count,
        "{failing} of {count} fail"
    );
    match strategy {
        Strategy::Paths => assert_eq!(merged, 0),
        Strategy::Merging => assert!(merged > 0),
        Strategy::Portfolio => {}
    }
}

#[test]
fn paths_find_exactly_the_failures_of_all_inputs() {
    check(Strategy::Paths);
}

#[test]
fn turns_find_exactly_the_failures_of_all_inputs() {
    check(Strategy::Portfolio);
}

#[test]
fn merged_paths_find_exactly_the_failures_of_all_inputs() {
    check(Strategy::Merging);
}
