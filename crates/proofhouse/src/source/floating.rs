//! Rust's floating-point types, as far as a source needs to know them.

use std::fmt::Debug;

use proofhouse_choice::{Choice, Domain, Float, FloatDomain, FloatWidth, Nans};

use super::{Decider, Source, machine_source};

/// A floating-point type of Rust: `f32` or `f64`, and nothing else.
pub trait Floating: sealed::Sealed + Copy + PartialOrd + Debug + 'static {
    /// Infinity.
    const INFINITY: Self;
    /// Minus infinity.
    const NEG_INFINITY: Self;
    /// The greatest finite number.
    const MAX: Self;
    /// The smallest finite number.
    const MIN: Self;
    #[doc(hidden)]
    const WIDTH: FloatWidth;
    /// The next number below; minus infinity and NaNs stay.
    fn predecessor(self) -> Self;
    #[doc(hidden)]
    fn to_float(self) -> Float;
    #[doc(hidden)]
    fn from_float(value: Float) -> Option<Self>;
    /// The bits, in the low part of the word.
    #[doc(hidden)]
    fn to_word(self) -> u64;
    /// The number of the low bits.
    #[doc(hidden)]
    fn from_word(word: u64) -> Self;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! floating {
    ($type:ident, $bits:ident, $width:expr, $from_float:expr) => {
        impl sealed::Sealed for $type {}

        impl Floating for $type {
            const INFINITY: Self = <$type>::INFINITY;
            const NEG_INFINITY: Self = <$type>::NEG_INFINITY;
            const MAX: Self = <$type>::MAX;
            const MIN: Self = <$type>::MIN;
            const WIDTH: FloatWidth = $width;

            fn predecessor(self) -> Self {
                self.next_down()
            }

            fn to_float(self) -> Float {
                Float::from(self)
            }

            fn from_float(value: Float) -> Option<Self> {
                let from_float: fn(Float) -> Option<$bits> = $from_float;
                from_float(value).map(<$type>::from_bits)
            }

            #[inline]
            fn to_word(self) -> u64 {
                u64::from(self.to_bits())
            }

            #[inline]
            fn from_word(word: u64) -> Self {
                <$type>::from_bits(word as $bits)
            }
        }
    };
}

floating!(f32, u32, FloatWidth::Single, Float::to_single_bits);
floating!(f64, u64, FloatWidth::Double, |value| Some(value.to_bits()));

impl Source {
    /// Asks for a floating-point number from `minimum` to `maximum`, or one of `nans`. Whole numbers
    /// near 0 are the simplest. -0 is below 0, and only belongs to ranges that start at or below it.
    ///
    /// # Panics
    ///
    /// If there is no number in the range.
    #[inline]
    #[track_caller]
    pub fn choose_float<T: Floating>(&mut self, minimum: T, maximum: T, nans: Nans) -> T {
        let order = |bound: T| super::random_float::order(f64_of(bound));
        assert!(
            minimum <= maximum && order(minimum) <= order(maximum),
            "no number lies in an empty range"
        );
        let domain = || {
            let [minimum, maximum] = [minimum, maximum].map(T::to_float);
            Domain::Float(FloatDomain::new(T::WIDTH, minimum, maximum, nans))
        };
        let value = match &mut self.decider {
            Decider::Random(random) => {
                let (minimum, maximum) = (f64_of(minimum), f64_of(maximum));
                let drawn = if random.has_turn()
                    && let Some(constant) = random.constant_float(T::WIDTH, minimum, maximum)
                {
                    constant
                } else {
                    random.float(T::WIDTH, minimum, maximum, nans)
                };
                T::from_float(drawn).expect("it was drawn for this width")
            }
            Decider::Machine => return machine_source::float(minimum, maximum, nans),
            _ => match self.recall(domain()) {
                Choice::Float(value) => {
                    return T::from_float(value).expect("the domain is of this type");
                }
                other => unreachable!("{other:?} does not fit a domain of floats"),
            },
        };
        self.keep(|| (Choice::Float(value.to_float()), domain()));
        value
    }
}

fn f64_of<T: Floating>(value: T) -> f64 {
    f64::from_bits(value.to_float().to_bits())
}
