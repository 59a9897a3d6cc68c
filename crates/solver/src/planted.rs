//! Mistakes that are planted into the solver, to show that the checks notice them.
//!
//! A check that never failed has shown nothing. The tests here plant each mistake in turn and expect the
//! checks for it to fail; without one, the very same checks are ordinary tests that hold.
//!
//! # Invariants
//!
//! - Outside of this crate's own tests nothing can be planted: [`is_planted`] is constantly false there,
//!   and the compiler removes what depends on it.

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// A rewriting: the sign of a term is lost when it is extended to more than twice its width.
    SignLost,
    /// A rewriting that only wide terms meet: a shift by a constant forgets what crosses bit 64.
    ShiftCutAt64,
    /// A circuit: a shift looks only at the low bits of its amount.
    FarShiftWraps,
    /// A circuit: the carry into the highest bit of a sum is lost.
    CarryLost,
    /// The answer to another question is taken from the cache: one of the constraints is not compared.
    AnswerToAnotherQuestion,
    /// The values that are left for a symbol lose their largest one.
    DomainTooNarrow,
    /// A sum of bit-vectors is taken for the sum of their numbers, as if it never wrapped.
    SumNeverWraps,
}

#[cfg(not(test))]
pub(crate) const fn is_planted(_: Mistake) -> bool {
    false
}

#[cfg(test)]
thread_local! {
    static PLANTED: std::cell::Cell<Option<Mistake>> = const { std::cell::Cell::new(None) };
}

#[cfg(test)]
pub(crate) fn is_planted(mistake: Mistake) -> bool {
    PLANTED.get() == Some(mistake)
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::{blast, rewrite, solver};

    /// Whether a check fails with a mistake, which is taken out again.
    fn is_noticed(mistake: Mistake, check: fn()) -> bool {
        PLANTED.set(Some(mistake));
        let outcome = catch_unwind(AssertUnwindSafe(check));
        PLANTED.set(None);
        outcome.is_err()
    }

    const REWRITING: fn() = rewrite::tests::constructors_agree_with_values;
    const REWRITING_OF_ALL_VALUES: fn() =
        rewrite::tests::constructors_agree_with_all_values_of_small_symbols;
    const CIRCUITS: fn() = blast::tests::circuits_agree_with_evaluation_on_all_small_operands;
    const DECISIONS: fn() = solver::tests::decisions_agree_with_brute_force;

    #[test]
    fn an_unsound_rewriting_is_noticed() {
        assert!(is_noticed(Mistake::SignLost, REWRITING));
        assert!(is_noticed(Mistake::SignLost, REWRITING_OF_ALL_VALUES));
        assert!(is_noticed(Mistake::ShiftCutAt64, REWRITING));
        // Small values can't show what happens to wide terms; hence both checks.
        assert!(!is_noticed(Mistake::ShiftCutAt64, REWRITING_OF_ALL_VALUES));
    }

    #[test]
    fn an_unsound_circuit_is_noticed() {
        for mistake in [Mistake::FarShiftWraps, Mistake::CarryLost] {
            assert!(is_noticed(mistake, CIRCUITS), "{mistake:?}");
        }
        // A model that the evaluator does not confirm is not believed either.
        assert!(is_noticed(Mistake::CarryLost, DECISIONS));
    }

    #[test]
    fn a_wrong_answer_from_the_cache_is_noticed() {
        assert!(is_noticed(Mistake::AnswerToAnotherQuestion, DECISIONS));
    }

    #[test]
    fn a_sum_that_wraps_unseen_is_noticed() {
        assert!(is_noticed(
            Mistake::SumNeverWraps,
            solver::sums_that_can_be_are_never_impossible
        ));
    }

    #[test]
    fn a_value_too_few_is_noticed() {
        assert!(is_noticed(Mistake::DomainTooNarrow, DECISIONS));
    }
}
