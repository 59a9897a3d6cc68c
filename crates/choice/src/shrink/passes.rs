//! The passes, in the order in which they are tried.
//!
//! What removes many choices comes first, what relates choices to each other last: those try many
//! pairs, and pay off only when no choice can be lowered by itself.

mod cut_lengths;
mod delete_elements;
mod delete_runs;
mod delete_steps;
mod join_collections;
mod lift_descendants;
mod lower_branches;
mod lower_counts;
mod lower_floats;
mod lower_numbers;
mod lower_then_delete;
mod pairs;
mod raise_branches;
mod remove_discarded;
mod renumber;
mod rotate_siblings;
mod scale_pairs;
mod simplest_runs;
mod simplify_spans;
mod sort_siblings;
mod words;

use super::pass::Pass;

/// All passes.
pub(super) const ALL: [&dyn Pass; 26] = [
    &remove_discarded::RemoveDiscarded,
    &cut_lengths::CutLengths,
    &lift_descendants::LiftDescendants,
    &delete_elements::DeleteElements,
    &delete_steps::DeleteSteps,
    &simplify_spans::SimplifySpans,
    &simplest_runs::SimplestRuns,
    &join_collections::JoinCollections,
    &words::ShortenWords,
    &words::LowerLetterCounts,
    &lower_floats::LowerFloats,
    &lower_numbers::LowerDuplicates,
    &lower_numbers::LowerNumbers,
    &words::LowerLetters,
    &lower_branches::LowerBranches,
    &raise_branches::RaiseBranches,
    &lower_then_delete::LowerThenDelete,
    &lower_counts::LowerCounts,
    &pairs::LowerTogether,
    &pairs::Redistribute,
    &scale_pairs::ScalePairs,
    &sort_siblings::SortSiblings,
    &rotate_siblings::RotateSiblings,
    &renumber::Renumber,
    &delete_runs::DeleteRuns,
    &lower_numbers::TrySmallNumbers,
];
