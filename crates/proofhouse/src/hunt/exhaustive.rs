//! The exhaustive engine: every input of a small domain, in the order of an odometer.
//!
//! # Invariants
//!
//! - `AllHeld` is said only when the odometer ran through, every run met the questions it had to,
//!   every case held or was rejected, and no limit was reached.

use proofhouse_choice::Odometer;

use super::others::Unfinished;
use super::{CASES_BETWEEN_PROGRESS, Confirmed, FLAKY_MAX, Hunt, Search};
use crate::case_context::CaseEnd;
use crate::observe;
use crate::source::Source;

impl Hunt<'_> {
    /// Every input, if there are at most `inputs_max`.
    pub(crate) fn exhaustive(&mut self, inputs_max: u64) -> Search {
        observe::listen(true);
        let search = self.all_cases(inputs_max);
        observe::listen(false);
        match (search, self.flaky.take()) {
            (Search::Failed(failing), flaky) => {
                self.flaky = flaky;
                Search::Failed(failing)
            }
            (_, Some(flaky)) => Search::Flaky(flaky),
            (search, None) => search,
        }
    }

    fn all_cases(&mut self, inputs_max: u64) -> Search {
        let mut odometer = Odometer::new();
        let (mut held, mut rejected, mut flaky) = (0, 0, 0);
        loop {
            let (end, finished) = self.trial(Source::odometer(odometer));
            odometer = finished.odometer.expect("an odometer went in");
            self.tally.end_case(end == CaseEnd::Held);
            match end {
                CaseEnd::Held => held += 1,
                CaseEnd::Rejected => rejected += 1,
                CaseEnd::Failed(failure) => {
                    odometer.rewind();
                    let (confirmed, back) = self.confirm(failure, Source::odometer(odometer));
                    odometer = back.expect("an odometer went in");
                    flaky += 1;
                    match confirmed {
                        Confirmed::Fails(failing) => {
                            self.statistics.generated += held + flaky;
                            self.statistics.discarded += rejected;
                            self.held = held;
                            let left = inputs_max.saturating_sub(held + rejected + flaky);
                            self.unfinished = Some(Unfinished::Exhaustive { odometer, left });
                            return Search::Failed(failing);
                        }
                        Confirmed::Flaky(flaky) => self.flaky.get_or_insert(flaky),
                    };
                    observe::listen(true);
                }
            }
            let is_vast = !odometer.cardinality().is_at_most(u128::from(inputs_max));
            let is_too_many = is_vast || held + rejected + flaky > inputs_max;
            let is_through = !odometer.advance();
            if is_too_many || is_through || odometer.has_diverged() || flaky >= FLAKY_MAX {
                self.statistics.generated += held + flaky;
                self.statistics.discarded += rejected;
                self.held = held;
                return if odometer.has_diverged() {
                    Search::Diverged
                } else if is_too_many {
                    Search::TooMany { inputs_max }
                } else if held == 0 {
                    Search::Vacuous { rejected }
                } else {
                    Search::AllHeld { inputs: held }
                };
            }
            if (held + rejected).is_multiple_of(CASES_BETWEEN_PROGRESS) {
                self.tell(held + rejected);
            }
        }
    }
}
