//! Integer operations on terms, with the conditions under which LLVM calls the result poison.
//!
//! # Invariants
//!
//! - Agrees with [`super::integer`] on every pair of small operands, poison included (`tests`).
//!
//! # Not here
//!
//! Division by zero and the overflow of a signed division: those are faults, which the handler
//! excludes before it asks for a term.

use proofhouse_solver::{TermId, Terms};

use crate::program::{
    BinaryOperation, Comparison, Conversion, OverflowOperation, Promises, UnaryOperation,
};

/// The result of an operation, and when it is poison.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operated {
    /// The bits.
    pub term: TermId,
    /// One bit; `None` for never.
    pub poison: Option<TermId>,
}

/// `left operation right`.
pub(super) fn binary(
    terms: &mut Terms,
    operation: BinaryOperation,
    promises: Promises,
    left: TermId,
    right: TermId,
) -> Operated {
    use BinaryOperation as Op;
    let width = terms.width(left);
    let term = match operation {
        Op::Add => terms.add(left, right),
        Op::Subtract => terms.sub(left, right),
        Op::Multiply => terms.mul(left, right),
        Op::UnsignedDivide => terms.udiv(left, right),
        Op::SignedDivide => terms.sdiv(left, right),
        Op::UnsignedRemainder => terms.urem(left, right),
        Op::SignedRemainder => terms.srem(left, right),
        Op::ShiftLeft => terms.shl(left, right),
        Op::ShiftRightLogical => terms.lshr(left, right),
        Op::ShiftRightArithmetic => terms.ashr(left, right),
        Op::And => terms.and(left, right),
        Op::Or => terms.or(left, right),
        Op::ExclusiveOr => terms.xor(left, right),
        Op::UnsignedMinimum => terms.umin(left, right),
        Op::UnsignedMaximum => terms.umax(left, right),
        Op::SignedMinimum => terms.smin(left, right),
        Op::SignedMaximum => terms.smax(left, right),
        Op::UnsignedAddSaturating => {
            let limit = terms.ones(width);
            saturating(terms, OverflowOperation::UnsignedAdd, limit, left, right)
        }
        Op::UnsignedSubtractSaturating => {
            let limit = terms.zero(width);
            saturating(
                terms,
                OverflowOperation::UnsignedSubtract,
                limit,
                left,
                right,
            )
        }
        Op::SignedAddSaturating => {
            let limit = signed_limit(terms, left);
            saturating(terms, OverflowOperation::SignedAdd, limit, left, right)
        }
        Op::SignedSubtractSaturating => {
            let limit = signed_limit(terms, left);
            saturating(terms, OverflowOperation::SignedSubtract, limit, left, right)
        }
    };
    Operated {
        term,
        poison: broken(terms, operation, promises, left, right, term),
    }
}

/// When the result of an operation is poison.
fn broken(
    terms: &mut Terms,
    operation: BinaryOperation,
    promises: Promises,
    left: TermId,
    right: TermId,
    result: TermId,
) -> Option<TermId> {
    use BinaryOperation as Op;
    use OverflowOperation as Overflow;
    let mut conditions = Vec::new();
    let (unsigned, signed) = match operation {
        Op::Add => (Some(Overflow::UnsignedAdd), Some(Overflow::SignedAdd)),
        Op::Subtract => (
            Some(Overflow::UnsignedSubtract),
            Some(Overflow::SignedSubtract),
        ),
        Op::Multiply => (
            Some(Overflow::UnsignedMultiply),
            Some(Overflow::SignedMultiply),
        ),
        _ => (None, None),
    };
    if let Some(unsigned) = unsigned.filter(|_| promises.no_unsigned_wrap) {
        conditions.push(overflow(terms, unsigned, left, right).1);
    }
    if let Some(signed) = signed.filter(|_| promises.no_signed_wrap) {
        conditions.push(overflow(terms, signed, left, right).1);
    }
    match operation {
        Op::ShiftLeft | Op::ShiftRightLogical | Op::ShiftRightArithmetic => {
            let width = terms.width(left);
            let limit = terms.constant(width, u128::from(width));
            // A width that does not fit into itself (1 bit) allows only the amount 0.
            let is_in_range = if terms.as_constant(limit) == Some(u128::from(width)) {
                terms.ult(right, limit)
            } else {
                terms.true_()
            };
            conditions.push(terms.not(is_in_range));
            conditions.extend(shift_loses(terms, operation, promises, left, right, result));
        }
        Op::UnsignedDivide | Op::SignedDivide if promises.exact => {
            let product = terms.mul(result, right);
            conditions.push(terms.ne(product, left));
        }
        Op::Or if promises.disjoint => {
            let shared = terms.and(left, right);
            conditions.push(is_not_zero(terms, shared));
        }
        _ => {}
    }
    conditions
        .into_iter()
        .reduce(|all, next| terms.or(all, next))
}

/// When a shift drops bits that it promised not to drop.
fn shift_loses(
    terms: &mut Terms,
    operation: BinaryOperation,
    promises: Promises,
    left: TermId,
    amount: TermId,
    result: TermId,
) -> Vec<TermId> {
    let mut conditions = Vec::new();
    if operation == BinaryOperation::ShiftLeft {
        if promises.no_unsigned_wrap {
            let back = terms.lshr(result, amount);
            conditions.push(terms.ne(back, left));
        }
        if promises.no_signed_wrap {
            let back = terms.ashr(result, amount);
            conditions.push(terms.ne(back, left));
        }
    } else if promises.exact {
        let back = terms.shl(result, amount);
        conditions.push(terms.ne(back, left));
    }
    conditions
}

/// The wrapped result, and whether it wrapped.
pub(super) fn overflow(
    terms: &mut Terms,
    operation: OverflowOperation,
    left: TermId,
    right: TermId,
) -> (TermId, TermId) {
    use OverflowOperation as Op;
    match operation {
        Op::UnsignedAdd => {
            let sum = terms.add(left, right);
            (sum, terms.ult(sum, left))
        }
        Op::UnsignedSubtract => (terms.sub(left, right), terms.ult(left, right)),
        Op::SignedAdd => {
            // The sum's sign differs from both operands' signs.
            let sum = terms.add(left, right);
            let from_left = terms.xor(sum, left);
            let from_right = terms.xor(sum, right);
            let both = terms.and(from_left, from_right);
            (sum, terms.sign(both))
        }
        Op::SignedSubtract => {
            // The operands' signs differ, and the difference's sign is not the left one's.
            let difference = terms.sub(left, right);
            let operands = terms.xor(left, right);
            let from_left = terms.xor(difference, left);
            let both = terms.and(operands, from_left);
            (difference, terms.sign(both))
        }
        Op::UnsignedMultiply | Op::SignedMultiply => {
            multiply_overflow(terms, operation, left, right)
        }
    }
}

fn multiply_overflow(
    terms: &mut Terms,
    operation: OverflowOperation,
    left: TermId,
    right: TermId,
) -> (TermId, TermId) {
    let width = terms.width(left);
    let product = terms.mul(left, right);
    let is_signed = operation == OverflowOperation::SignedMultiply;
    if !is_signed {
        let (factor, constant) = if terms.is_constant(left) {
            (right, left)
        } else {
            (left, right)
        };
        if terms.is_constant(constant) && !terms.is_constant(factor) {
            // The product of a factor and a constant fits up to the largest factor that fits.
            if terms.as_constant(constant) == Some(0) {
                return (product, terms.false_());
            }
            let ones = terms.ones(width);
            let largest = terms.udiv(ones, constant);
            return (product, terms.ugt(factor, largest));
        }
    }
    let widen = if is_signed {
        Terms::sign_extend
    } else {
        Terms::zero_extend
    };
    let (long_left, long_right) = (
        widen(terms, left, 2 * width),
        widen(terms, right, 2 * width),
    );
    let long = terms.mul(long_left, long_right);
    let expected = widen(terms, product, 2 * width);
    (product, terms.ne(long, expected))
}

fn saturating(
    terms: &mut Terms,
    operation: OverflowOperation,
    limit: TermId,
    left: TermId,
    right: TermId,
) -> TermId {
    let (result, overflows) = overflow(terms, operation, left, right);
    terms.ite(overflows, limit, result)
}

/// The limit that a signed sum or difference overflows to: that of the left operand's sign.
fn signed_limit(terms: &mut Terms, left: TermId) -> TermId {
    let width = terms.width(left);
    let minimum = terms.signed_min(width);
    let maximum = terms.not(minimum);
    let is_negative = terms.sign(left);
    terms.ite(is_negative, minimum, maximum)
}

/// An operation with one operand; not `Freeze`.
pub(super) fn unary(terms: &mut Terms, operation: UnaryOperation, operand: TermId) -> Operated {
    use UnaryOperation as Op;
    let (term, poisonous) = match operation {
        Op::PopulationCount => (terms.popcount(operand), None),
        Op::LeadingZeros { zero_is_poison } => {
            (terms.leading_zeros(operand), zero_is_poison.then_some(0))
        }
        Op::TrailingZeros { zero_is_poison } => {
            (terms.trailing_zeros(operand), zero_is_poison.then_some(0))
        }
        Op::ByteSwap => (terms.byte_swap(operand), None),
        Op::BitReverse => (terms.bit_reverse(operand), None),
        Op::Absolute { minimum_is_poison } => {
            let minimum = terms.signed_min(terms.width(operand));
            let minimum = terms.as_constant(minimum);
            (terms.abs(operand), minimum.filter(|_| minimum_is_poison))
        }
        Op::Freeze => (operand, None),
    };
    let poison = poisonous.map(|number| {
        let width = terms.width(operand);
        let constant = terms.constant(width, number);
        terms.eq(operand, constant)
    });
    Operated { term, poison }
}

/// A comparison, one bit.
pub(super) fn compare(
    terms: &mut Terms,
    comparison: Comparison,
    left: TermId,
    right: TermId,
) -> TermId {
    match comparison {
        Comparison::Equal => terms.eq(left, right),
        Comparison::NotEqual => terms.ne(left, right),
        Comparison::UnsignedLess => terms.ult(left, right),
        Comparison::UnsignedLessOrEqual => terms.ule(left, right),
        Comparison::SignedLess => terms.slt(left, right),
        Comparison::SignedLessOrEqual => terms.sle(left, right),
    }
}

/// Whether any bit is set.
pub(super) fn is_not_zero(terms: &mut Terms, term: TermId) -> TermId {
    let zero = terms.zero(terms.width(term));
    terms.ne(term, zero)
}

/// Truncation and extension, from and to so many bits.
pub(super) fn resize(
    terms: &mut Terms,
    conversion: Conversion,
    promises: Promises,
    (from, to): (u32, u32),
    operand: TermId,
) -> Operated {
    match conversion {
        Conversion::SignExtend => Operated {
            term: terms.sign_extend(operand, to),
            poison: None,
        },
        Conversion::ZeroExtend => Operated {
            term: terms.zero_extend(operand, to),
            poison: promises.not_negative.then(|| terms.sign(operand)),
        },
        _ => {
            let term = terms.truncate(operand, to);
            let mut poison = None;
            if promises.no_unsigned_wrap {
                let dropped = terms.extract(operand, to, from - to);
                poison = Some(is_not_zero(terms, dropped));
            }
            if promises.no_signed_wrap {
                let extended = terms.sign_extend(term, from);
                let differs = terms.ne(extended, operand);
                poison = Some(match poison {
                    Some(other) => terms.or(other, differs),
                    None => differs,
                });
            }
            Operated { term, poison }
        }
    }
}

#[cfg(test)]
mod tests {
    use proofhouse_solver::Model;

    use super::super::integer::{Computed, word};
    use super::*;

    const BROKEN_NEVER: Promises = Promises {
        no_unsigned_wrap: false,
        no_signed_wrap: false,
        exact: false,
        disjoint: false,
        not_negative: false,
    };
    const WIDTH: u32 = 4;

    /// Terms over two symbols of 4 bits, evaluated for every pair of numbers.
    fn for_all_pairs(
        build: impl Fn(&mut Terms, TermId, TermId) -> Operated,
        expected: impl Fn(u64, u64) -> Option<Computed<u64>>,
        name: &str,
    ) {
        let mut terms = Terms::new();
        let (left, right) = (terms.symbol(WIDTH), terms.symbol(WIDTH));
        let (left_id, right_id) = (
            terms.as_symbol(left).unwrap(),
            terms.as_symbol(right).unwrap(),
        );
        let operated = build(&mut terms, left, right);
        for pair in 0..256u64 {
            let (a, b) = (pair / 16, pair % 16);
            let Some(expected) = expected(a, b) else {
                continue;
            };
            let mut model = Model::new();
            model.set(left_id, proofhouse_solver::Value::new(WIDTH, a.into()));
            model.set(right_id, proofhouse_solver::Value::new(WIDTH, b.into()));
            let is_poison = operated
                .poison
                .is_some_and(|poison| model.holds(&terms, poison));
            let number = model.evaluate(&terms, operated.term).to_u128().unwrap() as u64;
            let computed = if is_poison {
                Computed::Poison
            } else {
                Computed::Number(number)
            };
            assert_eq!(computed, expected, "{name} of {a} and {b}");
        }
    }

    #[test]
    fn binary_operations_agree_with_numbers() {
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
            Op::And,
            Op::Or,
            Op::ExclusiveOr,
            Op::UnsignedMinimum,
            Op::UnsignedMaximum,
            Op::SignedMinimum,
            Op::SignedMaximum,
            Op::UnsignedAddSaturating,
            Op::SignedAddSaturating,
            Op::UnsignedSubtractSaturating,
            Op::SignedSubtractSaturating,
        ];
        let all = [
            BROKEN_NEVER,
            Promises {
                no_unsigned_wrap: true,
                ..BROKEN_NEVER
            },
            Promises {
                no_signed_wrap: true,
                ..BROKEN_NEVER
            },
            Promises {
                exact: true,
                ..BROKEN_NEVER
            },
            Promises {
                disjoint: true,
                ..BROKEN_NEVER
            },
        ];
        for operation in operations {
            for promises in all {
                for_all_pairs(
                    |terms, left, right| binary(terms, operation, promises, left, right),
                    |a, b| match word::binary(operation, promises, WIDTH, a, b) {
                        Computed::Fault(_) => None,
                        computed => Some(computed),
                    },
                    &format!("{operation:?} with {promises:?}"),
                );
            }
        }
    }

    #[test]
    fn overflow_operations_agree_with_numbers() {
        use OverflowOperation as Op;
        let operations = [
            Op::UnsignedAdd,
            Op::SignedAdd,
            Op::UnsignedSubtract,
            Op::SignedSubtract,
            Op::UnsignedMultiply,
            Op::SignedMultiply,
        ];
        for operation in operations {
            for_all_pairs(
                |terms, left, right| {
                    let (term, overflows) = overflow(terms, operation, left, right);
                    Operated {
                        term,
                        poison: Some(overflows),
                    }
                },
                |a, b| {
                    let (number, overflows) = word::overflow(operation, WIDTH, a, b);
                    Some(if overflows {
                        Computed::Poison
                    } else {
                        Computed::Number(number)
                    })
                },
                &format!("{operation:?}"),
            );
            for constant in 0..16 {
                for_all_pairs(
                    |terms, left, _| {
                        let constant = terms.constant(WIDTH, constant);
                        let (term, overflows) = overflow(terms, operation, left, constant);
                        Operated {
                            term,
                            poison: Some(overflows),
                        }
                    },
                    |a, _| {
                        let constant = u64::try_from(constant).unwrap();
                        let (number, overflows) = word::overflow(operation, WIDTH, a, constant);
                        Some(if overflows {
                            Computed::Poison
                        } else {
                            Computed::Number(number)
                        })
                    },
                    &format!("{operation:?} with a constant"),
                );
            }
        }
    }

    #[test]
    fn unary_operations_agree_with_numbers() {
        use UnaryOperation as Op;
        let operations = [
            Op::PopulationCount,
            Op::LeadingZeros {
                zero_is_poison: false,
            },
            Op::LeadingZeros {
                zero_is_poison: true,
            },
            Op::TrailingZeros {
                zero_is_poison: false,
            },
            Op::TrailingZeros {
                zero_is_poison: true,
            },
            Op::BitReverse,
            Op::Absolute {
                minimum_is_poison: false,
            },
            Op::Absolute {
                minimum_is_poison: true,
            },
        ];
        for operation in operations {
            for_all_pairs(
                |terms, left, _| unary(terms, operation, left),
                |a, _| Some(word::unary(operation, WIDTH, a)),
                &format!("{operation:?}"),
            );
        }
    }

    #[test]
    fn comparisons_agree_with_numbers() {
        use Comparison as C;
        let comparisons = [
            C::Equal,
            C::NotEqual,
            C::UnsignedLess,
            C::UnsignedLessOrEqual,
            C::SignedLess,
            C::SignedLessOrEqual,
        ];
        for comparison in comparisons {
            for_all_pairs(
                |terms, left, right| {
                    let term = compare(terms, comparison, left, right);
                    Operated { term, poison: None }
                },
                |a, b| {
                    let holds = word::compare(comparison, WIDTH, a, b);
                    Some(Computed::Number(u64::from(holds)))
                },
                &format!("{comparison:?}"),
            );
        }
    }

    #[test]
    fn funnel_shifts_agree_with_numbers() {
        for (is_left, low) in [(false, 0), (false, 5), (true, 0), (true, 11)] {
            for_all_pairs(
                |terms, high, amount| {
                    let low = terms.constant(WIDTH, low.into());
                    let term = if is_left {
                        terms.funnel_shift_left(high, low, amount)
                    } else {
                        terms.funnel_shift_right(high, low, amount)
                    };
                    Operated { term, poison: None }
                },
                |high, amount| {
                    let number = word::funnel_shift(is_left, WIDTH, [high, low, amount]);
                    Some(Computed::Number(number))
                },
                &format!("funnel shift, left: {is_left}, of {low}"),
            );
        }
    }

    #[test]
    fn changes_of_width_agree_with_numbers() {
        let all = [false, true].map(|unsigned| {
            [false, true].map(|signed| Promises {
                no_unsigned_wrap: unsigned,
                no_signed_wrap: signed,
                not_negative: unsigned,
                ..BROKEN_NEVER
            })
        });
        let computed =
            |number: Option<u64>| Some(number.map_or(Computed::Poison, Computed::Number));
        for promises in all.into_iter().flatten() {
            for to in 1..WIDTH {
                for_all_pairs(
                    |terms, left, _| {
                        resize(terms, Conversion::Truncate, promises, (WIDTH, to), left)
                    },
                    |a, _| computed(word::truncate(promises, (WIDTH, to), a)),
                    &format!("truncation to {to} bits with {promises:?}"),
                );
            }
            for_all_pairs(
                |terms, left, _| resize(terms, Conversion::ZeroExtend, promises, (WIDTH, 7), left),
                |a, _| computed(word::zero_extend(promises, WIDTH, a)),
                &format!("extension with {promises:?}"),
            );
        }
    }
}
