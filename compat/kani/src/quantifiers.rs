//! Quantifiers without a range. No loop ends over all numbers, so a path that meets one is unsupported.

use crate::harness::unsupported;

/// `forall!` without a range.
#[doc(hidden)]
pub fn forall(condition: impl Fn(usize) -> bool) -> bool {
    let _ = condition;
    unsupported("`kani::forall!` without a range; give it one: `|i in (0, 9)| ..`")
}

/// `exists!` without a range.
#[doc(hidden)]
pub fn exists(condition: impl Fn(usize) -> bool) -> bool {
    let _ = condition;
    unsupported("`kani::exists!` without a range; give it one: `|i in (0, 9)| ..`")
}
