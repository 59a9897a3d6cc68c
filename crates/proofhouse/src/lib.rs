//! Write a property once; every engine tries to break it.
//!
//! ```
//! use proofhouse::prelude::*;
//!
//! /// Aligning down never exceeds the address, and loses less than a page.
//! #[property]
//! fn prop_align_down(address: u64, #[from(0..=31u32)] shift: u32) {
//!     let aligned = address >> shift << shift;
//!     assert!(aligned <= address);
//!     assert!(address - aligned < 1 << shift);
//! }
//! # fn main() {}
//! ```
//!
//! `cargo test` checks it with random cases, or with all of them where these are few, shrinks what
//! fails to the simplest input that fails in the same way, prints it with a command that replays
//! it, and keeps it in `.proofhouse/failures`, which the next run tries first. `cargo proofhouse
//! check` also hands the same function to the machine, which looks for a proof.
//!
//! # Values
//!
//! An argument takes every value of its type ([`Generate`]) or those of a [`Generator`]:
//! `#[from(..)]`. What no generator should have to know is an [`assume!`]:
//!
//! ```
//! use proofhouse::prelude::*;
//!
//! /// Sorting keeps the length, and puts the smallest first.
//! #[property(cases = 1000)]
//! fn prop_sort(mut list: Vec<i32>, #[from(text(1..=8).of(['a'..='z']))] name: String) {
//!     assume!(!list.is_empty());
//!     let (length, smallest) = (list.len(), list.iter().min().copied());
//!     list.sort();
//!     note!("sorted for {name}: {list:?}");
//!     assert_eq!(list.len(), length);
//!     assert_eq!(list.first().copied(), smallest);
//! }
//! # fn main() {}
//! ```
//!
//! Types of your own derive their generator ([`macro@Generate`]), recursive ones included:
//!
//! ```
//! use proofhouse::prelude::*;
//!
//! #[derive(Debug, Clone, PartialEq, Generate)]
//! enum Expression {
//!     Number(i32),
//!     #[weight(2)]
//!     Sum(Vec<Expression>),
//!     Field { of: Box<Expression>, #[from(text(1..=8).of(['a'..='z']))] name: String },
//! }
//!
//! /// A copy is equal.
//! #[property]
//! fn prop_clone(expression: Expression) {
//!     assert_eq!(expression.clone(), expression);
//! }
//! # fn main() {}
//! ```
//!
//! A property fails by panicking or by returning an error; it returns `()` or a `Result`.
//!
//! # Inputs that are always tried
//!
//! ```
//! use proofhouse::prelude::*;
//!
//! /// The halves of a number add up to it.
//! #[property(inputs_max = 65_536)]
//! #[example(0)]
//! #[example(u16::MAX)]
//! #[regression("ph1:shop:prop_halves:7:a66cc40d")]
//! fn prop_halves(number: u16) {
//!     assert_eq!(number / 2 + number.div_ceil(2), number);
//! }
//! # fn main() {}
//! ```
//!
//! Before anything is drawn, a test runs its `#[example(..)]`s, its `#[regression(..)]`s and what
//! was kept of earlier failures: in `.proofhouse/failures` by every failing test of this checkout,
//! and in `proofhouse-regressions`, which is meant to be committed, when someone asks for it:
//!
//! ```sh
//! PROOFHOUSE_KEEP=1 cargo test        # keeps what fails now, or failed before and still does
//! git add proofhouse-regressions      # every run on every machine replays it from now on
//! ```
//!
//! These are text files with a token, the values and the message of each failure. What no longer
//! fits its property, is damaged or belongs to another property is reported, and never dropped.
//!
//! # Constants of the code under test
//!
//! What a program does for one magic number or one option only, random values do not find. So every
//! fourth random case takes values from the literals in the package's own sources: integers, floats,
//! characters, texts and byte strings, one after the other. The cases of a seed are the same as long
//! as these literals are; a token does not depend on them.
//!
//! # Bodies that wait, bodies that panic
//!
//! ```
//! use proofhouse::prelude::*;
//!
//! # async fn double(number: u8) -> u16 { u16::from(number) * 2 }
//! #[property]
//! async fn prop_double(number: u8) {
//!     assert_eq!(double(number).await, u16::from(number) + u16::from(number));
//! }
//!
//! #[property(panics)]
//! fn prop_no_tenth_element(#[from(vec(any::<u8>(), 0..10))] list: Vec<u8>) {
//!     let _ = list[9];
//! }
//! # fn main() {}
//! ```
//!
//! # Sequences of calls
//!
//! `#[state_machine]` makes steps of the methods of a type, and [`Steps`] runs them in any order: see
//! [`stateful`].
//!
//! # What was tested
//!
//! [`cover!`], [`classify!`] and [`collect!`] count what the cases are like, and [`target!`] leads
//! random cases to where a number is high. Each [`assume!`] that rejects cases is listed with the share
//! that it rejects of those that come to it. A run that rejects most cases, or whose inputs have no
//! end, fails with advice: it would have tested less than it was asked to.
//!
//! # Features
//!
//! None is on by default; each costs a dependency.
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `regex` | `regex("[0-9]{4}")`: texts that match a regular expression |
//! | `arbitrary` | `arbitrary::<T>()`: types that implement `arbitrary::Arbitrary` |
//!
//! # Environment
//!
//! | variable | effect on `cargo test` |
//! | --- | --- |
//! | `PROOFHOUSE_REPLAY=<token>` | runs just the case of the token; other properties are skipped |
//! | `PROOFHOUSE_KEEP=1` | adds failures, new or stored, to `proofhouse-regressions` |
//! | `PROOFHOUSE_SHRINK=0` or `1` | shrinks failures (the default, except in a replay) or not |
//! | `PROOFHOUSE_SHRINK_MAX`, `PROOFHOUSE_SHRINK_MS` | how many executions (10000) and how long (60000) shrinking may take |
//! | `PROOFHOUSE_CASES`, `PROOFHOUSE_SEED` | how many random cases (256), and the seed of them |
//! | `PROOFHOUSE_CONSTANTS=0` | draws nothing from the literals in the package's sources |
//! | `PROOFHOUSE_TIME_MS` | how long random cases may take; it ends a run, and never fails it |
//! | `PROOFHOUSE_INPUTS_MAX` | how many inputs may be enumerated |
//! | `PROOFHOUSE_FAILURES_MAX` | how many failures of different origins are looked for (4); 1 ends a search at the first |
//! | `PROOFHOUSE_ENGINE` | only `random`, only `exhaustive` or only `replay` of what is stored |
//! | `PROOFHOUSE_VERBOSE=1` | prints what `cover!` and its kin counted |
//! | `PROOFHOUSE_STARTS` | a file of tokens, a line each, that `random` runs and varies in place of random cases |
//! | `PROOFHOUSE_EVENTS`, `PROOFHOUSE_CASE_FILE` | files for the tool that started the test |

#![warn(missing_docs)]

// The attribute names this crate from outside; its own tests use the attribute too.
extern crate self as proofhouse;

mod case_context;
mod case_file;
mod code;
mod conclusion;
mod constants;
mod contract;
mod describe;
mod encoding;
mod executor;
pub mod generator;
mod health;
mod hunt;
mod invariant;
pub mod machine;
mod observe;
mod property;
mod run;
mod runner;
mod source;
pub mod stateful;

pub use case_context::assume;
pub use code::Code;
pub use encoding::{EncodeError, Encoded, Encoding, encode};
#[cfg(feature = "arbitrary")]
pub use generator::arbitrary;
#[cfg(feature = "regex")]
pub use generator::regex;
pub use generator::{
    Draw, Generate, Generator, any, array, btree_map, btree_set, deque, from_fn, hash_map,
    hash_set, just, one_of, optional, probably, range, recursive, result, sample, select, shuffled,
    subset, text, vec,
};
pub use invariant::{Invariant, well_formed};
pub use proofhouse_choice as choice;
pub use proofhouse_evidence as evidence;
pub use proofhouse_macros::{
    Generate, ensures, keeps_invariant, modifies, property, requires, state_machine,
};
pub use property::{Assumed, Property};
pub use run::{Outcome, Run, RunEngine};
pub use source::{Floating, Integral, Source};
pub use stateful::{Steps, steps};

/// What a file of properties imports.
pub mod prelude {
    #[cfg(feature = "arbitrary")]
    pub use crate::generator::arbitrary;
    #[cfg(feature = "regex")]
    pub use crate::generator::regex;
    pub use crate::generator::{
        Boxed, Characters, Draw, FromFn, Generate, Generator, any, array, btree_map, btree_set,
        deque, from_fn, hash_map, hash_set, just, one_of, optional, probably, range, recursive,
        result, sample, select, shuffled, subset, text, vec,
    };
    pub use crate::{
        Invariant, Source, Steps, assume, classify, collect, cover, ensures, keeps_invariant,
        loop_invariant, modifies, note, property, requires, state_machine, steps, target,
        well_formed,
    };
    pub use proofhouse_macros::Generate;
}

/// Continues only if the condition holds; otherwise the case is rejected and another one tried.
///
/// It works in the property and in any function that it calls. If no case meets its assumptions
/// the verdict is *vacuous*, not *passed*.
///
/// ```
/// use proofhouse::prelude::*;
///
/// fn quotient(dividend: u8, divisor: u8) -> u8 {
///     assume!(divisor != 0);
///     dividend / divisor
/// }
/// ```
#[macro_export]
macro_rules! assume {
    ($condition:expr $(,)?) => {
        $crate::assume($condition)
    };
}

/// Keeps a note, formatted as by `format!`, for the report of a counterexample. In all other cases
/// it costs next to nothing and is not even formatted.
#[macro_export]
macro_rules! note {
    ($($text:tt)+) => {
        $crate::__private::note(::core::format_args!($($text)+))
    };
}

/// Counts the cases in which the condition holds: `cover!(condition, "label")`.
///
/// With a third argument so many percent of the cases must be covered: the test fails when it is
/// rarer than chance can explain, or, where all inputs were checked, at all too rare.
///
/// `PROOFHOUSE_VERBOSE=1` prints the counts. A proof says whether the condition can hold at this place
/// at all, or never within its bounds.
///
/// ```
/// use proofhouse::prelude::*;
///
/// #[property]
/// fn prop_reversed(list: Vec<u8>) {
///     cover!(list.is_empty(), "empty");
///     cover!(list.len() > 2, "long", 20.0);
///     classify!("sorted", list.is_sorted());
///     collect!(list.len() / 10);
///     target!(list.len(), "length");
///     assert!(list.iter().rev().rev().eq(&list));
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! cover {
    ($condition:expr, $label:expr $(,)?) => {
        $crate::__private::cover($condition, $label, ::core::option::Option::None)
    };
    ($condition:expr, $label:expr, $percent:expr $(,)?) => {
        $crate::__private::cover(
            $condition,
            $label,
            ::core::option::Option::Some(::core::convert::From::from($percent)),
        )
    };
}

/// Counts the cases of a class: `classify!("label", condition)`. See [`cover!`].
#[macro_export]
macro_rules! classify {
    ($label:expr, $condition:expr $(,)?) => {
        $crate::__private::classify($label, $condition)
    };
}

/// Counts the cases by a value, as `Debug` prints it: `collect!(value)`. See [`cover!`].
#[macro_export]
macro_rules! collect {
    ($value:expr $(,)?) => {
        $crate::__private::collect(::core::stringify!($value), &$value)
    };
}

/// Pushes a number up: `target!(value, "label")`. From then on up to half of the random cases are
/// small changes of the case with the highest value so far.
///
/// ```
/// use proofhouse::evidence::Verdict;
/// use proofhouse::prelude::*;
/// use proofhouse::Run;
///
/// // A needle that random cases do not find.
/// let outcome = Run::new().cases(5000).check(any::<(u32, u32)>(), |(left, right)| {
///     let distance = left.abs_diff(3_141_592_653) as f64 + right.abs_diff(2_718_281_828) as f64;
///     target!(-distance, "nearness");
///     assert!(distance > 0.0);
/// });
/// assert!(matches!(outcome.verdict, Verdict::Refuted { .. }));
/// ```
#[macro_export]
macro_rules! target {
    ($value:expr, $label:expr $(,)?) => {
        $crate::__private::target($value, $label)
    };
}

/// A condition that holds whenever a loop begins a pass: `loop_invariant!(low <= high)`, as the first
/// statement of its body.
///
/// Each pass asserts it, in tests and in builds with `debug_assertions`; in any other build nothing is
/// left of it. A proof asserts it in each pass that it explores. It does not make a proof of one pass
/// stand for all: a recursive function with a contract does.
///
/// ```
/// fn sum(numbers: &[u8]) -> u32 {
///     let mut sum = 0;
///     for (passes, number) in numbers.iter().enumerate() {
///         proofhouse::loop_invariant!(sum as usize <= passes * 255);
///         sum += u32::from(*number);
///     }
///     sum
/// }
/// assert_eq!(sum(&[200, 100]), 300);
/// ```
#[macro_export]
macro_rules! loop_invariant {
    ($condition:expr $(,)?) => {
        if ::core::cfg!(any(test, debug_assertions)) {
            ::core::assert!(
                $condition,
                "a loop invariant does not hold: {}",
                ::core::stringify!($condition)
            );
        }
    };
}

/// What the macros call. No part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::case_context::note;
    pub use proofhouse_macros::contract_part;

    pub use crate::code::{CodeOfAny, CodeOfDebug, CodeOfValue, Coded, IsCopy, MayBeCopy};
    pub use crate::contract::{
        Asked, Call, Changed, ChangedShared, Copied, Drawn, Moved, NotChanged, NotChangedShared,
        NotDrawn, Open, Passed, Place, Scope, SharedPlace, holds, name_of,
    };
    pub use crate::describe::{BlobParts, path_without_crate};
    pub use crate::encoding::{Clonable, Comparable, Held, NotClonable, NotComparable};
    pub use crate::executor::block_on;
    pub use crate::generator::{Derive, Derived, Describe, Explorer, Level, Shapes};
    pub use crate::observe::{classify, collect, cover, target};
    pub use crate::property::{
        CaseOutcome, Choices, Conclusion, Example, Options, joined, must_panic, run_in_machine,
    };
}
