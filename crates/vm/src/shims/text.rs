//! Generated texts: one path for each shape, with unknown code points.
//!
//! A shape says how many bytes each character has in UTF-8. Within a shape the bytes' fixed bits are
//! constants, so decoding them does not branch.
//!
//! # Source
//!
//! RFC 3629, section 3.

use std::rc::Rc;

use proofhouse_solver::TermId;

use super::{Reply, Request, Row};
use crate::machine::{Machine, Record, Result, State, Value};
use crate::program::Scalar;

pub(super) const SHIMS: &[Row] = &[("proofhouse::machine::choose_text", choose_text)];

/// Shapes of one text; more end the path.
const SHAPES_MAX: usize = 100_000;

/// The code points that take each number of bytes, by that number less one. Surrogates are none.
const CLASSES: [&[(u32, u32)]; 4] = [
    &[(0, 0x7f)],
    &[(0x80, 0x7ff)],
    &[(0x800, 0xd7ff), (0xe000, 0xffff)],
    &[(0x1_0000, 0x10_ffff)],
];

/// The bits of a code point that each number of bytes carries.
const CODE_POINT_BITS: [u32; 4] = [7, 11, 16, 21];

fn choose_text(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let minimum = machine.length(state, request.argument(0))?;
    let maximum = machine.length(state, request.argument(1))?;
    let ranges = machine.ranges(state, request.argument(2), request.argument(3))?;
    if let Some(script) = &machine.script {
        let shape = script.shape(state.log.len());
        return text(machine, state, &shape, &ranges);
    }
    let widths: Vec<u64> = (1..=4u64)
        .filter(|width| !within(&ranges, *width).is_empty())
        .collect();
    let (Some(narrowest), Some(widest)) = (widths.first(), widths.last()) else {
        return if minimum == 0 {
            text(machine, state, &[], &ranges)
        } else {
            reject()
        };
    };
    // A text that must have some length is explored at that length at least.
    let most = machine
        .limits
        .size_max
        .max(minimum.saturating_mul(*narrowest));
    if maximum.saturating_mul(*widest) > most {
        machine.hit_bound("length of generated texts", most, "bytes");
    }
    let shapes = shapes(&widths, (minimum, maximum), most);
    if shapes.len() > SHAPES_MAX {
        let allowed = SHAPES_MAX as u64;
        return Err(machine.limit_reached("shapes of a text", allowed, "shapes"));
    }
    if shapes.is_empty() {
        return reject();
    }
    let chosen = machine.fork_numbers(state, shapes.len() as u64)?;
    let shape = &shapes[usize::try_from(chosen).expect("shapes are counted by usize")];
    text(machine, state, shape, &ranges)
}

fn reject() -> Result<Reply> {
    Err(crate::machine::Ended::Rejected.into())
}

/// Adds a text of one shape to the log.
fn text(
    machine: &mut Machine<'_>,
    state: &mut State,
    shape: &[u64],
    ranges: &[(u32, u32)],
) -> Result<Reply> {
    let mut bytes = Vec::new();
    let mut is_allowed = machine.symbols.terms.true_();
    for (index, width) in shape.iter().enumerate() {
        let bits = CODE_POINT_BITS[class_of(*width)];
        let symbol = machine.choice_symbol(state, index as u64, bits)?;
        let allowed = within(ranges, *width);
        if let Some((first, last)) = allowed.first() {
            let range = (u128::from(*first), u128::from(*last));
            machine.probes.fit(&machine.symbols.terms, symbol, range);
        }
        let condition = machine.is_within(symbol, &allowed);
        is_allowed = machine.symbols.terms.and(is_allowed, condition);
        bytes.extend(machine.encode(symbol, *width));
    }
    machine.restrict(state, is_allowed)?;
    let bytes: Rc<[TermId]> = bytes.into();
    let length = bytes.len() as u64;
    state.add_choice(Record::Text(Rc::clone(&bytes)));
    state.environment.pending_bytes = Some(bytes);
    Ok(Reply::Value(Value::word(length)))
}

/// All shapes with an allowed number of characters and at most `most` bytes, short ones first.
fn shapes(widths: &[u64], (minimum, maximum): (u64, u64), most: u64) -> Vec<Vec<u64>> {
    let mut all = Vec::new();
    let mut current: Vec<Vec<u64>> = vec![Vec::new()];
    for characters in 0..=maximum.min(most) {
        if characters >= minimum {
            all.extend(current.iter().cloned());
        }
        let mut longer = Vec::new();
        for shape in &current {
            let used: u64 = shape.iter().sum();
            for width in widths.iter().filter(|width| used + **width <= most) {
                let mut extended = shape.clone();
                extended.push(*width);
                longer.push(extended);
            }
        }
        if longer.is_empty() || all.len() > SHAPES_MAX {
            break;
        }
        current = longer;
    }
    all
}

fn class_of(width: u64) -> usize {
    usize::try_from(width - 1).expect("1 to 4 bytes")
}

/// The parts of ranges whose code points take `width` bytes.
fn within(ranges: &[(u32, u32)], width: u64) -> Vec<(u32, u32)> {
    let mut parts = Vec::new();
    for (low, high) in ranges {
        for (first, last) in CLASSES[class_of(width)] {
            let part = ((*low).max(*first), (*high).min(*last));
            if part.0 <= part.1 {
                parts.push(part);
            }
        }
    }
    parts
}

impl Machine<'_> {
    /// The inclusive ranges of code points that lie in memory.
    fn ranges(
        &mut self,
        state: &mut State,
        address: Value,
        count: Value,
    ) -> Result<Vec<(u32, u32)>> {
        let count = self.length(state, count)?;
        let mut ranges = Vec::new();
        for index in 0..count {
            let mut bounds = [0u32; 2];
            for (half, bound) in bounds.iter_mut().enumerate() {
                let offset = index * 8 + half as u64 * 4;
                let at = Value {
                    low: address.low.wrapping_add(offset),
                    ..address
                };
                let value = self.read_scalar(state, Scalar::Integer(32), at, 1)?;
                let purpose = crate::machine::Purpose::Argument;
                let number = self.concrete(state, value, 32, purpose)?;
                *bound = u32::try_from(number).expect("32 bits");
            }
            ranges.push((bounds[0], bounds[1]));
        }
        Ok(ranges)
    }

    /// Whether a code point is in one of some ranges.
    fn is_within(&mut self, symbol: TermId, ranges: &[(u32, u32)]) -> TermId {
        let terms = &mut self.symbols.terms;
        let width = terms.width(symbol);
        let mut any = terms.false_();
        for (low, high) in ranges {
            let low = terms.constant(width, u128::from(*low));
            let high = terms.constant(width, u128::from(*high));
            let from = terms.ule(low, symbol);
            let to = terms.ule(symbol, high);
            let inside = terms.and(from, to);
            any = terms.or(any, inside);
        }
        any
    }

    /// The UTF-8 bytes of a code point that takes `width` of them.
    fn encode(&mut self, symbol: TermId, width: u64) -> Vec<TermId> {
        let terms = &mut self.symbols.terms;
        if width == 1 {
            return vec![terms.zero_extend(symbol, 8)];
        }
        let count = u32::try_from(width).expect("1 to 4 bytes");
        let bits = terms.width(symbol);
        let first_bits = bits - 6 * (count - 1);
        // As many one bits as there are bytes, then a zero bit, then the highest bits.
        let mark = (0xf0u128 << (4 - count) & 0xff) >> first_bits;
        let mark = terms.constant(8 - first_bits, mark);
        let head = terms.extract(symbol, bits - first_bits, first_bits);
        let mut bytes = vec![terms.concat(mark, head)];
        for index in (0..count - 1).rev() {
            let payload = terms.extract(symbol, 6 * index, 6);
            let mark = terms.constant(2, 0b10);
            bytes.push(terms.concat(mark, payload));
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use proofhouse_solver::{Model, Value as Number};

    use super::*;
    use crate::machine::Machine;
    use crate::program::Program;

    #[test]
    fn encodes_as_the_standard_library_does() {
        let program = Program::default();
        let image = std::rc::Rc::new(crate::machine::Image::new(&program, false));
        let mut machine = Machine::new(&program, &image, crate::explore::Limits::default());
        for character in [
            '\0', 'a', '\u{7f}', '\u{80}', 'ß', '\u{7ff}', '\u{800}', '€', '\u{ffff}', '🦀',
        ] {
            let width = character.len_utf8() as u64;
            let symbol = machine
                .symbols
                .terms
                .symbol(CODE_POINT_BITS[class_of(width)]);
            let bytes = machine.encode(symbol, width);
            let terms = &machine.symbols.terms;
            let mut model = Model::new();
            let bits = terms.width(symbol);
            model.set(
                terms.as_symbol(symbol).unwrap(),
                Number::new(bits, u32::from(character).into()),
            );
            let encoded: Vec<u8> = bytes
                .iter()
                .map(|byte| model.evaluate(terms, *byte).to_u128().unwrap() as u8)
                .collect();
            let mut buffer = [0; 4];
            assert_eq!(encoded, character.encode_utf8(&mut buffer).as_bytes());
        }
    }

    #[test]
    fn shapes_are_all_compositions_within_the_limits() {
        assert_eq!(shapes(&[1], (0, 9), 2), [vec![], vec![1], vec![1, 1]]);
        assert_eq!(
            shapes(&[1, 2], (1, 2), 3),
            [vec![1], vec![2], vec![1, 1], vec![1, 2], vec![2, 1]]
        );
        assert_eq!(
            shapes(&[1, 2, 3, 4], (0, 99), 7).len(),
            1 + 1 + 2 + 4 + 8 + 15 + 29 + 56
        );
    }

    #[test]
    fn surrogates_are_in_no_class() {
        assert_eq!(
            within(&[(0, 0x10_ffff)], 3),
            [(0x800, 0xd7ff), (0xe000, 0xffff)]
        );
        assert_eq!(within(&[(0x41, 0x5a)], 2), []);
    }
}
