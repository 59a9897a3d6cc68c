//! Every planted mistake is noticed, by each of the checks that are there for it; without one, none is.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proofhouse_evidence::Obstacle;

use super::generate::{address_in_slot_program, far_write_program, lookup_program, random_program};
use super::random_programs::{all_failures, explored, failures_of};
use crate::explore::Strategy;
use crate::planted::{self, Mistake};
use crate::program::Program;

/// A check that notices something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Check {
    /// The probes, in every build and on every program.
    Probes,
    /// The plain run of a counterexample, in every build and on every program.
    PlainRun,
    /// The comparison of a merged state with the two that it is made of, where assertions are on.
    Assertion,
    /// Every input run plainly, which only tests can do.
    AllInputs,
}

/// Programs that each mistake is planted into.
const PROGRAMS: u64 = 120;

/// The checks that notice something in any of the programs.
fn noticed(strategy: Strategy, mistakes: &'static [Mistake]) -> BTreeSet<Check> {
    let programs = (0..PROGRAMS).map(random_program);
    programs
        .flat_map(|program| noticed_in(&program, strategy, mistakes))
        .collect()
}

fn noticed_in(
    program: &Program,
    strategy: Strategy,
    mistakes: &'static [Mistake],
) -> BTreeSet<Check> {
    let expected = all_failures(program);
    let explore = || planted::with(mistakes, || explored(program, strategy));
    let Ok(exploration) = catch_unwind(AssertUnwindSafe(explore)) else {
        return BTreeSet::from([Check::Assertion]);
    };
    let mut checks = BTreeSet::new();
    for obstacle in &exploration.obstacles {
        match obstacle {
            Obstacle::Contradiction { .. } => checks.insert(Check::Probes),
            Obstacle::Unsupported { what, .. } if what.contains("a plain run does not show") => {
                checks.insert(Check::PlainRun)
            }
            other => panic!("{other:?}"),
        };
    }
    if failures_of(&exploration) != expected {
        checks.insert(Check::AllInputs);
    }
    checks
}

fn check(strategy: Strategy, mistakes: &'static [Mistake], expected: &[Check]) {
    let noticed = noticed(strategy, mistakes);
    let missed: Vec<&Check> = expected
        .iter()
        .filter(|check| !noticed.contains(check))
        .collect();
    assert!(
        missed.is_empty(),
        "{mistakes:?} is not noticed by {missed:?}, only by {noticed:?}"
    );
}

#[test]
fn without_a_mistake_nothing_is_noticed() {
    for strategy in [Strategy::Paths, Strategy::Merging] {
        assert_eq!(noticed(strategy, &[]), BTreeSet::new(), "{strategy:?}");
    }
}

#[test]
fn a_dropped_path_is_noticed() {
    let expected = [Check::Probes, Check::AllInputs];
    check(Strategy::Paths, &[Mistake::DroppedPath], &expected);
    check(Strategy::Merging, &[Mistake::DroppedPath], &expected);
}

#[test]
fn a_fork_with_a_wrong_condition_is_noticed() {
    let expected = [Check::Probes, Check::AllInputs];
    check(Strategy::Paths, &[Mistake::ForkOnOneSide], &expected);
    check(
        Strategy::Paths,
        &[Mistake::ForkWithoutCondition],
        &[Check::Probes, Check::PlainRun],
    );
}

#[test]
fn a_wrong_answer_of_the_solver_is_noticed() {
    let expected = [Check::Probes, Check::AllInputs];
    check(Strategy::Paths, &[Mistake::OneSideExcluded], &expected);
    check(Strategy::Merging, &[Mistake::OneSideExcluded], &expected);
}

#[test]
fn a_number_that_is_excluded_is_noticed() {
    let program = far_write_program();
    let with = |mistakes| noticed_in(&program, Strategy::Paths, mistakes);
    assert_eq!(with(&[]), BTreeSet::new());
    // What is wrong is where it writes, which no input fails by.
    let expected = BTreeSet::from([Check::Probes]);
    assert_eq!(with(&[Mistake::NumberExcluded]), expected);
}

#[test]
fn an_unsound_merge_is_noticed() {
    let all = [Check::PlainRun, Check::AllInputs];
    for mistakes in [
        &[Mistake::MergedValuesSwapped, Mistake::MergeUnchecked],
        &[Mistake::MergedMemoryIgnored, Mistake::MergeUnchecked],
    ] {
        check(Strategy::Merging, mistakes, &all);
    }
    for mistakes in [
        &[Mistake::MergedValuesSwapped],
        &[Mistake::MergedMemoryIgnored],
    ] {
        check(Strategy::Merging, mistakes, &[Check::Assertion]);
    }
    check(
        Strategy::Merging,
        &[Mistake::MergedPathNarrowed],
        &[Check::Probes, Check::AllInputs],
    );
    check(
        Strategy::Merging,
        &[Mistake::MergedKnowledgeKept],
        &[Check::Probes, Check::AllInputs],
    );
}

/// What is read then is a failure that the plain run does not show. Where the program aborts at 6, that run
/// shows the failure which there is.
#[test]
fn a_slot_that_is_forgotten_too_early_is_noticed() {
    let mistakes = &[Mistake::AddressesInMemoryIgnored];
    for (aborts_at, expected) in [(5, true), (6, false), (7, true)] {
        let program = address_in_slot_program(aborts_at);
        let noticed = |mistakes| noticed_in(&program, Strategy::Merging, mistakes);
        assert_eq!(noticed(&[]), BTreeSet::new());
        let is_noticed = noticed(mistakes).contains(&Check::PlainRun);
        assert_eq!(is_noticed, expected, "{aborts_at}");
    }
}

/// A failure that the mistake hides, and one that it invents.
#[test]
fn a_wrong_answer_of_memory_is_noticed() {
    let hidden = lookup_program([0, 0, 0, 1], None);
    let invented = lookup_program([1, 0, 0, 0], Some(3));
    for strategy in [Strategy::Paths, Strategy::Merging] {
        for program in [&hidden, &invented] {
            assert_eq!(noticed_in(program, strategy, &[]), BTreeSet::new());
        }
        let mistakes = &[Mistake::LastPlaceUnread];
        let expected = BTreeSet::from([Check::Probes, Check::AllInputs]);
        assert_eq!(noticed_in(&hidden, strategy, mistakes), expected);
        let expected = BTreeSet::from([Check::PlainRun]);
        assert_eq!(noticed_in(&invented, strategy, mistakes), expected);
    }
}
