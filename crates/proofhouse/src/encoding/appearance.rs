//! Whether two values are the same as far as anybody can see.
//!
//! Given values (`just`, `select`, `sample`, `subset`) are found again by what `Debug` writes of them.
//! Everything that a property is about is shown by it anyway, while many types have no `PartialEq`; and
//! it tells apart what equality does not (`-0.0` from `0.0`) and holds equal what equality does not (a
//! NaN and itself).
//!
//! # Invariants
//!
//! - A value looks like its clone, unless its `Debug` tells where it lies.
//!
//! # Not here
//!
//! What `Debug` leaves out, and orders that differ between equal values, as in two hash maps. Of values
//! that look alike the first is taken, and one that looks different is refused.

use std::fmt::Debug;

/// Whether two values look alike. Behind a pointer, so that it is compiled once.
pub(crate) fn look_alike(left: &dyn Debug, right: &dyn Debug) -> bool {
    format!("{left:?}") == format!("{right:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone)]
    #[expect(dead_code, reason = "it is only shown")]
    struct Opaque(&'static str);

    #[test]
    fn what_is_shown_decides() {
        assert!(look_alike(&Opaque("a"), &Opaque("a").clone()));
        assert!(!look_alike(&Opaque("a"), &Opaque("b")));
        assert!(look_alike(&f64::NAN, &f64::NAN));
        assert!(!look_alike(&0.0, &-0.0));
        assert!(!look_alike(&1, &"1"));
    }
}
