//! Every operation has three twins: exact arithmetic, the host's floats, and the circuit. Exact
//! arithmetic itself is held against a search among all numbers of small formats (`naive`).

mod circuits;
mod host;
mod naive;
mod rules;

use super::{FloatApplication, FloatOperation, Format, Rounding, exact};
use crate::evaluate::Lanes;
use crate::terms::{Node, TermId, Terms};
use crate::test_random::Random;
use crate::value::Value;

/// Operations on floats alone, with a result in the same format.
const WITHIN: [FloatOperation; 8] = [
    FloatOperation::Add,
    FloatOperation::Multiply,
    FloatOperation::Divide,
    FloatOperation::Remainder,
    FloatOperation::RemainderNearest,
    FloatOperation::MultiplyAdd,
    FloatOperation::SquareRoot,
    FloatOperation::RoundToIntegral,
];

fn small(exponent_bits: u32, precision: u32) -> Format {
    Format::new(exponent_bits, precision).unwrap()
}

/// Bits at which something changes: zeros, the ends of the subnormal and of the normal numbers, small
/// whole numbers and their neighbours, halves, the last fractions, infinities, NaNs; of both signs.
fn edges(format: Format) -> Vec<u128> {
    let hidden = 1u128 << format.fraction_bits();
    let one = format.one();
    let mut magnitudes = vec![0, 1, 2, 3, hidden / 2, hidden - 1, hidden, hidden + 1];
    for power in [
        0,
        1,
        2,
        format.fraction_bits() - 1,
        format.fraction_bits(),
        format.precision(),
    ] {
        let number = format.power_of_two(power);
        magnitudes.extend([number - 1, number, number + 1]);
    }
    magnitudes.extend([
        one - hidden,
        one - hidden + 1,
        one - 2 * hidden,
        one + hidden / 2,
    ]);
    let greatest = format.greatest();
    magnitudes.extend([greatest, greatest - 1, greatest - hidden, format.infinity()]);
    magnitudes.extend([format.nan(), format.infinity() + 1]);
    magnitudes.sort_unstable();
    magnitudes.dedup();
    let negative: Vec<u128> = magnitudes
        .iter()
        .map(|bits| bits | format.sign_bit())
        .collect();
    [magnitudes, negative].concat()
}

/// Bits of a float, mostly a number near others.
fn random_bits(format: Format, random: &mut Random) -> u128 {
    let fraction = random.edge_biased(format.fraction_bits());
    let all = 1u64 << format.exponent_bits();
    let field = match random.below(4) {
        0 => random.below(all),
        1 => random.below(3),
        2 => all - 1 - random.below(3),
        _ => all / 2 - 4 + random.below(8).min(all / 2),
    };
    let sign = u128::from(random.below(2)) * format.sign_bit();
    sign | u128::from(field % all) << format.fraction_bits() | fraction
}

/// A term of an operation on unknowns, and these.
fn unknown(
    terms: &mut Terms,
    operation: FloatOperation,
    format: Format,
    rounding: Rounding,
    operand_width: u32,
    width: u32,
) -> (TermId, Vec<TermId>) {
    let symbols: Vec<TermId> = (0..operation.arity())
        .map(|_| terms.symbol(operand_width))
        .collect();
    let application = FloatApplication::new(operation, format, rounding, &symbols);
    (terms.intern(Node::Float(application), width), symbols)
}

/// An operation's circuit, evaluated side by side for many operands.
struct Bench {
    terms: Terms,
    circuit: TermId,
    symbols: Vec<TermId>,
}

impl Bench {
    fn new(
        operation: FloatOperation,
        format: Format,
        rounding: Rounding,
        operand_width: u32,
        width: u32,
    ) -> Self {
        let mut terms = Terms::new();
        let (term, symbols) = unknown(
            &mut terms,
            operation,
            format,
            rounding,
            operand_width,
            width,
        );
        let circuit = terms.float_circuit(term);
        Self {
            terms,
            circuit,
            symbols,
        }
    }

    /// The circuit's results; one row of operands for each.
    fn results(&self, rows: &[Vec<u128>]) -> Vec<u128> {
        let mut lanes = Lanes::new(rows.len());
        for (place, &symbol) in self.symbols.iter().enumerate() {
            let symbol = self.terms.as_symbol(symbol).unwrap();
            lanes.set(symbol, rows.iter().map(|row| row[place]).collect());
        }
        let found = lanes.evaluate(&self.terms, self.circuit, usize::MAX);
        found
            .expect("circuits of these formats are narrow")
            .to_vec()
    }
}

/// What exact arithmetic says.
fn expected(
    operation: FloatOperation,
    format: Format,
    rounding: Rounding,
    (operand_width, width): (u32, u32),
    row: &[u128],
) -> u128 {
    let operands: Vec<Value> = row
        .iter()
        .map(|&bits| Value::new(operand_width, bits))
        .collect();
    let result = exact::evaluate(operation, format, rounding, width, &operands);
    result.to_u128().unwrap()
}
