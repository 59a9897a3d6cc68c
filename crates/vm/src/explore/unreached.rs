//! Forgets what lies in stack slots that nobody can reach any more.
//!
//! Compiled without optimisation, a temporary keeps its stack slot until its function returns. An iterator
//! that a search left where it found something would keep the paths of each place apart for good, though
//! nobody will ever look at it again. So before states are merged, slots of the running function to which no
//! chain of addresses leads are as if they had never been written.
//!
//! # Invariants
//!
//! - A slot is forgotten only if no register that may still be read, no register or slot of a waiting call,
//!   nothing on the heap and no global leads to it.
//! - Were that wrong, the path would read memory that was never written, which is a failure that a plain run
//!   does not confirm: it costs a proof, and never makes one (`tests::planted`).
//!
//! # Not here
//!
//! Slots of waiting calls: they were looked at when their function last merged, or will be. Programs with
//! several threads, which may hold addresses of each other's slots. Addresses that were put together again
//! from numbers of which none led to the slot, such as a sum of two addresses less one of them: what they
//! read is not there any more, and that is the failure named above.

use std::collections::BTreeSet;

use crate::machine::{Machine, State, Value};
use crate::memory::{Memory, ObjectId};
use crate::planted::{Mistake, is_planted};

impl Machine<'_> {
    /// Forgets what nobody can reach, where it differs between the states, which are at one place.
    pub(super) fn forget_unreached(&mut self, states: &mut [State]) {
        let differing = differing_slots(states);
        if differing.is_empty() {
            return;
        }
        for state in states {
            // Whatever else remembers slots or their contents besides registers and memory belongs here.
            if state.environment.threads.are_several() {
                continue;
            }
            for slot in self.unreached(state, &differing) {
                let slot = state.memory.object_mut(slot);
                slot.expect("a live slot").make_undefined();
            }
        }
    }

    /// Which of the slots, which are of the running function, nobody can reach.
    fn unreached(&mut self, state: &State, slots: &BTreeSet<ObjectId>) -> Vec<ObjectId> {
        let own: BTreeSet<ObjectId> = own_slots(state).iter().copied().collect();
        let mut left: BTreeSet<ObjectId> = slots.intersection(&own).copied().collect();
        left.retain(|slot| state.memory.object(*slot).is_some());
        let mut reached = BTreeSet::new();
        let frame = state.current;
        let function = &self.program.functions[frame.function.index()];
        let liveness = self.liveness.of(self.program, frame.function);
        for (register, _) in liveness.at(function, frame.block, frame.next) {
            self.reach(state.register(register), &mut reached);
        }
        if !is_planted(Mistake::AddressesInMemoryIgnored) {
            left.retain(|slot| !reached.contains(slot));
            if left.is_empty() {
                return Vec::new();
            }
            self.reach_from_elsewhere(state, &own, &mut reached);
            let mut open: Vec<ObjectId> = reached.intersection(&own).copied().collect();
            while let Some(slot) = open.pop() {
                let mut next = BTreeSet::new();
                self.reach_from(&state.memory, slot, &mut next);
                open.extend(
                    next.into_iter()
                        .filter(|id| own.contains(id) && reached.insert(*id)),
                );
            }
        }
        left.into_iter()
            .filter(|slot| !reached.contains(slot))
            .collect()
    }

    /// Adds what everything leads to that is neither a register nor a slot of the running function. Objects
    /// that are as the program was laid out have no addresses of slots.
    fn reach_from_elsewhere(
        &self,
        state: &State,
        own: &BTreeSet<ObjectId>,
        reached: &mut BTreeSet<ObjectId>,
    ) {
        for value in &state.registers[..state.current.base] {
            self.reach(*value, reached);
        }
        self.reach(state.environment.exception, reached);
        for id in state.memory.differing(&self.image.memory) {
            if !own.contains(&id) {
                self.reach_from(&state.memory, id, reached);
            }
        }
    }

    /// Adds what an object's contents lead to.
    fn reach_from(&self, memory: &Memory, id: ObjectId, reached: &mut BTreeSet<ObjectId>) {
        for value in memory
            .object(id)
            .into_iter()
            .flat_map(|object| object.values_in(0, object.size))
        {
            self.reach(value, reached);
        }
    }

    /// Adds the objects that a value may be an address of.
    fn reach(&self, value: Value, reached: &mut BTreeSet<ObjectId>) {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            reached.insert(value.object);
            if let Some((_, first, second)) = self.symbols.as_either(value) {
                open.extend([first, second]);
            }
            if let Some(pieces) = self.symbols.as_pieces(value) {
                open.extend(pieces.iter().map(|piece| piece.value));
            }
        }
    }
}

/// The slots of the running function.
fn own_slots(state: &State) -> &[ObjectId] {
    &state.slots[state.current.slots_start..]
}

/// The slots of the running function whose contents differ between any two of the states.
fn differing_slots(states: &[State]) -> BTreeSet<ObjectId> {
    let Some((first, others)) = states.split_first() else {
        return BTreeSet::new();
    };
    let own: BTreeSet<ObjectId> = own_slots(first).iter().copied().collect();
    let mut differing = BTreeSet::new();
    for other in others {
        let ids = other.memory.differing(&first.memory).into_iter();
        differing.extend(ids.filter(|id| own.contains(id)));
    }
    differing
}
