//! What a shrinking problem is: a property, its accepted minimum, and its inputs in the words of
//! each library.

use std::fmt::Debug;

use proofhouse::Draw;
use proptest::strategy::Strategy;

use super::libraries::{self, Library};
use super::outcome::Run;

/// What a property says of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// The property holds.
    Holds,
    /// It does not.
    Fails,
    /// The input is not of the domain; it doesn't count.
    Rejected,
}

impl Judgement {
    /// Fails when `condition` is true.
    pub(crate) fn fails_if(condition: bool) -> Self {
        if condition { Self::Fails } else { Self::Holds }
    }
}

/// A property that does not hold.
pub(crate) trait Problem: 'static {
    /// What it is about.
    type Input: Clone + Debug + 'static;
    /// In kebab case.
    const NAME: &'static str;
    /// One clause.
    const FAILS_WHEN: &'static str;
    /// The accepted minimum, or minima.
    const MINIMUM: &'static str;

    /// The property.
    fn judge(input: &Self::Input) -> Judgement;

    /// Whether a failing input is an accepted minimum.
    fn is_minimal(input: &Self::Input) -> bool;

    /// Inputs for us.
    fn proofhouse() -> impl Draw<Value = Self::Input>;

    /// Inputs for proptest.
    fn proptest() -> impl Strategy<Value = Self::Input>;

    /// The whole run with quickcheck, for problems whose inputs it can draw.
    fn quickcheck(seed: u64) -> Option<Run> {
        let _ = seed;
        None
    }

    /// An input for Hegel.
    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input;
}

/// A problem without its type.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) fails_when: &'static str,
    pub(crate) minimum: &'static str,
    /// Runs a library with a seed; `None` when it can't draw the inputs.
    pub(crate) run: fn(Library, u64) -> Option<Run>,
    /// Which inputs fail and are minimal, of those that a library draws; for tests.
    #[cfg(test)]
    pub(crate) check: fn(),
}

impl Entry {
    /// The entry of a problem.
    pub(crate) const fn of<P: Problem>() -> Self {
        Self {
            name: P::NAME,
            fails_when: P::FAILS_WHEN,
            minimum: P::MINIMUM,
            run: libraries::run::<P>,
            #[cfg(test)]
            check: tests::check::<P>,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

    use super::*;

    const INPUTS: u32 = 6_000;

    /// A minimum is rare and failing is possible, but not usual enough to be trivial.
    pub(super) fn check<P: Problem>() {
        let config = Config {
            max_local_rejects: u32::MAX,
            ..Config::default()
        };
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut runner = TestRunner::new_with_rng(config, rng);
        let strategy = P::proptest();
        let (mut failing, mut minimal) = (0, 0);
        for _ in 0..INPUTS {
            let input = strategy.new_tree(&mut runner).unwrap().current();
            if P::judge(&input) == Judgement::Fails {
                failing += 1;
                minimal += u32::from(P::is_minimal(&input));
            }
        }
        assert!(
            failing > 3,
            "{} fails on {failing} of {INPUTS} inputs",
            P::NAME
        );
        assert!(
            minimal <= failing / 4,
            "{}: {minimal} of {failing} are minimal",
            P::NAME
        );
    }
}
