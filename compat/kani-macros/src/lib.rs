//! The attribute macros and derives of the compatibility crate `kani`, which re-exports them.
//!
//! # Invariants
//!
//! - Everything generated is named by its full path from `::kani` or `::core`.
//! - An attribute that is not understood is a compile error, never ignored.
//!
//! # Not here
//!
//! Behaviour. The generated code describes the harness and runs its body through the `kani` crate.

mod arbitrary;
// What `old(..)` means is written once, for these contracts and for those of `proofhouse`.
#[path = "../../../crates/macros/src/contract/condition.rs"]
mod condition;
mod constraint;
mod contract;
mod fields;
mod harness;
mod invariant;

use proc_macro::TokenStream;

fn finish(tokens: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    match tokens {
        Ok(tokens) => tokens.into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// Turns a function without arguments into a harness: a property that every engine runs.
#[proc_macro_attribute]
pub fn proof(options: TokenStream, item: TokenStream) -> TokenStream {
    finish(harness::expand(options.into(), item.into()))
}

/// A harness that checks a function's contract: `#[kani::proof_for_contract(divide)]`. The first call of it
/// assumes its preconditions; its postconditions are asserted, and so is that it changes nothing but what
/// `modifies` names.
#[proc_macro_attribute]
pub fn proof_for_contract(function: TokenStream, item: TokenStream) -> TokenStream {
    finish(harness::expand_for_contract(function.into(), item.into()))
}

macro_rules! beside_proof {
    ($($(#[$meta:meta])* $name:ident;)*) => {
        $($(#[$meta])*
        #[proc_macro_attribute]
        pub fn $name(options: TokenStream, item: TokenStream) -> TokenStream {
            finish(harness::defer(stringify!($name), options.into(), item.into()))
        })*
    };
}

beside_proof! {
    /// How often the head of a loop may be reached at most: the machine fails a harness in which a loop
    /// goes on. Other engines need no such bound.
    unwind;
    /// The harness is there to panic: it fails unless some input makes it.
    should_panic;
    /// Accepted and not used: the machine chooses its solvers itself.
    solver;
    /// Replaces a function by another one in the machine.
    stub;
    /// Replaces a function by its contract, in the machine.
    stub_verified;
}

/// Accepted and not used: a recursive function with a contract is called as it is.
#[proc_macro_attribute]
pub fn recursion(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// A condition that every caller of the function must meet.
#[proc_macro_attribute]
pub fn requires(options: TokenStream, item: TokenStream) -> TokenStream {
    finish(contract::expand("requires", options.into(), item.into()))
}

/// A condition that the function's result meets: `#[kani::ensures(|result| *result > old(argument))]`.
#[proc_macro_attribute]
pub fn ensures(options: TokenStream, item: TokenStream) -> TokenStream {
    finish(contract::expand("ensures", options.into(), item.into()))
}

/// References and pointers to what the function may write. Checked by a harness with
/// `#[kani::proof_for_contract(..)]`.
#[proc_macro_attribute]
pub fn modifies(options: TokenStream, item: TokenStream) -> TokenStream {
    finish(contract::expand("modifies", options.into(), item.into()))
}

/// Implements `kani::Arbitrary`: any value of every field, any variant, such that each
/// `#[safety_constraint(..)]` holds.
#[proc_macro_derive(Arbitrary, attributes(safety_constraint))]
pub fn derive_arbitrary(item: TokenStream) -> TokenStream {
    finish(arbitrary::expand(item.into(), arbitrary::Kind::Unbounded))
}

/// Implements `kani::BoundedArbitrary`: fields with `#[bounded]` up to the bound, all others any.
#[proc_macro_derive(BoundedArbitrary, attributes(bounded))]
pub fn derive_bounded_arbitrary(item: TokenStream) -> TokenStream {
    finish(arbitrary::expand(item.into(), arbitrary::Kind::Bounded))
}

/// Implements `kani::Invariant`: every field keeps its promises, and each `#[safety_constraint(..)]`
/// holds.
#[proc_macro_derive(Invariant, attributes(safety_constraint))]
pub fn derive_invariant(item: TokenStream) -> TokenStream {
    finish(invariant::expand(item.into()))
}
