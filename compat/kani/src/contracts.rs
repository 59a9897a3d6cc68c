//! Contracts of functions: `#[kani::requires(..)]`, `#[kani::ensures(..)]`, `#[kani::modifies(..)]`.
//!
//! ```
//! #[kani::requires(divisor != 0)]
//! #[kani::ensures(|result| *result <= dividend)]
//! fn divide(dividend: u32, divisor: u32) -> u32 {
//!     dividend / divisor
//! }
//! assert_eq!(divide(7, 2), 3);
//! ```
//!
//! Every call in a harness checks them: a caller that breaks a precondition fails, and so does a
//! function that breaks its postcondition. `#[kani::proof_for_contract(divide)]` checks the contract on its own,
//! with arbitrary values in the statics that can change; `#[kani::stub_verified(divide)]` puts it in the place
//! of the body. All of it is what `proofhouse::contract` does; here are the names and Kani's own rules.
//!
//! # Invariants
//!
//! - A harness for a contract that no path comes to is not taken for a proof.
//!
//! # Not here
//!
//! What a call changes besides: `proofhouse::contract` again.

use std::any::type_name;
use std::mem::ManuallyDrop;

use proofhouse::__private::{Call, Open, Scope};
use proofhouse::machine;

use crate::Arbitrary;

/// What no path of a harness for a contract did.
pub(crate) const NEVER_CALLED: &str =
    "no path calls the function whose contract is checked, or it has no contract";

/// A call of a function with a contract begins.
#[doc(hidden)]
pub fn note(call: &Call) {
    if call.is_checked() && machine::is_active() {
        machine::require_once(true, NEVER_CALLED.as_ptr(), NEVER_CALLED.len());
    }
}

/// What `modifies` names: by a reference or by a raw pointer.
#[doc(hidden)]
pub trait Pointer {
    /// What it points to.
    type Target: ?Sized;

    /// The place.
    fn place(&self) -> *mut Self::Target;
}

impl<T: ?Sized> Pointer for &T {
    type Target = T;

    fn place(&self) -> *mut T {
        std::ptr::from_ref(*self).cast_mut()
    }
}

impl<T: ?Sized> Pointer for &mut T {
    type Target = T;

    fn place(&self) -> *mut T {
        std::ptr::from_ref(&**self).cast_mut()
    }
}

impl<T: ?Sized> Pointer for *const T {
    type Target = T;

    fn place(&self) -> *mut T {
        (*self).cast_mut()
    }
}

impl<T: ?Sized> Pointer for *mut T {
    type Target = T;

    fn place(&self) -> *mut T {
        *self
    }
}

/// The contract names what is behind a pointer.
#[doc(hidden)]
#[allow(unsafe_code, reason = "the place is named by a pointer")]
pub fn name_place<P: Pointer>(scope: &Scope, pointer: &P) {
    let place = pointer.place();
    // SAFETY: the contract's author promises that the pointer may be written through; nothing is read.
    scope.name(unsafe { &*place });
}

/// The answer of types that have arbitrary values.
#[doc(hidden)]
pub trait Drawn<T> {
    fn draw(self, call: &Call) -> T;
}

impl<T: Arbitrary> Drawn<T> for &&Open<T> {
    fn draw(self, _: &Call) -> T {
        left_open()
    }
}

/// A place that may hold anything from now on.
#[doc(hidden)]
#[derive(Debug)]
pub struct Place<'a, P>(pub &'a P);

/// The answer of places whose type has arbitrary values.
#[doc(hidden)]
pub trait Written {
    fn write(self, call: &Call);
}

macro_rules! written {
    ($($pointer:ty;)*) => {
        $(impl<T: Arbitrary> Written for &&Place<'_, $pointer> {
            fn write(self, _: &Call) {
                put(std::ptr::from_ref(self.0).cast::<*mut T>());
            }
        })*
    };
}

written! { &T; &mut T; *const T; *mut T; }

macro_rules! written_slices {
    ($($pointer:ty;)*) => {
        $(impl<T: Arbitrary> Written for &&Place<'_, $pointer> {
            fn write(self, _: &Call) {
                put_all(std::ptr::from_ref(self.0).cast::<*mut [T]>());
            }
        })*
    };
}

written_slices! { &[T]; &mut [T]; *const [T]; *mut [T]; }

/// The answer of all other places.
#[doc(hidden)]
pub trait NotWritten {
    fn write(self, call: &Call);
}

impl<P: Pointer> NotWritten for &Place<'_, P> {
    fn write(self, call: &Call) {
        call.give_up(type_name::<P::Target>())
    }
}

/// Writes any value behind a pointer. What was there is not dropped: it may be anything.
#[allow(unsafe_code, reason = "the place is named by a pointer")]
fn put<T: Arbitrary>(pointer: *const *mut T) {
    // SAFETY: references and thin pointers are all written as an address, and the contract's author promises
    // that what it names may be written.
    unsafe { (*pointer).write(left_open()) };
}

#[allow(unsafe_code, reason = "the place is named by a pointer")]
fn put_all<T: Arbitrary>(pointer: *const *mut [T]) {
    // SAFETY: as in `put`; a slice is an address and a length however it is pointed to.
    let slice = unsafe { *pointer };
    for index in 0..slice.len() {
        // SAFETY: the index is within the slice.
        unsafe { slice.cast::<T>().add(index).write(left_open()) };
    }
}

/// Any value, which is no part of the input.
fn left_open<T: Arbitrary>() -> T {
    machine::leave_open(true);
    let value = T::any();
    machine::leave_open(false);
    value
}

/// A copy of an argument that is never dropped.
///
/// # Safety
///
/// - The copy is only looked at, and nothing that the original owned is used after it is gone.
#[doc(hidden)]
pub unsafe fn copy<T>(value: &T) -> ManuallyDrop<T> {
    // SAFETY: a reference can be read, and the caller keeps the copy from being dropped.
    unsafe { ManuallyDrop::new(std::ptr::read(value)) }
}
