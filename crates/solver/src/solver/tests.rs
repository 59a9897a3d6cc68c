//! The solver's answers against brute force, rung by rung.

use super::*;
use crate::test_random::Random;
use crate::test_world::World;

/// Follows random paths: every decision must be what enumeration says, every model must satisfy
/// what it claims to, and at the end extremes and values must be the right ones.
#[test]
pub(crate) fn decisions_agree_with_brute_force() {
    let worlds: [&[u32]; 6] = [&[8], &[8, 4], &[10], &[4, 4, 3], &[9, 2], &[1, 3, 3, 3]];
    let mut statistics = Statistics::default();
    for seed in 0..400 {
        let mut random = Random::new(3_000 + seed);
        let widths = random.pick(&worlds);
        let mut world = World::new(widths, random);
        let mut solver = Solver::new();
        let mut path = PathCondition::new();
        for _ in 0..8 {
            let condition = world.condition();
            check_decision(&mut world, &mut solver, &mut path, condition);
        }
        check_extremes(&mut world, &mut solver, &mut path);
        let own = solver.statistics();
        statistics.by_model += own.by_model;
        statistics.by_facts += own.by_facts;
        statistics.by_domain += own.by_domain;
        statistics.by_repair += own.by_repair;
        statistics.by_inversion += own.by_inversion;
        statistics.by_cache += own.by_cache;
        statistics.searches += own.searches;
    }
    // Each rung must have been put to the test.
    let Statistics {
        by_model,
        by_facts,
        by_domain,
        by_repair,
        by_inversion,
        by_cache,
        searches,
        ..
    } = statistics;
    let rungs = [
        by_model,
        by_facts,
        by_domain,
        by_repair,
        by_inversion,
        by_cache,
        searches,
    ];
    assert!(rungs.iter().all(|&count| count > 50), "{statistics:?}");
}

fn check_decision(
    world: &mut World,
    solver: &mut Solver,
    path: &mut PathCondition,
    condition: TermId,
) {
    let truths = world.truths(condition);
    let expected = [true, false].map(|side| truths.contains(&side));
    let decision = solver.decide(&mut world.terms, path, condition);
    let negated = world.terms.not(condition);
    let sides = [
        (condition, decision.may_be_true),
        (negated, decision.may_be_false),
    ];
    for ((side, answer), expected) in sides.iter().zip(expected) {
        let shown = world.terms.show(*side);
        match answer {
            Answer::Yes(model) => {
                assert!(expected, "{shown} is impossible");
                assert!(model.holds(&world.terms, *side), "{shown}");
            }
            Answer::No => assert!(!expected, "{shown} is possible"),
            Answer::GaveUp(limit) => panic!("gave up at {limit:?} for {shown}"),
        }
    }
    // Follow a possible side, if there is one; now and then without its model, now and then with
    // a model that has nothing to do with it.
    let [(first, first_answer), (second, second_answer)] = sides;
    let take_second = !expected[0] || expected[1] && world.random.below(2) == 0;
    let (side, answer) = if take_second {
        (second, second_answer)
    } else {
        (first, first_answer)
    };
    let model = match world.random.below(6) {
        0 => None,
        1 => Some(Model::new()),
        _ => answer.model(),
    };
    world.restrict(side);
    solver.assume(&mut world.terms, path, side, model);
}

fn check_extremes(world: &mut World, solver: &mut Solver, path: &mut PathCondition) {
    let term = world.term(1);
    let expected = world.values(term);
    let minimum = solver.minimum(&mut world.terms, path, term).unwrap();
    let maximum = solver.maximum(&mut world.terms, path, term).unwrap();
    assert_eq!(
        minimum.and_then(|value| value.to_u128()),
        expected.first().copied()
    );
    assert_eq!(
        maximum.and_then(|value| value.to_u128()),
        expected.last().copied()
    );
    let found = solver.values(&mut world.terms, path, term, 20).unwrap();
    assert_eq!(found.is_complete, expected.len() <= 20);
    let bits: Vec<u128> = found
        .values
        .iter()
        .map(|value| value.to_u128().unwrap())
        .collect();
    if found.is_complete {
        assert_eq!(bits, expected);
    } else {
        assert_eq!(bits.len(), 20);
        assert!(bits.iter().all(|value| expected.contains(value)));
    }
}

/// A contradiction that was assumed, knowingly or not, makes everything impossible.
#[test]
fn an_impossible_path_allows_nothing() {
    let mut terms = Terms::new();
    let mut solver = Solver::new();
    let mut path = PathCondition::new();
    let (x, y) = (terms.symbol(32), terms.symbol(32));
    let product = terms.mul(x, y);
    let odd = terms.extract(product, 0, 1);
    let x_odd = terms.extract(x, 0, 1);
    let x_even = terms.not(x_odd);
    solver.assume(&mut terms, &mut path, odd, None);
    solver.assume(&mut terms, &mut path, x_even, None);
    assert!(path.last_model().is_none(), "no model satisfies this");
    assert!(solver.model(&mut terms, &mut path).is_no());
    assert!(path.is_contradiction());
    let truth = terms.true_();
    let decision = solver.decide(&mut terms, &mut path, truth);
    assert!(decision.may_be_true.is_no() && decision.may_be_false.is_no());
    assert_eq!(solver.minimum(&mut terms, &mut path, x), Ok(None));
    assert_eq!(
        solver.values(&mut terms, &mut path, x, 3).unwrap().values,
        []
    );
}

/// Bytes that no constraint links are decided without any search.
#[test]
fn branches_on_single_bytes_need_no_search() {
    let mut terms = Terms::new();
    let mut solver = Solver::new();
    let mut path = PathCondition::new();
    for _ in 0..8 {
        let byte = terms.symbol(8);
        for bound in [0x80, 0xc2, 0xe0, 0xf0, 0xf5] {
            let bound = terms.constant(8, bound);
            let is_below = terms.ult(byte, bound);
            let decision = solver.decide(&mut terms, &mut path, is_below);
            assert!(decision.may_be_true.is_yes() && decision.may_be_false.is_yes());
            let other = terms.not(is_below);
            solver.assume(&mut terms, &mut path, other, decision.may_be_false.model());
        }
    }
    assert_eq!(solver.statistics().searches, 0);
}

/// Limits end a question that is out of reach, and say so.
#[test]
fn a_hard_question_gives_up_at_its_limit() {
    let mut terms = Terms::new();
    let mut solver = Solver::new();
    let conflicts = Limits {
        conflicts_max: 50,
        ..Limits::default()
    };
    let clauses = Limits {
        clauses_max: 1_000,
        ..Limits::default()
    };
    let (x, y, z) = (terms.symbol(64), terms.symbol(64), terms.symbol(64));
    let (left, right) = (terms.mul(x, y), terms.mul(y, z));
    let (left, right) = (terms.mul(left, z), terms.mul(x, right));
    // Equal for all x, y and z, but no rule knows that.
    let differs = terms.ne(left, right);
    for (limits, expected) in [
        (conflicts, GaveUp::Conflicts { allowed: 50 }),
        (clauses, GaveUp::Clauses { allowed: 1_000 }),
    ] {
        solver.set_limits(limits);
        let answer = solver.satisfy(&mut terms, &mut PathCondition::new(), differs);
        assert_eq!(answer, Answer::GaveUp(expected));
    }
    solver.set_limits(Limits::default());
    solver.set_interrupt(Some(Arc::new(|| true)));
    let answer = solver.satisfy(&mut terms, &mut PathCondition::new(), differs);
    assert_eq!(answer, Answer::GaveUp(GaveUp::Interrupted));
}
