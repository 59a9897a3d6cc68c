//! Values that an engine chooses, and what is said about them.
//!
//! A harness calls `any` with nothing in its hand, so the source of the running case waits where
//! `any` finds it: on the case's thread. In the machine nothing waits anywhere, because its source has
//! no state and is made where it is needed.
//!
//! # Invariants
//!
//! - The source is on the thread exactly while a harness runs there.
//! - Each call of a leaf (a number, a truth value, a character) is one choice.

use std::cell::RefCell;
use std::fmt::Debug;

use proofhouse::{Source, machine};

use crate::{Arbitrary, BoundedArbitrary};

thread_local! {
    static SOURCE: RefCell<Option<Source>> = const { RefCell::new(None) };
}

/// Any valid value of a type.
///
/// # Panics
///
/// Natively, if it is called outside of a harness, or on another thread than the harness's.
#[inline]
#[must_use]
pub fn any<T: Arbitrary>() -> T {
    T::any()
}

/// Any value of a type for which the condition holds.
#[inline]
#[must_use]
pub fn any_where<T: Arbitrary, F: FnOnce(&T) -> bool>(condition: F) -> T {
    let value = T::any();
    assume(condition(&value));
    value
}

/// Any value of a type whose size is at most `N`. What its size is, is the type's business.
#[inline]
#[must_use]
pub fn bounded_any<T: BoundedArbitrary, const N: usize>() -> T {
    T::bounded_any::<N>()
}

/// Goes on only if the condition holds.
#[inline]
pub fn assume(condition: bool) {
    proofhouse::assume(condition);
}

/// Fails with this message unless the condition holds.
///
/// # Panics
///
/// If the condition does not hold.
#[inline]
#[track_caller]
pub const fn assert(condition: bool, message: &'static str) {
    if !condition {
        panic!("{}", message)
    }
}

/// Counts the cases in which the condition holds. See [`cover!`](crate::cover!).
#[inline]
pub fn cover(condition: bool, label: &'static str) {
    proofhouse::__private::cover(condition, label, None);
}

/// A leaf: one choice, which the report of a counterexample shows.
pub(crate) fn leaf<T: Debug>(choose: impl FnOnce(&mut Source) -> T) -> T {
    with_source(|source| {
        let value = choose(source);
        if source.is_observed() {
            let name = format!("any::<{}>()", std::any::type_name::<T>());
            source.observe(&name, &value);
        }
        value
    })
}

/// Any number up to a largest one. An `any` with an assumption says the same, but random cases would
/// hardly ever meet it.
pub(crate) fn up_to(maximum: usize) -> usize {
    leaf(|source| source.choose_integer(0, maximum, 0))
}

/// Which of so many variants.
#[doc(hidden)]
#[must_use]
pub fn variant(count: u32) -> u32 {
    with_source(|source| source.choose_integer(0, count - 1, 0))
}

fn with_source<T>(ask: impl FnOnce(&mut Source) -> T) -> T {
    if machine::is_active() {
        return ask(&mut Source::machine());
    }
    SOURCE.with_borrow_mut(|source| match source {
        Some(source) => ask(source),
        None => panic!(
            "`kani::any` has values only on the thread of a running `#[kani::proof]`; \
             `cargo proofhouse check` runs it"
        ),
    })
}

/// Whether a harness runs on this thread.
pub(crate) fn is_running() -> bool {
    machine::is_active() || SOURCE.with_borrow(Option::is_some)
}

/// Runs a harness's body natively, with the source of its case on the thread.
pub(crate) fn lend(source: &mut Source, body: impl FnOnce()) {
    /// Gives the source back, however the body ends.
    struct Loan<'case>(&'case mut Source);
    impl Drop for Loan<'_> {
        fn drop(&mut self) {
            if let Some(source) = SOURCE.take() {
                *self.0 = source;
            }
        }
    }
    // The stand-in is never asked: who holds the loan has no other use for it.
    let lent = std::mem::replace(source, Source::machine());
    SOURCE.set(Some(lent));
    let loan = Loan(source);
    body();
    drop(loan);
}
