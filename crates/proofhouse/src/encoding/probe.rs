//! Whether a value can be cloned or compared, asked where its type is known.
//!
//! A derived generator must not demand more of a type's fields than drawing needs. But to encode a
//! field whose generator mentions an earlier one, that one has to be cloned, and a field with a
//! fixed value has to be compared with it. So the generated code calls a method that two traits
//! offer. The first needs the ability; if it is missing, the compiler goes on to the second, which is
//! there for one reference more and gives up.
//!
//! # Source
//!
//! Method lookup tries receivers by the number of references taken (Rust Reference, "Method-call
//! expressions"); using that to choose an implementation is known as autoref specialization.

/// A value that is looked at.
#[doc(hidden)]
#[derive(Debug)]
pub struct Held<'a, T>(pub &'a T);

/// The answer of types that can be cloned.
#[doc(hidden)]
pub trait Clonable<T> {
    fn cloned(&self) -> Option<T>;
}

impl<T: Clone> Clonable<T> for Held<'_, T> {
    fn cloned(&self) -> Option<T> {
        Some(self.0.clone())
    }
}

/// The answer of all others.
#[doc(hidden)]
pub trait NotClonable<T> {
    fn cloned(&self) -> Option<T>;
}

impl<T> NotClonable<T> for &Held<'_, T> {
    fn cloned(&self) -> Option<T> {
        None
    }
}

/// The answer of types that can be compared.
#[doc(hidden)]
pub trait Comparable<T> {
    fn is_equal(&self, other: &T) -> Option<bool>;
}

impl<T: PartialEq> Comparable<T> for Held<'_, T> {
    fn is_equal(&self, other: &T) -> Option<bool> {
        Some(self.0 == other)
    }
}

/// The answer of all others.
#[doc(hidden)]
pub trait NotComparable<T> {
    fn is_equal(&self, other: &T) -> Option<bool>;
}

impl<T> NotComparable<T> for &Held<'_, T> {
    fn is_equal(&self, _: &T) -> Option<bool> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Bare;

    #[test]
    #[expect(clippy::needless_borrow, reason = "the reference is what it is about")]
    fn abilities_are_found_where_they_are() {
        assert_eq!((&Held(&5)).cloned(), Some(5));
        assert_eq!((&Held(&5)).is_equal(&5), Some(true));
        assert_eq!((&Held(&5)).is_equal(&6), Some(false));
        assert!((&Held(&Bare)).cloned().is_none());
        assert_eq!((&Held(&Bare)).is_equal(&Bare), None);
    }
}
