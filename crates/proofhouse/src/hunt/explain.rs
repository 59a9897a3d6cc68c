//! Which arguments of a counterexample matter: each is varied alone, all others staying as they are.
//!
//! # Invariants
//!
//! - An argument is called free only if every value that was tried in its place failed in the same
//!   way, and most of the values were tried at all (not rejected). The simplest value is always tried:
//!   random ones seldom show that an empty list or a zero would matter.
//! - Work is limited by executions, and costs nothing unless something failed.
//!
//! # Not here
//!
//! Free arguments together: each is free while the others stay, which is what is reported.
//!
//! # Source
//!
//! The idea of reporting parts that "may be anything" is that of the explain phase of Hypothesis.
//! We vary an argument by the choices of its span in fresh random cases, which are drawn without
//! running the property.

use proofhouse_choice::{Choice, Record};

use super::{Failing, Hunt, has_same_origin};
use crate::case_context::CaseEnd;
use crate::source::Source;

/// What was learned about one counterexample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Explained {
    /// The arguments that do not matter, each by itself, by their places.
    pub(crate) free: Vec<usize>,
    /// How often the property ran for it.
    pub(crate) executions: u64,
}

/// How many random values of an argument are tried.
const TRIES: u64 = 24;

/// How many executions are spent on all arguments of a counterexample.
const EXECUTIONS_MAX: u64 = 240;

/// Where the random cases begin: later cases are as large as they get.
const FIRST_INDEX: u64 = 1000;

impl Hunt<'_> {
    /// Finds the arguments of a failing case that may be anything.
    pub(crate) fn explain(&mut self, failing: &Failing) -> Explained {
        let mut explained = Explained::default();
        let source = Source::replay(failing.choices.clone()).recording();
        let record = self.trial(source).1.record;
        explained.executions += 1;
        let arguments = spans(&record);
        // A variation of an argument without a choice would be the same case.
        let varied = arguments
            .iter()
            .enumerate()
            .filter(|(_, (start, end))| start < end);
        for (argument, &(start, end)) in varied {
            if self.is_free(failing, argument, start..end, &mut explained.executions) {
                explained.free.push(argument);
            }
        }
        explained
    }

    fn is_free(
        &mut self,
        failing: &Failing,
        argument: usize,
        place: std::ops::Range<usize>,
        executions: &mut u64,
    ) -> bool {
        let own = &failing.choices[place.clone()];
        let mut tried = vec![own.to_vec()];
        let (mut failed, mut rejected) = (0, 0);
        // What is missing in a replay is the simplest.
        let simplest = std::iter::once(Source::replay(Vec::new()));
        let random = (0..TRIES).map(|at| Source::random(0, FIRST_INDEX + at));
        for source in simplest.chain(random) {
            if *executions >= EXECUTIONS_MAX {
                return false;
            }
            let Some(other) = self.draw_choices(argument, source) else {
                rejected += 1;
                continue;
            };
            if tried.contains(&other) {
                continue;
            }
            let mut choices = failing.choices.clone();
            choices.splice(place.clone(), other.iter().cloned());
            tried.push(other);
            let (end, finished) = self.trial(Source::replay(choices));
            *executions += u64::from(finished.has_entered_body);
            match end {
                CaseEnd::Failed(failure) if has_same_origin(&failure, &failing.failure) => {
                    failed += 1;
                }
                CaseEnd::Rejected => rejected += 1,
                _ => return false,
            }
        }
        failed > rejected
    }

    /// The choices of one argument in another case, of which only the arguments are drawn.
    fn draw_choices(&mut self, argument: usize, source: Source) -> Option<Vec<Choice>> {
        let (_, finished) = self.trial(source.recording().stopping_at_body());
        if !finished.has_entered_body {
            return None;
        }
        let &(start, end) = spans(&finished.record).get(argument)?;
        let nodes = &finished.record.nodes()[start..end];
        Some(nodes.iter().map(|node| node.choice.clone()).collect())
    }
}

/// The choices of each argument: the outermost spans of a case.
fn spans(record: &Record) -> Vec<(usize, usize)> {
    let outermost = record.children(None);
    outermost
        .map(|span| (record.spans()[span].start, record.spans()[span].end))
        .collect()
}

#[cfg(test)]
mod tests {
    use proofhouse_evidence::{Failure, FailureKind};

    use super::*;
    use crate::generator::{any, vec};
    use crate::property::CaseOutcome;

    /// What is free in the case of these choices, with five arguments.
    fn check(choices: &[Choice], fails: fn(u8, &[u16], bool, u32) -> bool, expected: &[usize]) {
        let mut bodies = 0;
        let mut case = |source: &mut Source| {
            let number = source.draw_argument("number", any::<u8>());
            let list = source.draw_argument("list", vec(any::<u16>(), 0..9));
            source.draw_argument("unit", any::<()>());
            let flag = source.draw_argument("flag", any::<bool>());
            let wide = source.draw_argument("wide", any::<u32>());
            if !source.enter_body() {
                return CaseOutcome::Rejected;
            }
            bodies += 1;
            match fails(number, &list, flag, wide) {
                true => CaseOutcome::ReturnedError(String::new()),
                false => CaseOutcome::Held,
            }
        };
        let failure = Failure {
            kind: FailureKind::ReturnedError,
            message: String::new(),
            site: None,
        };
        let failing = Failing {
            failure,
            choices: choices.to_vec(),
        };
        let explained = Hunt::new(&mut case).explain(&failing);
        assert_eq!(explained.free, expected);
        assert_eq!(explained.executions, bodies);
        assert!(bodies <= EXECUTIONS_MAX);
    }

    #[test]
    fn arguments_that_do_not_matter_are_found() {
        let integer = |value: u32| Choice::Integer(value.into());
        let empty = [integer(7), integer(0), Choice::Boolean(false), integer(0)];
        check(&empty, |_, _, _, _| true, &[0, 1, 3, 4]);
        check(&empty, |number, _, _, _| number == 7, &[1, 3, 4]);
        check(&empty, |_, list, _, _| list.len() < 3, &[0, 3, 4]);
        check(&empty, |_, _, flag, _| !flag, &[0, 1, 4]);
        // The length of one argument shifts the choices of all later ones.
        let longer = [
            integer(7),
            integer(1),
            integer(5),
            Choice::Boolean(true),
            integer(9),
        ];
        check(&longer, |_, _, flag, wide| flag && wide == 9, &[0, 1]);
        check(
            &longer,
            |number, _, _, wide| number == 7 && wide < 1 << 31,
            &[1, 3],
        );
        // Hardly any random number is 0; the simplest is.
        check(&longer, |_, _, _, wide| wide != 0, &[0, 1, 3]);
    }
}
