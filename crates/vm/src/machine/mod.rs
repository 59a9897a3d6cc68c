//! The machine: executes one state of a program, instruction by instruction.
//!
//! A [`Machine`] owns what all states of an exploration share (the program's image, terms, solver,
//! journal); a [`State`] owns what a fork must copy. `run` executes a state until it ends, splits,
//! or arrives where paths are to be joined; what happens then is [`crate::explore`]'s business.
//!
//! # Invariants
//!
//! - An instruction either completes, or changes nothing and says why (`Stop`). A split instruction
//!   is executed again in each case, so it must not have had effects before it asks.
//! - What a program does wrong is data in the journal; what the machine can't execute ends the one
//!   path that reached it, by name.
//! - Plain numbers never touch the solver or the allocator.
//!
//! # Not here
//!
//! Which state runs next, and what a finished exploration means.

mod access;
mod arithmetic;
mod atomics;
mod context;
mod control;
mod convert;
mod coverage;
mod decide;
mod effort;
mod elements;
mod executed;
mod fault;
mod float;
mod image;
mod integer;
mod journal;
mod log;
mod offsets;
mod pieces;
mod places;
mod probes;
mod ranges;
mod scope;
mod script;
mod state;
mod statics;
mod step;
mod stop;
mod symbolic;
mod symbolic_float;
mod symbols;
mod threads;
mod tracer;
mod unwind;
mod value;

pub(crate) use context::Machine;
pub(crate) use decide::{Side, Truth};
pub use executed::Executed;
pub(crate) use fault::{Access, Fault, Purpose};
pub(crate) use image::Image;
pub(crate) use journal::Journal;
pub use journal::{Contracts, Input, Refutation};
pub(crate) use log::Record;
pub(crate) use places::is_library;
pub(crate) use probes::Group;
pub(crate) use scope::Role;
pub(crate) use script::Script;
pub(crate) use state::{Asked, LoopBound, State, Surroundings, TrailStep, Variable};
pub(crate) use step::{Join, Pause};
pub(crate) use stop::{Case, Ended, Flow, Result, Stop};
pub(crate) use symbols::Symbolic;
pub(crate) use threads::{Resumed, ThreadId, VisibleOperation, Wait};
pub(crate) use tracer::Tracer;
#[cfg(test)]
pub(crate) use value::EntryId;
pub(crate) use value::Value;
