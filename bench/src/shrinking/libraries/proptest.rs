//! proptest on a problem.

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use super::super::outcome::Run;
use super::super::problem::{Judgement, Problem};
use super::super::watch;
use super::CASES_MAX;

/// Iterations of shrinking that are allowed; the default is 4 for each case asked for.
const SHRINK_ITERATIONS_MAX: u32 = 50_000;

pub(super) fn run<P: Problem>(seed: u64) -> Run {
    let config = Config {
        cases: CASES_MAX,
        max_shrink_iters: SHRINK_ITERATIONS_MAX,
        max_local_rejects: u32::MAX,
        max_global_rejects: u32::MAX,
        failure_persistence: None,
        verbose: 0,
        ..Config::default()
    };
    let mut seed_bytes = [0; 32];
    seed_bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed_bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);
    watch::start();
    let result = runner.run(&P::proptest(), |input| match watch::judge::<P>(&input) {
        Judgement::Holds => Ok(()),
        Judgement::Fails => Err(TestCaseError::fail("the property fails")),
        Judgement::Rejected => Err(TestCaseError::reject("not of the domain")),
    });
    match result {
        Err(TestError::Fail(_, input)) => watch::finish::<P>(Some(input)),
        Ok(()) | Err(TestError::Abort(_)) => None,
    }
}
