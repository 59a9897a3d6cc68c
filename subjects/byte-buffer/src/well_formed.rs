//! What must hold of all buffers at any time, as one predicate.
//!
//! Ghost state: it exists in tests and with the feature `ghost`. It looks at *views*, which buffers in
//! memory and regions of the model both give, and shares no code with either.
//!
//! # Invariants
//!
//! - Every rule is a comparison, without arithmetic that could wrap: a broken geometry must not look
//!   sound because a sum came out small.
//!
//! # Not here
//!
//! The contents (properties compare them with a `Vec<u8>`), and that everything is freed in the end
//! (see [`crate::ledger`]).

use crate::geometry::SIZE_MAX;

/// The two representations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The handle alone owns the allocation.
    Vector,
    /// A header counts the handles.
    Shared,
}

/// A handle as the predicate sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct View {
    /// The representation.
    pub kind: Kind,
    /// Which header the handle has; for a vector, which allocation.
    pub identity: usize,
    /// Which allocation the region lies in.
    pub base: usize,
    /// The allocation's size.
    pub total: usize,
    /// Where the region starts, from the allocation's start.
    pub start: usize,
    /// Where its contents end.
    pub filled: usize,
    /// Where it ends.
    pub end: usize,
    /// How many handles the header counts; 0 for a vector.
    pub references: usize,
    /// The class of the capacity that the buffer was made with.
    pub class: u8,
    /// Whether the contents no longer change.
    pub is_frozen: bool,
}

impl View {
    /// How many bytes the contents have.
    pub const fn length(&self) -> usize {
        self.filled - self.start
    }

    /// How many bytes the region has.
    pub const fn capacity(&self) -> usize {
        self.end - self.start
    }
}

/// A rule that handles break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Contents end where they start, or behind it.
    FilledBehindStart,
    /// Contents fit into their region.
    FilledWithinEnd,
    /// A region ends inside its allocation.
    EndWithinTotal,
    /// An allocation is at most [`SIZE_MAX`] bytes.
    TotalWithinLimit,
    /// A vector's region reaches exactly to its allocation's end.
    VectorReachesEnd,
    /// A vector's position fits into its word.
    PositionWithinLimit,
    /// A class is one of eight.
    ClassKnown,
    /// A header counts exactly its handles.
    ReferencesEqualHandles,
    /// Handles with one header agree on the allocation.
    HeaderIsOne,
    /// Nobody else uses a vector's allocation, and an allocation has one header.
    AllocationHasOneOwner,
    /// Regions do not overlap, unless both are frozen.
    RegionsDisjoint,
}

/// The first rule that the handles break, if they do. They must be all handles there are.
pub fn broken_rule(views: &[View], position_max: usize) -> Option<Rule> {
    for (index, view) in views.iter().enumerate() {
        if let Some(rule) = broken_alone(view, position_max) {
            return Some(rule);
        }
        let mut handles = 0;
        for (other_index, other) in views.iter().enumerate() {
            if other.kind == Kind::Shared && other.identity == view.identity {
                handles += 1;
            }
            if other_index < index
                && let Some(rule) = broken_by_pair(view, other)
            {
                return Some(rule);
            }
        }
        if view.kind == Kind::Shared && view.references != handles {
            return Some(Rule::ReferencesEqualHandles);
        }
    }
    None
}

/// The first rule that a handle breaks on its own.
fn broken_alone(view: &View, position_max: usize) -> Option<Rule> {
    let is_vector = view.kind == Kind::Vector;
    if view.filled < view.start {
        return Some(Rule::FilledBehindStart);
    }
    if view.end < view.filled {
        return Some(Rule::FilledWithinEnd);
    }
    if view.total < view.end {
        return Some(Rule::EndWithinTotal);
    }
    if view.total > SIZE_MAX {
        return Some(Rule::TotalWithinLimit);
    }
    if is_vector && view.end != view.total {
        return Some(Rule::VectorReachesEnd);
    }
    if is_vector && view.start > position_max {
        return Some(Rule::PositionWithinLimit);
    }
    if view.class > 7 {
        return Some(Rule::ClassKnown);
    }
    if is_vector && view.references != 0 {
        return Some(Rule::ReferencesEqualHandles);
    }
    None
}

/// The first rule that two different handles break together.
fn broken_by_pair(left: &View, right: &View) -> Option<Rule> {
    let same_base = left.base == right.base && left.total > 0 && right.total > 0;
    let both_shared = left.kind == Kind::Shared && right.kind == Kind::Shared;
    if both_shared && left.identity == right.identity {
        if left.base != right.base
            || left.total != right.total
            || left.references != right.references
        {
            return Some(Rule::HeaderIsOne);
        }
    } else if same_base {
        return Some(Rule::AllocationHasOneOwner);
    }
    // A region of no bytes overlaps none, even inside another: what is left of a buffer that was split
    // at its start may lie anywhere when the parts around it are joined.
    let is_empty = left.start == left.end || right.start == right.end;
    let is_apart = is_empty || left.end <= right.start || right.end <= left.start;
    if same_base && !is_apart && !(left.is_frozen && right.is_frozen) {
        return Some(Rule::RegionsDisjoint);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const VECTOR: View = View {
        kind: Kind::Vector,
        identity: 1,
        base: 1,
        total: 16,
        start: 4,
        filled: 7,
        end: 16,
        references: 0,
        class: 0,
        is_frozen: false,
    };
    const SHARED: View = View {
        kind: Kind::Shared,
        references: 1,
        ..VECTOR
    };

    fn check(views: &[View], expected: Option<Rule>) {
        assert_eq!(broken_rule(views, 7), expected, "{views:?}");
    }

    #[test]
    fn sound_handles_break_no_rule() {
        check(&[], None);
        check(&[VECTOR], None);
        check(&[SHARED], None);
        check(
            &[View {
                start: 16,
                filled: 16,
                ..SHARED
            }],
            None,
        );
        let pair = View {
            references: 2,
            ..SHARED
        };
        check(
            &[
                pair,
                View {
                    start: 0,
                    filled: 4,
                    end: 4,
                    ..pair
                },
            ],
            None,
        );
        let frozen = View {
            is_frozen: true,
            ..pair
        };
        check(&[frozen, frozen], None);
    }

    #[test]
    fn each_rule_is_noticed() {
        check(
            &[View {
                filled: 3,
                ..VECTOR
            }],
            Some(Rule::FilledBehindStart),
        );
        check(
            &[View {
                filled: 17,
                ..VECTOR
            }],
            Some(Rule::FilledWithinEnd),
        );
        check(&[View { end: 17, ..SHARED }], Some(Rule::EndWithinTotal));
        check(
            &[View {
                total: SIZE_MAX + 1,
                ..SHARED
            }],
            Some(Rule::TotalWithinLimit),
        );
        check(&[View { end: 15, ..VECTOR }], Some(Rule::VectorReachesEnd));
        let far = View {
            start: 8,
            filled: 8,
            ..VECTOR
        };
        check(&[far], Some(Rule::PositionWithinLimit));
        check(&[View { class: 8, ..VECTOR }], Some(Rule::ClassKnown));
        check(
            &[View {
                references: 2,
                ..SHARED
            }],
            Some(Rule::ReferencesEqualHandles),
        );
        check(
            &[View {
                references: 1,
                ..VECTOR
            }],
            Some(Rule::ReferencesEqualHandles),
        );
        check(&[VECTOR, VECTOR], Some(Rule::AllocationHasOneOwner));
        let pair = View {
            references: 2,
            ..SHARED
        };
        check(&[pair, pair], Some(Rule::RegionsDisjoint));
        check(&[pair, View { base: 2, ..pair }], Some(Rule::HeaderIsOne));
        check(
            &[
                pair,
                View {
                    is_frozen: true,
                    ..pair
                },
            ],
            Some(Rule::RegionsDisjoint),
        );
    }
}
