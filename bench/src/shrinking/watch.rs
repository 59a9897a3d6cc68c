//! The property under watch: it counts its calls and takes its own time.
//!
//! Some libraries accept only plain functions, so the watch is kept on the thread; all libraries
//! call the property on the thread that started them.
//!
//! # Invariants
//!
//! - Nothing is measured before the first failure: finding it is not shrinking.
//! - Keeping a copy of the last failing input counts as the property's time, not the engine's.

use std::any::Any;
use std::cell::RefCell;
use std::hint::black_box;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;

use super::outcome::Outcome;
use super::problem::{Judgement, Problem};

#[derive(Default)]
struct Watch {
    /// When the first failure was seen.
    since: Option<ProcessTime>,
    executions: u64,
    in_property: Duration,
    last_failing: Option<Box<dyn Any>>,
}

thread_local! {
    static WATCH: RefCell<Watch> = RefCell::default();
}

/// Begins a run.
pub(crate) fn start() {
    WATCH.take();
}

/// The property of `P`.
pub(crate) fn judge<P: Problem>(input: &P::Input) -> Judgement {
    WATCH.with_borrow_mut(|watch| {
        if watch.since.is_none() {
            let judgement = P::judge(black_box(input));
            if judgement == Judgement::Fails {
                watch.last_failing = Some(Box::new(input.clone()));
                watch.since = Some(ProcessTime::now());
            }
            return judgement;
        }
        let start = Instant::now();
        watch.executions += 1;
        let judgement = P::judge(black_box(input));
        if judgement == Judgement::Fails {
            watch.last_failing = Some(Box::new(input.clone()));
        }
        watch.in_property += start.elapsed();
        judgement
    })
}

/// Ends a run that the library says ended on `answer`; without one, on the last failing input.
pub(crate) fn finish<P: Problem>(answer: Option<P::Input>) -> Option<Outcome> {
    let watch = WATCH.take();
    let engine = watch.since?.elapsed().saturating_sub(watch.in_property);
    let last_failing = watch.last_failing.expect("the first failure was kept");
    let answer = answer.unwrap_or_else(|| {
        *last_failing
            .downcast()
            .expect("a run has inputs of one problem")
    });
    assert_eq!(
        P::judge(&answer),
        Judgement::Fails,
        "{}: {answer:?} is no failure",
        P::NAME
    );
    Some(Outcome {
        executions: watch.executions,
        engine,
        is_minimal: P::is_minimal(&answer),
        answer: format!("{answer:?}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shrinking::challenge::Reverse;

    #[test]
    fn executions_count_from_the_first_failure_on() {
        start();
        for input in [vec![], vec![7], vec![1, 2], vec![3], vec![0, 1], vec![4, 4]] {
            judge::<Reverse>(&input);
        }
        let outcome = finish::<Reverse>(None).unwrap();
        assert_eq!((outcome.executions, &*outcome.answer), (3, "[0, 1]"));
        assert!(outcome.is_minimal);
        start();
        judge::<Reverse>(&vec![]);
        assert_eq!(finish::<Reverse>(None), None);
    }

    #[test]
    #[should_panic(expected = "is no failure")]
    fn an_answer_that_does_not_fail_is_refused() {
        start();
        judge::<Reverse>(&vec![1, 2]);
        finish::<Reverse>(Some(vec![]));
    }
}
