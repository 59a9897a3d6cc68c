//! Questions about floating-point numbers.

/// A floating-point type that can be converted to `Int`.
pub trait FloatToInt<Int>: Copy {
    /// Whether the number, without its fraction, is one of `Int`'s.
    fn is_in_range(self) -> bool;
}

/// Whether a number, without its fraction, is one of `Int`'s: what `to_int_unchecked` asks for.
///
/// ```
/// assert!(kani::float::float_to_int_in_range::<f32, u8>(255.9));
/// assert!(!kani::float::float_to_int_in_range::<f32, u8>(-1.0));
/// ```
pub fn float_to_int_in_range<Float: FloatToInt<Int>, Int>(value: Float) -> bool {
    value.is_in_range()
}

macro_rules! conversions {
    ($float:ty: $($integer:ty)*) => {
        $(impl FloatToInt<$integer> for $float {
            fn is_in_range(self) -> bool {
                // 2 to the number of value bits is a float; `MAX` itself may not be one.
                let bits = <$integer>::BITS - u32::from(<$integer>::MIN != 0);
                let above = (2.0 as $float).powi(bits as i32);
                let whole = self.trunc();
                whole >= <$integer>::MIN as $float && whole < above
            }
        })*
    };
}

conversions!(f32: u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
conversions!(f64: u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_each_range_are_exact() {
        assert!(float_to_int_in_range::<f64, i64>(
            -9_223_372_036_854_775_808.0
        ));
        assert!(!float_to_int_in_range::<f64, i64>(
            9_223_372_036_854_775_808.0
        ));
        assert!(float_to_int_in_range::<f32, i8>(-128.9));
        assert!(!float_to_int_in_range::<f32, i8>(-129.0));
        assert!(!float_to_int_in_range::<f32, u128>(f32::INFINITY));
        assert!(float_to_int_in_range::<f32, u128>(f32::MAX));
        assert!(!float_to_int_in_range::<f32, u8>(f32::NAN));
    }
}
