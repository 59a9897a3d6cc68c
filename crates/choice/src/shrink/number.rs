//! Choices that can be counted down: integers, whole floating-point numbers, and branches that
//! lead to nothing.
//!
//! A number is a distance from the simplest value, on one of two sides. Lowering the distance on
//! its side is what most properties are monotone in; the rank, which alternates between the sides,
//! is not.

use crate::domain::distance;
use crate::{Choice, Domain, Node};

/// The distance of a choice from its simplest value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) distance: u128,
    pub(super) is_above: bool,
}

impl Number {
    /// A node as a number, if it is one.
    pub(super) fn of(node: &Node) -> Option<Self> {
        match (&node.domain, &node.choice) {
            (Domain::Integer(domain), Choice::Integer(value)) => {
                let is_above = *value >= domain.target();
                let (low, high) = if is_above {
                    (domain.target(), *value)
                } else {
                    (*value, domain.target())
                };
                Some(Self {
                    distance: distance(low, high),
                    is_above,
                })
            }
            (Domain::Float(domain), Choice::Float(value)) => Some(Self {
                distance: u128::from(domain.whole_distance(*value)?),
                is_above: !value.is_negative(),
            }),
            (Domain::Branch { .. }, Choice::Branch(value)) => Some(Self {
                distance: u128::from(*value),
                is_above: true,
            }),
            (Domain::Action(_) | Domain::Schedule(_) | Domain::Fault(_), choice) => Some(Self {
                distance: node.domain.rank(choice)?,
                is_above: true,
            }),
            _ => None,
        }
    }

    /// The choice at this distance, if the domain reaches so far.
    pub(super) fn choice(self, domain: &Domain) -> Option<Choice> {
        let Self { distance, is_above } = self;
        match domain {
            Domain::Integer(domain) => {
                let room = if is_above {
                    domain.above()
                } else {
                    domain.below()
                };
                (distance <= room).then(|| Choice::Integer(domain.step(distance, is_above)))
            }
            Domain::Float(domain) => {
                let distance = u64::try_from(distance).ok()?;
                // On either side, the way down ends at 0 and not at -0.
                let positive = domain.of_whole_distance(0, false).filter(|_| distance == 0);
                let number = positive.or_else(|| domain.of_whole_distance(distance, !is_above));
                number.map(Choice::Float)
            }
            Domain::Branch { count } => {
                let branch = u32::try_from(distance).ok().filter(|_| is_above)?;
                (branch < *count).then_some(Choice::Branch(branch))
            }
            // Ranks, because numbers may be missing among those that are enabled.
            Domain::Action(_) | Domain::Schedule(_) | Domain::Fault(_) if is_above => {
                domain.nth(distance)
            }
            _ => None,
        }
    }

    /// As `choice`, but where the domain is as wide as a machine's integers, what leaves it at one
    /// end comes in at the other, as in arithmetic that wraps around.
    pub(super) fn wrapped_choice(self, domain: &Domain) -> Option<Choice> {
        let inside = self.choice(domain);
        let (None, Domain::Integer(integers)) = (&inside, domain) else {
            return inside;
        };
        let last = integers.above().checked_add(integers.below())?;
        let is_machine_wide = last.leading_zeros() + last.count_ones() == u128::BITS;
        let room = if self.is_above {
            integers.above()
        } else {
            integers.below()
        };
        let beyond = self.distance - room - 1;
        let is_above = !self.is_above;
        let from_end = if is_above {
            integers.above()
        } else {
            integers.below()
        };
        let wrapped = Self {
            distance: from_end.checked_sub(beyond)?,
            is_above,
        };
        if is_machine_wide {
            wrapped.choice(domain)
        } else {
            None
        }
    }

    /// The number that lies `amount` further up, or down, on the line of integers.
    pub(super) fn moved(self, amount: u128, upward: bool) -> Option<Self> {
        if self.is_above == upward || self.distance == 0 {
            let distance = self.distance.checked_add(amount)?;
            return Some(Self {
                distance,
                is_above: upward,
            });
        }
        Some(match self.distance.checked_sub(amount) {
            Some(distance) => Self { distance, ..self },
            None => Self {
                distance: amount - self.distance,
                is_above: upward,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Enabled, FaultDomain, Integer, IntegerDomain};

    #[test]
    fn what_is_enabled_is_counted_down_without_gaps() {
        let flags = [false, true, false, false, true, true];
        let fault = FaultDomain::new(&["timeout", "no_space"]);
        for domain in [
            Domain::Action(Enabled::of(&flags)),
            Domain::Schedule(Enabled::of(&flags)),
            Domain::Fault(fault),
        ] {
            for rank in 0..3 {
                let choice = domain.nth(rank).unwrap();
                let number = Number::of(&Node {
                    choice: choice.clone(),
                    domain: domain.clone(),
                });
                let number = number.unwrap();
                assert_eq!(number.distance, rank);
                assert_eq!(number.choice(&domain), Some(choice));
            }
            let [beyond, below] =
                [(3, true), (1, false)].map(|(distance, is_above)| Number { distance, is_above });
            assert_eq!(beyond.choice(&domain), None);
            assert_eq!(below.choice(&domain), None);
        }
    }

    #[test]
    fn what_leaves_a_machine_integer_comes_in_at_the_other_end() {
        let domain = Domain::Integer(IntegerDomain::new(-128, 127));
        let integer = |value: i8| Choice::Integer(Integer::from(value));
        for value in i8::MIN..=i8::MAX {
            let node = Node {
                choice: integer(value),
                domain: domain.clone(),
            };
            let number = Number::of(&node).unwrap();
            for amount in 0..=127i8 {
                let moved = number.moved(amount as u128, true).unwrap();
                assert_eq!(
                    moved.wrapped_choice(&domain),
                    Some(integer(value.wrapping_add(amount)))
                );
                let moved = number.moved(amount as u128, false).unwrap();
                assert_eq!(
                    moved.wrapped_choice(&domain),
                    Some(integer(value.wrapping_sub(amount)))
                );
            }
        }
        let narrow = Domain::Integer(IntegerDomain::new(0, 99));
        let beyond = Number {
            distance: 100,
            is_above: true,
        };
        assert_eq!(beyond.wrapped_choice(&narrow), None);
    }

    #[test]
    fn numbers_are_moved_along_the_line() {
        let domain = Domain::Integer(IntegerDomain::with_target(
            Integer::from(-10),
            Integer::from(10),
            Integer::from(2),
        ));
        for value in -10..=10 {
            let choice = Choice::Integer(Integer::from(value));
            let number = Number::of(&Node {
                choice: choice.clone(),
                domain: domain.clone(),
            });
            let number = number.unwrap();
            assert_eq!(number.choice(&domain), Some(choice));
            for amount in 0..=20 {
                for (upward, to) in [(true, value + amount), (false, value - amount)] {
                    let moved = number.moved(amount as u128, upward).unwrap();
                    let expected = (-10..=10).contains(&to).then(|| Integer::from(to));
                    assert_eq!(moved.choice(&domain), expected.map(Choice::Integer));
                }
            }
        }
    }
}
