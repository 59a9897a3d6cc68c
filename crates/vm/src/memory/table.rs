//! All objects of a run, and the addresses that they get.
//!
//! The table is an array of shared chunks of 64 slots. A fork copies the array of chunk pointers;
//! the first write behind it copies one chunk (64 pointers) and one object.
//!
//! # Invariants
//!
//! - Object numbers only grow. A dead object's slot says how it ended, except that a chunk of 64
//!   dead stack slots is given back.
//! - Heap addresses only grow, so an address never names two objects of one run. Stack addresses
//!   are reused when a function returns, as they are natively.

use std::rc::Rc;

use super::object::{Fill, Object, ObjectId, ObjectKind};
use crate::program::PlaceId;

const CHUNK_SLOTS: usize = 64;

/// The first address for functions; each takes 16 bytes.
const FUNCTIONS_START: u64 = 0x0000_1000_0000;
/// The first address for globals.
const GLOBALS_START: u64 = 0x0000_5000_0000;
/// The first address for heap objects.
const HEAP_START: u64 = 0x5000_0000_0000;
/// Where heap addresses end: 2^45 bytes are more than any host gives.
const HEAP_END: u64 = HEAP_START + (1 << 45);
/// The stack grows down from here.
const STACK_START: u64 = 0x7fff_f000_0000;
/// Bytes of the address space that each thread's stack may use.
const STACK_SPACE: u64 = 1 << 28;
/// Stacks that fit between the heap and the first of them. None is given to a second thread.
pub(crate) const STACKS_MAX: u32 = 60_000;
/// Bytes between any two objects.
const GAP: u64 = 16;

/// What is known of an object that ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Tombstone {
    /// Where it came from.
    pub kind: ObjectKind,
    /// The address of its first byte.
    pub base: u64,
    /// Its size in bytes.
    pub size: u64,
    /// Where it was allocated.
    pub allocated_at: PlaceId,
    /// Where it ended.
    pub ended_at: PlaceId,
}

/// What is at an object's number.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    /// Nothing yet.
    Vacant,
    /// A live object.
    Live(Rc<Object>),
    /// An ended object.
    Dead(Rc<Tombstone>),
    /// A stack slot of a function that returned.
    DeadStack,
}

#[derive(Clone, Debug)]
struct Chunk {
    slots: [Slot; CHUNK_SLOTS],
    dead_stack_slots: usize,
}

impl Chunk {
    fn vacant() -> Self {
        Self {
            slots: [const { Slot::Vacant }; CHUNK_SLOTS],
            dead_stack_slots: 0,
        }
    }
}

/// Slots by number.
#[derive(Clone, Debug, Default)]
struct Table {
    /// `None` for a chunk whose slots are all dead stack slots.
    chunks: Vec<Option<Rc<Chunk>>>,
    next: u32,
}

impl Table {
    #[inline]
    fn slot(&self, number: usize) -> &Slot {
        match self.chunks.get(number / CHUNK_SLOTS) {
            None => &Slot::Vacant,
            Some(None) => &Slot::DeadStack,
            Some(Some(chunk)) => &chunk.slots[number % CHUNK_SLOTS],
        }
    }

    fn slot_mut(&mut self, number: usize) -> &mut Slot {
        let index = number / CHUNK_SLOTS;
        while self.chunks.len() <= index {
            self.chunks.push(Some(Rc::new(Chunk::vacant())));
        }
        let chunk = self.chunks[index]
            .as_mut()
            .expect("a dead chunk's slots are not used again");
        &mut Rc::make_mut(chunk).slots[number % CHUNK_SLOTS]
    }

    /// The live object with a number, not shared any more with other tables.
    #[inline]
    fn live_mut(&mut self, number: usize) -> Option<&mut Object> {
        let chunk = self.chunks.get_mut(number / CHUNK_SLOTS)?.as_mut()?;
        match &mut Rc::make_mut(chunk).slots[number % CHUNK_SLOTS] {
            Slot::Live(object) => Some(Rc::make_mut(object)),
            _ => None,
        }
    }

    /// Counts a dead stack slot, and drops the chunk when all its slots are dead stack slots.
    fn give_back_chunk(&mut self, number: usize) {
        let entry = &mut self.chunks[number / CHUNK_SLOTS];
        let chunk = Rc::make_mut(entry.as_mut().expect("the slot was live a moment ago"));
        chunk.dead_stack_slots += 1;
        if chunk.dead_stack_slots == CHUNK_SLOTS {
            *entry = None;
        }
    }

    fn live_objects(&self) -> impl Iterator<Item = (u32, &Object)> {
        self.chunks.iter().enumerate().flat_map(|(index, chunk)| {
            let slots = chunk
                .iter()
                .flat_map(|chunk| chunk.slots.iter().enumerate());
            slots.filter_map(move |(slot_index, slot)| match slot {
                Slot::Live(object) => {
                    let number = index * CHUNK_SLOTS + slot_index;
                    Some((
                        u32::try_from(number).expect("object numbers are u32"),
                        &**object,
                    ))
                }
                _ => None,
            })
        })
    }

    /// The numbers of all slots that two tables do not share.
    fn differing(&self, other: &Self) -> Vec<u32> {
        let mut found = Vec::new();
        for index in 0..self.chunks.len().max(other.chunks.len()) {
            let own = self.chunks.get(index).and_then(Option::as_ref);
            let theirs = other.chunks.get(index).and_then(Option::as_ref);
            if let (Some(own), Some(theirs)) = (own, theirs)
                && Rc::ptr_eq(own, theirs)
            {
                continue;
            }
            for slot in 0..CHUNK_SLOTS {
                let number = index * CHUNK_SLOTS + slot;
                if !is_same_slot(self.slot(number), other.slot(number)) {
                    found.push(u32::try_from(number).expect("object numbers are u32"));
                }
            }
        }
        found
    }
}

/// Ended objects whose room the next ones take. They are nobody's state, so a clone has none.
#[derive(Debug, Default)]
struct Spare {
    objects: Vec<Rc<Object>>,
}

impl Spare {
    /// Most calls have fewer stack slots than this.
    const OBJECTS_MAX: usize = 64;
    /// More room is given back to the host.
    const ROOM_BYTES_MAX: usize = 1024;

    fn keep(&mut self, mut object: Rc<Object>) {
        let is_small = object.room_bytes() <= Self::ROOM_BYTES_MAX;
        if is_small && self.objects.len() < Self::OBJECTS_MAX && Rc::get_mut(&mut object).is_some()
        {
            self.objects.push(object);
        }
    }

    fn object(
        &mut self,
        kind: ObjectKind,
        base: u64,
        (size, align): (u64, u64),
        fill: Fill,
    ) -> Rc<Object> {
        if let Some(mut spare) = self.objects.pop()
            && let Some(object) = Rc::get_mut(&mut spare)
        {
            object.renew(kind, base, size, align, fill);
            return spare;
        }
        Rc::new(Object::new(kind, base, size, align, fill))
    }
}

impl Clone for Spare {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// The objects of one state.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    stack: Table,
    rest: Table,
    next_function: u64,
    next_global: u64,
    next_heap: u64,
    stack_start: u64,
    stack_pointer: u64,
    live_bytes: u64,
    spare: Spare,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            stack: Table::default(),
            // Number 0 is no object.
            rest: Table {
                next: 1,
                ..Table::default()
            },
            next_function: FUNCTIONS_START,
            next_global: GLOBALS_START,
            next_heap: HEAP_START,
            stack_start: STACK_START,
            stack_pointer: STACK_START,
            live_bytes: 0,
            spare: Spare::default(),
        }
    }
}

impl Memory {
    /// Adds an object and returns it; `None` when the address space is used up.
    pub(crate) fn allocate(
        &mut self,
        kind: ObjectKind,
        size: u64,
        align: u64,
        fill: Fill,
        place: PlaceId,
    ) -> Option<(ObjectId, u64)> {
        assert!(
            align.is_power_of_two(),
            "alignment {align} is a power of two"
        );
        let base = self.reserve(kind, size, align)?;
        let is_stack = kind == ObjectKind::Stack;
        let table = if is_stack {
            &mut self.stack
        } else {
            &mut self.rest
        };
        let number = table.next;
        table.next += 1;
        let id = if is_stack {
            ObjectId::stack(number)
        } else {
            ObjectId(number)
        };
        let mut object = self.spare.object(kind, base, (size, align), fill);
        let fresh = Rc::get_mut(&mut object).expect("it is new, so nobody shares it");
        fresh.allocated_at = place;
        *self.slot_mut(id) = Slot::Live(object);
        self.live_bytes = self.live_bytes.saturating_add(size);
        Some((id, base))
    }

    /// An address for an object of this kind.
    fn reserve(&mut self, kind: ObjectKind, size: u64, align: u64) -> Option<u64> {
        let next = match kind {
            ObjectKind::Stack => {
                let lowest = self.stack_pointer.checked_sub(size)?.checked_sub(GAP)?;
                let base = align_exactly_down(lowest, align)?;
                if self.stack_start.checked_sub(base)? > STACK_SPACE {
                    return None;
                }
                self.stack_pointer = base;
                return Some(base);
            }
            ObjectKind::Function(_) => {
                let base = self.next_function;
                self.next_function += 16;
                return Some(base);
            }
            ObjectKind::Global => &mut self.next_global,
            ObjectKind::Heap | ObjectKind::Foreign => &mut self.next_heap,
        };
        let base = align_exactly_up(*next, align)?;
        let end = base.checked_add(size)?.checked_add(GAP)?;
        if end > HEAP_END {
            return None;
        }
        *next = end;
        Some(base)
    }

    /// What is at an object's number.
    #[inline]
    pub(crate) fn slot(&self, id: ObjectId) -> &Slot {
        let table = if id.is_stack() {
            &self.stack
        } else {
            &self.rest
        };
        table.slot(id.number())
    }

    fn slot_mut(&mut self, id: ObjectId) -> &mut Slot {
        let table = if id.is_stack() {
            &mut self.stack
        } else {
            &mut self.rest
        };
        table.slot_mut(id.number())
    }

    /// A live object.
    #[inline]
    pub(crate) fn object(&self, id: ObjectId) -> Option<&Object> {
        match self.slot(id) {
            Slot::Live(object) => Some(object),
            _ => None,
        }
    }

    /// A live object, to be changed; what other states share is copied first.
    #[inline]
    pub(crate) fn object_mut(&mut self, id: ObjectId) -> Option<&mut Object> {
        if id.is_stack() {
            self.stack.live_mut(id.number())
        } else {
            self.rest.live_mut(id.number())
        }
    }

    /// Ends a live object.
    pub(crate) fn end(&mut self, id: ObjectId, place: PlaceId) {
        let Slot::Live(object) = std::mem::replace(self.slot_mut(id), Slot::DeadStack) else {
            panic!("only a live object can end, {id:?} is not");
        };
        self.live_bytes = self.live_bytes.saturating_sub(object.size);
        if object.kind == ObjectKind::Stack {
            self.stack.give_back_chunk(id.number());
        } else {
            *self.slot_mut(id) = Slot::Dead(Rc::new(Tombstone {
                kind: object.kind,
                base: object.base,
                size: object.size,
                allocated_at: object.allocated_at,
                ended_at: place,
            }));
        }
        self.spare.keep(object);
    }

    /// The stack pointer, to be given back when a function returns.
    pub(crate) fn stack_pointer(&self) -> u64 {
        self.stack_pointer
    }

    /// Gives back the stack addresses below `pointer`.
    pub(crate) fn restore_stack_pointer(&mut self, pointer: u64) {
        self.stack_pointer = pointer;
    }

    /// How deep the stack is, in bytes.
    pub(crate) fn stack_depth(&self) -> u64 {
        self.stack_start - self.stack_pointer
    }

    /// Goes on with the stack of another thread, which left it with this pointer.
    pub(crate) fn switch_stack(&mut self, thread: u32, pointer: u64) {
        self.stack_start = stack_start(thread).expect("the thread has a stack");
        assert!(pointer <= self.stack_start, "the stack grows down");
        self.stack_pointer = pointer;
    }

    /// The bytes that an address points at, if all of them are plain, written and in one live object.
    pub(crate) fn written_bytes(&self, address: u64, id: ObjectId, size: u64) -> Option<&[u8]> {
        let object = self.object(id).filter(|object| object.is_in_lifetime)?;
        object.written_bytes(object.offset_of(address, size)?, size)
    }

    /// The sizes of all live objects together.
    pub(crate) fn live_bytes(&self) -> u64 {
        self.live_bytes
    }

    /// The live object that holds `address`, or whose end it is. Slow: looks at every object, except
    /// for small numbers, which are nobody's address; empty collections are full of those.
    pub(crate) fn object_at(&self, address: u64) -> Option<ObjectId> {
        if address < FUNCTIONS_START {
            return None;
        }
        let mut ending_here = None;
        for (id, object) in self.live_objects() {
            let offset = address.wrapping_sub(object.base);
            if offset < object.size || offset == 0 {
                return Some(id);
            }
            if offset == object.size {
                ending_here = Some(id);
            }
        }
        ending_here
    }

    /// All live objects.
    pub(crate) fn live_objects(&self) -> impl Iterator<Item = (ObjectId, &Object)> {
        let rest = self
            .rest
            .live_objects()
            .map(|(number, object)| (ObjectId(number), object));
        let stack = self.stack.live_objects();
        rest.chain(stack.map(|(number, object)| (ObjectId::stack(number), object)))
    }

    /// All objects whose slots two memories do not share.
    pub(crate) fn differing(&self, other: &Self) -> Vec<ObjectId> {
        let rest = self.rest.differing(&other.rest).into_iter().map(ObjectId);
        let stack = self.stack.differing(&other.stack);
        rest.chain(stack.into_iter().map(ObjectId::stack)).collect()
    }

    /// Takes the larger of each of two memories' counters, so that objects that either allocates
    /// next are new to both.
    pub(crate) fn join_counters(&mut self, other: &Self) {
        self.stack.next = self.stack.next.max(other.stack.next);
        self.rest.next = self.rest.next.max(other.rest.next);
        self.next_heap = self.next_heap.max(other.next_heap);
        self.next_global = self.next_global.max(other.next_global);
        self.stack_pointer = self.stack_pointer.min(other.stack_pointer);
        self.live_bytes = self.live_bytes.max(other.live_bytes);
    }

    /// Gives stack slots that are allocated next the numbers that `newest` would give them. Its own must
    /// not be further on.
    pub(crate) fn number_slots_from(&mut self, newest: &Self) {
        debug_assert!(self.stack.next <= newest.stack.next);
        self.stack.next = newest.stack.next;
    }

    /// The same for other objects, also of their addresses.
    pub(crate) fn number_from(&mut self, newest: &Self) {
        debug_assert!(self.rest.next <= newest.rest.next && self.next_heap <= newest.next_heap);
        self.rest.next = newest.rest.next;
        self.next_heap = newest.next_heap;
        self.next_global = newest.next_global;
    }

    /// Takes over an object that only another memory has.
    pub(crate) fn adopt(&mut self, id: ObjectId, from: &Self) {
        debug_assert!(
            matches!(self.slot(id), Slot::Vacant),
            "{id:?} must be new here"
        );
        let slot = from.slot(id).clone();
        *self.slot_mut(id) = slot;
    }
}

/// Where the stack of the thread with this number begins; `None` when there is no room for it.
pub(crate) fn stack_start(thread: u32) -> Option<u64> {
    (thread < STACKS_MAX).then(|| STACK_START - u64::from(thread) * STACK_SPACE)
}

/// Whether two slots are the same without looking at contents.
fn is_same_slot(left: &Slot, right: &Slot) -> bool {
    match (left, right) {
        (Slot::Live(left), Slot::Live(right)) => Rc::ptr_eq(left, right),
        (Slot::Live(_), _) | (_, Slot::Live(_)) => false,
        // Ended objects and numbers that were never given out can't be told apart by a program
        // except through an error, and then the report is all that differs.
        _ => true,
    }
}

/// The lowest address from `lowest` on that is a multiple of `align` and not of twice of it.
fn align_exactly_up(lowest: u64, align: u64) -> Option<u64> {
    let base = lowest.checked_next_multiple_of(align)?;
    if (base / align).is_multiple_of(2) {
        base.checked_add(align)
    } else {
        Some(base)
    }
}

/// The highest address up to `highest` that is a multiple of `align` and not of twice of it.
fn align_exactly_down(highest: u64, align: u64) -> Option<u64> {
    let base = highest - highest % align;
    if (base / align).is_multiple_of(2) {
        base.checked_sub(align)
    } else {
        Some(base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heap(memory: &mut Memory, size: u64, align: u64) -> (ObjectId, u64) {
        memory
            .allocate(ObjectKind::Heap, size, align, Fill::Undefined, PlaceId(0))
            .expect("there is room")
    }

    #[test]
    fn addresses_are_aligned_exactly_and_apart() {
        let mut memory = Memory::default();
        let mut end = 0;
        for (size, align) in [(1, 1), (0, 1), (24, 8), (3, 2), (4096, 4096), (7, 1)] {
            let (_, base) = heap(&mut memory, size, align);
            assert_eq!(base.trailing_zeros(), align.trailing_zeros());
            assert!(base >= end + GAP || end == 0);
            end = base + size;
        }
        for align in [1, 8, 16, 64] {
            let kind = ObjectKind::Stack;
            let (_, base) = memory
                .allocate(kind, 24, align, Fill::Undefined, PlaceId(0))
                .expect("room");
            assert_eq!(base.trailing_zeros(), align.trailing_zeros());
        }
    }

    #[test]
    fn a_clone_does_not_see_later_writes() {
        let mut memory = Memory::default();
        let (id, _) = heap(&mut memory, 8, 8);
        let before = memory.clone();
        memory.object_mut(id).unwrap().write_bytes(0, &[1; 8]);
        assert_eq!(before.object(id).unwrap().plain_bytes(0, 8), None);
        assert_eq!(
            memory.object(id).unwrap().plain_bytes(0, 8),
            Some(vec![1; 8])
        );
        assert_eq!(memory.differing(&before), [id]);
    }

    #[test]
    fn an_ended_object_keeps_its_identity() {
        let mut memory = Memory::default();
        let (id, base) = heap(&mut memory, 8, 8);
        memory.end(id, PlaceId(5));
        let Slot::Dead(tombstone) = memory.slot(id) else {
            panic!("it has ended")
        };
        assert_eq!(
            (tombstone.base, tombstone.size, tombstone.ended_at),
            (base, 8, PlaceId(5))
        );
        assert_eq!(memory.object_at(base), None);
    }

    #[test]
    fn dead_stack_slots_cost_nothing() {
        let mut memory = Memory::default();
        for _ in 0..10_000 {
            let pointer = memory.stack_pointer();
            let (id, _) = memory
                .allocate(ObjectKind::Stack, 8, 8, Fill::Undefined, PlaceId(0))
                .expect("room");
            memory.end(id, PlaceId(0));
            memory.restore_stack_pointer(pointer);
            assert!(matches!(memory.slot(id), Slot::DeadStack));
        }
        assert!(memory.stack.chunks.iter().flatten().count() <= 2);
    }

    #[test]
    fn the_address_space_ends() {
        let mut memory = Memory::default();
        let kind = ObjectKind::Heap;
        let too_much = memory.allocate(kind, 1 << 46, 1, Fill::Undefined, PlaceId(0));
        assert_eq!(too_much, None);
        assert!(
            memory
                .allocate(kind, 1 << 44, 1, Fill::Undefined, PlaceId(0))
                .is_some()
        );
    }

    #[test]
    fn an_address_finds_its_object() {
        let mut memory = Memory::default();
        let (first, base) = heap(&mut memory, 8, 8);
        let (empty, empty_base) = heap(&mut memory, 0, 1);
        assert_eq!(memory.object_at(base + 7), Some(first));
        assert_eq!(memory.object_at(base + 8), Some(first));
        assert_eq!(memory.object_at(base + 9), None);
        assert_eq!(memory.object_at(empty_base), Some(empty));
    }
}
