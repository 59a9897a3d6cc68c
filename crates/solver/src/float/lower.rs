//! The circuit of a float operation: a term of bit-vectors over the same operands.
//!
//! Made when a search needs it, and only then. It stands beside the operation, not in its place, so
//! that everything else goes on seeing a sum as a sum.
//!
//! # Invariants
//!
//! - Circuits contain no float operations but those that are in the operands.
//! - A circuit has the value of its operation under every model (`tests::circuits_*`).

use super::circuit::Circuit;
use super::{FloatApplication, FloatOperation};
use crate::terms::{Node, TermId, Terms};

impl Terms {
    /// The circuit of `term`, which is a float operation.
    pub(crate) fn float_circuit(&mut self, term: TermId) -> TermId {
        if let Some(&circuit) = self.circuits.get(&term) {
            return circuit;
        }
        let Node::Float(application) = *self.node(term) else {
            unreachable!("only float operations have circuits");
        };
        let width = self.width(term);
        let circuit = build(self, &application, width);
        assert_eq!(self.width(circuit), width, "{application:?}");
        self.circuits.insert(term, circuit);
        circuit
    }
}

fn build(terms: &mut Terms, application: &FloatApplication, width: u32) -> TermId {
    use FloatOperation as Op;
    let FloatApplication {
        operation,
        format,
        rounding,
        ..
    } = *application;
    let operands = application.operands();
    let integer = operands
        .iter()
        .map(|&operand| terms.width(operand))
        .max()
        .unwrap_or(0);
    let target = operation.result(format).unwrap_or(format);
    let mut circuit = Circuit::new(terms, format, target, rounding, width.max(integer));
    match (operation, operands) {
        (Op::Add, &[a, b]) => circuit.add(a, b),
        (Op::Multiply, &[a, b]) => circuit.multiply(a, b),
        (Op::Divide, &[a, b]) => circuit.divide(a, b),
        (Op::Remainder, &[a, b]) => circuit.remainder(a, b, false),
        (Op::RemainderNearest, &[a, b]) => circuit.remainder(a, b, true),
        (Op::MultiplyAdd, &[a, b, c]) => circuit.multiply_add(a, b, c),
        (Op::SquareRoot, &[a]) => circuit.root(a),
        (Op::RoundToIntegral, &[a]) => circuit.integral(a),
        (Op::Convert(_), &[a]) => circuit.convert(format, a),
        (Op::FromSigned | Op::FromUnsigned, &[a]) => {
            circuit.of_integer(operation == Op::FromSigned, a)
        }
        (Op::ToSigned | Op::ToUnsigned, &[a]) => {
            circuit.as_integer(operation == Op::ToSigned, a, width)
        }
        _ => unreachable!("{operation:?} has other operands"),
    }
}
