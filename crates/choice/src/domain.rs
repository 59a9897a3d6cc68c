//! What a choice was asked for: a kind with constraints, and the order of its values.
//!
//! Every domain counts its values and ranks them from 0, the simplest. The rank is what shrinking
//! lowers and what an odometer raises, so neither needs to know any kind.
//!
//! # Invariants
//!
//! - `rank` and `nth` are inverse bijections between the values that fit and `0..cardinality`
//!   (`tests::ranks_are_a_bijection`); both know only ranks below 2^128.
//! - `compare` orders as ranks do, also where the rank is too large to be written down.
//! - What fits one domain of a kind may not fit another; the order between domains only makes the
//!   order of sequences total.
//!
//! # Not here
//!
//! How likely a value is, except for the chance of a boolean, which some engines draw by.

mod enabled;
mod faults;
mod float;
mod integer;
mod text;
mod words;

pub use enabled::Enabled;
pub use faults::FaultDomain;
pub use float::{FloatDomain, FloatWidth, Nans};
pub use integer::IntegerDomain;
pub(crate) use integer::distance;
pub use text::{Alphabet, TextDomain};

use std::cmp::Ordering;

use crate::{Cardinality, Choice, Integer};

/// The values that a choice may take.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Domain {
    /// `false`, then `true`.
    Boolean(Chance),
    /// Integers of a range, by their distance from a target.
    Integer(IntegerDomain),
    /// Floating-point numbers of a range, whole ones first.
    Float(FloatDomain),
    /// Byte strings, short ones first, then in the order of bytes.
    Bytes(BytesDomain),
    /// Texts, short ones first, then in the order of their alphabet.
    Text(TextDomain),
    /// `0` to `count - 1`, in this order.
    Branch {
        /// How many ways there are, at least one.
        count: u32,
    },
    /// The enabled actions, by their numbers.
    Action(Enabled),
    /// The threads that can run, by their numbers.
    Schedule(Enabled),
    /// No fault, then those with names.
    Fault(FaultDomain),
}

/// How often a drawn boolean should be true, in 65,536ths; it is never certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chance(u16);

impl Chance {
    /// True as often as false.
    pub const EVEN: Self = Self(1 << 15);

    /// True this often out of 65,536 times, at least once and at most 65,535 times.
    pub const fn of_65536(times: u16) -> Self {
        Self(if times == 0 { 1 } else { times })
    }

    /// How often out of 65,536 times.
    pub const fn times(self) -> u16 {
        self.0
    }
}

/// Byte strings with a length of `minimum` to `maximum`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BytesDomain {
    minimum: usize,
    maximum: usize,
}

impl BytesDomain {
    /// Byte strings with a length of `minimum` to `maximum`.
    ///
    /// # Panics
    ///
    /// If no length lies between the two.
    pub fn new(minimum: usize, maximum: usize) -> Self {
        assert!(
            minimum <= maximum,
            "no length lies between {minimum} and {maximum}"
        );
        Self { minimum, maximum }
    }

    /// The shortest length.
    pub fn minimum(&self) -> usize {
        self.minimum
    }

    /// The longest length.
    pub fn maximum(&self) -> usize {
        self.maximum
    }
}

impl Domain {
    /// How many values fit.
    pub fn cardinality(&self) -> Cardinality {
        match self {
            Self::Boolean(_) => Cardinality::Exactly(2),
            Self::Integer(domain) => domain.cardinality(),
            Self::Float(domain) => domain.cardinality(),
            Self::Bytes(BytesDomain { minimum, maximum }) => {
                Cardinality::of_words(256, *minimum, *maximum)
            }
            Self::Text(domain) => domain.cardinality(),
            Self::Branch { count } => Cardinality::Exactly(u128::from(*count)),
            Self::Action(enabled) | Self::Schedule(enabled) => {
                Cardinality::Exactly(enabled.members().len() as u128)
            }
            Self::Fault(faults) => Cardinality::Exactly(faults.names().len() as u128 + 1),
        }
    }

    /// Whether `choice` is one of the values.
    pub fn fits(&self, choice: &Choice) -> bool {
        match (self, choice) {
            (Self::Boolean(_), Choice::Boolean(_)) => true,
            (Self::Integer(domain), Choice::Integer(value)) => domain.contains(*value),
            (Self::Float(domain), Choice::Float(value)) => domain.contains(*value),
            (Self::Bytes(domain), Choice::Bytes(bytes)) => {
                (domain.minimum..=domain.maximum).contains(&bytes.len())
            }
            (Self::Text(domain), Choice::Text(text)) => domain.contains(text),
            (Self::Branch { count }, Choice::Branch(value)) => value < count,
            (Self::Action(enabled), Choice::Action(member))
            | (Self::Schedule(enabled), Choice::Schedule(member)) => enabled.contains(*member),
            (Self::Fault(faults), Choice::Fault(fault)) => faults.rank(fault.as_deref()).is_some(),
            _ => false,
        }
    }

    /// The choice of this domain that `choice` stands for, if any: itself when it fits. An engine
    /// that only knows integers may give one instead of a branch, an action or a schedule, instead
    /// of a fault its rank, and instead of a floating-point number its bits.
    pub fn adopt(&self, choice: &Choice) -> Option<Choice> {
        if let Choice::Integer(value) = choice
            && !matches!(self, Self::Integer(_))
        {
            let meant = self.of_integer(value.to_u128()?)?;
            return self.fits(&meant).then_some(meant);
        }
        self.fits(choice).then(|| choice.clone())
    }

    /// What an engine means that only knows integers. It need not fit.
    fn of_integer(&self, value: u128) -> Option<Choice> {
        let number = || u32::try_from(value).ok();
        Some(match self {
            Self::Branch { .. } => Choice::Branch(number()?),
            Self::Action(_) => Choice::Action(number()?),
            Self::Schedule(_) => Choice::Schedule(number()?),
            Self::Fault(faults) => Choice::Fault(faults.nth(usize::try_from(value).ok()?)?),
            Self::Float(domain) => Choice::Float(domain.of_bits(value)?),
            Self::Boolean(_) | Self::Integer(_) | Self::Bytes(_) | Self::Text(_) => return None,
        })
    }

    /// The value of rank 0.
    pub fn simplest(&self) -> Choice {
        match self {
            Self::Boolean(_) => Choice::Boolean(false),
            Self::Integer(domain) => Choice::Integer(domain.target()),
            Self::Float(domain) => Choice::Float(domain.simplest()),
            Self::Bytes(domain) => Choice::Bytes(vec![0; domain.minimum]),
            Self::Text(domain) => Choice::Text(domain.simplest()),
            Self::Branch { .. } => Choice::Branch(0),
            Self::Action(enabled) => Choice::Action(enabled.first()),
            Self::Schedule(enabled) => Choice::Schedule(enabled.first()),
            Self::Fault(_) => Choice::Fault(None),
        }
    }

    /// The place of `choice` among the values, from 0; `None` when it does not fit or when the
    /// place is 2^128 or more.
    pub fn rank(&self, choice: &Choice) -> Option<u128> {
        if !self.fits(choice) {
            return None;
        }
        match (self, choice) {
            (_, Choice::Boolean(value)) => Some(u128::from(*value)),
            (Self::Integer(domain), Choice::Integer(value)) => Some(domain.rank(*value)),
            (Self::Float(domain), Choice::Float(value)) => Some(domain.rank(*value)),
            (Self::Bytes(domain), Choice::Bytes(bytes)) => words::rank(
                256,
                domain.minimum,
                bytes.iter().map(|byte| u32::from(*byte)),
            ),
            (Self::Text(domain), Choice::Text(text)) => domain.rank(text),
            (_, Choice::Branch(value)) => Some(u128::from(*value)),
            (Self::Action(enabled), Choice::Action(member))
            | (Self::Schedule(enabled), Choice::Schedule(member)) => {
                enabled.rank(*member).map(u128::from)
            }
            (Self::Fault(faults), Choice::Fault(fault)) => {
                faults.rank(fault.as_deref()).map(|rank| rank as u128)
            }
            _ => None,
        }
    }

    /// The value of a rank; `None` when there are not so many.
    pub fn nth(&self, rank: u128) -> Option<Choice> {
        if !matches!(self.cardinality(), Cardinality::Huge) && self.cardinality().is_at_most(rank) {
            return None;
        }
        Some(match self {
            Self::Boolean(_) => Choice::Boolean(rank == 1),
            Self::Integer(domain) => Choice::Integer(domain.nth(rank)),
            Self::Float(domain) => Choice::Float(domain.nth(rank)),
            Self::Bytes(domain) => {
                let letters = words::nth(256, domain.minimum, rank);
                Choice::Bytes(letters.into_iter().map(|letter| letter as u8).collect())
            }
            Self::Text(domain) => Choice::Text(domain.nth(rank)),
            Self::Branch { .. } => Choice::Branch(rank as u32),
            Self::Action(enabled) => Choice::Action(enabled.nth(rank as u32)?),
            Self::Schedule(enabled) => Choice::Schedule(enabled.nth(rank as u32)?),
            Self::Fault(faults) => Choice::Fault(faults.nth(rank as usize)?),
        })
    }

    /// Which of two values is simpler. Values that do not fit come last, in an order of their own.
    pub fn compare(&self, left: &Choice, right: &Choice) -> Ordering {
        match (self.fits(left), self.fits(right)) {
            (true, true) => {}
            (false, false) => return compare_strangers(left, right),
            (left_fits, _) => return right_first(left_fits),
        }
        match (self, left, right) {
            (Self::Integer(domain), Choice::Integer(left), Choice::Integer(right)) => {
                domain.rank(*left).cmp(&domain.rank(*right))
            }
            (Self::Float(domain), Choice::Float(left), Choice::Float(right)) => {
                domain.compare(*left, *right)
            }
            (Self::Text(domain), Choice::Text(left), Choice::Text(right)) => {
                domain.compare(left, right)
            }
            (Self::Fault(faults), Choice::Fault(left), Choice::Fault(right)) => faults
                .rank(left.as_deref())
                .cmp(&faults.rank(right.as_deref())),
            _ => compare_strangers(left, right),
        }
    }
}

fn right_first(left_fits: bool) -> Ordering {
    if left_fits {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

/// A total order of all choices that looks at nothing but the values.
fn compare_strangers(left: &Choice, right: &Choice) -> Ordering {
    fn kind(choice: &Choice) -> u8 {
        match choice {
            Choice::Boolean(_) => 0,
            Choice::Integer(_) => 1,
            Choice::Bytes(_) => 2,
            Choice::Text(_) => 3,
            Choice::Branch(_) => 4,
            Choice::Float(_) => 5,
            Choice::Action(_) => 6,
            Choice::Schedule(_) => 7,
            Choice::Fault(_) => 8,
        }
    }
    match (left, right) {
        (Choice::Boolean(left), Choice::Boolean(right)) => left.cmp(right),
        (Choice::Integer(left), Choice::Integer(right)) => left.cmp(right),
        (Choice::Bytes(left), Choice::Bytes(right)) => {
            left.len().cmp(&right.len()).then_with(|| left.cmp(right))
        }
        (Choice::Text(left), Choice::Text(right)) => {
            left.len().cmp(&right.len()).then_with(|| left.cmp(right))
        }
        (Choice::Branch(left), Choice::Branch(right))
        | (Choice::Action(left), Choice::Action(right))
        | (Choice::Schedule(left), Choice::Schedule(right)) => left.cmp(right),
        (Choice::Fault(left), Choice::Fault(right)) => left.cmp(right),
        (Choice::Float(left), Choice::Float(right)) => left.cmp(right),
        _ => kind(left).cmp(&kind(right)),
    }
}

/// An integer choice from anything that is one.
impl From<Integer> for Choice {
    fn from(value: Integer) -> Self {
        Self::Integer(value)
    }
}

#[cfg(test)]
mod tests;
