//! What a term of a float is made of.

use super::{Format, Rounding};
use crate::terms::TermId;

/// Operations whose result needs rounding or normalising. Everything else on floats (comparisons,
/// classes, signs, choices) is built from bit-vectors directly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FloatOperation {
    /// Sum of two. A difference is a sum with the sign of the second flipped.
    Add,
    /// Product of two.
    Multiply,
    /// Quotient of two.
    Divide,
    /// Remainder of the quotient that is rounded toward zero, as C's `fmod`; always exact.
    Remainder,
    /// Remainder of the quotient that is rounded to nearest even, as IEEE 754 has it; always exact.
    RemainderNearest,
    /// First times second plus third, rounded once.
    MultiplyAdd,
    /// Square root.
    SquareRoot,
    /// A whole number.
    RoundToIntegral,
    /// The number in another format.
    Convert(Format),
    /// A two's complement number as a float.
    FromSigned,
    /// An unsigned number as a float.
    FromUnsigned,
    /// A float as a two's complement number, clamped to its range; 0 for NaN.
    ToSigned,
    /// A float as an unsigned number, clamped to its range; 0 for NaN.
    ToUnsigned,
}

/// An operation with everything that it is applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FloatApplication {
    /// What is done.
    pub operation: FloatOperation,
    /// The format of the float operands; of the result where the operand is an integer.
    pub format: Format,
    /// How the result is rounded; [`Rounding::NearestEven`] where it never is.
    pub rounding: Rounding,
    /// The operands; what the operation has no use for repeats the first.
    operands: [TermId; 3],
}

impl FloatOperation {
    /// The number of operands.
    pub fn arity(self) -> usize {
        match self {
            Self::MultiplyAdd => 3,
            Self::Add
            | Self::Multiply
            | Self::Divide
            | Self::Remainder
            | Self::RemainderNearest => 2,
            _ => 1,
        }
    }

    /// The format of the result, which is a float, for this format of the application; `None` for
    /// an integer.
    pub(crate) fn result(self, format: Format) -> Option<Format> {
        match self {
            Self::Convert(to) => Some(to),
            Self::ToSigned | Self::ToUnsigned => None,
            _ => Some(format),
        }
    }

    fn is_always_exact(self) -> bool {
        matches!(self, Self::Remainder | Self::RemainderNearest)
    }
}

impl FloatApplication {
    /// The operation on as many operands as it has.
    pub(crate) fn new(
        operation: FloatOperation,
        format: Format,
        rounding: Rounding,
        operands: &[TermId],
    ) -> Self {
        assert_eq!(operands.len(), operation.arity(), "{operation:?}");
        let mut all = [operands[0]; 3];
        all[..operands.len()].copy_from_slice(operands);
        Self {
            operation,
            format,
            rounding: if operation.is_always_exact() {
                Rounding::NearestEven
            } else {
                rounding
            },
            operands: all,
        }
    }

    /// The operands in order.
    pub fn operands(&self) -> &[TermId] {
        &self.operands[..self.operation.arity()]
    }
}
