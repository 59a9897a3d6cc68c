//! Every sequence of choices, once each, without knowing beforehand which questions come.
//!
//! The odometer holds one wheel per question of the current run. To advance, it turns the last
//! wheel by one; a wheel that is through is dropped and the one before it turns. The next run then
//! meets the same questions up to the turned wheel, and possibly others after it, which start at
//! their simplest values.
//!
//! # Invariants
//!
//! - Sequences come once each, and all of them (`tests::every_sequence_comes_exactly_once`, against
//!   a recursive twin).
//! - An odometer that ran through proves nothing if a run asked another question at the same place
//!   than the run before: `has_diverged` tells.
//!
//! # Not here
//!
//! The decision to give up: `cardinality` bounds the work ahead, the caller knows its patience.

use crate::{Cardinality, Choice, Domain};

/// The state of an enumeration.
#[derive(Debug, Clone, Default)]
pub struct Odometer {
    wheels: Vec<Wheel>,
    next: usize,
    has_diverged: bool,
}

#[derive(Debug, Clone)]
struct Wheel {
    domain: Domain,
    rank: u128,
    cardinality: Cardinality,
}

impl Odometer {
    /// An odometer before its first sequence, which has the simplest value everywhere.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value for the next question of the current run.
    ///
    /// # Panics
    ///
    /// If the domain is empty.
    pub fn decide(&mut self, domain: &Domain) -> Choice {
        if self
            .wheels
            .get(self.next)
            .is_some_and(|wheel| wheel.domain != *domain)
        {
            self.has_diverged = true;
            self.wheels.truncate(self.next);
        }
        if self.next == self.wheels.len() {
            let cardinality = domain.cardinality();
            self.wheels.push(Wheel {
                domain: domain.clone(),
                rank: 0,
                cardinality,
            });
        }
        let wheel = &self.wheels[self.next];
        self.next += 1;
        wheel
            .domain
            .nth(wheel.rank)
            .expect("a wheel is dropped before its rank leaves the domain")
    }

    /// How many sequences there would be if every run met the questions of this one: the product
    /// of their cardinalities.
    pub fn cardinality(&self) -> Cardinality {
        let met = &self.wheels[..self.next];
        met.iter().fold(Cardinality::ONE, |product, wheel| {
            product.times(wheel.cardinality)
        })
    }

    /// Goes to the next sequence; false when there is none.
    pub fn advance(&mut self) -> bool {
        // The wheels that were kept have equal answers before them, so a deterministic run meets
        // all their questions again. One that did not has left sequences out.
        self.has_diverged |= self.next < self.wheels.len();
        self.wheels.truncate(self.next);
        self.next = 0;
        while let Some(mut wheel) = self.wheels.pop() {
            wheel.rank += 1;
            if !wheel.cardinality.is_at_most(wheel.rank) {
                self.wheels.push(wheel);
                return true;
            }
        }
        false
    }

    /// Starts the current sequence again.
    pub fn rewind(&mut self) {
        self.next = 0;
    }

    /// Whether equal answers were ever followed by different questions, in which case nothing can
    /// be said about the sequences that were not met.
    pub fn has_diverged(&self) -> bool {
        self.has_diverged
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Chance, Enabled, Integer, IntegerDomain};

    /// A generator with dependent questions: a length, then so many booleans, and a branch that
    /// is only asked for after a true one.
    fn questions(answers: &[u128]) -> Option<Domain> {
        let length = *answers.first().unwrap_or(&0) as usize;
        match answers.len() {
            0 => Some(Domain::Integer(IntegerDomain::new(0, 3))),
            asked if asked <= length => Some(Domain::Boolean(Chance::EVEN)),
            asked if asked == length + 1 && answers[1..].contains(&1) => {
                Some(Domain::Branch { count: 3 })
            }
            // The flags enable the actions of one more step.
            asked if asked == length + 2 && answers[length + 1] == 2 => {
                let flags: Vec<bool> = answers[1..=length].iter().map(|flag| *flag == 1).collect();
                Some(Domain::Action(Enabled::of(&flags)))
            }
            _ => None,
        }
    }

    fn enumerate_naively(answers: &mut Vec<u128>, found: &mut Vec<Vec<u128>>) {
        let Some(domain) = questions(answers) else {
            found.push(answers.clone());
            return;
        };
        for rank in (0..).take_while(|rank| domain.nth(*rank).is_some()) {
            answers.push(rank);
            enumerate_naively(answers, found);
            answers.pop();
        }
    }

    #[test]
    fn every_sequence_comes_exactly_once() {
        let mut expected = Vec::new();
        enumerate_naively(&mut Vec::new(), &mut expected);

        let mut odometer = Odometer::new();
        let mut found = Vec::new();
        loop {
            let mut answers = Vec::new();
            while let Some(domain) = questions(&answers) {
                let choice = odometer.decide(&domain);
                answers.push(domain.rank(&choice).unwrap());
            }
            found.push(answers);
            if !odometer.advance() {
                break;
            }
        }
        assert_eq!(found, expected);
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 1 + 4 + 11 + 27);
        assert!(!odometer.has_diverged());
    }

    #[test]
    fn no_question_is_one_sequence() {
        let mut odometer = Odometer::new();
        assert_eq!(odometer.cardinality(), Cardinality::ONE);
        assert!(!odometer.advance());
    }

    #[test]
    fn a_sequence_can_be_run_again() {
        let domain = Domain::Branch { count: 4 };
        let mut odometer = Odometer::new();
        odometer.decide(&domain);
        odometer.advance();
        let first = odometer.decide(&domain);
        odometer.rewind();
        assert_eq!(odometer.decide(&domain), first);
        assert_eq!(odometer.cardinality(), Cardinality::Exactly(4));
    }

    #[test]
    fn a_question_that_is_not_asked_again_is_noticed() {
        let domain = Domain::Boolean(Chance::EVEN);
        let mut odometer = Odometer::new();
        odometer.decide(&domain);
        odometer.decide(&domain);
        assert!(odometer.advance());
        odometer.decide(&domain);
        odometer.advance();
        assert!(odometer.has_diverged());
    }

    #[test]
    fn another_question_at_the_same_place_is_noticed() {
        let mut odometer = Odometer::new();
        odometer.decide(&Domain::Boolean(Chance::EVEN));
        odometer.advance();
        let choice = odometer.decide(&Domain::Integer(IntegerDomain::new(5, 6)));
        assert_eq!(choice, Choice::Integer(Integer::from(5)));
        assert!(odometer.has_diverged());
    }
}
