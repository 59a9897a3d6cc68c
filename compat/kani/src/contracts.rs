//! Preconditions and postconditions of functions: `#[kani::requires(..)]`, `#[kani::ensures(..)]`.
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
//! function that breaks its postcondition.
//!
//! # Not here
//!
//! `#[kani::modifies(..)]` is accepted and not checked, hence `#[kani::proof_for_contract(..)]` and
//! `#[kani::stub_verified(..)]`, which rest on it, are unsupported: their harnesses are inconclusive.

use std::mem::ManuallyDrop;

/// Whether a postcondition holds for a result.
#[doc(hidden)]
pub fn holds<R>(result: &R, condition: impl FnOnce(&R) -> bool) -> bool {
    condition(result)
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
