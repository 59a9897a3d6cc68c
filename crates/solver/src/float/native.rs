//! The host's own floats, for the operations that they have.
//!
//! A model is evaluated again and again, so the two formats that programs use are worth a way of
//! their own.
//!
//! # Invariants
//!
//! - Agrees with `exact` on every operand (`tests::the_host_agrees_with_exact_arithmetic`).

use super::{FloatOperation, Format, Rounding};
use crate::value::{INLINE_BITS, Value};

/// The result of an operation; `None` where the host has no such operation.
pub(crate) fn evaluate(
    operation: FloatOperation,
    format: Format,
    rounding: Rounding,
    width: u32,
    operands: &[Value],
) -> Option<Value> {
    let mut bits = [0; 3];
    for (slot, operand) in bits.iter_mut().zip(operands) {
        *slot = operand.to_u128()?;
    }
    let format_in = match operation {
        FloatOperation::FromSigned | FloatOperation::FromUnsigned => None,
        _ => Some(format),
    };
    let result = match (format_in, operation) {
        (None, _) => from_integer(operation, format, rounding, &operands[0]),
        (_, FloatOperation::ToSigned | FloatOperation::ToUnsigned) => {
            to_integer(operation, format, rounding, width, bits[0])
        }
        (_, FloatOperation::Convert(to)) => convert(format, to, rounding, bits[0]),
        (Some(Format::SINGLE), _) => single::operate(operation, rounding, bits),
        (Some(Format::DOUBLE), _) => double::operate(operation, rounding, bits),
        _ => None,
    }?;
    let target = operation.result(format);
    let result = match target {
        Some(target) if target.is_nan(result) => target.nan(),
        _ => result,
    };
    Some(Value::new(width, result))
}

macro_rules! operations {
    ($module:ident, $float:ty, $bits:ty) => {
        mod $module {
            use super::{FloatOperation, Rounding};

            pub(super) fn operate(
                operation: FloatOperation,
                rounding: Rounding,
                bits: [u128; 3],
            ) -> Option<u128> {
                use FloatOperation as Op;
                let [a, b, c] = bits.map(|bits| <$float>::from_bits(bits as $bits));
                if operation == Op::RoundToIntegral {
                    let whole = match rounding {
                        Rounding::NearestEven => a.round_ties_even(),
                        Rounding::NearestAway => a.round(),
                        Rounding::Up => a.ceil(),
                        Rounding::Down => a.floor(),
                        Rounding::Zero => a.trunc(),
                    };
                    return Some(whole.to_bits().into());
                }
                if rounding != Rounding::NearestEven {
                    return None;
                }
                let result = match operation {
                    Op::Add => a + b,
                    Op::Multiply => a * b,
                    Op::Divide => a / b,
                    Op::Remainder => a % b,
                    Op::MultiplyAdd => a.mul_add(b, c),
                    Op::SquareRoot => a.sqrt(),
                    _ => return None,
                };
                Some(result.to_bits().into())
            }
        }
    };
}

operations!(single, f32, u32);
operations!(double, f64, u64);

fn convert(from: Format, to: Format, rounding: Rounding, bits: u128) -> Option<u128> {
    match (from, to) {
        (Format::SINGLE, Format::DOUBLE) => {
            Some(f64::from(f32::from_bits(bits as u32)).to_bits().into())
        }
        (Format::DOUBLE, Format::SINGLE) if rounding == Rounding::NearestEven => {
            Some((f64::from_bits(bits as u64) as f32).to_bits().into())
        }
        _ => None,
    }
}

fn from_integer(
    operation: FloatOperation,
    to: Format,
    rounding: Rounding,
    integer: &Value,
) -> Option<u128> {
    if rounding != Rounding::NearestEven || integer.width() > INLINE_BITS {
        return None;
    }
    let is_signed = operation == FloatOperation::FromSigned;
    let bits = integer.to_u128()?;
    let unused = INLINE_BITS - integer.width();
    let signed = (bits << unused).cast_signed() >> unused;
    match (to, is_signed) {
        (Format::SINGLE, true) => Some((signed as f32).to_bits().into()),
        (Format::SINGLE, false) => Some((bits as f32).to_bits().into()),
        (Format::DOUBLE, true) => Some((signed as f64).to_bits().into()),
        (Format::DOUBLE, false) => Some((bits as f64).to_bits().into()),
        _ => None,
    }
}

fn to_integer(
    operation: FloatOperation,
    from: Format,
    rounding: Rounding,
    width: u32,
    bits: u128,
) -> Option<u128> {
    let number = match from {
        Format::SINGLE => f64::from(f32::from_bits(bits as u32)),
        Format::DOUBLE => f64::from_bits(bits as u64),
        _ => return None,
    };
    if rounding != Rounding::Zero || width > INLINE_BITS {
        return None;
    }
    let unused = INLINE_BITS - width;
    if operation == FloatOperation::ToSigned {
        // The cast clamps to 128 bits, the rest is clamped here.
        let clamped = (number as i128).clamp(i128::MIN >> unused, i128::MAX >> unused);
        return Some(clamped.cast_unsigned() & (u128::MAX >> unused));
    }
    Some((number as u128).min(u128::MAX >> unused))
}
