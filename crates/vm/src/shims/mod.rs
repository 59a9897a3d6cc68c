//! What the machine does itself instead of executing a function: the environment of a program.
//!
//! A shim stands in for what lies outside of the bitcode (the C library, the operating system) and
//! for the few functions inside of it that mean something special here (choices of a property,
//! panics, the global allocator). Everything is deterministic: no host clock, no host randomness, and
//! no files but those of the state. A function without a body and without a shim ends the path that calls it, by name.
//!
//! # Invariants
//!
//! - A shim that splits the state has changed nothing that its second execution would trip over.
//! - One file a topic; each lists its functions in a table `SHIMS`.

mod allocation;
mod assembly;
mod bytes;
mod contracts;
mod environment;
mod files;
mod mathematics;
mod mutexes;
mod panics;
mod process;
mod property;
mod text;
mod threads;
mod unwinding;

pub(crate) use assembly::QUOTIENT_FITS;

use std::collections::HashMap;

use crate::machine::{Flow, Machine, Result, State, Value};
use crate::program::{Function, Program};

/// Functions whose bodies are never executed, because a shim always answers for them. A program may
/// be read without these bodies, and without what only they reach.
pub const WITHOUT_BODY: &[&str] = &[
    "proofhouse::machine::is_active",
    "proofhouse::machine::choose_boolean",
    "proofhouse::machine::choose_integer",
    "proofhouse::machine::choose_length",
    "proofhouse::machine::choose_step_count",
    "proofhouse::machine::choose_bytes",
    "proofhouse::machine::choose_text",
    "proofhouse::machine::fill_bytes",
    "proofhouse::machine::assume",
    "proofhouse::machine::cover",
    "proofhouse::machine::reject",
    "proofhouse::machine::fail",
    "proofhouse::machine::unsupported",
    "proofhouse::machine::bound_loops",
    "proofhouse::machine::replace_function",
    "proofhouse::machine::require_once",
    "proofhouse::machine::assume_contract",
    "proofhouse::machine::check_contract",
    "proofhouse::machine::role_in_contract",
    "proofhouse::machine::leave_open",
    "proofhouse::machine::begin_scope",
    "proofhouse::machine::add_to_scope",
    "proofhouse::machine::end_scope",
    "proofhouse::machine::assume_scope",
    "proofhouse::machine::leave_statics_open",
    "core::panicking::panic_cannot_unwind",
    "core::panicking::panic_in_cleanup",
    "core::panicking::panic_nounwind_fmt",
    "std::panicking::default_hook",
    "alloc::alloc::handle_alloc_error",
    "std::process::abort",
    "std::process::exit",
];

/// What the machine does instead of a function's body.
pub(crate) type Shim = fn(&mut Machine<'_>, &mut State, Request<'_>) -> Result<Reply>;

/// A call that a shim is to answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    /// The arguments, flattened to scalars.
    pub arguments: &'a [Value],
}

impl Request<'_> {
    /// An argument; undefined when the call passes fewer.
    fn argument(&self, index: usize) -> Value {
        self.arguments
            .get(index)
            .copied()
            .unwrap_or(Value::UNDEFINED)
    }

    /// The call without its first arguments.
    fn rest(&self, from: usize) -> Self {
        Self {
            arguments: self.arguments.get(from..).unwrap_or(&[]),
        }
    }

    /// The last argument.
    fn last(&self) -> Value {
        self.arguments.last().copied().unwrap_or(Value::UNDEFINED)
    }
}

/// A shim's answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reply {
    /// The function's body is to be executed after all.
    Body,
    /// It returned nothing.
    Nothing,
    /// It returned one scalar.
    Value(Value),
    /// It returned two scalars.
    Pair(Value, Value),
    /// It did something else with the control flow.
    Flow(Flow),
}

/// A row of a topic's table: a symbol or a Rust path, and the shim.
type Row = (&'static str, Shim);

/// All shims by name.
pub(crate) struct ShimTable {
    rows: HashMap<&'static str, Shim>,
}

impl ShimTable {
    /// The shims for a program. One with an allocator of its own keeps it; a whole process runs its
    /// own code for panics and for its end.
    pub(crate) fn new(program: &Program, is_process: bool) -> Self {
        let topics = [
            assembly::SHIMS,
            bytes::SHIMS,
            environment::SHIMS,
            files::SHIMS,
            mathematics::SHIMS,
            mutexes::SHIMS,
            if is_process { &[] } else { panics::SHIMS },
            if is_process { &[] } else { process::RUST_SHIMS },
            process::C_SHIMS,
            contracts::SHIMS,
            property::SHIMS,
            text::SHIMS,
            threads::SHIMS,
            unwinding::SHIMS,
            allocation::C_SHIMS,
        ];
        let mut rows: HashMap<&'static str, Shim> = HashMap::new();
        for row in topics.into_iter().flatten() {
            rows.insert(row.0, row.1);
        }
        let is_custom = |function: &Function| {
            function.path.ends_with("__rustc::__rg_alloc") && function.has_body()
        };
        if !program.functions.iter().any(is_custom) {
            rows.extend(allocation::RUST_SHIMS.iter().copied());
        }
        Self { rows }
    }

    /// The shim for a function, by its symbol or its path.
    ///
    /// A program that defines a function of the C library's name keeps its own, except for those on
    /// bytes, which mean the same in every program.
    pub(crate) fn find(&self, function: &Function) -> Option<Shim> {
        let symbol = function.symbol.as_str();
        if let Some(shim) = self.rows.get(symbol) {
            let is_foreign = !symbol.contains("::") && !symbol.starts_with("__rust");
            let is_replaced = bytes::SHIMS.iter().any(|row| row.0 == symbol);
            let keeps_body = function.has_body() && is_foreign && !is_replaced;
            return (!keeps_body).then_some(*shim);
        }
        self.rows.get(without_arguments(&function.path)).copied()
    }
}

/// A path without the generic arguments at its end: `f::<T>` is `f`.
fn without_arguments(path: &str) -> &str {
    match path.find("::<") {
        Some(at) if path.ends_with('>') => &path[..at],
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generic_arguments_do_not_hide_a_function() {
        assert_eq!(
            without_arguments("std::panicking::begin_panic::<&str>"),
            "std::panicking::begin_panic"
        );
        assert_eq!(
            without_arguments("core::panicking::panic_fmt"),
            "core::panicking::panic_fmt"
        );
    }

    #[test]
    fn every_dropped_body_has_a_shim() {
        let table = ShimTable::new(&Program::default(), false);
        for name in WITHOUT_BODY {
            assert!(table.rows.contains_key(name), "{name}");
        }
    }

    #[test]
    fn every_name_is_in_one_table_only() {
        let topics = [
            assembly::SHIMS,
            bytes::SHIMS,
            environment::SHIMS,
            files::SHIMS,
            mathematics::SHIMS,
            mutexes::SHIMS,
            panics::SHIMS,
            process::RUST_SHIMS,
            process::C_SHIMS,
            contracts::SHIMS,
            property::SHIMS,
            text::SHIMS,
            threads::SHIMS,
            unwinding::SHIMS,
            allocation::C_SHIMS,
            allocation::RUST_SHIMS,
        ];
        let mut names: Vec<&str> = topics.into_iter().flatten().map(|row| row.0).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
