//! Another solver beside ours: one that agrees changes nothing, one that contradicts leaves no proof.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::rc::Rc;

use proofhouse_evidence::Obstacle;
use proofhouse_solver::smtlib::{CheckResult, Session};

use super::generate::random_program;
use super::random_programs::{all_failures, failures_of};
use crate::explore::{Exploration, Explorer, Limits, OtherSolver, Strategy};

const PROGRAMS: u64 = 40;

fn explored(seed: u64, other: OtherSolver) -> Exploration {
    let limits = Limits {
        strategy: Strategy::Merging,
        findings_max: 1000,
        time_ms_max: 60_000,
        ..Limits::default()
    };
    let mut explorer = Explorer::new(random_program(seed));
    explorer.set_second_opinion(other);
    explorer.explore("random::entry", &limits, &mut |_| ControlFlow::Continue(()))
}

#[test]
fn a_solver_that_agrees_changes_nothing() {
    // Ours, from text, without anything that was found out before.
    let other: OtherSolver = Rc::new(|script| {
        let mut session = Session::new();
        session.run(script).expect("it is a script");
        Some(session.last_result() == Some(CheckResult::Satisfiable))
    });
    let mut agreed = 0;
    for seed in 0..PROGRAMS {
        let exploration = explored(seed, Rc::clone(&other));
        assert_eq!(
            failures_of(&exploration),
            all_failures(&random_program(seed)),
            "seed {seed}"
        );
        assert_eq!(exploration.obstacles, BTreeSet::new(), "seed {seed}");
        assert_eq!(exploration.opinions.contradicted, 0, "seed {seed}");
        agreed += exploration.opinions.agreed;
    }
    assert!(agreed > 0, "some questions need a search");
}

#[test]
fn a_solver_that_contradicts_leaves_no_proof() {
    let mut contradicted = 0;
    for seed in 0..PROGRAMS {
        let exploration = explored(seed, Rc::new(|_| Some(true)));
        let is_contradiction =
            |obstacle: &Obstacle| matches!(obstacle, Obstacle::Contradiction { .. });
        let is_contradicted = exploration.opinions.contradicted > 0;
        assert_eq!(
            exploration.obstacles.iter().any(is_contradiction),
            is_contradicted
        );
        contradicted += u64::from(is_contradicted);
    }
    assert!(contradicted > 0, "some questions need a search");
}
