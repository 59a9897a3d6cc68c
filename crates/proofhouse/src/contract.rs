//! Functions with a contract: what one call of them checks, and what stands for their body.
//!
//! `#[requires(..)]`, `#[ensures(..)]` and `#[modifies(..)]` put the code of a contract into the function
//! itself, around its body. Each call asks which of three it is:
//!
//! | role | precondition | body | postcondition |
//! | --- | --- | --- | --- |
//! | called, as by any other code | asserted | runs | asserted |
//! | checked, by a property with `checks(..)` | assumed | runs | asserted |
//! | assumed, by a property with `assuming(..)` | asserted | arbitrary values in its place | assumed |
//!
//! Only the machine knows the third: arbitrary values are unknowns of its own, no choices of the case.
//!
//! # Invariants
//!
//! - A counterexample has no part in what a contract leaves open, so that its native replay runs bodies.
//! - A condition that panics does not hold: where it is assumed, such values are left out, and where it is
//!   asserted, the panic is the failure. So nothing is assumed that was not asserted elsewhere.
//! - Functions are told apart by their path, as `std::any::type_name` gives it for the function where it is
//!   named and for a closure within it.
//!
//! # Not here
//!
//! What a body does to files and other processes; what it changes, [`scope`] tells the machine.

mod scope;

use std::any::type_name;
use std::cell::RefCell;
use std::mem::{forget, replace};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::generator::{Generate, any};
use crate::{Source, case_context, machine};

pub use scope::{ChangedShared, Copied, Moved, NotChangedShared, Passed, Scope, SharedPlace};

/// What follows the path of a function in the name of a closure's type.
const OF_CLOSURE: &str = "::{{closure}}";

thread_local! {
    /// The functions whose next call is the one that is checked. The machine has its own.
    static CHECKED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// What one property asks of functions with a contract, as long as one case of it runs.
#[doc(hidden)]
#[derive(Debug)]
pub struct Asked {
    before: Vec<&'static str>,
}

impl Asked {
    /// Asks for the contracts of these functions, by their names.
    pub fn of(assumed: &[&'static str], checked: &[&'static str]) -> Self {
        if machine::is_active() {
            for name in assumed {
                machine::assume_contract(name.as_ptr(), name.len());
            }
            for name in checked {
                machine::check_contract(name.as_ptr(), name.len());
            }
            return Self { before: Vec::new() };
        }
        Self {
            before: CHECKED.replace(checked.to_vec()),
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if !machine::is_active() {
            CHECKED.set(std::mem::take(&mut self.before));
        }
    }
}

/// The name of a function, or of any other value's type.
#[doc(hidden)]
#[must_use]
pub fn name_of<F>(_: &F) -> &'static str {
    type_name::<F>()
}

/// One call of a function with a contract.
#[doc(hidden)]
#[derive(Debug)]
pub struct Call {
    name: &'static str,
    role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Called,
    Checked,
    Assumed,
}

impl Call {
    /// Begins a call of the function around this closure.
    pub fn of<F>(_: &F) -> Self {
        let name = type_name::<F>();
        let name = name.strip_suffix(OF_CLOSURE).unwrap_or(name);
        let role = if machine::is_active() {
            match machine::role_in_contract(name.as_ptr(), name.len()) {
                1 => Role::Checked,
                2 => Role::Assumed,
                _ => Role::Called,
            }
        } else {
            natively(name)
        };
        Self { name, role }
    }

    /// A precondition.
    #[track_caller]
    pub fn require(&self, condition: impl FnOnce() -> bool, message: &'static str) {
        match self.role {
            Role::Called | Role::Assumed => assert(condition(), message),
            Role::Checked => case_context::assume(is_met(condition)),
        }
    }

    /// Whether it is a call like any other.
    #[must_use]
    pub fn is_called(&self) -> bool {
        self.role == Role::Called
    }

    /// Whether the contract is checked at this call.
    #[must_use]
    pub fn is_checked(&self) -> bool {
        self.role == Role::Checked
    }

    /// Whether arbitrary values take the place of the body.
    #[must_use]
    pub fn is_assumed(&self) -> bool {
        self.role == Role::Assumed
    }

    /// A postcondition.
    #[track_caller]
    pub fn ensure(&self, condition: impl FnOnce() -> bool, message: &'static str) {
        match self.role {
            Role::Called | Role::Checked => assert(condition(), message),
            Role::Assumed => case_context::assume(is_met(condition)),
        }
    }

    /// Ends the path: there is nothing to put in the place of this.
    pub fn give_up(&self, what: &str) -> ! {
        let clause = format!(
            "the contract of `{}` in place of its body: no generator for `{what}`",
            self.name
        );
        machine::unsupported(clause.as_ptr(), clause.len())
    }
}

fn natively(name: &'static str) -> Role {
    let is_checked = CHECKED.try_with(|checked| {
        let mut checked = checked.borrow_mut();
        let at = checked.iter().position(|one| *one == name);
        at.map(|at| checked.remove(at)).is_some()
    });
    match is_checked {
        Ok(true) => Role::Checked,
        // A thread that is ending has no such list any more, and runs no case.
        Ok(false) | Err(_) => Role::Called,
    }
}

#[track_caller]
fn assert(condition: bool, message: &'static str) {
    if !condition {
        panic!("{}", message)
    }
}

/// Whether a condition holds; one that panics does not. A rejection is passed on.
fn is_met(condition: impl FnOnce() -> bool) -> bool {
    match catch_unwind(AssertUnwindSafe(condition)) {
        Ok(holds) => holds,
        Err(payload) if case_context::is_rejection(&*payload) => resume_unwind(payload),
        Err(_) => false,
    }
}

/// Whether a postcondition holds for a result. A function of its own, as it tells the compiler the type of
/// the closure's argument.
#[doc(hidden)]
pub fn holds<R: ?Sized>(result: &R, condition: impl FnOnce(&R) -> bool) -> bool {
    condition(result)
}

/// A type of which an arbitrary value is wanted.
#[doc(hidden)]
#[derive(Debug)]
pub struct Open<T>(std::marker::PhantomData<fn() -> T>);

impl<T> Open<T> {
    /// Of this type.
    #[must_use]
    pub const fn value() -> Self {
        Self(std::marker::PhantomData)
    }
}

/// A place that may hold anything from now on.
#[doc(hidden)]
#[derive(Debug)]
pub struct Place<'a, T: ?Sized>(pub &'a mut T);

/// The answer of types that have a generator.
#[doc(hidden)]
pub trait Drawn<T> {
    fn draw(self, call: &Call) -> T;
}

impl<T: Generate> Drawn<T> for &&Open<T> {
    fn draw(self, _: &Call) -> T {
        arbitrary()
    }
}

/// The answer of all others.
#[doc(hidden)]
pub trait NotDrawn<T> {
    fn draw(self, call: &Call) -> T;
}

impl<T> NotDrawn<T> for &Open<T> {
    fn draw(self, call: &Call) -> T {
        call.give_up(type_name::<T>())
    }
}

/// The answer of places whose type has a generator.
#[doc(hidden)]
pub trait Changed {
    fn change(self, call: &Call);
}

/// What was there is not dropped: the body might have kept it, and a destructor may have effects.
impl<T: Generate> Changed for &mut &mut Place<'_, T> {
    fn change(self, _: &Call) {
        forget(replace(self.0, arbitrary()));
    }
}

impl<T: Generate> Changed for &mut &mut Place<'_, [T]> {
    fn change(self, _: &Call) {
        for element in &mut *self.0 {
            forget(replace(element, arbitrary()));
        }
    }
}

/// The answer of all other places.
#[doc(hidden)]
pub trait NotChanged {
    fn change(self, call: &Call);
}

impl<T: ?Sized> NotChanged for &mut Place<'_, T> {
    fn change(self, call: &Call) {
        call.give_up(type_name::<T>())
    }
}

/// Any value of a type, which is no part of the input.
fn arbitrary<T: Generate>() -> T {
    machine::leave_open(true);
    let value = Source::machine().draw_argument("what a contract leaves open", any::<T>());
    machine::leave_open(false);
    value
}
