//! The C library's functions on bytes.

use super::{Reply, Request, Row};
use crate::machine::{Access, Machine, Purpose, Result, State, Symbolic, Value};
use crate::program::Scalar;

pub(super) const SHIMS: &[Row] = &[
    ("memcpy", memcpy),
    ("memmove", memmove),
    ("memset", memset),
    ("memcmp", memcmp),
    ("bcmp", bcmp),
    ("strlen", strlen),
    ("memchr", memchr),
    ("memrchr", memrchr),
];

/// `strlen` looks at most this far.
const STRLEN_MAX: u64 = 1 << 20;

fn memcpy(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    copy(machine, state, request, false)
}

fn memmove(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    copy(machine, state, request, true)
}

fn copy(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
    may_overlap: bool,
) -> Result<Reply> {
    let operands = [
        request.argument(0),
        request.argument(1),
        request.argument(2),
    ];
    machine.copy_memory(state, operands, may_overlap)?;
    Ok(Reply::Value(request.argument(0)))
}

fn memset(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let byte = machine.concrete(state, request.argument(1), 32, Purpose::Argument)?;
    let byte = Value::word(u64::from(byte.to_le_bytes()[0]));
    machine.fill_memory(state, [request.argument(0), byte, request.argument(2)])?;
    Ok(Reply::Value(request.argument(0)))
}

fn memcmp(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    compare(machine, state, request, true)
}

fn bcmp(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    compare(machine, state, request, false)
}

/// 0 where the bytes are equal; otherwise the order of the first pair that differs, as -1 or 1.
fn compare(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
    is_ordered: bool,
) -> Result<Reply> {
    let (left, right) = (request.argument(0), request.argument(1));
    let length = machine.length(state, request.argument(2))?;
    if length == 0 {
        return Ok(Reply::Value(Value::ZERO));
    }
    machine.check_access(state, left, Access::Read, length)?;
    machine.check_access(state, right, Access::Read, length)?;
    let plain = |address| written_bytes(state, address, length);
    if let (Some(left), Some(right)) = (plain(left), plain(right)) {
        return Ok(Reply::Value(Value::word(order_number(left.cmp(right)))));
    }
    if left.is_number() && right.is_number() {
        // In several pieces, or not written but zero.
        let left = machine.take_out(state, left, length)?;
        let right = machine.take_out(state, right, length)?;
        if left.cells.is_empty() && right.cells.is_empty() {
            let order = left.bytes.cmp(&right.bytes);
            return Ok(Reply::Value(Value::word(order_number(order))));
        }
    }
    let left = machine.symbolic_bytes(state, left, length)?;
    let right = machine.symbolic_bytes(state, right, length)?;
    if let (Some(left), Some(right)) = (numbers(&left), numbers(&right)) {
        return Ok(Reply::Value(Value::word(order_number(left.cmp(&right)))));
    }
    let terms = &mut machine.symbols.terms;
    let (zero, one, minus_one) = (terms.zero(32), terms.constant(32, 1), terms.ones(32));
    let mut is_equal = terms.true_();
    let mut order = one;
    let mut poison = None;
    for (left, right) in left.iter().zip(&right).rev() {
        let (Some(left), Some(right)) = (
            machine.symbols.symbolic(*left, 8),
            machine.symbols.symbolic(*right, 8),
        ) else {
            return Ok(Reply::Value(Value::UNDEFINED));
        };
        poison = machine.symbols.either_poison(poison, left.poison);
        poison = machine.symbols.either_poison(poison, right.poison);
        let terms = &mut machine.symbols.terms;
        let same = terms.eq(left.term, right.term);
        is_equal = terms.and(same, is_equal);
        if is_ordered {
            let less = terms.ult(left.term, right.term);
            let here = terms.ite(less, minus_one, one);
            order = terms.ite(same, order, here);
        }
    }
    let term = machine.symbols.terms.ite(is_equal, zero, order);
    Ok(Reply::Value(
        machine.symbols.guarded(Symbolic { term, poison }),
    ))
}

/// What comparing functions return, in 32 bits.
fn order_number(order: std::cmp::Ordering) -> u64 {
    match order {
        std::cmp::Ordering::Less => u64::from(u32::MAX),
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
    }
}

/// The bytes at an address, if they are nothing but bytes.
fn written_bytes(state: &State, address: Value, length: u64) -> Option<&[u8]> {
    let memory = &state.memory;
    address
        .is_number()
        .then(|| memory.written_bytes(address.low, address.object, length))
        .flatten()
}

fn numbers(bytes: &[Value]) -> Option<Vec<u64>> {
    bytes
        .iter()
        .map(|byte| byte.is_number().then_some(byte.low))
        .collect()
}

fn strlen(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let start = request.argument(0);
    for length in 0..STRLEN_MAX {
        let at = Value {
            low: start.low.wrapping_add(length),
            ..start
        };
        let byte = machine.read_scalar(state, Scalar::Integer(8), at, 1)?;
        if machine.concrete(state, byte, 8, Purpose::Argument)? == 0 {
            return Ok(Reply::Value(Value::word(length)));
        }
    }
    Err(machine.unsupported(state, "`strlen` of a very long string"))
}

/// A start, a byte and a length: the address of the first such byte, or null.
fn memchr(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    find_byte(machine, state, request, false)
}

/// As `memchr`, from the end.
fn memrchr(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    find_byte(machine, state, request, true)
}

/// Looks at byte after byte; where a symbolic one may be the one that is sought, the state splits.
fn find_byte(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
    is_from_end: bool,
) -> Result<Reply> {
    let start = request.argument(0);
    let sought = machine.concrete(state, request.argument(1), 32, Purpose::Argument)?;
    let sought = u128::from(sought.to_le_bytes()[0]);
    let length = machine.length(state, request.argument(2))?;
    if length > 0 {
        machine.check_access(state, start, Access::Read, length)?;
    }
    if let Some(bytes) = written_bytes(state, start, length) {
        let is_sought = |byte: &u8| u128::from(*byte) == sought;
        let index = if is_from_end {
            bytes.iter().rposition(is_sought)
        } else {
            bytes.iter().position(is_sought)
        };
        let found = index.map(|index| Value {
            low: start.low.wrapping_add(index as u64),
            ..start
        });
        return Ok(Reply::Value(found.unwrap_or(Value::ZERO)));
    }
    for step in 0..length {
        let index = if is_from_end { length - 1 - step } else { step };
        let at = machine.address_plus(state, start, index)?;
        let byte = machine.read_scalar(state, Scalar::Integer(8), at, 1)?;
        let is_found = if byte.is_number() {
            byte.number() == sought
        } else {
            let byte = machine.defined(state, byte, 8, Purpose::Argument)?;
            let sought = machine.symbols.terms.constant(8, sought);
            let is_equal = machine.symbols.terms.eq(byte, sought);
            machine.branch(state, is_equal)?
        };
        if is_found {
            return Ok(Reply::Value(at));
        }
    }
    Ok(Reply::Value(Value::ZERO))
}

impl Machine<'_> {
    /// The bytes of a range, one value each.
    fn symbolic_bytes(
        &mut self,
        state: &mut State,
        address: Value,
        length: u64,
    ) -> Result<Vec<Value>> {
        let mut bytes = Vec::new();
        for index in 0..length {
            let at = self.address_plus(state, address, index)?;
            bytes.push(self.read_scalar(state, Scalar::Integer(8), at, 1)?);
        }
        Ok(bytes)
    }

    /// An address some bytes further.
    fn address_plus(&mut self, state: &mut State, address: Value, bytes: u64) -> Result<Value> {
        let address = self.settle(state, address)?;
        if address.is_number() {
            return Ok(Value {
                low: address.low.wrapping_add(bytes),
                ..address
            });
        }
        let term = self.defined(state, address, 64, Purpose::Address)?;
        let terms = &mut self.symbols.terms;
        let distance = terms.constant(64, bytes.into());
        let term = terms.add(term, distance);
        Ok(self.symbols.value_of(term).within(address.object))
    }
}
