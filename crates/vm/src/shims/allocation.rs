//! Rust's global allocator and the C allocator.
//!
//! # Source
//!
//! `core::alloc::GlobalAlloc` for the first, POSIX for the second.

use super::{Reply, Request, Row};
use crate::machine::{Fault, Machine, Purpose, Result, State, Value};
use crate::memory::{Fill, Fragment, ObjectId, ObjectKind, Slot};

pub(super) const RUST_SHIMS: &[Row] = &[
    ("__rustc::__rust_alloc", rust_alloc),
    ("__rustc::__rust_alloc_zeroed", rust_alloc_zeroed),
    ("__rustc::__rust_dealloc", rust_dealloc),
    ("__rustc::__rust_realloc", rust_realloc),
    ("__rust_alloc", rust_alloc),
    ("__rust_alloc_zeroed", rust_alloc_zeroed),
    ("__rust_dealloc", rust_dealloc),
    ("__rust_realloc", rust_realloc),
    ("__rustc::__rust_no_alloc_shim_is_unstable_v2", nothing),
];

pub(super) const C_SHIMS: &[Row] = &[
    ("malloc", malloc),
    ("calloc", calloc),
    ("realloc", realloc),
    ("free", free),
    ("posix_memalign", posix_memalign),
    ("aligned_alloc", aligned_alloc),
];

/// More than any host can give: a request for more is refused as it is natively.
const MEMORY_BYTES_EVER: u64 = 1 << 45;
/// The alignment that the C allocator promises.
const C_ALIGN: u64 = 16;

fn nothing(_: &mut Machine<'_>, _: &mut State, _: Request<'_>) -> Result<Reply> {
    Ok(Reply::Nothing)
}

fn rust_alloc(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let (size, align) = layout(machine, state, request.argument(0), request.argument(1))?;
    machine.allocate_heap(state, ObjectKind::Heap, (size, align), Fill::Undefined)
}

fn rust_alloc_zeroed(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let (size, align) = layout(machine, state, request.argument(0), request.argument(1))?;
    machine.allocate_heap(state, ObjectKind::Heap, (size, align), Fill::Zero)
}

fn rust_dealloc(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let given = layout(machine, state, request.argument(1), request.argument(2))?;
    let object = machine.freeable(state, request.argument(0), ObjectKind::Heap)?;
    machine.judge_layout(state, object, given)?;
    machine.free(state, object);
    Ok(Reply::Nothing)
}

fn rust_realloc(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let given = layout(machine, state, request.argument(1), request.argument(2))?;
    let new_size = machine.length(state, request.argument(3))?;
    let object = machine.freeable(state, request.argument(0), ObjectKind::Heap)?;
    machine.judge_layout(state, object, given)?;
    machine.move_heap(state, object, (new_size, given.1))
}

fn malloc(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let size = machine.length(state, request.argument(0))?;
    machine.allocate_heap(state, ObjectKind::Foreign, (size, C_ALIGN), Fill::Undefined)
}

fn calloc(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let count = machine.length(state, request.argument(0))?;
    let size = machine.length(state, request.argument(1))?;
    match count.checked_mul(size) {
        Some(size) => {
            machine.allocate_heap(state, ObjectKind::Foreign, (size, C_ALIGN), Fill::Zero)
        }
        None => Ok(Reply::Value(Value::ZERO)),
    }
}

fn realloc(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let size = machine.length(state, request.argument(1))?;
    let address = machine.settle(state, request.argument(0))?;
    if address.is_number() && address.low == 0 {
        return machine.allocate_heap(state, ObjectKind::Foreign, (size, C_ALIGN), Fill::Undefined);
    }
    let object = machine.freeable(state, address, ObjectKind::Foreign)?;
    machine.move_heap(state, object, (size, C_ALIGN))
}

fn free(machine: &mut Machine<'_>, state: &mut State, request: Request<'_>) -> Result<Reply> {
    let address = machine.settle(state, request.argument(0))?;
    if address.is_number() && address.low == 0 {
        return Ok(Reply::Nothing);
    }
    let object = machine.freeable(state, address, ObjectKind::Foreign)?;
    machine.free(state, object);
    Ok(Reply::Nothing)
}

fn posix_memalign(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let (size, align) = layout(machine, state, request.argument(2), request.argument(1))?;
    let reply =
        machine.allocate_heap(state, ObjectKind::Foreign, (size, align), Fill::Undefined)?;
    if let Reply::Value(address) = reply {
        let target = request.argument(0);
        machine.write_scalar(state, crate::program::Scalar::Pointer, target, 8, address)?;
    }
    Ok(Reply::Value(Value::ZERO))
}

fn aligned_alloc(
    machine: &mut Machine<'_>,
    state: &mut State,
    request: Request<'_>,
) -> Result<Reply> {
    let (size, align) = layout(machine, state, request.argument(1), request.argument(0))?;
    machine.allocate_heap(state, ObjectKind::Foreign, (size, align), Fill::Undefined)
}

/// A size and an alignment as numbers.
fn layout(
    machine: &mut Machine<'_>,
    state: &mut State,
    size: Value,
    align: Value,
) -> Result<(u64, u64)> {
    let size = machine.length(state, size)?;
    let align = machine.length(state, align)?;
    if align.is_power_of_two() {
        return Ok((size, align));
    }
    let fault = Fault::InvalidFree {
        reason: "the alignment is not a power of two",
        object: String::new(),
    };
    Err(machine.fault(state, &fault))
}

impl Machine<'_> {
    /// Makes a heap object; null when the address space is used up.
    fn allocate_heap(
        &mut self,
        state: &mut State,
        kind: ObjectKind,
        (size, align): (u64, u64),
        fill: Fill,
    ) -> Result<Reply> {
        if size > MEMORY_BYTES_EVER {
            return Ok(Reply::Value(Value::ZERO));
        }
        let allowed = self.limits.memory_bytes_max;
        if state.memory.live_bytes().saturating_add(size) > allowed {
            return Err(self.limit_reached("memory", allowed, "bytes"));
        }
        let place = self.user_place(state);
        let made = state.memory.allocate(kind, size, align, fill, place);
        Ok(Reply::Value(match made {
            Some((object, address)) => Value::address(address, object),
            None => Value::ZERO,
        }))
    }

    /// The object that starts at an address and may be freed.
    fn freeable(
        &mut self,
        state: &mut State,
        address: Value,
        kind: ObjectKind,
    ) -> Result<ObjectId> {
        let address = self.settle(state, address)?;
        let number = self.concrete(state, address, 64, Purpose::Address)?;
        let low = u64::try_from(number).expect("addresses have 64 bits");
        let id = match address.object {
            ObjectId::NONE => state.memory.object_at(low).unwrap_or(ObjectId::NONE),
            object => object,
        };
        let reason = match state.memory.slot(id) {
            Slot::Live(object) if object.kind != kind => "it was not allocated by this allocator",
            Slot::Live(object) if object.base != low => "the address is not the allocation's start",
            Slot::Live(_) => return Ok(id),
            Slot::Dead(_) | Slot::DeadStack => "it was freed before",
            Slot::Vacant => "the address belongs to no allocation",
        };
        let object = match state.memory.slot(id) {
            Slot::Vacant => String::new(),
            _ => self.describe(state, id),
        };
        Err(self.fault(state, &Fault::InvalidFree { reason, object }))
    }

    fn judge_layout(
        &mut self,
        state: &mut State,
        object: ObjectId,
        given: (u64, u64),
    ) -> Result<()> {
        let found = state.memory.object(object);
        let found = found.expect("a freeable object is live");
        let allocated = (found.size, found.align);
        if allocated == given {
            return Ok(());
        }
        let fault = Fault::WrongLayout {
            object: self.describe(state, object),
            allocated,
            given,
        };
        Err(self.fault(state, &fault))
    }

    fn free(&mut self, state: &mut State, object: ObjectId) {
        let place = self.user_place(state);
        state.memory.end(object, place);
    }

    /// Moves an object's contents to a new object of another size.
    fn move_heap(
        &mut self,
        state: &mut State,
        from: ObjectId,
        (size, align): (u64, u64),
    ) -> Result<Reply> {
        let source = state
            .memory
            .object(from)
            .expect("a freeable object is live");
        let (kind, shared) = (source.kind, source.size.min(size));
        let reply = self.allocate_heap(state, kind, (size, align), Fill::Undefined)?;
        if let Reply::Value(Value { object: to, .. }) = reply
            && to != ObjectId::NONE
        {
            let mut fragment = Fragment::default();
            let source = state
                .memory
                .object(from)
                .expect("a freeable object is live");
            source.copy_out(0, shared, &mut fragment);
            let target = state.memory.object_mut(to).expect("it was made just now");
            target.copy_in(0, &fragment);
            self.free(state, from);
        }
        Ok(reply)
    }
}
