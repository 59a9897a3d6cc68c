//! Whether adding up is worth while: in programs without sums of words it seldom is.

use super::{LONG_EFFORT, SHORT_EFFORT};

/// So many whole efforts are always given ...
const EFFORTS_FREE: u64 = 8;
/// ... and what a contradiction saves pays for so many efforts of its kind; beyond that, ...
const EFFORTS_PER_SUCCESS: u64 = 2;
/// ... only one of so many questions is tried.
const QUESTIONS_PER_TRY: u64 = 16;

/// Of the two times at which it is tried.
#[derive(Debug)]
pub(in crate::solver) struct Worths {
    pub(in crate::solver) before_a_search: Worth,
    pub(in crate::solver) after_a_short_search: Worth,
}

impl Default for Worths {
    fn default() -> Self {
        Self {
            before_a_search: Worth::of(SHORT_EFFORT),
            after_a_short_search: Worth::of(LONG_EFFORT),
        }
    }
}

/// What came of the tries so far. The same questions are always tried, in the same order.
#[derive(Debug)]
pub(in crate::solver) struct Worth {
    /// The most that one try may take.
    effort_max: u64,
    spent: u64,
    successes: u64,
    questions: u64,
}

impl Worth {
    /// Of tries that may each take so much effort.
    const fn of(effort_max: u64) -> Self {
        Self {
            effort_max,
            spent: 0,
            successes: 0,
            questions: 0,
        }
    }

    /// Tries, unless that cost more than it found lately. Whether it was tried and found something. The
    /// attempt takes what it needs from the effort that it is given.
    pub(in crate::solver) fn try_it(&mut self, attempt: impl FnOnce(&mut u64) -> bool) -> bool {
        self.questions += 1;
        let earned = self.successes * EFFORTS_PER_SUCCESS * self.effort_max;
        let pays = self.spent <= EFFORTS_FREE * self.effort_max + earned;
        if !pays && !self.questions.is_multiple_of(QUESTIONS_PER_TRY) {
            return false;
        }
        let mut left = self.effort_max;
        let is_found = attempt(&mut left);
        self.spent += self.effort_max - left;
        self.successes += u64::from(is_found);
        is_found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of so many questions are tried, each of which takes all effort, and of which those from some
    /// number on have an answer.
    fn tried(questions: u64, first_answer: u64) -> u64 {
        let mut worth = Worth::of(100);
        let mut tried = 0;
        for question in 0..questions {
            let is_answer = question >= first_answer;
            let mut is_tried = false;
            let is_found = worth.try_it(|effort| {
                is_tried = true;
                *effort = 0;
                is_answer
            });
            assert_eq!(is_found, is_tried && is_answer);
            tried += u64::from(is_tried);
        }
        tried
    }

    #[test]
    fn what_never_pays_is_seldom_tried_and_what_pays_always() {
        assert_eq!(tried(1_000, 0), 1_000);
        assert_eq!(tried(1_000, 1_000), EFFORTS_FREE + 1 + 62);
        // It is taken up again where it pays later.
        assert!(tried(2_000, 500) > 1_000);
    }

    #[test]
    fn what_costs_nothing_is_always_tried() {
        let mut worth = Worth::of(100);
        let mut tried = 0;
        for _ in 0..1_000 {
            worth.try_it(|_| {
                tried += 1;
                false
            });
        }
        assert_eq!(tried, 1_000);
    }
}
