//! Values of types that implement `arbitrary::Arbitrary`.
//!
//! Such a type makes a value of bytes. Here the bytes are one choice: random, and shrunk towards
//! few and zero, which gives most types their smallest values. A type's own generator does better,
//! because its choices mean something; this is for types that have no other.

use std::fmt;
use std::marker::PhantomData;

use arbitrary::{Arbitrary, Unstructured};

use super::{Draw, Generator, Sizes};
use crate::{EncodeError, Encoded, Encoding, Source};

/// See [`arbitrary()`].
pub struct AnyArbitrary<T>(PhantomData<fn() -> T>);

/// The values that a type makes of bytes by its implementation of `arbitrary::Arbitrary`. Bytes that
/// it does not accept reject the case.
///
/// ```
/// use proofhouse::prelude::*;
///
/// /// A pair that comes from elsewhere.
/// #[property]
/// fn prop_pair(#[from(arbitrary())] pair: (u8, Option<char>)) {
///     assert!(pair.1.is_none() || pair.0 < 255 || pair.0 == 255);
/// }
/// # fn main() {}
/// ```
///
/// Needs the feature `arbitrary`.
pub fn arbitrary<T: for<'a> Arbitrary<'a>>() -> AnyArbitrary<T> {
    AnyArbitrary(PhantomData)
}

impl<T: for<'a> Arbitrary<'a>> Draw for AnyArbitrary<T> {
    type Value = T;

    fn draw_from(&self, source: &mut Source) -> T {
        // A recursive type has no hint.
        let (minimum, maximum) = T::try_size_hint(0).unwrap_or((0, None));
        let maximum = maximum.unwrap_or(Sizes::ANY.maximum());
        let bytes = source.choose_bytes(minimum, maximum.max(minimum));
        match T::arbitrary(&mut Unstructured::new(&bytes)) {
            Ok(value) => value,
            Err(_) => source.reject(),
        }
    }

    /// `Arbitrary` has no way back.
    fn encode(&self, _: &T, _: &mut Encoding) -> Encoded {
        let generator = "arbitrary";
        Err(EncodeError::NotInvertible { generator })
    }
}

impl<T> Clone for AnyArbitrary<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for AnyArbitrary<T> {}

impl<T> fmt::Debug for AnyArbitrary<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnyArbitrary")
    }
}

impl<T: for<'a> Arbitrary<'a>> Generator for AnyArbitrary<T> {}

#[cfg(test)]
mod tests {
    use proofhouse_choice::Choice;

    use super::*;
    use crate::case_context::{CaseEnd, run_case};
    use crate::property::CaseOutcome;

    type Sample = (u16, bool, Option<u8>, Vec<u8>, String);

    #[test]
    fn values_are_made_of_one_choice() {
        let mut lengths = Vec::new();
        for index in 1..500 {
            let mut source = Source::random(2, index).recording();
            let value: Sample = source.draw(arbitrary());
            let choices = source.finish().record.choices();
            assert!(matches!(&choices[..], [Choice::Bytes(_)]));
            let again: Sample = Source::replay(choices).draw(arbitrary());
            assert_eq!(again, value);
            lengths.push(value.3.len());
        }
        assert!(lengths.contains(&0) && lengths.iter().any(|length| *length > 8));
        let simplest: Sample = Source::replay(Vec::new()).draw(arbitrary());
        assert_eq!(simplest, Sample::default());
    }

    #[derive(Debug)]
    struct Picky;

    impl<'a> Arbitrary<'a> for Picky {
        fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
            match u8::arbitrary(bytes)? {
                7 => Ok(Self),
                _ => Err(arbitrary::Error::IncorrectFormat),
            }
        }
    }

    #[test]
    fn bytes_that_are_not_accepted_reject_the_case() {
        let run = |byte: u8| {
            let mut source = Source::replay(vec![Choice::Bytes(vec![byte])]);
            run_case(|| {
                let Picky = source.draw(arbitrary());
                CaseOutcome::Held
            })
        };
        assert_eq!(run(7), CaseEnd::Held);
        assert_eq!(run(8), CaseEnd::Rejected);
    }
}
