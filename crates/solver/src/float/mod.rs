//! Floats as terms: IEEE 754 in binary, of any format up to 128 bits.
//!
//! A float *is* its bits: a bit-vector as wide as its format. So loads, stores, casts and choices
//! need nothing here, and neither do operations that only look at bits: comparisons, classes and
//! signs are built from bit-vectors at once (`compare`). What needs rounding is a node of its own, a
//! [`FloatOperation`], as long as possible:
//!
//! - `build` has the constructors, which know that a sum does not mind the order of its operands, and
//!   when a result is a NaN without computing it;
//! - known operands are folded, and models evaluated, by `native` for the host's formats and by
//!   `exact` for all;
//! - `lower` makes the circuit of a node when a search comes to it, from `circuit` (taking apart and
//!   rounding) with `sum`, `product`, `root` and `integral`.
//!
//! # NaN
//!
//! IEEE 754, LLVM and Rust leave open which NaN an operation gives. Here an operation gives the one
//! NaN of SMT-LIB, as the bits [`Format::nan`]. Which bits a *program* sees is not decided here: whoever
//! stands for a program replaces a NaN result by an unknown one ([`Terms::float_with_any_nan`]), and
//! the constructors see through that (`build::plain`), since no operation looks at a NaN's bits.
//! What is proved so holds for all of them.
//!
//! # Invariants
//!
//! - Operands that are NaNs are alike to every operation, whatever their bits.
//! - Every operation agrees with `exact` (`tests`): all operands of small formats, edges and random
//!   ones of the large formats, under all modes of rounding.
//!
//! # Not here
//!
//! Exceptions and their flags, signalling NaNs, decimal formats, transcendental functions.
//!
//! # Source
//!
//! IEEE 754-2019; the SMT-LIB theory FloatingPoint (Brain, Tinelli, Ruemmer and Wahl, 2015).

mod build;
mod circuit;
mod compare;
mod exact;
mod extremes;
mod format;
mod integral;
mod lower;
mod native;
mod operation;
mod product;
mod root;
mod sum;
#[cfg(test)]
mod tests;

pub(crate) use exact::quotient_as_float;
pub use extremes::Extreme;
pub use format::{Format, Rounding};
pub use operation::{FloatApplication, FloatOperation};

use crate::value::Value;

/// The result of an operation on known operands, `width` bits wide.
pub(crate) fn evaluate(application: &FloatApplication, width: u32, operands: &[Value]) -> Value {
    let FloatApplication {
        operation,
        format,
        rounding,
        ..
    } = *application;
    native::evaluate(operation, format, rounding, width, operands)
        .unwrap_or_else(|| exact::evaluate(operation, format, rounding, width, operands))
}
