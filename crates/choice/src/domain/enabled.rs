//! The members of a numbered set that may be chosen now: enabled actions, threads that can run.
//!
//! Which actions a model or which threads a scheduler has is fixed; which of them are enabled changes
//! with every step. So a choice is a number in the whole set, and means the same action after the
//! test has changed, while its domain holds only what was enabled.
//!
//! # Invariants
//!
//! - Ranks follow the numbers: the enabled member with the smallest number is the simplest.
//! - A number that is not enabled does not fit. A replay then takes the first enabled member and
//!   counts it, as with every other choice that does not fit.
//!
//! # Not here
//!
//! What the members are called, and why one is not enabled.

use std::sync::Arc;

/// The enabled members of a numbered set, at least one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Enabled {
    /// How many members the whole set has.
    total: u32,
    /// The numbers of those that are enabled, ascending; shared, because every recorded choice
    /// keeps its domain.
    members: Arc<[u32]>,
}

impl Enabled {
    /// The members whose flag is set.
    ///
    /// # Panics
    ///
    /// If no flag is set, or if there are 2^32 or more.
    pub fn of(flags: &[bool]) -> Self {
        let total = u32::try_from(flags.len()).expect("a set of actions is small");
        let members: Arc<[u32]> = (0..total)
            .filter(|member| flags[*member as usize])
            .collect();
        assert!(
            !members.is_empty(),
            "none of {total} members is enabled, so there is nothing to choose"
        );
        Self { total, members }
    }

    /// How many members the whole set has, enabled or not.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// The numbers of the enabled members, ascending.
    pub fn members(&self) -> &[u32] {
        &self.members
    }

    /// The enabled member with the smallest number.
    pub(super) fn first(&self) -> u32 {
        self.members[0]
    }

    /// Whether the member with this number is enabled.
    pub(super) fn contains(&self, member: u32) -> bool {
        self.rank(member).is_some()
    }

    /// How many enabled members come before this one, if it is enabled.
    pub(crate) fn rank(&self, member: u32) -> Option<u32> {
        let rank = self.members.binary_search(&member).ok()?;
        Some(u32::try_from(rank).expect("members are counted by u32"))
    }

    /// The enabled member of a rank.
    pub(crate) fn nth(&self, rank: u32) -> Option<u32> {
        self.members.get(rank as usize).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The naive twin of `rank`.
    fn count_before(flags: &[bool], member: usize) -> Option<u32> {
        let before = flags[..member].iter().filter(|flag| **flag).count();
        flags[member].then_some(before as u32)
    }

    #[test]
    fn ranks_count_the_enabled_members_before() {
        for bits in 1..1u32 << 7 {
            let flags: Vec<bool> = (0..7).map(|at| bits >> at & 1 == 1).collect();
            let enabled = Enabled::of(&flags);
            assert_eq!(enabled.total(), 7);
            assert_eq!(enabled.members().len() as u32, bits.count_ones());
            assert_eq!(enabled.rank(7), None);
            for member in 0..7 {
                let expected = count_before(&flags, member);
                assert_eq!(enabled.rank(member as u32), expected, "{flags:?}");
                assert_eq!(enabled.contains(member as u32), flags[member]);
                if let Some(rank) = expected {
                    assert_eq!(enabled.nth(rank), Some(member as u32));
                }
            }
            assert_eq!(enabled.nth(bits.count_ones()), None);
            assert_eq!(enabled.first(), bits.trailing_zeros());
        }
    }

    #[test]
    #[should_panic(expected = "none of 2 members is enabled")]
    fn nothing_enabled_is_no_domain() {
        Enabled::of(&[false, false]);
    }
}
