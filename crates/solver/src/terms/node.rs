//! What a term is made of.

use std::fmt;
use std::num::NonZeroU32;

use crate::float::FloatApplication;

/// A term: a number into [`Terms`](crate::Terms). Operands have smaller numbers than the terms
/// that use them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(NonZeroU32);

impl TermId {
    pub(super) fn from_index(index: usize) -> Self {
        let number = u32::try_from(index + 1).expect("fewer than 2^32 terms fit into memory");
        Self(NonZeroU32::new(number).expect("one more than an index is positive"))
    }

    /// The position in the arena, from zero; dense.
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

impl fmt::Debug for TermId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t{}", self.0)
    }
}

/// A symbol: an unknown bit-vector that a model gives a value to. Numbered from zero in order of
/// creation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolId(pub(crate) u32);

impl SymbolId {
    /// The number of the symbol, from zero; dense.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Debug for SymbolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s{}", self.0)
    }
}

/// The place of a constant's value in the arena. Two constants of the same width and value have
/// the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConstantId(pub(super) u32);

/// Operations on one operand; the result has its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum UnaryOperation {
    /// Bitwise complement.
    Not,
    /// Two's complement negation.
    Negate,
}

/// Operations on two operands of one width.
///
/// What is not here is built from these: subtraction adds a negation, signed division divides
/// magnitudes, `a <= b` is "not `b < a`".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum BinaryOperation {
    /// Bitwise and.
    And,
    /// Bitwise or.
    Or,
    /// Bitwise exclusive or.
    Xor,
    /// Sum, modulo 2^width.
    Add,
    /// Product, modulo 2^width.
    Multiply,
    /// Unsigned quotient; all ones for a divisor of zero.
    UnsignedDivide,
    /// Unsigned remainder; the dividend for a divisor of zero.
    UnsignedRemainder,
    /// Shift to the left; zero if the amount is at least the width.
    ShiftLeft,
    /// Shift to the right, filling with zeros.
    ShiftRight,
    /// Shift to the right, filling with the sign.
    ShiftRightSigned,
    /// Equality; one bit.
    Equal,
    /// Unsigned less; one bit.
    Less,
    /// Signed less; one bit.
    LessSigned,
}

impl BinaryOperation {
    /// Whether the result is one bit, whatever the operands' width.
    pub fn is_comparison(self) -> bool {
        matches!(self, Self::Equal | Self::Less | Self::LessSigned)
    }

    /// Whether the operands may change places.
    pub fn is_commutative(self) -> bool {
        matches!(
            self,
            Self::And | Self::Or | Self::Xor | Self::Add | Self::Multiply | Self::Equal
        )
    }
}

/// A term's operation with its operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Node {
    /// A known value.
    Constant(ConstantId),
    /// An unknown value.
    Symbol(SymbolId),
    /// An operation on one operand.
    Unary(UnaryOperation, TermId),
    /// An operation on two operands.
    Binary(BinaryOperation, TermId, TermId),
    /// A choice between two terms of one width by a term of one bit.
    IfThenElse {
        /// One bit.
        condition: TermId,
        /// The value if `condition` is set.
        then: TermId,
        /// The value if `condition` is clear.
        otherwise: TermId,
    },
    /// `high` above `low`. Zero-extension is a concatenation with a constant.
    Concat {
        /// The upper part; never itself a concatenation.
        high: TermId,
        /// The lower part.
        low: TermId,
    },
    /// As many bits as the term is wide, from `low_bit` upwards.
    Extract {
        /// The term that the bits are taken from.
        term: TermId,
        /// The lowest bit that is taken.
        low_bit: u32,
    },
    /// Copies of the operand's sign above the operand.
    SignExtend(TermId),
    /// An operation on floats, which are their bits.
    Float(FloatApplication),
}

impl Node {
    /// The operands, in order.
    pub fn operands(&self) -> impl Iterator<Item = TermId> + use<> {
        let operands = match *self {
            Self::Constant(_) | Self::Symbol(_) => [None, None, None],
            Self::Unary(_, operand) | Self::SignExtend(operand) => [Some(operand), None, None],
            Self::Extract { term, low_bit: _ } => [Some(term), None, None],
            Self::Binary(_, left, right) => [Some(left), Some(right), None],
            Self::Concat { high, low } => [Some(high), Some(low), None],
            Self::IfThenElse {
                condition,
                then,
                otherwise,
            } => [Some(condition), Some(then), Some(otherwise)],
            Self::Float(ref application) => {
                let mut operands = [None; 3];
                for (slot, &operand) in operands.iter_mut().zip(application.operands()) {
                    *slot = Some(operand);
                }
                operands
            }
        };
        operands.into_iter().flatten()
    }
}
