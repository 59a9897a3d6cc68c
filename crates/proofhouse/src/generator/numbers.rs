//! Integers in the types that the standard library wraps them in.

use std::marker::PhantomData;
use std::num::{NonZero, Saturating, Wrapping};

use super::{AnyInteger, Draw, Generate, Generator};
use crate::{Encoded, Encoding, Source};

/// The generator of every integer of a type but 0; 1 is the simplest.
#[derive(Debug, Clone, Copy)]
pub struct AnyNonZero<T>(PhantomData<T>);

macro_rules! generate_nonzero {
    ($($type:ty)*) => {
        $(
            impl Generate for NonZero<$type> {
                type Generator = AnyNonZero<$type>;

                fn generator() -> Self::Generator {
                    AnyNonZero(PhantomData)
                }
            }

            impl Draw for AnyNonZero<$type> {
                type Value = NonZero<$type>;

                #[inline]
                fn draw_from(&self, source: &mut Source) -> NonZero<$type> {
                    // What is not below 0 moves up by one, without a branch.
                    #[allow(unused_comparisons, reason = "some of the types are unsigned")]
                    let shifted = |value: $type| value + <$type>::from(value >= 0);
                    let value = source.choose_integer(<$type>::MIN, <$type>::MAX - 1, 0);
                    NonZero::new(shifted(value)).expect("0 was left out")
                }

                fn encode(&self, value: &NonZero<$type>, encoding: &mut Encoding) -> Encoded {
                    let value = value.get();
                    let shifted = value - <$type>::from(value > 0);
                    encoding.integer(shifted, <$type>::MIN, <$type>::MAX - 1)
                }
            }

            impl Generator for AnyNonZero<$type> {}
        )*
    };
}
generate_nonzero!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

/// The generator of every integer in a type that says how its arithmetic overflows.
#[derive(Debug, Clone, Copy)]
pub struct AnyWrapped<T, W> {
    integers: AnyInteger<T>,
    wrap: fn(T) -> W,
}

macro_rules! generate_wrapped {
    ($wrapper:ident: $($type:ty)*) => {
        $(
            impl Generate for $wrapper<$type> {
                type Generator = AnyWrapped<$type, Self>;

                fn generator() -> Self::Generator {
                    AnyWrapped {
                        integers: <$type>::generator(),
                        wrap: $wrapper,
                    }
                }
            }

            impl Draw for AnyWrapped<$type, $wrapper<$type>> {
                type Value = $wrapper<$type>;

                #[inline]
                fn draw_from(&self, source: &mut Source) -> Self::Value {
                    (self.wrap)(self.integers.draw_from(source))
                }

                fn encode(&self, value: &Self::Value, encoding: &mut Encoding) -> Encoded {
                    self.integers.encode(&value.0, encoding)
                }
            }

            impl Generator for AnyWrapped<$type, $wrapper<$type>> {}
        )*
    };
}
generate_wrapped!(Wrapping: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
generate_wrapped!(Saturating: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
