//! What one path knows about a single symbol, as a set of values.
//!
//! Programs branch on single bytes and code points all day. The constraints that mention only one
//! symbol are kept as the set of values they allow, so most such branches are answered by a
//! lookup: no value left on one side means that side is impossible, and where no constraint links
//! the symbol with another, a value left means that it is possible.
//!
//! # Invariants
//!
//! - A value outside the domain contradicts a constraint of the path. The converse holds if the
//!   domain is exact: every constraint on the symbol alone was understood.

mod byte_set;
mod interval_set;
mod preimage;

pub(crate) use byte_set::ByteSet;
pub(crate) use interval_set::IntervalSet;
pub(crate) use preimage::values_where;

use std::sync::Arc;

use crate::facts::Facts;
use crate::value::{INLINE_BITS, Value};

/// The widest symbol that is kept as a set of single values.
pub(crate) const BYTE_BITS: u32 = 8;

/// The values that a path allows for a symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Domain {
    /// For symbols of at most eight bits.
    Bytes(ByteSet),
    /// For symbols of at most 128 bits.
    Intervals(Arc<IntervalSet>),
    /// For wider symbols: nothing is known.
    Unknown,
}

impl Domain {
    /// All values of `width` bits.
    pub(crate) fn all(width: u32) -> Self {
        if width <= BYTE_BITS {
            Self::Bytes(ByteSet::all(width))
        } else if width <= INLINE_BITS {
            Self::Intervals(Arc::new(IntervalSet::all(width)))
        } else {
            Self::Unknown
        }
    }

    /// Whether no value is left.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Bytes(set) => set.is_empty(),
            Self::Intervals(set) => set.is_empty(),
            Self::Unknown => false,
        }
    }

    /// Whether `value` is allowed.
    pub(crate) fn contains(&self, value: &Value) -> bool {
        match (self, value.to_u128()) {
            (Self::Bytes(set), Some(bits)) => set.contains(bits as u8),
            (Self::Intervals(set), Some(bits)) => set.contains(bits),
            _ => true,
        }
    }

    /// The values of this domain that `other`, a domain of the same symbol, allows too; `None` if
    /// that can't be written down.
    pub(crate) fn and(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Bytes(a), Self::Bytes(b)) => Some(Self::Bytes(a.and(*b))),
            (Self::Intervals(a), Self::Intervals(b)) => Some(Self::Intervals(Arc::new(a.and(b)?))),
            _ => None,
        }
    }

    /// The values of this domain that `other` does not allow; `None` if that can't be written.
    pub(crate) fn without(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Bytes(a), Self::Bytes(b)) => Some(Self::Bytes(a.without(*b))),
            (Self::Intervals(a), Self::Intervals(b)) => {
                Some(Self::Intervals(Arc::new(a.and(&b.complement())?)))
            }
            _ => None,
        }
    }

    /// The range of the allowed values; `None` if there are none.
    pub(crate) fn facts(&self, width: u32) -> Option<Facts> {
        match self {
            Self::Bytes(set) => Some(Facts::range(width, set.first()?.into(), set.last()?.into())),
            Self::Intervals(set) => Some(Facts::range(width, set.first()?, set.last()?)),
            Self::Unknown => Some(Facts::unknown(width)),
        }
    }

    /// Up to `count` allowed values, the smallest first, then from the top; for trying out.
    pub(crate) fn samples(&self, width: u32, count: usize) -> Vec<Value> {
        let bits: Vec<u128> = match self {
            Self::Bytes(set) => {
                let low = set.iter().take(count.div_ceil(2)).map(u128::from);
                let high = set.iter().rev().take(count / 2).map(u128::from);
                low.chain(high).collect()
            }
            Self::Intervals(set) => {
                let ends = set
                    .intervals()
                    .iter()
                    .flat_map(|&(first, last)| [first, last]);
                ends.take(count).collect()
            }
            Self::Unknown => Vec::new(),
        };
        bits.into_iter()
            .map(|bits| Value::new(width, bits))
            .collect()
    }
}
