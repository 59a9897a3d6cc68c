//! Whether adding up is worth while: in programs without sums of words it never is.

/// After so many tries ...
const TRIES_MIN: u64 = 32;
/// ... one of so many must have found something; otherwise ...
const TRIES_PER_SUCCESS: u64 = 8;
/// ... only one of so many questions is tried.
const QUESTIONS_PER_TRY: u64 = 16;

/// What came of the tries so far. The same questions are always tried, in the same order.
#[derive(Debug, Default)]
pub(in crate::solver) struct Worth {
    tries: u64,
    successes: u64,
    questions: u64,
}

impl Worth {
    /// Tries, unless that seldom found something lately. Whether it was tried and found something.
    pub(in crate::solver) fn try_it(&mut self, attempt: impl FnOnce() -> bool) -> bool {
        self.questions += 1;
        let pays = self.tries < TRIES_MIN || self.successes * TRIES_PER_SUCCESS >= self.tries;
        if !pays && !self.questions.is_multiple_of(QUESTIONS_PER_TRY) {
            return false;
        }
        let is_found = attempt();
        self.tries += 1;
        self.successes += u64::from(is_found);
        is_found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of so many questions are tried, of which those from some number on have an answer.
    fn tried(questions: u64, first_answer: u64) -> u64 {
        let mut worth = Worth::default();
        let mut tried = 0;
        for question in 0..questions {
            let is_answer = question >= first_answer;
            let mut is_tried = false;
            let is_found = worth.try_it(|| {
                is_tried = true;
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
        assert_eq!(tried(1_000, 1_000), 32 + 60);
        // It is taken up again where it pays later.
        assert!(tried(2_000, 500) > 1_000);
    }
}
