//! Time that this process spent computing, and what to make of several measurements.
//!
//! Other programs share the machine, so a wall clock would measure them too. Processor time of the
//! whole process is fair to libraries that start threads.
//!
//! # Invariants
//!
//! - A median is one of the measured values or the mean of the two in the middle.
//!
//! # Not here
//!
//! The time of child processes; see `dependencies`.

use std::time::Duration;

use cpu_time::ProcessTime;

/// The processor time that `work` takes, and what it returns.
pub(crate) fn measure<R>(work: impl FnOnce() -> R) -> (Duration, R) {
    let start = ProcessTime::now();
    let result = work();
    (start.elapsed(), result)
}

/// The value in the middle; 0 when there is none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle_whatever_the_order() {
        assert_eq!(median(&[]), 0.0);
        assert_eq!(median(&[7.0]), 7.0);
        assert_eq!(median(&[9.0, 1.0, 4.0]), 4.0);
        assert_eq!(median(&[9.0, 1.0, 4.0, 5.0]), 4.5);
    }

    #[test]
    fn work_takes_time_and_waiting_does_not() {
        let (waited, ()) = measure(|| std::thread::park_timeout(Duration::from_millis(1)));
        let (worked, sum) = measure(|| (0..3_000_000u64).map(std::hint::black_box).sum::<u64>());
        assert_eq!(sum, 4_499_998_500_000);
        assert!(waited < worked, "waited {waited:?}, worked {worked:?}");
    }
}
