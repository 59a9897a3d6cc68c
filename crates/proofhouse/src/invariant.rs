//! Which states of a type make sense, and any one of them.
//!
//! # Not here
//!
//! That operations keep it so: `#[keeps_invariant]` writes one property for each.

use crate::generator::{Generate, Generator, any};

/// A type of whose values only some make sense.
///
/// ```
/// use proofhouse::prelude::*;
///
/// #[derive(Debug, Clone, Generate)]
/// struct Window {
///     first: u16,
///     end: u16,
/// }
///
/// impl Invariant for Window {
///     fn is_well_formed(&self) -> bool {
///         self.first <= self.end
///     }
/// }
///
/// #[property]
/// fn a_window_has_a_length(#[from(well_formed())] window: Window) {
///     assert!(window.end.checked_sub(window.first).is_some());
/// }
/// # fn main() {}
/// ```
pub trait Invariant {
    /// Whether this value makes sense. It may look at every field, and at ghosts: fields that are there
    /// for it alone, behind `#[cfg(test)]`.
    fn is_well_formed(&self) -> bool;
}

/// Any value that makes sense: the type's generator, and of its values those that are well-formed.
///
/// In a proof that is an assumption and costs nothing. Natively most values of some types are rejected;
/// a generator of one's own, that derives what is not free, is worth writing then.
pub fn well_formed<T: Generate + Invariant>() -> impl Generator<Value = T> {
    any::<T>().filter(T::is_well_formed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Proof, Verdict};
    use crate::prelude::Generate;
    use crate::{Run, RunEngine};

    #[derive(Debug, Clone, Generate)]
    struct Window {
        #[from(0..16)]
        first: u8,
        #[from(0..16)]
        end: u8,
    }

    impl Invariant for Window {
        fn is_well_formed(&self) -> bool {
            self.first <= self.end
        }
    }

    #[test]
    fn exactly_the_values_that_make_sense_are_drawn() {
        let run = Run::new().engine(RunEngine::Exhaustive);
        let outcome = run.check(well_formed::<Window>(), |window| {
            assert!(window.first <= window.end);
        });
        // Of 256, those with the first above the end are none: 16 * 15 / 2 of them.
        let proof = Proof::AllInputs { inputs: 136 };
        assert_eq!(outcome.verdict, Verdict::Proved { proof });
    }
}
