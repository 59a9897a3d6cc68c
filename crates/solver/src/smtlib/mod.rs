//! SMT-LIB 2, in and out, so that the solver can be used and tested alone.
//!
//! A [`Session`] runs a script and gives its answers: bit-vectors of any width, booleans, floats, and
//! arrays of bit-vectors. [`write_terms`] writes terms as a script that other solvers read; holding what
//! they say against what we say is the strongest test of this crate that we have.
//!
//! Four stages: `syntax` reads text into expressions, `meaning` turns an expression into terms with
//! `operators`, `floats`, `reals` and `arrays`, and `session` keeps assertions and answers commands.
//!
//! # Invariants
//!
//! - `unsat` is said only where [`Answer::No`](crate::Answer::No) was; a limit is `unknown`.
//! - No recursion over the script: nested expressions may be as deep as memory allows.
//! - What is not understood is an [`SmtError`], never ignored.
//!
//! # Not here
//!
//! Quantifiers, uninterpreted functions and sorts, reals but for the numbers that floats are made of, unknown
//! modes of rounding, equalities of arrays beside constant arrays, proofs: each is an error with a name. An
//! unsatisfiable core is all assertions that have a name.
//!
//! # Source
//!
//! The SMT-LIB Standard, version 2.7, and its theories FixedSizeBitVectors, FloatingPoint and
//! ArraysEx.

#[cfg(test)]
mod array_tests;
mod arrays;
mod error;
mod floats;
mod meaning;
mod operators;
mod reals;
mod session;
mod syntax;
#[cfg(test)]
mod tests;
mod write;

pub use error::SmtError;
pub use session::{CheckResult, Session};
pub use write::write_terms;
