//! The memory of a program under execution: objects with identity, not one flat array.
//!
//! Every allocation is an object of its own, with a base address, a size, an alignment and a life.
//! An address knows which object it belongs to, so leaving an object is an error even where another
//! one happens to lie, and a freed object can still be named in a report.
//!
//! # Invariants
//!
//! - Allocation is deterministic: the same sequence of requests gives the same addresses.
//! - An object's address has exactly the alignment that was asked for and never twice of it, so code
//!   that needs more alignment than it asked for is seen to fail.
//! - Live objects never overlap, and there is a gap between any two.
//! - Cloning a [`Memory`] costs a pointer for every 64 objects; what two clones share stays shared
//!   until one of them writes.
//!
//! # Not here
//!
//! Faults, symbols and the solver: memory answers what is where, [`crate::machine`] judges it.

mod object;
mod table;

pub(crate) use object::{Cell, Fill, Fragment, Object, ObjectId, ObjectKind, Piece, Read};
pub(crate) use table::{Memory, STACKS_MAX, Slot, stack_start};
