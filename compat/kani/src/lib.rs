//! Harnesses that were written for the Kani verifier, run by Proofhouse.
//!
//! A crate whose `#[kani::proof]` functions were meant for `cargo kani` adds this one as a
//! dev-dependency and runs `cargo proofhouse check`: unmodified, on stable Rust.
//!
//! ```
//! # #[cfg(any())]
//! #[cfg(kani)]
//! mod proofs {
//!     #[kani::proof]
//!     fn halves_add_up() {
//!         let number: u32 = kani::any();
//!         kani::assume(number < 1000);
//!         assert!(number / 2 + number.div_ceil(2) == number);
//!     }
//! }
//! ```
//!
//! A harness becomes a property without arguments. Each [`any`] is a choice of the case, so all
//! engines run it, and a counterexample replays natively as an ordinary failing test.
//!
//! # Invariants
//!
//! - What a harness asks for that cannot be done does not compile, or ends its path as unsupported, by
//!   name. It never becomes a verdict.
//! - Natively one `any` is the same choices as in the machine.
//!
//! # Not here
//!
//! What `README.md` beside this crate lists: above all what only a nightly compiler accepts.
//!
//! # Source
//!
//! The names and their meaning are those of the documentation of Kani
//! (<https://model-checking.github.io/kani/>); the code is our own.

extern crate self as kani;

mod arbitrary;
mod bounded;
mod choose;
pub mod contracts;
pub mod float;
mod futures;
mod harness;
pub mod invariant;
pub mod mem;
mod quantifiers;
pub mod slice;
mod standard;
pub mod vec;

pub use arbitrary::Arbitrary;
pub use bounded::BoundedArbitrary;
pub use choose::{any, any_where, assert, assume, bounded_any, cover};
pub use futures::{JoinHandle, RoundRobin, SchedulingAssumption, SchedulingStrategy};
pub use futures::{block_on, block_on_with_spawn, spawn, yield_now};
pub use invariant::Invariant;
pub use proofhouse_kani_macros::{
    Arbitrary, BoundedArbitrary, Invariant, ensures, modifies, proof, proof_for_contract,
    recursion, requires, should_panic, solver, stub, stub_verified, unwind,
};

/// Counts in how many cases a condition holds: `cover!(condition, "label")`. It never fails a
/// harness.
#[macro_export]
macro_rules! cover {
    () => {
        $crate::cover(true, "reached")
    };
    ($condition:expr $(,)?) => {
        $crate::cover($condition, ::core::stringify!($condition))
    };
    ($condition:expr, $label:literal $(,)?) => {
        $crate::cover($condition, $label)
    };
}

/// Whether a condition holds for every number of a range: `forall!(|i in (0, 9)| array[i] == 0)`. The
/// end is not part of the range. Each number is looked at, so the range should be a short one.
#[macro_export]
macro_rules! forall {
    (|$number:ident in ($from:expr, $to:expr)| $condition:expr) => {{
        let (from, to): (usize, usize) = ($from, $to);
        (from..to).all(|$number| $condition)
    }};
    (|$number:ident| $condition:expr) => {
        $crate::__private::forall(|$number: usize| $condition)
    };
}

/// Whether a condition holds for some number of a range: `exists!(|i in (0, 9)| array[i] == 0)`. The
/// end is not part of the range. Each number is looked at, so the range should be a short one.
#[macro_export]
macro_rules! exists {
    (|$number:ident in ($from:expr, $to:expr)| $condition:expr) => {{
        let (from, to): (usize, usize) = ($from, $to);
        (from..to).any(|$number| $condition)
    }};
    (|$number:ident| $condition:expr) => {
        $crate::__private::exists(|$number: usize| $condition)
    };
}

/// `implies!(premise => conclusion)` is false only where the premise holds and the conclusion does
/// not.
#[macro_export]
macro_rules! implies {
    ($premise:expr => $conclusion:expr) => {
        !($premise) || ($conclusion)
    };
}

/// What the macros call. No part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::choose::variant;
    pub use crate::contracts::{Drawn, NotWritten, Place, Written, copy, name_place, note};
    pub use crate::harness::{Harness, OPTIONS, package, run, skips_registration};
    pub use crate::quantifiers::{exists, forall};
    pub use proofhouse;
    pub use proofhouse::__private::{
        Asked, Call, Copied, Moved, NotDrawn, Open, Passed, holds, name_of,
    };
    pub use proofhouse::machine::replace_function;
}
