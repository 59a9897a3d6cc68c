//! Which heap allocations a process has lost when it ends.
//!
//! An allocation is lost if no chain of addresses leads to it from a global variable, a thread-local,
//! or a stack that is still there. What is merely not freed, but can still be reached, is no leak:
//! statics keep their contents for the whole life of a process.
//!
//! # Not here
//!
//! Addresses that were taken apart (as tagged or compressed pointers are): an integer made of an
//! address still knows its object here, unless it was put together from single bytes.

use std::collections::BTreeSet;

use crate::machine::{Machine, State};
use crate::memory::{ObjectId, ObjectKind};
use proofhouse_evidence::Site;

/// A lost allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Where it was allocated, in the user's code if that is known.
    pub site: Option<Site>,
}

/// All lost allocations of a state, oldest first.
pub(super) fn find(machine: &Machine<'_>, state: &State) -> Vec<Leak> {
    let is_heap = |kind| matches!(kind, ObjectKind::Heap | ObjectKind::Foreign);
    let mut reached: BTreeSet<ObjectId> = BTreeSet::new();
    let roots = state.memory.live_objects();
    let mut open: Vec<ObjectId> = roots
        .filter(|(_, object)| !is_heap(object.kind))
        .map(|(id, _)| id)
        .collect();
    reached.extend(&open);
    while let Some(id) = open.pop() {
        let Some(object) = state.memory.object(id) else {
            continue;
        };
        for target in object.addressed_objects() {
            if reached.insert(target) {
                open.push(target);
            }
        }
    }
    let lost = state
        .memory
        .live_objects()
        .filter(|(id, object)| is_heap(object.kind) && !reached.contains(id));
    lost.map(|(_, object)| Leak {
        size_bytes: object.size,
        site: machine.site_of_place(object.allocated_at),
    })
    .collect()
}
