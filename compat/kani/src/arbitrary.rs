//! Types of which every valid value can be chosen: the trait, and the types of `core`.

use std::cmp::Ordering;
use std::marker::{PhantomData, PhantomPinned};
use std::mem::MaybeUninit;
use std::num::{NonZero, Wrapping};
use std::ops::{Bound, Range, RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};

use crate::choose::{assume, leaf, variant};

/// A type of which [`any`](crate::any) can make every valid value.
pub trait Arbitrary: Sized {
    /// Any value.
    fn any() -> Self;

    /// Any array of values.
    #[must_use]
    fn any_array<const LENGTH: usize>() -> [Self; LENGTH] {
        std::array::from_fn(|_| Self::any())
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {
        $(impl Arbitrary for $integer {
            #[inline]
            fn any() -> Self {
                leaf(|source| source.choose_integer(<$integer>::MIN, <$integer>::MAX, 0))
            }
        }

        impl Arbitrary for NonZero<$integer> {
            fn any() -> Self {
                let value = <$integer>::any();
                assume(value != 0);
                Self::new(value).expect("0 was assumed away")
            }
        })*
    };
}

integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

macro_rules! floats {
    ($($float:ty)*) => {
        $(impl Arbitrary for $float {
            fn any() -> Self {
                leaf(|source| source.draw(proofhouse::any::<$float>().with_nan_payloads()))
            }
        })*
    };
}

floats!(f32 f64);

impl Arbitrary for bool {
    #[inline]
    fn any() -> Self {
        leaf(|source| source.draw(proofhouse::any::<bool>()))
    }
}

impl Arbitrary for char {
    fn any() -> Self {
        leaf(|source| source.draw(proofhouse::any::<char>()))
    }
}

impl Arbitrary for () {
    fn any() -> Self {}
}

impl Arbitrary for Ordering {
    fn any() -> Self {
        match variant(3) {
            0 => Self::Less,
            1 => Self::Equal,
            _ => Self::Greater,
        }
    }
}

impl<T: Arbitrary, const N: usize> Arbitrary for [T; N] {
    fn any() -> Self {
        T::any_array::<N>()
    }
}

impl<T: Arbitrary> Arbitrary for Wrapping<T> {
    fn any() -> Self {
        Self(T::any())
    }
}

impl<T: Arbitrary> Arbitrary for Option<T> {
    fn any() -> Self {
        bool::any().then(T::any)
    }
}

impl<T: Arbitrary, E: Arbitrary> Arbitrary for Result<T, E> {
    fn any() -> Self {
        if bool::any() {
            Ok(T::any())
        } else {
            Err(E::any())
        }
    }
}

impl<T: ?Sized> Arbitrary for PhantomData<T> {
    fn any() -> Self {
        Self
    }
}

impl Arbitrary for PhantomPinned {
    fn any() -> Self {
        Self
    }
}

impl<T: Arbitrary> Arbitrary for MaybeUninit<T> {
    fn any() -> Self {
        if bool::any() {
            Self::new(T::any())
        } else {
            Self::uninit()
        }
    }
}

impl<T: Arbitrary> Arbitrary for Bound<T> {
    fn any() -> Self {
        match variant(3) {
            0 => Self::Included(T::any()),
            1 => Self::Excluded(T::any()),
            _ => Self::Unbounded,
        }
    }
}

impl<T: Arbitrary> Arbitrary for Range<T> {
    fn any() -> Self {
        T::any()..T::any()
    }
}

impl<T: Arbitrary> Arbitrary for RangeInclusive<T> {
    fn any() -> Self {
        T::any()..=T::any()
    }
}

impl<T: Arbitrary> Arbitrary for RangeFrom<T> {
    fn any() -> Self {
        T::any()..
    }
}

impl<T: Arbitrary> Arbitrary for RangeTo<T> {
    fn any() -> Self {
        ..T::any()
    }
}

impl<T: Arbitrary> Arbitrary for RangeToInclusive<T> {
    fn any() -> Self {
        ..=T::any()
    }
}

macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        impl<$first: Arbitrary, $($rest: Arbitrary),*> Arbitrary for ($first, $($rest,)*) {
            fn any() -> Self {
                ($first::any(), $($rest::any(),)*)
            }
        }
        tuples!($($rest)*);
    };
    () => {};
}

tuples!(A B C D E F G H I J K L);
