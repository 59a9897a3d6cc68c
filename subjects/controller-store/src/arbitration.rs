//! Which of several operations on one resource wins, whoever hears of them in whichever order.
//!
//! Controllers send each other operations. Each compares them by [`Rank`], a total order, and keeps the
//! greatest as the head of its resource; hence all end with the same head. Every other operation has
//! lost exactly once: when it arrived, or when a greater one did.
//!
//! # Invariants
//!
//! - [`merge`] is commutative, associative and idempotent in the head that it leaves.
//! - A loser's standing depends on its own rank alone.

use crate::ids::OpId;

/// How strong an operation is; fields count from the first on, greater wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Whether the operation can be done at all.
    pub is_valid: bool,
    /// Whether it can be dropped without being undone.
    pub is_safe: bool,
    /// As its author set it.
    pub priority: u8,
    /// How often the author's intent had changed.
    pub epoch: u32,
    /// The author's logical clock.
    pub time: u32,
    /// The author.
    pub controller: u32,
}

/// An operation as arbitration sees it. Two with the same rank differ in their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Counts first.
    pub rank: Rank,
    /// Counts last.
    pub op: OpId,
}

/// What became of a remote operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is the head of its resource.
    Head,
    /// It lost, and nothing has to be done about it.
    Rejected,
    /// It lost, and a job undoes it.
    Compensated,
}

impl Standing {
    /// What becomes of an operation that loses.
    #[must_use]
    pub const fn of_loser(rank: Rank) -> Self {
        if rank.is_valid && !rank.is_safe {
            Self::Compensated
        } else {
            Self::Rejected
        }
    }
}

/// What a new candidate does to the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// The head from now on.
    pub head: Candidate,
    /// Who lost now.
    pub loser: Option<Candidate>,
}

/// Puts a candidate beside the head.
#[must_use]
pub fn merge(head: Option<Candidate>, new: Candidate) -> Merge {
    match head {
        Some(head) if head == new => Merge { head, loser: None },
        Some(head) if head > new => Merge {
            head,
            loser: Some(new),
        },
        loser => Merge { head: new, loser },
    }
}
