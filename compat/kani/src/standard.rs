//! `Arbitrary` for types of `alloc` and `std`.

use std::time::Duration;

use crate::choose::assume;
use crate::{Arbitrary, any};

impl<T: Arbitrary> Arbitrary for Box<T> {
    fn any() -> Self {
        Self::new(T::any())
    }
}

impl Arbitrary for Duration {
    fn any() -> Self {
        const NANOSECONDS_OF_A_SECOND: u32 = 1_000_000_000;
        let seconds = any();
        let nanoseconds = any();
        assume(nanoseconds < NANOSECONDS_OF_A_SECOND);
        Self::new(seconds, nanoseconds)
    }
}
