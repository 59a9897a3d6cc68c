//! `Arbitrary` for types of `alloc` and `std`.

use std::time::Duration;

use crate::choose::up_to;
use crate::{Arbitrary, any};

impl<T: Arbitrary> Arbitrary for Box<T> {
    fn any() -> Self {
        Self::new(T::any())
    }
}

impl Arbitrary for Duration {
    fn any() -> Self {
        const NANOSECONDS_MAX: usize = 999_999_999;
        let nanoseconds = u32::try_from(up_to(NANOSECONDS_MAX)).expect("it is below 2^32");
        Self::new(any(), nanoseconds)
    }
}
