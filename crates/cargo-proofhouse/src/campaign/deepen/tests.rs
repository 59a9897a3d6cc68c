//! Which sizes are tried, and what the rounds come to.

use proofhouse_evidence::Hotspot;

use super::*;
use crate::engines::worker::Start;

const BUDGET: Budget = Budget {
    time_max: Duration::from_secs(3600),
    size_max: Some(8),
    memory_bytes_max: 1 << 30,
};

fn round(verdict: Verdict, bounds: Vec<Bound>) -> Result<Explored, Gone> {
    Ok(Explored {
        bounds,
        statistics: Statistics {
            paths: 1,
            ..Statistics::default()
        },
        ..Explored::of(verdict)
    })
}

fn bound(most: u64) -> Bound {
    Bound {
        what: "length of `text`".to_owned(),
        most,
        unit: "bytes".to_owned(),
    }
}

fn proved_to(most: u64) -> Result<Explored, Gone> {
    let bounds = vec![bound(most)];
    round(
        Verdict::Proved {
            proof: Proof::Bounded {
                bounds: bounds.clone(),
                contracts: Vec::new(),
            },
        },
        bounds,
    )
}

fn inconclusive(obstacle: Obstacle, size: u64) -> Result<Explored, Gone> {
    let verdict = Verdict::Inconclusive {
        obstacles: vec![obstacle],
    };
    let mut explored = round(verdict, vec![bound(size)])?;
    explored.statistics.paths = size;
    Ok(explored)
}

fn unsupported() -> Obstacle {
    Obstacle::Unsupported {
        what: "open64".to_owned(),
        called_from: None,
    }
}

fn refuted() -> Result<Explored, Gone> {
    round(Verdict::Refuted { findings: vec![] }, vec![])
}

/// Deepens, and says which sizes were tried and what was concluded.
fn check(budget: Budget, explore: impl Fn(u64) -> Result<Explored, Gone>) -> (Vec<u64>, Deepened) {
    let mut tried = Vec::new();
    let deepened = deepen(budget, &mut |size, _| {
        tried.push(size);
        explore(size)
    });
    (tried, deepened)
}

#[test]
fn sizes_grow_up_to_the_largest() {
    let all = |size_max| sizes(size_max).collect::<Vec<_>>();
    assert_eq!(all(Some(5)), [1, 2, 3, 4, 5]);
    assert_eq!(all(Some(7)), [1, 2, 3, 4, 6, 7]);
    assert_eq!(all(Some(8)), [1, 2, 3, 4, 6, 8]);
    assert_eq!(all(Some(1)), [1]);
    assert_eq!(all(Some(16)), SIZES);
    assert_eq!(sizes(None).nth(10), Some(36));
    assert!(sizes(None).last().is_some(), "the growth ends");
}

#[test]
fn covers_are_those_of_the_last_completed_round() {
    let (_, deepened) = check(BUDGET, |size| {
        let mut explored = if size < 7 {
            proved_to(size)?
        } else {
            inconclusive(unsupported(), size)?
        };
        let cover = |label: &str, reach| CoverReach {
            label: label.to_owned(),
            reach,
        };
        let long = match size {
            0..4 => Reach::Unreachable,
            4..7 => Reach::Reachable,
            _ => Reach::Unknown,
        };
        explored.covers = vec![
            cover("long", long),
            cover("twice", Reach::Reachable),
            cover("never", Reach::Unreachable),
        ];
        explored.rejecting = vec!["src/lib.rs:3".to_owned()];
        Ok(explored)
    });
    let words = &deepened.remarks[deepened.remarks.len() - 3..];
    let expected = [
        "can be covered: `long`, `twice`",
        "can never be covered within the bounds: `never`",
        "every input that comes to src/lib.rs:3 is rejected there",
    ];
    assert_eq!(words, expected);
}

#[test]
fn the_last_completed_round_is_the_verdict() {
    let (tried, deepened) = check(BUDGET, proved_to);
    assert_eq!(tried, [1, 2, 3, 4, 6, 8]);
    assert_eq!(deepened.verdict, proved_to(8).ok().map(|one| one.verdict));
    assert_eq!(deepened.statistics.paths, 6);
    assert_eq!(deepened.remarks, [""; 0]);
}

/// Inputs of a round that was not completed go on, unless they are proved or something fails.
#[test]
fn inputs_beyond_the_proof_are_for_others() {
    let starts = |proved: u64, last: fn() -> Verdict| {
        let (_, deepened) = check(BUDGET, |size| {
            if size <= proved {
                return proved_to(size);
            }
            let mut explored = inconclusive(unsupported(), size)?;
            explored.verdict = last();
            let input = |longest: u64| Start {
                token: format!("t{longest}"),
                longest,
            };
            explored.inputs = (1..=size).map(input).collect();
            Ok(explored)
        });
        deepened.starts
    };
    let stuck = || Verdict::Inconclusive {
        obstacles: vec![Obstacle::SolverGaveUp { questions: 1 }],
    };
    let refuted = || Verdict::Refuted { findings: vec![] };
    assert_eq!(starts(0, stuck), ["t1"]);
    assert_eq!(starts(3, stuck), ["t4"]);
    assert_eq!(starts(3, refuted), [""; 0]);
    assert_eq!(starts(8, stuck), [""; 0]);
}

#[test]
fn a_round_without_bounds_is_complete() {
    let complete = Verdict::Proved {
        proof: Proof::Complete,
    };
    let (tried, deepened) = check(BUDGET, |_| round(complete.clone(), vec![]));
    assert_eq!((tried, deepened.verdict), (vec![1], Some(complete)));
}

#[test]
fn a_refutation_ends_it() {
    let (tried, deepened) = check(
        BUDGET,
        |size| if size < 3 { proved_to(size) } else { refuted() },
    );
    assert_eq!(tried, [1, 2, 3]);
    assert!(matches!(deepened.verdict, Some(Verdict::Refuted { .. })));
}

#[test]
fn bounds_that_the_size_does_not_move_end_it() {
    let (tried, deepened) = check(BUDGET, |_| proved_to(5));
    assert_eq!(tried, [1, 2, 3, 4, 6]);
    assert_eq!(deepened.verdict, proved_to(5).ok().map(|one| one.verdict));
    // A collection of at least three elements: smaller sizes all mean three.
    let (tried, _) = check(BUDGET, |size| proved_to(size.max(3)));
    assert_eq!(tried.last(), Some(&8));
}

#[test]
fn vacuity_at_a_small_size_is_not_the_end() {
    let vacuous = Verdict::Vacuous { rejected: 1 };
    let (tried, deepened) = check(BUDGET, |size| match size {
        0..3 => round(vacuous.clone(), vec![bound(size)]),
        _ => proved_to(size),
    });
    assert_eq!(tried.last(), Some(&8));
    assert!(matches!(deepened.verdict, Some(Verdict::Proved { .. })));
    let (_, deepened) = check(BUDGET, |size| round(vacuous.clone(), vec![bound(size)]));
    assert_eq!(deepened.verdict, Some(vacuous));
}

#[test]
fn something_unsupported_does_not_hide_a_fault_at_a_larger_size() {
    let (tried, deepened) = check(BUDGET, |size| match size {
        0..4 => inconclusive(unsupported(), size),
        _ => refuted(),
    });
    assert_eq!(tried, [1, 2, 3, 4]);
    assert!(matches!(deepened.verdict, Some(Verdict::Refuted { .. })));
    let (tried, deepened) = check(BUDGET, |size| inconclusive(unsupported(), size));
    assert_eq!(tried.last(), Some(&8));
    let obstacles = vec![unsupported()];
    assert_eq!(deepened.verdict, Some(Verdict::Inconclusive { obstacles }));
    // Nothing more to see at a larger size.
    let (tried, _) = check(BUDGET, |_| inconclusive(unsupported(), 3));
    assert_eq!(tried, [1, 2]);
}

#[test]
fn an_obstacle_at_a_larger_size_leaves_the_smaller_proof() {
    let gave_up = || Obstacle::SolverGaveUp { questions: 1 };
    let (tried, deepened) = check(BUDGET, |size| match size {
        0..4 => proved_to(size),
        _ => inconclusive(gave_up(), size),
    });
    assert_eq!(tried, [1, 2, 3, 4]);
    assert_eq!(deepened.verdict, proved_to(3).ok().map(|one| one.verdict));
    assert_eq!(
        deepened.remarks,
        ["size 4 was not completed: the solver left 1 question open"]
    );
}

#[test]
fn a_contradiction_leaves_no_smaller_proof() {
    let contradiction = Obstacle::Contradiction {
        what: "an input takes two paths".to_owned(),
    };
    let (tried, deepened) = check(BUDGET, |size| match size {
        0..4 => proved_to(size),
        _ => inconclusive(contradiction.clone(), size),
    });
    assert_eq!(tried, [1, 2, 3, 4]);
    let obstacles = vec![contradiction];
    assert_eq!(deepened.verdict, Some(Verdict::Inconclusive { obstacles }));
}

#[test]
fn time_is_up_in_a_round_or_between_rounds() {
    let time = Obstacle::LimitReached {
        limit: "time".to_owned(),
        allowed: 12,
        unit: "milliseconds".to_owned(),
    };
    let (_, deepened) = check(BUDGET, |size| match size {
        0..3 => proved_to(size),
        _ => inconclusive(time.clone(), size),
    });
    assert_eq!(deepened.verdict, proved_to(2).ok().map(|one| one.verdict));
    assert_eq!(
        deepened.remarks,
        ["size 3 was not finished within 60 min 0 s"]
    );

    let (_, deepened) = check(BUDGET, |_| {
        std::thread::sleep(Duration::from_millis(2));
        Err(Gone::OutOfTime)
    });
    assert!(deepened.statistics.elapsed_us >= 2_000);
    let obstacles = vec![time_limit(BUDGET.time_max)];
    assert_eq!(deepened.verdict, Some(Verdict::Inconclusive { obstacles }));

    let spent = Budget {
        time_max: Duration::ZERO,
        size_max: None,
        ..BUDGET
    };
    let (tried, deepened) = check(spent, proved_to);
    assert_eq!(tried, [0; 0]);
    assert!(matches!(
        deepened.verdict,
        Some(Verdict::Inconclusive { .. })
    ));
}

#[test]
fn a_round_that_took_long_says_where_its_time_went() {
    let time = Obstacle::LimitReached {
        limit: "time".to_owned(),
        allowed: 12,
        unit: "seconds".to_owned(),
    };
    let hotspot = |place: &str, splits, solver_us| Hotspot {
        place: place.to_owned(),
        splits,
        questions: 30,
        solver_us,
    };
    let after = |elapsed_us| {
        let (_, deepened) = check(BUDGET, |size| {
            let mut explored = inconclusive(time.clone(), size)?;
            explored.hotspots = vec![hotspot("a.rs:1", 0, 9_000_000), hotspot("b.rs:2", 1203, 0)];
            explored.statistics.elapsed_us = elapsed_us;
            explored.statistics.solver_us = 10_000_000;
            Ok(explored)
        });
        deepened.remarks
    };
    assert_eq!(
        after(12_000_000),
        [
            "the last round took 12.0 s, of which the solver had 10.0 s, longest at a.rs:1 (9.00 s, \
             30 questions); most paths part at b.rs:2 (1,203)"
        ]
    );
    assert_eq!(after(12_000), [""; 0]);
}

#[test]
fn memory_leaves_the_smaller_proof_and_a_broken_worker_leaves_none() {
    let after_two = |gone: Gone| {
        check(BUDGET, move |size| {
            if size < 3 {
                proved_to(size)
            } else {
                Err(gone.clone())
            }
        })
        .1
    };
    let deepened = after_two(Gone::OutOfMemory);
    assert_eq!(deepened.verdict, proved_to(2).ok().map(|one| one.verdict));
    let deepened = check(BUDGET, |_| Err(Gone::OutOfMemory)).1;
    let obstacles = vec![Obstacle::LimitReached {
        limit: "memory".to_owned(),
        allowed: 1024,
        unit: "MiB".to_owned(),
    }];
    assert_eq!(deepened.verdict, Some(Verdict::Inconclusive { obstacles }));
    let how = "was killed by signal 9".to_owned();
    let deepened = after_two(Gone::Lost { how: how.clone() });
    let obstacles = vec![Obstacle::WorkerLost { how }];
    assert_eq!(deepened.verdict, Some(Verdict::Inconclusive { obstacles }));
    assert_eq!(after_two(Gone::Interrupted).verdict, None);
}
