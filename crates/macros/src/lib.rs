//! The attribute macros of `proofhouse`, which re-exports and documents them.
//!
//! # Invariants
//!
//! - What the macros generate passes `forbid(unsafe_code)` and `deny(warnings, missing_docs,
//!   clippy::pedantic)` in the user's crate: generated tokens carry the macro's own span, so lints
//!   see them as foreign, and the user's tokens keep theirs, so errors point at the user's code.
//! - Everything generated is named by its full path from `::proofhouse` or `::core`.
//!
//! # Not here
//!
//! Behaviour. The generated code describes the property and draws its arguments; all else is a
//! function of the `proofhouse` crate.

mod contract;
mod derive;
mod invariant;
mod options;
mod property;
mod stateful;
mod syntax;

use proc_macro::TokenStream;

/// Turns a function into a property that every engine can try to break.
///
/// The function becomes a plain `#[test]`, so `cargo test` runs it and other attributes of tests,
/// such as `#[ignore]` and `#[should_panic]`, work as always. Its doc comment is the property in
/// plain language: reports show it.
///
/// Each argument is drawn: from the generator in `#[from(..)]` before it, or else from every value
/// of its type, which then needs `proofhouse::Generate`. A generator may mention earlier arguments by
/// name and gets clones of them: `length: u8, #[from(0..=length)] at: u8`. Arguments are owned, need `Debug`, and
/// may be patterns. The function returns `()` or a `Result<(), E>` with `E: Debug`; it fails by
/// panicking or by returning an error.
///
/// The function may be `async`: its future is polled on the test's own thread until it is ready,
/// and the thread sleeps while the future waits. There is no reactor for timers or sockets; code
/// that needs one starts it in the body.
///
/// # Options
///
/// | option | effect |
/// | --- | --- |
/// | `cases = 1000` | so many random cases instead of 256, unless `PROOFHOUSE_CASES` says otherwise |
/// | `time_ms = 500` | as many random cases as fit in so long; with `cases`, whichever ends first |
/// | `inputs_max = 100000` | enumerates all inputs if there are at most so many, instead of 4096 |
/// | `failures_max = 1` | ends the search at the first failure, instead of reporting up to 4 of different origins |
/// | `panics` | the body must panic in every case; a case that returns fails |
/// | `health = false` | no complaints about rejected or very large inputs |
/// | `checks(function)` | the next call of it assumes its preconditions and asserts the rest of its contract ([`macro@requires`]) |
/// | `assuming(function)` | in a proof, its contract stands for its body |
///
/// # Attributes below this one
///
/// `#[example(1, "text".to_owned())]` gives one value for each argument. Examples run before
/// anything else, and are no part of what the machine proves. One that fails is shrunk and stored as
/// other cases are, if the generators can tell how they would have made its values; otherwise it is
/// reported as it was written.
///
/// `#[regression("ph1:..")]` holds a token from a report. It is replayed before anything is drawn,
/// and never shrunk; a token that the property can't replay any more is an error.
///
/// The documentation of the crate `proofhouse` has examples.
#[proc_macro_attribute]
pub fn property(options: TokenStream, item: TokenStream) -> TokenStream {
    match property::expand(options.into(), item.into()) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// A condition that every caller of the function must meet: `#[requires(divisor != 0)]`.
///
/// It is checked at every call, before the body. With [`macro@ensures`] and [`macro@modifies`] it makes up
/// the function's contract, which a property can check on its own, `#[property(checks(divide))]`, and put
/// in the place of the body, `#[property(assuming(divide))]`.
///
/// A build without `debug_assertions` that is no test has nothing of it: the function is as it was
/// written.
#[proc_macro_attribute]
pub fn requires(condition: TokenStream, item: TokenStream) -> TokenStream {
    part_of_contract("requires", condition, item)
}

/// A condition that holds when the function returns: `#[ensures(|quotient| *quotient <= dividend)]`.
///
/// A closure gets a reference to the result; a condition without one speaks of the arguments alone. What
/// stands in `old(..)` is evaluated before the body. An argument that the body consumes is gone; keep what
/// is needed of it with `old(..)`. See [`macro@requires`].
#[proc_macro_attribute]
pub fn ensures(condition: TokenStream, item: TokenStream) -> TokenStream {
    part_of_contract("ensures", condition, item)
}

/// The places that the function may change: `#[modifies(self.length, *count)]`.
///
/// Where a property checks the contract, the symbolic engine compares the memory before and after the body.
/// Where the contract stands for the body, the places hold any value that the postconditions allow. A function
/// that does not say may change all that its `&mut` arguments point to, and what it was given by value. What is
/// changed through a shared reference is named by one: `#[modifies(&self.hits, &COUNT)]`. See
/// [`macro@requires`].
#[proc_macro_attribute]
pub fn modifies(places: TokenStream, item: TokenStream) -> TokenStream {
    part_of_contract("modifies", places, item)
}

/// Writes one property for each operation of a type: that it keeps the type's invariant.
///
/// The type implements `proofhouse::Invariant` and `Generate`. Operations are the functions of the block
/// that are not private and take `&mut self` or make a `Self`. Each property draws any well-formed value
/// and any arguments, those with `#[from(generator)]` from this generator, and one of a reference from
/// what is behind it. Preconditions of a contract ([`macro@requires`]) are assumed.
///
/// The properties stand in a module beside the block, `ring_keeps_invariant` for a `Ring`, or as it is
/// called in the parentheses. `#[by_hand]` leaves an operation out.
#[proc_macro_attribute]
pub fn keeps_invariant(options: TokenStream, item: TokenStream) -> TokenStream {
    match invariant::expand(options.into(), item.into()) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// What the three above become while they wait for each other. No part of the interface.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn contract_part(part: TokenStream, item: TokenStream) -> TokenStream {
    part_of_contract("contract_part", part, item)
}

fn part_of_contract(word: &str, inside: TokenStream, item: TokenStream) -> TokenStream {
    match contract::expand(word, inside.into(), item.into()) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// Turns the methods of a type into a state machine: the actions of stateful tests.
///
/// The methods stay as they are. The type then implements `proofhouse::stateful::StateMachine`, so
/// that a property can have runs of it for an argument: `run: Steps<Bank>`.
///
/// | attribute | on | meaning |
/// | --- | --- | --- |
/// | `#[initial]` | one function | makes the first state |
/// | `#[action]`, `#[action(into = bundle)]` | methods | what may happen, and where its result goes |
/// | `#[precondition(condition)]` | actions | when it may happen |
/// | `#[weight(3)]` | actions | happens three times as often as one without (1) |
/// | `#[invariant]` | methods with `&self` | must hold at first and after each step |
/// | `#[from(generator)]` | arguments | draws from this generator; may mention `self` and earlier arguments |
/// | `#[bundle(bundle)]`, `#[consume(bundle)]` | arguments | an earlier result, which stays or leaves |
///
/// A method fails by panicking or by returning the `Err` of a type that is called `Result`. The
/// documentation of the module `proofhouse::stateful` has an example.
#[proc_macro_attribute]
pub fn state_machine(options: TokenStream, item: TokenStream) -> TokenStream {
    match stateful::expand(options.into(), item.into()) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// Implements `Generate` for a structure or an enumeration: every value can be made.
///
/// Fields are drawn in the order of their declaration, from `any::<Type>()` unless an attribute
/// says otherwise. A type parameter of a drawn field must be `Generate`.
///
/// | attribute | on | meaning |
/// | --- | --- | --- |
/// | `#[from(generator)]` | field | draws from this generator, which may mention earlier fields by name |
/// | `#[always(value)]` | field | this value, without a question |
/// | `#[recursive]` | field | leads back to the type although nothing shows it (a type with a generator by hand) |
/// | `#[weight(3)]` | variant | is drawn three times as often as one without (1); changes nothing else |
/// | `#[skip]` | variant | is never made |
/// | `#[generate(..)]` | any | several of the above, should another derive claim the same names |
/// | `#[generate(bound(T: Trait))]` | type | replaces the bounds on type parameters |
///
/// The variants of an enumeration are simpler the earlier they are declared, except that variants
/// that hold a further value of the same type, however indirectly, come after those that don't.
/// Values of such types first ask how many levels may follow; a proof names this bound.
#[proc_macro_derive(Generate, attributes(generate, from, always, recursive, weight, skip))]
pub fn derive_generate(item: TokenStream) -> TokenStream {
    match derive::expand(item.into()) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.into_compile_error().into(),
    }
}
