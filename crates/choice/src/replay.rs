//! Answering a generator's questions from a stored sequence, even if it no longer fits.
//!
//! Generators change, and shrinking cuts sequences short on purpose. A replay therefore never
//! fails: a value that does not fit is replaced by the simplest one, a missing value is the simplest
//! one, and both are counted, so that a caller who wants the exact case can tell.
//!
//! # Invariants
//!
//! - A replay of a record's own choices decides that record again and counts nothing
//!   (`tests::a_fitting_sequence_is_replayed_exactly`).
//! - Each question uses up one stored value, fitting or not, so that one changed choice does not
//!   shift all later ones.

use crate::{Choice, Domain};

/// A stored sequence and how far it was used.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    choices: Vec<Choice>,
    next: usize,
    replaced: usize,
    missing: usize,
}

impl Replay {
    /// A replay from the start of a sequence.
    pub fn new(choices: Vec<Choice>) -> Self {
        Self {
            choices,
            ..Self::default()
        }
    }

    /// The value for the next question.
    pub fn decide(&mut self, domain: &Domain) -> Choice {
        self.take(|stored| domain.adopt(stored))
            .unwrap_or_else(|| domain.simplest())
    }

    /// As `decide`, for who knows by itself which stored values fit; `None` stands for the simplest
    /// value.
    #[inline]
    pub fn take<T>(&mut self, adopt: impl FnOnce(&Choice) -> Option<T>) -> Option<T> {
        let adopted = self.next().map(adopt);
        self.count(adopted)
    }

    /// The stored value for the next question.
    #[inline]
    fn next(&mut self) -> Option<&Choice> {
        let stored = self.choices.get(self.next);
        self.next += 1;
        stored
    }

    /// Counts a stored value that does not fit, or is missing.
    #[inline]
    fn count<T>(&mut self, adopted: Option<Option<T>>) -> Option<T> {
        match adopted {
            Some(Some(value)) => return Some(value),
            Some(None) => self.replaced += 1,
            None => self.missing += 1,
        }
        None
    }

    /// The stored sequence.
    pub fn into_choices(self) -> Vec<Choice> {
        self.choices
    }

    /// How the sequence fitted the questions asked so far.
    pub fn fit(&self) -> Fit {
        Fit {
            replaced: self.replaced,
            missing: self.missing,
            unused: self.choices.len().saturating_sub(self.next),
        }
    }
}

/// How a stored sequence fitted the questions of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fit {
    /// Stored values that did not fit their question.
    pub replaced: usize,
    /// Questions after the last stored value.
    pub missing: usize,
    /// Stored values after the last question.
    pub unused: usize,
}

impl Fit {
    /// Whether the run decided exactly what was stored.
    pub fn is_exact(self) -> bool {
        self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Chance, Enabled, Integer, IntegerDomain};

    fn integer(value: i32) -> Choice {
        Choice::Integer(Integer::from(value))
    }

    fn check(stored: Vec<Choice>, expected: &[Choice], fit: Fit) {
        let domains = [
            Domain::Boolean(Chance::EVEN),
            Domain::Integer(IntegerDomain::new(1, 9)),
            Domain::Branch { count: 3 },
        ];
        let mut replay = Replay::new(stored);
        let decided: Vec<Choice> = domains.iter().map(|domain| replay.decide(domain)).collect();
        assert_eq!(decided, expected);
        assert_eq!(replay.fit(), fit);
    }

    #[test]
    fn a_fitting_sequence_is_replayed_exactly() {
        let stored = [Choice::Boolean(true), integer(9), Choice::Branch(2)];
        check(stored.to_vec(), &stored, Fit::default());
    }

    #[test]
    fn what_does_not_fit_is_replaced_by_the_simplest_and_counted() {
        let expected = [Choice::Boolean(true), integer(1), Choice::Branch(1)];
        let stored = vec![Choice::Boolean(true), integer(10), Choice::Branch(1)];
        check(
            stored,
            &expected,
            Fit {
                replaced: 1,
                ..Fit::default()
            },
        );
        let stored = vec![Choice::Boolean(true), Choice::Boolean(true), integer(1)];
        check(
            stored,
            &expected,
            Fit {
                replaced: 1,
                ..Fit::default()
            },
        );
    }

    #[test]
    fn what_is_no_longer_enabled_gives_way_to_the_first_that_is() {
        let stored = vec![Choice::Action(2), Choice::Action(0), Choice::Action(2)];
        let mut replay = Replay::new(stored);
        let mut decide = |flags| replay.decide(&Domain::Action(Enabled::of(flags)));
        assert_eq!(decide(&[true, true, true]), Choice::Action(2));
        assert_eq!(decide(&[false, true, true]), Choice::Action(1));
        // What comes later still means what it meant.
        assert_eq!(decide(&[true, true, true, true]), Choice::Action(2));
        assert_eq!(replay.fit().replaced, 1);
    }

    #[test]
    fn too_few_and_too_many_are_counted_apart() {
        let expected = [Choice::Boolean(true), integer(1), Choice::Branch(0)];
        check(
            vec![Choice::Boolean(true)],
            &expected,
            Fit {
                missing: 2,
                ..Fit::default()
            },
        );
        let mut stored = expected.to_vec();
        stored.extend([integer(1), integer(2)]);
        check(
            stored,
            &expected,
            Fit {
                unused: 2,
                ..Fit::default()
            },
        );
    }
}
