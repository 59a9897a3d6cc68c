//! Faults that the world around the program may inject at some point: none, or one of a few by name.
//!
//! A fault is chosen by its name, so that a stored case still means the same fault after others
//! were added before it, and reads as what happens: `eno_space`.
//!
//! # Invariants
//!
//! - No fault is the simplest, then they come in the order in which they were named.
//! - Names differ and are not empty, so that a name has one rank.

use std::sync::Arc;

/// No fault, or one of some with names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaultDomain {
    /// Shared, because every recorded choice keeps its domain.
    names: Arc<[Box<str>]>,
}

impl FaultDomain {
    /// No fault, or one of `names`.
    ///
    /// # Panics
    ///
    /// If a name is empty, or occurs twice.
    pub fn new<N: AsRef<str>>(names: &[N]) -> Self {
        let names: Arc<[Box<str>]> = names.iter().map(|name| name.as_ref().into()).collect();
        for (at, name) in names.iter().enumerate() {
            assert!(!name.is_empty(), "fault {at} has no name");
            assert!(!names[..at].contains(name), "two faults are named `{name}`");
        }
        Self { names }
    }

    /// The names.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }

    /// 0 for no fault, else the place of the name, from 1.
    pub(crate) fn rank(&self, fault: Option<&str>) -> Option<usize> {
        let Some(fault) = fault else {
            return Some(0);
        };
        let place = self.names.iter().position(|name| **name == *fault)?;
        Some(place + 1)
    }

    /// What `rank` gives this for, if anything.
    pub(crate) fn nth(&self, rank: usize) -> Option<Option<Box<str>>> {
        match rank.checked_sub(1) {
            None => Some(None),
            Some(place) => self.names.get(place).cloned().map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_fault_comes_first_and_names_in_their_order() {
        let faults = FaultDomain::new(&["timeout", "no_space"]);
        assert_eq!(faults.names().collect::<Vec<_>>(), ["timeout", "no_space"]);
        let all: Vec<_> = (0..4).map(|rank| faults.nth(rank)).collect();
        let named = |name: &str| Some(Some(Box::from(name)));
        assert_eq!(all, [Some(None), named("timeout"), named("no_space"), None]);
        for (rank, fault) in all.into_iter().flatten().enumerate() {
            assert_eq!(faults.rank(fault.as_deref()), Some(rank));
        }
        assert_eq!(faults.rank(Some("other")), None);
    }

    #[test]
    #[should_panic(expected = "two faults are named `timeout`")]
    fn a_name_has_one_rank() {
        FaultDomain::new(&["timeout", "timeout"]);
    }
}
