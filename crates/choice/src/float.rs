//! Floating-point numbers of either width, told apart by every bit.
//!
//! A choice must be comparable and hashable, and a replay must give back the very NaN that was
//! drawn. So a number is kept as the bits of an `f64`. Every `f32` has one such number: finite ones
//! and infinities the equal one, NaNs the one whose payload is theirs, moved up.
//!
//! # Invariants
//!
//! - One representation per number, so derived equality is right; 0 and -0 differ, and so do NaNs
//!   with different payloads.
//! - `from_f32` and `to_f32` are inverse, signalling NaNs included, and touch no floating-point
//!   instruction that would quiet one (`tests::single_numbers_survive`).
//! - The text form is exact and unique (`tests::text_survives`).
//!
//! # Not here
//!
//! Arithmetic, and which of two numbers is simpler: that is the domain's business.

use std::fmt;
use std::str::FromStr;

/// A number of type `f32` or `f64`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Float(u64);

const SIGN: u64 = 1 << 63;
const INFINITY: u64 = 0x7ff << 52;
/// Payload bits of an `f64` below those of an `f32`.
const PAYLOAD_SHIFT: u32 = 29;

impl Float {
    /// The NaN that counts as simple.
    pub const NAN: Self = Self(INFINITY | 1 << 51);

    /// The number with these bits of an `f64`.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The bits of the `f64`.
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    /// The number with these bits of an `f32`.
    pub fn from_single_bits(bits: u32) -> Self {
        let number = f32::from_bits(bits);
        if number.is_nan() {
            let sign = u64::from(bits >> 31) << 63;
            let payload = u64::from(bits & 0x7f_ffff) << PAYLOAD_SHIFT;
            Self(sign | INFINITY | payload)
        } else {
            Self(f64::from(number).to_bits())
        }
    }

    /// The bits of the `f32`, if it is a number of that type.
    pub fn to_single_bits(self) -> Option<u32> {
        if self.is_nan() {
            let sign = (self.0 >> 63) as u32;
            let payload = (self.0 & !SIGN & !INFINITY) >> PAYLOAD_SHIFT;
            let single = sign << 31 | 0x7f80_0000 | payload as u32;
            let is_nan = payload != 0;
            return (is_nan && Self::from_single_bits(single) == self).then_some(single);
        }
        let single = (f64::from_bits(self.0) as f32).to_bits();
        (Self::from_single_bits(single) == self).then_some(single)
    }

    /// Whether it is not a number.
    pub const fn is_nan(self) -> bool {
        self.0 & !SIGN > INFINITY
    }

    /// Whether the sign bit is set.
    pub const fn is_negative(self) -> bool {
        self.0 & SIGN != 0
    }
}

impl From<f64> for Float {
    fn from(number: f64) -> Self {
        Self(number.to_bits())
    }
}

impl From<f32> for Float {
    fn from(number: f32) -> Self {
        Self::from_single_bits(number.to_bits())
    }
}

/// Decimal, exact, and short; `inf`, `nan`, and for other NaNs `nan` and the bits.
impl fmt::Display for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = f64::from_bits(self.0);
        let magnitude = number.abs();
        if *self == Self::NAN {
            f.write_str("nan")
        } else if number.is_nan() {
            write!(f, "nan{:016x}", self.0)
        } else if magnitude == 0.0 || (1e-5..1e16).contains(&magnitude) || number.is_infinite() {
            write!(f, "{number}")
        } else {
            write!(f, "{number:e}")
        }
    }
}

impl fmt::Debug for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseFloatError;

impl fmt::Display for ParseFloatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not a floating-point number")
    }
}

impl std::error::Error for ParseFloatError {}

impl FromStr for Float {
    type Err = ParseFloatError;

    fn from_str(text: &str) -> Result<Self, ParseFloatError> {
        match text.strip_prefix("nan") {
            Some("") => Ok(Self::NAN),
            Some(bits) => u64::from_str_radix(bits, 16)
                .map(Self)
                .ok()
                .filter(|number| number.is_nan())
                .ok_or(ParseFloatError),
            None => text
                .parse()
                .map(|number: f64| Self::from(number))
                .map_err(|_| ParseFloatError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_numbers_survive() {
        let edges = [
            0,
            1,
            0x7f_ffff,
            0x80_0000,
            0x7f80_0000,
            0x7f80_0001,
            0x7fc0_0000,
        ];
        let steps = (0..u32::MAX).step_by(65_537);
        for bits in edges.into_iter().chain(steps) {
            for bits in [bits, bits | 1 << 31] {
                let number = Float::from_single_bits(bits);
                assert_eq!(number.to_single_bits(), Some(bits), "{bits:#x}");
                assert_eq!(number.is_nan(), f32::from_bits(bits).is_nan());
            }
        }
        assert_eq!(Float::from(0.1f64).to_single_bits(), None);
        assert_eq!(Float::from(1e300).to_single_bits(), None);
        assert_eq!(
            Float::from_bits(Float::NAN.to_bits() | 1).to_single_bits(),
            None
        );
        assert_eq!(Float::from_bits(INFINITY | 1).to_single_bits(), None);
        assert_eq!(Float::NAN.to_single_bits(), Some(0x7fc0_0000));
    }

    #[test]
    fn text_survives() {
        let check = |number: Float, text: &str| {
            assert_eq!(number.to_string(), text);
            assert_eq!(text.parse(), Ok(number));
        };
        check(Float::from(0.0), "0");
        check(Float::from(-0.0), "-0");
        check(Float::from(1.5f32), "1.5");
        check(Float::from(-1e300), "-1e300");
        check(Float::from(5e-324), "5e-324");
        check(Float::from(f64::INFINITY), "inf");
        check(Float::from(f64::NEG_INFINITY), "-inf");
        check(Float::NAN, "nan");
        check(Float::from_bits(INFINITY | 1), "nan7ff0000000000001");
        assert!("nan0000000000000001".parse::<Float>().is_err());
        assert!("one".parse::<Float>().is_err());
        for bits in (0..u64::MAX).step_by(0x000f_edcb_a987_6543) {
            let number = Float::from_bits(bits);
            assert_eq!(number.to_string().parse(), Ok(number));
        }
    }
}
