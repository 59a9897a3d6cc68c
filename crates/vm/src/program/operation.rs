//! The operations that instructions name: arithmetic, comparisons, conversions, atomics and their orderings.
//!
//! They state what is computed, not how; `crate::machine` computes it. LLVM's language reference is the
//! source, and each operation that it defines by a promise carries the promise ([`Promises`]).

use super::TextId;
use serde::{Deserialize, Serialize};

/// Integer operations with two operands and a result of the same width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BinaryOperation {
    /// Sum.
    Add,
    /// Difference.
    Subtract,
    /// Product.
    Multiply,
    /// Unsigned quotient.
    UnsignedDivide,
    /// Signed quotient, toward zero.
    SignedDivide,
    /// Unsigned remainder.
    UnsignedRemainder,
    /// Signed remainder, with the sign of the dividend.
    SignedRemainder,
    /// Shift left.
    ShiftLeft,
    /// Logical shift right.
    ShiftRightLogical,
    /// Arithmetic shift right.
    ShiftRightArithmetic,
    /// Bitwise and.
    And,
    /// Bitwise or.
    Or,
    /// Bitwise exclusive or.
    ExclusiveOr,
    /// Unsigned minimum.
    UnsignedMinimum,
    /// Unsigned maximum.
    UnsignedMaximum,
    /// Signed minimum.
    SignedMinimum,
    /// Signed maximum.
    SignedMaximum,
    /// Unsigned sum that stays at the largest value.
    UnsignedAddSaturating,
    /// Signed sum that stays at the extreme values.
    SignedAddSaturating,
    /// Unsigned difference that stays at 0.
    UnsignedSubtractSaturating,
    /// Signed difference that stays at the extreme values.
    SignedSubtractSaturating,
}

/// Promises that LLVM attaches to an integer operation; a broken one makes the result poison.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Promises {
    /// `nuw`: no unsigned wrap (for `trunc`: the removed bits are zero).
    pub no_unsigned_wrap: bool,
    /// `nsw`: no signed wrap (for `trunc`: the removed bits equal the sign).
    pub no_signed_wrap: bool,
    /// `exact`: the division or right shift loses no bits.
    pub exact: bool,
    /// `disjoint`: no bit is set in both operands of an `or`.
    pub disjoint: bool,
    /// `nneg`: the operand of `zext` or `uitofp` is not negative.
    pub not_negative: bool,
}

/// Operations that say whether they overflowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OverflowOperation {
    /// `llvm.uadd.with.overflow`.
    UnsignedAdd,
    /// `llvm.sadd.with.overflow`.
    SignedAdd,
    /// `llvm.usub.with.overflow`.
    UnsignedSubtract,
    /// `llvm.ssub.with.overflow`.
    SignedSubtract,
    /// `llvm.umul.with.overflow`.
    UnsignedMultiply,
    /// `llvm.smul.with.overflow`.
    SignedMultiply,
}

/// Integer operations with one operand and a result of the same width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UnaryOperation {
    /// The number of one bits.
    PopulationCount,
    /// Leading zero bits; the width for 0, or poison if `zero_is_poison`.
    LeadingZeros {
        /// Whether an operand of 0 gives poison.
        zero_is_poison: bool,
    },
    /// Trailing zero bits; the width for 0, or poison if `zero_is_poison`.
    TrailingZeros {
        /// Whether an operand of 0 gives poison.
        zero_is_poison: bool,
    },
    /// Bytes in reverse order.
    ByteSwap,
    /// Bits in reverse order.
    BitReverse,
    /// The absolute value; the minimum stays, or gives poison if `minimum_is_poison`.
    Absolute {
        /// Whether the most negative operand gives poison.
        minimum_is_poison: bool,
    },
    /// `freeze`: undefined and poison become some fixed value.
    Freeze,
}

/// Integer and address comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Comparison {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// Unsigned less.
    UnsignedLess,
    /// Unsigned less or equal.
    UnsignedLessOrEqual,
    /// Signed less.
    SignedLess,
    /// Signed less or equal.
    SignedLessOrEqual,
}

/// Conversions between scalars. The instruction states both types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Conversion {
    /// Drops high bits.
    Truncate,
    /// Adds zero bits.
    ZeroExtend,
    /// Repeats the sign bit.
    SignExtend,
    /// Same bits, another type of the same width (integer and float).
    Bitcast,
    /// The address as an integer; the object is exposed.
    AddressToInteger,
    /// An integer as an address.
    IntegerToAddress,
    /// Float to float, rounding to nearest even.
    FloatToFloat,
    /// Float to signed integer, toward zero; out of range is poison.
    FloatToSigned,
    /// Float to unsigned integer, toward zero; out of range is poison.
    FloatToUnsigned,
    /// Float to signed integer, toward zero, clamped; NaN is 0.
    FloatToSignedSaturating,
    /// Float to unsigned integer, toward zero, clamped; NaN is 0.
    FloatToUnsignedSaturating,
    /// Signed integer to float, to nearest even.
    SignedToFloat,
    /// Unsigned integer to float, to nearest even.
    UnsignedToFloat,
}

/// Float operations; operands and result have the type that the instruction states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FloatOperation {
    /// Sum of two.
    Add,
    /// Difference of two.
    Subtract,
    /// Product of two.
    Multiply,
    /// Quotient of two.
    Divide,
    /// Remainder of two, as C's `fmod`.
    Remainder,
    /// The operand with its sign flipped.
    Negate,
    /// The operand with its sign cleared.
    Absolute,
    /// The first operand with the sign of the second.
    CopySign,
    /// Square root.
    SquareRoot,
    /// Toward minus infinity.
    Floor,
    /// Toward plus infinity.
    Ceiling,
    /// Toward zero.
    Truncate,
    /// To nearest, ties away from zero.
    Round,
    /// To nearest, ties to even.
    RoundTiesEven,
    /// First times second plus third, rounded once.
    MultiplyAdd,
    /// The smaller of two; a number beats NaN.
    MinimumNumber,
    /// The larger of two; a number beats NaN.
    MaximumNumber,
    /// The smaller of two; NaN wins.
    Minimum,
    /// The larger of two; NaN wins.
    Maximum,
    /// A function of the mathematics library, by its C name without suffix (`sin`, `pow`).
    Library(TextId),
}

/// LLVM's `fcmp` predicates as bits: the comparison holds when the relation of the operands is in
/// the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FloatComparison {
    /// Holds when less.
    pub less: bool,
    /// Holds when equal.
    pub equal: bool,
    /// Holds when greater.
    pub greater: bool,
    /// Holds when at least one operand is NaN.
    pub unordered: bool,
}

/// What an atomic read-modify-write stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AtomicOperation {
    /// The operand.
    Exchange,
    /// The sum.
    Add,
    /// The difference.
    Subtract,
    /// Bitwise and.
    And,
    /// Bitwise not-and.
    NotAnd,
    /// Bitwise or.
    Or,
    /// Bitwise exclusive or.
    ExclusiveOr,
    /// Signed maximum.
    SignedMaximum,
    /// Signed minimum.
    SignedMinimum,
    /// Unsigned maximum.
    UnsignedMaximum,
    /// Unsigned minimum.
    UnsignedMinimum,
}

/// Memory orderings, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Ordering {
    /// Not atomic.
    NotAtomic,
    /// LLVM's `unordered` and `monotonic`: Rust's `Relaxed`.
    Relaxed,
    /// Acquire.
    Acquire,
    /// Release.
    Release,
    /// Acquire and release.
    AcquireRelease,
    /// Sequentially consistent.
    SequentiallyConsistent,
}
