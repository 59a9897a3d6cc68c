//! Cases that another engine knows to be worth a look, and variations of them.
//!
//! A solver finds inputs that get past checks which random inputs seldom pass, and then comes to a call
//! that it can't follow. Natively the call is just made. So each such input is run, and the rest of the
//! cases changes one of them here and there.
//!
//! # Invariants
//!
//! - Every given case runs once, in the order given, before the first variation.
//! - A variation is a function of the seed, its number and the given cases that ran to their end.
//! - Each change leads to a choice that its domain allows; what follows it is mended as in a replay.
//!
//! # Not here
//!
//! Fresh random cases: those have run already when there is something to vary.

use std::time::{Duration, Instant};

use proofhouse_choice::{Choice, Domain, Node, Record};

use super::climb::{Change, changed_choice};
use super::{CASES_BETWEEN_PROGRESS, Confirmed, FLAKY_MAX, Hunt, Search};
use crate::case_context::CaseEnd;
use crate::observe;
use crate::source::{Random, Source};

/// What to run.
#[derive(Debug, Clone)]
pub(crate) struct VaryPlan {
    pub(crate) seed: u64,
    /// The given cases.
    pub(crate) starts: Vec<Vec<Choice>>,
    /// How many cases run in all, those that are rejected included; the given ones always do.
    pub(crate) cases: u64,
    /// No variation begins after so long.
    pub(crate) time_max: Option<Duration>,
}

/// A variation makes at most so many changes.
const CHANGES_MAX: u64 = 3;

impl Hunt<'_> {
    /// The given cases, then variations of those that ran to their end.
    pub(crate) fn vary(&mut self, plan: VaryPlan) -> Search {
        observe::listen(true);
        let search = self.vary_cases(plan);
        observe::listen(false);
        search
    }

    fn vary_cases(&mut self, plan: VaryPlan) -> Search {
        let started = Instant::now();
        let mut records: Vec<Record> = Vec::new();
        let mut rejected = 0;
        let mut flaky = 0;
        let given = plan.starts.len() as u64;
        for number in 0..plan.cases.max(given) {
            let is_late = plan.time_max.is_some_and(|time| started.elapsed() >= time);
            if number >= given && (is_late || records.is_empty()) || flaky >= FLAKY_MAX {
                break;
            }
            let choices = match plan.starts.get(number as usize) {
                Some(start) => start.clone(),
                None => variation(&records, &mut Random::new(plan.seed, number)),
            };
            let (end, finished) = self.trial(Source::replay(choices.clone()).recording());
            self.tally.end_case(end == CaseEnd::Held);
            match end {
                CaseEnd::Held => {
                    self.held += 1;
                    self.statistics.generated += 1;
                    if number < given {
                        records.push(finished.record);
                    }
                }
                CaseEnd::Rejected => {
                    rejected += 1;
                    self.statistics.discarded += 1;
                }
                CaseEnd::Failed(failure) => {
                    self.statistics.generated += 1;
                    match self.confirm(failure, Source::replay(choices)).0 {
                        Confirmed::Fails(failing) => return Search::Failed(failing),
                        Confirmed::Flaky(seen) => self.flaky.get_or_insert(seen),
                    };
                    flaky += 1;
                    observe::listen(true);
                }
            }
            if (number + 1).is_multiple_of(CASES_BETWEEN_PROGRESS) {
                self.tell(number + 1);
            }
        }
        match self.flaky.take() {
            Some(flaky) => Search::Flaky(flaky),
            None if self.held == 0 => Search::Vacuous { rejected },
            None => Search::Held { cases: self.held },
        }
    }
}

/// One of the records with a few changes.
fn variation(records: &[Record], random: &mut Random) -> Vec<Choice> {
    let record = &records[random.uniform(records.len() as u64 - 1) as usize];
    let mut choices = record.choices();
    let Some(last) = (choices.len() as u64).checked_sub(1) else {
        return choices;
    };
    for _ in 0..=random.uniform(CHANGES_MAX - 1) {
        let at = random.uniform(last) as usize;
        let Node { choice, domain, .. } = &record.nodes()[at];
        if let Some(choice) = other(domain, choice, random) {
            choices[at] = choice;
        }
    }
    choices
}

/// Another choice of the same domain, most often one that is near.
fn other(domain: &Domain, choice: &Choice, random: &mut Random) -> Option<Choice> {
    let edited = match choice {
        Choice::Bytes(bytes) if !bytes.is_empty() => {
            let mut bytes = bytes.clone();
            let at = random.uniform(bytes.len() as u64 - 1) as usize;
            match random.uniform(3) {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, random.uniform(255) as u8),
                2 => bytes[at] = random.uniform(255) as u8,
                // From 4 less to 4 more.
                _ => {
                    bytes[at] = bytes[at]
                        .wrapping_add(random.uniform(8) as u8)
                        .wrapping_sub(4)
                }
            }
            Choice::Bytes(bytes)
        }
        Choice::Text(text) if !text.is_empty() => {
            let mut characters: Vec<char> = text.chars().collect();
            let at = random.uniform(characters.len() as u64 - 1) as usize;
            // What the text has elsewhere, or any character of ASCII that can be seen.
            let character = match random.uniform(1) {
                0 => characters[random.uniform(characters.len() as u64 - 1) as usize],
                _ => char::from(b' ' + random.uniform(94) as u8),
            };
            match random.uniform(3) {
                0 => drop(characters.remove(at)),
                1 => characters.insert(at, character),
                _ => characters[at] = character,
            }
            Choice::Text(characters.into_iter().collect())
        }
        _ => {
            let change = Change::draw(domain, choice, random);
            return changed_choice(domain, choice, change);
        }
    };
    domain.fits(&edited).then_some(edited)
}

#[cfg(test)]
mod tests {
    use proofhouse_choice::Integer;

    use super::*;
    use crate::generator::{any, vec};
    use crate::property::CaseOutcome;

    fn number(value: u64) -> Choice {
        Choice::Integer(Integer::from(value))
    }

    fn plan(starts: Vec<Vec<Choice>>, cases: u64) -> VaryPlan {
        VaryPlan {
            seed: 7,
            starts,
            cases,
            time_max: None,
        }
    }

    #[test]
    fn given_cases_run_first_and_once() {
        let mut seen = Vec::new();
        let mut case = |source: &mut Source| {
            seen.push(source.draw(any::<u64>()));
            CaseOutcome::Held
        };
        let mut hunt = Hunt::new(&mut case);
        let starts = vec![vec![number(1 << 40)], vec![number(3)]];
        let search = hunt.vary(plan(starts, 20));
        assert!(matches!(search, Search::Held { cases: 20 }), "{search:?}");
        assert_eq!(hunt.statistics.generated, 20);
        drop(hunt);
        assert_eq!(seen[..2], [1 << 40, 3]);
        let near = |value: &u64| value.abs_diff(1 << 40) < 1 << 39 || *value < 1 << 10;
        assert!(
            seen.iter().filter(|value| near(value)).count() > 10,
            "{seen:?}"
        );
    }

    #[test]
    fn more_given_cases_than_asked_for_run_all() {
        let mut case = |source: &mut Source| {
            source.draw(any::<u8>());
            CaseOutcome::Held
        };
        let starts = (0..9).map(|value| vec![number(value)]).collect();
        let search = Hunt::new(&mut case).vary(plan(starts, 2));
        assert!(matches!(search, Search::Held { cases: 9 }), "{search:?}");
    }

    /// A failure beside a given case is found, one far from it is not.
    #[test]
    fn variations_find_what_is_near() {
        let found = |trigger: fn(u64, &[u8]) -> bool| {
            let mut case = |source: &mut Source| {
                let (value, list) = source.draw((any::<u64>(), vec(any::<u8>(), ..)));
                assert!(!trigger(value, &list));
                CaseOutcome::Held
            };
            let start = vec![number(0xdead_beef_cafe), Choice::Bytes(vec![7, 9])];
            let search = Hunt::new(&mut case).vary(plan(vec![start], 2000));
            matches!(search, Search::Failed(_))
        };
        assert!(found(
            |value, list| value == 0xdead_beef_cafe && list.first() == Some(&8)
        ));
        assert!(found(
            |value, list| value == 0xdead_beef_caff && list == [7, 9]
        ));
        assert!(!found(|value, _| value == 0x1234_5678_9abc));
    }

    #[test]
    fn nothing_is_varied_that_was_rejected() {
        let mut case = |source: &mut Source| {
            source.draw(any::<u8>());
            source.reject()
        };
        let search = Hunt::new(&mut case).vary(plan(vec![vec![number(1)]], 100));
        assert!(
            matches!(search, Search::Vacuous { rejected: 1 }),
            "{search:?}"
        );
    }

    #[test]
    fn every_variation_fits() {
        let mut random = Random::new(1, 1);
        let domain = Domain::Bytes(proofhouse_choice::BytesDomain::new(2, 3));
        for _ in 0..200 {
            if let Some(other) = other(&domain, &Choice::Bytes(vec![1, 2, 3]), &mut random) {
                assert!(domain.fits(&other), "{other:?}");
            }
        }
    }
}
