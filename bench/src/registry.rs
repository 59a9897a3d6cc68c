//! All benchmarks by name.

use crate::error::BenchError;
use crate::report::Report;
use crate::{
    dependencies, expressions, generation, machine, proofs, questions, shrinking, subjects,
};

/// One benchmark.
pub(crate) struct Benchmark {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn(&Effort) -> Result<Report, BenchError>,
}

/// In the order in which they are listed.
pub(crate) const BENCHMARKS: &[Benchmark] = &[
    generation::BENCHMARK,
    expressions::BENCHMARK,
    shrinking::BENCHMARK,
    dependencies::BENCHMARK,
    machine::BENCHMARK,
    proofs::BENCHMARK,
    questions::BENCHMARK,
    subjects::BENCHMARK,
];

/// The benchmark of this name.
pub(crate) fn find(name: &str) -> Option<&'static Benchmark> {
    BENCHMARKS.iter().find(|benchmark| benchmark.name == name)
}

/// How much work the figures are worth.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// Interleaved rounds, of which the median counts.
    pub(crate) rounds: usize,
    /// Processor time of one library in one round.
    pub(crate) round_ms: u64,
    /// Seeds for everything that depends on luck.
    pub(crate) seeds: u64,
}

impl Effort {
    /// For figures to be quoted.
    pub(crate) const FULL: Self = Self {
        rounds: 15,
        round_ms: 100,
        seeds: 50,
    };
    /// To see that it runs.
    pub(crate) const QUICK: Self = Self {
        rounds: 3,
        round_ms: 20,
        seeds: 5,
    };
}
