//! Facts against all values, at small widths.

use super::*;
use crate::evaluate::apply;
use crate::terms::{BinaryOperation, UnaryOperation};
use crate::test_random::Random;
use crate::value::Value;

const WIDTH: u32 = 4;

/// Some facts of `WIDTH` bits, with all values that fit them; never empty.
fn random_facts(random: &mut Random) -> (Facts, Vec<u128>) {
    let draw = |random: &mut Random| u128::from(random.below(16));
    let (a, b) = (draw(random), draw(random));
    let mut facts = match random.below(4) {
        0 => Facts::range(WIDTH, a.min(b), a.max(b)),
        1 => {
            let (a, b) = (to_signed(a, WIDTH), to_signed(b, WIDTH));
            Facts::signed_range(WIDTH, a.min(b), a.max(b))
        }
        2 => Facts::bits(WIDTH, a & !b, b & !a),
        _ => Facts::exactly(WIDTH, a),
    };
    if random.below(2) == 0 {
        let (second, _) = random_facts(random);
        facts = facts.meet(&second).unwrap_or(facts);
    }
    let values: Vec<u128> = (0..16).filter(|&value| facts.contains(value)).collect();
    // Bits and ranges together may leave no value without showing it; sound facts never do.
    if values.is_empty() {
        random_facts(random)
    } else {
        (facts, values)
    }
}

/// For random facts of the operands, every result of operands that fit lies within the facts.
#[test]
fn results_lie_within_their_facts() {
    let mut terms = Terms::new();
    let (a, b, c) = (terms.symbol(WIDTH), terms.symbol(WIDTH), terms.symbol(1));
    let mut nodes: Vec<(Node, u32)> = BINARY
        .iter()
        .map(|&operation| {
            let width = if operation.is_comparison() { 1 } else { WIDTH };
            (Node::Binary(operation, a, b), width)
        })
        .collect();
    nodes.push((Node::Unary(UnaryOperation::Not, a), WIDTH));
    nodes.push((Node::Unary(UnaryOperation::Negate, a), WIDTH));
    nodes.push((Node::Concat { high: a, low: b }, 2 * WIDTH));
    nodes.push((
        Node::Extract {
            term: a,
            low_bit: 1,
        },
        2,
    ));
    nodes.push((
        Node::Extract {
            term: a,
            low_bit: 2,
        },
        2,
    ));
    nodes.push((Node::SignExtend(a), 7));
    let mut random = Random::new(4);
    for _ in 0..3_000 {
        let ((a_facts, a_values), (b_facts, b_values)) =
            (random_facts(&mut random), random_facts(&mut random));
        let facts_of = |term| if term == a { a_facts } else { b_facts };
        for (node, width) in &nodes {
            let facts = Facts::of_node(&terms, node, *width, facts_of);
            let is_binary = node.operands().count() == 2;
            for &x in &a_values {
                for &y in &b_values {
                    let (x, y) = (Value::new(WIDTH, x), Value::new(WIDTH, y));
                    let result = apply(node, *width, &x, is_binary.then_some(&y));
                    let fits = facts.contains(result.to_u128().unwrap());
                    assert!(fits, "{node:?} of {x:?} {y:?} = {result:?} in {facts:?}");
                }
            }
        }
        let choice = Node::IfThenElse {
            condition: c,
            then: a,
            otherwise: b,
        };
        let facts = Facts::of_node(&terms, &choice, WIDTH, |term| {
            if term == c {
                Facts::unknown(1)
            } else {
                facts_of(term)
            }
        });
        assert!(
            a_values
                .iter()
                .chain(&b_values)
                .all(|&value| facts.contains(value))
        );
    }
}

const BINARY: [BinaryOperation; 13] = [
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

/// The meet of two facts contains exactly the values that both contain.
#[test]
fn a_meet_contains_what_both_contain() {
    let mut random = Random::new(5);
    for _ in 0..5_000 {
        let ((a, a_values), (b, b_values)) = (random_facts(&mut random), random_facts(&mut random));
        let both: Vec<u128> = a_values
            .iter()
            .copied()
            .filter(|value| b_values.contains(value))
            .collect();
        match a.meet(&b) {
            Some(met) => {
                let values: Vec<u128> = (0..16).filter(|&value| met.contains(value)).collect();
                assert_eq!(values, both);
            }
            None => assert!(both.is_empty()),
        }
    }
}

/// Facts at full width must not overflow their own arithmetic.
#[test]
fn the_widest_facts_do_not_overflow() {
    let mut terms = Terms::new();
    let (a, b) = (terms.symbol(128), terms.symbol(128));
    let mut random = Random::new(6);
    for _ in 0..2_000 {
        let facts = [(); 2].map(|()| {
            let ends = [random.edge_biased(128), random.edge_biased(128)];
            (
                Facts::range(128, ends[0].min(ends[1]), ends[0].max(ends[1])),
                ends,
            )
        });
        for operation in BINARY {
            let node = Node::Binary(operation, a, b);
            let width = if operation.is_comparison() { 1 } else { 128 };
            let pick = |term| if term == a { facts[0].0 } else { facts[1].0 };
            let result_facts = Facts::of_node(&terms, &node, width, pick);
            for x in facts[0].1 {
                for y in facts[1].1 {
                    let (x, y) = (Value::new(128, x), Value::new(128, y));
                    let result = apply(&node, width, &x, Some(&y)).to_u128().unwrap();
                    assert!(result_facts.contains(result), "{operation:?} {x:?} {y:?}");
                }
            }
        }
    }
}
