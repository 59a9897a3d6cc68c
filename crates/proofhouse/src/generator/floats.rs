//! Floating-point numbers.

use std::marker::PhantomData;

use proofhouse_choice::Nans;

use super::{Draw, Generate, Generator};
use crate::source::Floating;
use crate::{Encoded, Encoding, Source};

/// The generator of every floating-point number; 0 is the simplest, and whole numbers near it. See
/// [`AnyFloat::finite`] and the methods beside it for a part of them, or draw from a range.
///
/// ```
/// use proofhouse::prelude::*;
///
/// /// Halving is undone by doubling, unless the number is so small that bits get lost.
/// #[property]
/// fn prop_half(#[from(any::<f64>().finite())] number: f64) {
///     assume!(number == 0.0 || number.abs() >= 2.0 * f64::MIN_POSITIVE);
///     assert_eq!(number / 2.0 * 2.0, number);
/// }
/// # fn main() {}
/// ```
#[derive(Debug, Clone, Copy)]
pub struct AnyFloat<T> {
    is_finite: bool,
    nans: Nans,
    width: PhantomData<T>,
}

impl<T: Floating> AnyFloat<T> {
    /// Neither infinities nor NaNs.
    #[must_use]
    pub const fn finite(self) -> Self {
        Self {
            is_finite: true,
            nans: Nans::None,
            ..self
        }
    }

    /// Infinities, but no NaN.
    #[must_use]
    pub const fn without_nan(self) -> Self {
        Self {
            nans: Nans::None,
            ..self
        }
    }

    /// Besides the usual NaN those of all signs and payloads, signalling ones included.
    #[must_use]
    pub const fn with_nan_payloads(self) -> Self {
        Self {
            nans: Nans::All,
            ..self
        }
    }
}

impl<T: Floating> AnyFloat<T> {
    /// The smallest and the greatest number.
    #[inline]
    fn ends(&self) -> (T, T) {
        if self.is_finite {
            (T::MIN, T::MAX)
        } else {
            (T::NEG_INFINITY, T::INFINITY)
        }
    }
}

impl<T: Floating> Draw for AnyFloat<T> {
    type Value = T;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> T {
        let (minimum, maximum) = self.ends();
        source.choose_float(minimum, maximum, self.nans)
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        let (minimum, maximum) = self.ends();
        encoding.float(*value, minimum, maximum, self.nans)
    }
}

impl<T: Floating> Generator for AnyFloat<T> {}

macro_rules! generate_floats {
    ($($type:ty)*) => {
        $(impl Generate for $type {
            type Generator = AnyFloat<$type>;

            #[inline]
            fn generator() -> Self::Generator {
                AnyFloat {
                    is_finite: false,
                    nans: Nans::One,
                    width: PhantomData,
                }
            }
        })*
    };
}
generate_floats!(f32 f64);
