//! Figures of Hypothesis on the challenge, recorded once elsewhere. It is a Python library and is
//! not run here; every report says so beside them.

use std::fmt;

/// Says what the figures are.
pub(crate) const NOTE: &str = "hypothesis (recorded): NOT measured in this run; published figures of \
    Hypothesis 6.170.15 over 20 seeds: minimal % / final answers / median executions";

/// One problem.
pub(crate) struct Recorded {
    pub(crate) problem: &'static str,
    minimal_percent: f64,
    answers: u64,
    executions: f64,
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            problem: _,
            minimal_percent,
            answers,
            executions,
        } = self;
        write!(f, "{minimal_percent} / {answers} / {executions}")
    }
}

/// In the order of the challenge.
pub(crate) const HYPOTHESIS: &[Recorded] = &[
    row("bound5", 80, 3, 244),
    row("large-union-list", 100, 1, 152),
    row("reverse", 100, 1, 9),
    row("calculator", 100, 1, 67),
    row("length-list", 100, 1, 100),
    row("difference-zero", 100, 1, 24),
    row("difference-small", 100, 1, 38),
    row("difference-one", 100, 1, 36),
    row("binary-heap", 75, 4, 48),
    row("coupling", 50, 11, 23),
    row("deletion", 100, 1, 8),
    row("distinct", 100, 1, 34),
    row("nested-lists", 100, 1, 133),
];

const fn row(problem: &'static str, minimal: u8, answers: u64, executions: u16) -> Recorded {
    let (minimal_percent, executions) = (minimal as f64, executions as f64);
    Recorded {
        problem,
        minimal_percent,
        answers,
        executions,
    }
}

/// Problems that always ended on a minimum.
pub(crate) fn always_minimal(all: &[Recorded]) -> f64 {
    all.iter()
        .filter(|recorded| recorded.minimal_percent >= 100.0)
        .count() as f64
}

/// Problems that always ended on the same answer.
pub(crate) fn one_answer(all: &[Recorded]) -> f64 {
    all.iter().filter(|recorded| recorded.answers == 1).count() as f64
}

/// The mean of the share of minimal answers.
pub(crate) fn mean_minimal(all: &[Recorded]) -> f64 {
    all.iter()
        .map(|recorded| recorded.minimal_percent)
        .sum::<f64>()
        / all.len() as f64
}

/// The sum of the median executions.
pub(crate) fn executions(all: &[Recorded]) -> f64 {
    all.iter().map(|recorded| recorded.executions).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_are_the_published_ones() {
        assert_eq!(executions(HYPOTHESIS), 916.0);
        assert_eq!(mean_minimal(HYPOTHESIS).round(), 93.0);
        assert_eq!(always_minimal(HYPOTHESIS), 10.0);
    }
}
