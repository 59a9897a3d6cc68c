//! The calls by which a property asks the machine for its choices.
//!
//! # Invariants
//!
//! - Each `choose_*` adds exactly one record to the path's log.
//! - A length that was cut off by the size bound is named in the journal, on the path that could
//!   have gone further.

use std::rc::Rc;

use proofhouse_evidence::{Bound, Failure, FailureKind};
use proofhouse_solver::{TermId, Terms};

use super::{Reply, Request, Row};
use crate::machine::{
    Access, Case, Ended, LoopBound, Machine, Purpose, Record, Result, Side, State, Stop, Truth,
    Value, is_library,
};
use crate::program::Scalar;

pub(super) const SHIMS: &[Row] = &[
    ("proofhouse::machine::is_active", is_active),
    ("proofhouse::machine::choose_boolean", choose_boolean),
    ("proofhouse::machine::choose_integer", choose_integer),
    ("proofhouse::machine::choose_length", choose_length),
    ("proofhouse::machine::choose_step_count", choose_step_count),
    ("proofhouse::machine::choose_bytes", choose_bytes),
    ("proofhouse::machine::fill_bytes", fill_bytes),
    ("proofhouse::machine::assume", assume),
    ("proofhouse::machine::cover", cover),
    ("proofhouse::machine::reject", reject),
    ("proofhouse::machine::fail", fail),
    ("proofhouse::machine::unsupported", unsupported),
    ("proofhouse::machine::bound_loops", bound_loops),
    ("proofhouse::machine::replace_function", replace_function),
    ("proofhouse::machine::require_once", require_once),
];

/// A message longer than this is cut.
const MESSAGE_BYTES_MAX: u64 = 4096;

fn is_active(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Value(Value::word(1)))
}

fn choose_boolean(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let symbol = machine.choice_symbol(state, 0, 1)?;
    let byte = machine.symbols.terms.zero_extend(symbol, 8);
    let value = machine.symbols.value_of(byte);
    machine.write_scalar(state, Scalar::Integer(8), request.argument(0), 1, value)?;
    state.add_choice(Record::Boolean(symbol));
    Ok(Reply::Nothing)
}

fn choose_integer(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let domain = request.argument(0);
    let minimum = machine.two_words(state, domain, 0)?;
    let maximum = machine.two_words(state, domain, 16)?;
    let width = machine.field(state, domain, 32, 32)?;
    let width = machine.concrete(state, width, 32, Purpose::Argument)?;
    let width = u32::try_from(width).expect("32 bits");
    let signed = machine.field(state, domain, 36, 32)?;
    let is_signed = machine.concrete(state, signed, 32, Purpose::Argument)? != 0;
    assert!(
        (1..=128).contains(&width),
        "an integer choice has 1 to 128 bits, not {width}"
    );
    machine.check_access(state, request.argument(1), Access::Write, 16)?;

    let symbol = machine.choice_symbol(state, 0, width)?;
    let terms = &mut machine.symbols.terms;
    let minimum = terms.truncate(minimum, width);
    let maximum = terms.truncate(maximum, width);
    if let (Some(first), Some(last)) = (terms.as_constant(minimum), terms.as_constant(maximum)) {
        machine.probes.fit(terms, symbol, (first, last));
    }
    let not_above = if is_signed { Terms::sle } else { Terms::ule };
    let from_minimum = not_above(terms, minimum, symbol);
    let to_maximum = not_above(terms, symbol, maximum);
    let in_range = terms.and(from_minimum, to_maximum);
    machine.restrict(state, in_range)?;

    let terms = &mut machine.symbols.terms;
    let wide = if width == 128 {
        symbol
    } else if is_signed {
        terms.sign_extend(symbol, 128)
    } else {
        terms.zero_extend(symbol, 128)
    };
    machine.write_two_words(state, request.argument(1), wide)?;
    state.add_choice(Record::Integer {
        term: symbol,
        is_signed,
    });
    Ok(Reply::Nothing)
}

fn choose_length(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let minimum = machine.length(state, request.argument(0))?;
    let maximum = machine.length(state, request.argument(1))?;
    let label = machine.message(state, request.argument(2), request.argument(3))?;
    let what = match label.as_str() {
        "" => "length of generated collections".to_owned(),
        label => format!("length of {label}"),
    };
    let length = machine.fork_length(state, (minimum, maximum), &what, "elements")?;
    Ok(log_length(machine, state, length))
}

fn choose_step_count(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let minimum = machine.length(state, request.argument(0))?;
    let maximum = machine.length(state, request.argument(1))?;
    let count = machine.fork_length(state, (minimum, maximum), "number of steps", "steps")?;
    Ok(log_length(machine, state, count))
}

/// Writes a length down as the choice that it is, and returns it to the program.
fn log_length(machine: &mut Machine<'_>, state: &mut State, length: u64) -> Reply {
    let term = machine.symbols.terms.constant(64, length.into());
    state.add_choice(Record::Length(term));
    Reply::Value(Value::word(length))
}

fn choose_bytes(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let minimum = machine.length(state, request.argument(0))?;
    let maximum = machine.length(state, request.argument(1))?;
    let what = "length of generated byte strings";
    let length = machine.fork_length(state, (minimum, maximum), what, "bytes")?;
    let bytes: Rc<[TermId]> = (0..length)
        .map(|index| machine.choice_symbol(state, index, 8))
        .collect::<Result<_>>()?;
    state.add_choice(Record::Bytes(Rc::clone(&bytes)));
    state.environment.pending_bytes = Some(bytes);
    Ok(Reply::Value(Value::word(length)))
}

fn fill_bytes(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let target = machine.settle(state, request.argument(0))?;
    let length = machine.length(state, request.argument(1))?;
    let Some(bytes) = state.environment.pending_bytes.clone() else {
        return Err(machine.unsupported(state, "`fill_bytes` without a choice before it"));
    };
    assert_eq!(
        bytes.len() as u64,
        length,
        "a choice is filled in as a whole"
    );
    if length > 0 {
        machine.check_access(state, target, Access::Write, length)?;
    }
    for (index, byte) in bytes.iter().enumerate() {
        let at = Value {
            low: target.low.wrapping_add(index as u64),
            ..target
        };
        let value = machine.symbols.value_of(*byte);
        machine.write_scalar(state, Scalar::Integer(8), at, 1, value)?;
    }
    state.environment.pending_bytes = None;
    Ok(Reply::Nothing)
}

fn assume(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let condition = request.argument(0);
    let restricted = if condition.is_number() {
        match condition.low & 1 {
            0 => Err(Ended::Rejected.into()),
            _ => Ok(()),
        }
    } else {
        let term = machine.defined(state, condition, 1, Purpose::Branch)?;
        machine.restrict(state, term)
    };
    let place = machine.site(state);
    machine.journal.coverage.assumed(place, restricted.is_ok());
    restricted.map(|()| Reply::Nothing)
}

/// Asks whether a situation can occur, and goes on.
fn cover(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let label = machine.message(state, request.argument(1), request.argument(2))?;
    let condition = request.argument(0);
    let term = if condition.is_number() {
        machine.symbols.terms.constant(1, condition.number() & 1)
    } else {
        machine.defined(state, condition, 1, Purpose::Branch)?
    };
    if machine.script.is_none() && !machine.journal.coverage.is_reached(&label) {
        let terms = &mut machine.symbols.terms;
        let answer = machine.solver.satisfy(terms, &mut state.path, term);
        machine.journal.coverage.covered(label, &answer);
    }
    Ok(Reply::Nothing)
}

fn reject(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Err(Ended::Rejected.into())
}

fn fail(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let message = machine.message(state, request.argument(0), request.argument(1))?;
    let site = machine.site(state);
    let failure = Failure {
        kind: FailureKind::ReturnedError,
        message,
        site,
    };
    Err(machine.fail(state, failure))
}

fn bound_loops(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let most = machine.length(state, request.argument(0))?;
    let counts = std::collections::BTreeMap::new();
    state.environment.loop_bound = Some(Rc::new(LoopBound { most, counts }));
    Ok(Reply::Nothing)
}

fn replace_function(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let original = machine.function_at(state, request.argument(0))?;
    let replacement = machine.function_at(state, request.argument(1))?;
    let function = &machine.program.functions[original.index()];
    // The standard library comes optimised: calls that it makes itself have been inlined.
    if is_library(&function.path) {
        let what = format!("replacing `{}` of the standard library", function.path);
        return Err(machine.unsupported(state, what));
    }
    machine.journal.replaced.entry(original).or_default();
    Rc::make_mut(&mut state.environment.replaced).insert(original, replacement);
    Ok(Reply::Nothing)
}

fn require_once(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let label = machine.message(state, request.argument(1), request.argument(2))?;
    let condition = request.argument(0);
    let term = machine.defined(state, condition, 1, Purpose::Argument)?;
    let is_met = match machine.decide(state, term) {
        Truth::Always => !state.is_doubtful,
        Truth::Never => false,
        Truth::Open { .. } => !state.is_doubtful,
    };
    *machine.journal.required.entry(label).or_default() |= is_met;
    Ok(Reply::Nothing)
}

fn unsupported(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let what = machine.message(state, request.argument(0), request.argument(1))?;
    Err(machine.unsupported(state, what))
}

impl Machine<'_> {
    /// The unknown for a part of the next choice. The same choice on another path has the same one,
    /// so that what is found out about it is found out once.
    pub(crate) fn choice_symbol(&mut self, state: &State, part: u64, width: u32) -> Result<TermId> {
        if let Some(script) = &self.script {
            return match script.number(state.log.len(), part, width) {
                Ok(number) => Ok(self.symbols.terms.constant(width, number)),
                Err(what) => Err(self.unsupported(state, what)),
            };
        }
        let key = (state.log.len(), part, width);
        if let Some(symbol) = self.choice_symbols.get(&key) {
            return Ok(*symbol);
        }
        let symbol = self.symbols.terms.symbol(width);
        self.probes.add(&self.symbols.terms, symbol);
        self.choice_symbols.insert(key, symbol);
        Ok(symbol)
    }

    /// Goes on only where a condition on the input holds; the rest counts as rejected.
    pub(super) fn restrict(&mut self, state: &mut State, condition: TermId) -> Result<()> {
        match self.decide(state, condition) {
            Truth::Always => Ok(()),
            Truth::Never => Err(Ended::Rejected.into()),
            Truth::Open { holds, fails } => {
                let Side { model: _ } = fails;
                self.assume(state, condition, holds);
                Ok(())
            }
        }
    }

    /// A length between two limits; splits the state, one case for each.
    pub(super) fn fork_length(
        &mut self,
        state: &mut State,
        (minimum, maximum): (u64, u64),
        what: &str,
        unit: &str,
    ) -> Result<u64> {
        if let Some(script) = &self.script {
            let length = script.length(state.log.len());
            let fits = minimum <= length && length <= maximum;
            return if fits {
                Ok(length)
            } else {
                Err(Ended::Rejected.into())
            };
        }
        let most = self.limits.size_max.max(minimum);
        if maximum > most {
            self.hit_bound(what, most, unit);
        }
        let last = maximum.min(most);
        if minimum > last {
            return Err(Ended::Rejected.into());
        }
        let chosen = self.fork_numbers(state, last - minimum + 1)?;
        Ok(minimum + chosen)
    }

    /// Writes down that a bound cut something off.
    pub(super) fn hit_bound(&mut self, what: &str, most: u64, unit: &str) {
        let (what, unit) = (what.to_owned(), unit.to_owned());
        self.journal.gaps.bounds.insert(Bound { what, most, unit });
    }

    /// One of the numbers below `count`; splits the state, one case for each.
    pub(super) fn fork_numbers(&mut self, state: &mut State, count: u64) -> Result<u64> {
        if let Some(number) = state.environment.taken.take() {
            return Ok(number);
        }
        if count == 1 {
            return Ok(0);
        }
        let condition = self.symbols.terms.true_();
        let model = state.path.last_model().cloned();
        let case = |number| Case {
            taken: Some(number),
            ..Case::new(condition, model.clone())
        };
        let cases = (0..count).map(case).collect();
        Err(Box::new(Stop::Split {
            cases,
            may_join: false,
        }))
    }

    /// A field of a struct in memory.
    fn field(&mut self, state: &mut State, base: Value, offset: u64, bits: u16) -> Result<Value> {
        let at = Value {
            low: base.low.wrapping_add(offset),
            ..base
        };
        self.read_scalar(state, Scalar::Integer(bits), at, 1)
    }

    /// Two words in memory as one number of 128 bits.
    fn two_words(&mut self, state: &mut State, base: Value, offset: u64) -> Result<TermId> {
        let low = self.field(state, base, offset, 64)?;
        let high = self.field(state, base, offset + 8, 64)?;
        let low = self.defined(state, low, 64, Purpose::Argument)?;
        let high = self.defined(state, high, 64, Purpose::Argument)?;
        Ok(self.symbols.terms.concat(high, low))
    }

    /// Writes a number of 128 bits as two words.
    fn write_two_words(&mut self, state: &mut State, base: Value, wide: TermId) -> Result<()> {
        for index in 0..2u32 {
            let word = self.symbols.terms.extract(wide, index * 64, 64);
            let value = self.symbols.value_of(word);
            let at = Value {
                low: base.low.wrapping_add(u64::from(index) * 8),
                ..base
            };
            self.write_scalar(state, Scalar::Integer(64), at, 1, value)?;
        }
        Ok(())
    }

    /// A message in memory; symbolic bytes show as `?`.
    pub(crate) fn message(
        &mut self,
        state: &mut State,
        address: Value,
        length: Value,
    ) -> Result<String> {
        if !address.is_number() || !length.is_number() {
            return Ok(String::new());
        }
        let mut bytes = Vec::new();
        for index in 0..length.low.min(MESSAGE_BYTES_MAX) {
            let at = Value {
                low: address.low.wrapping_add(index),
                ..address
            };
            let byte = self.read_scalar(state, Scalar::Integer(8), at, 1)?;
            bytes.push(if byte.is_number() {
                byte.low.to_le_bytes()[0]
            } else {
                b'?'
            });
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
