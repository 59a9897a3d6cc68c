//! What holds for every buffer, stated so that each engine can try to break it.
//!
//! Most statements are made twice, under the same name: in `model` of the buffer on indices, whose
//! capacities range over everything an address space allows, and in `memory` of the real one, with its
//! contents, in small allocations. `refinement` says that the two are one machine, `differential` that
//! the real one does what the crate bytes does.
//!
//! # Invariants
//!
//! - States are drawn directly, with any offset, capacity, length and neighbours, and not only as some
//!   sequence of operations happens to produce them.
//! - The judges are the predicate of well-formedness, exact arithmetic in 128 bits, a `Vec<u8>` with
//!   the contents, a byte that is followed to its new place, and the ledger of allocations.

mod differential;
mod memory;
mod model;
mod refinement;
mod scene;
mod stage;
