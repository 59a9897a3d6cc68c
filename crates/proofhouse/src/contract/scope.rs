//! What one call may change, told to the machine: it compares the memory before and after the body.
//!
//! A function may change the places that its contract names, and what is reached from them. Without
//! `modifies(..)` that is what its `&mut` arguments point to, and whatever is reached from arguments that it was
//! given by value; with it, arguments that were given by value may only be dropped.
//!
//! # Invariants
//!
//! - Natively nothing happens: nothing here can be compared outside of the machine.
//! - The machine takes the function that calls [`Call::begin`] for the one with the contract, so the
//!   macro puts that call, and `inline(never)`, into the function itself.
//!
//! # Not here
//!
//! How the memory is compared: `proofhouse_vm::machine::scope`.

use std::cell::{Cell, RefCell};
use std::mem::{forget, replace};
use std::ptr;
use std::sync::{Mutex, PoisonError, RwLock, atomic};

use super::{Call, Role, arbitrary};
use crate::generator::Generate;
use crate::machine;

/// What a part of the memory is for a call. The numbers are an agreement with the machine.
#[derive(Clone, Copy)]
enum Part {
    Own = 0,
    Named = 1,
    Given = 2,
    GivenToDrop = 3,
}

/// What a call may change, until its body ends.
#[doc(hidden)]
#[derive(Debug)]
#[must_use]
pub struct Scope {
    number: Option<u64>,
}

impl Call {
    /// Begins the part of the call in which it matters what changes.
    #[inline(never)]
    pub fn begin(&self) -> Scope {
        let is_watched = self.role != Role::Called && machine::is_active();
        let number = if is_watched {
            Some(machine::begin_scope(self.name.as_ptr(), self.name.len()))
        } else {
            None
        };
        Scope { number }
    }
}

impl Scope {
    /// Whether anybody is told.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.number.is_some()
    }

    /// Where an argument lies is the function's own.
    pub fn own<T: ?Sized>(&self, place: &T) {
        self.add(Part::Own, place);
    }

    /// The contract names a place.
    pub fn name<T: ?Sized>(&self, place: &T) {
        self.add(Part::Named, place);
    }

    fn add<T: ?Sized>(&self, part: Part, place: &T) {
        if let Some(number) = self.number {
            let address = ptr::from_ref(place).cast();
            machine::add_to_scope(number, part as u32, address, size_of_val(place));
        }
    }

    /// The contract stands for the body.
    pub fn assume(&mut self) {
        if let Some(number) = self.number.take() {
            machine::assume_scope(number);
        }
    }

    /// The body has returned.
    pub fn end<R>(mut self, result: &R) {
        if let Some(number) = self.number.take() {
            machine::end_scope(number, ptr::from_ref(result).cast(), size_of::<R>(), false);
        }
    }
}

impl Drop for Scope {
    /// The body has panicked.
    fn drop(&mut self) {
        if let Some(number) = self.number.take() {
            machine::end_scope(number, ptr::null(), 0, true);
        }
    }
}

/// An argument that is passed by value.
#[doc(hidden)]
#[derive(Debug)]
pub struct Passed<'a, T>(pub &'a T);

/// The answer of arguments that own nothing: who copies an address does not own what is there.
#[doc(hidden)]
pub trait Copied {
    fn pass(self, scope: &Scope, is_limited: bool);
}

impl<T: Copy> Copied for &&Passed<'_, T> {
    fn pass(self, scope: &Scope, _: bool) {
        scope.own(self.0);
    }
}

/// The answer of all others.
#[doc(hidden)]
pub trait Moved {
    fn pass(self, scope: &Scope, is_limited: bool);
}

impl<T> Moved for &Passed<'_, T> {
    fn pass(self, scope: &Scope, is_limited: bool) {
        scope.own(self.0);
        let part = match is_limited {
            true => Part::GivenToDrop,
            false => Part::Given,
        };
        scope.add(part, self.0);
    }
}

/// A place behind a shared reference that may hold anything from now on.
#[doc(hidden)]
#[derive(Debug)]
pub struct SharedPlace<'a, T: ?Sized>(pub &'a T);

/// The answer of types that can be changed through a shared reference.
#[doc(hidden)]
pub trait ChangedShared {
    fn change(self, call: &Call);
}

/// The answer of all others.
#[doc(hidden)]
pub trait NotChangedShared {
    fn change(self, call: &Call);
}

impl<T: ?Sized> NotChangedShared for &SharedPlace<'_, T> {
    fn change(self, call: &Call) {
        call.give_up(std::any::type_name::<T>())
    }
}

macro_rules! changed_shared {
    ($([$($generic:ident)?] $type:ty, |$place:ident| $change:expr;)*) => {
        $(impl<$($generic: Generate)?> ChangedShared for &&SharedPlace<'_, $type> {
            fn change(self, _: &Call) {
                let $place = self.0;
                $change;
            }
        })*
    };
}

changed_shared! {
    [T] Cell<T>, |place| forget(place.replace(arbitrary()));
    [T] RefCell<T>, |place| forget(place.replace(arbitrary()));
    [T] Mutex<T>, |place| {
        let mut inside = place.lock().unwrap_or_else(PoisonError::into_inner);
        forget(replace(&mut *inside, arbitrary()));
    };
    [T] RwLock<T>, |place| {
        let mut inside = place.write().unwrap_or_else(PoisonError::into_inner);
        forget(replace(&mut *inside, arbitrary()));
    };
    [] atomic::AtomicBool, |place| place.store(arbitrary(), atomic::Ordering::SeqCst);
    [] atomic::AtomicU8, |place| place.store(arbitrary(), atomic::Ordering::SeqCst);
    [] atomic::AtomicU16, |place| place.store(arbitrary(), atomic::Ordering::SeqCst);
    [] atomic::AtomicU32, |place| place.store(arbitrary(), atomic::Ordering::SeqCst);
    [] atomic::AtomicU64, |place| place.store(arbitrary(), atomic::Ordering::SeqCst);
    [] atomic::AtomicUsize, |place| place.store(arbitrary(), atomic::Ordering::SeqCst);
    [] atomic::AtomicI8, |place| place.store(arbitrary(), atomic::Ordering::SeqCst);
    [] atomic::AtomicI16, |place| place.store(arbitrary(), atomic::Ordering::SeqCst);
    [] atomic::AtomicI32, |place| place.store(arbitrary(), atomic::Ordering::SeqCst);
    [] atomic::AtomicI64, |place| place.store(arbitrary(), atomic::Ordering::SeqCst);
    [] atomic::AtomicIsize, |place| place.store(arbitrary(), atomic::Ordering::SeqCst);
}
