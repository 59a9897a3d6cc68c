//! Integer operations on plain numbers.
//!
//! Written once for 64-bit words, which is nearly every operation of a run, and once, by the same
//! text, for 128 bits.
//!
//! # Invariants
//!
//! - Operands and results are zero-extended from their width.
//! - Agrees with the terms of the same operations (`super::symbolic::tests`).
//!
//! # Source
//!
//! LLVM Language Reference, "Binary Operations", "Bitwise Binary Operations" and "Arithmetic with
//! Overflow Intrinsics".

use super::fault::Fault;
use crate::program::{BinaryOperation, Comparison, OverflowOperation, Promises, UnaryOperation};

/// The result of an operation on numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Computed<T> {
    /// A number.
    Number(T),
    /// A broken promise.
    Poison,
    /// Undefined behaviour.
    Fault(Fault),
}

macro_rules! integer_operations {
    ($module:ident, $unsigned:ty, $signed:ty, $bits:literal) => {
        /// Integer operations of at most this many bits.
        pub(super) mod $module {
            use super::{
                BinaryOperation, Comparison, Computed, Fault, OverflowOperation, Promises,
                UnaryOperation,
            };

            /// The number with `width` one bits.
            #[inline]
            pub(in crate::machine) fn mask(width: u32) -> $unsigned {
                debug_assert!((1..=$bits).contains(&width));
                <$unsigned>::MAX >> ($bits - width)
            }

            /// A number read as two's complement.
            #[inline]
            pub(in crate::machine) fn signed(number: $unsigned, width: u32) -> $signed {
                let unused = $bits - width;
                (number << unused).cast_signed() >> unused
            }

            /// Whether a number is in the signed range of a width.
            fn fits_signed(number: $signed, width: u32) -> bool {
                let unused = $bits - width;
                number << unused >> unused == number
            }

            /// `left operation right`.
            #[inline]
            pub(in crate::machine) fn binary(
                operation: BinaryOperation,
                promises: Promises,
                width: u32,
                left: $unsigned,
                right: $unsigned,
            ) -> Computed<$unsigned> {
                use BinaryOperation as Op;
                let number = match operation {
                    Op::Add => left.wrapping_add(right) & mask(width),
                    Op::Subtract => left.wrapping_sub(right) & mask(width),
                    Op::Multiply => left.wrapping_mul(right) & mask(width),
                    Op::And => left & right,
                    Op::Or => left | right,
                    Op::ExclusiveOr => left ^ right,
                    Op::UnsignedMinimum => left.min(right),
                    Op::UnsignedMaximum => left.max(right),
                    Op::SignedMinimum if signed(left, width) < signed(right, width) => left,
                    Op::SignedMinimum => right,
                    Op::SignedMaximum if signed(left, width) > signed(right, width) => left,
                    Op::SignedMaximum => right,
                    Op::ShiftLeft | Op::ShiftRightLogical | Op::ShiftRightArithmetic => {
                        return shift(operation, promises, width, left, right);
                    }
                    Op::UnsignedDivide
                    | Op::SignedDivide
                    | Op::UnsignedRemainder
                    | Op::SignedRemainder => {
                        return divide(operation, promises, width, left, right);
                    }
                    Op::UnsignedAddSaturating
                    | Op::SignedAddSaturating
                    | Op::UnsignedSubtractSaturating
                    | Op::SignedSubtractSaturating => saturating(operation, width, left, right),
                };
                if promises != Promises::default()
                    && breaks_promise(operation, promises, width, left, right)
                {
                    return Computed::Poison;
                }
                Computed::Number(number)
            }

            /// Whether a sum, difference, product or `or` breaks its promises.
            fn breaks_promise(
                operation: BinaryOperation,
                promises: Promises,
                width: u32,
                left: $unsigned,
                right: $unsigned,
            ) -> bool {
                use OverflowOperation as Overflow;
                let (unsigned, signed) = match operation {
                    BinaryOperation::Add => (Overflow::UnsignedAdd, Overflow::SignedAdd),
                    BinaryOperation::Subtract => {
                        (Overflow::UnsignedSubtract, Overflow::SignedSubtract)
                    }
                    BinaryOperation::Multiply => {
                        (Overflow::UnsignedMultiply, Overflow::SignedMultiply)
                    }
                    BinaryOperation::Or => return promises.disjoint && left & right != 0,
                    _ => return false,
                };
                promises.no_unsigned_wrap && overflow(unsigned, width, left, right).1
                    || promises.no_signed_wrap && overflow(signed, width, left, right).1
            }

            /// The wrapped result of an operation, and whether it wrapped.
            #[inline]
            pub(in crate::machine) fn overflow(
                operation: OverflowOperation,
                width: u32,
                left: $unsigned,
                right: $unsigned,
            ) -> ($unsigned, bool) {
                use OverflowOperation as Op;
                let unsigned_of =
                    |exact: Option<$unsigned>| exact.is_none_or(|exact| exact > mask(width));
                let signed_of =
                    |exact: Option<$signed>| exact.is_none_or(|exact| !fits_signed(exact, width));
                let (signed_left, signed_right) = (signed(left, width), signed(right, width));
                let (number, overflows) = match operation {
                    Op::UnsignedAdd => (
                        left.wrapping_add(right),
                        unsigned_of(left.checked_add(right)),
                    ),
                    Op::UnsignedSubtract => (left.wrapping_sub(right), left < right),
                    Op::UnsignedMultiply => (
                        left.wrapping_mul(right),
                        unsigned_of(left.checked_mul(right)),
                    ),
                    Op::SignedAdd => {
                        let exact = signed_left.checked_add(signed_right);
                        (left.wrapping_add(right), signed_of(exact))
                    }
                    Op::SignedSubtract => {
                        let exact = signed_left.checked_sub(signed_right);
                        (left.wrapping_sub(right), signed_of(exact))
                    }
                    Op::SignedMultiply => {
                        let exact = signed_left.checked_mul(signed_right);
                        (left.wrapping_mul(right), signed_of(exact))
                    }
                };
                (number & mask(width), overflows)
            }

            fn shift(
                operation: BinaryOperation,
                promises: Promises,
                width: u32,
                left: $unsigned,
                amount: $unsigned,
            ) -> Computed<$unsigned> {
                if amount >= <$unsigned>::from(width) {
                    return Computed::Poison;
                }
                if operation == BinaryOperation::ShiftLeft {
                    let result = left << amount & mask(width);
                    let loses_bits = result >> amount != left;
                    let loses_sign = signed(result, width) >> amount != signed(left, width);
                    let is_broken = promises.no_unsigned_wrap && loses_bits
                        || promises.no_signed_wrap && loses_sign;
                    return if is_broken {
                        Computed::Poison
                    } else {
                        Computed::Number(result)
                    };
                }
                if promises.exact && left & ((1 << amount) - 1) != 0 {
                    return Computed::Poison;
                }
                Computed::Number(if operation == BinaryOperation::ShiftRightLogical {
                    left >> amount
                } else {
                    (signed(left, width) >> amount).cast_unsigned() & mask(width)
                })
            }

            fn divide(
                operation: BinaryOperation,
                promises: Promises,
                width: u32,
                left: $unsigned,
                right: $unsigned,
            ) -> Computed<$unsigned> {
                use BinaryOperation as Op;
                if right == 0 {
                    return Computed::Fault(Fault::DivideByZero);
                }
                let (quotient, remainder) =
                    if matches!(operation, Op::UnsignedDivide | Op::UnsignedRemainder) {
                        (left / right, left % right)
                    } else {
                        let (dividend, divisor) = (signed(left, width), signed(right, width));
                        let quotient = dividend.checked_div(divisor);
                        let Some(quotient) = quotient.filter(|exact| fits_signed(*exact, width))
                        else {
                            return Computed::Fault(Fault::DivideOverflow);
                        };
                        let remainder = dividend % divisor;
                        let wrapped = |number: $signed| number.cast_unsigned() & mask(width);
                        (wrapped(quotient), wrapped(remainder))
                    };
                if matches!(operation, Op::UnsignedRemainder | Op::SignedRemainder) {
                    return Computed::Number(remainder);
                }
                if promises.exact && remainder != 0 {
                    return Computed::Poison;
                }
                Computed::Number(quotient)
            }

            fn saturating(
                operation: BinaryOperation,
                width: u32,
                left: $unsigned,
                right: $unsigned,
            ) -> $unsigned {
                use BinaryOperation as Op;
                use OverflowOperation as Overflow;
                let (plain, limit) = match operation {
                    Op::UnsignedAddSaturating => (Overflow::UnsignedAdd, mask(width)),
                    Op::UnsignedSubtractSaturating => (Overflow::UnsignedSubtract, 0),
                    _ => {
                        // A signed sum or difference overflows toward the sign of its left side.
                        let sign = 1 << (width - 1);
                        let limit = if left & sign == 0 { sign - 1 } else { sign };
                        let is_add = operation == Op::SignedAddSaturating;
                        let plain = if is_add {
                            Overflow::SignedAdd
                        } else {
                            Overflow::SignedSubtract
                        };
                        (plain, limit)
                    }
                };
                let (number, overflows) = overflow(plain, width, left, right);
                if overflows { limit } else { number }
            }

            /// An operation with one operand; not `Freeze`.
            pub(in crate::machine) fn unary(
                operation: UnaryOperation,
                width: u32,
                operand: $unsigned,
            ) -> Computed<$unsigned> {
                use UnaryOperation as Op;
                let unused = $bits - width;
                let number = match operation {
                    Op::PopulationCount => operand.count_ones().into(),
                    Op::LeadingZeros { zero_is_poison } | Op::TrailingZeros { zero_is_poison }
                        if operand == 0 =>
                    {
                        if zero_is_poison {
                            return Computed::Poison;
                        }
                        width.into()
                    }
                    Op::LeadingZeros { .. } => (operand.leading_zeros() - unused).into(),
                    Op::TrailingZeros { .. } => operand.trailing_zeros().into(),
                    Op::ByteSwap => operand.swap_bytes() >> unused,
                    Op::BitReverse => operand.reverse_bits() >> unused,
                    Op::Absolute { minimum_is_poison } => {
                        if minimum_is_poison && operand == 1 << (width - 1) {
                            return Computed::Poison;
                        }
                        signed(operand, width).unsigned_abs() & mask(width)
                    }
                    Op::Freeze => operand,
                };
                Computed::Number(number)
            }

            /// The high (`is_left`) or low half of `high:low`, shifted by an amount that counts modulo
            /// the width.
            pub(in crate::machine) fn funnel_shift(
                is_left: bool,
                width: u32,
                [high, low, amount]: [$unsigned; 3],
            ) -> $unsigned {
                let amount = amount % <$unsigned>::from(width);
                if amount == 0 {
                    return if is_left { high } else { low };
                }
                let rest = <$unsigned>::from(width) - amount;
                let number = if is_left {
                    high << amount | low >> rest
                } else {
                    high << rest | low >> amount
                };
                number & mask(width)
            }

            /// A number of `from` bits with the high ones dropped; `None` when that breaks a promise.
            #[inline]
            pub(in crate::machine) fn truncate(
                promises: Promises,
                (from, to): (u32, u32),
                number: $unsigned,
            ) -> Option<$unsigned> {
                let kept = number & mask(to);
                let is_broken = promises.no_unsigned_wrap && kept != number
                    || promises.no_signed_wrap && signed(kept, to) != signed(number, from);
                (!is_broken).then_some(kept)
            }

            /// A number of `from` bits with zero bits added; `None` when that breaks a promise.
            #[inline]
            pub(in crate::machine) fn zero_extend(
                promises: Promises,
                from: u32,
                number: $unsigned,
            ) -> Option<$unsigned> {
                let is_negative = number >> (from - 1) & 1 != 0;
                (!(promises.not_negative && is_negative)).then_some(number)
            }

            /// A comparison.
            #[inline]
            pub(in crate::machine) fn compare(
                comparison: Comparison,
                width: u32,
                left: $unsigned,
                right: $unsigned,
            ) -> bool {
                match comparison {
                    Comparison::Equal => left == right,
                    Comparison::NotEqual => left != right,
                    Comparison::UnsignedLess => left < right,
                    Comparison::UnsignedLessOrEqual => left <= right,
                    Comparison::SignedLess => signed(left, width) < signed(right, width),
                    Comparison::SignedLessOrEqual => signed(left, width) <= signed(right, width),
                }
            }
        }
    };
}

integer_operations!(word, u64, i64, 64);
integer_operations!(wide, u128, i128, 128);

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Promises = Promises {
        no_unsigned_wrap: false,
        no_signed_wrap: false,
        exact: false,
        disjoint: false,
        not_negative: false,
    };

    /// What mathematics says about an operation on 4-bit numbers.
    fn exact(operation: BinaryOperation, left: i64, right: i64) -> Option<i64> {
        Some(match operation {
            BinaryOperation::Add => left + right,
            BinaryOperation::Subtract => left - right,
            BinaryOperation::Multiply => left * right,
            BinaryOperation::ShiftLeft => left << right,
            _ => return None,
        })
    }

    #[test]
    fn promises_are_broken_exactly_when_the_result_is_not_the_mathematical_one() {
        use BinaryOperation as Op;
        for operation in [Op::Add, Op::Subtract, Op::Multiply] {
            for left in 0..16u64 {
                for right in 0..16u64 {
                    let unsigned = exact(operation, left as i64, right as i64).unwrap();
                    let signed =
                        exact(operation, word::signed(left, 4), word::signed(right, 4)).unwrap();
                    let run = |promises| word::binary(operation, promises, 4, left, right);
                    let no_unsigned = Promises {
                        no_unsigned_wrap: true,
                        ..PLAIN
                    };
                    let no_signed = Promises {
                        no_signed_wrap: true,
                        ..PLAIN
                    };
                    let number = Computed::Number(unsigned as u64 & 15);
                    assert_eq!(run(PLAIN), number);
                    let is_broken = run(no_unsigned) == Computed::Poison;
                    assert_eq!(is_broken, !(0..16).contains(&unsigned));
                    assert_eq!(
                        run(no_signed) == Computed::Poison,
                        !(-8..8).contains(&signed)
                    );
                }
            }
        }
    }

    #[test]
    fn words_and_wide_numbers_agree() {
        use BinaryOperation as Op;
        let operations = [
            Op::Add,
            Op::Subtract,
            Op::Multiply,
            Op::UnsignedDivide,
            Op::SignedDivide,
            Op::UnsignedRemainder,
            Op::SignedRemainder,
            Op::ShiftLeft,
            Op::ShiftRightLogical,
            Op::ShiftRightArithmetic,
            Op::SignedMinimum,
            Op::SignedMaximum,
            Op::UnsignedAddSaturating,
            Op::SignedAddSaturating,
            Op::UnsignedSubtractSaturating,
            Op::SignedSubtractSaturating,
        ];
        let promises = Promises {
            no_unsigned_wrap: true,
            no_signed_wrap: true,
            exact: true,
            ..PLAIN
        };
        for operation in operations {
            for promises in [PLAIN, promises] {
                for pair in 0..1024u64 {
                    let (left, right) = (pair / 32, pair % 32);
                    let narrow = word::binary(operation, promises, 5, left, right);
                    let broad = wide::binary(operation, promises, 5, left.into(), right.into());
                    let widened = match narrow {
                        Computed::Number(number) => Computed::Number(u128::from(number)),
                        Computed::Poison => Computed::Poison,
                        Computed::Fault(fault) => Computed::Fault(fault),
                    };
                    assert_eq!(widened, broad, "{operation:?} {left} {right}");
                }
            }
        }
    }

    #[test]
    fn division_has_two_ways_to_go_wrong() {
        let divide =
            |left, right| word::binary(BinaryOperation::SignedDivide, PLAIN, 8, left, right);
        assert_eq!(divide(7, 0), Computed::Fault(Fault::DivideByZero));
        assert_eq!(divide(0x80, 0xff), Computed::Fault(Fault::DivideOverflow));
        assert_eq!(divide(0x81, 0xff), Computed::Number(0x7f));
        assert_eq!(divide(0xf9, 2), Computed::Number(0xfd));
    }

    #[test]
    fn counts_and_reversals_respect_the_width() {
        let unary = |operation, operand| word::unary(operation, 16, operand);
        assert_eq!(
            unary(UnaryOperation::ByteSwap, 0x1234),
            Computed::Number(0x3412)
        );
        assert_eq!(
            unary(UnaryOperation::BitReverse, 1),
            Computed::Number(0x8000)
        );
        let zeros = UnaryOperation::LeadingZeros {
            zero_is_poison: false,
        };
        assert_eq!(unary(zeros, 1), Computed::Number(15));
        assert_eq!(unary(zeros, 0), Computed::Number(16));
        let poison = UnaryOperation::TrailingZeros {
            zero_is_poison: true,
        };
        assert_eq!(unary(poison, 0), Computed::Poison);
        let absolute = UnaryOperation::Absolute {
            minimum_is_poison: false,
        };
        assert_eq!(unary(absolute, 0xffff), Computed::Number(1));
        assert_eq!(unary(absolute, 0x8000), Computed::Number(0x8000));
    }
}
