//! Failures of other origins, after the first one was found.
//!
//! A property often has more than one way to fail, and who learns of all at once repairs them at
//! once. Shrinking meets some of the others, but only those near its way down. So the search goes on
//! where it stopped, over the cases that it had left, and passes by what fails as something known
//! does.
//!
//! # Invariants
//!
//! - The first failure was told before: nobody waits for the others to see it.
//! - No failure is reported that was not confirmed, and no two of the same origin.
//! - No more than [`CASES_MAX`] further cases run, none begins after [`TIME_MAX`], and never more than
//!   the search itself would have run.
//!
//! # Not here
//!
//! Labels and targets: what is counted is what ran until the first failure.
//!
//! # Source
//!
//! `report_multiple_bugs` of Hypothesis, which goes on for at most 1,000 cases, too.

use std::time::{Duration, Instant};

use proofhouse_choice::Odometer;
use proofhouse_evidence::{Argument, Failure};

use super::random::{RandomPlan, source_of};
use super::{Confirmed, Failing, Hunt, has_same_origin};
use crate::case_context::CaseEnd;
use crate::source::Source;

/// So many cases are tried after the first failure.
const CASES_MAX: u64 = 1_000;

/// A person who has seen one failure waits no longer than this for others.
const TIME_MAX: Duration = Duration::from_secs(1);

/// Where a search stopped.
pub(super) enum Unfinished {
    Random {
        plan: RandomPlan,
        /// The number of the next random case.
        next: u64,
        /// How many cases it had left.
        left: u64,
        deadline: Option<Instant>,
    },
    Exhaustive {
        /// At the case that failed.
        odometer: Odometer,
        left: u64,
    },
}

/// A failure with its arguments, as far as they are known before shrinking.
pub(crate) type Seen = (Failing, Vec<Argument>);

impl Hunt<'_> {
    /// Failures of other origins than `first`, from the rest of the search that found it.
    pub(crate) fn other_failures(&mut self, first: &Failing) -> Vec<Seen> {
        let mut deadline = Instant::now() + TIME_MAX;
        let mut others = Vec::new();
        self.first_after = Some(self.statistics.generated);
        match self.unfinished.take() {
            None => {}
            Some(Unfinished::Random {
                plan,
                next,
                left,
                deadline: of_search,
            }) => {
                deadline = of_search.map_or(deadline, |of_search| deadline.min(of_search));
                for number in next..next.saturating_add(left.min(CASES_MAX)) {
                    if self.is_enough(&others, deadline) {
                        break;
                    }
                    let source = || source_of(plan, None, number);
                    // Only a record has a limit on how long a case may become.
                    let end = self.trial(source().recording()).0;
                    if let Some(failure) = self.news(end, first, &others) {
                        let confirmed = self.confirm(failure, source()).0;
                        self.keep(confirmed, &mut others);
                    }
                }
            }
            Some(Unfinished::Exhaustive { mut odometer, left }) => {
                for _ in 0..left.min(CASES_MAX) {
                    if self.is_enough(&others, deadline) || !odometer.advance() {
                        break;
                    }
                    let (end, finished) = self.trial(Source::odometer(odometer));
                    odometer = finished.odometer.expect("an odometer went in");
                    if let Some(failure) = self.news(end, first, &others) {
                        odometer.rewind();
                        let (confirmed, back) = self.confirm(failure, Source::odometer(odometer));
                        odometer = back.expect("an odometer went in");
                        self.keep(confirmed, &mut others);
                    }
                    // It has nothing more to say of inputs that depend on something else.
                    if odometer.has_diverged() {
                        break;
                    }
                }
            }
        }
        others
    }

    fn is_enough(&self, others: &[Seen], deadline: Instant) -> bool {
        others.len() + 1 >= self.failures_max || Instant::now() >= deadline
    }

    /// Counts a case, and gives its failure if none of that origin is known.
    fn news(&mut self, end: CaseEnd, first: &Failing, others: &[Seen]) -> Option<Failure> {
        self.statistics.discarded += u64::from(end == CaseEnd::Rejected);
        self.statistics.generated += u64::from(end != CaseEnd::Rejected);
        let CaseEnd::Failed(failure) = end else {
            return None;
        };
        let others = others.iter().map(|(failing, _)| failing);
        let mut known = [first].into_iter().chain(others);
        let is_known = known.any(|known| has_same_origin(&known.failure, &failure));
        (!is_known).then_some(failure)
    }

    /// Keeps what failed each time. What did not is told if it is the first of its kind.
    fn keep(&mut self, confirmed: Confirmed, others: &mut Vec<Seen>) {
        match confirmed {
            Confirmed::Fails(failing) => others.push((failing, self.first_seen.clone())),
            Confirmed::Flaky(flaky) => {
                self.flaky.get_or_insert(flaky);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::any;
    use crate::hunt::Search;
    use crate::property::CaseOutcome;

    /// The messages of all failures that a search finds, and how many cases ran.
    fn found(
        failures_max: usize,
        body: fn(&mut Source),
        search: fn(&mut Hunt<'_>) -> Search,
    ) -> (Vec<String>, u64) {
        let mut case = |source: &mut Source| {
            body(source);
            CaseOutcome::Held
        };
        let mut hunt = Hunt::new(&mut case).finding_at_most(failures_max);
        let Search::Failed(first) = search(&mut hunt) else {
            return (Vec::new(), hunt.statistics.generated);
        };
        let others = hunt.other_failures(&first);
        let mut messages: Vec<String> = [first]
            .into_iter()
            .chain(others.into_iter().map(|(failing, _)| failing))
            .map(|failing| failing.failure.message)
            .collect();
        messages.sort();
        (messages, hunt.statistics.generated)
    }

    fn random(hunt: &mut Hunt<'_>) -> Search {
        hunt.random(RandomPlan {
            seed: 1,
            cases: 500,
            time_max: None,
            pool: None,
        })
    }

    /// Three origins, none of which shrinks to another.
    fn three_ways(source: &mut Source) {
        let (way, number) = source.draw((0..8u8, 0..2_000u16));
        match way {
            5 => assert!(number < 9, "first"),
            6 => assert!(number < 99, "second"),
            7 => assert!(number < 999, "third"),
            _ => {}
        }
    }

    #[test]
    fn every_origin_is_found_once() {
        let all = ["first", "second", "third"];
        let (messages, ran) = found(4, three_ways, random);
        assert_eq!(messages, all);
        assert_eq!(ran, 500);
        let (messages, _) = found(4, three_ways, |hunt| hunt.exhaustive(1 << 20));
        // The odometer meets the second way after 2,000 inputs, and does not go on for so long.
        assert_eq!(messages, ["first"]);
        let small = |source: &mut Source| match source.draw(0..9u8) {
            3 | 4 => panic!("first"),
            5 | 8 => panic!("second"),
            _ => {}
        };
        let (messages, ran) = found(4, small, |hunt| hunt.exhaustive(100));
        assert_eq!(messages, ["first", "second"]);
        assert_eq!(ran, 9);
    }

    #[test]
    fn no_more_are_found_than_wanted() {
        assert_eq!(found(2, three_ways, random).0.len(), 2);
        let (messages, ran) = found(1, three_ways, random);
        assert_eq!(messages.len(), 1);
        assert!(ran < 500, "{ran} cases");
    }

    #[test]
    fn one_origin_is_one_failure_whatever_it_says() {
        let one_way = |source: &mut Source| {
            let number = source.draw(any::<u64>());
            assert!(number < 1000, "{number} is too large");
        };
        let (messages, ran) = found(4, one_way, random);
        assert_eq!(messages.len(), 1);
        assert_eq!(ran, 500);
    }

    #[test]
    fn what_fails_only_sometimes_is_not_another_failure() {
        let mut runs = 0_u32;
        let mut case = |source: &mut Source| {
            runs += 1;
            assert!(source.draw(any::<u64>()) < 1000, "always");
            assert!(!runs.is_multiple_of(7), "sometimes");
            CaseOutcome::Held
        };
        let mut hunt = Hunt::new(&mut case);
        let Search::Failed(first) = random(&mut hunt) else {
            panic!("it fails always for large numbers");
        };
        assert_eq!(first.failure.message, "always");
        assert!(hunt.other_failures(&first).is_empty());
        assert!(hunt.flaky.is_some());
    }
}
