//! Answers of the solver.

use super::*;

#[test]
fn both_sides_of_a_comparison_are_found() {
    let mut terms = Terms::new();
    let mut solver = Solver::new();
    let mut path = PathCondition::new();
    let x = terms.symbol(32);
    let ten = terms.constant(32, 10);
    let small = terms.ult(x, ten);
    let decision = solver.decide(&mut terms, &mut path, small);
    assert!(decision.may_be_true.is_yes() && decision.may_be_false.is_yes());
    solver.assume(&mut terms, &mut path, small, decision.may_be_true.model());
    let twenty = terms.constant(32, 20);
    let smaller = terms.ult(x, twenty);
    assert!(
        solver
            .decide(&mut terms, &mut path, smaller)
            .may_be_false
            .is_no()
    );
    assert_eq!(
        solver.minimum(&mut terms, &mut path, x),
        Ok(Some(Value::new(32, 0)))
    );
    assert_eq!(
        solver.maximum(&mut terms, &mut path, x),
        Ok(Some(Value::new(32, 9)))
    );
    let values = solver.values(&mut terms, &mut path, x, 20).unwrap();
    assert!(values.is_complete);
    assert_eq!(values.values.len(), 10);
    assert!(
        !solver
            .values(&mut terms, &mut path, x, 9)
            .unwrap()
            .is_complete
    );
}
