//! Handlers of float instructions: the host's own arithmetic, which is IEEE 754 as LLVM's is, and
//! terms when a symbol is in play.
//!
//! A float is its bits, so a symbolic one moves through registers and memory like any other value.
//!
//! # Invariants
//!
//! - What LLVM leaves open about a result of numbers is as on the host; about a result with a symbol
//!   it is an unknown of its own. The same instruction with the same operands leaves the same open,
//!   on every path; two instructions never share it.
//!
//! # Source
//!
//! LLVM Language Reference, "Floating-Point Types" and the intrinsics of the same names.

use proofhouse_solver::TermId;

use super::Machine;
use super::state::State;
use super::stop::{Flow, Result};
use super::symbolic_float;
use super::symbols::Symbolic;
use super::value::Value;
use crate::program::{Conversion, FloatComparison, FloatOperation, Operand, Register, Scalar};

impl Machine<'_> {
    /// A float operation.
    pub(super) fn float(
        &mut self,
        state: &mut State,
        operation: FloatOperation,
        scalar: Scalar,
        result: Register,
        operands: &[Operand],
    ) -> Result<Flow> {
        let mut numbers = [0u64; 3];
        for (slot, operand) in numbers.iter_mut().zip(operands) {
            let value = self.read(state, *operand);
            if value.is_indeterminate() {
                state.write(result, value);
                return Ok(Flow::Next);
            }
            if !value.is_number() {
                let value = self.float_terms(state, operation, scalar, result, operands);
                state.write(result, value);
                return Ok(Flow::Next);
            }
            *slot = value.low;
        }
        let number = match operation {
            FloatOperation::Library(name) => {
                let name = self.program.text(name);
                match library(name, scalar, numbers) {
                    Some(number) => number,
                    None => return Err(self.unsupported(state, format!("`{name}` on floats"))),
                }
            }
            _ => operate(operation, scalar, numbers),
        };
        state.write(result, Value::word(number));
        Ok(Flow::Next)
    }

    /// A float operation with a symbol among its operands.
    fn float_terms(
        &mut self,
        state: &State,
        operation: FloatOperation,
        scalar: Scalar,
        result: Register,
        operands: &[Operand],
    ) -> Value {
        let mut terms = Vec::with_capacity(operands.len());
        let mut poison = None;
        for operand in operands {
            let value = self.read(state, *operand);
            let Some(symbolic) = self.symbols.symbolic(value, scalar.width_bits()) else {
                return Value::POISON;
            };
            poison = self.symbols.either_poison(poison, symbolic.poison);
            terms.push(symbolic.term);
        }
        let open = self.unspecified(state, result, &terms, scalar.width_bits());
        let format = symbolic_float::format_of(scalar);
        let all = &mut self.symbols.terms;
        let term = symbolic_float::operate(all, operation, format, &terms, open);
        self.symbols.guarded(Symbolic { term, poison })
    }

    /// The unknown for what nothing promises about the result of the current instruction on these
    /// operands.
    pub(crate) fn unspecified(
        &mut self,
        state: &State,
        result: Register,
        operands: &[TermId],
        width: u32,
    ) -> TermId {
        let frame = &state.current;
        let place = (frame.function, frame.block, frame.next, result);
        let key = (place, operands.to_vec());
        if let Some(symbol) = self.unspecified.get(&key) {
            return *symbol;
        }
        let symbol = self.symbols.terms.symbol(width);
        self.unspecified.insert(key, symbol);
        symbol
    }

    /// A float comparison.
    pub(super) fn float_compare(
        &mut self,
        state: &mut State,
        comparison: FloatComparison,
        scalar: Scalar,
        result: Register,
        [left, right]: [Operand; 2],
    ) -> Result<Flow> {
        let (left, right) = (self.read(state, left), self.read(state, right));
        if left.is_indeterminate() || right.is_indeterminate() {
            state.write(result, Value::POISON);
            return Ok(Flow::Next);
        }
        if !left.is_number() || !right.is_number() {
            let value = self.compare_terms(comparison, scalar, left, right);
            state.write(result, value);
            return Ok(Flow::Next);
        }
        let holds = compare(comparison, scalar, left.low, right.low);
        state.write(result, Value::bit(holds));
        Ok(Flow::Next)
    }

    fn compare_terms(
        &mut self,
        comparison: FloatComparison,
        scalar: Scalar,
        left: Value,
        right: Value,
    ) -> Value {
        let [left, right] =
            [left, right].map(|value| self.symbols.symbolic(value, scalar.width_bits()));
        let (Some(left), Some(right)) = (left, right) else {
            return Value::POISON;
        };
        let poison = self.symbols.either_poison(left.poison, right.poison);
        let format = symbolic_float::format_of(scalar);
        let terms = &mut self.symbols.terms;
        let term = symbolic_float::compare(terms, comparison, format, left.term, right.term);
        self.symbols.guarded(Symbolic { term, poison })
    }

    /// `llvm.is.fpclass`.
    pub(super) fn float_class(
        &mut self,
        state: &mut State,
        scalar: Scalar,
        mask: u16,
        result: Register,
        operand: Operand,
    ) -> Result<Flow> {
        let value = self.read(state, operand);
        if value.is_indeterminate() {
            state.write(result, value);
            return Ok(Flow::Next);
        }
        if !value.is_number() {
            let class = match self.symbols.symbolic(value, scalar.width_bits()) {
                None => Value::POISON,
                Some(Symbolic { term, poison }) => {
                    let format = symbolic_float::format_of(scalar);
                    let terms = &mut self.symbols.terms;
                    let term = symbolic_float::is_of_class(terms, format, mask, term);
                    self.symbols.guarded(Symbolic { term, poison })
                }
            };
            state.write(result, class);
            return Ok(Flow::Next);
        }
        let is_in_mask = mask & 1 << class(scalar, value.low) != 0;
        state.write(result, Value::bit(is_in_mask));
        Ok(Flow::Next)
    }
}

/// The bits of an operation that is not one of the library's.
pub(super) fn operate(operation: FloatOperation, scalar: Scalar, numbers: [u64; 3]) -> u64 {
    if scalar == Scalar::Float32 {
        let [a, b, c] = numbers.map(|bits| f32::from_bits(low_half(bits)));
        return u64::from(single::operate(operation, a, b, c).to_bits());
    }
    let [a, b, c] = numbers.map(f64::from_bits);
    double::operate(operation, a, b, c).to_bits()
}

/// Whether a comparison of two numbers holds.
pub(super) fn compare(comparison: FloatComparison, scalar: Scalar, left: u64, right: u64) -> bool {
    match as_double(scalar, left).partial_cmp(&as_double(scalar, right)) {
        Some(std::cmp::Ordering::Less) => comparison.less,
        Some(std::cmp::Ordering::Equal) => comparison.equal,
        Some(std::cmp::Ordering::Greater) => comparison.greater,
        None => comparison.unordered,
    }
}

/// The number of a float's class in LLVM's mask.
pub(super) fn class(scalar: Scalar, bits: u64) -> u32 {
    let (is_quiet, is_negative) = match scalar {
        Scalar::Float32 => (bits & 1 << 22 != 0, bits & 1 << 31 != 0),
        _ => (bits & 1 << 51 != 0, bits & 1 << 63 != 0),
    };
    let category = match scalar {
        Scalar::Float32 => f32::from_bits(low_half(bits)).classify(),
        _ => f64::from_bits(bits).classify(),
    };
    // Negative classes count down from the zero in the middle, positive ones up.
    let distance = match category {
        std::num::FpCategory::Nan => return if is_quiet { 1 } else { 0 },
        std::num::FpCategory::Infinite => 3,
        std::num::FpCategory::Normal => 2,
        std::num::FpCategory::Subnormal => 1,
        std::num::FpCategory::Zero => 0,
    };
    if is_negative {
        5 - distance
    } else {
        6 + distance
    }
}

fn low_half(bits: u64) -> u32 {
    u32::try_from(bits).expect("a 32-bit float has 32 bits")
}

/// The float as `f64`, which every `f32` is exactly.
fn as_double(scalar: Scalar, bits: u64) -> f64 {
    match scalar {
        Scalar::Float32 => f64::from(f32::from_bits(low_half(bits))),
        _ => f64::from_bits(bits),
    }
}

macro_rules! float_operations {
    ($module:ident, $float:ty) => {
        mod $module {
            use super::FloatOperation;

            pub(super) fn operate(
                operation: FloatOperation,
                a: $float,
                b: $float,
                c: $float,
            ) -> $float {
                use FloatOperation as Op;
                match operation {
                    Op::Add => a + b,
                    Op::Subtract => a - b,
                    Op::Multiply => a * b,
                    Op::Divide => a / b,
                    Op::Remainder => a % b,
                    Op::Negate => -a,
                    Op::Absolute => a.abs(),
                    Op::CopySign => a.copysign(b),
                    Op::SquareRoot => a.sqrt(),
                    Op::Floor => a.floor(),
                    Op::Ceiling => a.ceil(),
                    Op::Truncate => a.trunc(),
                    Op::Round => a.round(),
                    Op::RoundTiesEven => a.round_ties_even(),
                    Op::MultiplyAdd => a.mul_add(b, c),
                    Op::MinimumNumber => a.min(b),
                    Op::MaximumNumber => a.max(b),
                    Op::Minimum | Op::Maximum => extreme(operation, a, b),
                    Op::Library(_) => unreachable!("library functions are dispatched by name"),
                }
            }

            /// Minimum and maximum where NaN wins and -0 is below 0.
            fn extreme(operation: FloatOperation, a: $float, b: $float) -> $float {
                if a.is_nan() || b.is_nan() {
                    return <$float>::NAN;
                }
                let first_is_less = a < b || a == b && a.is_sign_negative();
                if first_is_less == (operation == FloatOperation::Minimum) {
                    a
                } else {
                    b
                }
            }
        }
    };
}

float_operations!(single, f32);
float_operations!(double, f64);

/// A function of the mathematics library. The host's, whose last bit Rust does not promise either.
fn library(name: &str, scalar: Scalar, numbers: [u64; 3]) -> Option<u64> {
    let (a, b) = (as_double(scalar, numbers[0]), as_double(scalar, numbers[1]));
    if scalar == Scalar::Float32 {
        let (a, b) = (
            f32::from_bits(low_half(numbers[0])),
            f32::from_bits(low_half(numbers[1])),
        );
        let result = match name {
            "sin" => a.sin(),
            "cos" => a.cos(),
            "tan" => a.tan(),
            "exp" => a.exp(),
            "exp2" => a.exp2(),
            "log" => a.ln(),
            "log2" => a.log2(),
            "log10" => a.log10(),
            "pow" => a.powf(b),
            _ => return None,
        };
        return Some(u64::from(result.to_bits()));
    }
    let result = match name {
        "sin" => a.sin(),
        "cos" => a.cos(),
        "tan" => a.tan(),
        "exp" => a.exp(),
        "exp2" => a.exp2(),
        "log" => a.ln(),
        "log2" => a.log2(),
        "log10" => a.log10(),
        "pow" => a.powf(b),
        _ => return None,
    };
    Some(result.to_bits())
}

/// A conversion from or to a float; `None` is poison.
pub(super) fn convert(
    conversion: Conversion,
    from: Scalar,
    to: Scalar,
    number: u128,
) -> Option<u128> {
    let bits = number.to_le_bytes();
    let mut low = [0; 8];
    low.copy_from_slice(&bits[..8]);
    let low = u64::from_le_bytes(low);
    Some(match conversion {
        Conversion::FloatToFloat if to == Scalar::Float32 => {
            u128::from((as_double(from, low) as f32).to_bits())
        }
        Conversion::FloatToFloat => u128::from(as_double(from, low).to_bits()),
        Conversion::SignedToFloat => {
            let unused = 128 - from.width_bits();
            let signed = (number << unused).cast_signed() >> unused;
            match to {
                Scalar::Float32 => u128::from((signed as f32).to_bits()),
                _ => u128::from((signed as f64).to_bits()),
            }
        }
        Conversion::UnsignedToFloat => match to {
            Scalar::Float32 => u128::from((number as f32).to_bits()),
            _ => u128::from((number as f64).to_bits()),
        },
        _ => return to_integer(conversion, as_double(from, low), to.width_bits()),
    })
}

/// A float as an integer of `width` bits; `None` is poison.
fn to_integer(conversion: Conversion, float: f64, width: u32) -> Option<u128> {
    let mask = u128::MAX >> (128 - width);
    let is_signed = matches!(
        conversion,
        Conversion::FloatToSigned | Conversion::FloatToSignedSaturating
    );
    let is_saturating = matches!(
        conversion,
        Conversion::FloatToSignedSaturating | Conversion::FloatToUnsignedSaturating
    );
    let whole = float.trunc();
    // Rust's casts clamp to 128 bits; the rest is clamped here.
    if is_signed {
        let (minimum, maximum) = (i128::MIN >> (128 - width), i128::MAX >> (128 - width));
        let number = (whole as i128).clamp(minimum, maximum);
        // The limits are compared as powers of two, which are exact as floats.
        let limit = 2f64.powi(i32::try_from(width).expect("small") - 1);
        let fits = whole >= -limit && whole < limit;
        (fits || is_saturating).then_some(number.cast_unsigned() & mask)
    } else {
        let number = (whole as u128).min(mask);
        let fits = whole >= 0.0 && whole < 2f64.powi(i32::try_from(width).expect("small"));
        (fits || is_saturating).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_double(conversion: Conversion, float: f64, to: u16) -> Option<u128> {
        convert(
            conversion,
            Scalar::Float64,
            Scalar::Integer(to),
            u128::from(float.to_bits()),
        )
    }

    #[test]
    fn conversions_to_integers_agree_with_casts() {
        let floats = [
            0.0, -0.0, 0.9, -0.9, 127.5, 128.0, -128.0, -129.0, 255.0, 256.0, 1e300, -1e300,
        ];
        for float in floats.into_iter().chain([f64::NAN, f64::INFINITY]) {
            let signed = of_double(Conversion::FloatToSignedSaturating, float, 8);
            assert_eq!(
                signed,
                Some(u128::from((float as i8).cast_unsigned())),
                "{float}"
            );
            let unsigned = of_double(Conversion::FloatToUnsignedSaturating, float, 8);
            assert_eq!(unsigned, Some(u128::from(float as u8)), "{float}");
            let exact = of_double(Conversion::FloatToSigned, float, 8);
            let fits = float.trunc() >= -128.0 && float.trunc() <= 127.0;
            assert_eq!(exact.is_some(), fits, "{float}");
        }
    }

    #[test]
    fn classes_are_llvms() {
        let class = |float: f64| class(Scalar::Float64, float.to_bits());
        let order = [
            f64::NEG_INFINITY,
            -1.0,
            -f64::from_bits(1),
            -0.0,
            0.0,
            f64::from_bits(1),
            1.0,
        ];
        for (index, float) in order.into_iter().enumerate() {
            assert_eq!(class(float) as usize, index + 2, "{float}");
        }
        assert_eq!(class(f64::INFINITY), 9);
        assert_eq!(class(f64::NAN), 1);
    }

    #[test]
    fn nan_wins_in_minimum_and_loses_in_minimum_number() {
        let operate = |operation| double::operate(operation, f64::NAN, 1.0, 0.0);
        assert!(operate(FloatOperation::Minimum).is_nan());
        assert_eq!(
            operate(FloatOperation::MinimumNumber).to_bits(),
            1f64.to_bits()
        );
        let zero = double::operate(FloatOperation::Minimum, 0.0, -0.0, 0.0);
        assert!(zero.is_sign_negative());
    }
}
