//! Circuits against the evaluator.

use super::*;

/// For every operation at small widths and all operands: the circuit gives exactly the
/// evaluator's result. The operands are unknowns that assumptions pin down, so nothing is folded.
#[test]
pub(crate) fn circuits_agree_with_evaluation_on_all_small_operands() {
    for width in 1..=4u32 {
        for operation in OPERATIONS {
            let mut terms = Terms::new();
            let (a, b) = (terms.symbol(width), terms.symbol(width));
            let result_width = if operation.is_comparison() { 1 } else { width };
            let result = terms.intern(Node::Binary(operation, a, b), result_width);
            check_exhaustively(&mut terms, &[a, b], result);
        }
    }
}

#[test]
fn other_nodes_agree_with_evaluation_on_all_small_operands() {
    let mut terms = Terms::new();
    let (a, b, c) = (terms.symbol(3), terms.symbol(3), terms.symbol(1));
    let nodes = [
        (Node::Unary(UnaryOperation::Not, a), 3),
        (Node::Unary(UnaryOperation::Negate, a), 3),
        (
            Node::IfThenElse {
                condition: c,
                then: a,
                otherwise: b,
            },
            3,
        ),
        (Node::Concat { high: a, low: b }, 6),
        (
            Node::Extract {
                term: a,
                low_bit: 1,
            },
            2,
        ),
        (Node::SignExtend(a), 5),
    ];
    for (node, width) in nodes {
        let result = terms.intern(node, width);
        check_exhaustively(&mut terms, &[a, b, c], result);
    }
    let negated = terms.intern(Node::Unary(UnaryOperation::Negate, b), 3);
    let difference = terms.intern(Node::Binary(BinaryOperation::Add, a, negated), 3);
    check_exhaustively(&mut terms, &[a, b], difference);
}

const OPERATIONS: [BinaryOperation; 13] = [
    BinaryOperation::And,
    BinaryOperation::Or,
    BinaryOperation::Xor,
    BinaryOperation::Add,
    BinaryOperation::Multiply,
    BinaryOperation::UnsignedDivide,
    BinaryOperation::UnsignedRemainder,
    BinaryOperation::ShiftLeft,
    BinaryOperation::ShiftRight,
    BinaryOperation::ShiftRightSigned,
    BinaryOperation::Equal,
    BinaryOperation::Less,
    BinaryOperation::LessSigned,
];

/// Under each assignment of `symbols`, `result` can be what the evaluator says, and nothing else.
fn check_exhaustively(terms: &mut Terms, symbols: &[TermId], result: TermId) {
    let mut session = Session::new();
    let widths: Vec<u32> = symbols.iter().map(|&symbol| terms.width(symbol)).collect();
    for assignment in 0..1u128 << widths.iter().sum::<u32>() {
        let mut model = Model::new();
        let mut pinned = terms.true_();
        let mut rest = assignment;
        for (&symbol, &width) in symbols.iter().zip(&widths) {
            let value = Value::new(width, rest);
            rest >>= width;
            let constant = terms.value(value.clone());
            let is_pinned = terms.eq(symbol, constant);
            pinned = terms.and(pinned, is_pinned);
            model.set(terms.as_symbol(symbol).unwrap(), value);
        }
        let expected = terms.value(model.evaluate(terms, result));
        let is_expected = terms.eq(result, expected);
        let not_expected = terms.not(is_expected);
        let possible = terms.and(pinned, is_expected);
        let impossible = terms.and(pinned, not_expected);
        check_answer(&mut session, terms, possible, true);
        check_answer(&mut session, terms, impossible, false);
    }
}

fn check_answer(session: &mut Session, terms: &mut Terms, condition: TermId, satisfiable: bool) {
    let shown = terms.show(condition).to_string();
    match session.solve(terms, condition, None, &Limits::default(), None) {
        Outcome::Satisfiable(found) => {
            assert!(satisfiable, "{shown} has no solution");
            assert!(found.holds(terms, condition), "{shown} under {found:?}");
        }
        Outcome::Unsatisfiable => assert!(!satisfiable, "{shown} has a solution"),
        Outcome::GaveUp(limit) => panic!("gave up at {limit:?}: {shown}"),
    }
}
