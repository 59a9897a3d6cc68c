//! Terms of bit-vectors and floats, and whether a condition on them can hold.
//!
//! A symbolic executor builds terms with [`Terms`], keeps what is known of one path in a
//! [`PathCondition`], and asks a [`Solver`] which truth values a branch condition can still take.
//! Most questions are answered without search: terms are rewritten while they are built, the
//! path's last model answers one side of a branch, and conditions on a single byte are looked up
//! in a set of 256 bits. What is left is cut down to the constraints that matter, turned into
//! clauses and given to a SAT solver with a limit on its work.
//!
//! # Invariants
//!
//! - [`Answer::No`] means unsatisfiable. Whoever can't decide says [`Answer::GaveUp`].
//! - A model is evaluated against every constraint of the path before it is believed.
//! - Pure: the same calls give the same answers on every machine. No clock, no hash order; limits
//!   count work. Only the caller's interrupt can make a difference, and only towards `GaveUp`.
//!
//! # Not here
//!
//! Choices, LLVM, Rust: what the symbols mean is the caller's affair.

#![warn(missing_docs)]

mod blast;
mod context;
mod domain;
mod evaluate;
mod facts;
mod float;
mod hashing;
mod model;
mod path;
mod planted;
mod rewrite;
pub mod smtlib;
mod solver;
mod terms;
#[cfg(test)]
mod test_random;
#[cfg(test)]
mod test_world;
mod value;

pub use evaluate::Evaluator;
pub use float::{Extreme, FloatApplication, FloatOperation, Format, Rounding};
pub use model::Model;
pub use path::PathCondition;
pub use solver::{Answer, Decision, GaveUp, Interrupt, Limits, Solver, Statistics, Values};
pub use terms::{BinaryOperation, ConstantId, Node, SymbolId, TermId, Terms, UnaryOperation};
pub use value::{INLINE_BITS, Value};
